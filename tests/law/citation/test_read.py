"""Citations in running text: what is found, where, and which statute it belongs to."""

from __future__ import annotations

import pytest

from assistant.law.citation.read import Citation, find_citations, parse_reference

NAMES = {
    "旅游法": "旅游法",
    "处罚法": "行政处罚法",
    "网吧条例": "互联网上网服务营业场所管理条例",
    "未保法": "未成年人保护法",
    "KTV条例": "娱乐场所管理条例",
    "刑法": "刑法",
}

Place = tuple[str | None, str]


def _places(text: str) -> list[Place]:
    found = find_citations(text, NAMES)
    for citation in found:
        assert text[citation.start : citation.end] == citation.raw
        if citation.quote is not None:
            assert text[citation.quote_start : citation.quote_end] == citation.quote
    return [(c.title, c.label) for c in found]


def _only(text: str) -> Citation:
    found = find_citations(text, NAMES)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("《旅游法》第三十五条", "第三十五条"),
        ("《旅游法》第 35 条第 1 款", "第三十五条第一款"),
        ("《旅游法》第３５条第２款第３项", "第三十五条第二款第三项"),
        ("《旅游法》第九十七条第（五）项", "第九十七条第五项"),
        ("《旅游法》第九十七条（五）项", "第九十七条第五项"),
        ("《旅游法》第九十七条第(5)项第2目", "第九十七条第五项第二目"),
        ("《刑法》第一百二十条之一第二款", "第一百二十条之一第二款"),
        ("《旅游法》35条", "第三十五条"),
        ("《旅游法》第三十五条之规定", "第三十五条"),
    ],
)
def test_one_place_in_every_spelling(text: str, label: str) -> None:
    assert _only(text).label == label


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("《处罚法》第五十七、五十八条", ["第五十七条", "第五十八条"]),
        ("《处罚法》第五十七条、第五十八条", ["第五十七条", "第五十八条"]),
        ("《处罚法》第五十七条和第五十八条", ["第五十七条", "第五十八条"]),
        ("《处罚法》第五十七条、五十八条以及第六十条", ["第五十七条", "第五十八条", "第六十条"]),
        ("《处罚法》第三十二条第一项、第三项", ["第三十二条第一项", "第三十二条第三项"]),
        ("《处罚法》第三十二条第（一）、（三）项", ["第三十二条第一项", "第三十二条第三项"]),
        ("《旅游法》第九十五条第一款和第二款", ["第九十五条第一款", "第九十五条第二款"]),
        ("《旅游法》第二十八条、第九十五条第一款", ["第二十八条", "第九十五条第一款"]),
        ("《旅游法》第三十条至第三十三条", ["第三十条", "第三十一条", "第三十二条", "第三十三条"]),
        ("《旅游法》第30-32条", ["第三十条", "第三十一条", "第三十二条"]),
        ("《旅游法》第九十七条第一项至第三项", ["第九十七条第一项", "第九十七条第二项", "第九十七条第三项"]),
        ("《旅游法》第二十八条和2项证据", ["第二十八条"]),
    ],
)
def test_lists_and_ranges(text: str, labels: list[str]) -> None:
    assert [label for _, label in _places(text)] == labels


def test_a_range_keeps_its_end_and_its_span() -> None:
    found = find_citations("《旅游法》第三十条至第三十三条", NAMES)
    assert {c.range_end for c in found} == {33}
    assert {c.raw for c in found} == {"《旅游法》第三十条至第三十三条"}


def test_a_range_that_runs_backwards_is_two_articles() -> None:
    assert [c.number for c in find_citations("《旅游法》第四十条至第三十条", NAMES)] == [40, 30]


