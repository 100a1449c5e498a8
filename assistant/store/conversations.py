"""SQL for conversations, their messages and the feedback on answers.

Every statement on a conversation carries its owner: who does not own it finds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Table, and_, delete, insert, select, update
from sqlalchemy.engine import Connection

from assistant.store.tables.library import ConversationRow, FeedbackRow, MessageRow

_CO, _ME, _FE = (cast(Table, row.__table__) for row in (ConversationRow, MessageRow, FeedbackRow))


@dataclass(frozen=True, slots=True)
class Conversation:
    """A chat of one user."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One turn; `role` is user or assistant, `answer` the stored answer of an assistant's turn."""

    id: int
    conversation_id: str
    role: str
    text: str
    answer: dict[str, Any] | None
    created_at: datetime
    liked: bool | None = None
    reason: str = ""


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(row.id, row.title, row.created_at, row.updated_at)


def _owned(conversation_id: str, owner: str) -> ColumnElement[bool]:
    return and_(_CO.c.id == conversation_id, _CO.c.owner == owner)


def conversations(connection: Connection, owner: str) -> list[Conversation]:
    """Return the owner's conversations that are not deleted, last used first."""
    query = select(_CO).where(_CO.c.owner == owner, _CO.c.deleted_at.is_(None)).order_by(_CO.c.updated_at.desc(), _CO.c.id)
    return [_conversation(r) for r in connection.execute(query)]


def conversation(connection: Connection, conversation_id: str, owner: str) -> Conversation | None:
    """Return one conversation of the owner, or None where there is none or it is deleted."""
    row = connection.execute(select(_CO).where(_owned(conversation_id, owner), _CO.c.deleted_at.is_(None))).first()
    return _conversation(row) if row else None


def messages(connection: Connection, conversation_id: str, owner: str) -> list[Message]:
    """Return the turns of the owner's conversation in order, each with the owner's feedback on it."""
    query = (
        select(_ME, _FE.c.liked, _FE.c.reason)
        .join(_CO, _CO.c.id == _ME.c.conversation_id)
        .outerjoin(_FE, and_(_FE.c.message_id == _ME.c.id, _FE.c.owner == owner))
        .where(_owned(conversation_id, owner), _CO.c.deleted_at.is_(None))
        .order_by(_ME.c.id)
    )
    return [_message(r) for r in connection.execute(query)]


def message(connection: Connection, message_id: int, owner: str) -> Message | None:
    """Return one turn of any of the owner's conversations, or None."""
    query = (
        select(_ME, _FE.c.liked, _FE.c.reason)
        .join(_CO, _CO.c.id == _ME.c.conversation_id)
        .outerjoin(_FE, and_(_FE.c.message_id == _ME.c.id, _FE.c.owner == owner))
        .where(_ME.c.id == message_id, _CO.c.owner == owner, _CO.c.deleted_at.is_(None))
    )
    row = connection.execute(query).first()
    return _message(row) if row else None


def _message(row: Row[Any]) -> Message:
    return Message(row.id, row.conversation_id, row.role, row.text, row.answer, row.created_at, row.liked, row.reason or "")


def add_conversation(connection: Connection, conversation_id: str, owner: str, title: str, now: datetime) -> Conversation:
    """Insert a conversation and return it."""
    row = {"id": conversation_id, "owner": owner, "title": title, "created_at": now, "updated_at": now}
    connection.execute(insert(_CO).values(row))
    return Conversation(conversation_id, title, now, now)


def add_message(connection: Connection, conversation_id: str, role: str, text: str, answer: dict[str, Any] | None, now: datetime) -> int:
    """Append a turn, move its conversation to the top, return the turn's id."""
    values = {"conversation_id": conversation_id, "role": role, "text": text, "answer": answer, "created_at": now}
    result = connection.execute(insert(_ME).values(values))
    connection.execute(update(_CO).where(_CO.c.id == conversation_id).values(updated_at=now))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def set_answer(connection: Connection, message_id: int, text: str, answer: dict[str, Any]) -> None:
    """Replace the text and the stored answer of a turn; whose it is has been checked."""
    connection.execute(update(_ME).where(_ME.c.id == message_id).values(text=text, answer=answer))


def rename(connection: Connection, conversation_id: str, owner: str, title: str) -> bool:
    """Give the owner's conversation a title; False where the owner has no such conversation."""
    result = connection.execute(update(_CO).where(_owned(conversation_id, owner)).values(title=title))
    return bool(result.rowcount)


def set_deleted(connection: Connection, conversation_id: str, owner: str, when: datetime | None) -> bool:
    """Hide the owner's conversation, or bring it back (`when` None); False where there is none."""
    result = connection.execute(update(_CO).where(_owned(conversation_id, owner)).values(deleted_at=when))
    return bool(result.rowcount)


def purge_deleted(connection: Connection, before: datetime) -> int:
    """Remove for good what was deleted before a moment; return how many conversations went."""
    gone = list(connection.execute(select(_CO.c.id).where(_CO.c.deleted_at < before)).scalars())
    if gone:
        turns = select(_ME.c.id).where(_ME.c.conversation_id.in_(gone))
        connection.execute(delete(_FE).where(_FE.c.message_id.in_(turns)))
        connection.execute(delete(_ME).where(_ME.c.conversation_id.in_(gone)))
        connection.execute(delete(_CO).where(_CO.c.id.in_(gone)))
    return len(gone)


def save_feedback(connection: Connection, message_id: int, owner: str, liked: bool, reason: str, now: datetime) -> None:
    """Keep the owner's word on an answer; a second one replaces the first."""
    connection.execute(delete(_FE).where(_FE.c.message_id == message_id, _FE.c.owner == owner))
    values = {"message_id": message_id, "owner": owner, "liked": liked, "reason": reason, "created_at": now}
    connection.execute(insert(_FE).values(values))


def remove_feedback(connection: Connection, message_id: int, owner: str) -> None:
    """Take the owner's word on an answer back."""
    connection.execute(delete(_FE).where(_FE.c.message_id == message_id, _FE.c.owner == owner))
