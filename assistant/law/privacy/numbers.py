"""Numbers that lead to a person: identity papers, telephones, plates, accounts, and mail addresses.

Works on text with digits and letters half-width; offsets are those of the text as given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from assistant.law.privacy.kinds import PersonalKind, Stretch

#: Weights and check characters of GB 11643, the standard of 公民身份号码.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

_NO_WORD_BEFORE = r"(?<![0-9A-Za-z])"
_NO_WORD_AFTER = r"(?![0-9A-Za-z])"
_ID18 = re.compile(rf"{_NO_WORD_BEFORE}([1-8]\d{{5}})[ -]?(\d{{4}})(\d{{2}})(\d{{2}})[ -]?(\d{{3}}[\dXx]){_NO_WORD_AFTER}")
_ID15 = re.compile(rf"{_NO_WORD_BEFORE}([1-8]\d{{5}})(\d{{2}})(\d{{2}})(\d{{2}})\d{{3}}{_NO_WORD_AFTER}")
_PAPER = re.compile(
    r"(?:护照|港澳(?:居民)?(?:来往内地)?通行证|台胞证|台湾居民来往大陆通行证|居留(?:许可|证)|军官证|士兵证)"
    rf"(?:号码?|编号)?[：:\s]{{0,3}}([A-Za-z]{{0,2}}\d{{7,10}}){_NO_WORD_AFTER}"
)
_ABOUT_ID = re.compile(r"身份证|身份号|证件号|公民身份")

_MOBILE = re.compile(rf"(?<![0-9A-Za-z.])(?:\+?86[ -]?)?1[3-9]\d(?:\d{{8}}|[ -]\d{{4}}[ -]\d{{4}}){_NO_WORD_AFTER}(?!\.\d|[元万亿])")
_AREA = re.compile(r"(?<![0-9A-Za-z-])(?:\(0\d{2,3}\)|0\d{2,3}[ -])[2-8]\d{6,7}(?:-\d{1,6})?(?![0-9A-Za-z-])")
_AREA_JOINED = re.compile(r"(?<![0-9A-Za-z-])0\d{2,3}[2-8]\d{6,7}(?![0-9A-Za-z-])")
_LOCAL = re.compile(r"(?:电话|座机|固话|传真|来电)(?:号码)?(?:为|是)?[：:\s]{0,3}([2-8]\d{6,7})(?![0-9A-Za-z元年万])")
_ABOUT_PHONE = re.compile(r"电话|手机|联系方式|传真|座机|固话|致电|拨打|来电")
#: A number so introduced is that of a paper; it may begin like a telephone number.
_OTHER_NUMBER = re.compile(
    r"(?:编号|证号|文号|案号|单号|订单号?|流水号|备案号|许可证|执法证|导游证|营业执照|注册号|信用代码|发票(?:号码?)?|货号|批号|序列号|IMEI)"
    r"(?:号码?)?(?:为|是)?[：:\s（(]{0,3}[A-Za-z\d-]{0,6}$"
)

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(
    rf"[{_PROVINCES}][A-HJ-NP-Z][ ·•・]?(?=[A-Z\d]{{0,5}}\d)(?:[A-HJ-NP-Z\d]{{5,6}}|[A-HJ-NP-Z\d]{{4}}[挂学警港澳])(?![0-9A-Za-z号字-])"
)

_ACCOUNT = re.compile(
    rf"(?:账号|帐号|账户|帐户|卡号|银行卡)(?:号码?)?(?:为|是)?[：:\s]{{0,3}}(\d{{4}}(?:[ -]?\d{{2,4}}){{2,5}}|\d{{12,25}}){_NO_WORD_AFTER}"
)
_CARD = re.compile(rf"{_NO_WORD_BEFORE}62\d{{2}}(?: ?\d{{4}}){{3}}(?: ?\d{{1,3}})?{_NO_WORD_AFTER}")

_NET_NAME = re.compile(
    r"(?:微信号?|QQ号?|抖音号?|快手号?|小红书号|支付宝(?:账号|账户)?|微博(?:账号)?)(?:码|为|是)?[：:]\s?([A-Za-z\d][\w.@-]{4,31})", re.ASCII
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z\d-]{1,63}(?:\.[A-Za-z\d-]{1,63}){0,3}\.[A-Za-z]{2,10}(?![\w-])", re.ASCII)

_BORN_AFTER = re.compile(r"(?<!\d)\d{4}(?:年\d{1,2}月\d{1,2}日|-\d{1,2}-\d{1,2}|\.\d{1,2}\.\d{1,2})(?=(?:出)?生(?!效))")
_BORN_BEFORE = re.compile(
    r"(?:出生(?:日期|年月日|年月)?|生日|生于)[：:\s]{0,3}(\d{4}(?:年\d{1,2}月(?:\d{1,2}日)?|-\d{1,2}-\d{1,2}|\.\d{1,2}\.\d{1,2}))"
)


def number_stretches(text: str) -> Iterator[Stretch]:
    """Yield the numbers of `text` (half-width) that lead to a person; overlaps are left to the caller."""
    yield from id_numbers(text)
    yield from _phones(text)
    for match in _PLATE.finditer(text):
        yield Stretch(PersonalKind.PLATE, match.start(), match.end(), True)
    for match in _ACCOUNT.finditer(text):
        yield Stretch(PersonalKind.ACCOUNT, match.start(1), match.end(1), True)
    for match in _CARD.finditer(text):
        if _luhn(match.group()):
            yield Stretch(PersonalKind.ACCOUNT, match.start(), match.end(), True)
    for match in _EMAIL.finditer(text):
        yield Stretch(PersonalKind.EMAIL, match.start(), match.end(), True)
    for match in _NET_NAME.finditer(text):
        yield Stretch(PersonalKind.NET_NAME, match.start(1), match.end(1), True)
    for match in _BORN_AFTER.finditer(text):
        yield Stretch(PersonalKind.BIRTHDAY, match.start(), match.end())
    for match in _BORN_BEFORE.finditer(text):
        yield Stretch(PersonalKind.BIRTHDAY, match.start(1), match.end(1))


def id_numbers(text: str) -> Iterator[Stretch]:
    """Yield numbers of identity cards and travel papers.

    A wrong check character is let pass (numbers are mistyped); a birthday that no day has is not.
    """
    for match in _ID18.finditer(text):
        if _is_birthday(int(match[2]), int(match[3]), int(match[4])):
            yield Stretch(PersonalKind.ID_NUMBER, match.start(), match.end(), True)
    for match in _ID15.finditer(text):
        if _is_birthday(1900 + int(match[2]), int(match[3]), int(match[4])) and _ABOUT_ID.search(
            text, max(0, match.start() - 16), match.start()
        ):
            yield Stretch(PersonalKind.ID_NUMBER, match.start(), match.end(), True)
    for match in _PAPER.finditer(text):
        yield Stretch(PersonalKind.ID_NUMBER, match.start(1), match.end(1), True)


def id_check_holds(number: str) -> bool:
    """True where the last character of an 18-character identity number is the one GB 11643 asks for."""
    bare = number.upper()
    return len(bare) == 18 and _CHECKS[sum(int(d) * w for d, w in zip(bare, _WEIGHTS, strict=False)) % 11] == bare[-1]


def _is_birthday(year: int, month: int, day: int) -> bool:
    if not 1900 <= year <= 2099:
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _phones(text: str) -> Iterator[Stretch]:
    for match in _MOBILE.finditer(text):
        if not _OTHER_NUMBER.search(text, max(0, match.start() - 24), match.start()):
            yield Stretch(PersonalKind.PHONE, match.start(), match.end(), True)
    for match in _AREA.finditer(text):
        if not _OTHER_NUMBER.search(text, max(0, match.start() - 24), match.start()):
            yield Stretch(PersonalKind.PHONE, match.start(), match.end(), True)
    for match in _AREA_JOINED.finditer(text):
        if _ABOUT_PHONE.search(text, max(0, match.start() - 12), match.start()):
            yield Stretch(PersonalKind.PHONE, match.start(), match.end(), True)
    for match in _LOCAL.finditer(text):
        yield Stretch(PersonalKind.PHONE, match.start(1), match.end(1), True)


def _luhn(number: str) -> bool:
    """True where the check digit of a card number holds (ISO/IEC 7812)."""
    digits = [int(c) for c in number if c.isdigit()][::-1]
    return sum(d if i % 2 == 0 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(digits)) % 10 == 0