def test_lists_across_two_statutes() -> None:
    text = "违反《旅游法》第五十六条和《旅行社条例》第三十八条，依据该法第九十七条、同条例第四十九条"
    assert _places(text)[:3] == [("旅游法", "第五十六条"), ("旅行社条例", "第三十八条"), ("旅游法", "第九十七条")]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("该条例", "娱乐场所管理条例"),
        ("本条例", "娱乐场所管理条例"),
        ("前述条例", "娱乐场所管理条例"),
        ("该法", "中华人民共和国旅游法"),
        ("同法", "中华人民共和国旅游法"),
        ("本法", "中华人民共和国旅游法"),
    ],
)
def test_an_antecedent_of_its_kind(words: str, title: str) -> None:
    text = f"根据《中华人民共和国旅游法》第三条和《娱乐场所管理条例》第五条，依据{words}第九条第一款"
    last = find_citations(text, NAMES)[-1]
    assert (last.title, last.label, last.title_source) == (title, "第九条第一款", "antecedent")


def test_that_article_is_the_one_cited_last() -> None:
    assert _places("《旅游法》第九十五条第一款，以及该条第二款") == [("旅游法", "第九十五条第一款"), ("旅游法", "第九十五条第二款")]


def test_contract_law_is_no_same_law() -> None:
    assert _places("《旅游法》第三条，合同法第五十二条")[1] == ("合同法", "第五十二条")


@pytest.mark.parametrize("words", ["《条例》第五条", "条例第五条", "《条例》第5条"])
def test_a_name_the_text_defines(words: str) -> None:
    text = f"《娱乐场所管理条例》（2020年修订，以下简称《条例》）第三条，依据{words}"
    first, last = find_citations(text, NAMES)
    assert (first.version_year, first.number) == (2020, 3)
    assert (last.title, last.number, last.title_source) == ("娱乐场所管理条例", 5, "short")


@pytest.mark.parametrize(
    ("text", "title", "label"),
    [
        ("旅游法第三十五条", "旅游法", "第三十五条"),
        ("处罚法58条", "行政处罚法", "第五十八条"),
        ("违反处罚法５８条1款2项", "行政处罚法", "第五十八条第一款第二项"),
        ("网吧条例21条", "互联网上网服务营业场所管理条例", "第二十一条"),
        ("ktv 条例 第 48 条", "娱乐场所管理条例", "第四十八条"),
        ("依据中华人民共和国旅游法第三十五条", "旅游法", "第三十五条"),
        ("治安管理处罚法第三十条", "治安管理处罚法", "第三十条"),
        ("浙江省旅游条例29条", "浙江省旅游条例", "第二十九条"),
        ("违反互联网上网服务营业场所管理条例第二十一条", "互联网上网服务营业场所管理条例", "第二十一条"),
    ],
)
def test_names_without_brackets(text: str, title: str, label: str) -> None:
    citation = _only(text)
    assert (citation.title, citation.label, citation.title_source) == (title, label, "short")


def test_titles_within_titles_and_bare_titles() -> None:
    assert _places("《关于修改〈中华人民共和国体育法〉的决定》和《旅游法》") == [
        ("关于修改〈中华人民共和国体育法〉的决定", ""),
        ("旅游法", ""),
    ]
    assert _places("浙江省实施《中华人民共和国体育法》办法") == [("中华人民共和国体育法", "")]
    assert _places("《关于适用《旅游法》的解释》第三条") == [("关于适用《旅游法》的解释", "第三条")]


@pytest.mark.parametrize("text", ["《营业性演出许可证》", "第三条 服务内容", "共3条线索", "证据2项", "《未闭合第三条"])
def test_what_is_no_citation_of_law(text: str) -> None:
    assert [c for c in find_citations(text, NAMES) if c.title] == []


def test_own_articles() -> None:
    draft = "某县旅游管理办法（草案）\n第一条 根据《旅游法》制定。\n第二条 违反本办法第五条的。\n第三条 依第四条办理。"
    found = find_citations(draft, NAMES)
    assert [(c.title, c.number, c.title_source) for c in found] == [("旅游法", None, "bracketed"), (None, 5, "own"), (None, 4, "own")]
    assert _only("按照本合同第五条付款").title_source == "own"


