"""SQL for proposed example questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import Row, Table, insert, select, update
from sqlalchemy.engine import Connection

from assistant.store.tables.library import QuestionProposalRow

_PR = cast(Table, QuestionProposalRow.__table__)


class ProposalStatus(StrEnum):
    """What has become of a proposal."""

    PENDING = "待审核"
    APPROVED = "已采纳"
    REJECTED = "未采纳"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question proposed as an example, with the addresses (《…》第…条) of the articles that answer it."""

    id: int
    message_id: int | None
    owner: str
    question: str
    articles: tuple[str, ...]
    status: ProposalStatus
    created_at: datetime
    decided_at: datetime | None = None


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        row.id, row.message_id, row.owner, row.question, tuple(row.articles), ProposalStatus(row.status), row.created_at, row.decided_at
    )


def proposals(connection: Connection, status: ProposalStatus | None = None) -> list[Proposal]:
    """Return the proposals, those of one status where given, oldest first."""
    query = select(_PR).order_by(_PR.c.id)
    if status is not None:
        query = query.where(_PR.c.status == status.value)
    return [_proposal(r) for r in connection.execute(query)]


def proposal(connection: Connection, proposal_id: int) -> Proposal | None:
    """Return one proposal, or None."""
    row = connection.execute(select(_PR).where(_PR.c.id == proposal_id)).first()
    return _proposal(row) if row else None


def of_messages(connection: Connection, message_ids: Sequence[int]) -> dict[int, ProposalStatus]:
    """Return message id → status for those of the messages that were proposed."""
    rows = connection.execute(select(_PR.c.message_id, _PR.c.status).where(_PR.c.message_id.in_(message_ids)))
    return {r.message_id: ProposalStatus(r.status) for r in rows}


def add_proposal(connection: Connection, message_id: int, owner: str, question: str, articles: Sequence[str], now: datetime) -> Proposal:
    """Insert a pending proposal and return it."""
    values = {"message_id": message_id, "owner": owner, "question": question, "articles": list(articles)}
    result = connection.execute(insert(_PR).values(values | {"status": ProposalStatus.PENDING.value, "created_at": now}))
    identity = int(result.inserted_primary_key[0])  # type: ignore[index]
    return Proposal(identity, message_id, owner, question, tuple(articles), ProposalStatus.PENDING, now)


def decide(connection: Connection, proposal_id: int, status: ProposalStatus, now: datetime) -> None:
    """Record what became of a proposal."""
    connection.execute(update(_PR).where(_PR.c.id == proposal_id).values(status=status.value, decided_at=now))
