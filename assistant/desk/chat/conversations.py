"""Conversations of a user: what the staff desk and the command line both call.

A user sees, changes and exports only their own; another's conversation is as if it were not there.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Engine

from assistant.answer.parts import Answer
from assistant.desk.chat.asked_counts import ConsultingDesk, consulted
from assistant.desk.chat.records import to_record
from assistant.errors import AssistantError, RefusedInput
from assistant.store import conversations as sql
from assistant.store.conversations import Conversation, Message
from assistant.store.engine import writing

UNDO_DAYS = 7
TITLE_CHARS = 60
#: Questions of one conversation: every answer sends the whole of it again.
MOST_QUESTIONS = 40
REASON_CHARS = 1000


class NoConversation(AssistantError):
    """The user has no such conversation (it was deleted, or is another's)."""

    def __init__(self) -> None:
        super().__init__("没有找到这个会话，可能已被删除；请从左侧列表另选，或新建会话。")


def conversations(engine: Engine, owner: str) -> list[Conversation]:
    """Return the user's conversations, last used first."""
    with engine.connect() as connection:
        return sql.conversations(connection, owner)


def conversation(engine: Engine, conversation_id: str, owner: str) -> Conversation:
    """Return one conversation of the user; raises NoConversation."""
    with engine.connect() as connection:
        found = sql.conversation(connection, conversation_id, owner)
    if found is None:
        raise NoConversation
    return found


def messages(engine: Engine, conversation_id: str, owner: str) -> list[Message]:
    """Return the turns of a conversation in order; none where the user has no such conversation."""
    with engine.connect() as connection:
        return sql.messages(connection, conversation_id, owner)


def message(engine: Engine, message_id: int, owner: str) -> Message | None:
    """Return one turn of the user's conversations, or None."""
    with engine.connect() as connection:
        return sql.message(connection, message_id, owner)


def history(engine: Engine, conversation_id: str, owner: str) -> list[str]:
    """Return the questions asked in a conversation, first asked first: what a follow-up builds on.

    Raises RefusedInput where there are so many that the next belongs in a conversation of its own.
    """
    asked = [m.text for m in messages(engine, conversation_id, owner) if m.role == "user"]
    if len(asked) >= MOST_QUESTIONS:
        raise RefusedInput("这个会话", f"已经有 {len(asked)} 个问题，页面会越来越慢；请点“新建会话”再问，原来的会话仍可查看和导出")
    return asked


def start(engine: Engine, owner: str, question: str, now: datetime | None = None) -> Conversation:
    """Begin a conversation titled after its first question."""
    with writing(engine) as connection:
        return sql.add_conversation(connection, uuid4().hex, owner, short_title(question), now or datetime.now())


def record_turn(engine: Engine, conversation_id: str, owner: str, answer: Answer) -> int:
    """Keep a question and its answer together, and in the trail; return the answer's message id. Raises NoConversation."""
    now = datetime.now()
    with writing(engine) as connection:
        if sql.conversation(connection, conversation_id, owner) is None:
            raise NoConversation
        sql.add_message(connection, conversation_id, "user", answer.question, None, now)
        message_id = sql.add_message(connection, conversation_id, "assistant", answer.text, to_record(answer), now)
        consulted(connection, owner, ConsultingDesk.STAFF, answer, f"会话 {conversation_id}")
        return message_id


def replace_answer(engine: Engine, message_id: int, owner: str, answer: Answer) -> None:
    """Put a written answer in the place of the one given first; the user's word on it is kept. Raises NoConversation."""
    with writing(engine) as connection:
        found = sql.message(connection, message_id, owner)
        if found is None or found.role != "assistant":
            raise NoConversation
        sql.set_answer(connection, message_id, answer.text, to_record(answer))


def rename(engine: Engine, conversation_id: str, owner: str, title: str) -> str:
    """Give a conversation a title and return it as kept; raises RefusedInput for an empty one, NoConversation."""
    kept = short_title(title)
    if not title.strip():
        raise RefusedInput("会话名称", "不能为空，请写一个名称")
    with writing(engine) as connection:
        if not sql.rename(connection, conversation_id, owner, kept):
            raise NoConversation
    return kept


def delete(engine: Engine, conversation_id: str, owner: str) -> None:
    """Delete a conversation; `restore` brings it back within UNDO_DAYS days. Raises NoConversation."""
    with writing(engine) as connection:
        if not sql.set_deleted(connection, conversation_id, owner, datetime.now()):
            raise NoConversation


def restore(engine: Engine, conversation_id: str, owner: str) -> None:
    """Bring a deleted conversation back; raises NoConversation where it is gone for good."""
    with writing(engine) as connection:
        if not sql.set_deleted(connection, conversation_id, owner, None):
            raise NoConversation


def purge(engine: Engine, now: datetime | None = None) -> int:
    """Remove for good what was deleted more than UNDO_DAYS days ago; return how many."""
    with writing(engine) as connection:
        return sql.purge_deleted(connection, (now or datetime.now()) - timedelta(days=UNDO_DAYS))


def give_feedback(engine: Engine, message_id: int, owner: str, liked: bool | None, reason: str = "") -> None:
    """Keep (or with None take back) the user's like or dislike of an answer, with the reason.

    Raises NoConversation where the answer is not in one of the user's conversations.
    """
    with writing(engine) as connection:
        found = sql.message(connection, message_id, owner)
        if found is None or found.role != "assistant":
            raise NoConversation
        if liked is None:
            sql.remove_feedback(connection, message_id, owner)
        else:
            sql.save_feedback(connection, message_id, owner, liked, reason.strip()[:REASON_CHARS], datetime.now())


def short_title(text: str) -> str:
    """Return one line of at most TITLE_CHARS characters to name a conversation by."""
    line = " ".join(text.split()) or "新会话"
    return line if len(line) <= TITLE_CHARS else line[: TITLE_CHARS - 1] + "…"
