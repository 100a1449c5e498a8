"""Circumstances told by a question's words, powers moved by a table, who a statute puts in charge."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.law.citation.table_cells import ProvisionPlace
from assistant.law.penalty.competence import in_charge, plain_office
from assistant.law.penalty.power_transfer import read_moved_powers
from assistant.law.procedure.discretion import ALL_FACTORS, named_factors
from assistant.law.statute.model import Article, ParsedDocument


@pytest.mark.parametrize(
    ("question", "articles"),
    [
        ("老板第一次被查到，怎么处理", ["第三十三条第一款"]),
        ("当事人主动整改并配合调查", ["第三十二条第一款第一项", "第三十二条第一款第四项"]),
        ("当事人才13岁，能罚吗", ["第三十条"]),
        ("行为人不满十八岁刻画文物", ["第三十条", "第三十条"]),
        ("他并不知情，是被骗的", ["第三十二条第一款第二项", "第三十三条第二款"]),
        ("网吧放两个未成年人进来怎么罚", []),
        ("歌厅招用未成年人", []),
        ("旅行社第一次申请许可要什么材料", []),
    ],
)
def test_factors_in_words(question: str, articles: list[str]) -> None:
    assert [f.article.partition("》")[2] for f in named_factors(question)] == articles


def test_all_the_factors_are_those_of_the_four_articles(corpus_documents: list[ParsedDocument]) -> None:
    law = [d for d in corpus_documents if d.title.endswith("行政处罚法")][-1]
    texts = {a.label: a.text for a in law.articles}
    for factor in ALL_FACTORS:
        label = factor.article.partition("》")[2].split("条")[0] + "条"
        words = factor.effect.value.removesuffix("行政处罚").removesuffix("减轻")
        assert label in ("第三十条", "第三十一条", "第三十二条", "第三十三条") and words in texts[label]


def test_moved_powers() -> None:
    rows = [
        {"法律文件": "虚构茶馆管理办法", "条文": "", "行使机关": "虚构综合执法局", "起始日期": "2025-01-01", "依据": ""},
        {"法律文件": "虚构茶馆管理办法", "条文": "第三条第二款", "行使机关": "本局", "起始日期": "", "依据": "虚构决定"},
        {"法律文件": "虚构茶馆管理办法", "条文": "茶馆", "行使机关": "本局", "起始日期": "", "依据": ""},
        {"法律文件": "", "条文": "", "行使机关": "本局", "起始日期": "", "依据": ""},
        {"法律文件": "甲", "条文": "", "行使机关": "本局", "起始日期": "昨天", "依据": ""},
    ]
    read = read_moved_powers(rows, "虚构表")
    assert [line.split("：")[0] for line in read.refused] == ["第3行", "第4行", "第5行"]
    day = date(2026, 1, 1)
    of = read.covering("虚构茶馆管理办法", ProvisionPlace(3, 0, 1), day)
    assert of is not None and (of.holder, of.source) == ("虚构综合执法局", "虚构表")
    own = read.covering("《虚构茶馆管理办法》", ProvisionPlace(3, 0, 2), day)
    assert own is not None and own.is_own and own.source == "虚构决定"
    assert read.covering("虚构茶馆管理办法", ProvisionPlace(4), date(2024, 1, 1)) is None
    assert read.covering("虚构酒馆管理办法", ProvisionPlace(4), day) is None


def test_who_is_in_charge() -> None:
    articles = [Article(1, 0, "虚构。", 1), Article(4, 0, "国务院虚构部门负责全国。县级以上人民政府主管茶艺工作的部门负责本行政区域。", 2)]
    found = in_charge(articles)
    assert found is not None and found[0].number == 4 and plain_office(found[1]).endswith("茶艺主管部门")
    assert in_charge(articles[:1]) is None
