"""SQL for cases, the articles they applied, and cases waiting for confirmation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Select, Table, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from assistant.law.cases.model import BasisRole, Case, CaseBasis, CaseKind
from assistant.law.statute.model import Visibility
from assistant.law.text.titles import title_key
from assistant.store.tables.case import CaseBasisRow, CaseDraftRow, CaseRow

_CA, _BA, _DR = (cast(Table, row.__table__) for row in (CaseRow, CaseBasisRow, CaseDraftRow))
#: Identities asked for in one statement.
_BATCH = 500


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case with its number; `vector` is its embedding (float32 bytes) by the model of that name."""

    id: int
    case: Case
    digest: str
    added_by: str
    added_at: datetime
    removed_at: datetime | None
    vector: bytes | None
    vector_model: str


def add_case(connection: Connection, case: Case, digest: str, vector: tuple[bytes, str], added_by: str, now: datetime) -> int:
    """Insert a case and return its number."""
    values = _values(case, digest, vector) | {"key": case.key, "added_by": added_by, "added_at": now, "updated_at": now, "removed_at": None}
    result = connection.execute(insert(_CA).values(values))
    identity = int(result.inserted_primary_key[0])  # type: ignore[index]
    _write_basis(connection, identity, case.basis)
    return identity


def replace_case(connection: Connection, case_id: int, case: Case, digest: str, vector: tuple[bytes, str], now: datetime) -> None:
    """Put a newer text in the place of a case; who added it, and whether it was removed, stays."""
    connection.execute(update(_CA).where(_CA.c.id == case_id).values(_values(case, digest, vector) | {"updated_at": now}))
    connection.execute(delete(_BA).where(_BA.c.case_id == case_id))
    _write_basis(connection, case_id, case.basis)


def _values(case: Case, digest: str, vector: tuple[bytes, str]) -> dict[str, Any]:
    return {
        "digest": digest,
        "title": case.title[:300],
        "kind": case.kind.value,
        "field": case.field,
        "act": case.act[:200],
        "day": case.day,
        "facts": case.facts,
        "findings": case.findings,
        "decision": case.decision,
        "correction": case.correction,
        "lesson": list(case.lesson),
        "source": case.source[:500],
        "notice": case.notice[:300],
        "visibility": case.visibility.value,
        "vector": vector[0],
        "vector_model": vector[1],
    }


def _write_basis(connection: Connection, case_id: int, basis: Sequence[CaseBasis]) -> None:
    rows = [
        {
            "case_id": case_id,
            "ordinal": ordinal,
            "statute_id": title_key(b.law),
            "law": b.law,
            "number": b.number,
            "suffix": b.suffix,
            "paragraph": b.paragraph,
            "item": b.item,
            "role": b.role.value,
        }
        for ordinal, b in enumerate(basis)
    ]
    if rows:
        connection.execute(insert(_BA), rows)


def cases(
    connection: Connection,
    *,
    field: str = "",
    kind: CaseKind | None = None,
    act: str = "",
    article: tuple[str, int, int] | None = None,
    public_only: bool = False,
    removed: bool = False,
) -> list[StoredCase]:
    """Return the cases that fit, newest first; `article` is (statute id, number, suffix), number 0 for any of the statute.

    `act` is part of the act or title; `removed` returns those taken out of use instead.
    """
    query = select(_CA).order_by(_CA.c.id.desc())
    query = query.where(_CA.c.removed_at.is_not(None) if removed else _CA.c.removed_at.is_(None))
    if field:
        query = query.where(_CA.c.field == field)
    if kind:
        query = query.where(_CA.c.kind == kind.value)
    if act:
        query = query.where(_CA.c.act.contains(act, autoescape=True) | _CA.c.title.contains(act, autoescape=True))
    if public_only:
        query = query.where(_CA.c.visibility == Visibility.PUBLIC.value)
    if article:
        query = query.where(_CA.c.id.in_(_applying(*article)))
    return _with_basis(connection, list(connection.execute(query)))


def _applying(statute_id: str, number: int, suffix: int) -> Select[tuple[int]]:
    query = select(_BA.c.case_id).where(_BA.c.statute_id == statute_id)
    return query.where(_BA.c.number == number, _BA.c.suffix == suffix) if number else query


def case(connection: Connection, case_id: int) -> StoredCase | None:
    """Return one case, removed ones too, or None."""
    return next(iter(_with_basis(connection, list(connection.execute(select(_CA).where(_CA.c.id == case_id))))), None)


def case_of_key(connection: Connection, key: str) -> StoredCase | None:
    """Return the case of that key, removed ones too, or None."""
    return next(iter(_with_basis(connection, list(connection.execute(select(_CA).where(_CA.c.key == key))))), None)


def set_removed(connection: Connection, case_id: int, removed: bool, now: datetime) -> None:
    """Take a case out of use, or put it back."""
    values = {"removed_at": now if removed else None, "updated_at": now}
    connection.execute(update(_CA).where(_CA.c.id == case_id).values(values))


