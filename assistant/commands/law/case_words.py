"""The words in which the command line takes a case: 日期 and 情况 by their names, penalties with their amounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import typer

from assistant.commands.console import read_day
from assistant.law.penalty.kinds import PenaltyKind
from assistant.law.procedure.procedure import Harm as HarmDone
from assistant.law.procedure.procedure import IntendedPenalty, LicenceHearing, MentalState, Mitigation
from assistant.law.procedure.review_catalogue import penalty_kind
from assistant.law.text.numerals import to_number

#: Name of a day → field, for each procedure.
PENALTY_DAYS = {
    "行为终了": "conduct_ended",
    "发现": "discovered",
    "立案": "filed",
    "登记保存": "registered",
    "告知": "notice_served",
    "要求听证": "hearing_asked",
    "听证": "hearing",
    "决定": "decided",
    "送达": "served",
    "延期至": "deferred_until",
    "复议决定送达": "review_decision_served",
    "催告": "urged",
    "新法施行": "law_changed",
}
LICENCE_DAYS = {
    "申请": "applied",
    "告知补正": "supplement_told",
    "受理": "accepted",
    "告知听证": "hearing_told",
    "申请听证": "hearing_asked",
    "听证": "hearing_held",
    "决定": "decided",
    "颁发": "delivered",
    "送达": "decision_served",
    "有效期届满": "expires",
    "申请延续": "renewal_applied",
}
COERCION_DAYS = {
    "实施": "imposed",
    "交付决定书": "paper_served",
    "解除": "lifted",
    "决定送达": "decision_served",
    "复议决定送达": "review_decision_served",
    "延期至": "deferred_until",
    "加处起算": "late_since",
    "催告": "urged",
    "代履行": "substitution",
}
#: Name of a circumstance → (field, value), for each procedure.
PENALTY_FACTS: dict[str, tuple[str, Any]] = {
    "初次违法": ("first_offence", True),
    "再次违法": ("first_offence", False),
    "已改正": ("corrected", True),
    "未改正": ("corrected", False),
    "违法轻微": ("minor_act", True),
    "没有危害后果": ("harm", HarmDone.NONE),
    "危害后果轻微": ("harm", HarmDone.SLIGHT),
    "危害后果较重": ("harm", HarmDone.GRAVE),
    "没有主观过错": ("no_fault", True),
    "连续或者继续": ("continuing", True),
    "尚未终了": ("ongoing", True),
    "危及生命健康或者金融安全": ("endangers_life", True),
    "不能辨认或者控制": ("mental", MentalState.INCAPABLE),
    "辨认控制能力减弱": ("mental", MentalState.DIMINISHED),
    "事实确凿": ("facts_clear", True),
    "事实不清": ("facts_clear", False),
    "涉嫌犯罪": ("suspected_crime", True),
    "疑难复杂": ("complex", True),
    "重大违法": ("grave", True),
    "重大公共利益": ("public_interest", True),
    "法定应当审核": ("review_by_statute", True),
    "要求听证": ("hearing_requested", True),
    "不要求听证": ("hearing_requested", False),
    "管辖有争议": ("disputed_jurisdiction", True),
    "证据可能灭失": ("evidence_at_risk", True),
    "有社会影响": ("widely_known", True),
    "经济困难": ("hardship", True),
    "新法较轻": ("new_law_lighter", True),
    "新法不轻": ("new_law_lighter", False),
}
LICENCE_FACTS: dict[str, tuple[str, Any]] = {
    "材料齐全": ("complete", True),
    "材料不齐": ("complete", False),
    "当场决定": ("on_the_spot", True),
    "联合办理": ("joint", True),
    "延长期限": ("extended", True),
    "检验检测": ("inspection", True),
    "涉及他人重大利益": ("affects_others", True),
    "不涉及他人": ("affects_others", False),
    "依职权听证": ("hearing", LicenceHearing.PUBLIC),
    "依申请听证": ("hearing", LicenceHearing.PARTY),
    "不听证": ("hearing", LicenceHearing.NONE),
    "准予": ("granted", True),
    "不予": ("granted", False),
}
COERCION_FACTS: dict[str, tuple[str, Any]] = {
    "情况紧急": ("urgent", True),
    "延长期限": ("extended", True),
    "执行决定": ("decision", True),
    "非金钱义务": ("money", False),
    "有强制执行权": ("own_power", True),
    "可以代履行": ("substitute", True),
}
MITIGATIONS = {
    "主动消除后果": Mitigation.REMEDIED,
    "受胁迫或者诱骗": Mitigation.COERCED,
    "主动供述": Mitigation.CONFESSED,
    "立功": Mitigation.MERIT,
    "其他从轻情形": Mitigation.OTHER,
}


def named_days(words: Iterable[str], names: Mapping[str, str]) -> dict[str, date]:
    """Return field → day of the arguments 名称=日期; a usage error for a name that is none of `names`."""
    out = {}
    for word in words:
        name, sign, day = word.partition("=")
        if not sign or name.strip() not in names:
            raise typer.BadParameter(f"“{word}”应写作 名称=日期，名称可用：{'、'.join(names)}")
        out[names[name.strip()]] = read_day(day)
    return out


def named_facts(words: Iterable[str], names: Mapping[str, tuple[str, Any]], also: Iterable[str] = ()) -> dict[str, Any]:
    """Return field → value of the circumstances named; a usage error for a word that is none of `names`.

    Words of `also` are known and left to the caller.
    """
    known = list(also)
    out = {}
    for word in words:
        if word in names:
            field, value = names[word]
            out[field] = value
        elif word not in known:
            raise typer.BadParameter(f"没有“{word}”这种情况，可用：{'、'.join([*names, *known])}")
    return out


def intended(words: Iterable[str], fine: float | None) -> tuple[IntendedPenalty, ...]:
    """Return the penalties of the arguments 种类 or 种类=数额 (元), and a fine given apart."""
    out = []
    for word in words:
        name, sign, amount = word.partition("=")
        value = to_number(amount.strip().removesuffix("元")) if sign else None
        if sign and value is None:
            raise typer.BadParameter(f"“{word}”的数额读不出来，请写作 {name}=50000")
        try:
            out.append(IntendedPenalty(penalty_kind(name.strip()), value))
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
    if fine is not None:
        out.append(IntendedPenalty(PenaltyKind.FINE, fine))
    return tuple(out)
