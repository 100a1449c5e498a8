"""Texts of a trusted source that lost most of their articles: not placed, but kept for an administrator to look at."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.desk.changes import kept_files
from assistant.desk.changes.asking.changes import ask
from assistant.law.statute.model import ParsedDocument, Visibility
from assistant.law.text.titles import title_key
from assistant.library.readers.document_record import to_record
from assistant.library.shelf.shelving import Source
from assistant.library.sources.importing import Aside
from assistant.store.library import changes as sql
from assistant.store.library import statutes
from assistant.store.library.changes import ChangeKind


def kept_aside(settings: Settings, actor: str, origin: str) -> Aside:
    """Return what puts such a text before the administrators in the name of `actor`; one they have seen is not put again."""

    def aside(connection: Connection, document: ParsedDocument, source: Source, file: Path | None, found: tuple[str, ...]) -> None:
        key = title_key(document.title)
        if sql.offered(connection, key, source.digest):
            return
        held = statutes.statute(connection, key)
        values = {
            "target": key,
            "title": document.title[:300],
            "level": document.level.value if document.level else "",
            "visibility": held.visibility if held else Visibility.PUBLIC.value,
            "origin": origin,
            "file_name": file.name if file else source.name,
            "file_key": kept_files.keep(settings, file) if file else "",
            "file_digest": source.digest,
            "document": to_record(document),
            "payload": {"source": source.kind, "read_title": document.title, "read_level": document.level.value if document.level else ""},
            "doubts": list(found),
        }
        ask(connection, settings, actor, ChangeKind.IMPORT, values)

    return aside
