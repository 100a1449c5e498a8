"""The chat page's events: asking, conversations, feedback, the article beside the chat."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import gradio as gr

from assistant.answer.model.writing import Draft, may_write
from assistant.answer.parts import Answer
from assistant.desk.chat import conversations as service
from assistant.desk.chat.records import from_record
from assistant.desk.knowledge import questions
from assistant.errors import AssistantError
from assistant.store.conversations import Conversation
from assistant.web.frame.days import read_day
from assistant.web.frame.whole_numbers import whole_number
from assistant.web.identity import current_user
from assistant.web.staff import transcript as view
from assistant.web.staff.article_panel import EMPTY, open_address, open_citation
from assistant.web.staff.services import StaffDesk
from assistant.web.staff.sessions import Asked

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ChatEvents:
    """The handlers of the chat page. Outputs that a handler leaves alone are `gr.skip()`."""

    desk: StaffDesk

    def load(self, request: gr.Request) -> tuple[str, str, str, str, str]:
        """Return (conversation, list, bar, transcript, missing line) for a page just opened; `?c=` names a conversation."""
        wanted = str(request.query_params.get("c", "")) if request else ""
        try:
            return (*self._show(wanted, request), view.missing_line(self.desk.missing_on_shelf()))
        except Exception:
            log.exception("the desk could not be opened")
            return "", "", "", view.failure("法规库打不开，请管理员运行 assistant setup 并查看日志，然后刷新本页。"), ""

    def new(self, request: gr.Request) -> tuple[str, str, str, str, str]:
        """Return (conversation, list, bar, transcript, panel) of an empty conversation; it is kept once asked in."""
        return (*self._show("", request), EMPTY)

    def ask(self, question: str, as_of: str | None, conversation_id: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """Answer, the conclusion first; yields (conversation, list, bar, transcript, question box)."""
        question = question.strip()
        if not question:
            yield tuple(gr.skip() for _ in range(5))
            return
        owner = current_user(request).id
        try:
            earlier = service.history(self.desk.engine, conversation_id, owner) if conversation_id else []
        except AssistantError as error:
            gr.Warning(str(error), title="提示")
            yield *(gr.skip() for _ in range(4)), question
            return
        before = self._transcript(conversation_id, owner) if earlier else ""
        before += view.question_turn(question)
        yield gr.skip(), gr.skip(), gr.skip(), before + view.answer_turn(view.waiting(), busy=True), ""
        try:
            yield from self._answer(question, as_of, conversation_id, request, before, earlier)
        except AssistantError as error:
            yield gr.skip(), gr.skip(), gr.skip(), before + view.answer_turn(view.failure(str(error))), question
        except Exception:
            number = uuid4().hex[:8]
            log.exception("asking failed, number %s", number)
            text = f"回答时出了错，问题已留在输入框中，请再试一次；仍不行请把编号 {number} 告诉管理员。"
            yield gr.skip(), gr.skip(), gr.skip(), before + view.answer_turn(view.failure(text)), question

    def write(self, request: gr.Request) -> Iterator[Any]:
        """Have the model write the answer just given; yields the transcript each time a sentence has passed.

        The first answer stands until the written one has passed whole, and stays where it does not. It stops as soon
        as the page shows something else.
        """
        session, owner = request.session_hash or "", current_user(request).id
        asked = self.desk.sessions.shown(session)
        if asked is None or not self.desk.assistant.writes:
            yield gr.skip()
            return
        try:
            turns = service.messages(self.desk.engine, asked.conversation_id, owner)
            message = next((t for t in turns if t.id == asked.message_id), None)
            if message is None or not message.answer or not may_write(from_record(message.answer)):
                yield gr.skip()
                return
            before = view.transcript([t for t in turns if t.id < asked.message_id])
            yield from self._written(asked, from_record(message.answer), before, session, owner)
        except Exception:
            # The answer is there already: whatever goes wrong here is logged, and the page is left as stored.
            log.exception("writing failed")
            yield self._transcript(asked.conversation_id, owner) if self.desk.sessions.shown(session) is asked else gr.skip()

    def _written(self, asked: Asked, answer: Answer, before: str, session: str, owner: str) -> Iterator[Any]:
        first = "".join(view.answer_parts(answer, asked.message_id))
        yield before + view.answer_turn(first + view.writing(Draft(), asked.message_id), busy=True)
        for draft in self.desk.assistant.write(answer, asked=asked.question, history=asked.earlier):
            if draft.done and draft.answer:
                service.replace_answer(self.desk.engine, asked.message_id, owner, draft.answer)
            if self.desk.sessions.shown(session) is not asked:
                yield gr.skip()  # Gradio sends the last value once more at the end: it must be none of ours
                return
            if not draft.done:
                yield before + view.answer_turn(first + view.writing(draft, asked.message_id), busy=True)
                continue
            message = service.message(self.desk.engine, asked.message_id, owner)
            foot = view.feedback(message) if message else ""
            inner = "".join(view.answer_parts(draft.answer, asked.message_id)) if draft.answer else first + view.quiet_line(draft.line)
            yield before + view.answer_turn(inner, foot)

    def _answer(
        self, question: str, as_of: str | None, conversation_id: str, request: gr.Request, before: str, earlier: list[str]
    ) -> Iterator[tuple[Any, ...]]:
        engine, owner = self.desk.engine, current_user(request).id
        day = read_day(as_of)
        answer = self.desk.assistant.ask(question, as_of=day, desk="staff", history=earlier)
        open_one = service.conversation(engine, conversation_id, owner) if conversation_id else service.start(engine, owner, question)
        message_id = service.record_turn(engine, open_one.id, owner, answer)
        self.desk.sessions.show(request.session_hash or "", Asked(open_one.id, message_id, question, tuple(earlier)))
        parts = view.answer_parts(answer, message_id)
        # The whole answer is there: more steps than the conclusion and the rest would only keep the server busy.
        yield open_one.id, gr.skip(), gr.skip(), before + view.answer_turn("".join(parts[:1]), busy=True), gr.skip()
        message = service.message(engine, message_id, owner)
        foot = view.feedback(message) if message else ""
        listed = view.conversation_list(service.conversations(engine, owner), open_one.id)
        bar = view.conversation_bar(open_one)
        yield open_one.id, listed, bar, before + view.answer_turn("".join(parts), foot), gr.skip()

    def act(self, conversation_id: str, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        """Handle a press in list, bar or transcript; returns (conversation, list, bar, transcript, question box, panel)."""
        data: dict[str, str] = event._data or {}
        owner = current_user(request).id
        try:
            return self._act(data, conversation_id, owner, request)
        except AssistantError as error:
            gr.Warning(str(error), title="提示")
            return (*self._show("", request), gr.skip(), gr.skip()) if isinstance(error, service.NoConversation) else _nothing()
        except Exception:
            log.exception("an action failed: %s", data.get("act"))
            gr.Warning("操作没有完成，请刷新页面再试一次。", title="提示")
            return _nothing()

    def _act(self, data: dict[str, str], conversation_id: str, owner: str, request: gr.Request) -> tuple[Any, ...]:
        engine = self.desk.engine
        match data.get("act"):
            case "open":
                return (*self._show(data["id"], request), gr.skip(), EMPTY)
            case "example":
                return (*_nothing()[:4], data["text"], gr.skip())
            case "cite":
                return (*_nothing()[:5], open_citation(self.desk, current_user(request), _number(data, "message"), _number(data, "mark")))
            case "address":
                return (*_nothing()[:5], open_address(self.desk, data["address"], date.fromisoformat(data["day"])))
            case "renaming":
                return self._bar(view.conversation_bar(service.conversation(engine, conversation_id, owner), renaming=True))
            case "cancel":
                return self._bar(view.conversation_bar(service.conversation(engine, conversation_id, owner)))
            case "rename":
                service.rename(engine, conversation_id, owner, data["text"])
                return (*self._show(conversation_id, request)[:3], gr.skip(), gr.skip(), gr.skip())
            case "delete":
                return self._delete(service.conversation(engine, conversation_id, owner), owner, request)
            case "restore":
                service.restore(engine, data["id"], owner)
                return (*self._show(data["id"], request), gr.skip(), EMPTY)
            case "feedback" | "reason":
                return self._feedback(data, conversation_id, owner)
            case "propose":
                return self._propose(_number(data, "message"), conversation_id, owner)
        return _nothing()

    def _delete(self, conversation: Conversation, owner: str, request: gr.Request) -> tuple[Any, ...]:
        service.delete(self.desk.engine, conversation.id, owner)
        shown = self._show("", request)
        return (*shown[:2], view.conversation_bar(None, deleted=conversation), shown[3], gr.skip(), EMPTY)

    def _feedback(self, data: dict[str, str], conversation_id: str, owner: str) -> tuple[Any, ...]:
        message_id, liked = _number(data, "message"), data["liked"] == "1"
        before = service.message(self.desk.engine, message_id, owner)
        taken_back = data["act"] == "feedback" and before is not None and before.liked is liked
        reason = data.get("text", "") if data["act"] == "reason" else ""
        service.give_feedback(self.desk.engine, message_id, owner, None if taken_back else liked, reason)
        return self._talk(conversation_id, owner)

    def _propose(self, message_id: int, conversation_id: str, owner: str) -> tuple[Any, ...]:
        questions.propose(self.desk.engine, self.desk.settings, message_id, owner)
        gr.Info("已推荐，审核采纳后会出现在相似问题中。", title="提示")
        return self._talk(conversation_id, owner)

    def _talk(self, conversation_id: str, owner: str) -> tuple[Any, ...]:
        return (*_nothing()[:3], self._transcript(conversation_id, owner), gr.skip(), gr.skip())

    def _transcript(self, conversation_id: str, owner: str) -> str:
        turns = service.messages(self.desk.engine, conversation_id, owner)
        return view.transcript(turns, questions.proposed(self.desk.engine, [m.id for m in turns]))

    def _bar(self, bar: str) -> tuple[Any, ...]:
        return (gr.skip(), gr.skip(), bar, gr.skip(), gr.skip(), gr.skip())

    def _show(self, conversation_id: str, request: gr.Request) -> tuple[str, str, str, str]:
        """(conversation, list, bar, transcript) with a conversation open; an unknown one opens a new one."""
        engine, owner = self.desk.engine, current_user(request).id
        if request:
            self.desk.sessions.show(request.session_hash or "", None)
        listed = service.conversations(engine, owner)
        current = next((c for c in listed if c.id == conversation_id), None)
        text = self._transcript(current.id, owner) if current else view.empty_state(self.desk.settings.bureau_name)
        identity = current.id if current else ""
        return identity, view.conversation_list(listed, identity), view.conversation_bar(current), text


def _number(data: dict[str, str], name: str) -> int:
    """A number a press carries; 0, which nothing has, where it is none."""
    return whole_number(str(data.get(name, ""))) or 0


def _nothing() -> tuple[Any, ...]:
    return tuple(gr.skip() for _ in range(6))