@pytest.mark.parametrize(
    ("text", "doc_number"),
    [
        ("根据武文广旅体〔2021〕40号文件", "武文广旅体〔2021〕40号"),
        ("《某某实施办法》（浙文旅〔2020〕3号）第二条", "浙文旅〔2020〕3号"),
        ("《某某实施办法》（浙文旅［2020］3号）".replace("［", "[").replace("］", "]"), "浙文旅〔2020〕3号"),
    ],
)
def test_document_numbers(text: str, doc_number: str) -> None:
    assert _only(text).doc_number == doc_number


def test_numbers_of_case_papers_cite_nothing() -> None:
    assert find_citations("甲执罚字〔2023〕第81号，甲执立字〔2023〕82号", NAMES) == []


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("《体育法》（2022年修订）第三条", 2022),
        ("《体育法》(2016修正)第三条", 2016),
        ("2016年修正的《体育法》第三条", 2016),
        ("《体育法》（2022年6月24日修订）", 2022),
        ("《旅行社条例》（2009年国务院公布）第三条", None),
    ],
)
def test_the_year_of_a_version(text: str, year: int | None) -> None:
    assert _only(text).version_year == year


@pytest.mark.parametrize(
    "text",
    [
        "《旅游法》第四十四条，“甲乙丙”",
        "《旅游法》第四十四条规定：“甲乙丙”",
        "《旅游法》第四十四条明确规定，「甲乙丙」",
        '《旅游法》第四十四条 "甲乙丙"',
        "《旅游法》第四十四条：\n“甲乙丙”",
        "“甲乙丙”（《旅游法》第四十四条）",
        "“甲乙丙。”——《旅游法》第四十四条",
    ],
)
def test_quotations_attached(text: str) -> None:
    citation = _only(text)
    assert citation.quote in ("甲乙丙", "甲乙丙。")
    assert citation.quote_start is not None
    assert text[citation.quote_start : citation.quote_end] == citation.quote


def test_a_quotation_keeps_the_marks_within_it() -> None:
    assert _only("《旅游法》第三条规定：“甲“乙”丙”，丁").quote == "甲“乙”丙"


@pytest.mark.parametrize(
    "text", ["《旅游法》第三条。他说：“甲乙丙”", "《旅游法》第三条，当事人表示“甲乙丙”", "《旅游法》第三条规定：“甲乙"]
)
def test_other_quotations_are_not_attached(text: str) -> None:
    assert _only(text).quote is None


def test_references_within_a_quotation_are_to_the_quoted_statute() -> None:
    text = "《娱乐场所管理条例》第四十八条规定：“违反本条例第二十五条、第四十条”"
    assert {t for t, _ in _places(text)} == {"娱乐场所管理条例"}


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("旅游法里第35条讲什么", [("旅游法", "第三十五条")]),
        ("第35条是什么意思？旅游法", [("旅游法", "第三十五条")]),
        ("《网吧条例》21条", [("互联网上网服务营业场所管理条例", "第二十一条")]),
        ("第58条第1款第2项", [(None, "第五十八条第一款第二项")]),
        ("旅游法和处罚法有什么关系", [("旅游法", ""), ("行政处罚法", "")]),
        ("网吧条例21条和未保法58条冲突吗", [("互联网上网服务营业场所管理条例", "第二十一条"), ("未成年人保护法", "第五十八条")]),
        ("今天天气怎么样", []),
    ],
)
def test_what_a_question_names(question: str, places: list[Place]) -> None:
    assert [(c.title, c.label) for c in parse_reference(question, NAMES)] == places


@pytest.mark.parametrize(
    "text", ["", "《", "》第三条", "第条", "（（（", "“”", "第零条", "《》第三条", "第" * 200, "、" * 200, "第一、" * 200]
)
def test_broken_text_is_read_without_error(text: str) -> None:
    assert all(text[c.start : c.end] == c.raw for c in find_citations(text, {}))
