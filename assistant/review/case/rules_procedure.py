"""程序: order and spacing of the steps, hearing, legal review, collective deliberation, summary procedure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from assistant.law.penalty.penalties import PenaltyKind
from assistant.law.procedure.case import PartyKind
from assistant.law.procedure.scope import SUMMARY_CITIZEN, SUMMARY_ORGANISATION
from assistant.law.time.calendar import OFFICIAL_CALENDAR
from assistant.library.own_tables import thresholds
from assistant.review.case.ordered import Ordered, read_ordered
from assistant.review.case.sections import Part
from assistant.review.rules.context import Context
from assistant.review.rules.registry import Hit, rule
from assistant.review.text.model import DocumentKind, Severity
from assistant.review.text.passages import date_places, money_text

_EXTENDED = re.compile(
    r"(?:批准|同意|决定|经)[^。；]{0,16}延(?:期|长)|延(?:期|长)(?:办案|办理|审批|决定|至)|办案期限[^。；]{0,10}延|中止(?:调查|办理|案件)|不计入(?:办案)?期限|扣除[^。；]{0,10}(?:期间|时间)"
)
_HEARD = re.compile(r"听证")
_HEAVY = (
    PenaltyKind.REVOKE_LICENCE,
    PenaltyKind.REVOKE_BUSINESS_LICENCE,
    PenaltyKind.SUSPEND_OPERATION,
    PenaltyKind.LOWER_GRADE,
    PenaltyKind.CLOSE,
    PenaltyKind.RESTRICT_PROFESSION,
)
_DELIBERATED = re.compile(
    r"集体讨论|集体研究|集体审议|案审会|案件审理委员会|负责人集体|局务会(?:议)?(?:研究|讨论|审议)|办公会(?:议)?(?:研究|讨论|审议)"
)
_REVIEWED = re.compile(r"法制审核|法制审查|合法性审核")


def _ordered(context: Context) -> Ordered | None:
    decision = context.case.decision
    return read_ordered(context.folded, decision) if decision else None


def _line(context: Context) -> tuple[float, str]:
    """较大数额 for the party and where it is set: the bureau's setting, else the line of caution of the table of knowledge."""
    person = context.case.is_person
    local = thresholds(context.settings).hearing_fine
    line = local.of(PartyKind.CITIZEN if person else PartyKind.ORGANISATION) if local else None
    if local and line is not None:
        return line, local.source
    return context.knowledge.caution["hearing_fine_citizen" if person else "hearing_fine_organisation"], "参照线，本地标准未配置"


def _heavy(context: Context) -> str:
    """Why the penalty is one that must be heard on request; empty where it is not."""
    ordered = _ordered(context)
    if ordered is None:
        return ""
    kinds = [k.value for k, _, _ in ordered.kinds if k in _HEAVY]
    if kinds:
        return f"给予{'、'.join(dict.fromkeys(kinds))}"
    line, source = _line(context)
    gains = sum(g.value for g in ordered.gains)
    if ordered.fine >= line:
        return f"罚款{money_text(ordered.fine)}，达到较大数额（{money_text(line)}，{source}）"
    return f"没收违法所得{money_text(gains)}，数额较大" if gains >= 2 * line else ""


@rule(
    "over_90_days",
    DocumentKind.PENALTY,
    "自立案之日起超过九十日作出决定",
    question="程序",
    articles=("《行政处罚法》第六十条",),
    suggest="补充延期批准手续或者其他规定的办案期限依据",
)
def over_90_days(context: Context) -> Iterator[Hit]:
    """Calendar days from filing to decision."""
    case = context.case
    if case.filed is None or case.decided is None:
        if case.is_file and not case.summary:
            yield Hit(None, None, "没有读到立案日期或者决定日期，办案期限无法核实。", Severity.HINT)
        return
    days = (case.decided.day - case.filed.day).days
    if days > 90 and not _EXTENDED.search(context.folded):
        why = f"{case.filed.day.isoformat()}立案，{case.decided.day.isoformat()}作出决定，历时{days}日，未见延期批准。"
        yield Hit(case.decided.start, case.decided.end, why)


