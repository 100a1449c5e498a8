"""行政强制程序: 查封、扣押、冻结 (行政强制法 第三章), and carrying out a decision (第四、五章)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from assistant.law.procedure.remedies import COERCION_LAW, application_step, remedies_end, review_step, suit_step, urge_step
from assistant.law.procedure.review_catalogue import DecisionKind, ReviewCatalogue
from assistant.law.procedure.step import Need, Step, join, timed
from assistant.law.time.calendar import OFFICIAL_CALENDAR, WorkCalendar
from assistant.law.time.deadlines import Due, Limit, Unit, cite, due

_COUNT = cite(COERCION_LAW, 69)

REPORT = Limit(24, Unit.HOUR, cite(COERCION_LAW, 19), "情况紧急的，{n}内报告并补办批准")
SEIZE = Limit(30, Unit.DAY, cite(COERCION_LAW, 25, 1), "不超过{n}")
SEIZE_MORE = Limit(30, Unit.DAY, cite(COERCION_LAW, 25, 1), "情况复杂经批准可延长，不超过{n}")
FREEZE = Limit(30, Unit.DAY, cite(COERCION_LAW, 32, 1), "自冻结之日起{n}内")
FREEZE_MORE = Limit(30, Unit.DAY, cite(COERCION_LAW, 32, 1), "情况复杂经批准可延长，不超过{n}")
FREEZE_PAPER = Limit(3, Unit.WORKDAY, cite(COERCION_LAW, 31), "{n}内交付冻结决定书", counted_by=_COUNT)
LATE_BEFORE_FORCE = Limit(30, Unit.DAY, cite(COERCION_LAW, 46, 1), "加处罚款或者滞纳金超过{n}")
SUBSTITUTE = Limit(3, Unit.WORKDAY, cite(COERCION_LAW, 51, 1, 2), "代履行{n}前催告", counted_by=_COUNT, before=True)


class Measure(StrEnum):
    """The coercive measure taken before a decision."""

    SEAL = "查封"
    SEIZE = "扣押"
    FREEZE = "冻结"


@dataclass(frozen=True, slots=True)
class CoercionCase:
    """A coercive measure, the carrying out of a decision, or both; None means not known.

    `basis` is the address of the article that gives the power for the measure, empty where not yet found.
    `excluded_days` are days of 检测、检验、检疫 or 技术鉴定. `decision_served` is the day the decision to be carried out was
    served, and `decision` whether there is one. `own_power` says whether a statute lets this authority use force itself.
    `substitution` is the day of 代履行, `substitute` whether the duty is one that may be done for the party.
    """

    matter: str = ""
    measure: Measure | None = None
    basis: str = ""
    urgent: bool = False
    imposed: date | None = None
    paper_served: date | None = None
    extended: bool = False
    excluded_days: int = 0
    lifted: date | None = None
    decision: bool = False
    decision_served: date | None = None
    review_decision_served: date | None = None
    deferred_until: date | None = None
    money: bool = True
    late_since: date | None = None
    own_power: bool = False
    urged: date | None = None
    substitute: bool = False
    substitution: date | None = None


def coercion_procedure(
    case: CoercionCase, calendar: WorkCalendar = OFFICIAL_CALENDAR, catalogue: ReviewCatalogue | None = None
) -> tuple[Step, ...]:
    """Return the steps for the measure, then those for carrying out a decision; each part only where the case has it."""
    steps: list[Step] = []
    if case.measure:
        steps += _measure_steps(case, calendar, catalogue or ReviewCatalogue())
    if case.decision or case.decision_served:
        steps += _execution_steps(case, calendar)
    return tuple(steps)


def _measure_steps(case: CoercionCase, calendar: WorkCalendar, catalogue: ReviewCatalogue) -> list[Step]:
    freeze = case.measure is Measure.FREEZE
    return [
        _power(case, freeze),
        _approval(case, catalogue),
        _carrying_out(case, freeze),
        _paper(case, freeze, calendar),
        _period(case, freeze, calendar),
        _custody(freeze),
        Step(
            "lift",
            f"作出处理决定或者解除{case.measure}",
            "行政机关",
            articles=(cite(COERCION_LAW, 33),) if freeze else (cite(COERCION_LAW, 27), cite(COERCION_LAW, 28)),
            note="没有违法行为、与违法行为无关、已处理不再需要或者期限届满的，及时解除",
        ),
        Step(
            "transfer",
            "涉嫌犯罪的一并移送财物",
            "行政机关",
            Need.CONDITIONAL,
            (cite(COERCION_LAW, 21),),
            condition="案件移送司法机关的",
            note="书面告知当事人",
        ),
        review_step(case.paper_served or case.imposed, calendar),
        suit_step(case.paper_served or case.imposed, None, calendar),
    ]


def _power(case: CoercionCase, freeze: bool) -> Step:
    articles = [cite(COERCION_LAW, 10), cite(COERCION_LAW, 17), cite(COERCION_LAW, 29 if freeze else 22)]
    if not freeze:
        articles.append(cite(COERCION_LAW, 23))
    basis = (case.basis,) if case.basis else ()
    return Step(
        "power",
        "核对法律依据和职权",
        "承办人员",
        articles=(*basis, *articles),
        note="冻结只能依法律规定，不得委托" if freeze else "须有法律、法规授权，不得委托；限于涉案财物，不得及于生活必需品，不得重复查封",
        warnings=() if basis else ("未列明授权实施该强制措施的条文，请先核对",),
    )


def _approval(case: CoercionCase, catalogue: ReviewCatalogue) -> Step:
    rows = catalogue.of(DecisionKind.COERCION, case.matter)
    lines = [f"本局法制审核目录：{row.name}（{row.source}），先经法制审核" for row in rows]
    return Step(
        "approval",
        "报告负责人批准",
        "执法人员报行政机关负责人",
        articles=(cite(COERCION_LAW, 18), REPORT.article) if case.urgent else (cite(COERCION_LAW, 18, 1, 1), REPORT.article),
        limits=(REPORT,),
        condition="情况紧急当场实施的，事后补办" if case.urgent else "实施前",
        note=join("负责人认为不应采取的立即解除" if case.urgent else "", *lines),
    )


def _carrying_out(case: CoercionCase, freeze: bool) -> Step:
    return Step(
        "carry_out",
        f"实施{case.measure}",
        "两名以上执法人员",
        articles=(cite(COERCION_LAW, 30, 1), cite(COERCION_LAW, 18)) if freeze else (cite(COERCION_LAW, 18), cite(COERCION_LAW, 24)),
        note="出示证件，向金融机构交付冻结通知书，制作现场笔录"
        if freeze
        else "出示证件，通知到场，告知理由、依据、权利和救济，听取陈述申辩，制作现场笔录并签名；不到场的请见证人",
    )


def _paper(case: CoercionCase, freeze: bool, calendar: WorkCalendar) -> Step:
    if not freeze:
        return Step("paper", "交付决定书和清单", "执法人员", articles=(cite(COERCION_LAW, 24),), note="制作并当场交付，清单一式二份")
    step = Step("paper", "交付冻结决定书", "行政机关", limits=(FREEZE_PAPER,))
    return timed(step, calendar, case.imposed, case.paper_served)


def _period(case: CoercionCase, freeze: bool, calendar: WorkCalendar) -> Step:
    limits = (FREEZE, FREEZE_MORE) if freeze else (SEIZE, SEIZE_MORE)
    more = (limits[1].number if case.extended else 0) + (0 if freeze else case.excluded_days)
    step = Step(
        "period",
        f"{case.measure}的期限",
        "行政机关",
        articles=(cite(COERCION_LAW, 32, 2),) if freeze else (cite(COERCION_LAW, 25, 2), cite(COERCION_LAW, 25, 3)),
        limits=limits,
        note=join(
            "已延长：书面告知当事人并说明理由" if case.extended else "",
            ""
            if freeze
            else f"扣除检测、检验、检疫、鉴定{case.excluded_days}日"
            if case.excluded_days
            else "检测、检验、检疫、鉴定期间不计入，书面告知",
            "法律另有规定的除外" if freeze else "法律、行政法规另有规定的除外",
        ),
    )
    return timed(step, calendar, case.imposed, case.lifted, more)


def _custody(freeze: bool) -> Step:
    if freeze:
        return Step("custody", "数额与案件相当", "行政机关", articles=(cite(COERCION_LAW, 29, 2),), note="不超过涉案金额，不得重复冻结")
    return Step("custody", "妥善保管", "行政机关", articles=(cite(COERCION_LAW, 26),), note="不得使用或者损毁；保管费用由行政机关承担")


def _execution_steps(case: CoercionCase, calendar: WorkCalendar) -> list[Step]:
    end = case.deferred_until or remedies_end(case.decision_served, case.review_decision_served, calendar)
    application = application_step(end, "延期、分期期满" if case.deferred_until else "复议、诉讼期限届满", calendar)
    urge = urge_step(case.urged, application.due, calendar)
    steps = [_late(case), urge, _heard()]
    steps += [_own_force(case), application] if case.own_power else [application]
    if case.substitute or case.substitution:
        steps.append(_substitution(case, calendar))
    steps += [_limits_of_force(), _stay()]
    if not case.measure:
        steps += [review_step(case.decision_served, calendar), suit_step(case.decision_served, case.review_decision_served, calendar)]
    return steps


def _late(case: CoercionCase) -> Step:
    # 超过三十日: force may be used from the day after the thirtieth
    since = due(LATE_BEFORE_FORCE, case.late_since, OFFICIAL_CALENDAR) if case.money else Due()
    return Step(
        "late",
        "加处罚款或者滞纳金",
        "行政机关",
        Need.OPTIONAL if case.money else Need.NOT_APPLICABLE,
        (cite(COERCION_LAW, 45), cite(COERCION_LAW, 46)),
        (LATE_BEFORE_FORCE,),
        since.day,
        "金钱给付义务逾期不履行的",
        "标准告知当事人，不超出本金；超过期限经催告仍不履行的，有强制执行权的可以强制执行；已查封扣押的财物可依法拍卖抵缴",
    )


def _heard() -> Step:
    return Step(
        "statement",
        "听取陈述、申辩",
        "行政机关",
        articles=(cite(COERCION_LAW, 36), cite(COERCION_LAW, 8, 1)),
        note="记录、复核，理由成立的采纳",
    )


def _own_force(case: CoercionCase) -> Step:
    return Step(
        "own_force",
        "作出强制执行决定",
        "有强制执行权的行政机关",
        Need.CONDITIONAL,
        (cite(COERCION_LAW, 34), cite(COERCION_LAW, 37), cite(COERCION_LAW, 38)),
        condition="经催告逾期仍不履行且无正当理由的",
        note="书面决定，载明理由依据、方式时间和救济途径" + ("" if case.money else "；强制拆除另依第四十四条公告"),
    )


def _substitution(case: CoercionCase, calendar: WorkCalendar) -> Step:
    step = Step(
        "substitution",
        "代履行",
        "行政机关或者无利害关系的第三人",
        Need.OPTIONAL,
        (cite(COERCION_LAW, 50), cite(COERCION_LAW, 51), cite(COERCION_LAW, 52)),
        (SUBSTITUTE,),
        condition="后果危害交通安全、污染环境或者破坏自然资源的",
        note="事先送达决定书，派员到场监督，费用按成本由当事人承担；需立即清除的可立即代履行",
    )
    return timed(step, calendar, case.substitution)


def _limits_of_force() -> Step:
    return Step(
        "restraint",
        "执行的限制和协议",
        "行政机关",
        articles=(cite(COERCION_LAW, 43), cite(COERCION_LAW, 42), cite(COERCION_LAW, 5)),
        note="夜间、法定节假日不得执行（紧急除外），不得停水停电等；可以达成执行协议分阶段履行",
    )


def _stay() -> Step:
    return Step(
        "stay",
        "中止、终结执行",
        "行政机关",
        Need.CONDITIONAL,
        (cite(COERCION_LAW, 39), cite(COERCION_LAW, 40), cite(COERCION_LAW, 41)),
        condition="有第三十九条、第四十条情形的",
    )
