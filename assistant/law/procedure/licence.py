"""行政许可程序: application, acceptance, examination, hearing, decision, delivery and renewal (行政许可法 第四章).

The limits upon the authority are working days (第八十二条). The five days in which an applicant may ask for a hearing
are counted likewise, which favours the applicant; the thirty days before expiry are the holder's and are calendar days.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from assistant.law.procedure.remedies import review_step, suit_step
from assistant.law.procedure.review_catalogue import DecisionKind, ReviewCatalogue
from assistant.law.procedure.step import Need, Step, join, timed
from assistant.law.time.calendar import OFFICIAL_CALENDAR, WorkCalendar
from assistant.law.time.deadlines import Limit, Unit, cite, due

LICENCE_LAW = "行政许可法"
_COUNT = cite(LICENCE_LAW, 82)


def _limit(number: int, article: str, wording: str, before: bool = False) -> Limit:
    """A limit in working days by 行政许可法 第八十二条."""
    return Limit(number, Unit.WORKDAY, article, wording, counted_by=_COUNT, before=before)


SUPPLEMENT = _limit(5, cite(LICENCE_LAW, 32, 1, 4), "当场或者{n}内一次告知补正内容")
DECIDE = _limit(20, cite(LICENCE_LAW, 42, 1), "自受理之日起{n}内")
EXTEND = _limit(10, cite(LICENCE_LAW, 42, 1), "经负责人批准可延长{n}")
DECIDE_JOINT = _limit(45, cite(LICENCE_LAW, 42, 2), "统一、联合或者集中办理不超过{n}")
EXTEND_JOINT = _limit(15, cite(LICENCE_LAW, 42, 2), "经本级政府负责人批准可延长{n}")
INSPECT = _limit(5, cite(LICENCE_LAW, 55, 2), "自受理之日起{n}内指派人员检验、检测、检疫")
DELIVER = _limit(10, cite(LICENCE_LAW, 44), "自作出决定之日起{n}内颁发、送达")
ASK_HEARING = _limit(5, cite(LICENCE_LAW, 47, 1), "被告知之日起{n}内提出")
HOLD_HEARING = _limit(20, cite(LICENCE_LAW, 47, 1), "提出听证申请的，{n}内组织")
TELL_HEARING = _limit(7, cite(LICENCE_LAW, 48, 1, 1), "举行听证的{n}前通知", before=True)
RENEW = Limit(30, Unit.DAY, cite(LICENCE_LAW, 50, 1), "有效期届满{n}前提出", before=True)


class LicenceHearing(StrEnum):
    """Why a hearing is held, if one is."""

    NONE = "不听证"
    PUBLIC = "依职权听证"
    PARTY = "依申请听证"


@dataclass(frozen=True, slots=True)
class LicenceCase:
    """A licence matter; None means not known.

    `complete` says whether the materials are whole. `joint` is 统一、联合、集中办理. `hearing` None: not settled.
    `excluded_workdays` are working days of hearing, inspection or expert review, which do not count (第四十五条).
    `own_limit` is a limit another statute sets for this licence, with its article, and takes the place of the twenty days.
    `matter` is the name of the licence. `granted` None: not decided.
    """

    matter: str = ""
    applied: date | None = None
    complete: bool | None = None
    supplement_told: date | None = None
    accepted: date | None = None
    on_the_spot: bool = False
    joint: bool = False
    extended: bool = False
    inspection: bool = False
    affects_others: bool | None = None
    hearing: LicenceHearing | None = None
    hearing_told: date | None = None
    hearing_asked: date | None = None
    hearing_held: date | None = None
    excluded_workdays: int = 0
    own_limit: Limit | None = None
    decided: date | None = None
    granted: bool | None = None
    delivered: date | None = None
    decision_served: date | None = None
    expires: date | None = None
    renewal_applied: date | None = None


def licence_procedure(
    case: LicenceCase, calendar: WorkCalendar = OFFICIAL_CALENDAR, catalogue: ReviewCatalogue | None = None
) -> tuple[Step, ...]:
    """Return the steps of a licence matter in order; a renewal where `expires` is given begins with its own step."""
    steps = [_renewal(case, calendar)] if case.expires else []
    steps += [
        _posting(),
        _supplement(case, calendar),
        _acceptance(case),
        _examination(case),
        _inspection(case, calendar),
        _others(case),
        *_hearing_steps(case, calendar),
        _legal_review(case, catalogue or ReviewCatalogue()),
        _decision(case, calendar),
        _delivery(case, calendar),
        Step("publication", "公开准予许可的决定", "行政机关", articles=(cite(LICENCE_LAW, 40),), note="公众有权查阅"),
    ]
    served = case.decision_served or case.delivered
    return (*steps, review_step(served, calendar), suit_step(served, None, calendar))


def _renewal(case: LicenceCase, calendar: WorkCalendar) -> Step:
    step = Step(
        "renewal",
        "申请延续",
        "被许可人",
        articles=(cite(LICENCE_LAW, 50, 2),),
        limits=(RENEW,),
        note=join(
            "法律、法规、规章对申请时间另有规定的依其规定；行政机关逾期未决定的视为准予延续",
            f"行政机关应在{case.expires.isoformat()}届满前决定" if case.expires else "",
        ),
    )
    return timed(step, calendar, case.expires, case.renewal_applied)


def _posting() -> Step:
    return Step(
        "posting",
        "公示事项、依据、条件和材料目录",
        "行政机关",
        articles=(cite(LICENCE_LAW, 30), cite(LICENCE_LAW, 31), cite(LICENCE_LAW, 29)),
        note="提供申请书格式文本；不得索要与事项无关的材料；可以数据电文等方式申请",
    )


def _supplement(case: LicenceCase, calendar: WorkCalendar) -> Step:
    need = {True: Need.NOT_APPLICABLE, False: Need.REQUIRED, None: Need.CONDITIONAL}[case.complete]
    step = Step(
        "supplement",
        "一次告知补正",
        "窗口受理人员",
        need,
        limits=(SUPPLEMENT,),
        condition="材料不齐或者形式不合法的",
        note="能当场更正的当场更正；逾期不告知的，收到材料之日即为受理",
    )
    return timed(step, calendar, case.applied, case.supplement_told)


def _acceptance(case: LicenceCase) -> Step:
    return Step(
        "acceptance",
        "受理或者不予受理",
        "窗口受理人员",
        articles=(cite(LICENCE_LAW, 32, 1, 1), cite(LICENCE_LAW, 32, 1, 2), cite(LICENCE_LAW, 32, 1, 5), cite(LICENCE_LAW, 32, 2)),
        note=join(
            f"受理日{case.accepted.isoformat()}" if case.accepted else "",
            "不需许可的即时告知，不属本机关的即时决定并告知去向；出具盖章并注明日期的书面凭证",
        ),
    )


def _examination(case: LicenceCase) -> Step:
    return Step(
        "examination",
        "审查材料，需要时实地核查",
        "审查人员",
        articles=(cite(LICENCE_LAW, 34),),
        note="核实实质内容的，指派两名以上工作人员；能当场决定的当场决定"
        if not case.on_the_spot
        else "齐全、符合法定形式，当场作出书面决定",
    )


def _inspection(case: LicenceCase, calendar: WorkCalendar) -> Step:
    need = Need.REQUIRED if case.inspection else Need.CONDITIONAL
    step = Step(
        "inspection",
        "检验、检测、检疫",
        "两名以上工作人员",
        need,
        (cite(LICENCE_LAW, 45),),
        (INSPECT,),
        condition="第十二条第四项所列事项",
        note="所需时间不计入期限，书面告知申请人",
    )
    return timed(step, calendar, case.accepted)


def _others(case: LicenceCase) -> Step:
    need = {True: Need.REQUIRED, False: Need.NOT_APPLICABLE, None: Need.CONDITIONAL}[case.affects_others]
    return Step(
        "others",
        "告知利害关系人，听取陈述、申辩",
        "审查人员",
        need,
        (cite(LICENCE_LAW, 36),),
        condition="直接关系他人重大利益的",
    )


def _hearing_steps(case: LicenceCase, calendar: WorkCalendar) -> list[Step]:
    by_law, by_party = _hearing_needs(case)
    public = Step(
        "public_hearing",
        "向社会公告并听证",
        "行政机关",
        by_law,
        (cite(LICENCE_LAW, 46),),
        condition="法律法规规章规定应当听证，或者涉及公共利益的重大许可",
    )
    right = Step(
        "hearing_right",
        "告知听证权，等待申请",
        "行政机关告知，申请人、利害关系人提出",
        by_party,
        limits=(ASK_HEARING,),
        condition="直接涉及申请人与他人重大利益关系的",
        note="申请人的五日按工作日计为有利于申请人的算法",
    )
    held = Need.NOT_APPLICABLE if Need.NOT_APPLICABLE == by_law == by_party else Need.CONDITIONAL
    hold = Step(
        "hearing", "组织听证", "行政机关", held, (cite(LICENCE_LAW, 47, 2), cite(LICENCE_LAW, 48)), (HOLD_HEARING,), note="根据听证笔录决定"
    )
    tell = Step("hearing_notice", "通知听证的时间、地点", "行政机关", held, limits=(TELL_HEARING,))
    return [
        public,
        timed(right, calendar, case.hearing_told, case.hearing_asked),
        timed(tell, calendar, case.hearing_held),
        timed(hold, calendar, case.hearing_asked, case.hearing_held),
    ]


def _hearing_needs(case: LicenceCase) -> tuple[Need, Need]:
    """Needs of the hearing by law and of that on request."""
    if case.hearing is None:
        return Need.CONDITIONAL, Need.CONDITIONAL
    by_law = Need.REQUIRED if case.hearing is LicenceHearing.PUBLIC else Need.NOT_APPLICABLE
    return by_law, Need.REQUIRED if case.hearing is LicenceHearing.PARTY else Need.NOT_APPLICABLE


def _legal_review(case: LicenceCase, catalogue: ReviewCatalogue) -> Step:
    rows = catalogue.of(DecisionKind.LICENCE, case.matter)
    lines = [f"本局法制审核目录：{row.name}（{row.source}）" for row in rows]
    materials = dict.fromkeys(m for row in rows for m in row.materials)
    return Step(
        "legal_review",
        "法制审核",
        "法制审核人员",
        Need.REQUIRED if rows else Need.CONDITIONAL,
        condition="属本局重大执法决定法制审核目录的",
        note=join(*lines, "送审材料：" + "、".join(materials) if materials else "") or "行政许可法未规定；按本局目录办理",
    )


def _decision(case: LicenceCase, calendar: WorkCalendar) -> Step:
    base, extension = (DECIDE_JOINT, EXTEND_JOINT) if case.joint else (DECIDE, EXTEND)
    limits: tuple[Limit, ...] = (case.own_limit, base, extension) if case.own_limit else (base, extension)
    more = extension.number if case.extended and not case.own_limit else 0
    working = limits[0].unit is Unit.WORKDAY
    if case.on_the_spot:
        limits, more = (), 0
    step = Step(
        "decision",
        "作出准予或者不予许可的书面决定",
        "行政机关负责人",
        articles=(cite(LICENCE_LAW, 37), cite(LICENCE_LAW, 38), cite(LICENCE_LAW, 39), cite(LICENCE_LAW, 45)),
        limits=limits,
        note=join(
            "当场决定" if case.on_the_spot else "法律、法规对期限另有规定的依其规定",
            "已延长，理由应告知申请人" if case.extended else "",
            f"扣除听证、检验、评审等{case.excluded_workdays}个工作日"
            if case.excluded_workdays
            else "听证、检验、评审等时间不计入，书面告知",
            "不予许可的说明理由并告知救济途径",
        ),
    )
    return timed(step, calendar, case.accepted, case.decided, more + (case.excluded_workdays if working else 0))


def _delivery(case: LicenceCase, calendar: WorkCalendar) -> Step:
    need = {True: Need.REQUIRED, False: Need.NOT_APPLICABLE, None: Need.CONDITIONAL}[case.granted]
    step = Step("delivery", "颁发、送达许可证件", "行政机关", need, (cite(LICENCE_LAW, 39),), (DELIVER,), condition="准予许可的")
    return timed(step, calendar, case.decided, case.delivered)


def acceptance_by_default(case: LicenceCase, calendar: WorkCalendar = OFFICIAL_CALENDAR) -> LicenceCase:
    """Return the case as accepted on the day of application where no 补正 was told in time (第三十二条第一款第四项).

    `supplement_told` after the last day counts as not told. The case is returned unchanged while that cannot be told.
    """
    last = due(SUPPLEMENT, case.applied, calendar).day
    if case.accepted or last is None or case.supplement_told is None or case.supplement_told <= last:
        return case
    return replace(case, accepted=case.applied)
