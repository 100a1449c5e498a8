"""Opinions: written or uploaded, citations checked before they are issued, numbered, exported."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import docx
import pytest
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.matters import attachments, matters, opinions
from assistant.desk.matters.matters import Material, MatterForm, NoMatter
from assistant.desk.matters.opinion_document import opinion_docx
from assistant.desk.matters.opinions import Block, StaleOpinion, Unconfirmed, blocks, check, issue, save_draft, text_of, upload_draft
from assistant.desk.matters.states import State, Step
from assistant.desk.matters.steps import NotAllowed, Taken, submit, take
from assistant.errors import BadSetting, RefusedInput
from assistant.library.sources.importing import import_paths
from tests.desk.persons import Bureau, make_bureau
from tests.web.conftest import write_statutes

FORM = MatterForm("虚构茶楼兜售茶点", "虚构市某茶楼强行兜售茶点，怎样处理？", firm="虚构律师事务所")
GOOD = "一、结论\n按照《虚构市茶楼管理办法》第五条处理。\n二、理由\n虚构的事实清楚，见《虚构市茶楼管理办法》第四条。"
WRONG = "一、结论\n按照《虚构市茶楼管理办法》第五十条处理，另见《虚构市茶楼管理办法》第四条。"


@pytest.fixture
def bureau(engine: Engine) -> Bureau:
    return make_bureau(engine)


@pytest.fixture
def shelf(engine: Engine, settings: Settings) -> None:
    list(import_paths(engine, settings, write_statutes(settings.home / "files")))


@pytest.fixture
def matter_id(engine: Engine, settings: Settings, bureau: Bureau) -> str:
    """A matter the firm has accepted."""
    made = matters.open_matter(engine, bureau.owner, FORM, Material(), "k")
    submit(engine, settings, bureau.owner, made, 1, "s")
    take(engine, settings, bureau.counsel, made, Taken(Step.ACCEPT, 2, "a"))
    return made


def word_file(*lines: str) -> bytes:
    out = io.BytesIO()
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(out)
    return out.getvalue()


def words_of(data: bytes) -> str:
    return "\n".join(p.text for p in docx.Document(io.BytesIO(data)).paragraphs)


@pytest.mark.usefixtures("shelf")
def test_an_opinion_with_good_citations_is_issued_under_a_number(
    engine: Engine, settings: Settings, bureau: Bureau, matter_id: str
) -> None:
    draft = save_draft(engine, bureau.counsel, matter_id, GOOD, 0)
    found = issue(engine, settings, bureau.counsel, matter_id, Taken(Step.ISSUE, 3, "i"), draft.version, {})
    assert found.state is State.ANSWERED and found.answered_at
    opinion = matters.opened(engine, matter_id, bureau.owner).opinion
    assert opinion and opinion.number == f"法意〔{date.today().year}〕1号" and opinion.body == GOOD
    assert [c["verdict"] for c in opinion.checks] == ["有效", "有效"]


@pytest.mark.usefixtures("shelf")
def test_wrong_citations_are_shown_and_must_be_mended_or_confirmed(
    engine: Engine, settings: Settings, bureau: Bureau, matter_id: str
) -> None:
    draft = save_draft(engine, bureau.counsel, matter_id, WRONG, 0)
    with pytest.raises(Unconfirmed, match="1 处引用") as told:
        issue(engine, settings, bureau.counsel, matter_id, Taken(Step.ISSUE, 3, "i"), draft.version, {})
    (wrong,) = told.value.citations
    assert wrong.verdict == "条文不存在" and "第五十条" in wrong.raw
    for reason in ("", "  ", "无"):
        with pytest.raises(Unconfirmed):
            issue(engine, settings, bureau.counsel, matter_id, Taken(Step.ISSUE, 3, "i"), draft.version, {wrong.key: reason})
    assert matters.opened(engine, matter_id, bureau.owner).matter.state is State.ACCEPTED
    issue(engine, settings, bureau.counsel, matter_id, Taken(Step.ISSUE, 3, "i"), draft.version, {wrong.key: "送审稿的条号，特此说明"})
    opinion = matters.opened(engine, matter_id, bureau.owner).opinion
    assert opinion and [c["reason"] for c in opinion.checks] == ["送审稿的条号，特此说明", ""]
    view = matters.opened(engine, matter_id, bureau.owner)
    assert "送审稿的条号" in words_of(opinion_docx(view.matter, opinion, settings))


@pytest.mark.usefixtures("shelf")
def test_the_mended_text_is_checked_anew(engine: Engine, settings: Settings, bureau: Bureau, matter_id: str) -> None:
    first = save_draft(engine, bureau.counsel, matter_id, WRONG, 0)
    second = save_draft(engine, bureau.counsel, matter_id, GOOD, first.version)
    with pytest.raises(StaleOpinion):
        issue(engine, settings, bureau.counsel, matter_id, Taken(Step.ISSUE, 3, "i"), first.version, {})
    assert issue(engine, settings, bureau.counsel, matter_id, Taken(Step.ISSUE, 3, "i"), second.version, {}).state is State.ANSWERED


def test_keys_of_equal_citations_differ_and_stay(engine: Engine) -> None:
    text = "见《虚构法》第一条。又见《虚构法》第一条。"
    first, second = (c.key for c in check(engine, text, date(2026, 1, 1)))
    assert first != second and [c.key for c in check(engine, text, date(2026, 1, 1))] == [first, second]


def test_the_draft_is_the_firms_alone(engine: Engine, settings: Settings, bureau: Bureau, matter_id: str) -> None:
    save_draft(engine, bureau.counsel, matter_id, GOOD, 0)
    assert matters.opened(engine, matter_id, bureau.owner).opinion is None
    assert matters.opened(engine, matter_id, bureau.partner).opinion
    with pytest.raises(NotAllowed):
        save_draft(engine, bureau.owner, matter_id, GOOD, 1)
    with pytest.raises(NoMatter):
        save_draft(engine, bureau.rival, matter_id, GOOD, 1)


def test_of_two_writers_the_second_is_told_and_nothing_is_overwritten(engine: Engine, bureau: Bureau, matter_id: str) -> None:
    first = save_draft(engine, bureau.counsel, matter_id, GOOD, 0)
    assert save_draft(engine, bureau.counsel, matter_id, GOOD, 0) == first  # the same form twice
    with pytest.raises(StaleOpinion, match="虚律师") as told:
        save_draft(engine, bureau.partner, matter_id, "另一份虚构的稿子", 0)
    assert told.value.current.body == GOOD
    second = save_draft(engine, bureau.partner, matter_id, "另一份虚构的稿子", first.version)
    assert second.version == 2 and second.author == bureau.partner.id


def test_an_empty_opinion_is_not_issued(engine: Engine, settings: Settings, bureau: Bureau, matter_id: str) -> None:
    with pytest.raises(RefusedInput, match="至少写"):
        issue(engine, settings, bureau.counsel, matter_id, Taken(Step.ISSUE, 3, "i"), 0, {})


def test_nothing_is_issued_while_more_is_asked_for(engine: Engine, settings: Settings, bureau: Bureau, matter_id: str) -> None:
    draft = save_draft(engine, bureau.counsel, matter_id, GOOD, 0)
    take(engine, settings, bureau.counsel, matter_id, Taken(Step.ASK_MORE, 3, "q", "请补充"))
    with pytest.raises(NotAllowed):
        issue(engine, settings, bureau.counsel, matter_id, Taken(Step.ISSUE, 4, "i"), draft.version, {})


def test_issuing_twice_with_one_form_gives_one_number(engine: Engine, settings: Settings, bureau: Bureau, matter_id: str) -> None:
    draft = save_draft(engine, bureau.counsel, matter_id, "虚构的意见，没有引用，说明理由若干，如此而已。", 0)
    first = issue(engine, settings, bureau.counsel, matter_id, Taken(Step.ISSUE, 3, "i"), draft.version, {})
    assert issue(engine, settings, bureau.counsel, matter_id, Taken(Step.ISSUE, 3, "i"), draft.version, {}) == first
    opinion = matters.opened(engine, matter_id, bureau.owner).opinion
    assert opinion and opinion.number == f"法意〔{date.today().year}〕1号"


@pytest.mark.usefixtures("shelf")
def test_an_uploaded_opinion_is_read_checked_and_handed_on_as_it_is(
    engine: Engine, settings: Settings, bureau: Bureau, matter_id: str
) -> None:
    data = word_file(*WRONG.split("\n"))
    file = attachments.stage(engine, settings, bureau.counsel.id, "up", "意见书.docx", io.BytesIO(data))
    draft = upload_draft(engine, bureau.counsel, matter_id, file, text_of(settings, file), 0)
    assert draft.body == WRONG and draft.file_id == file.id
    with pytest.raises(NoMatter):  # not before it is issued
        matters.file_of(engine, matter_id, file.id, bureau.owner)
    with pytest.raises(Unconfirmed) as told:
        issue(engine, settings, bureau.counsel, matter_id, Taken(Step.ISSUE, 3, "i"), draft.version, {})
    reasons = {c.key: "虚构的理由" for c in told.value.citations}
    issue(engine, settings, bureau.counsel, matter_id, Taken(Step.ISSUE, 3, "i"), draft.version, reasons)
    kept = matters.file_of(engine, matter_id, file.id, bureau.owner)
    assert attachments.path_of(settings, kept).read_bytes() == data


def test_an_upload_without_text_or_of_another_kind_is_refused(engine: Engine, settings: Settings, bureau: Bureau, matter_id: str) -> None:
    empty = attachments.stage(engine, settings, bureau.counsel.id, "u1", "空白.docx", io.BytesIO(word_file("  ")))
    text = attachments.stage(engine, settings, bureau.counsel.id, "u2", "意见.txt", io.BytesIO("虚构".encode()))
    for file, why in ((empty, "核对引用"), (text, "DOCX 或 PDF")):
        with pytest.raises(RefusedInput, match=why) as refused:
            text_of(settings, file)
        assert refused.value.name == file.name
    assert opinions.draft_of(engine, matter_id, bureau.counsel) is None


def test_headings_are_told_from_text() -> None:
    body = "# 案情\n虚构的案情。\n一、结论\n一、虚构的一句很长的话，以句号结尾。\n（一）理由\n（一）虚构的理由成立。"
    assert blocks(body) == [
        Block("heading", "案情"),
        Block("text", "虚构的案情。"),
        Block("heading", "一、结论"),
        Block("text", "一、虚构的一句很长的话，以句号结尾。"),
        Block("subheading", "（一）理由"),
        Block("text", "（一）虚构的理由成立。"),
    ]


def test_the_document_has_number_date_question_and_text(engine: Engine, settings: Settings, bureau: Bureau, matter_id: str) -> None:
    body = "一、结论\n虚构 <b>标签</b> & {{ 花括号 }} 原样保留，不作任何解释。"
    draft = save_draft(engine, bureau.counsel, matter_id, body, 0)
    view = matters.opened(engine, matter_id, bureau.counsel)
    with pytest.raises(RefusedInput, match="还没有出具"):
        opinion_docx(view.matter, draft, settings)
    issue(engine, settings, bureau.counsel, matter_id, Taken(Step.ISSUE, 3, "i"), draft.version, {})
    view = matters.opened(engine, matter_id, bureau.owner)
    assert view.opinion
    words = words_of(opinion_docx(view.matter, view.opinion, settings))
    today = date.today()
    for said in (view.opinion.number, f"{today.year}年{today.month}月{today.day}日", FORM.question, "一、结论", "虚律师", "虚构律师事务所"):
        assert said and said in words
    assert "虚构 <b>标签</b> & {{ 花括号 }} 原样保留" in words


def test_a_template_of_the_bureaus_own_is_used_and_a_broken_one_told(
    engine: Engine, settings: Settings, bureau: Bureau, matter_id: str, tmp_path: Path
) -> None:
    draft = save_draft(engine, bureau.counsel, matter_id, "虚构的意见，没有引用，说明理由若干，如此而已。", 0)
    issue(engine, settings, bureau.counsel, matter_id, Taken(Step.ISSUE, 3, "i"), draft.version, {})
    view = matters.opened(engine, matter_id, bureau.owner)
    assert view.opinion
    own = tmp_path / "own.docx"
    own.write_bytes(word_file("本所自用 {{ 编号 }}"))
    used = settings.model_copy(update={"legal_opinion_template": str(own)})
    assert words_of(opinion_docx(view.matter, view.opinion, used)) == f"本所自用 {view.opinion.number}"
    own.write_bytes(b"no template")
    with pytest.raises(BadSetting, match="legal_opinion_template"):
        opinion_docx(view.matter, view.opinion, used)
