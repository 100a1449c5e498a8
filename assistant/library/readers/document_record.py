"""A document as read, as values JSON can hold: what waits in the database is what was shown, and is never read again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from assistant.law.statute.model import Article, Level, ParsedDocument

_DAYS = ("promulgated", "version_date", "effective_from")


def to_record(document: ParsedDocument) -> dict[str, Any]:
    """Return a document as plain values; `from_record` gives it back."""
    values = asdict(document)
    values |= {name: day.isoformat() if (day := values[name]) else None for name in _DAYS}
    return values | {"level": document.level.value if document.level else None}


def from_record(record: dict[str, Any]) -> ParsedDocument:
    """Return the document of a record."""
    values = dict(record)
    values |= {name: date.fromisoformat(values[name]) if values[name] else None for name in _DAYS}
    values |= {name: tuple(values[name]) for name in ("history", "warnings")}
    articles = tuple(Article(**a) for a in record["articles"])
    return ParsedDocument(**(values | {"articles": articles, "level": Level(record["level"]) if record["level"] else None}))
