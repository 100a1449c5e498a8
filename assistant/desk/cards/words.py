"""What a card says: its consequences as rows, how to put things right, and three sentences to say aloud.

Built from what the parser read of the provision; the words of conduct and condition are the article's, nothing else of the law is written here.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.desk.cards.model import Consequence, Right, Saying
from assistant.law.penalty.penalties import PenaltyKind, Tier
from assistant.law.penalty.plain_words import fine_words, measure_words, tier_words
from assistant.law.procedure.limitation import PENALTY_LAW
from assistant.law.time.deadlines import cite
from assistant.store.records import ShelfArticle

#: 责令改正 (行政处罚法 第二十八条) and what putting right counts for (第三十二、三十三条).
CORRECTION = (cite(PENALTY_LAW, 28, 1), cite(PENALTY_LAW, 32), cite(PENALTY_LAW, 33, 1))
_ENDS_THE_ACT = (PenaltyKind.CORRECT, PenaltyKind.STOP, PenaltyKind.BAN)
#: Tiers said aloud at most; the table has them all.
_SAID = 3


def consequences(source: ShelfArticle, tiers: Sequence[Tier]) -> tuple[Consequence, ...]:
    """Return a row for each tier, in the order of the article."""
    return tuple(_row(source, tier) for tier in tiers)


def correction(source: ShelfArticle, tiers: Sequence[Tier]) -> tuple[str, ...]:
    """Return how to put the act right, a line each: what the provision orders, and by when."""
    text = source.article.text
    ordered = [m for t in tiers for m in t.measures if m.kind in _ENDS_THE_ACT]
    own = dict.fromkeys(text[m.start : m.end].strip("，；。") for m in ordered)
    lines = [f"{source.address}要求：{words}。" for words in own]
    if not ordered:
        lines.append("这一条没有单独写明改正要求；发现违法行为的，执法机关仍应当责令改正。")
    lines.append("改到什么程度、哪天之前改好，以执法人员当场交给您的《责令改正通知书》为准；改好后请留下照片、单据，约执法人员复查。")
    return tuple(lines)


def sayings(
    act: str, penalty: str, duties: Sequence[str], tiers: Sequence[Tier], rights: Sequence[Right], authority: str
) -> tuple[Saying, ...]:
    """Return three sentences: what is not allowed, what may follow, what to do and what one may ask for."""
    ground = duties[0] if duties else penalty
    first = f"现在查看的这件事是：{act}。法律有明确规定，这样做属于违法。"
    told = "；".join(_told(t) for t in tiers[:_SAID])
    by = f"，由{authority}处理" if authority else ""
    second = f"按照{penalty}{by}：{told}。最后怎么处理，要等调查清楚，以书面决定为准。"
    third = f"请先停下来改正，改正的情况会一并考虑。您可以{'；'.join(r.said for r in rights)}。"
    standing = tuple(q.address for r in rights for q in r.quotes[:1])
    return (
        Saying(first, tuple(dict.fromkeys((ground, penalty)))),
        Saying(second, (penalty,)),
        Saying(third, (CORRECTION[0], *standing)),
    )


def _row(source: ShelfArticle, tier: Tier) -> Consequence:
    measures = "，".join(dict.fromkeys(_with_party(m.addressee, m.optional, m.alternative, measure_words(m)) for m in tier.measures))
    fines = "；".join(_with_party(f.addressee, f.optional, f.alternative, fine_words(f)) for f in tier.fines)
    return Consequence(_condition(tier), measures, fines, source.article.text[tier.start : tier.end].strip("，；。"))


def _with_party(addressee: str, optional: bool, alternative: bool, words: str) -> str:
    return ("或者" if alternative else "") + (f"对{addressee}：" if addressee else "") + ("可以" if optional else "") + words


def _condition(tier: Tier) -> str:
    parts = [f"对{tier.addressee}" if tier.addressee else "", tier.condition]
    return "，".join(p for p in parts if p) or "有这种行为的"


def _told(tier: Tier) -> str:
    lead = _condition(tier) if tier.condition or tier.addressee else ""
    return f"{lead}，{tier_words(tier)}" if lead else tier_words(tier)
