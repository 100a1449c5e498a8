"""Stored text becomes HTML in one place and stays text."""

from __future__ import annotations

import re
from datetime import date, datetime
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.answer.parts import Answer, Citation, Section
from assistant.desk.work import Work
from assistant.store.conversations import Conversation, Message
from assistant.web import citation_view
from assistant.web.frame.days import read_day
from assistant.web.frame.frame import chinese_page
from assistant.web.staff import transcript
from assistant.web.staff.chat import ChatEvents
from assistant.web.staff.services import StaffDesk
from tests.web.fake import FakeAssistant

#: A request of nobody who signed in, as far as the handlers look at one.
NOBODY = SimpleNamespace(scope={}, session_hash="test")

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{value}} ${props}"


def evil_citation() -> Citation:
    return Citation(1, "a@b#1", EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, decisive=((0, 8),), role=EVIL)


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def assert_harmless(html: str) -> None:
    assert "<script" not in html and "<img" not in html
    assert not re.search(r"<[^>]*\sonerror=", re.sub(r'"[^"]*"', '""', html))


def test_everything_stored_is_escaped() -> None:
    citation = evil_citation()
    answer = Answer(EVIL, date.today(), (Section(EVIL, EVIL + "[1]"),), (citation,), warnings=(EVIL,), next_steps=(EVIL,))
    conversation = Conversation('"><script>', EVIL, datetime.now(), datetime.now())
    message = Message(1, "x", "assistant", EVIL, None, datetime.now(), False, EVIL)
    for html in (
        citation_view.citation_card(citation, 1),
        citation_view.text_with_marks(EVIL + "[1]", 1, [citation]),
        citation_view.quote(EVIL, ((3, 9),)),
        "".join(transcript.answer_parts(answer, 1)),
        transcript.question_turn(EVIL),
        transcript.feedback(message),
        transcript.transcript([message]),
        transcript.conversation_list([conversation], "x"),
        transcript.conversation_bar(conversation),
        transcript.conversation_bar(conversation, renaming=True),
        transcript.conversation_bar(None, deleted=conversation),
        transcript.missing_line([EVIL]),
        transcript.failure(EVIL),
        transcript.empty_state(EVIL),
    ):
        assert_harmless(html)


def test_quote_keeps_every_character() -> None:
    quoted = "甲 <乙>\n（一）丙&丁；\n"
    assert text_of(citation_view.quote(quoted, ((0, 3), (5, 9)))) == quoted


def test_only_marks_of_known_citations_become_buttons() -> None:
    html = citation_view.text_with_marks("见[1]和[2]。", 7, [evil_citation()])
    assert html.count("<button") == 1 and "[2]" in text_of(html) and 'data-message="7" data-mark="1"' in html


def test_days_are_read_or_refused() -> None:
    from assistant.errors import RefusedInput

    assert read_day(" ") is None and read_day(None) is None
    for written in ("2021-06-01", "2021/06/01", "2021.6.1", "2021年6月1日", "２０２１-６-１"):
        assert read_day(written) == date(2021, 6, 1)
    for written in ("去年", "2021-02-30", "2021-06-01至2022-01-01"):
        with pytest.raises(RefusedInput):
            read_day(written)


def test_gradios_page_turns_chinese_without_outside_addresses() -> None:
    page = '<html lang="en"><head><meta property="og:image" content="https://elsewhere/x.jpg" />\n<title>x</title></head>'
    assert "https://" not in chinese_page(page) and 'lang="zh-CN"' in chinese_page(page) and "/static/early.js" in chinese_page(page)


def test_no_page_of_ours_names_another_host() -> None:
    folder = Path(citation_view.__file__).parent
    for path in [*folder.rglob("*.css"), *folder.rglob("*.js"), *folder.rglob("*.svg"), *folder.rglob("*.py")]:
        addresses = set(re.findall(r"https?://[^\s\"'{]+", path.read_text(encoding="utf-8")))
        assert addresses <= {"http://www.w3.org/2000/svg"}, path


@pytest.fixture(scope="module")
def events(settings: Any) -> ChatEvents:
    assistant = FakeAssistant(settings)
    return ChatEvents(StaffDesk(assistant, Work(assistant.engine, settings)))


def test_answer_streams_the_conclusion_first_and_is_kept(events: ChatEvents) -> None:
    steps = list(events.ask("茶楼兜售茶点", None, "", NOBODY))  # type: ignore[arg-type]
    shown = [s[3] for s in steps if isinstance(s[3], str)]
    assert "正在查找" in shown[0] and "茶楼兜售茶点" in shown[0]
    grown = [h.count('<section class="part') for h in shown[1:]]
    assert grown[0] == 1 and grown[-1] >= 4
    assert steps[0][4] == "" and 'aria-busy="true"' in shown[1] and 'aria-busy="false"' in shown[-1]
    conversation_id = steps[-1][0]
    list(events.ask("那罚多少？", "2021-06-01", conversation_id, NOBODY))  # type: ignore[arg-type]
    assert events.desk.assistant.histories[-1] == ["茶楼兜售茶点"]  # type: ignore[attr-defined]


def test_errors_say_what_to_do_and_keep_the_question(events: ChatEvents) -> None:
    for question, told in (("请出错", "编号"), ("请拒绝", "换个问法")):
        last = list(events.ask(question, None, "", NOBODY))[-1]  # type: ignore[arg-type]
        assert told in last[3] and 'role="alert"' in last[3] and last[4] == question
        assert "invented" not in last[3]
    assert "不是日期" in list(events.ask("问", "昨天", "", NOBODY))[-1][3]  # type: ignore[arg-type]
    gone = list(events.ask("问", None, "0" * 32, NOBODY))[-1]  # type: ignore[arg-type]
    assert "没有找到这个会话" in gone[3]
