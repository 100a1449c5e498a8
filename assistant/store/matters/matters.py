"""SQL for matters, who may see them, and their trail.

Reading a matter always goes through `visible`: who may not see it finds nothing, as if it were not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Table, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from assistant.store.tables.matter import MatterEventRow, MatterRow, MatterViewerRow, SerialRow

_MA, _VI, _EV, _SE = (cast(Table, row.__table__) for row in (MatterRow, MatterViewerRow, MatterEventRow, SerialRow))


class State(StrEnum):
    """Where a matter stands; the steps between are in `assistant.desk.matters.states`."""

    DRAFT = "草稿"
    SUBMITTED = "已提交"
    ACCEPTED = "已受理"
    NEEDS_MORE = "需补充"
    ANSWERED = "已出具意见"
    ADOPTED = "已采纳"
    NOT_ADOPTED = "未采纳"
    ARCHIVED = "已归档"
    WITHDRAWN = "已撤回"

    @property
    def waits(self) -> bool:
        """True while the law firm's opinion is awaited: only then can a matter be overdue."""
        return self in (State.SUBMITTED, State.ACCEPTED, State.NEEDS_MORE)

    @property
    def closed(self) -> bool:
        """True where no step leads on."""
        return self in (State.ARCHIVED, State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Matter:
    """事项. `number` is given when it is first sent; `due_on` is the day the opinion is wanted by."""

    id: str
    number: str | None
    title: str
    question: str
    origin: str
    origin_ref: str
    materials: dict[str, Any]
    urgency: str
    working_days: int
    due_on: date | None
    state: State
    owner: str
    owner_name: str
    section: str
    share_section: bool
    firm: str
    version: int
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    accepted_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    reminded_on: date | None


@dataclass(frozen=True, slots=True)
class Event:
    """One step or message; `number` is the matter's version it made."""

    id: int
    matter_id: str
    number: int
    step: str
    actor: str
    actor_name: str
    party: str
    from_state: str
    to_state: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Viewer:
    """A colleague named to see a matter."""

    user_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose eyes look: an office user sees by owner, section and name, counsel (`firm` set) what was sent to the firm."""

    user_id: str
    section: str = ""
    firm: str | None = None


_MATTER_COLUMNS = tuple(_MA.c[name] for name in Matter.__slots__)
_EVENT_COLUMNS = tuple(_EV.c[name] for name in Event.__slots__)


def _matter(row: Row[Any]) -> Matter:
    values = dict(row._mapping)
    return Matter(**(values | {"state": State(values["state"])}))


def visible(sight: Sight) -> ColumnElement[bool]:
    """The condition under which a matter may be seen. What was taken back before the firm accepted it is not the firm's to see."""
    if sight.firm is not None:
        taken_back = and_(_MA.c.state == State.WITHDRAWN.value, _MA.c.accepted_at.is_not(None))
        sent = or_(_MA.c.state.not_in((State.DRAFT.value, State.WITHDRAWN.value)), taken_back)
        return and_(_MA.c.firm == sight.firm, sent)
    named = exists().where(_VI.c.matter_id == _MA.c.id, _VI.c.user_id == sight.user_id)
    same = and_(_MA.c.share_section.is_(True), _MA.c.section == sight.section) if sight.section else None
    shared = or_(named, same) if same is not None else named
    return or_(_MA.c.owner == sight.user_id, and_(_MA.c.state != State.DRAFT.value, shared))


def matter(connection: Connection, matter_id: str, sight: Sight) -> Matter | None:
    """Return a matter that may be seen, or None."""
    row = connection.execute(select(*_MATTER_COLUMNS).where(_MA.c.id == matter_id, visible(sight))).first()
    return _matter(row) if row else None


def matter_as_kept(connection: Connection, matter_id: str) -> Matter | None:
    """Return a matter whoever asks: for what the program does itself, never for showing."""
    row = connection.execute(select(*_MATTER_COLUMNS).where(_MA.c.id == matter_id)).first()
    return _matter(row) if row else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which matters a list shows: of some states (all where empty), holding every word, overdue on a day where given."""

    states: tuple[State, ...] = ()
    words: str = ""
    overdue_on: date | None = None
    offset: int = 0
    limit: int | None = None


def matters(connection: Connection, sight: Sight, wanted: Wanted) -> tuple[list[Matter], int]:
    """Return the matters that may be seen and fit, last changed first (the page asked for), and how many fit in all."""
    fits = [visible(sight)]
    if wanted.states:
        fits.append(_MA.c.state.in_([s.value for s in wanted.states]))
    if wanted.overdue_on:
        fits += [_MA.c.state.in_([s.value for s in State if s.waits]), _MA.c.due_on < wanted.overdue_on]
    for word in wanted.words.split():
        fits.append(or_(*(column.contains(word, autoescape=True) for column in (_MA.c.number, _MA.c.title, _MA.c.question))))
    query = select(*_MATTER_COLUMNS).where(*fits).order_by(_MA.c.updated_at.desc(), _MA.c.id).offset(wanted.offset)
    if wanted.limit is not None:
        query = query.limit(wanted.limit)
    total = connection.execute(select(func.count()).select_from(_MA).where(*fits)).scalar_one()
    return [_matter(r) for r in connection.execute(query)], int(total)


def state_counts(connection: Connection, sight: Sight) -> dict[State, int]:
    """Return state → how many matters that may be seen are in it."""
    query = select(_MA.c.state, func.count()).where(visible(sight)).group_by(_MA.c.state)
    return {State(state): count for state, count in connection.execute(query)}


def all_matters(connection: Connection) -> list[Matter]:
    """Return every matter by number, drafts last: for an administrator's list, which shows no contents."""
    return [
        _matter(r) for r in connection.execute(select(*_MATTER_COLUMNS).order_by(_MA.c.number.is_(None), _MA.c.number, _MA.c.created_at))
    ]


def matter_of_number(connection: Connection, number: str) -> Matter | None:
    """Return the matter of a number or id whoever asks, or None."""
    row = connection.execute(select(*_MATTER_COLUMNS).where(or_(_MA.c.number == number, _MA.c.id == number))).first()
    return _matter(row) if row else None


def waiting(connection: Connection, states: Sequence[str], due_by: date) -> list[Matter]:
    """Return every matter of some states that is due on or before a day: for reminders, not for showing."""
    query = select(*_MATTER_COLUMNS).where(_MA.c.state.in_(list(states)), _MA.c.due_on <= due_by).order_by(_MA.c.due_on, _MA.c.id)
    return [_matter(r) for r in connection.execute(query)]


def matter_of_form(connection: Connection, owner: str, form_key: str) -> str | None:
    """Return the id of the matter an owner's form made, or None where it was not taken yet."""
    return connection.execute(select(_MA.c.id).where(_MA.c.owner == owner, _MA.c.form_key == form_key)).scalar()


def add_matter(connection: Connection, values: dict[str, Any]) -> None:
    """Insert a matter."""
    connection.execute(insert(_MA).values(values))


def change_matter(connection: Connection, matter_id: str, seen: int, values: dict[str, Any]) -> bool:
    """Set columns of a matter still at the version seen and move it on by one; False where someone was faster."""
    changed = update(_MA).where(_MA.c.id == matter_id, _MA.c.version == seen).values(values | {"version": seen + 1})
    return bool(connection.execute(changed).rowcount)


def mark_reminded(connection: Connection, matter_id: str, day: date) -> bool:
    """Note that a matter was reminded of on a day; False where it was already."""
    late = or_(_MA.c.reminded_on.is_(None), _MA.c.reminded_on < day)
    return bool(connection.execute(update(_MA).where(_MA.c.id == matter_id, late).values(reminded_on=day)).rowcount)


def viewers(connection: Connection, matter_id: str) -> list[Viewer]:
    """Return the colleagues named to see a matter, by name."""
    query = select(_VI.c.user_id, _VI.c.name).where(_VI.c.matter_id == matter_id).order_by(_VI.c.name, _VI.c.user_id)
    return [Viewer(*r) for r in connection.execute(query)]


def set_viewers(connection: Connection, matter_id: str, named: Sequence[Viewer]) -> None:
    """Name the colleagues who may see a matter, in place of those before."""
    connection.execute(delete(_VI).where(_VI.c.matter_id == matter_id))
    for viewer in named:
        connection.execute(insert(_VI).values(matter_id=matter_id, user_id=viewer.user_id, name=viewer.name))


def events(connection: Connection, matter_id: str, after: int = 0) -> list[Event]:
    """Return a matter's trail in order, from the version after the one named."""
    query = select(*_EVENT_COLUMNS).where(_EV.c.matter_id == matter_id, _EV.c.number > after).order_by(_EV.c.number)
    return [Event(*r) for r in connection.execute(query)]


def event_of_form(connection: Connection, matter_id: str, actor: str, form_key: str) -> int | None:
    """Return the id of the step an actor's form made, or None where it was not taken yet."""
    query = select(_EV.c.id).where(_EV.c.matter_id == matter_id, _EV.c.actor == actor, _EV.c.form_key == form_key)
    return connection.execute(query).scalar()


def add_event(connection: Connection, values: dict[str, Any]) -> int:
    """Append to a matter's trail; return the row's id."""
    return int(connection.execute(insert(_EV).values(values)).inserted_primary_key[0])  # type: ignore[index]


def next_serial(connection: Connection, series: str, year: int) -> int:
    """Return the next number of a series in a year, from 1. The row stays locked until the transaction ends: none is given twice."""
    own = and_(_SE.c.series == series, _SE.c.year == year)
    if not connection.execute(update(_SE).where(own).values(last=_SE.c.last + 1)).rowcount:
        try:
            with connection.begin_nested():
                connection.execute(insert(_SE).values(series=series, year=year, last=1))
        except IntegrityError:  # another server gave the year's first number in the meantime
            connection.execute(update(_SE).where(own).values(last=_SE.c.last + 1))
    return int(connection.execute(select(_SE.c.last).where(own)).scalar_one())
