"""SQL for statutes held back from the public while a change about them waits."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.engine import Connection

from assistant.store.tables.change import HeldBackRow

_HE = cast(Table, HeldBackRow.__table__)
#: True, in SQL over the table `statute` called s, for a statute that is held back.
IS_HELD_SQL: Final = "exists (select 1 from held_back h where h.statute_id = s.id)"


def hold(connection: Connection, change_id: int, statute_ids: Collection[str]) -> None:
    """Hold statutes back, on the shelf or not, until the change is decided."""
    there = set(connection.execute(select(_HE.c.statute_id).where(_HE.c.change_id == change_id)).scalars())
    rows = [{"change_id": change_id, "statute_id": one} for one in sorted(set(statute_ids) - there)]
    if rows:
        connection.execute(insert(_HE), rows)


def release(connection: Connection, change_id: int) -> bool:
    """Hold nothing back for a change any longer; True where something was."""
    return bool(connection.execute(delete(_HE).where(_HE.c.change_id == change_id)).rowcount)


def held_back(connection: Connection) -> frozenset[str]:
    """Return the ids of the statutes that the public does not see for now."""
    return frozenset(connection.execute(select(_HE.c.statute_id)).scalars())


def held_for(connection: Connection, change_id: int) -> list[str]:
    """Return the ids of the statutes that are held back for one change."""
    return list(connection.execute(select(_HE.c.statute_id).where(_HE.c.change_id == change_id).order_by(_HE.c.statute_id)).scalars())
