"""The shelf as citation checking asks for it (`assistant.law.statute.shelf.Shelf`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.law.statute.model import Article, Status
from assistant.law.statute.shelf import Repeal, ShelfStatute, ShelfVersion
from assistant.library.shelf.shelf import Shelf
from assistant.store.records import Statute, Version


class CitationShelf:
    """Answers the lookups of `assistant.law.citation.verify` from the library."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def short_names(self) -> Mapping[str, str]:
        """Titles that bind as law and the catalogue's short names → titles."""
        return self._shelf.names()

    def statute(self, title: str) -> ShelfStatute | None:
        """The statute of that title; None where not on the shelf."""
        return self._as_cited(self._shelf.statute(title))

    def similar_titles(self, title: str) -> Sequence[str]:
        """Titles on the shelf that read like `title`, at most twenty."""
        return self._shelf.similar_titles(title)

    def by_doc_number(self, doc_number: str) -> ShelfStatute | None:
        """The document of that 发文字号, or None."""
        return self._as_cited(self._shelf.by_doc_number(doc_number))

    def article(self, version: ShelfVersion, number: int, suffix: int) -> Article | None:
        """第number条 (之suffix) of a version, or None where it has none."""
        found = self._shelf.article_in(version.key, number, suffix)
        return found.article if found else None

    def articles(self, version: ShelfVersion) -> Sequence[Article]:
        """Every article of a version, in order."""
        return [a.article for a in self._shelf.articles(version.key)]

    def moved_to(self, old: ShelfVersion, number: int, suffix: int, new: ShelfVersion) -> Article | None:
        """The article of `new` that carries on an article of `old`; None where its text is gone."""
        found = self._shelf.moved_to(old.key, number, suffix, new.key)
        return found.article if found else None

    def repealed_by(self, title: str) -> Repeal | None:
        """The repeal of a statute (on the shelf or not) by a text on the shelf, or None."""
        return self._shelf.repealed_by(title)

    def is_held_back(self, title: str) -> bool:
        """True where the public does not see a statute for now."""
        return self._shelf.is_held_back(title)

    def _as_cited(self, statute: Statute | None) -> ShelfStatute | None:
        if statute is None:
            return None
        return ShelfStatute(statute.title, tuple(_version(v) for v in self._shelf.versions(statute.id)))


def _version(version: Version) -> ShelfVersion:
    """The version's days as verifying reads them: closed by a newer text before a repeal, else by the repeal."""
    started = version.binds_from if version.effective_from else None
    repealed = version.repealed_from
    if version.effective_to and not (repealed and repealed < version.effective_to):
        return ShelfVersion(version.id, version.version_date, started, version.effective_to, Status.AMENDED)
    if repealed or version.closed_by_source == Status.REPEALED:
        return ShelfVersion(version.id, version.version_date, started, repealed, Status.REPEALED)
    status = Status.AMENDED if version.closed_by_source == Status.AMENDED else Status.IN_FORCE
    return ShelfVersion(version.id, version.version_date, started, None, status)
