"""The library as the rules ask it: articles by address, quoted as they stood on the day of the document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cached_property

from assistant.law.citation.read import Citation, find_citations
from assistant.law.citation.verify import Judged, verify_citations
from assistant.law.statute.model import article_label
from assistant.law.text.numerals import to_int
from assistant.law.text.titles import short_title
from assistant.library.shelf.citation_shelf import CitationShelf
from assistant.library.shelf.shelf import Shelf
from assistant.review.text.likeness import weigh
from assistant.review.text.model import Basis
from assistant.store.records import ShelfArticle

_ADDRESS = re.compile(r"^《(?P<title>.+)》(?:第(?P<number>[^条]+)条(?:之(?P<suffix>[一二三四五六七八九十]+))?(?P<place>第.+)?)?$")


#: The day by whose law the addresses in the rules were written.
RULES_WRITTEN = date(2025, 6, 1)


class LawBook:
    """Lookups for one review; `day` is the day whose law counts."""

    def __init__(self, shelf: Shelf, day: date) -> None:
        self.shelf = shelf
        self.day = day
        #: What was looked up in this review: a long document asks for the same few articles hundreds of times.
        self._found: dict[tuple[str, date], ShelfArticle | None] = {}
        self._texts: dict[str, tuple[ShelfArticle, ...]] = {}
        self._weights: dict[str, dict[str, float]] = {}
        self._cited: dict[tuple[str, int, int], ShelfArticle | None] = {}
        self._siblings: dict[str, tuple[ShelfArticle, ...]] = {}
        self._read: dict[str, list[Citation]] = {}

    def quoted(self, addresses: tuple[str, ...]) -> tuple[Basis, ...]:
        """The articles of addresses with their text; one not on the shelf keeps its address and has no text."""
        return tuple(self._basis(a) for a in addresses)

    def quoted_for_rules(self, addresses: tuple[str, ...]) -> tuple[Basis, ...]:
        """As `quoted`, for addresses written in a rule: where the statute has other numbers on the day, those that carry them on."""
        return tuple(self._basis(self._carried(a)) for a in addresses)

    def _carried(self, address: str) -> str:
        written, now = self.article(address, RULES_WRITTEN), self.article(address)
        if written is None or (now is not None and now.version.id == written.version.id):
            return address
        version = self.shelf.version_on(written.statute.id, self.day)
        number, suffix = written.article.number, written.article.suffix
        moved = self.shelf.moved_to(written.version.id, number, suffix, version.id) if version else None
        return f"《{written.statute.title}》{moved.article.label}" if moved else address

    def article(self, address: str, day: date | None = None) -> ShelfArticle | None:
        """The article of an address on the day, or None."""
        key = (address, day or self.day)
        if key not in self._found:
            self._found[key] = self._look_up(address, day or self.day)
        return self._found[key]

    def _look_up(self, address: str, day: date) -> ShelfArticle | None:
        match = _ADDRESS.match(address)
        number = to_int(match["number"]) if match and match["number"] else None
        statute = self.shelf.find_statute(match["title"]) if match else None
        if match is None or number is None or statute is None:
            return None
        suffix = to_int(match["suffix"]) if match["suffix"] else 0
        return self.shelf.article(statute.id, number, suffix or 0, day)

    def articles(self, title: str) -> tuple[ShelfArticle, ...]:
        """Every article of the statute of that title as it stood on the day; empty where it is not on the shelf."""
        if title not in self._texts:
            statute = self.shelf.find_statute(title)
            version = self.shelf.version_on(statute.id, self.day) if statute else None
            self._texts[title] = self.shelf.articles(version.id) if version else ()
        return self._texts[title]

    def weights(self, article: ShelfArticle) -> dict[str, float]:
        """How telling each pair of characters is within the article's version (`likeness.weigh`)."""
        key = article.version.id
        if key not in self._weights:
            self._weights[key] = weigh(self.siblings(article))
        return self._weights[key]

    def cited(self, citation: Citation) -> ShelfArticle | None:
        """The article a citation names, on the day, or None."""
        if not citation.title or not citation.number:
            return None
        key = (citation.title, citation.number, citation.suffix)
        if key not in self._cited:
            statute = self.shelf.find_statute(citation.title)
            self._cited[key] = self.shelf.article(statute.id, citation.number, citation.suffix, self.day) if statute else None
        return self._cited[key]

    def citations(self, text: str) -> list[Citation]:
        """Every citation of a text, by the names the library knows."""
        if text not in self._read:
            self._read[text] = find_citations(text, self._names)
        return self._read[text]

    def verified(self, text: str) -> list[Judged]:
        """Every citation of a text, judged on the day."""
        return verify_citations(text, CitationShelf(self.shelf), self.day, self.citations(text))

    def siblings(self, article: ShelfArticle) -> tuple[ShelfArticle, ...]:
        """Every article of the same version."""
        key = article.version.id
        if key not in self._siblings:
            self._siblings[key] = self.shelf.articles(key)
        return self._siblings[key]

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return self.shelf.names()

    def _basis(self, address: str) -> Basis:
        match = _ADDRESS.match(address)
        title = short_title(match["title"]) if match else address
        found = self.article(address)
        if found is None and match and match["number"]:
            found = self.article(address, date.today())  # the day of an old document lies before the shelf
        label = re.sub(r"^《.+?》", "", address)
        if found is None:
            return Basis(title, label)
        day = found.version.version_date
        short = article_label(found.article.number, found.article.suffix)
        place = label.removeprefix(short)
        return Basis(short_title(found.statute.title), short + place, found.article.text, day.isoformat() if day else "")
