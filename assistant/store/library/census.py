"""SQL that counts what people sent: each text and how often it was kept."""

from __future__ import annotations

from collections import Counter
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.engine import Connection

from assistant.store.tables.library import MessageRow
from assistant.store.tables.matter import MatterEventRow, MatterRow

_ME, _MA, _EV = (cast(Table, row.__table__) for row in (MessageRow, MatterRow, MatterEventRow))


def questions_kept(connection: Connection) -> Counter[str]:
    """Return every question of every conversation with how often it stands there."""
    return Counter(connection.execute(select(_ME.c.text).where(_ME.c.role == "user")).scalars())


def titles_kept(connection: Connection) -> Counter[str]:
    """Return the titles of the matters."""
    return Counter(connection.execute(select(_MA.c.title)).scalars())


def messages_kept(connection: Connection) -> Counter[str]:
    """Return the words of every step and message of every matter."""
    return Counter(connection.execute(select(_EV.c.text)).scalars())
