"""以案释法 cards: what one is made of, and its address.

A card is about one act that one provision punishes. Its id stays the same when the statute gets a new text: it names the
statute, the 条, the 款 and the 项, and always shows the text in force.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date

_ID = re.compile(r"^([0-9a-f]{8})-(\d{1,4})(?:_(\d{1,2}))?-(\d{1,2})(?:-(\d{1,2}))?$")


@dataclass(frozen=True, slots=True)
class CardId:
    """The address of a card: `statute` is `statute_mark` of its title's key; `item` None is the whole 款."""

    statute: str
    number: int
    suffix: int
    paragraph: int
    item: int | None = None

    def __str__(self) -> str:
        suffix = f"_{self.suffix}" if self.suffix else ""
        item = f"-{self.item}" if self.item is not None else ""
        return f"{self.statute}-{self.number}{suffix}-{self.paragraph}{item}"


def statute_mark(statute_id: str) -> str:
    """Return eight hex digits that stand for a statute in an address short enough for a QR code."""
    return hashlib.sha256(statute_id.encode()).hexdigest()[:8]


def read_card_id(text: str) -> CardId | None:
    """Return the id a text writes, or None where it writes none."""
    found = _ID.match(text)
    if found is None:
        return None
    mark, number, suffix, paragraph, item = found.groups()
    return CardId(mark, int(number), int(suffix or 0), int(paragraph), int(item) if item else None)


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of an article, to the letter. `text` is the 款 or 项 meant, `whole` the article; `near` marks one matched by its words only."""

    address: str
    text: str
    whole: str
    version: str
    status: str
    near: bool = False


@dataclass(frozen=True, slots=True)
class Consequence:
    """One tier as a row: the article's condition, what is ordered in spoken words, the fine in figures, and the article's words."""

    condition: str
    measures: str
    fine: str
    words: str


@dataclass(frozen=True, slots=True)
class Right:
    """A right of the person concerned: name, how and within what time, the articles it stands on; `said` is it spoken."""

    name: str
    how: str
    said: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence to say aloud, and the addresses it stands on."""

    words: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LikeCase:
    """A like case in short: what happened, how it was decided, why. `invented` marks a teaching case."""

    title: str
    facts: str
    decision: str
    reason: str
    source: str
    invented: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """An act to choose: its card, the article's words for it, how it was put in everyday words, and whose power it is."""

    id: CardId
    words: str
    everyday: str
    address: str
    own: bool | None
    asked: int


@dataclass(frozen=True, slots=True)
class FieldActs:
    """A field's acts: those of this bureau, those of others, and the governing texts that are not on the shelf."""

    field: str
    own: tuple[Act, ...] = ()
    others: tuple[Act, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """The whole card. `shown_on` is the day whose text it gives; `authority` names who punishes, in the article's words."""

    id: CardId
    title: str
    field: str
    penalty: Quote
    duties: tuple[Quote, ...]
    consequences: tuple[Consequence, ...]
    borrowed: tuple[Quote, ...]
    authority: str
    correction: tuple[str, ...]
    correction_quotes: tuple[Quote, ...]
    rights: tuple[Right, ...]
    sayings: tuple[Saying, ...]
    shown_on: date
    text_from: date | None
    cases: tuple[LikeCase, ...] = ()