@rule(
    "notice_decision_same_day",
    DocumentKind.PENALTY,
    "告知与决定同日，未留陈述申辩时间",
    question="程序",
    articles=("《行政处罚法》第四十四条", "《行政处罚法》第四十五条"),
    suggest="撤销后重新告知，保障陈述、申辩的时间；当事人当日放弃的，附书面放弃材料",
)
def notice_decision_same_day(context: Context) -> Iterator[Hit]:
    """A decision on the day of the notice, or before it, without a waiver."""
    case = context.case
    if case.summary or case.notice is None or case.decided is None or case.waiver:
        return
    if case.decided.day <= case.notice.day:
        order = "同日" if case.decided.day == case.notice.day else "在告知之前"
        why = f"{case.notice.day.isoformat()}告知，{case.decided.day.isoformat()}即作出决定（{order}），未见当事人放弃权利。"
        yield Hit(case.decided.start, case.decided.end, why)


@rule(
    "hearing_period_not_expired",
    DocumentKind.PENALTY,
    "要求听证的期限未届满即作出决定",
    question="程序",
    articles=("《行政处罚法》第六十四条",),
    suggest="待五个工作日期满或者当事人书面放弃后再作决定",
)
def hearing_period_not_expired(context: Context) -> Iterator[Hit]:
    """Five working days after the notice that tells of a hearing."""
    case = context.case
    if case.summary or case.notice is None or case.decided is None or case.waiver or case.heard:
        return
    if not _HEARD.search(case.body(Part.NOTICE)) or case.decided.day <= case.notice.day:
        return
    last = OFFICIAL_CALENDAR.add(case.notice.day, 5)
    if case.decided.day <= last:
        why = f"{case.notice.day.isoformat()}告知听证权利，申请期限至{last.isoformat()}届满，{case.decided.day.isoformat()}已作出决定。"
        yield Hit(case.decided.start, case.decided.end, why)


@rule(
    "hearing_right_not_told",
    DocumentKind.PENALTY,
    "应当告知听证权利而未告知",
    question="程序",
    articles=("《行政处罚法》第六十三条",),
    suggest="重新送达载明听证权利的告知书",
)
def hearing_right_not_told(context: Context) -> Iterator[Hit]:
    """A penalty that must be heard on request, and a notice (or, without one, a file) that never speaks of a hearing."""
    case = context.case
    why = _heavy(context)
    if not why or case.summary:
        return
    notices = case.parts(Part.NOTICE)
    if any(_HEARD.search(case.text[s.start : s.end] + s.heading) for s in notices) or case.parts(Part.HEARING):
        return
    if not notices:
        if not case.is_file:
            yield Hit(None, None, f"{why}；没有告知书，是否告知听证权利无法核实。", Severity.HINT)
            return
        if re.search(r"(?:告知|要求|申请|举行)[^。；]{0,16}听证", case.text):
            return
    yield Hit(None, None, f"{why}，告知书没有告知要求听证的权利。")


@rule(
    "no_legal_review",
    DocumentKind.PENALTY,
    "应当法制审核而未审核",
    question="程序",
    articles=("《行政处罚法》第五十八条",),
    suggest="作出决定前由法制审核人员审核；未经审核或者审核未通过的，不得作出决定",
)
def no_legal_review(context: Context) -> Iterator[Hit]:
    """A heard or heavy case has a legal review before the decision, not by an investigator."""
    case = context.case
    if case.summary or case.decision is None:
        return
    why = "经过听证程序" if case.heard or _was_heard(context) else _heavy(context)
    reviews = case.parts(Part.LEGAL_REVIEW)
    denied = re.search(r"(?:未|没有|未经|不再|无需)(?:进行|经过|送|提交|开展)?法制审核", case.text)
    if why and (denied or (not reviews and not _REVIEWED.search(case.body(Part.DECISION, Part.COLLECTIVE, Part.REPORT)))):
        if not case.is_file:
            yield Hit(None, None, f"{why}；未附法制审核意见，是否审核无法核实。", Severity.HINT)
            return
        yield Hit(denied.start() if denied else None, denied.end() if denied else None, f"{why}，作出决定前未进行法制审核。")
        return
    for section in reviews[:1] if why else ():
        days = date_places(case.text[section.start : section.end], section.start)
        if days and case.decided and days[-1].day > case.decided.day:
            yield Hit(days[-1].start, days[-1].end, "法制审核在作出决定之后，视同决定前未经审核。")
        reviewer = re.search(r"审核人(?:员)?\s*[：:]\s*(?P<name>[\u4e00-\u9fff]{2,4})", case.text[section.start : section.end])
        crew = {name for c in case.crews for name in c.names}
        if reviewer and reviewer["name"] in crew:
            at = section.start + reviewer.start("name")
            yield Hit(at, at + len(reviewer["name"]), "法制审核人员同时是本案调查人员。", Severity.HINT)


