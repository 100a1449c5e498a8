"""SQL for the files of matters; their bytes lie under the home by content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, case, delete, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from assistant.store.tables.matter import MatterFileRow

_FI = cast(Table, MatterFileRow.__table__)


@dataclass(frozen=True, slots=True)
class MatterFile:
    """An uploaded file: `name` as its owner called it (shown, never a path), `media` and `digest` of its content, `size` in bytes."""

    id: int
    matter_id: str | None
    event_id: int | None
    uploader: str
    form_key: str
    name: str
    media: str
    size: int
    digest: str
    added_at: datetime


_COLUMNS = tuple(_FI.c[name] for name in MatterFile.__slots__)


def add_file(connection: Connection, values: dict[str, Any]) -> int:
    """Insert a file and return its id."""
    return int(connection.execute(insert(_FI).values(values)).inserted_primary_key[0])  # type: ignore[index]


def file(connection: Connection, file_id: int) -> MatterFile | None:
    """Return one file, or None."""
    row = connection.execute(select(*_COLUMNS).where(_FI.c.id == file_id)).first()
    return MatterFile(*row) if row else None


def files_of(connection: Connection, matter_id: str) -> list[MatterFile]:
    """Return the files that came with a matter's steps, in order."""
    query = select(*_COLUMNS).where(_FI.c.matter_id == matter_id, _FI.c.event_id.is_not(None)).order_by(_FI.c.id)
    return [MatterFile(*r) for r in connection.execute(query)]


def files_of_form(connection: Connection, uploader: str, form_key: str) -> list[MatterFile]:
    """Return what was uploaded with one form, taken or not, in order."""
    query = select(*_COLUMNS).where(_FI.c.uploader == uploader, _FI.c.form_key == form_key).order_by(_FI.c.id)
    return [MatterFile(*r) for r in connection.execute(query)]


def size_of(connection: Connection, matter_id: str | None, uploader: str, form_key: str) -> int:
    """Return the bytes of a matter's files together with those of a form that waits."""
    own = (_FI.c.uploader == uploader) & (_FI.c.form_key == form_key)
    query = select(func.coalesce(func.sum(_FI.c.size), 0)).where(or_(own, _FI.c.matter_id == matter_id) if matter_id else own)
    return int(connection.execute(query).scalar_one())


def waiting_sizes(connection: Connection, uploader: str) -> tuple[int, int]:
    """Return the bytes that wait with forms not taken: this person's, and everybody's."""
    waits = _FI.c.event_id.is_(None) & _FI.c.matter_id.is_(None)
    own = func.sum(case((_FI.c.uploader == uploader, _FI.c.size), else_=0))
    row = connection.execute(select(func.coalesce(own, 0), func.coalesce(func.sum(_FI.c.size), 0)).where(waits)).one()
    return int(row[0]), int(row[1])


def drop_waiting(connection: Connection, uploader: str, form_key: str, before: datetime) -> int:
    """Remove the rows of a person's files that wait with other forms since `before`; return how many."""
    waits = _FI.c.event_id.is_(None) & _FI.c.matter_id.is_(None) & (_FI.c.added_at < before)
    others = (_FI.c.uploader == uploader) & (_FI.c.form_key != form_key)
    return int(connection.execute(delete(_FI).where(waits & others)).rowcount)


def take_staged(connection: Connection, uploader: str, form_key: str, matter_id: str, event_id: int) -> None:
    """Give what waits with a form to the step the form made."""
    waits = (_FI.c.uploader == uploader) & (_FI.c.form_key == form_key) & _FI.c.event_id.is_(None)
    connection.execute(update(_FI).where(waits).values(matter_id=matter_id, event_id=event_id))


def keep_for(connection: Connection, file_id: int, matter_id: str, form_key: str) -> None:
    """Give a file that waits to a matter and to another form, whose step will take it; it waits as long as need be."""
    connection.execute(update(_FI).where(_FI.c.id == file_id, _FI.c.event_id.is_(None)).values(matter_id=matter_id, form_key=form_key))


def drop_staged(connection: Connection, uploader: str, form_key: str, file_id: int) -> bool:
    """Remove a file that waits with a form; False where there is none."""
    own = (_FI.c.id == file_id) & (_FI.c.uploader == uploader) & (_FI.c.form_key == form_key) & _FI.c.event_id.is_(None)
    return bool(connection.execute(delete(_FI).where(own)).rowcount)


def purge_staged(connection: Connection, before: datetime) -> int:
    """Remove the rows of files that no matter has and whose form was never taken; return how many."""
    waits = _FI.c.event_id.is_(None) & _FI.c.matter_id.is_(None) & (_FI.c.added_at < before)
    return int(connection.execute(delete(_FI).where(waits)).rowcount)


def digests(connection: Connection) -> set[str]:
    """Return the digest of every file a row speaks of."""
    return set(connection.execute(select(_FI.c.digest).distinct()).scalars())
