"""SQL for changes of the library that wait for a second person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import Row, Table, func, insert, null, select, update
from sqlalchemy.engine import Connection

from assistant.law.statute.model import Level, Visibility
from assistant.store.tables.change import HeldBackRow, LibraryChangeRow

_CH = cast(Table, LibraryChangeRow.__table__)


class ChangeKind(StrEnum):
    """What is to change."""

    IMPORT = "导入文件"
    VISIBILITY = "改可见范围"
    WITHDRAW = "移出版本"
    RESTORE = "恢复版本"
    CASE = "公开案例变动"
    SETTING = "修改听证起点"
    WORDS = "修改检索词语"
    QUESTION = "加入示例问题"
    UNDO = "撤销变动"


class ChangeState(StrEnum):
    """What has become of a change, in the words it is shown in."""

    DRAFT = "待核对"
    WAITING = "待批准"
    DONE = "已批准"
    PLACED = "已入库"
    REJECTED = "未批准"
    TAKEN_BACK = "已撤回"
    EXPIRED = "已过期"
    UNDONE = "已撤销"


#: The states in which something is still to be done, and the text and file are kept for it.
OPEN_STATES = frozenset({ChangeState.DRAFT, ChangeState.WAITING})


@dataclass(frozen=True, slots=True)
class Change:
    """法规库变动. `sole` is True where there was one administrator when it was sent; days are local time."""

    id: int
    kind: ChangeKind
    state: ChangeState
    owner: str
    batch: str
    target: str
    title: str
    level: Level | None
    visibility: Visibility
    origin: str
    file_name: str
    file_key: str
    file_digest: str
    document: dict[str, Any] | None
    payload: dict[str, Any]
    doubts: tuple[str, ...]
    sole: bool
    created_at: datetime
    expires_at: datetime
    sent_at: datetime | None
    decided_at: datetime | None
    decided_by: str
    reason: str
    outcome: str
    after: str


_SHOWN = tuple(_CH.c[name] for name in Change.__slots__)


def add(connection: Connection, values: dict[str, Any]) -> int:
    """Insert a change and return its number; what is not given is empty."""
    empty: dict[str, Any] = {"batch": "", "origin": "", "file_name": "", "file_key": "", "file_digest": "", "document": None, "level": ""}
    empty |= {"payload": {}, "doubts": [], "sole": False, "decided_by": "", "reason": "", "outcome": "", "before": None, "after": ""}
    made = connection.execute(insert(_CH).values(empty | values)).inserted_primary_key
    return int(made[0])  # type: ignore[index]


def change(connection: Connection, change_id: int) -> Change | None:
    """Return one change, or None; a number no database holds is none."""
    if not 0 < change_id < 2**31:
        return None
    row = connection.execute(select(*_SHOWN).where(_CH.c.id == change_id)).first()
    return _change(row) if row else None


def update_change(connection: Connection, change_id: int, **values: Any) -> None:
    """Set columns of a change."""
    connection.execute(update(_CH).where(_CH.c.id == change_id).values(**values))


def changes(
    connection: Connection,
    states: Collection[ChangeState] = (),
    *,
    owner: str = "",
    batch: str = "",
    limit: int = 500,
    with_text: bool = False,
) -> list[Change]:
    """Return the changes that fit, newest first; their texts, which may be long, only where asked for."""
    columns = _SHOWN if with_text else (c if c.name != "document" else null().label("document") for c in _SHOWN)
    query = select(*columns).order_by(_CH.c.id.desc()).limit(limit)
    if states:
        query = query.where(_CH.c.state.in_([s.value for s in states]))
    if owner:
        query = query.where(_CH.c.owner == owner)
    if batch:
        query = query.where(_CH.c.batch == batch)
    return [_change(r) for r in connection.execute(query)]


def count(connection: Connection, states: Collection[ChangeState], owner: str = "") -> int:
    """Return how many changes are in one of the states (of one owner)."""
    query = select(func.count()).select_from(_CH).where(_CH.c.state.in_([s.value for s in states]))
    return int(connection.execute(query.where(_CH.c.owner == owner) if owner else query).scalar_one())


def due(connection: Connection, now: datetime) -> list[Change]:
    """Return the changes whose time is up without a decision; what is hidden meanwhile waits for a word, however long."""
    held = select(HeldBackRow.change_id)
    query = select(*_SHOWN).where(_CH.c.state.in_([s.value for s in OPEN_STATES]), _CH.c.expires_at <= now, _CH.c.id.not_in(held))
    return [_change(r) for r in connection.execute(query)]


def before(connection: Connection, change_id: int) -> dict[str, Any]:
    """Return what stood before a change was made: what undoing it puts back."""
    return dict(connection.execute(select(_CH.c.before).where(_CH.c.id == change_id)).scalar() or {})


def open_of(connection: Connection, kind: ChangeKind, target: str) -> Change | None:
    """Return the change of a kind that waits for a target, or None."""
    query = select(*_SHOWN).where(_CH.c.kind == kind.value, _CH.c.target == target, _CH.c.state == ChangeState.WAITING.value)
    row = connection.execute(query).first()
    return _change(row) if row else None


def offered(connection: Connection, target: str, digest: str) -> bool:
    """True where a text of that digest was put before the administrators for a statute already, whatever they said."""
    query = select(_CH.c.id).where(_CH.c.target == target, _CH.c.file_digest == digest, _CH.c.state != ChangeState.DRAFT.value)
    return connection.execute(query).first() is not None


def file_keys(connection: Connection) -> set[str]:
    """Return the names of the files kept for changes that are still open."""
    query = select(_CH.c.file_key).where(_CH.c.state.in_([s.value for s in OPEN_STATES]), _CH.c.file_key != "")
    return set(connection.execute(query).scalars())


def _change(row: Row[Any]) -> Change:
    values = dict(row._mapping)
    values |= {"kind": ChangeKind(row.kind), "state": ChangeState(row.state), "visibility": Visibility(row.visibility)}
    level = Level(row.level) if row.level else None
    return Change(**(values | {"level": level, "doubts": tuple(row.doubts), "payload": dict(row.payload or {})}))
