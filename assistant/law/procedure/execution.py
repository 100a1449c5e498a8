"""行政处罚的执行: service, publication, payment, 加处罚款, remedies, and the application to the court."""

from __future__ import annotations

from datetime import date, timedelta

from assistant.law.penalty.kinds import PenaltyKind
from assistant.law.procedure.case import PenaltyCase
from assistant.law.procedure.limitation import PENALTY_LAW
from assistant.law.procedure.remedies import CIVIL_LAW, COERCION_LAW, application_step, remedies_end, review_step, suit_step, urge_step
from assistant.law.procedure.step import Need, Step, join, timed
from assistant.law.time.calendar import WorkCalendar
from assistant.law.time.deadlines import Limit, Unit, cite, due

#: 加处罚款 a day, in hundredths of the fine, and never more than the fine (行政处罚法 第七十二条第一款第一项).
LATE_PERCENT = 3
_COUNT = cite(PENALTY_LAW, 85)

SERVE = Limit(7, Unit.WORKDAY, cite(PENALTY_LAW, 61, 1), "当事人不在场的{n}内送达", counted_by=_COUNT)
WITHDRAW = Limit(3, Unit.WORKDAY, cite(PENALTY_LAW, 48, 2), "决定被变更、撤销、确认违法或者无效的{n}内撤回公开信息", counted_by=_COUNT)
PAY = Limit(15, Unit.DAY, cite(PENALTY_LAW, 67, 3), "自收到决定书之日起{n}内缴纳", rolls=True)


def late_fee(fine: float, payable_until: date, on: date, not_counted: int = 0) -> float:
    """Return the 加处罚款 in yuan that has run up by `on` for a fine due by `payable_until`.

    Three per cent a day from the day after, capped at the fine. `not_counted` are days of 复议 or 诉讼, during which
    it does not run (行政处罚法 第七十三条第三款).
    """
    days = max(0, (on - payable_until).days - not_counted)
    return round(min(fine, fine * LATE_PERCENT * days / 100), 2)


def execution_steps(case: PenaltyCase, calendar: WorkCalendar, exempt: bool = False, summary: bool = False) -> list[Step]:
    """Return the steps after the decision. `exempt`: no penalty is given; `summary`: decided on the spot."""
    served, deferred = case.dates.served, case.dates.deferred_until
    end = deferred or remedies_end(served, case.dates.review_decision_served, calendar)
    if summary and not deferred and not case.dates.review_decision_served:
        end = None  # review must precede a suit, so that six months from service is not safely the end of the period
    steps = [] if summary else [_service(case, calendar)]
    steps.append(_publication(case))
    if not exempt:
        steps += [_payment(case, calendar), _deferral(case), _late(case, calendar)]
    steps += [review_step(served, calendar, first=summary), suit_step(served, case.dates.review_decision_served, calendar, summary)]
    if not exempt:
        application = application_step(
            end,
            "延期、分期缴纳期限结束" if deferred else "复议、诉讼期限届满",
            calendar,
            (cite(PENALTY_LAW, 72, 1, 4), cite(PENALTY_LAW, 72, 2)),
        )
        steps += [urge_step(case.dates.urged, application.due, calendar), application]
    steps.append(_archive())
    return steps


def _service(case: PenaltyCase, calendar: WorkCalendar) -> Step:
    step = Step(
        "service",
        "送达处罚决定书",
        "执法人员",
        articles=(cite(PENALTY_LAW, 61), cite(CIVIL_LAW, 85)),
        limits=(SERVE,),
        note="当事人在场的宣告后当场交付；同意并签确认书的可用传真、电子邮件等方式",
    )
    return timed(step, calendar, case.dates.decided, case.dates.served)


def _publication(case: PenaltyCase) -> Step:
    need = {True: Need.REQUIRED, False: Need.NOT_APPLICABLE, None: Need.CONDITIONAL}[case.widely_known]
    return Step(
        "publication",
        "公示",
        "行政机关",
        need,
        (cite(PENALTY_LAW, 39), cite(PENALTY_LAW, 48, 1), WITHDRAW.article, _COUNT),
        (WITHDRAW,),
        condition="决定具有一定社会影响的",
        note="公开的时限按国家执法公示制度和本地规定（未收录，以原文为准）；涉国家秘密、商业秘密、个人隐私的先处理",
    )


def _fined(case: PenaltyCase) -> bool:
    return not case.sanctions or any(p.kind is PenaltyKind.FINE for p in case.sanctions)


def _payment(case: PenaltyCase, calendar: WorkCalendar) -> Step:
    step = Step(
        "payment",
        "缴纳罚款",
        "当事人到指定银行或者电子支付",
        Need.REQUIRED if _fined(case) else Need.NOT_APPLICABLE,
        (cite(PENALTY_LAW, 66, 1), cite(PENALTY_LAW, 67)),
        (PAY,),
        note="罚缴分离；末日逢法定休假日的顺延为有利当事人的算法，本法未明定" if _fined(case) else "拟处罚中没有罚款",
    )
    return timed(step, calendar, case.dates.served)


def _deferral(case: PenaltyCase) -> Step:
    need = {True: Need.OPTIONAL, False: Need.NOT_APPLICABLE, None: Need.CONDITIONAL}[case.hardship if _fined(case) else False]
    return Step(
        "deferral",
        "延期或者分期缴纳",
        "当事人申请，行政机关批准",
        need,
        (cite(PENALTY_LAW, 66, 2), cite(PENALTY_LAW, 72, 2)),
        condition="确有经济困难的",
        note="批准后，申请法院执行的期限自暂缓或者分期期满起算",
    )


def _late(case: PenaltyCase, calendar: WorkCalendar) -> Step:
    last = case.dates.deferred_until or due(PAY, case.dates.served, calendar).day
    start = last + timedelta(days=1) if last else None
    fine = case.fine
    # the day on which whole days of three per cent first reach the fine
    full = -(-100 // LATE_PERCENT)
    return Step(
        "late",
        "加处罚款",
        "行政机关",
        Need.OPTIONAL if _fined(case) else Need.NOT_APPLICABLE,
        (cite(PENALTY_LAW, 72, 1, 1), cite(PENALTY_LAW, 73, 3), cite(COERCION_LAW, 45)),
        condition="到期不缴纳罚款的",
        note=join(
            f"每日按罚款数额的{LATE_PERCENT}%，以罚款数额为上限（第{full}日封顶），标准应告知当事人",
            f"每日{fine * LATE_PERCENT / 100:g}元，最多{fine:g}元" if fine else "",
            f"自{start.isoformat()}起算" if start else "",
            "复议、诉讼期间不计算",
        ),
    )


def _archive() -> Step:
    return Step("archive", "执行完毕，结案归档", "承办人员", articles=(cite(PENALTY_LAW, 47),), note="全过程记录，文字、音像一并入卷")
