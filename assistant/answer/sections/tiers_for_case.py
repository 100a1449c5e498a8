"""A penalty provision and what is known of a case: the tiers that follow or may follow, their ranges, the words that say so.

It states ranges and never picks a number: what lies within is for the officer, the benchmarks and the circumstances
of 行政处罚法 第三十至三十三条.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answer.sections.penalty_view import Punished
from assistant.law.penalty.penalties import Applied, PenaltyProvision, YuanRange, applicable, parse_penalties
from assistant.law.procedure.case import Harm, Mitigation, PenaltyCase
from assistant.law.procedure.discretion import ALL_FACTORS
from assistant.law.procedure.limitation import Factor
from assistant.law.procedure.limitation import factors as case_factors
from assistant.law.statute.model import article_label
from assistant.store.records import ShelfArticle

NO_NUMBER = "只列法定幅度和情节，具体数额由办案机构在幅度内按裁量基准决定"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a case; None is unknown and never read as no. `amount` in yuan, of the base called `base`.

    `first` is 初次违法 and implies that it is not 再次. `age` is the party's in years. `remedied` is 主动消除或者减轻危害后果,
    `confessed` 主动供述, `merit` 立功, `coerced` 受胁迫或者诱骗.
    """

    amount: float | None = None
    base: str | None = None
    serious: bool | None = None
    corrected: bool | None = None
    repeated: bool | None = None
    first: bool | None = None
    age: int | None = None
    slight: bool | None = None
    harm: Harm | None = None
    no_fault: bool = False
    remedied: bool = False
    confessed: bool = False
    merit: bool = False
    coerced: bool = False

    @property
    def again(self) -> bool | None:
        """Whether it is not the first time, from either word."""
        return self.repeated if self.repeated is not None else (None if self.first is None else not self.first)

    def factors(self) -> tuple[Factor, ...]:
        """The circumstances of 行政处罚法 第三十至三十三条 the facts call up, strongest first."""
        told = (
            (self.remedied, Mitigation.REMEDIED),
            (self.coerced, Mitigation.COERCED),
            (self.confessed, Mitigation.CONFESSED),
            (self.merit, Mitigation.MERIT),
        )
        first = self.first if self.first is not None else (None if self.repeated is None else not self.repeated)
        return case_factors(
            PenaltyCase(
                age=self.age,
                first_offence=first,
                corrected=self.corrected,
                minor_act=self.slight,
                harm=self.harm,
                no_fault=self.no_fault,
                mitigations=tuple(m for true, m in told if true),
            )
        )


def applied(found: Punished, facts: Facts) -> list[Applied]:
    """Return the tiers of a provision that follow, or may follow, in a case: those of the item asked about."""
    tiers = applicable(
        found.provision, amount=facts.amount, base=facts.base, serious=facts.serious, corrected=facts.corrected, repeated=facts.again
    )
    return [a for a in tiers if found.item is None or a.tier.item in (None, found.item)]


def chosen(source: ShelfArticle, paragraph: int | None = None, item: int | None = None) -> list[Punished]:
    """Return the provisions of an article that punish, those of a 款 and 项 where asked; [] where it punishes nothing."""
    provisions = [p for p in parse_penalties(source.article) if paragraph in (None, p.paragraph)]
    if item is not None:
        named = [p for p in provisions if any(i.number == item for i in p.items)]
        provisions = named or provisions
    return [Punished(source, p, item if any(i.number == item for i in p.items) else None) for p in provisions]


def as_json(found: Punished, facts: Facts) -> dict[str, Any]:
    """Return a provision narrowed by the facts, for JSON and the desk.

    `tiers` hold the words of the article (`sentence`, at `start`:`end` of its text), whether the tier certainly follows, and
    each fine in yuan: null where open, `computed` false where an amount of its base is not known.
    """
    provision = found.provision
    return {
        "paragraph": provision.paragraph,
        "item": found.item,
        "acts": found.acts,
        "violated": [_link_json(found.source, provision, n) for n in range(len(provision.violated))],
        "borrowed": [link.text for link in provision.borrowed],
        "tiers": [_tier_json(found.source, a) for a in applied(found, facts)],
    }


def _link_json(source: ShelfArticle, provision: PenaltyProvision, index: int) -> dict[str, Any]:
    link = provision.violated[index]
    return {
        "law": link.law or source.statute.title,
        "article": article_label(link.number, link.suffix) if link.number else "",
        "paragraph": link.paragraph,
        "text": link.text,
    }


def _tier_json(source: ShelfArticle, found: Applied) -> dict[str, Any]:
    tier = found.tier
    return {
        "condition": tier.condition,
        "certain": found.certain,
        "addressee": tier.addressee,
        "kinds": [k.value for k in tier.kinds],
        "ranges": [_range_json(r) for r in found.ranges],
        "sentence": source.article.text[tier.start : tier.end],
        "start": tier.start,
        "end": tier.end,
    }


def _range_json(found: YuanRange) -> dict[str, Any]:
    fine = found.fine
    return {
        "text": fine.text,
        "floor": found.floor,
        "ceiling": found.ceiling,
        "computed": found.computed,
        "optional": fine.optional,
        "alternative": fine.alternative,
        "addressee": fine.addressee,
        "base": fine.base,
        "times_floor": fine.times_floor,
        "times_ceiling": fine.times_ceiling,
        "per": fine.per,
        "cap": fine.cap,
        "start": fine.start,
        "end": fine.end,
    }


def range_words(found: dict[str, Any]) -> str:
    """One fine as a line: its range in yuan where it can be told, and whether it may or must be imposed."""
    may = "可以处罚款" if found["optional"] else ("或者处罚款" if found["alternative"] else "应当处罚款")
    who = f"对{found['addressee']}" if found["addressee"] else ""
    if not found["computed"]:
        low, high = (f"{v:g}倍" if v is not None else "" for v in (found["times_floor"], found["times_ceiling"]))
        return f"{who}{may}：{found['base'] or '基数'}的{_between(low, high)}（给出数额可换算成元）"
    low, high = (f"{v:,.2f}".removesuffix(".00") + "元" if v is not None else "" for v in (found["floor"], found["ceiling"]))
    unit = f"（{found['per']}）" if found["per"] else ""
    return f"{who}{may}：{_between(low, high)}{unit}"


def _between(low: str, high: str) -> str:
    if low == high:
        return low or "条文没有写明数额"
    return f"{low}以上{high}以下" if low and high else (f"{low}以上" if low else f"{high}以下")


def all_factors() -> Sequence[Factor]:
    """Every circumstance of 行政处罚法 第三十至三十三条, in their order: what is to be looked into in any case."""
    return ALL_FACTORS
