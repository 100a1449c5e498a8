"""Titles that read like a statute's to who sees them, however they are written in characters.

What cannot be seen is taken away before two titles are compared: invisible characters, marks over letters, widths,
spaces, and what stands in brackets of any kind at the end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

#: How the titles of statutes end. A paper of the bureau so named would be cited like one.
_STATUTE_NAME: Final = re.compile(r"(?:宪法|法典|法|条例|规定|办法|细则|规则|解释|修正案|(?:修改|废止).{0,60}决定)$")
_NATION: Final = "中华人民共和国"
#: A title that holds another and is not much longer reads like it; a longer one speaks of it.
_MOST_LONGER: Final = 1.6
_SHORTEST: Final = 3
#: Letters that may stand in a title of this country; others are there to look like these.
_SCRIPTS: Final = ("CJK UNIFIED IDEOGRAPH", "LATIN", "DIGIT")


def seen_title(title: str) -> str:
    """Return a title as it is compared by the eye: letters and figures alone, brackets of any kind at its end left out."""
    bare = _without_tails(visible(title))
    return "".join(c for c in bare if c.isalnum()).removeprefix(_NATION)


def visible(text: str) -> str:
    """Return a text without what cannot be seen of it: format characters, marks over letters, blanks; widths folded."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if unicodedata.category(c) not in ("Cf", "Mn", "Me", "Cc") and not c.isspace() and c != "\u3164")


def reads_like_statute(title: str) -> bool:
    """True for a title that ends as statutes' do, whole or before its first bracket (which may never be closed)."""
    shown = visible(title)
    bracket = next((i for i, c in enumerate(shown) if i and (unicodedata.category(c) in ("Ps", "Pi") or c == "<")), len(shown))
    return any(_STATUTE_NAME.search(seen_title(part)) for part in (shown, shown[:bracket]))


def odd_letters(title: str) -> str:
    """Return the letters of a title that are of a script no title here is written in."""
    letters = (c for c in visible(title) if c.isalnum())
    return "".join(dict.fromkeys(c for c in letters if not unicodedata.name(c, "").startswith(_SCRIPTS) and c not in "〇"))


def held_like(title: str, held: Iterable[str]) -> Iterator[str]:
    """The held titles that a title is, begins with, holds at little more length, or differs from in one character."""
    own = seen_title(title)
    for other in held:
        known = seen_title(other)
        if len(known) >= _SHORTEST and (own.startswith(known) or _holds(own, known) or _one_apart(own, known)):
            yield other


def _holds(own: str, known: str) -> bool:
    return known in own and len(own) <= _MOST_LONGER * len(known)


def _one_apart(own: str, known: str) -> bool:
    return len(own) == len(known) > _SHORTEST + 1 and sum(a != b for a, b in zip(own, known, strict=True)) == 1


def _without_tails(text: str) -> str:
    """The text without what stands in brackets at its end, nor the punctuation there; brackets are told by their category."""
    while True:
        end = len(text)
        while end and not text[end - 1].isalnum() and unicodedata.category(text[end - 1]) not in ("Pe", "Pf") and text[end - 1] != ">":
            end -= 1
        text = text[:end]
        if not text or text[-1].isalnum():
            return text
        begin = max((i for i, c in enumerate(text[:-1]) if unicodedata.category(c) in ("Ps", "Pi") or c == "<"), default=0)
        if begin == 0:
            return text
        text = text[:begin]
