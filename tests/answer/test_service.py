"""Answers over real statutes of ../shared/corpus: quoted to the letter, named exactly, or not given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.answer.sections.penalty_view import punished
from assistant.answer.service import Assistant
from assistant.config import load_settings
from assistant.errors import RefusedInput
from assistant.law.statute.parse import parse_document
from assistant.library.shelf.shelf import Shelf
from assistant.library.sources.importing import import_paths
from assistant.search.index.build import sync_index

FILES = (
    "行政法规/互联网上网服务营业场所管理条例*.md",
    "行政法规/娱乐场所管理条例*.md",
    "行政法规/营业性演出管理条例*.md",
    "法律/旅游法*.md",
    "法律/文物保护法*.md",
    "法律/未成年人保护法*.md",
    "法律/行政处罚法*.md",
    "法律/体育法*.md",
)


@pytest.fixture(scope="module")
def assistant(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    found = Assistant(load_settings(tmp_path_factory.mktemp("home")))
    list(import_paths(found.engine, found.settings, sorted(p for f in FILES for p in corpus.glob(f))))
    sync_index(found.engine, found.settings)
    yield found
    found.close()


def article_text(corpus: Path, pattern: str, number: int) -> str:
    path = sorted(corpus.glob(pattern))[-1]
    return next(a.text for a in parse_document(path.read_text(encoding="utf-8"), path.stem).articles if a.number == number)


def test_an_answer_quotes_its_articles_to_the_letter(assistant: Assistant) -> None:
    answer = assistant.ask("网吧半夜放两个初中生进来上网，怎么处罚？")
    assert not answer.abstained and answer.sections[0].title == "结论"
    cited = {c.address: c for c in answer.citations}
    assert {"《未成年人保护法》第一百二十三条", "《互联网上网服务营业场所管理条例》第三十一条"} <= set(cited)
    for citation in answer.citations:
        found = assistant.article(citation.article_id)
        assert found is not None and citation.quote == found.article.text
        for begin, end in citation.decisive:
            assert 0 <= begin < end <= len(citation.quote)


def test_the_item_is_told_where_the_question_says_it_in_other_words(assistant: Assistant) -> None:
    """The question shares no word with 项 (三); the thesaurus knows that a 初中生 is a 未成年人 and a KTV such a place."""
    answer = assistant.ask("KTV里有一桌初中生在唱歌，怎么处罚？")
    punished = [p for p in answer.penalties if (p["law"], p["article"]) == ("娱乐场所管理条例", "第四十八条")]
    assert punished and {p["item"] for p in punished} == {3}


@pytest.mark.parametrize("question", ["KTV怎么处罚", "KTV凌晨还在营业怎么处罚", "KTV被查了会罚多少", "歌舞娱乐场所怎么处罚"])
def test_a_place_alone_tells_no_item(assistant: Assistant, question: str) -> None:
    """Whom the statute is about, in everyday words or its own, does not tell what was done."""
    statutory = assistant.searcher.statutory_words(question)
    shelf = Shelf(assistant.engine)
    statute = shelf.require_statute("娱乐场所管理条例")
    for number in (48, 49):
        article = shelf.article(statute.id, number, 0, date.today())
        assert article
        found = punished(article, question, statutory)
        assert found is not None and found.item is None


def test_two_levels_that_punish_alike_are_told_apart(assistant: Assistant) -> None:
    warnings = assistant.ask("网吧接纳未成年人进入，如何处罚？").warnings
    assert any("未成年人保护法" in w and "互联网上网服务营业场所管理条例" in w and "适用" in w for w in warnings)


@pytest.mark.parametrize(
    ("question", "address", "paragraph", "item"),
    [
        ("旅游法第三十五条", "《旅游法》第三十五条", None, None),
        ("处罚法58条第1款第2项说什么", "《行政处罚法》第五十八条", 1, 2),
        ("《网吧条例》21条", "《互联网上网服务营业场所管理条例》第二十一条", None, None),
    ],
)
def test_a_named_article_gets_exactly_that_one(
    assistant: Assistant, question: str, address: str, paragraph: int | None, item: int | None
) -> None:
    first = assistant.ask(question).citations[0]
    assert (first.address, first.paragraph, first.item) == (address, paragraph, item)


def test_a_named_article_needs_no_search(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def searched(*_: object, **__: object) -> None:
        raise AssertionError("a search was run")

    monkeypatch.setattr(assistant.searcher, "search", searched)
    assert [c.address for c in assistant.ask("旅游法第三十五条").citations] == ["《旅游法》第三十五条"]
    with pytest.raises(AssertionError, match="a search was run"):
        assistant.ask("旅游法第三十五条怎么罚")


def test_an_article_that_does_not_exist_is_said(assistant: Assistant) -> None:
    answer = assistant.ask("旅游法第一百五十条怎么规定的")
    assert "没有第一百五十条" in answer.text and "条文不存在" in answer.text


def test_a_renumbered_article_is_shown_with_its_new_number(assistant: Assistant, corpus: Path) -> None:
    old = sorted(corpus.glob("法律/文物保护法*.md"))[0]
    sentence = next(a.text for a in parse_document(old.read_text(encoding="utf-8"), old.stem).articles if a.number == 66).split("：")[0]
    answer = assistant.ask(f"草稿写《文物保护法》第六十六条规定：“{sentence}”，对吗？")
    assert "已被修改" in answer.text and any(c.article == "第八十三条" for c in answer.citations)


def test_a_changed_number_in_a_quotation_is_found(assistant: Assistant, corpus: Path) -> None:
    text = article_text(corpus, "行政法规/娱乐场所管理条例*.md", 28)
    wrong = text.replace("2时", "3时")
    assert wrong != text
    answer = assistant.ask(f"娱乐场所管理条例第二十八条是不是“{wrong}”")
    assert "不符" in answer.text and text.rstrip("。") in answer.text


def test_a_statute_nobody_has_is_not_made_up(assistant: Assistant) -> None:
    answer = assistant.ask("《虚构县茶馆遛鸟条例》第八条的罚款是多少？")
    assert answer.abstained and not answer.citations and "本库没有" in answer.text


def test_a_known_statute_that_is_missing_is_named(assistant: Assistant) -> None:
    answer = assistant.ask("互联网文化管理暂行规定第八条要几名专业人员")
    assert answer.abstained and "还没有收录" in answer.text and answer.next_steps


def test_off_topic_is_declined_in_one_sentence(assistant: Assistant) -> None:
    answer = assistant.ask("红烧肉要炖多久才软烂？")
    assert answer.abstained and not answer.citations and answer.sections[0].text.count("。") == 1


def test_a_follow_up_is_understood(assistant: Assistant) -> None:
    answer = assistant.ask("那罚多少？", history=["导游在路上逼游客买东西怎么处理？"])
    assert any(c.law == "旅游法" for c in answer.citations)


def test_conduct_of_an_earlier_day_meets_the_text_of_that_day(assistant: Assistant) -> None:
    answer = assistant.ask("互联网上网服务营业场所管理条例第三十一条", as_of=date(2021, 6, 1))
    assert answer.citations[0].version == "2019-03-24"


def test_conduct_before_a_change_shows_both_texts(assistant: Assistant) -> None:
    answer = assistant.ask("2023年5月有人擅自在文物保护单位的保护范围内进行建设工程，怎么处罚？")
    versions = {c.version for c in answer.citations if c.law == "文物保护法"}
    assert {"2017-11-04", "2024-11-08"} <= versions
    assert any("从旧兼从轻" in w for w in answer.warnings)


def test_of_two_provisions_that_fit_the_law_leads(assistant: Assistant) -> None:
    conclusion = assistant.ask("网吧接纳未成年人进入，如何处罚？").sections[0].text
    assert conclusion.startswith("属于《未成年人保护法》第一百二十三条")


def test_an_enforcement_answer_says_whose_power_and_which_steps(assistant: Assistant) -> None:
    answer = assistant.ask("网吧接纳未成年人进入，是第一次，老板当场改正了，如何处罚？")
    sections = {s.title: s.text for s in answer.sections}
    assert {"结论", "违反的义务", "幅度", "本局权限", "程序", "裁量与注意"} <= set(sections)
    assert sections["本局权限"].startswith("是")
    assert [s["step"] for s in answer.procedure] and all(s["articles"] for s in answer.procedure)
    public = assistant.ask("网吧接纳未成年人进入，如何处罚？", desk="public")
    assert not public.procedure and "本局权限" not in {s.title for s in public.sections}


def test_json_has_the_fixed_form(assistant: Assistant) -> None:
    body = assistant.ask("网吧未成年人怎么罚").as_json()
    assert list(body) == ["answer", "abstained", "reason", "citations", "penalties", "procedure", "cases", "warnings"]
    assert list(body["citations"][0]) == ["law", "article", "paragraph", "item", "version", "status", "quote"]


def test_empty_and_endless_questions_are_refused(assistant: Assistant) -> None:
    with pytest.raises(RefusedInput):
        assistant.ask("  ")
    with pytest.raises(RefusedInput, match="上限"):
        assistant.ask("问" * 3000)
