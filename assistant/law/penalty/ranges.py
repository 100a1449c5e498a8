"""Which tier of a penalty provision follows in a case, and its range in yuan (行政处罚法 第四条, 第五条).

Nothing here weighs or picks: where the words leave a tier open it is shown as open.
"""

from __future__ import annotations

from typing import NamedTuple

from assistant.law.penalty.amounts import FineRange
from assistant.law.penalty.conditions import Circumstances, Condition, is_met
from assistant.law.penalty.provisions import PenaltyProvision
from assistant.law.penalty.tiers import Tier


class YuanRange(NamedTuple):
    """A fine in yuan for one case: inclusive, None where open or not to be computed from what is known.

    `computed` is False for a multiple of an amount that was not given.
    """

    floor: float | None
    ceiling: float | None
    fine: FineRange
    computed: bool


class Applied(NamedTuple):
    """A tier that follows, or may follow, with its fines in yuan.

    `certain` is False where a condition of the tier turns on something the case does not say.
    """

    tier: Tier
    ranges: tuple[YuanRange, ...]
    certain: bool


def applicable(
    provision: PenaltyProvision,
    *,
    amount: float | None = None,
    base: str | None = None,
    serious: bool | None = None,
    corrected: bool | None = None,
    repeated: bool | None = None,
) -> tuple[Applied, ...]:
    """Return the tiers that follow, or may follow, in a case, each with its fines in yuan.

    `amount` is in yuan, 0 for 没有违法所得, and is of the base called `base` (any, where None). What is None is
    unknown: the tiers that turn on it stay in, not `certain`. A fine is left out where a narrower
    tier for the same person certainly takes its place (违法所得一万元以上的, 情节严重的).
    """
    case = Circumstances(amount, base, serious, corrected, repeated)
    verdicts = [(t, _holds(t.conditions, case)) for t in provision.tiers]
    certain = [t for t, verdict in verdicts if verdict is True]
    out = []
    for tier, verdict in verdicts:
        if verdict is False:
            continue
        fines = [f for f in tier.fines if not any(_replaces(other, tier, f) for other in certain)]
        out.append(Applied(tier, tuple(_in_yuan(f, case) for f in fines), verdict is True))
    return tuple(out)


def _holds(conditions: tuple[Condition, ...], case: Circumstances) -> bool | None:
    verdicts = [is_met(c, case) for c in conditions]
    return False if False in verdicts else (None if None in verdicts else True)


def _replaces(other: Tier, tier: Tier, fine: FineRange) -> bool:
    """True where a fine of `other` takes the place of `fine` of `tier`: same person, conditions that go further."""
    if other is tier or other.item != tier.item:
        return False
    who = fine.addressee or tier.addressee
    if not any((f.addressee or other.addressee) == who for f in other.fines):
        return False
    degrees, other_degrees = ({c for c in t.conditions if not c.is_amount} for t in (tier, other))
    amounts, other_amounts = ({c for c in t.conditions if c.is_amount} for t in (tier, other))
    return degrees < other_degrees or (degrees == other_degrees and amounts < other_amounts)


def _in_yuan(fine: FineRange, case: Circumstances) -> YuanRange:
    floor, ceiling = fine.in_yuan(case.amount, case.base)
    return YuanRange(floor, ceiling, fine, not fine.is_multiple or floor is not None or ceiling is not None)
