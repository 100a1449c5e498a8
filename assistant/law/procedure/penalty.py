"""行政处罚程序: the ordered steps of a penalty case, ordinary or on the spot (行政处罚法 第五章)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from assistant.law.procedure.case import PenaltyCase
from assistant.law.procedure.execution import PAY, execution_steps
from assistant.law.procedure.limitation import PENALTY_LAW, Effect, applicable_text, factors, limitation
from assistant.law.procedure.scope import COLLECT_ON_SPOT, Thresholds, needs_collective, needs_hearing, needs_legal_review, summary_allowed
from assistant.law.procedure.step import Answer, Need, Ruling, Step, join, timed
from assistant.law.time.calendar import OFFICIAL_CALENDAR, WorkCalendar
from assistant.law.time.deadlines import Limit, Unit, cite, due

TRANSFER_RULES = "行政执法机关移送涉嫌犯罪案件的规定"
_COUNT = cite(PENALTY_LAW, 85)

REGISTERED = Limit(7, Unit.WORKDAY, cite(PENALTY_LAW, 56), "先行登记保存后{n}内作出处理决定", counted_by=_COUNT)
ASK_HEARING = Limit(5, Unit.WORKDAY, cite(PENALTY_LAW, 64, 1, 1), "告知后{n}内提出", counted_by=_COUNT)
TELL_HEARING = Limit(7, Unit.WORKDAY, cite(PENALTY_LAW, 64, 1, 2), "举行听证的{n}前通知时间、地点", counted_by=_COUNT, before=True)
DECIDE = Limit(90, Unit.DAY, cite(PENALTY_LAW, 60), "自立案之日起{n}内")
APPROVE_TRANSFER = Limit(3, Unit.DAY, cite(TRANSFER_RULES, 5, 2), "负责人自接到报告之日起{n}内决定")
SEND_TRANSFER = Limit(24, Unit.HOUR, cite(TRANSFER_RULES, 5, 2), "批准后{n}内移送同级公安机关")
HAND_IN = Limit(2, Unit.WORKDAY, cite(PENALTY_LAW, 71), "收缴之日起{n}内交至机关，机关{n}内缴付银行", counted_by=_COUNT)


def penalty_procedure(
    case: PenaltyCase, thresholds: Thresholds | None = None, calendar: WorkCalendar = OFFICIAL_CALENDAR, as_of: date | None = None
) -> tuple[Step, ...]:
    """Return the steps of the case in order: on the spot where 行政处罚法 第五十一条 allows it, else the ordinary procedure.

    `thresholds` None is a bureau that has set none. `as_of` is today, for 追责时效 alone. Steps that fall away are kept
    with `Need.NOT_APPLICABLE`, so that a reader sees why.
    """
    lines = thresholds or Thresholds()
    if summary_allowed(case) and not _exempt(case):
        return tuple(_summary(case, calendar, as_of))
    return tuple(_ordinary(case, lines, calendar, as_of))


def _exempt(case: PenaltyCase) -> bool:
    """True where an article forbids a penalty (第三十、三十一、三十三条) or the act is out of time (第三十六条)."""
    return any(f.effect is Effect.EXEMPT for f in factors(case)) or limitation(case).ruling.answer is Answer.NO


def _ordinary(case: PenaltyCase, lines: Thresholds, calendar: WorkCalendar, as_of: date | None) -> list[Step]:
    exempt = _exempt(case)
    hearing = Ruling(Answer.NO, ("依法不予处罚",), (cite(PENALTY_LAW, 63),)) if exempt else needs_hearing(case, lines)
    steps = [
        _jurisdiction(case),
        _timeliness(case, as_of),
        _filing(case),
        _officers(),
        _evidence(),
        _registration(case, calendar),
        _correction(),
        _transfer(case),
        _discretion(case),
        _old_or_new(case),
        _examination(case),
        _notice(case, hearing, exempt),
        _statement(case),
        *_hearing_steps(case, hearing, calendar),
        *_deliberation(case, lines, exempt),
        _decision(case, hearing, calendar, exempt),
    ]
    return steps + execution_steps(case, calendar, exempt)


def _jurisdiction(case: PenaltyCase) -> Step:
    articles = [cite(PENALTY_LAW, 17), cite(PENALTY_LAW, 22), cite(PENALTY_LAW, 23)]
    note = "核对本局职权和行为发生地；属其他机关的移送并写明依据；需协助的可向有关机关提出"
    if case.disputed_jurisdiction:
        note = "由最先立案的机关管辖；有争议的协商，协商不成报共同上一级机关指定"
    return Step("jurisdiction", "核对管辖和职权", "承办人员", articles=(*articles, cite(PENALTY_LAW, 25), cite(PENALTY_LAW, 26)), note=note)


def _timeliness(case: PenaltyCase, as_of: date | None) -> Step:
    found = limitation(case, as_of)
    out = found.ruling.answer is Answer.NO
    return Step(
        "limitation",
        "核对追责时效",
        "承办人员",
        articles=found.ruling.articles,
        limits=(found.limit,),
        due=found.expires,
        note="；".join(found.ruling.reasons),
        warnings=("已逾追责期限，不再给予行政处罚，法律另有规定的除外",) if out else (),
    )


def _filing(case: PenaltyCase) -> Step:
    return Step(
        "filing",
        "立案",
        "执法人员报行政机关负责人批准",
        articles=(cite(PENALTY_LAW, 54, 2), cite(PENALTY_LAW, 76, 2)),
        note=join(
            f"立案日{case.dates.filed.isoformat()}" if case.dates.filed else "",
            "符合立案标准的及时立案；本法未定天数，规章或者本地另有规定的从其规定",
        ),
    )


def _officers() -> Step:
    return Step(
        "officers",
        "指派两名以上持证执法人员",
        "行政机关",
        articles=(cite(PENALTY_LAW, 42, 1), cite(PENALTY_LAW, 43), cite(PENALTY_LAW, 55, 1)),
        note="具有执法资格，不少于两人，主动出示执法证件；有利害关系的回避，回避由负责人决定",
    )


def _evidence() -> Step:
    return Step(
        "evidence",
        "调查取证",
        "两名以上执法人员",
        articles=(cite(PENALTY_LAW, 40), cite(PENALTY_LAW, 46), cite(PENALTY_LAW, 47), cite(PENALTY_LAW, 54, 1), cite(PENALTY_LAW, 55, 2)),
        note="全面、客观、公正收集；询问、检查制作笔录；全过程记录；证据查证属实方可定案；监控设备取证另依第四十一条审核",
    )


def _registration(case: PenaltyCase, calendar: WorkCalendar) -> Step:
    step = Step(
        "registration",
        "先行登记保存、抽样取证",
        "执法人员报负责人批准",
        Need.OPTIONAL if case.evidence_at_risk or case.dates.registered else Need.CONDITIONAL,
        limits=(REGISTERED,),
        condition="证据可能灭失或者难以再取得的",
    )
    return timed(step, calendar, case.dates.registered)


def _correction() -> Step:
    return Step(
        "correction",
        "责令改正",
        "行政机关",
        articles=(cite(PENALTY_LAW, 28, 1),),
        note="责令改正或者限期改正，不是行政处罚；改正情况作为裁量和首违不罚的依据",
    )


def _transfer(case: PenaltyCase) -> Step:
    return Step(
        "transfer",
        "移送司法机关",
        "行政机关负责人决定，移送公安机关",
        Need.REQUIRED if case.suspected_crime else Need.CONDITIONAL,
        (cite(PENALTY_LAW, 27), cite(PENALTY_LAW, 57, 1, 4), cite(PENALTY_LAW, 82), cite(TRANSFER_RULES, 3), cite(TRANSFER_RULES, 5)),
        (APPROVE_TRANSFER, SEND_TRANSFER),
        condition="违法行为涉嫌犯罪的",
        note="及时移送，不得以罚代刑；司法机关退回且应予处罚的继续办理；已罚款的可折抵罚金（第三十五条）",
        warnings=("涉嫌犯罪：先移送，处罚程序视司法机关处理结果继续",) if case.suspected_crime else (),
    )


def _discretion(case: PenaltyCase) -> Step:
    found = factors(case)
    lines = [f"{f.reason}：{f.effect}（{f.article.partition('》')[2]}）" + (f"，{f.duty}" if f.duty else "") for f in found]
    return Step(
        "discretion",
        "审查裁量情节",
        "承办人员",
        articles=(*(cite(PENALTY_LAW, n) for n in (29, 30, 31, 32, 33, 34)), *dict.fromkeys(f.article for f in found)),
        note=join(*lines) or "核查年龄、精神状态、初次违法、改正、危害后果、主观过错、立功等；有裁量基准的对照适用；一事不二罚款",
    )


def _old_or_new(case: PenaltyCase) -> Step:
    found = applicable_text(case)
    need = Need.REQUIRED if case.dates.law_changed else Need.CONDITIONAL
    return Step("applicable", "确定适用的规定（从旧兼从轻）", "承办人员", need, found.articles, note="；".join(found.reasons))


def _examination(case: PenaltyCase) -> Step:
    return Step(
        "examination",
        "调查终结，提出处理意见",
        "承办人员提出，行政机关负责人审查",
        articles=(cite(PENALTY_LAW, 57, 1), cite(PENALTY_LAW, 5, 2)),
        note="按情形：处罚、轻微不予处罚、事实不成立不予处罚、涉嫌犯罪移送",
        warnings=("违法事实尚不确凿，不得给予处罚",) if case.facts_clear is False else (),
    )


def _notice(case: PenaltyCase, hearing: Ruling, exempt: bool) -> Step:
    known = (case.dates.notice_served, case.dates.decided)
    late = known[0] is not None and known[1] is not None and known[1] < known[0]
    missing = known[0] is None and known[1] is not None and not exempt
    return Step(
        "notice",
        "告知拟处罚内容和权利",
        "行政机关",
        Need.NOT_APPLICABLE if exempt else Need.REQUIRED,
        (cite(PENALTY_LAW, 44), cite(PENALTY_LAW, 62)),
        note=join(
            "书面告知拟处罚内容、事实、理由、依据和陈述、申辩权",
            "一并告知听证权" if hearing.answer is not Answer.NO else "",
            "依法不予处罚的，不发拟处罚告知" if exempt else "",
        ),
        warnings=("作出决定在告知之前，违反法定程序",) if late else ("已作出决定而未见告知日期",) if missing else (),
    )


def _statement(case: PenaltyCase) -> Step:
    return Step(
        "statement",
        "听取陈述、申辩并复核",
        "行政机关",
        Need.NOT_APPLICABLE if _exempt(case) else Need.REQUIRED,
        (cite(PENALTY_LAW, 7, 1), cite(PENALTY_LAW, 45), cite(PENALTY_LAW, 62)),
        note="理由成立的采纳，不得因申辩加重；本法未定陈述申辩的天数，告知书给出合理期限；明确放弃的记录在卷",
    )


def _hearing_steps(case: PenaltyCase, hearing: Ruling, calendar: WorkCalendar) -> list[Step]:
    need, articles = hearing.answer.need, (*hearing.articles, cite(PENALTY_LAW, 63, 1))
    told = case.dates.notice_served
    ask = Step(
        "hearing_right",
        "告知听证权，等待当事人要求",
        "行政机关告知，当事人提出",
        need,
        articles,
        (ASK_HEARING,),
        condition="拟处罚属听证范围的",
        note="；".join(hearing.reasons),
    )
    ask = timed(ask, calendar, told, case.dates.hearing_asked)
    last, decided = ask.due, case.dates.decided
    if hearing and last and decided and decided <= last and case.hearing_asked is not False:
        ask = replace(ask, warnings=(*ask.warnings, f"{decided.isoformat()}作出决定时，要求听证的期限（{last.isoformat()}）尚未届满"))
    held = _held_need(case, need)
    notify = Step("hearing_notice", "通知听证的时间、地点", "行政机关", held, (), (TELL_HEARING,), condition="当事人要求听证的")
    hold = Step(
        "hearing",
        "举行听证",
        "听证主持人（非本案调查人员）",
        held,
        (cite(PENALTY_LAW, 63, 2), cite(PENALTY_LAW, 64), cite(PENALTY_LAW, 65)),
        condition="当事人要求听证的",
        note="公开举行（涉密和隐私除外），当事人可委托一至二人；制作笔录核对签字；根据笔录作出决定；不收费用",
    )
    return [ask, timed(notify, calendar, case.dates.hearing), hold]


def _held_need(case: PenaltyCase, need: Need) -> Need:
    """Whether a hearing is held: the right, and the wish of the party."""
    if need is Need.NOT_APPLICABLE or case.hearing_asked is False:
        return Need.NOT_APPLICABLE
    return need if case.hearing_asked else Need.CONDITIONAL


def _deliberation(case: PenaltyCase, lines: Thresholds, exempt: bool) -> list[Step]:
    review, together = needs_legal_review(case, lines), needs_collective(case, lines)
    rows = lines.catalogue.covering(case)
    materials = tuple(dict.fromkeys(m for row in rows for m in row.materials))
    return [
        Step(
            "legal_review",
            "法制审核",
            "法制审核人员",
            Need.NOT_APPLICABLE if exempt else review.answer.need,
            (*review.articles, cite(PENALTY_LAW, 58)),
            condition="决定作出前；未经审核或者审核未通过不得决定",
            note=join(*review.reasons, "送审材料：" + "、".join(materials) if materials else ""),
        ),
        Step(
            "collective",
            "集体讨论",
            "行政机关负责人",
            Need.NOT_APPLICABLE if exempt else together.answer.need,
            together.articles,
            condition="情节复杂或者重大违法行为",
            note=join(*together.reasons, "制作讨论记录"),
        ),
    ]


def _decision(case: PenaltyCase, hearing: Ruling, calendar: WorkCalendar, exempt: bool) -> Step:
    step = Step(
        "decision",
        "作出不予行政处罚决定" if exempt else "作出处罚决定，制作决定书",
        "行政机关负责人",
        articles=(cite(PENALTY_LAW, 57, 1), cite(PENALTY_LAW, 59)),
        limits=(DECIDE,),
        note=join(
            "法律、法规、规章对办案期限另有规定的依其规定",
            "听证等时间是否扣除，本法未明定，以规章为准" if hearing.answer is not Answer.NO else "",
            "决定书载明事实证据、种类依据、履行方式期限、救济途径，加盖印章",
        ),
    )
    return timed(step, calendar, case.dates.filed, case.dates.decided)


def _summary(case: PenaltyCase, calendar: WorkCalendar, as_of: date | None) -> list[Step]:
    allowed = summary_allowed(case)
    if case.dates.served is None:  # a decision made on the spot is handed over on the spot (第五十二条第一款)
        case = replace(case, dates=replace(case.dates, served=case.dates.decided))
    steps = [
        _jurisdiction(case),
        _timeliness(case, as_of),
        replace(
            _officers(),
            note=join(*allowed.reasons, "出示执法证件；两人以上的要求同样适用"),
            articles=(*_officers().articles, cite(PENALTY_LAW, 52, 1)),
        ),
        Step(
            "statement",
            "当场告知，听取陈述、申辩",
            "执法人员",
            articles=(cite(PENALTY_LAW, 44), cite(PENALTY_LAW, 45), cite(PENALTY_LAW, 62)),
            note="口头告知并记录",
        ),
        _correction(),
        _discretion(case),
        Step(
            "decision",
            "当场作出决定，填写并交付决定书",
            "执法人员",
            articles=(cite(PENALTY_LAW, 51), cite(PENALTY_LAW, 52)),
            note="使用预定格式、编号的决定书，当场交付；拒签的注明；写明先复议后诉讼",
        ),
        Step("record", "报所属机关备案", "执法人员", articles=(cite(PENALTY_LAW, 52, 3),), note="本法未定备案天数"),
        _spot_payment(case, calendar),
    ]
    return steps + execution_steps(case, calendar, summary=True)


def _spot_payment(case: PenaltyCase, calendar: WorkCalendar) -> Step:
    fine = case.fine or 0
    small = 0 < fine <= COLLECT_ON_SPOT
    last = due(PAY, case.dates.served, calendar).day
    return Step(
        "spot_payment",
        "当场收缴罚款",
        "执法人员",
        (Need.OPTIONAL if small else Need.CONDITIONAL) if fine else Need.NOT_APPLICABLE,
        (cite(PENALTY_LAW, 53), cite(PENALTY_LAW, 68), cite(PENALTY_LAW, 69), cite(PENALTY_LAW, 70), PAY.article),
        (HAND_IN,),
        condition=f"{COLLECT_ON_SPOT}元以下，或者不当场收缴事后难以执行，或者边远、水上、交通不便且当事人提出的",
        note=join("出具财政部门专用票据", f"不属当场收缴的，{last.isoformat()}前自行缴纳" if last else f"不属当场收缴的，{PAY.text}"),
    )
