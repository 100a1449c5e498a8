"""决定书: what it must say of payment and of remedies (行政处罚法 第五十九条)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.law.text.around import since
from assistant.law.text.numerals import to_number
from assistant.review.case.ordered import read_ordered
from assistant.review.rules.context import Context
from assistant.review.rules.registry import Hit, rule
from assistant.review.text.model import DocumentKind, Severity

_NUM = r"[一二三四五六七八九十百两\d]{1,12}+"
_PERIOD = re.compile(rf"(?P<n>{_NUM}|半)\s{{0,8}}(?P<unit>个?工作日|日|天|个月|月|年)(?:之?内|以内)?")
_REVIEW = re.compile(r"行政复议|申请复议")
_SUIT = re.compile(r"行政诉讼|提起诉讼|起诉|诉讼")

#: A bank, an account or an electronic way, or any place to which or by which the fine is paid.
_PAID_WHERE = re.compile(
    r"银行|支付系统|支付平台|公共支付|缴款(?:书|码|单|通知)|账户|专户|代收机构|当场收缴|非税|二维码|扫码|信用(?:联)?社|[农工建中交招邮]\w{0,4}行|"
    r"(?:到|至|向|通过|持|凭|登录|经由)[^。；\n]{2,40}(?:行|社|户|平台|系统|窗口|支付|网|办|APP)[^。；\n]{0,12}(?:缴|交)"
)


@rule(
    "remedy_missing",
    DocumentKind.PENALTY,
    "决定书缺少复议、诉讼的途径和期限",
    question="程序",
    articles=("《行政处罚法》第五十九条", "《行政处罚法》第五十二条"),
    suggest="补正：写明六十日内申请行政复议、六个月内提起行政诉讼及其机关",
)
def remedy_missing(context: Context) -> Iterator[Hit]:
    """Both ways are named, each with its period."""
    decision = context.case.decision
    if decision is None:
        return
    body = context.folded[decision.start : decision.end]
    lacking = [name for name, pattern in (("行政复议", _REVIEW), ("行政诉讼", _SUIT)) if not pattern.search(body)]
    if lacking:
        yield Hit(None, None, f"决定书没有载明{'、'.join(lacking)}的途径和期限。")
        return
    without = [name for name, pattern in (("行政复议", _REVIEW), ("行政诉讼", _SUIT)) if not _period(body, pattern)]
    if without:
        match = _REVIEW.search(body)
        at = decision.start + (match.start() if match else 0)
        yield Hit(at, at + 4, f"决定书没有载明{'、'.join(without)}的期限。")


@rule(
    "remedy_wrong_period",
    DocumentKind.PENALTY,
    "复议或者诉讼期限写错",
    question="程序",
    articles=("《行政复议法》第二十条", "《行政诉讼法》第四十六条"),
    suggest="更正为六十日内申请行政复议、六个月内提起行政诉讼",
)
def remedy_wrong_period(context: Context) -> Iterator[Hit]:
    """Sixty days and six months."""
    decision = context.case.decision
    if decision is None:
        return
    body = context.folded[decision.start : decision.end]
    wrong, start, end = [], len(body), 0
    for name, pattern, right in (("行政复议", _REVIEW, (60, "日")), ("行政诉讼", _SUIT, (6, "月"))):
        found = _period(body, pattern)
        if found and not _is(found, right):
            wrong.append(f"{name}期限写作{found['n']}{found['unit']}，应为{'六十日' if right[1] == '日' else '六个月'}")
            start, end = min(start, found.start()), max(end, found.end())
    if wrong:
        yield Hit(decision.start + start, decision.start + end, "；".join(wrong) + "。")


def _period(body: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The period that goes with a remedy: the last before its words in the sentence, else the first after."""
    words = list(pattern.finditer(body))
    for word in words:
        start = since(body, word.start(), "。；\n")
        own = body[start : word.start()]
        other = max((m.end() for m in (_REVIEW if pattern is _SUIT else _SUIT).finditer(own)), default=0)
        before = list(_PERIOD.finditer(body, start + other, word.start()))
        if before:
            return before[-1]
    for word in words:
        stop = min((e for e in (body.find(mark, word.end()) for mark in "。；，\n") if e >= 0), default=len(body))
        after = _PERIOD.search(body, word.end(), stop)
        if after:
            return after
    return None


def _is(found: re.Match[str], right: tuple[int, str]) -> bool:
    number, unit = right
    value = 0.5 if found["n"] == "半" else to_number(found["n"])
    if found["unit"] == "年":
        return unit == "月" and value == 0.5
    if unit == "日":
        return found["unit"] in ("日", "天") and value == number
    return found["unit"] in ("个月", "月") and value == number


@rule(
    "payment_missing",
    DocumentKind.PENALTY,
    "决定书缺少罚款缴纳方式、期限和加处罚款",
    question="程序",
    articles=("《行政处罚法》第五十九条", "《行政处罚法》第六十七条", "《行政处罚法》第七十二条"),
    severity=Severity.NORMAL,
    suggest="补充：自收到决定书之日起十五日内缴款的银行或者电子支付方式，到期不缴纳的加处罚款",
)
def payment_missing(context: Context) -> Iterator[Hit]:
    """A decision that fines says where, by when, and what follows on delay."""
    decision = context.case.decision
    if decision is None or not read_ordered(context.folded, decision).fines:
        return
    body = context.folded[decision.start : decision.end]
    lacking = []
    if not _PAID_WHERE.search(body):
        lacking.append("缴款方式")
    pay = re.search(r"缴纳|缴至|缴到|缴入|交至|缴款|交纳|缴清", body)
    if not pay or not re.search(
        rf"(?:{_NUM}|十五)\s*(?:日|天)[^。；]{{0,60}}(?:缴|交)|(?:缴|交)[^。；]{{0,40}}{_NUM}\s*(?:日|天)|当场收缴|期限至", body
    ):
        lacking.append("缴款期限")
    if not re.search(r"加处|百分之三|3%|3％", body):
        lacking.append("逾期加处罚款")
    if lacking:
        yield Hit(
            None,
            None,
            f"决定书没有载明{'、'.join(lacking)}。",
            Severity.NORMAL if len(lacking) > 1 or "逾期加处罚款" not in lacking else None,
        )
