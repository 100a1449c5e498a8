"""The rights of the person concerned: 陈述申辩, 听证, 复议, 诉讼, from the procedure and the remedies, with their articles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.desk.cards.model import Quote, Right
from assistant.desk.cards.quotes import quote_address
from assistant.law.penalty.penalties import Tier
from assistant.law.procedure.limitation import PENALTY_LAW
from assistant.law.procedure.penalty import ASK_HEARING
from assistant.law.procedure.procedure import Answer, IntendedPenalty, PenaltyCase, Thresholds, needs_hearing
from assistant.law.procedure.remedies import REVIEW, SUIT
from assistant.law.time.deadlines import cite
from assistant.library.shelf.shelf import Shelf

_STATEMENT = (cite(PENALTY_LAW, 45, 1), cite(PENALTY_LAW, 7, 1), cite(PENALTY_LAW, 45, 2))
_HEARING = (cite(PENALTY_LAW, 63, 1), ASK_HEARING.article)


def rights(shelf: Shelf, tiers: Sequence[Tier], lines: Thresholds, day: date) -> tuple[Right, ...]:
    """Return the rights in the order they can be used; 听证 only where a tier may call for it (行政处罚法 第六十三条)."""
    spoken = "当场说明情况、提出不同意见"
    found = [
        Right("陈述、申辩", "当场或者在告知的期限内说明情况、提出意见和证据，不会因此加重处罚", spoken, _quotes(shelf, _STATEMENT, day))
    ]
    hearing = _hearing(tiers, lines)
    if hearing:
        found.append(Right("要求听证", f"{hearing}，{ASK_HEARING.text}", "处罚较重的可以要求听证", _quotes(shelf, _HEARING, day)))
    review, suit = f"{REVIEW.number}{REVIEW.unit}内", f"{SUIT.number}{SUIT.unit}内"
    how = f"向本级人民政府，{REVIEW.text}"
    found.append(Right("申请行政复议", how, f"不服决定的，{review}可以申请行政复议", _quotes(shelf, (REVIEW.article,), day)))
    found.append(Right("提起行政诉讼", f"向人民法院，{SUIT.text}", f"也可以{suit}到法院起诉", _quotes(shelf, (SUIT.article,), day)))
    return tuple(found)


def _hearing(tiers: Sequence[Tier], lines: Thresholds) -> str:
    """When the right to a hearing is there: for what it certainly is, else for a large amount; empty where never."""
    kinds = dict.fromkeys(k for t in tiers for k in t.kinds if k.is_penalty)
    rulings = {k: needs_hearing(PenaltyCase(penalties=(IntendedPenalty(k),)), lines).answer for k in kinds}
    sure = [k.value for k, answer in rulings.items() if answer is Answer.YES]
    perhaps = [k.value for k, answer in rulings.items() if answer in (Answer.LOCAL, Answer.UNKNOWN)]
    parts = [f"拟{'、'.join(sure)}的"] if sure else []
    parts += [f"拟{'、'.join(perhaps)}并且数额较大、处罚较重的"] if perhaps else []
    return "或者".join(parts)


def _quotes(shelf: Shelf, articles: Sequence[str], day: date) -> tuple[Quote, ...]:
    return tuple(q for a in articles if (q := quote_address(shelf, a, day)))
