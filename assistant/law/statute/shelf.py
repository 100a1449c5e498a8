"""What verifying asks of the library: statutes by title, their versions in time, their articles.

The library implements `Shelf`; nothing here reads anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Protocol

from assistant.law.statute.model import Article, Status


@dataclass(frozen=True, slots=True)
class ShelfVersion:
    """One version of a statute. `key` is the library's own name for it.

    `effective_to` is open while in force; with `status` 已废止 it is the day of repeal, where known.
    """

    key: str
    version_date: date | None
    effective_from: date | None
    effective_to: date | None = None
    status: Status = Status.IN_FORCE

    @property
    def starts(self) -> date:
        """The day the version counts from; the earliest day there is where the text names none."""
        return self.effective_from or self.version_date or date.min

    @property
    def years(self) -> frozenset[int]:
        """The years a document may call the version by: that of its adoption and that of its commencement."""
        return frozenset(d.year for d in (self.version_date, self.effective_from) if d)


@dataclass(frozen=True, slots=True)
class ShelfStatute:
    """A statute on the shelf: its title as shown, and its versions in any order."""

    title: str
    versions: tuple[ShelfVersion, ...]

    def in_time(self) -> tuple[ShelfVersion, ...]:
        """The versions, oldest first."""
        return tuple(sorted(self.versions, key=lambda v: (v.starts, v.version_date or date.min)))

    def version_on(self, day: date) -> ShelfVersion | None:
        """The version that counts on `day`, repealed or not; None where the shelf has none so old."""
        begun = [v for v in self.in_time() if v.starts <= day]
        return begun[-1] if begun else None


@dataclass(frozen=True, slots=True)
class Repeal:
    """The provision that ends a statute: 《by_title》article, from `effective` on (None: not stated)."""

    by_title: str
    article: str
    effective: date | None = None


class Shelf(Protocol):
    """The lookups of the library that verifying needs."""

    def short_names(self) -> Mapping[str, str]:
        """Names statutes are called by → titles; titles map to themselves where known without brackets."""

    def statute(self, title: str) -> ShelfStatute | None:
        """The statute of that title, with or without 中华人民共和国 and 《》; None where not on the shelf."""

    def similar_titles(self, title: str) -> Sequence[str]:
        """Titles on the shelf that read like `title`, at most some twenty; more than the right one is no harm."""

    def by_doc_number(self, doc_number: str) -> ShelfStatute | None:
        """The document of that 发文字号, or None."""

    def article(self, version: ShelfVersion, number: int, suffix: int) -> Article | None:
        """第number条 (之suffix) of a version, or None where it has none."""

    def articles(self, version: ShelfVersion) -> Sequence[Article]:
        """Every article of a version, in order."""

    def moved_to(self, old: ShelfVersion, number: int, suffix: int, new: ShelfVersion) -> Article | None:
        """The article of `new` that carries on an article of `old`; None where its text is gone."""

    def repealed_by(self, title: str) -> Repeal | None:
        """The repeal of a statute (on the shelf or not) by a text on the shelf, or None where none is known."""

    def is_held_back(self, title: str) -> bool:
        """True where a statute is not to be seen for now because its text or validity is being checked."""


class RememberedShelf:
    """A shelf that is asked once: a long document cites the same few articles thousands of times. For one reading of one text."""

    def __init__(self, shelf: Shelf) -> None:
        self.short_names = cache(shelf.short_names)
        self.statute = cache(shelf.statute)
        self.similar_titles = cache(shelf.similar_titles)
        self.by_doc_number = cache(shelf.by_doc_number)
        self.article = cache(shelf.article)
        self.articles = cache(shelf.articles)
        self.moved_to = cache(shelf.moved_to)
        self.repealed_by = cache(shelf.repealed_by)
        self.is_held_back = cache(shelf.is_held_back)
