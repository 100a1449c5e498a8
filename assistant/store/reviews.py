"""SQL for legality reviews and their findings.

Every statement that reads or changes a review of a person carries what that person may see (`Sight`): a review out of
sight is as if it were not there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Table, and_, extract, false, func, insert, or_, select, true, update
from sqlalchemy.engine import Connection

from assistant.law.text.titles import title_key
from assistant.store.tables.review import ReviewFindingRow, ReviewRow

_RE, _FI = (cast(Table, row.__table__) for row in (ReviewRow, ReviewFindingRow))


@dataclass(frozen=True, slots=True)
class Sight:
    """What a person sees: everything, else their own reviews and those of their section (none for an empty name)."""

    owner: str
    section: str = ""
    everything: bool = False


NOTHING = Sight("")


@dataclass(frozen=True, slots=True)
class StoredReview:
    """One review as kept; `facts` are plain values, `corrections` the facts set right by key."""

    id: str
    kind: str
    files: list[str]
    digest: str
    text: str
    parts: list[str]
    as_of: date | None
    law_day: date | None
    rules_version: str
    library_revision: int
    facts: list[dict[str, Any]]
    corrections: dict[str, str]
    owner: str
    owner_name: str
    section: str
    created_at: datetime
    updated_at: datetime
    state: str
    conclusion: str = ""
    remark: str = ""
    reviewer: str = ""
    reviewer_name: str = ""
    concluded_at: datetime | None = None
    number: str = ""
    number_year: int | None = None
    serial: int | None = None


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """One finding as kept, with the reviewer's word on it."""

    id: int
    review_id: str
    code: str
    title: str
    severity: str
    question: str
    explain: str
    suggest: str
    quote: str
    place_start: int | None
    place_end: int | None
    basis: list[dict[str, str]]
    present: bool
    added: bool
    word: str
    reason: str
    own_severity: str
    own_explain: str
    own_suggest: str
    word_by: str
    word_by_name: str
    word_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListedReview:
    """A review in the list; `findings` counts those that stand and are not rejected, `open` those without a word."""

    id: str
    kind: str
    files: list[str]
    owner_name: str
    section: str
    created_at: datetime
    state: str
    conclusion: str
    number: str
    concluded_at: datetime | None
    findings: int
    open: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Which reviews the list shows; `month` is (year, month) of the day it was begun."""

    kind: str = ""
    state: str = ""
    month: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """Reviews of one kind begun in one month, and how many of them were concluded, by conclusion."""

    year: int
    month: int
    kind: str
    begun: int
    conclusions: dict[str, int]


def _seen(sight: Sight) -> ColumnElement[bool]:
    if sight.everything:
        return true()
    own = _RE.c.owner == sight.owner if sight.owner else false()
    return or_(own, _RE.c.section == sight.section) if sight.section else own


def _review(row: Row[Any]) -> StoredReview:
    return StoredReview(**{f.name: getattr(row, f.name) for f in fields(StoredReview)})


def add_review(connection: Connection, review: StoredReview) -> None:
    """Insert a review."""
    connection.execute(insert(_RE).values({f.name: getattr(review, f.name) for f in fields(StoredReview)}))


def review(connection: Connection, review_id: str, sight: Sight) -> StoredReview | None:
    """Return one review within sight, or None."""
    row = connection.execute(select(_RE).where(_RE.c.id == review_id, _seen(sight))).first()
    return _review(row) if row else None


def change_review(connection: Connection, review_id: str, **values: Any) -> None:
    """Set columns of a review the caller has found within sight."""
    connection.execute(update(_RE).where(_RE.c.id == review_id).values(values))


def reviews(connection: Connection, sight: Sight, chosen: Filter, limit: int, offset: int = 0) -> list[ListedReview]:
    """Return the reviews within sight that fit, newest first, without their texts."""
    standing = and_(_FI.c.review_id == _RE.c.id, _FI.c.present.is_(True), _FI.c.word != "rejected")
    count = select(func.count()).where(standing).correlate(_RE).scalar_subquery()
    unsaid = select(func.count()).where(standing, _FI.c.word == "", _FI.c.severity != "提示").correlate(_RE).scalar_subquery()
    wanted = [f.name for f in fields(ListedReview) if f.name not in ("findings", "open")]
    query = select(*(_RE.c[name] for name in wanted), count.label("findings"), unsaid.label("open"))
    query = query.where(_seen(sight), *_fits(chosen)).order_by(_RE.c.created_at.desc(), _RE.c.id).limit(limit).offset(offset)
    return [ListedReview(**{f.name: getattr(r, f.name) for f in fields(ListedReview)}) for r in connection.execute(query)]


def how_many(connection: Connection, sight: Sight, chosen: Filter) -> int:
    """Return how many reviews within sight fit."""
    return int(connection.execute(select(func.count()).select_from(_RE).where(_seen(sight), *_fits(chosen))).scalar_one())


def _fits(chosen: Filter) -> list[ColumnElement[bool]]:
    out = [_RE.c.kind == chosen.kind] if chosen.kind else []
    out += [_RE.c.state == chosen.state] if chosen.state else []
    if chosen.month:
        year, month = chosen.month
        after = datetime(year + month // 12, month % 12 + 1, 1)
        out += [_RE.c.created_at >= datetime(year, month, 1), _RE.c.created_at < after]
    return out


def months(connection: Connection, sight: Sight) -> list[tuple[int, int]]:
    """Return the months in which reviews within sight were begun, newest first."""
    year, month = extract("year", _RE.c.created_at), extract("month", _RE.c.created_at)
    rows = connection.execute(select(year, month).where(_seen(sight)).distinct())
    return sorted(((int(r[0]), int(r[1])) for r in rows), reverse=True)


def counted(connection: Connection, sight: Sight, year: int | None = None) -> list[Counted]:
    """Return the numbers of reviews by month and kind, oldest month first; of one year where given."""
    columns = (extract("year", _RE.c.created_at), extract("month", _RE.c.created_at), _RE.c.kind, _RE.c.conclusion)
    query = select(*columns, func.count()).where(_seen(sight)).group_by(*columns)
    found: dict[tuple[int, int, str], dict[str, int]] = {}
    for row in connection.execute(query):
        if year is None or int(row[0]) == year:
            found.setdefault((int(row[0]), int(row[1]), str(row[2])), {})[str(row[3])] = int(row[4])
    return [
        Counted(y, m, kind, sum(by.values()), {word: n for word, n in sorted(by.items()) if word})
        for (y, m, kind), by in sorted(found.items())
    ]


def last_serial(connection: Connection, year: int) -> int:
    """Return the last serial given in a year; 0 before the first."""
    return int(connection.execute(select(func.max(_RE.c.serial)).where(_RE.c.number_year == year)).scalar() or 0)


# ---- findings ---------------------------------------------------------------------------------


def findings(connection: Connection, review_id: str) -> list[StoredFinding]:
    """Return the findings of a review in the order they were kept, those no longer borne out included."""
    rows = connection.execute(select(_FI).where(_FI.c.review_id == review_id).order_by(_FI.c.id))
    return [StoredFinding(**{f.name: getattr(r, f.name) for f in fields(StoredFinding)}) for r in rows]


def add_finding(connection: Connection, values: dict[str, Any]) -> int:
    """Insert a finding and return its id."""
    result = connection.execute(insert(_FI).values(values))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def change_finding(connection: Connection, review_id: str, finding_id: int, **values: Any) -> bool:
    """Set columns of a finding of this review; False where the review has no such finding."""
    result = connection.execute(update(_FI).where(_FI.c.id == finding_id, _FI.c.review_id == review_id).values(values))
    return bool(result.rowcount)


def remove_finding(connection: Connection, review_id: str, finding_id: int) -> None:
    """Remove a finding the reviewer had added."""
    connection.execute(_FI.delete().where(_FI.c.id == finding_id, _FI.c.review_id == review_id, _FI.c.added.is_(True)))


def citing(connection: Connection, statute_id: str, labels: Collection[str]) -> list[tuple[str, str, str]]:
    """Return (review id, its number or files, article) of the reviews with a finding that stands on one of a statute's articles."""
    query = select(_FI.c.basis, _RE.c.id, _RE.c.number, _RE.c.files).join(_RE, _RE.c.id == _FI.c.review_id).where(_FI.c.present)
    found = {
        (row.id, row.number or "、".join(row.files), basis["article"])
        for row in connection.execute(query)
        for basis in row.basis
        if basis["article"] in labels and title_key(basis["law"]) == statute_id
    }
    return sorted(found)
