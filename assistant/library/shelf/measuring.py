"""A text measured by what the shelf holds under its title, before it is placed: what is doubtful, and whether it would undo the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import Connection

from assistant.law.statute.doubts import Held, doubts, loses_most
from assistant.law.statute.model import ParsedDocument
from assistant.law.text.titles import title_key
from assistant.library.shelf.shelf import version_on
from assistant.library.shelf.shelving import Source, days_begin
from assistant.store.library import statutes as sql
from assistant.store.records import Version


@dataclass(frozen=True, slots=True)
class Measured:
    """What is doubtful about a text; `stub` where it would take the place of one that has more than twice its articles."""

    doubts: tuple[str, ...] = ()
    stub: bool = False


def measure(connection: Connection, document: ParsedDocument, source: Source | None = None) -> Measured:
    """Measure a text; one that came from the very same source before is not measured again."""
    versions = sql.versions(connection, title_key(document.title))
    if source and any(source.digest in sql.source_digests(connection, v.id) for v in versions):
        return Measured()
    chosen = _binding(versions)
    held = Held(chosen.version_date, tuple(a for _, a in sql.articles(connection, chosen.id))) if chosen else None
    replaces = chosen is not None and _replaces(document, chosen, versions)
    return Measured(doubts(document, held), replaces and loses_most(document, held))


def _binding(versions: list[Version]) -> Version | None:
    """The version in force today, else the newest; None where there is none."""
    return version_on(versions, date.today()) or (versions[-1] if versions else None)


def _replaces(document: ParsedDocument, chosen: Version, versions: list[Version]) -> bool:
    """True where a text would be the one in force in the other's place; a print of the same day and a 修正案 never are.

    A document kept by paragraphs is the exception: another print of its day takes its place whole.
    """
    if title_key(document.title).endswith("修正案"):
        return False
    if any(v.version_date == document.version_date for v in versions):
        return not document.has_articles
    begins = days_begin(document.effective_from, document.version_date)
    return (begins or date.min) >= (chosen.binds_from or date.min)
