"""Conversations: each user's own, kept, renamed, deleted, brought back; feedback; exports."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from assistant.answer.parts import Answer, Citation, Section
from assistant.desk.chat import conversations as service
from assistant.desk.chat.exports import as_docx, as_markdown, citation_text, file_name, spans
from assistant.desk.chat.records import from_record, to_record
from assistant.errors import RefusedInput

QUOTE = "甲乙丙丁。\n戊己庚辛。"  # no text of law: ten characters of an invented article


def an_answer(question: str = "怎么罚？") -> Answer:
    cited = Citation(1, "x@2020-01-01#5", "虚构办法", "第五条", "2020-01-01", "现行有效", "部门规章", QUOTE, 2, None, ((6, 8),), "罚则")
    return Answer(
        question,
        date(2024, 5, 1),
        (Section("", "照办[1]。"), Section("处罚", "见[1]")),
        (cited,),
        warnings=("注意*它*",),
        next_steps=("调查",),
    )


def test_record_gives_the_answer_back() -> None:
    assert from_record(to_record(an_answer())) == an_answer()
    assert from_record(to_record(an_answer()) | {"later": 1}) == an_answer()


def test_turns_are_kept_in_order_and_history_is_the_questions(engine: Engine) -> None:
    one = service.start(engine, "a", "  第一\n问 ")
    assert one.title == "第一 问"
    for question in ("第一问", "那第二次呢？"):
        service.record_turn(engine, one.id, "a", an_answer(question))
    assert [m.role for m in service.messages(engine, one.id, "a")] == ["user", "assistant"] * 2
    assert service.history(engine, one.id, "a") == ["第一问", "那第二次呢？"]
    assert [c.id for c in service.conversations(engine, "a")] == [one.id]


def test_another_user_finds_nothing_and_changes_nothing(engine: Engine) -> None:
    one = service.start(engine, "a", "问")
    message_id = service.record_turn(engine, one.id, "a", an_answer())
    assert service.conversations(engine, "b") == []
    assert service.messages(engine, one.id, "b") == []
    assert service.message(engine, message_id, "b") is None
    for refused in (
        lambda: service.conversation(engine, one.id, "b"),
        lambda: service.rename(engine, one.id, "b", "新名"),
        lambda: service.delete(engine, one.id, "b"),
        lambda: service.restore(engine, one.id, "b"),
        lambda: service.record_turn(engine, one.id, "b", an_answer()),
        lambda: service.give_feedback(engine, message_id, "b", True),
    ):
        with pytest.raises(service.NoConversation):
            refused()
    assert service.conversation(engine, one.id, "a").title == "问"


def test_rename_refuses_nothing_and_shortens_too_much(engine: Engine) -> None:
    one = service.start(engine, "a", "问")
    with pytest.raises(RefusedInput):
        service.rename(engine, one.id, "a", "  ")
    assert len(service.rename(engine, one.id, "a", "长" * 500)) == service.TITLE_CHARS


def test_deleted_is_hidden_brought_back_and_purged_in_time(engine: Engine) -> None:
    one = service.start(engine, "a", "问")
    message_id = service.record_turn(engine, one.id, "a", an_answer())
    service.give_feedback(engine, message_id, "a", False, "错")
    service.delete(engine, one.id, "a")
    assert service.conversations(engine, "a") == [] and service.messages(engine, one.id, "a") == []
    assert service.purge(engine) == 0
    service.restore(engine, one.id, "a")
    assert len(service.messages(engine, one.id, "a")) == 2
    service.delete(engine, one.id, "a")
    assert service.purge(engine, datetime.now() + timedelta(days=service.UNDO_DAYS, minutes=1)) == 1
    with engine.connect() as connection:
        for table in ("conversation", "message", "feedback"):
            assert connection.execute(text(f"select count(*) from {table}")).scalar() == 0


def test_feedback_is_one_a_user_and_can_be_taken_back(engine: Engine) -> None:
    one = service.start(engine, "a", "问")
    message_id = service.record_turn(engine, one.id, "a", an_answer())
    service.give_feedback(engine, message_id, "a", True)
    service.give_feedback(engine, message_id, "a", False, " 引错条文 ")
    kept = service.message(engine, message_id, "a")
    assert kept and kept.liked is False and kept.reason == "引错条文"
    service.give_feedback(engine, message_id, "a", None)
    kept = service.message(engine, message_id, "a")
    assert kept and kept.liked is None
    question = service.messages(engine, one.id, "a")[0]
    with pytest.raises(service.NoConversation):
        service.give_feedback(engine, question.id, "a", True)


def test_exports_hold_question_answer_and_quote_to_the_letter(engine: Engine) -> None:
    from docx import Document

    one = service.start(engine, "a", "<b>问</b> *重点*")
    service.record_turn(engine, one.id, "a", an_answer("<script>alert(1)</script> # 怎么罚？\x07"))
    turns = service.messages(engine, one.id, "a")
    markdown = as_markdown(one, turns)
    assert "\\<script\\>" in markdown and "<script>" not in markdown and "\\*重点\\*" in markdown
    assert "> 甲乙丙丁。" in markdown and "《虚构办法》第五条第二款" in markdown
    document = Document(io.BytesIO(as_docx(one, turns)))
    paragraphs = [p.text for p in document.paragraphs]
    assert QUOTE in paragraphs
    assert any("<script>alert(1)</script>" in p for p in paragraphs)
    bold = [r.text for p in document.paragraphs if p.text == QUOTE for r in p.runs if r.bold]
    assert bold == [QUOTE[6:8]]


def test_file_name_is_one_that_file_systems_take(engine: Engine) -> None:
    one = service.start(engine, "a", '../罚/款:"<多少>?')
    assert not set(file_name(one, "docx")) & set('/\\:*?"<>|') and file_name(one, "docx").endswith(".docx")


def test_citation_text_is_address_version_status_and_quote() -> None:
    assert citation_text(an_answer().citations[0]) == f"《虚构办法》第五条第二款（2020-01-01，现行有效）\n{QUOTE}"


def test_spans_cut_the_text_without_losing_a_character() -> None:
    pieces = list(spans("甲乙丙丁戊", ((3, 9), (1, 2), (1, 3))))
    assert "".join(t for t, _ in pieces) == "甲乙丙丁戊"
    assert [t for t, on in pieces if on] == ["乙", "丙", "丁戊"]