def _was_heard(context: Context) -> bool:
    return bool(context.case.parts(Part.HEARING)) and bool(
        re.search(r"听证会?[^。]{0,24}(?:举行|召开|进行)|听证笔录|听证报告", context.case.body(Part.HEARING))
    )


@rule(
    "no_collective_discussion",
    DocumentKind.PENALTY,
    "应当集体讨论而未讨论",
    question="程序",
    articles=("《行政处罚法》第五十七条",),
    suggest="由行政机关负责人集体讨论决定并制作记录",
)
def no_collective_discussion(context: Context) -> Iterator[Hit]:
    """A heavy or heard case is deliberated by the heads together, before the decision, by more than one."""
    case = context.case
    if case.summary or case.decision is None:
        return
    why = _heavy(context) or ("经过听证程序" if _was_heard(context) else "")
    if not why:
        return
    meetings = case.parts(Part.COLLECTIVE)
    denied = re.search(r"(?:未|没有|未经|不再|无需)(?:进行|经过|提交|召开)?(?:负责人)?集体(?:讨论|研究|审议)", case.text)
    if denied or (not meetings and not _DELIBERATED.search(case.text)):
        if not case.is_file:
            yield Hit(None, None, f"{why}；未附集体讨论记录，是否讨论无法核实。", Severity.HINT)
            return
        yield Hit(
            denied.start() if denied else None, denied.end() if denied else None, f"{why}，属情节复杂或者重大违法行为，未经负责人集体讨论。"
        )
        return
    for section in meetings[:1]:
        body = case.text[section.start : section.end]
        days = date_places(body, section.start)
        if days and case.decided and days[0].day > case.decided.day:
            yield Hit(days[0].start, days[0].end, "集体讨论在作出决定之后。")
        people = re.search(r"(?:参加|出席|参会)(?:人员?|讨论人员)?\s*[：:]\s*(?P<who>[^。；\n]{2,60})", body)
        if people and not re.search(r"[、，,和及与\s]", people["who"].strip()) and len(people["who"]) <= 10:
            at = section.start + people.start()
            yield Hit(at, section.start + people.end(), "集体讨论只有一人参加，不是负责人集体讨论。")


@rule(
    "summary_procedure_misuse",
    DocumentKind.PENALTY,
    "不符合简易程序条件而当场处罚",
    question="程序",
    articles=("《行政处罚法》第五十一条",),
    suggest="适用普通程序：立案、调查、告知、审核后作出决定",
)
def summary_procedure_misuse(context: Context) -> Iterator[Hit]:
    """On the spot only a warning, or a fine up to 200 yuan for citizens and 3,000 for organisations."""
    case, ordered = context.case, _ordered(context)
    if not case.summary or ordered is None:
        return
    limit = SUMMARY_CITIZEN if case.is_person else SUMMARY_ORGANISATION
    who = "公民" if case.is_person else "法人或者其他组织"
    for fine in ordered.fines:
        if fine.amount > limit:
            yield Hit(fine.start, fine.end, f"对{who}罚款{money_text(fine.amount)}，超过当场处罚{limit}元的限额，不适用简易程序。")
    for kind, start, end in ordered.kinds:
        if kind.is_penalty and kind not in (PenaltyKind.WARNING, PenaltyKind.FINE):
            yield Hit(start, end, f"{kind.value}不属于可以当场决定的处罚种类。")


@rule(
    "service_late",
    DocumentKind.PENALTY,
    "决定书超过七日送达",
    question="程序",
    articles=("《行政处罚法》第六十一条",),
    severity=Severity.NORMAL,
    suggest="说明迟延原因；复议、诉讼期限自实际送达之日起算",
)
def service_late(context: Context) -> Iterator[Hit]:
    """Seven working days from the decision (第八十五条 makes the days working days)."""
    case = context.case
    if case.decided is None or case.served is None or case.summary:
        if case.is_file and not case.summary:
            yield Hit(None, None, "没有读到决定书的送达日期，是否按时送达无法核实。", Severity.HINT)
        return
    last = OFFICIAL_CALENDAR.add(case.decided.day, 7)
    if case.served.day > last:
        why = f"{case.decided.day.isoformat()}作出决定，应在{last.isoformat()}前送达，{case.served.day.isoformat()}才送达。"
        yield Hit(case.served.start, case.served.end, why)
    elif case.served.day < case.decided.day - timedelta(days=0):
        yield Hit(case.served.start, case.served.end, "送达日期早于决定日期，请核对。", Severity.HINT)
