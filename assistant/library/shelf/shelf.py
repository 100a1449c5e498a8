"""The read side of the library: statutes by any of their names, their versions in time, their articles.

A `Shelf` keeps what it read until the library's revision number changes, so that a running server
sees documents added on the command line at its next question.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from threading import RLock

from sqlalchemy import Engine

from assistant.errors import NotOnShelf
from assistant.law.citation.title_match import like_titles
from assistant.law.statute.model import Level, Status, Visibility
from assistant.law.statute.shelf import Repeal
from assistant.law.statute.succession import carried_on
from assistant.law.text.numerals import fold_width
from assistant.law.text.titles import short_title, title_key
from assistant.library.catalogue import Catalogue, load_catalogue
from assistant.store.library import statutes as sql
from assistant.store.library.holding import held_back
from assistant.store.records import ShelfArticle, Statute, Version

#: Articles of this many versions are kept; a statute has some eighty of them.
_KEPT_VERSIONS = 256
_CANDIDATES = 20
#: What is longer is no title; only its beginning is compared.
_LONGEST_TITLE = 200


@dataclass
class _Holdings:
    """What the library held at one revision."""

    revision: int
    statutes: dict[str, Statute]
    versions: dict[str, list[Version]]
    names: Mapping[str, str]
    held_back: frozenset[str]
    texts: dict[str, tuple[ShelfArticle, ...]] = field(default_factory=dict)
    in_force: tuple[date, frozenset[str]] | None = None

    @cached_property
    def by_version(self) -> dict[str, Version]:
        return {v.id: v for group in self.versions.values() for v in group}

    @cached_property
    def by_doc_number(self) -> dict[str, Version]:
        """The version that bears each number; where several do, that of the highest level, so that no paper stands for a law."""
        lowest = len(Level)

        def rank(version: Version) -> int:
            level = self.statutes[version.statute_id].level
            return level.rank if level else lowest

        ordered = sorted((v for v in self.by_version.values() if v.doc_number), key=rank, reverse=True)
        return {number_key(v.doc_number): v for v in ordered}

    @cached_property
    def letters(self) -> dict[str, list[tuple[str, int]]]:
        """Each character of the titles with the statutes that have it, and how often."""
        out: dict[str, list[tuple[str, int]]] = {}
        for statute in self.statutes.values():
            for letter, count in Counter(statute.id).items():
                out.setdefault(letter, []).append((statute.id, count))
        return out


class Shelf:
    """Lookups over one library. Where `internal` is False, internal documents and those held back are not there at all."""

    def __init__(self, engine: Engine, *, internal: bool = True, catalogue: Catalogue | None = None) -> None:
        self._engine = engine
        self._internal = internal
        self._catalogue = load_catalogue() if catalogue is None else catalogue
        self._names = {title_key(name): title for name, title in self._catalogue.short_names().items()}
        self._lock = RLock()
        self._kept: _Holdings | None = None

    # -- statutes -------------------------------------------------------------------------------

    def statutes(self) -> list[Statute]:
        """Every statute, by level and title."""
        return list(self._holdings().statutes.values())

    def statute(self, title: str) -> Statute | None:
        """The statute of exactly that title, with or without 中华人民共和国 and 《》; None where not on the shelf."""
        return self._holdings().statutes.get(title_key(title))

    def find_statute(self, name: str) -> Statute | None:
        """The statute of that title or short name, with or without 中华人民共和国 and 《》; None where there is none."""
        return self.statute(name) or self.statute(self._names.get(title_key(name), ""))

    def require_statute(self, name: str) -> Statute:
        """As `find_statute`; raises NotOnShelf, naming titles that read alike, where there is none."""
        found = self.find_statute(name)
        if found is None:
            near = self.near_titles(name)
            hint = "，名称相近的有" + "、".join(f"《{t}》" for t in near) if near else ""
            raise NotOnShelf(f"库中没有《{short_title(name)}》{hint}")
        return found

    def is_held_back(self, name: str) -> bool:
        """True where the public does not see a statute for now because its text or validity is being checked; never so inside."""
        key = title_key(name)
        return bool({key, title_key(self._names.get(key, ""))} & self._holdings().held_back)

    def near_titles(self, name: str, limit: int = 3) -> list[str]:
        """Up to `limit` titles that read most like `name`, best first."""
        return list(like_titles(name, tuple(self.similar_titles(name)), limit))

    def similar_titles(self, name: str, limit: int = _CANDIDATES) -> list[str]:
        """Up to `limit` titles that share most characters with `name`, best first."""
        holdings = self._holdings()
        wanted = Counter(title_key(name[:_LONGEST_TITLE]))
        common: Counter[str] = Counter()
        for letter, times in wanted.items():
            for statute_id, count in holdings.letters.get(letter, ()):
                common[statute_id] += min(times, count)
        total = wanted.total()
        scored = [(-2 * shared / (total + len(i)), i) for i, shared in common.items() if shared * 2 >= total]
        return [holdings.statutes[statute_id].title for _, statute_id in sorted(scored)[:limit]]

    def by_doc_number(self, doc_number: str) -> Statute | None:
        """The statute one of whose versions has that 发文字号, or None."""
        holdings = self._holdings()
        version = holdings.by_doc_number.get(number_key(doc_number))
        return holdings.statutes[version.statute_id] if version else None

    def names(self) -> Mapping[str, str]:
        """Every name a statute is called by → its title: the titles of what binds as law, and the catalogue's short names.

        Opinions, cases and the bureau's papers are not cited by title alone.
        The former title of a repealed statute is no name for the one that replaced it.
        """
        return self._holdings().names

    # -- versions -------------------------------------------------------------------------------

    def versions(self, statute_id: str) -> list[Version]:
        """The versions of a statute, oldest first."""
        return list(self._holdings().versions.get(statute_id, ()))

    def version_on(self, statute_id: str, day: date) -> Version | None:
        """The version that binds (or, once repealed, last bound) on a day; None where none had begun."""
        return version_on(self.versions(statute_id), day)

    def version_by_id(self, version_id: str) -> Version | None:
        """One version, or None."""
        return self._holdings().by_version.get(version_id)

    def in_force(self, day: date) -> frozenset[str]:
        """The ids of the statutes that have a version in force on a day."""
        holdings = self._holdings()
        kept = holdings.in_force
        if kept is None or kept[0] != day:
            begun = (i for i, versions in holdings.versions.items() if any(v.status_on(day) is Status.IN_FORCE for v in versions))
            kept = holdings.in_force = (day, frozenset(begun))
        return kept[1]

    # -- articles -------------------------------------------------------------------------------

    def articles(self, version_id: str) -> tuple[ShelfArticle, ...]:
        """Every article of a version in the order of the text; empty for a version not on the shelf."""
        holdings = self._holdings()
        version = holdings.by_version.get(version_id)
        if version is None:
            return ()
        kept = holdings.texts.get(version_id)
        if kept is None:
            with self._engine.connect() as connection:
                statute = holdings.statutes[version.statute_id]
                kept = tuple(ShelfArticle(i, a, statute, version) for i, a in sql.articles(connection, version_id))
            if len(holdings.texts) >= _KEPT_VERSIONS:
                holdings.texts.clear()
            holdings.texts[version_id] = kept
        return kept

    def article_in(self, version_id: str, number: int, suffix: int = 0) -> ShelfArticle | None:
        """第number条 (之suffix) of a version, or None."""
        return next((a for a in self.articles(version_id) if (a.article.number, a.article.suffix) == (number, suffix)), None)

    def article(self, statute_id: str, number: int, suffix: int, day: date) -> ShelfArticle | None:
        """第number条 of the version that binds on a day, or None."""
        version = self.version_on(statute_id, day)
        return self.article_in(version.id, number, suffix) if version else None

    def article_by_id(self, article_id: str) -> ShelfArticle | None:
        """One article by its stable id, or None."""
        version_id, _, _ = article_id.rpartition("#")
        return next((a for a in self.articles(version_id) if a.id == article_id), None)

    def moved_to(self, old_version_id: str, number: int, suffix: int, new_version_id: str) -> ShelfArticle | None:
        """The article of the newer version that carries on an article of the older; None where its text is gone."""
        old = self.article_in(old_version_id, number, suffix)
        if old is None:
            return None
        new = {a.article.ordinal: a for a in self.articles(new_version_id)}
        found = carried_on(old.article, [a.article for a in new.values()])
        return new[found.ordinal] if found else None

    # -- repeals --------------------------------------------------------------------------------

    def repealed_by(self, name: str) -> Repeal | None:
        """The provision on the shelf that ends a statute, on the shelf or not; None where none is known.

        A statute with a text newer than the repeal was made again under its title, and is not ended.
        """
        statute_id = title_key(name)
        held = [v.version_date for v in self.versions(statute_id) if v.version_date]
        with self._engine.connect() as connection:
            rows = [r for r in sql.repeals_of(connection, statute_id) if not held or (r.version_date and r.version_date > max(held))]
        rows = [r for r in rows if self._internal or title_key(r.title) in self._holdings().statutes]
        first = min(rows, key=lambda r: r.binds_from or date.max, default=None)
        return Repeal(first.title, first.article, first.binds_from) if first else None

    # -- what is kept ---------------------------------------------------------------------------

    def _holdings(self) -> _Holdings:
        with self._lock, self._engine.connect() as connection:
            revision = sql.revision(connection)
            if self._kept is None or self._kept.revision != revision:
                held = frozenset[str]() if self._internal else held_back(connection)
                shown = [s for s in sql.statutes(connection) if self._internal or (s.visibility == Visibility.PUBLIC and s.id not in held)]
                groups: dict[str, list[Version]] = {s.id: [] for s in shown}
                for version in sql.versions(connection):
                    if version.statute_id in groups:
                        groups[version.statute_id].append(version)
                repealed = sql.repealed_titles(connection)
                short = {name: title for name, title in self._catalogue.short_names().items() if title_key(name) not in repealed}
                names = {s.title: s.title for s in shown if s.level and s.level.is_law} | short
                self._kept = _Holdings(revision, {s.id: s for s in shown}, groups, names, held)
            return self._kept


def version_on(versions: Iterable[Version], day: date) -> Version | None:
    """The one of a statute's versions that binds (or last bound) on a day; None where none had begun."""
    begun = [v for v in versions if (v.binds_from or date.min) <= day]
    return max(begun, key=lambda v: (v.binds_from or date.min, v.version_date or date.min), default=None)


def number_key(doc_number: str) -> str:
    """Return a 发文字号 as it is compared: the brackets of the year, all spaces and what cannot be seen aside."""
    return "".join(c for c in fold_width(unicodedata.normalize("NFKC", doc_number)) if c.isalnum())