def set_visibility(connection: Connection, case_id: int, visibility: Visibility, now: datetime) -> None:
    """Set who sees a case."""
    connection.execute(update(_CA).where(_CA.c.id == case_id).values(visibility=visibility.value, updated_at=now))


def set_lesson(connection: Connection, case_id: int, lesson: Sequence[str], now: datetime) -> None:
    """Put other words in the place of a case's lesson."""
    connection.execute(update(_CA).where(_CA.c.id == case_id).values({"lesson": list(lesson), "updated_at": now}))


def counts(connection: Connection, public_only: bool = False) -> dict[str, int]:
    """Field → number of cases in use."""
    query = select(_CA.c.field, func.count()).where(_CA.c.removed_at.is_(None)).group_by(_CA.c.field)
    if public_only:
        query = query.where(_CA.c.visibility == Visibility.PUBLIC.value)
    return {row[0]: row[1] for row in connection.execute(query)}


def mark(connection: Connection) -> tuple[int, datetime | None]:
    """What changes whenever any case does: how many there are, and when one was last touched."""
    row = connection.execute(select(func.count(), func.max(_CA.c.updated_at))).one()
    return int(row[0]), row[1]


def citing(connection: Connection, statute_id: str, articles: Iterable[tuple[int, int]] = ()) -> list[StoredCase]:
    """Return the cases in use that applied a statute, or one of these of its articles: those to look at when it changes."""
    wanted = set(articles)
    found = cases(connection, article=(statute_id, 0, 0))
    return [c for c in found if not wanted or any(title_key(b.law) == statute_id and (b.number, b.suffix) in wanted for b in c.case.basis)]


def _with_basis(connection: Connection, rows: Sequence[Row[Any]]) -> list[StoredCase]:
    basis: dict[int, list[CaseBasis]] = {r.id: [] for r in rows}
    ids = list(basis)
    for start in range(0, len(ids), _BATCH):
        query = select(_BA).where(_BA.c.case_id.in_(ids[start : start + _BATCH])).order_by(_BA.c.case_id, _BA.c.ordinal)
        for b in connection.execute(query):
            basis[b.case_id].append(CaseBasis(b.law, b.number, b.suffix, b.paragraph, b.item, BasisRole(b.role)))
    return [_stored(r, tuple(basis[r.id])) for r in rows]


def _stored(row: Row[Any], basis: tuple[CaseBasis, ...]) -> StoredCase:
    found = Case(
        key=row.key,
        title=row.title,
        kind=CaseKind(row.kind),
        facts=row.facts,
        decision=row.decision,
        findings=row.findings,
        correction=row.correction,
        lesson=tuple(row.lesson),
        field=row.field,
        act=row.act,
        day=row.day,
        basis=basis,
        source=row.source,
        notice=row.notice,
        visibility=Visibility(row.visibility),
    )
    return StoredCase(row.id, found, row.digest, row.added_by, row.added_at, row.removed_at, row.vector, row.vector_model)


# ---- waiting for confirmation ------------------------------------------------------------------


def add_draft(connection: Connection, draft_id: str, owner: str, content: dict[str, Any], now: datetime) -> None:
    """Keep a case that was read until its owner confirms it."""
    connection.execute(insert(_DR).values(id=draft_id, owner=owner, content=content, created_at=now))


def draft(connection: Connection, draft_id: str, owner: str) -> dict[str, Any] | None:
    """Return a waiting case of this owner, or None."""
    row = connection.execute(select(_DR.c.content).where(_DR.c.id == draft_id, _DR.c.owner == owner)).first()
    return dict(row.content) if row else None


def update_draft(connection: Connection, draft_id: str, owner: str, content: dict[str, Any]) -> None:
    """Put changed content in the place of a waiting case of this owner."""
    connection.execute(update(_DR).where(_DR.c.id == draft_id, _DR.c.owner == owner).values(content=content))


def drafts(connection: Connection, owner: str, since: datetime) -> list[tuple[str, dict[str, Any]]]:
    """Return id and content of this owner's waiting cases, oldest first."""
    query = select(_DR.c.id, _DR.c.content).where(_DR.c.owner == owner, _DR.c.created_at >= since).order_by(_DR.c.created_at)
    return [(row.id, dict(row.content)) for row in connection.execute(query)]


def drop_draft(connection: Connection, draft_id: str, owner: str) -> None:
    """Delete a waiting case of this owner."""
    connection.execute(delete(_DR).where(_DR.c.id == draft_id, _DR.c.owner == owner))


def drop_drafts_before(connection: Connection, moment: datetime) -> int:
    """Delete what has waited since before `moment`; return how many."""
    return connection.execute(delete(_DR).where(_DR.c.created_at < moment)).rowcount
