"""How much of the fines in many articles is read: the figures by which the penalty reader is judged."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.law.penalty.amounts import find_amounts
from assistant.law.penalty.provisions import PenaltyProvision, Place, parse_penalties, places
from assistant.law.statute.model import Article
from assistant.law.text.numerals import fold_width


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """How much of the fines of many articles was read.

    `paragraphs` counts paragraphs that impose a 罚款 or name an amount beside one; `whole`, `partly` and
    `none` what became of them; amounts likewise. `open` lists (article index, paragraph, words) of what was not read.
    """

    paragraphs: int
    whole: int
    partly: int
    none: int
    amounts: int
    amounts_read: int
    open: tuple[tuple[int, int, str], ...]

    @property
    def whole_share(self) -> float:
        """Share of paragraphs read whole; 1 where there are none."""
        return self.whole / self.paragraphs if self.paragraphs else 1.0

    @property
    def amount_share(self) -> float:
        """Share of fine amounts read; 1 where there are none."""
        return self.amounts_read / self.amounts if self.amounts else 1.0


def coverage_report(articles: Iterable[Article]) -> CoverageReport:
    """Return how many paragraphs with a fine were read whole, partly, not, and how many amounts of fines.

    What counts as a fine is found without the parser's help: an amount in the same clause as 罚款. So a
    paragraph the parser overlooks counts against it.
    """
    counts: Counter[str] = Counter()
    left: list[tuple[int, int, str]] = []
    for index, article in enumerate(articles):
        if "罚款" not in article.text:
            continue
        text = fold_width(article.text)
        read = {p.paragraph: p for p in parse_penalties(article)}
        for place in places(text):
            provision = read.get(place.paragraph.number)
            expected = _expected(text, place)
            if not expected and not (provision and provision.fines):
                continue
            missed = _missed(expected, provision)
            counts["paragraphs"] += 1
            counts["amounts"] += len(expected)
            counts["read"] += len(expected) - len(missed)
            unread = sorted({*missed, *(provision.unread if provision else ())})
            verdict = "none" if provision is None or not provision.tiers else ("partly" if unread else "whole")
            counts[verdict] += 1
            left += [(index, place.paragraph.number, text[max(0, s - 24) : e + 12]) for s, e in unread]
    return CoverageReport(
        counts["paragraphs"], counts["whole"], counts["partly"], counts["none"], counts["amounts"], counts["read"], tuple(left)
    )


def _expected(text: str, place: Place) -> list[tuple[int, int]]:
    """Spans of amounts that end in 罚款 within a few words, anywhere in the paragraph."""
    stretch = text[place.lead_start : place.end]
    out = []
    for amount in find_amounts(stretch):
        if re.match(
            r"(?:的|标准|处以?|幅度|内|的数额|以下|予以|给予|以内){0,3}罚款(?!的(?:，|、|决定|；|$))", stretch[amount.end : amount.end + 24]
        ):
            out.append((amount.start + place.lead_start, amount.end + place.lead_start))
    return out


def _missed(expected: list[tuple[int, int]], provision: PenaltyProvision | None) -> list[tuple[int, int]]:
    if provision is None:
        return expected
    fines = provision.fines
    return [(s, e) for s, e in expected if not any(f.start <= s and e <= f.end for f in fines)]
