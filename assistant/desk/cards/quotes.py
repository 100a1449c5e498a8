"""Words of an article by its address, for pages that show a 款 or 项 and fold the rest."""

from __future__ import annotations

import re
from datetime import date

from assistant.desk.cards.model import Quote
from assistant.law.citation.grammar import Address, read_addresses, unit_at
from assistant.law.statute.structure import item as item_of
from assistant.law.statute.structure import paragraph as paragraph_of
from assistant.law.text.numerals import to_chinese
from assistant.law.text.titles import title_key
from assistant.library.shelf.shelf import Shelf
from assistant.store.records import ShelfArticle

_TITLED = re.compile(r"^《(.+)》(.+)$")


def quote(found: ShelfArticle, day: date, paragraph: int | None = None, items: tuple[int, ...] = (), *, near: bool = False) -> Quote:
    """Return the 款 (and of it only the 项 named) of an article, to the letter; the whole article where none is named or there."""
    article = found.article
    address, words = found.address, article.text
    part = paragraph_of(article, paragraph) if paragraph else None
    if part and paragraph:
        address += f"第{to_chinese(paragraph)}款"
        words = part.full_text
    chosen = [i for number in items if (i := item_of(article, number, paragraph))]
    if chosen:
        lead = part.text if part else ""
        address += "、".join(f"第{to_chinese(i.number)}项" for i in chosen)
        words = "\n".join(line for line in (lead, *(line for i in chosen for line in (i.text, *i.subitems))) if line)
    version = str(found.version.version_date or "未注明日期")
    return Quote(address, words, article.text, version, found.version.status_on(day).value, near)


def quote_address(shelf: Shelf, address: str, day: date) -> Quote | None:
    """Return what an address (《…》第…条第…款第…项) names, of the text in force on a day; None where the shelf has it not."""
    title, place = _read(address)
    statute = shelf.find_statute(title) if place else None
    found = shelf.article(statute.id, place.number, place.suffix, day) if statute and place else None
    if found is None or place is None:
        return None
    return quote(found, day, place.paragraph, (place.item,) if place.item is not None else ())


def place_of(address: str) -> tuple[str, int, int] | None:
    """Return (title key, 条, 之) of an address, or None where it names no article."""
    title, place = _read(address)
    return (title_key(title), place.number, place.suffix) if place else None


def _read(address: str) -> tuple[str, Address | None]:
    titled = _TITLED.match(address)
    unit = unit_at(titled.group(2), 0) if titled else None
    found = read_addresses(titled.group(2), unit)[0] if titled and unit else None
    return (titled.group(1) if titled else "", found if found and found.number else None)
