"""An adopted opinion in the library: masked, found by the next like question, marked, never law, never at the public desk."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from assistant.answer.service import Assistant
from assistant.config import Settings, load_settings
from assistant.desk.chat.records import from_record, to_record
from assistant.desk.matters import matters, opinion_publishing, opinions
from assistant.desk.matters.matters import Material, MatterForm, NoMatter
from assistant.desk.matters.opinion_publishing import preview, publish
from assistant.desk.matters.states import Step
from assistant.desk.matters.steps import NotAllowed, Taken, submit, take
from assistant.errors import RefusedInput
from assistant.law.statute.model import Level, Visibility
from assistant.library.shelf.shelf import Shelf
from assistant.library.sources.importing import import_paths
from assistant.search.index.build import sync_index
from tests.desk.persons import Bureau, make_bureau
from tests.web.conftest import write_statutes

QUESTION = "茶楼强行兜售茶点，能不能按次数分别罚款？"
ASKED = f"{QUESTION}当事人张三丰，电话13800001234，车牌浙A12345。"
BODY = """一、结论
茶楼强行兜售茶点，不宜按次数分别罚款；张三丰的行为出于一个概括的故意，建议作为一个行为处理。
二、理由
（一）适用
按照《虚构市茶楼管理办法》第五条处理。
第五条 这一行以条号开头，但它是意见书里的话。
《虚构市茶楼管理办法》同时废止的说法没有根据。"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return load_settings(settings.home, bureau_name="虚构市文旅局", regions=["全国", "虚构市"])


@pytest.fixture
def bureau(engine: Engine) -> Bureau:
    return make_bureau(engine)


@pytest.fixture
def adopted(engine: Engine, settings: Settings, bureau: Bureau) -> str:
    """A matter whose opinion was adopted."""
    list(import_paths(engine, settings, write_statutes(settings.home / "files")))
    made = matters.open_matter(engine, bureau.owner, MatterForm("张三丰兜售茶点案", ASKED, firm="虚构律师事务所"), Material(), "k")
    submit(engine, settings, bureau.owner, made, 1, "s")
    take(engine, settings, bureau.counsel, made, Taken(Step.ACCEPT, 2, "a"))
    draft = opinions.save_draft(engine, bureau.counsel, made, BODY, 0)
    reasons = {
        c.key: "虚构的说明" for c in opinions.check(engine, BODY, matters.opened(engine, made, bureau.owner).matter.created_at.date())
    }
    opinions.issue(engine, settings, bureau.counsel, made, Taken(Step.ISSUE, 3, "i"), draft.version, reasons)
    take(engine, settings, bureau.owner, made, Taken(Step.ADOPT, 4, "ad"))
    return made


@pytest.fixture
def assistant(engine: Engine, settings: Settings, adopted: str, bureau: Bureau) -> Iterator[Assistant]:
    """The assistant over a library with the published opinion, indexed."""
    shown = preview(engine, adopted, bureau.owner)
    publish(engine, settings, bureau.owner, adopted, Taken(Step.PUBLISH, 5, "p"), shown)
    sync_index(engine, settings)
    yield Assistant(settings, engine)


def test_personal_data_are_found_and_shown_beside_the_original(engine: Engine, bureau: Bureau, adopted: str) -> None:
    shown = preview(engine, adopted, bureau.owner)
    assert {d.text for d in shown.found} >= {"13800001234", "浙A12345"}
    for said in ("13800001234", "浙A12345"):
        assert said in shown.original and said not in shown.masked
    assert shown.original.count("张三丰") == 2 and "张三丰" not in shown.masked + shown.title  # found once, hidden everywhere
    assert "".join(piece for piece, _ in shown.places()) == shown.original
    assert QUESTION in shown.masked


def test_the_reader_decides_what_is_hidden_and_adds_words(engine: Engine, bureau: Bureau, adopted: str) -> None:
    everything = preview(engine, adopted, bureau.owner)
    phone = next(n for n, d in enumerate(everything.found) if d.text == "13800001234")
    shown = preview(engine, adopted, bureau.owner, [phone, 999, -1], ["概括的故意", " "], "自拟标题")
    assert "13800001234" not in shown.masked and "浙A12345" in shown.masked and "概括的故意" not in shown.masked
    assert shown.title == "自拟标题" and shown.words == ("概括的故意",) and shown.hidden == {phone}


def test_only_who_decides_may_publish(engine: Engine, settings: Settings, bureau: Bureau, adopted: str) -> None:
    for person, error in ((bureau.colleague, NotAllowed), (bureau.counsel, NotAllowed), (bureau.stranger, NoMatter)):
        with pytest.raises(error):
            preview(engine, adopted, person)
    shown = preview(engine, adopted, bureau.owner)
    with pytest.raises(NotAllowed):
        publish(engine, settings, bureau.colleague, adopted, Taken(Step.PUBLISH, 5, "p"), shown)


