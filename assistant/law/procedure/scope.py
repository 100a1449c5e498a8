"""Which procedure a penalty case needs: 简易程序, 听证, 法制审核, 集体讨论, each with reasons and articles.

What 较大数额 is, the statute leaves to local standards; they come in as `Thresholds` and are never assumed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.law.penalty.kinds import PenaltyKind as K
from assistant.law.procedure.case import IntendedPenalty, PartyKind, PenaltyCase
from assistant.law.procedure.limitation import PENALTY_LAW
from assistant.law.procedure.review_catalogue import ReviewCatalogue
from assistant.law.procedure.step import Answer, Ruling
from assistant.law.time.deadlines import cite

#: 当场处罚 limits in yuan, inclusive (行政处罚法 第五十一条).
SUMMARY_CITIZEN = 200
SUMMARY_ORGANISATION = 3000
#: 当场收缴 limit in yuan, inclusive (行政处罚法 第六十八条第一项).
COLLECT_ON_SPOT = 100

_CONFISCATIONS = (K.CONFISCATE_GAINS, K.CONFISCATE_GOODS)
#: The item of 行政处罚法 第六十三条第一款 a kind falls under whatever its amount.
_ALWAYS_HEARD = {
    K.LOWER_GRADE: 3,
    K.REVOKE_LICENCE: 3,
    K.REVOKE_BUSINESS_LICENCE: 3,
    K.SUSPEND_OPERATION: 4,
    K.CLOSE: 4,
    K.RESTRICT_PROFESSION: 4,
}
#: Kinds the article does not name; whether they are 其他较重 (item 5) is settled locally or by a statute of their own.
_PERHAPS_HEARD = (K.SUSPEND_LICENCE, K.SUSPEND_BUSINESS, K.RESTRICT_BUSINESS, K.CANCEL_REGISTRATION)


@dataclass(frozen=True, slots=True)
class LocalThreshold:
    """较大数额 in yuan, inclusive, by kind of party, and the document that sets it; None where it sets none.

    A 个体工商户 the document does not name is measured by the line for citizens, the lower of the two.
    """

    citizen: float | None = None
    organisation: float | None = None
    sole_trader: float | None = None
    source: str = ""

    def of(self, party: PartyKind) -> float | None:
        """The line for a kind of party, None where not set."""
        if party is PartyKind.ORGANISATION:
            return self.organisation
        if party is PartyKind.SOLE_TRADER and self.sole_trader is not None:
            return self.sole_trader
        return self.citizen


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The bureau's configured lines and its own review catalogue; all unset by default.

    `hearing_confiscation` None means no line of its own, not that of fines.
    """

    hearing_fine: LocalThreshold | None = None
    hearing_confiscation: LocalThreshold | None = None
    catalogue: ReviewCatalogue = field(default_factory=ReviewCatalogue)


def summary_allowed(case: PenaltyCase) -> Ruling:
    """Whether a penalty may be given on the spot (行政处罚法 第五十一条): warning, or a fine up to 200 or 3,000 yuan.

    A 个体工商户 above 200 yuan up to 3,000 is answered 以本地标准为准: the article names citizens and organisations only.
    """
    article = (cite(PENALTY_LAW, 51),)
    if not case.sanctions:
        return Ruling(Answer.UNKNOWN, ("拟处罚种类待定",), article)
    others = [p.kind.value for p in case.sanctions if p.kind not in (K.WARNING, K.FINE)]
    if others:
        return Ruling(Answer.NO, (f"拟处{'、'.join(others)}，不属可以当场决定的种类",), article)
    if case.suspected_crime or case.facts_clear is False:
        return Ruling(Answer.NO, ("涉嫌犯罪，应先移送" if case.suspected_crime else "违法事实尚不确凿",), article)
    if case.fine is None:
        return Ruling(Answer.UNKNOWN, (f"罚款数额待定（公民{SUMMARY_CITIZEN}元、组织{SUMMARY_ORGANISATION}元以下）",), article)
    within = _within_summary(case.party, case.fine)
    if within.answer is Answer.YES and case.facts_clear is None:
        return Ruling(Answer.UNKNOWN, (*within.reasons, "违法事实是否确凿待查明"), article)
    return within


def _within_summary(party: PartyKind, fine: float) -> Ruling:
    article = (cite(PENALTY_LAW, 51),)
    limit = SUMMARY_ORGANISATION if party is PartyKind.ORGANISATION else SUMMARY_CITIZEN
    if fine <= limit:
        return Ruling(Answer.YES, (f"警告或者对{party}{limit}元以下罚款" if fine else "仅处警告",), article)
    if party is PartyKind.SOLE_TRADER and fine <= SUMMARY_ORGANISATION:
        return Ruling(Answer.LOCAL, (f"个体工商户罚款{fine:g}元：按公民还是按组织的限额，以本地标准为准，从严适用普通程序",), article)
    return Ruling(Answer.NO, (f"罚款{fine:g}元超出对{party}当场处罚{limit}元的限额",), article)


def needs_hearing(case: PenaltyCase, thresholds: Thresholds) -> Ruling:
    """Whether the party must be told of a right to a hearing (行政处罚法 第六十三条)."""
    found = [_heard(p, case.party, thresholds) for p in _merged(case)]
    for answer in (Answer.YES, Answer.LOCAL, Answer.UNKNOWN):
        hits = [r for r in found if r.answer is answer]
        if hits:
            return _together(answer, hits)
    if not case.sanctions:
        return Ruling(Answer.UNKNOWN, ("拟处罚种类待定",), (cite(PENALTY_LAW, 63),))
    reasons = tuple(reason for r in found for reason in r.reasons) or ("拟处罚不在听证范围内",)
    return Ruling(Answer.NO, reasons, (cite(PENALTY_LAW, 63),))


