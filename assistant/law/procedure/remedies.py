"""救济与申请法院执行: 行政复议, 行政诉讼, 催告 and the application to the court, shared by all procedures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from assistant.law.procedure.step import Need, Step, join, timed
from assistant.law.time.calendar import WorkCalendar
from assistant.law.time.deadlines import Limit, Unit, cite, due, shift

REVIEW_LAW, SUIT_LAW, COERCION_LAW, CIVIL_LAW = "行政复议法", "行政诉讼法", "行政强制法", "民事诉讼法"
_TEN_DAYS_COUNT = cite(COERCION_LAW, 69)

REVIEW = Limit(60, Unit.DAY, cite(REVIEW_LAW, 20, 1), "自知道或者应当知道之日起{n}内", rolls=True)
SUIT = Limit(6, Unit.MONTH, cite(SUIT_LAW, 46, 1), "自知道或者应当知道之日起{n}内", rolls=True)
SUIT_AFTER_REVIEW = Limit(15, Unit.DAY, cite(SUIT_LAW, 45), "自收到复议决定书之日起{n}内", rolls=True)
URGE = Limit(10, Unit.WORKDAY, cite(COERCION_LAW, 54), "催告书送达{n}后", counted_by=_TEN_DAYS_COUNT)
APPLY = Limit(3, Unit.MONTH, cite(COERCION_LAW, 53), "自复议、诉讼期限届满之日起{n}内")
ACCEPT = Limit(5, Unit.WORKDAY, cite(COERCION_LAW, 56, 1), "法院接到申请后{n}内受理", counted_by=_TEN_DAYS_COUNT)
RULE = Limit(7, Unit.WORKDAY, cite(COERCION_LAW, 57), "自受理之日起{n}内裁定", counted_by=_TEN_DAYS_COUNT)
OBJECT = Limit(15, Unit.DAY, cite(COERCION_LAW, 56, 2), "对不予受理有异议的{n}内向上一级法院申请复议", rolls=True)


def review_step(served: date | None, calendar: WorkCalendar, first: bool = False) -> Step:
    """Return the step of 行政复议; `first` where it must precede a suit (行政复议法 第二十三条)."""
    articles = [cite(REVIEW_LAW, 24, 1), cite(CIVIL_LAW, 85), cite(REVIEW_LAW, 88)]
    if first:
        articles.insert(0, cite(REVIEW_LAW, 23, 1, 1))
    step = Step(
        "review",
        "行政复议（前置）" if first else "行政复议",
        "当事人向本级人民政府申请",
        Need.OPTIONAL,
        tuple(articles),
        (REVIEW,),
        condition="当事人不服决定的",
        note=join(
            "决定书应写明复议途径和期限；法定期限更长的从其规定；末日逢法定休假日顺延",
            "当场处罚须先复议，决定书一并告知" if first else "",
        ),
    )
    return timed(step, calendar, served)


def suit_step(served: date | None, review_decision: date | None, calendar: WorkCalendar, first: bool = False) -> Step:
    """Return the step of 行政诉讼: six months, or fifteen days after a review decision; `first` where review must come first."""
    after = first or review_decision is not None
    limits = (SUIT_AFTER_REVIEW,) if first else (SUIT_AFTER_REVIEW, SUIT) if after else (SUIT, SUIT_AFTER_REVIEW)
    step = Step(
        "suit",
        "行政诉讼",
        "当事人向人民法院起诉",
        Need.OPTIONAL,
        (cite(SUIT_LAW, 56), cite(SUIT_LAW, 101), cite(CIVIL_LAW, 85)),
        limits,
        condition="不服复议决定的" if after else "直接起诉的",
        note="诉讼期间原则上不停止执行",
    )
    return timed(step, calendar, review_decision if after else served)


def remedies_end(served: date | None, review_decision: date | None, calendar: WorkCalendar) -> date | None:
    """Return the last day of the period for review and suit, the later of the two; None where it cannot be told."""
    if review_decision:
        return due(SUIT_AFTER_REVIEW, review_decision, calendar).day
    return due(SUIT, served, calendar).day


def urge_step(urged: date | None, deadline: date | None, calendar: WorkCalendar) -> Step:
    """Return the step of 催告 before the court is asked; `deadline` is the last day for the application."""
    latest = calendar.add(deadline, -URGE.number - 1) if deadline else None
    step = Step(
        "urge",
        "催告",
        "行政机关",
        Need.CONDITIONAL,
        (cite(COERCION_LAW, 35), cite(COERCION_LAW, 36), cite(COERCION_LAW, 38)),
        (URGE,),
        condition="当事人逾期不履行，拟申请强制执行的",
        note=join(
            "书面催告，载明履行期限、方式、金额和陈述申辩权",
            f"为赶上申请期限，催告书最迟{latest.isoformat()}送达" if latest else "",
        ),
    )
    return (
        timed(step, calendar, urged)
        if urged or not latest or not deadline
        else timed(replace(step, warnings=calendar.warnings(latest, deadline)), calendar, None)
    )


def application_step(end: date | None, why: str, calendar: WorkCalendar, articles: tuple[str, ...] = ()) -> Step:
    """Return the step of applying to the court; `end` is the day from which the three months run, `why` says what day it is."""
    # the authority's own period: its last day is not moved past days off
    last = shift(end, APPLY.number, APPLY.unit) if end else None
    step = Step(
        "court",
        "申请人民法院强制执行",
        "行政机关",
        Need.CONDITIONAL,
        (*articles, cite(COERCION_LAW, 13, 2), cite(COERCION_LAW, 55), cite(SUIT_LAW, 97)),
        (APPLY, ACCEPT, RULE, OBJECT),
        condition="期限内不复议、不起诉又不履行，经催告仍不履行，且本机关没有强制执行权的",
        note=join(
            f"{end.isoformat()}{why}，次日起可申请，{last.isoformat()}（含当日）前提出，逾期法院不予受理" if end and last else "",
            "已复议、起诉的，按终结之日另行核定",
            "提交申请书、决定书及依据、当事人意见和催告情况、标的情况",
        ),
    )
    return timed(step, calendar, end)
