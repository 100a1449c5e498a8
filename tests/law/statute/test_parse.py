"""Parsing: invented texts for each rule, and the whole public corpus counted."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.law.statute.headers import file_name_facts
from assistant.law.statute.model import Level, ParsedDocument
from assistant.law.statute.parse import number_gaps, parse_document
from tests.invented import OPENING, TITLE, statute

#: Documents whose source itself breaks the numbering (a line lost or glued to the one before).
BROKEN_SOURCES = {"浙江省无人驾驶航空器公共安全管理规定", "浙江省测绘地理信息条例", "飞行基本规则"}


def joined(documents: list[ParsedDocument]) -> dict[tuple[str, date | None], list[ParsedDocument]]:
    out: dict[tuple[str, date | None], list[ParsedDocument]] = {}
    for document in documents:
        out.setdefault((document.title, document.version_date), []).append(document)
    return out


def test_a_statute_is_read_with_its_facts() -> None:
    document = parse_document(statute(), f"{TITLE}(2001-03-01)")
    assert (document.title, document.version_date, document.effective_from) == (TITLE, date(2001, 3, 1), date(2001, 5, 1))
    assert [a.label for a in document.articles] == ["第一条", "第二条", "第三条", "第四条"]
    assert [a.text for a in document.articles] == list(OPENING)
    assert document.articles[0].chapter == "第一章 虚构总则"


def test_a_table_of_contents_gives_no_articles() -> None:
    text = statute().replace("<!-- INFO END -->", "<!-- INFO END -->\n\n目　录\n\n第一章 虚构总则\n\n第二章 虚构罚则\n")
    assert [a.label for a in parse_document(text).articles] == ["第一条", "第二条", "第三条", "第四条"]


@pytest.mark.parametrize("label", ["第 二 条　", "第2条 ", "第２条　"])
def test_numbers_in_other_widths_and_digits(label: str) -> None:
    document = parse_document(statute().replace("第二条 ", label))
    assert [a.number for a in document.articles] == [1, 2, 3, 4]


def test_an_inserted_article_and_a_heading_over_two_lines() -> None:
    text = statute().replace("第三条 ", "第二条之一 虚构的插入条文。\n\n第二章\n\n虚构罚则\n\n第三条 ")
    articles = parse_document(text).articles
    assert [a.label for a in articles] == ["第一条", "第二条", "第二条之一", "第三条", "第四条"]
    assert articles[3].chapter == "第二章 虚构罚则"
    assert not number_gaps(articles)


def test_paragraphs_and_items_stay_within_their_article() -> None:
    text = statute(("虚构的第一款：\n\n（一）甲；\n\n（二）乙。\n\n虚构的第二款。", "虚构的第二条。"))
    assert parse_document(text).articles[0].text.split("\n") == ["虚构的第一款：", "（一）甲；", "（二）乙。", "虚构的第二款。"]


def test_signature_and_appendix_are_kept_apart() -> None:
    document = parse_document(statute() + "\n\n虚构部\n\n2001年3月1日\n")
    assert document.articles[-1].text == OPENING[-1]
    assert "虚构部" in document.signature
    assert "虚构的表" in parse_document(statute() + "\n\n附件：虚构的表\n\n第一行\n").appendix


def test_a_notice_is_kept_by_paragraph() -> None:
    document = parse_document("# 关于虚构事项的通知\n\n虚构的第一段。\n\n虚构的第二段。\n", level_hint=Level.NORMATIVE_DOCUMENT)
    assert not document.has_articles and [a.label for a in document.articles] == ["第一段", "第二段"]


def test_what_is_not_stated_stays_empty() -> None:
    document = parse_document(f"# {TITLE}\n\n第一条 虚构。\n\n第二条 虚构。\n")
    assert document.version_date is None and document.effective_from is None and document.level is None
    assert document.warnings == ("未能读出效力层级", "未能读出公布日期")


def test_an_amended_text_does_not_keep_the_first_commencement() -> None:
    amended = statute(history=("2010年6月1日 虚构部第一次修订",))
    assert parse_document(amended, f"{TITLE}(2010-06-01)").effective_from is None


def test_file_names() -> None:
    assert file_name_facts("虚构办法(2001-03-01)_扫描件") == ("虚构办法", date(2001, 3, 1))
    assert file_name_facts("虚构办法（2001-3-1）") == ("虚构办法", date(2001, 3, 1))
    assert file_name_facts("虚构办法") == ("虚构办法", None)


def test_number_gaps_names_what_does_not_follow() -> None:
    document = parse_document(statute().replace("第三条 ", "第五条 "))
    assert number_gaps(document.articles) == ["第五条", "第四条"]


def test_the_whole_corpus(corpus_documents: list[ParsedDocument]) -> None:
    assert len(corpus_documents) == 1968
    assert sum(a.number > 0 for d in corpus_documents for a in d.articles) == 81011
    assert all(d.articles and d.title and d.level for d in corpus_documents)
    assert not [d.title for d in corpus_documents if any(not a.text.strip() for a in d.articles) and d.title not in BROKEN_SOURCES]


def test_numbers_run_without_a_gap_but_for_the_broken_sources(corpus_documents: list[ParsedDocument]) -> None:
    broken = set()
    for (title, _), parts in joined(corpus_documents).items():
        if len(parts) > 1 and title == "民法典":
            parts = sorted(parts, key=lambda d: d.articles[0].number)
        if any(
            number_gaps(group)
            for group in ([tuple(a for d in parts for a in d.articles)] if title == "民法典" else [p.articles for p in parts])
        ):
            broken.add(title)
    assert broken == BROKEN_SOURCES


def test_the_civil_code_is_whole(corpus_documents: list[ParsedDocument]) -> None:
    parts = [d for d in corpus_documents if d.title == "民法典" and d.version_date == date(2020, 5, 28)]
    assert len(parts) == 8
    assert sorted(a.number for d in parts for a in d.articles) == list(range(1, 1261))
    assert {d.effective_from for d in parts if d.effective_from} == {date(2021, 1, 1)}


def test_levels_dates_and_regions_of_the_corpus(corpus_documents: list[ParsedDocument]) -> None:
    laws = [d for d in corpus_documents if d.level and d.level.is_law]
    assert sum(d.version_date is None for d in laws) <= 1
    local = [d for d in laws if d.level is Level.LOCAL_REGULATION]
    assert len(local) > 400 and all(d.region or d.title.startswith("中国（浙江）") for d in local)
    assert not [d.title for d in laws if d.level is Level.LAW and d.region]
    assert all(d.effective_from is None or d.version_date is None or d.effective_from >= d.version_date for d in laws)