def test_the_document_is_internal_and_its_quotations_are_no_articles(engine: Engine, bureau: Bureau, assistant: Assistant) -> None:
    (statute,) = [s for s in Shelf(engine).statutes() if s.level is Level.OPINION]
    assert statute.title.startswith("法律意见书（法意〔") and statute.visibility == Visibility.INTERNAL
    version = Shelf(engine).versions(statute.id)[0]
    pieces = [a.article for a in Shelf(engine).articles(version.id)]
    assert not [p for p in pieces if p.number] and "13800001234" not in "".join(p.text for p in pieces)
    tea_house = Shelf(engine).find_statute("虚构市茶楼管理办法")
    assert tea_house and not [v for v in Shelf(engine).versions(tea_house.id) if v.repealed_from]
    assert statute.title not in Shelf(engine).names()


def test_an_opinion_is_published_once(engine: Engine, settings: Settings, bureau: Bureau, adopted: str) -> None:
    shown = preview(engine, adopted, bureau.owner)
    first = Taken(Step.PUBLISH, 5, "p")
    assert publish(engine, settings, bureau.owner, adopted, first, shown)
    publish(engine, settings, bureau.owner, adopted, first, shown)  # the same form twice
    with pytest.raises(RefusedInput, match="已经入库"):
        publish(engine, settings, bureau.owner, adopted, Taken(Step.PUBLISH, 6, "q"), shown)
    assert len([s for s in Shelf(engine).statutes() if s.level is Level.OPINION]) == 1


def test_the_next_like_question_finds_it_marked_as_opinion_and_not_as_law(assistant: Assistant) -> None:
    assert Level.OPINION in {h.article.statute.level for h in assistant.search(QUESTION, k=20)}
    answer = assistant.ask(f"虚构市茶楼管理办法第五条怎么规定？{QUESTION}")
    assert answer.opinions and all(o.level == "法律意见" and o.status == "法律意见" for o in answer.opinions)
    assert answer.citations and not [c for c in answer.citations if c.level == "法律意见"]
    assert not [s for s in answer.sections if "法律意见书" in s.text]
    assert "【可参考的法律意见（不是法律依据）】" in answer.text
    assert [o["title"] for o in answer.as_json()["opinions"]] == [o.law for o in answer.opinions]
    assert not [c for c in answer.as_json()["citations"] if "法律意见书" in c["law"]]
    assert min(o.mark for o in answer.opinions) > max(c.mark for c in answer.citations)
    assert from_record(to_record(answer)) == answer


def test_a_question_the_law_does_not_answer_is_handed_on_with_the_opinion_and_still_abstains(assistant: Assistant) -> None:
    answer = assistant.ask(QUESTION)
    assert answer.abstained and answer.opinions and not answer.citations


def test_an_unlike_question_does_not_bring_it_up(assistant: Assistant) -> None:
    assert not assistant.ask("画舫每船载客多少人").opinions
    assert not assistant.ask("今天天气怎么样").opinions


def test_the_public_desk_never_sees_it(assistant: Assistant) -> None:
    for question in (QUESTION, "法律意见书 法意 概括的故意 分别罚款"):
        assert not [h for h in assistant.search(question, k=50, desk="public") if h.article.statute.level is Level.OPINION]
        answer = assistant.ask(question, desk="public")
        assert not answer.opinions and "法律意见" not in answer.text.replace("提交律师", "")
    (found,) = {h.article.statute.id for h in assistant.search(QUESTION, k=20) if h.article.statute.level is Level.OPINION}
    hit = next(h for h in assistant.search(QUESTION, k=20) if h.article.statute.id == found)
    assert assistant.article(hit.article.id) and assistant.article(hit.article.id, desk="public") is None


def test_an_exported_conversation_tells_the_opinion_apart(engine: Engine, bureau: Bureau, assistant: Assistant) -> None:
    import docx

    from assistant.desk.chat import conversations
    from assistant.desk.chat.exports import as_docx, as_markdown

    answer = assistant.ask(QUESTION)
    talk = conversations.start(engine, bureau.owner.id, QUESTION)
    conversations.record_turn(engine, talk.id, bureau.owner.id, answer)
    turns = conversations.messages(engine, talk.id, bureau.owner.id)
    assert "可参考的法律意见" in as_markdown(talk, turns)
    assert "可参考的法律意见（不是法律依据）" in [p.text for p in docx.Document(io.BytesIO(as_docx(talk, turns))).paragraphs]
    assert opinion_publishing.HIDDEN == "***"
