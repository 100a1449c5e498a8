"""Penalty provisions as an answer shows them: what is punished, tiers and amounts, all in the article's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.law.penalty.penalties import ActItem, PenaltyProvision, Tier, parse_penalties
from assistant.search.words.tokens import character_pairs, legal_tokenizer
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


def punished(source: ShelfArticle, question: str, statutory: Sequence[str] = ()) -> Punished | None:
    """Return the provision of an article that punishes what the question is about, or None where none punishes.

    Among several paragraphs the one that shares most with the question is taken; a 项 of it is named only where the
    question, or the `statutory` words for what it says, tells of something that no other 项 has.
    """
    provisions = [p for p in parse_penalties(source.article) if any(t.punishes for t in p.tiers)]
    if not provisions:
        return None
    best = max(provisions, key=lambda p: max([shared_pairs(question, p.acts), *(shared_pairs(question, i.text) for i in p.items)]))
    title = source.statute.title
    return Punished(source, best, _item_asked(best.items, question, title) or _item_meant(best.items, statutory, title))


def _item_asked(items: Sequence[ActItem], question: str, title: str) -> int | None:
    """The 项 that shares most with the question, where it shares something of its own; whom the whole statute is about tells nothing."""
    if not items:
        return None
    best, *others = sorted(items, key=lambda i: -shared_pairs(question, i.text))
    told = [word for word in set(legal_tokenizer().words(question)) if len(word) > 1 and word in best.text and word not in title]
    return best.number if any(not any(word in other.text for other in others) for word in told) else None


def _item_meant(items: Sequence[ActItem], statutory: Sequence[str], title: str) -> int | None:
    """The one 项 that has most of the statutory words, at least one of them for what was done and not for where."""
    acts = [word for word in statutory if not _of_title(word, title)]
    had = {i.number: sum(word in i.text for word in statutory) for i in items if any(word in i.text for word in acts)}
    found = [number for number, count in had.items() if count == max(had.values())]
    return found[0] if len(found) == 1 else None


def _of_title(word: str, title: str) -> bool:
    """True for the word of those whom a statute is about: its title has the word, or three characters on end of it."""
    return any(word[k : k + 3] in title for k in range(max(1, len(word) - 2)))


def shared_pairs(a: str, b: str) -> float:
    """Share of b's character pairs that a has; 0 where either has none."""
    left, right = set(character_pairs(a)), set(character_pairs(b))
    return len(left & right) / (len(right) ** 0.5) if left and right else 0.0


def tier_line(source: ShelfArticle, tier: Tier) -> str:
    """One tier as a line of the range table: whom, on what condition, and the consequence to the letter."""
    words = source.article.text[tier.start : tier.end].strip("，；。")
    lead = [part for part in (f"对{tier.addressee}" if tier.addressee else "", tier.condition) if part and part not in words]
    return f"{'，'.join(lead)}：{words}" if lead else words
