"""A reviewer on a library of the statutes the invented documents cite; skipped where the corpus is absent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.config import load_settings
from assistant.library.sources.importing import import_paths
from assistant.review.report.reviewer import Reviewer
from assistant.review.text.model import DocumentKind, Finding, Severity
from assistant.store.engine import open_engine

STATUTES = (
    "行政处罚法", "娱乐场所管理条例", "旅游法", "旅行社条例", "民法典", "互联网上网服务营业场所管理条例", "行政复议法", "行政诉讼法", "营业性演出管理条例",
    "体育法", "全民健身条例", "文物保护法", "文物保护法实施条例", "出版管理条例", "印刷业管理条例", "导游人员管理条例", "卫星电视广播地面接收设施管理规定",
    "广播电视设施保护条例", "政府采购法", "公益事业捐赠法", "公共文化服务保障法", "公共文化体育设施条例", "未成年人保护法", "电影产业促进法",
    "音像制品管理条例", "博物馆条例", "广播电视管理条例", "广告法", "个人信息保护法", "行政许可法", "行政强制法", "公平竞争审查条例", "优化营商环境条例",
)  # fmt: skip


@pytest.fixture(scope="session")
def reviewer(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Reviewer:
    settings = load_settings(tmp_path_factory.mktemp("review"))
    engine = open_engine(settings.library_url)
    files = [p for p in corpus.rglob("*.md") if any(p.stem.removeprefix("中华人民共和国").split("(")[0] == t for t in STATUTES)]
    list(import_paths(engine, settings, files))
    return Reviewer(engine, settings)


Found = Callable[[str, str], dict[str, Finding]]


@pytest.fixture(scope="session")
def found(reviewer: Reviewer) -> Found:
    """Codes of 严重 and 一般 findings in a text, each with the first of them."""

    def run(text: str, kind: str) -> dict[str, Finding]:
        review = reviewer.review_text(text, DocumentKind(kind))
        out: dict[str, Finding] = {}
        for one in review.findings:
            if one.severity is not Severity.HINT or one.code in ("effect_clause_missing", "interpretation_right"):
                out.setdefault(one.code, one)
        return out

    return run
