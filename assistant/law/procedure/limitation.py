"""追责时效 (行政处罚法 第三十六条), 从旧兼从轻 (第三十七条) and the circumstances that end or lessen a penalty (第三十至三十三条).

Nothing here picks an amount: it says which articles a case calls up and in which direction they point.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from assistant.law.procedure.case import Harm, MentalState, Mitigation, PenaltyCase
from assistant.law.procedure.step import Answer, Ruling
from assistant.law.time.deadlines import Limit, Unit, cite, shift

PENALTY_LAW = "行政处罚法"
TWO_YEARS = Limit(2, Unit.YEAR, cite(PENALTY_LAW, 36, 1), "自违法行为发生或者终了之日起{n}")
FIVE_YEARS = Limit(5, Unit.YEAR, cite(PENALTY_LAW, 36, 1), "自违法行为发生或者终了之日起{n}")


@dataclass(frozen=True, slots=True)
class Limitation:
    """Whether the act may still be punished: 是 within time, 否 out of time, 待查明.

    `expires` is the last day on which it must have been discovered, None while the act goes on or its day is unknown.
    """

    ruling: Ruling
    limit: Limit
    expires: date | None = None


def limitation(case: PenaltyCase, as_of: date | None = None) -> Limitation:
    """Return how the case stands to 行政处罚法 第三十六条.

    `as_of` stands in for the day of discovery where that is not known yet: past the last day it tells 待查明, since
    the act may have been found earlier. A statute of its own period (法律另有规定) is not looked up here.
    """
    limit = FIVE_YEARS if case.endangers_life else TWO_YEARS
    articles = (cite(PENALTY_LAW, 36, 1), cite(PENALTY_LAW, 36, 2))
    why = [f"追责期限为{limit.number}年" + ("（危及生命健康或者金融安全且已有危害）" if case.endangers_life else "")]
    if case.ongoing:
        why.append("行为尚未终了，期限未起算")
        return Limitation(Ruling(Answer.YES, tuple(why), articles), limit)
    start = case.dates.conduct_ended
    if start is None:
        why.append("行为发生或者终了之日待查明" + ("（连续、继续的自终了起算）" if case.continuing else ""))
        return Limitation(Ruling(Answer.UNKNOWN, tuple(why), articles), limit)
    expires = shift(start, limit.number, Unit.YEAR)
    why.append(f"自{start.isoformat()}{'行为终了' if case.continuing else '行为发生'}起算，应在{expires.isoformat()}前被发现")
    answer = _in_time(case.dates.discovered, as_of, expires, why)
    return Limitation(Ruling(answer, tuple(why), articles), limit, expires)


def _in_time(discovered: date | None, as_of: date | None, expires: date, why: list[str]) -> Answer:
    """Compare discovery with the last day; the reasons are added to `why`."""
    if discovered is None:
        late = as_of is None or as_of > expires
        why.append("发现之日待查明" if late else "至今未满期限")
        return Answer.UNKNOWN if late else Answer.YES
    if discovered == expires:
        why.append("发现之日为期限末日，起算当日是否计入有不同理解，提请法制审核")
        return Answer.UNKNOWN
    if discovered > expires:
        why.append(f"{discovered.isoformat()}发现时已逾期限，法律另有规定的除外")
        return Answer.NO
    why.append(f"{discovered.isoformat()}发现，未逾期限")
    return Answer.YES


class Effect(StrEnum):
    """What a circumstance does, strongest first."""

    EXEMPT = "不予行政处罚"
    MAY_EXEMPT = "可以不予行政处罚"
    LESSEN = "应当从轻或者减轻"
    MAY_LESSEN = "可以从轻或者减轻"


@dataclass(frozen=True, slots=True)
class Factor:
    """A circumstance of the case, its effect, and the article; `duty` is what the article asks for besides."""

    effect: Effect
    reason: str
    article: str
    duty: str = ""


def factors(case: PenaltyCase) -> tuple[Factor, ...]:
    """Return the circumstances of 行政处罚法 第三十至三十三条 that the facts known call up, strongest first."""
    found = [*_person(case), *_act(case)]
    found += [
        Factor(Effect.LESSEN, m.value, cite(PENALTY_LAW, 32, 1, number)) for number, m in enumerate(Mitigation, 1) if m in case.mitigations
    ]
    return tuple(sorted(found, key=lambda f: list(Effect).index(f.effect)))


def _person(case: PenaltyCase) -> list[Factor]:
    """Age (第三十条) and state of mind (第三十一条)."""
    found = []
    if case.age is not None and case.age < 14:
        found.append(Factor(Effect.EXEMPT, "不满十四周岁", cite(PENALTY_LAW, 30), "责令监护人管教"))
    elif case.age is not None and case.age < 18:
        found.append(Factor(Effect.LESSEN, "已满十四周岁不满十八周岁", cite(PENALTY_LAW, 30)))
    if case.mental is MentalState.INCAPABLE:
        found.append(Factor(Effect.EXEMPT, "行为时不能辨认或者不能控制自己行为", cite(PENALTY_LAW, 31), "责令监护人严加看管和治疗"))
    elif case.mental is MentalState.DIMINISHED:
        found.append(Factor(Effect.MAY_LESSEN, "尚未完全丧失辨认或者控制能力", cite(PENALTY_LAW, 31)))
    return found


def _act(case: PenaltyCase) -> list[Factor]:
    """轻微不罚, 首违可不罚 and 没有主观过错 (第三十三条)."""
    educate = "对当事人进行教育（第三十三条第三款）"
    found = []
    if case.minor_act and case.corrected and case.harm is Harm.NONE:
        found.append(Factor(Effect.EXEMPT, "违法轻微并及时改正，没有危害后果", cite(PENALTY_LAW, 33, 1), educate))
    if case.first_offence and case.corrected and case.harm in (Harm.NONE, Harm.SLIGHT):
        found.append(Factor(Effect.MAY_EXEMPT, "初次违法、危害后果轻微并及时改正", cite(PENALTY_LAW, 33, 1), educate))
    if case.no_fault:
        found.append(Factor(Effect.EXEMPT, "有证据足以证明没有主观过错", cite(PENALTY_LAW, 33, 2), educate))
    return found


def applicable_text(case: PenaltyCase) -> Ruling:
    """Say which text applies where the law changed after the act (行政处罚法 第三十七条); 是 means the new one."""
    article = (cite(PENALTY_LAW, 37),)
    changed, acted, decided = case.dates.law_changed, case.dates.conduct_ended, case.dates.decided
    if changed is None:
        return Ruling(Answer.NO, ("适用行为发生时的规定；行为后规定有修改或者废止的，比较新旧轻重",), article)
    if decided and decided < changed:
        return Ruling(Answer.NO, ("作出决定时新规定尚未施行，适用行为发生时的规定",), article)
    if case.ongoing or (acted and acted >= changed):
        return Ruling(Answer.YES, ("行为持续至或者发生于新规定施行后，适用新规定",), article)
    if acted is None or case.new_law_lighter is None:
        return Ruling(Answer.UNKNOWN, ("行为后规定已修改：列明新旧条文，比较处罚轻重后从旧兼从轻",), article)
    if case.new_law_lighter:
        return Ruling(Answer.YES, ("新规定处罚较轻或者不认为违法，适用新规定",), article)
    return Ruling(Answer.NO, ("新规定不轻于旧规定，适用行为发生时的规定",), article)
