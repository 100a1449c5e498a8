"""Penalty provisions as an answer shows them: what is punished, tiers and amounts, all in the article's own words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assistant.law.penalties import PenaltyProvision, Tier, parse_penalties
from assistant.search.tokens import character_pairs
from assistant.store.records import ShelfArticle


@dataclass(frozen=True, slots=True)
class Punished:
    """One provision of an article that fits a question, and the 项 that does, where one does."""

    source: ShelfArticle
    provision: PenaltyProvision
    item: int | None

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The tiers of the paragraph; those of another 项 are left out."""
        return tuple(t for t in self.provision.tiers if t.item in (None, self.item) or self.item is None)

    @property
    def acts(self) -> str:
        """The conduct in the article's words: the 项 where one fits, else the paragraph's."""
        named = next((i.text for i in self.provision.items if i.number == self.item), "")
        return named or self.provision.acts

    def as_json(self) -> list[dict[str, Any]]:
        """One entry a tier: condition, kinds, the words and the range of each fine."""
        article = self.source.article
        return [
            {
                "law": self.source.statute.title,
                "article": article.label,
                "paragraph": self.provision.paragraph,
                "item": self.item,
                "condition": tier.condition,
                "addressee": tier.addressee,
                "kinds": [kind.value for kind in tier.kinds],
                "fines": [
                    {
                        "text": fine.text,
                        "floor": fine.floor,
                        "ceiling": fine.ceiling,
                        "times_floor": fine.times_floor,
                        "times_ceiling": fine.times_ceiling,
                        "base": fine.base,
                        "optional": fine.optional,
                        "addressee": fine.addressee,
                    }
                    for fine in tier.fines
                ],
                "authority": [a.text for a in tier.authorities or self.provision.authorities],
                "text": article.text[tier.start : tier.end],
            }
            for tier in self.tiers
        ]


def punished(source: ShelfArticle, question: str, likeness: Callable[[str, str], float] | None = None) -> Punished | None:
    """Return the provision of an article that punishes what the question is about, or None where none punishes.

    Among several paragraphs or 项 the one that shares most with the question is taken; `likeness`
    may weigh two texts otherwise than by shared character pairs.
    """
    weigh = likeness or shared_pairs
    provisions = [p for p in parse_penalties(source.article) if any(t.punishes for t in p.tiers)]
    if not provisions:
        return None
    best = max(provisions, key=lambda p: max([weigh(question, p.acts), *(weigh(question, i.text) for i in p.items)]))
    scored = sorted(((weigh(question, i.text), i.number) for i in best.items), reverse=True)
    clear = scored and scored[0][0] > 0 and (len(scored) == 1 or scored[0][0] > scored[1][0])
    return Punished(source, best, scored[0][1] if clear else None)


def shared_pairs(a: str, b: str) -> float:
    """Share of b's character pairs that a has; 0 where either has none."""
    left, right = set(character_pairs(a)), set(character_pairs(b))
    return len(left & right) / (len(right) ** 0.5) if left and right else 0.0


def tier_line(source: ShelfArticle, tier: Tier) -> str:
    """One tier as a line of the range table: whom, on what condition, and the consequence to the letter."""
    words = source.article.text[tier.start : tier.end].strip("，；。")
    lead = [part for part in (f"对{tier.addressee}" if tier.addressee else "", tier.condition) if part and part not in words]
    return f"{'，'.join(lead)}：{words}" if lead else words