def _merged(case: PenaltyCase) -> tuple[IntendedPenalty, ...]:
    """The sanctions with the fines as one sum, which is what a line for fines is compared with."""
    rest = tuple(p for p in case.sanctions if p.kind is not K.FINE)
    fined = any(p.kind is K.FINE for p in case.sanctions)
    return (IntendedPenalty(K.FINE, case.fine), *rest) if fined else rest


def _together(answer: Answer, rulings: list[Ruling]) -> Ruling:
    reasons = tuple(dict.fromkeys(reason for r in rulings for reason in r.reasons))
    return Ruling(answer, reasons, tuple(dict.fromkeys(a for r in rulings for a in r.articles)))


def _heard(penalty: IntendedPenalty, party: PartyKind, thresholds: Thresholds) -> Ruling:
    """The ruling on one penalty."""
    kind = penalty.kind
    if kind in _ALWAYS_HEARD:
        return Ruling(Answer.YES, (f"拟处{kind}",), (cite(PENALTY_LAW, 63, 1, _ALWAYS_HEARD[kind]),))
    if kind in _PERHAPS_HEARD:
        return Ruling(Answer.LOCAL, (f"{kind}是否属其他较重的处罚，以本地标准为准，从宽告知为妥",), (cite(PENALTY_LAW, 63, 1, 5),))
    if kind is K.FINE:
        return _large(penalty, party, thresholds.hearing_fine, cite(PENALTY_LAW, 63, 1, 1))
    if kind in _CONFISCATIONS:
        return _large(penalty, party, thresholds.hearing_confiscation, cite(PENALTY_LAW, 63, 1, 2))
    return Ruling(Answer.NO, (f"{kind}不在听证范围内",), (cite(PENALTY_LAW, 63),))


def _large(penalty: IntendedPenalty, party: PartyKind, local: LocalThreshold | None, article: str) -> Ruling:
    """Whether an amount is 较大 by the local line."""
    word = "较大价值" if penalty.kind is K.CONFISCATE_GOODS else "较大数额"
    line = local.of(party) if local else None
    if local is None or line is None:
        return Ruling(Answer.LOCAL, (f"{penalty.kind}是否达到{word}，以本地标准为准（未配置）",), (article,))
    if penalty.amount is None:
        return Ruling(Answer.UNKNOWN, (f"{penalty.kind}数额待定；{party}{word}为{line:g}元以上（{local.source}）",), (article,))
    reached = penalty.amount >= line
    words = f"{penalty.kind}{penalty.amount:g}元{'达到' if reached else '未达到'}{party}{word}{line:g}元（{local.source}）"
    return Ruling(Answer.YES if reached else Answer.NO, (words,), (article,))


def needs_legal_review(case: PenaltyCase, thresholds: Thresholds) -> Ruling:
    """Whether legal review must come before the decision (行政处罚法 第五十八条, and the bureau's own catalogue)."""
    hearing = needs_hearing(case, thresholds)
    held = case.dates.hearing is not None or (bool(hearing) and case.hearing_asked is True)
    hits = [
        Ruling(Answer.YES, (reason,), (cite(PENALTY_LAW, 58, 1, item),))
        for true, reason, item in (
            (case.public_interest, "涉及重大公共利益", 1),
            (held, "直接关系重大权益，经过听证程序", 2),
            (case.complex, "案情疑难复杂、涉及多个法律关系", 3),
            (case.review_by_statute, "法律、法规规定应当审核", 4),
        )
        if true
    ]
    rows = thresholds.catalogue.covering(case)
    hits += [Ruling(Answer.YES, (f"本局法制审核目录：{row.name}（{row.source}）",), (cite(PENALTY_LAW, 58),)) for row in rows]
    if hits:
        return _together(Answer.YES, hits)
    if hearing.answer is not Answer.NO and case.hearing_asked is not False:
        reason = "拟处罚属听证范围或者尚待确定：当事人要求听证并经听证的，应当审核"
        return Ruling(Answer.UNKNOWN, (reason,), (cite(PENALTY_LAW, 58, 1, 2),))
    return Ruling(Answer.NO, ("不属第五十八条所列情形，本局目录另有规定的从其规定",), (cite(PENALTY_LAW, 58),))


def needs_collective(case: PenaltyCase, thresholds: Thresholds) -> Ruling:
    """Whether the heads must deliberate together (行政处罚法 第五十七条第二款: 情节复杂 or 重大违法行为).

    The statute does not say what is 重大. A penalty within the scope of a hearing is taken to be, which is the careful
    reading; the bureau's catalogue and local standards may say more.
    """
    article = (cite(PENALTY_LAW, 57, 2),)
    reasons = ["情节复杂"] if case.complex else []
    reasons += ["重大违法行为"] if case.grave else []
    rows = [row for row in thresholds.catalogue.covering(case) if row.collective]
    reasons += [f"本局法制审核目录：{row.name}（{row.source}）" for row in rows]
    hearing = needs_hearing(case, thresholds)
    if hearing:
        reasons += [f"{reason}，属听证范围的较重处罚，按重大违法行为对待" for reason in hearing.reasons]
    if reasons:
        return Ruling(Answer.YES, tuple(reasons), article)
    if hearing.answer is Answer.NO:
        return Ruling(Answer.NO, ("未见情节复杂或者重大违法情形；本局目录另有规定的从其规定",), article)
    return Ruling(Answer.LOCAL, ("何为重大违法行为，以本地标准或者本局目录为准",), article)
