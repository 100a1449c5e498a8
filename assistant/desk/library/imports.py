"""Bringing documents into the library, each change in the trail: what the command line calls: over the web see `changes`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.desk.audit.trail import AuditAction, record
from assistant.law.statute.model import Level, Visibility
from assistant.library.shelf.shelving import Placed
from assistant.library.sources.importing import Imported, Read, import_paths

_NO_CHANGE = (Placed.UNCHANGED, Placed.REFUSED, Placed.ASIDE)


def import_documents(
    engine: Engine,
    settings: Settings,
    paths: Iterable[Path],
    actor: str,
    *,
    level: Level | None = None,
    visibility: Visibility = Visibility.PUBLIC,
    read: Read | None = None,
) -> Iterator[Imported]:
    """Import files and folders in the name of `actor`, yielding one report a file; what changed is in the trail.

    `read` reads a file where it is not to be read here.
    """
    yield from import_paths(engine, settings, paths, level=level, visibility=visibility, taken=in_trail(actor, visibility), read=read)


def in_trail(actor: str, visibility: Visibility = Visibility.PUBLIC) -> Callable[[Connection, Imported], None]:
    """Return what records an import inside its transaction; a document that changed nothing is not recorded."""

    def taken(connection: Connection, imported: Imported) -> None:
        if imported.outcome not in _NO_CHANGE:
            facts = {"结果": imported.outcome.value, "版本": imported.version, "条数": imported.articles, "可见": visibility.value}
            facts |= {"文件": Path(imported.name).name, "文件摘要": imported.digest}
            record(
                connection,
                actor,
                AuditAction.DOCUMENT,
                f"《{imported.title}》",
                facts | ({"提示": list(imported.doubts)} if imported.doubts else {}),
            )

    return taken
