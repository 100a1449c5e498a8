"""`procedure`: the steps of a penalty, a licence or a coercive measure, with their limits, days and articles."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.console import AsJson, console, read_day, show, show_json

if TYPE_CHECKING:
    from assistant.law.procedure.procedure import PenaltyCase, ReviewCatalogue, Ruling, Step, Thresholds, WorkCalendar


class Matter(StrEnum):
    """Which procedure is asked for."""

    PENALTY = "处罚"
    LICENCE = "许可"
    COERCION = "强制"


class Party(StrEnum):
    """当事人 as the option takes it."""

    CITIZEN = "公民"
    SOLE_TRADER = "个体工商户"
    ORGANISATION = "组织"


class MeasureWord(StrEnum):
    """强制措施 as the option takes it."""

    SEAL = "查封"
    SEIZE = "扣押"
    FREEZE = "冻结"


def register(app: typer.Typer) -> None:
    """Put the command on the app."""
    app.command("procedure")(procedure)


def procedure(
    context: typer.Context,
    matter: Annotated[Matter, typer.Option("--for", help="哪一种程序。")] = Matter.PENALTY,
    about: Annotated[str, typer.Option("--matter", metavar="文字", help="案由或者许可事项，用来对照本局法制审核目录。")] = "",
    party: Annotated[Party, typer.Option("--party", help="当事人。")] = Party.ORGANISATION,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", metavar="种类[=元]", help="拟处罚种类，可多次，如 吊销许可证、没收违法所得=20000。")
    ] = None,
    fine: Annotated[float | None, typer.Option("--fine", min=0, metavar="元", help="拟罚款数额。")] = None,
    age: Annotated[int | None, typer.Option("--age", min=0, max=130, help="当事人行为时的周岁。")] = None,
    measure: Annotated[MeasureWord | None, typer.Option("--measure", help="强制措施。")] = None,
    basis: Annotated[str, typer.Option("--basis", metavar="条文", help="强制措施的依据，如 《…》第…条。")] = "",
    excluded: Annotated[int, typer.Option("--excluded", min=0, metavar="天", help="不计入期限的天数（许可按工作日）。")] = 0,
    day: Annotated[list[str] | None, typer.Option("--date", metavar="名称=日期", help="某一步的日期，可多次，如 立案=2026-03-02。")] = None,
    fact: Annotated[list[str] | None, typer.Option("--fact", metavar="情况", help="案件情况，可多次，如 初次违法。")] = None,
    today: Annotated[date | None, typer.Option("--as-of", parser=read_day, metavar="日期", help="今天的日期，只用于追责时效。")] = None,
    as_json: AsJson = False,
) -> None:
    """处罚、许可、强制各步骤的先后、期限、截止日和依据。"""
    from assistant.library.own_tables import review_catalogue, thresholds, work_calendar

    here = console(context)
    catalogue = review_catalogue(here.open_library())
    calendar = work_calendar(here.settings)
    days, facts = day or [], fact or []
    body: dict[str, Any] = {"for": matter.value}
    if matter is Matter.PENALTY:
        case = _penalty_case(party, kind or [], fine, age, about, days, facts)
        body |= _penalty(case, thresholds(here.settings, catalogue), calendar, today or date.today())
    elif matter is Matter.LICENCE:
        body["steps"] = _licence(about, excluded, days, facts, calendar, catalogue)
    else:
        body["steps"] = _coercion(about, measure, basis, excluded, days, facts, calendar, catalogue)
    body["holidays"] = {"years": list(calendar.covered)}
    if as_json:
        show_json(body)
    else:
        _print(body)


def _penalty_case(
    party: Party, kinds: list[str], fine: float | None, age: int | None, about: str, days: list[str], facts: list[str]
) -> PenaltyCase:
    from assistant.commands.law.case_words import MITIGATIONS, PENALTY_DAYS, PENALTY_FACTS, intended, named_days, named_facts
    from assistant.law.procedure.procedure import CaseDates, PartyKind, PenaltyCase

    who = {Party.ORGANISATION: PartyKind.ORGANISATION, Party.SOLE_TRADER: PartyKind.SOLE_TRADER, Party.CITIZEN: PartyKind.CITIZEN}
    known = named_facts(facts, PENALTY_FACTS, MITIGATIONS)
    mitigations = tuple(MITIGATIONS[f] for f in facts if f in MITIGATIONS)
    dates = CaseDates(**named_days(days, PENALTY_DAYS))
    return PenaltyCase(who[party], intended(kinds, fine), dates, about, age, mitigations=mitigations, **known)


def _penalty(case: PenaltyCase, lines: Thresholds, calendar: WorkCalendar, today: date) -> dict[str, Any]:
    from assistant.answer.sections.enforcement import factor_json
    from assistant.law.procedure.procedure import (
        factors,
        limitation,
        needs_collective,
        needs_hearing,
        needs_legal_review,
        penalty_procedure,
        summary_allowed,
    )

    return {
        "questions": {
            "简易程序": _ruling(summary_allowed(case)),
            "听证": _ruling(needs_hearing(case, lines)),
            "法制审核": _ruling(needs_legal_review(case, lines)),
            "集体讨论": _ruling(needs_collective(case, lines)),
            "追责时效": _ruling(limitation(case, today).ruling),
        },
        "factors": [factor_json(f) for f in factors(case)],
        "steps": _steps(penalty_procedure(case, lines, calendar, today)),
    }


def _licence(
    about: str, excluded: int, days: list[str], facts: list[str], calendar: WorkCalendar, catalogue: ReviewCatalogue
) -> list[dict[str, Any]]:
    from assistant.commands.law.case_words import LICENCE_DAYS, LICENCE_FACTS, named_days, named_facts
    from assistant.law.procedure.procedure import LicenceCase, acceptance_by_default, licence_procedure

    known = named_facts(facts, LICENCE_FACTS) | named_days(days, LICENCE_DAYS)
    case = LicenceCase(matter=about, excluded_workdays=excluded, **known)
    return _steps(licence_procedure(acceptance_by_default(case, calendar), calendar, catalogue))


def _coercion(
    about: str,
    measure: MeasureWord | None,
    basis: str,
    excluded: int,
    days: list[str],
    facts: list[str],
    calendar: WorkCalendar,
    catalogue: ReviewCatalogue,
) -> list[dict[str, Any]]:
    from assistant.commands.law.case_words import COERCION_DAYS, COERCION_FACTS, named_days, named_facts
    from assistant.law.procedure.procedure import CoercionCase, Measure, coercion_procedure

    known = named_facts(facts, COERCION_FACTS) | named_days(days, COERCION_DAYS)
    if measure is None and not known.get("decision") and "decision_served" not in known:
        raise typer.BadParameter("强制程序请给出 --measure 查封|扣押|冻结，或者 --fact 执行决定")
    taken = Measure(measure.value) if measure else None
    case = CoercionCase(about, taken, basis, excluded_days=excluded, **known)
    return _steps(coercion_procedure(case, calendar, catalogue))


def _steps(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    return [{"number": n} | step.to_dict() for n, step in enumerate(steps, 1)]


def _ruling(ruling: Ruling) -> dict[str, Any]:
    return {"answer": ruling.answer.value, "reasons": list(ruling.reasons), "articles": list(ruling.articles)}


def _print(body: dict[str, Any]) -> None:
    for name, ruling in body.get("questions", {}).items():
        show(f"{name}：{ruling['answer']}（{'；'.join(ruling['reasons'])}）{'、'.join(ruling['articles'])}")
    for factor in body.get("factors", []):
        show(f"情节：{factor['factor']}，{factor['effect']}（{factor['article']}）")
    for step in body["steps"]:
        when = "　".join(part for part in (step["limit"], f"截至 {step['due']}" if step["due"] else "") if part)
        show(f"\n{step['number']}. [{step['need']}] {step['step']}（{step['who']}）{when}")
        if step["condition"] and step["need"] not in ("应当", "不适用"):
            show(f"   条件：{step['condition']}")
        if step["note"]:
            show(f"   {step['note']}")
        show(f"   依据：{'、'.join(step['articles'])}")
        for warning in step["warnings"]:
            show(f"   注意：{warning}")
    years = body["holidays"]["years"]
    show(f"\n工作日按 {years[0]} 至 {years[-1]} 年放假安排计算，其他年份只扣周六、周日。")
