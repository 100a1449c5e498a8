"""A small home with invented statutes, a server on it, and a headless Chromium."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.answer.service import Assistant
from assistant.config import Settings, load_settings
from assistant.desk.people.accounts import Role
from assistant.library.shelf.shelving import Placed
from assistant.library.sources.importing import import_paths
from assistant.search.index.build import sync_index
from assistant.store.engine import open_engine, sqlite_url
from tests.web.card_site import card_site
from tests.web.people import Site, signed_in
from tests.web.serving import served

__all__ = ["card_site"]

# Every rule below is invented for these tests; none is the text of a real statute.
OLD = """# 虚构市茶楼管理办法

（2019年3月1日虚构市人民政府令第7号公布 自2019年5月1日起施行）

## 第一章 总则

第一条 为了管理虚构市的茶楼，制定本办法。

第二条 本办法所称茶楼，是指供应茶水并设有评弹表演的场所。

## 第二章 经营

第三条 茶楼每日营业时间限于七时至二十二时。

第四条 茶楼不得向来客强行兜售茶点。

## 第三章 罚则

第五条 违反本办法第四条规定，强行兜售茶点的，由茶楼主管部门处一百元以上三百元以下的罚款。

第六条 本办法自2019年5月1日起施行。
"""
NEW = (
    OLD.replace("2019年3月1日虚构市人民政府令第7号", "2023年6月1日虚构市人民政府令第9号")
    .replace("2019年5月1日", "2023年8月1日")
    .replace("一百元以上三百元以下", "二百元以上八百元以下")
    .replace("第六条 本办法自", "第六条 茶楼应当公示茶水价格。\n\n第七条 本办法自")
)
HOSTILE = """# 虚构市<script>window.hacked=1</script>画舫管理办法

（2020年3月1日虚构市人民政府令第8号公布 自2020年5月1日起施行）

第一条 画舫<img src=x onerror="window.hacked=1">应当配备救生衣。

第二条 画舫每船载客不得超过十人。
"""


def write_statutes(folder: Path) -> list[Path]:
    """Write the invented statutes as files and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {"虚构市茶楼管理办法(2019-03-01).md": OLD, "虚构市茶楼管理办法(2023-06-01).md": NEW, "画舫管理办法.md": HOSTILE}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def write_questions(folder: Path) -> None:
    """Write the bureau's own example questions for the invented statutes."""
    folder.mkdir(parents=True)
    rows = [("茶楼强行兜售茶点罚多少", "第五条"), ("茶楼几点打烊", "第三条"), ("茶楼要不要公示茶水价格<b>", "第六条")]
    lines = [
        json.dumps({"question": q, "register": "office", "articles": [f"《虚构市茶楼管理办法》{article}"]}, ensure_ascii=False)
        for q, article in rows
    ]
    (folder / "own.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a home whose library holds the invented statutes, indexed."""
    home = tmp_path_factory.mktemp("home")
    made = load_settings(home, bureau_name="虚构市文旅局", regions=["全国", "虚构市"])
    engine = open_engine(sqlite_url(home / "library.db"))
    reports = list(import_paths(engine, made, write_statutes(home / "files")))
    assert all(r.outcome is not Placed.REFUSED for r in reports), reports
    write_questions(home / "questions")
    sync_index(engine, made)
    engine.dispose()
    return made


@pytest.fixture(scope="session")
def assistant(settings: Settings) -> Iterator[Assistant]:
    """The real assistant over the small home."""
    made = Assistant(settings)
    yield made
    made.close()


@pytest.fixture(scope="session")
def address(assistant: Assistant) -> Iterator[Site]:
    """The address of the whole web application, served by uvicorn on a free port."""
    with served(assistant) as site:
        site.people = {role: signed_in(assistant.engine, assistant.settings, role) for role in Role}
        yield site


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, headless; skips where it or playwright is not installed."""
    playwright = pytest.importorskip("playwright.sync_api", reason="没有安装 playwright")
    chromium = Path("/usr/bin/chromium")
    if not chromium.exists():
        pytest.skip("没有安装 chromium（apt-get install chromium）")
    with playwright.sync_playwright() as running:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        opened = running.chromium.launch(executable_path=str(chromium), args=flags)
        yield opened
        opened.close()
