"""Like cases for a card: those that applied its articles, of the cases the public may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.desk.cards.model import Card, LikeCase
from assistant.desk.cards.quotes import place_of
from assistant.law.cases.model import Case, CaseKind
from assistant.search.case_search import CaseSearch, Wanted
from assistant.store.cases import StoredCase

_MOST, _SHOWN = 2, 260


class CardCases:
    """Finds the cases of a card; safe to share between threads."""

    def __init__(self, search: CaseSearch) -> None:
        self._search = search

    def __call__(self, card: Card) -> Sequence[LikeCase]:
        """Return up to two public cases that applied the card's penalty provision or the duty it breaks, likest first."""
        addresses = [card.penalty.address, *(d.address for d in card.duties)]
        places = [p for a in addresses if (p := place_of(a))]
        found = self._search.like(card.title, places, Wanted(public_only=True), _MOST)
        return [_like_case(f.stored) for f in found]


def told_case(record: dict[str, Any]) -> LikeCase:
    """Return a case of an answer (`Answer.cases`) as a visitor is told it."""
    why = _short("".join(record["lesson"]) or record["findings"])
    source = "，".join(p for p in (record["kind"], record["source"]) if p)
    invented = record["kind"] == CaseKind.TEACHING
    return LikeCase(record["title"], _short(record["facts"]), _short(record["decision"]), why, source, invented)


def _like_case(stored: StoredCase) -> LikeCase:
    case = stored.case
    return LikeCase(case.title, _short(case.facts), _short(case.decision), _why(case), _source(case), case.kind is CaseKind.TEACHING)


def _why(case: Case) -> str:
    return _short("".join(case.lesson) or case.findings) or f"依据{'、'.join(b.address for b in case.basis)}。"


def _source(case: Case) -> str:
    return "，".join(p for p in (case.kind.value, case.source) if p)


def _short(text: str) -> str:
    """The beginning of a text, whole sentences where they fit."""
    line = "".join(text.split("\n"))
    if len(line) <= _SHOWN:
        return line
    cut = line.rfind("。", 0, _SHOWN)
    return line[: cut + 1] if cut > 0 else line[:_SHOWN] + "……"
