"""A copy of a home's library to measure on: the library itself is only read."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from assistant.config import Settings
from assistant.errors import RefusedInput


def library_file(settings: Settings) -> Path:
    """Return the database file of a home; raises RefusedInput where it is on a server, or where there is none."""
    source = settings.home / "library.db"
    if settings.database_url or not source.exists():
        raise RefusedInput(str(settings.home), "只能用数据目录里的 SQLite 库来测量，请先运行 assistant setup")
    return source


def copy_library(settings: Settings, home: Path) -> None:
    """Copy the database of a home into another, as it stands now; raises RefusedInput as `library_file`."""
    source = library_file(settings)
    home.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(source) as old, sqlite3.connect(home / "library.db") as new:
        old.backup(new)
