"""Numbers and accounts as people tell them: read digit by digit, however they are spelled, grouped or introduced.

Wider than `personal_numbers`, whose finds are shown or published: here everything long enough to lead to a person is
taken unless it is a sum, a day or a quantity. For texts that leave the house, where too much hidden costs nothing.
Works on half-width text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.law.privacy.kinds import PersonalKind, Stretch

_SPELLED = {
    c: str(n)
    for n, row in enumerate(("〇零○Ｏ", "一壹幺么", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for c in row
}
_DIGITS = str.maketrans(_SPELLED)
_CHINESE = "".join(_SPELLED)
#: Groups of digits with at most two signs between two of them.
_RUN = re.compile(rf"(?<![A-Za-z\d{_CHINESE}])[\d{_CHINESE}]+(?:[ \u3000·・._()（）—–\-]{{1,2}}[\d{_CHINESE}]+)*[Xx]?")
_GROUP = re.compile(rf"[\d{_CHINESE}]+[Xx]?")
_SHORTEST, _LONGEST = 7, 30
_QUANTITY = re.compile(r" ?(?:[元万亿千百十块圆人名家件平米㎡%％度天条款项个张次公吨本部册册余多份倍秒]|小时|分钟|[年月日](?!生))")
_DAY = re.compile(r"(?:19|20)\d\d[-.·年 ]?(?:0?[1-9]|1[0-2])[-.·月 ]?(?:[0-2]?\d|3[01])(?:[ ]+\d{1,2}(?:[.: -]\d{2}){0,2})?")
#: A number with a birthday in it, which is not a day between two numbers.
_IDENTITY = re.compile(r"[1-8]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx]")
_OF_LAW = re.compile(r"(?:[〔\[(（【]|令|公告|字)第?$")

_BEFORE = 12
_ROLES = (
    (PersonalKind.ID_NUMBER, re.compile(r"证|护照|身份")),
    (PersonalKind.NET_NAME, re.compile(r"微信|QQ|扣扣|抖音|快手|小红书", re.IGNORECASE)),
    (PersonalKind.ACCOUNT, re.compile(r"[账帐卡户]|转到|转给|打到|汇到|付到|付至")),
    (PersonalKind.PHONE, re.compile(r"电话|手机|座机|号码|联系|致电|拨|打|传真")),
)

_NET = re.compile(
    r"(?:微信|薇信|威信|(?<![A-Za-z])(?:VX|WX|QQ)|扣扣|企鹅|抖音|快手|小红书|微博|支付宝|旺旺|钉钉|陌陌|飞信|电报|Telegram|WhatsApp)"
    r"(?:账号|帐号|账户|号码|号|名|ID)?(?:为|是|就是|叫|加|搜)?[：:\s]{0,3}(?P<name>[A-Za-z\d_][A-Za-z\d_.@\-]{4,31})",
    re.IGNORECASE,
)
_NICK = re.compile(
    r"(?:网名|昵称|微信名|直播名|账号名|艺名|绰号|外号|花名)(?:为|是|叫做|叫)?[：:\s]{0,2}[“\"「『](?P<name>[^”\"」』\n]{1,20})[”\"」』]"
)
#: GB 32100; the first of a sole trader's are 92, but no trader's leads to nobody.
_CREDIT = re.compile(r"(?<![A-Za-z\d])[1-9A-HJ-NPQRTUWXY][1-9](?:[ -]?\d){6}(?:[ -]?[\dA-HJ-NPQRTUWXY]){10}(?![A-Za-z\d])")
#: Papers and passes, whatever they are called: letters and a long number.
_LETTERED = re.compile(r"(?<![A-Za-z\d])(?P<name>[A-Za-z]{1,3}-?\d(?:-?\d){5,15})(?![A-Za-z\d])")


@dataclass(frozen=True, slots=True)
class _Read:
    """Digits that were read: the number, and where it stands."""

    digits: str
    start: int
    end: int


def told_numbers(text: str) -> Iterator[Stretch]:
    """Yield every stretch of `text` (half-width) that reads as a number or account of somebody; overlaps are left to the caller."""
    for match in _CREDIT.finditer(text):
        yield Stretch(PersonalKind.OTHER, match.start(), match.end(), True)
    for pattern, kind in ((_NET, PersonalKind.NET_NAME), (_NICK, PersonalKind.NET_NAME), (_LETTERED, PersonalKind.ID_NUMBER)):
        for match in pattern.finditer(text):
            yield Stretch(kind, match.start("name"), match.end("name"), True)
    for match in _RUN.finditer(text):
        for read in _numbers(text, match.start(), match.end()):
            yield Stretch(_kind(text, read), read.start, read.end, True)


def _numbers(text: str, start: int, end: int) -> Iterator[_Read]:
    """The run as one number; without the days, sums and quantities that stand in it."""
    whole = "".join(m.group() for m in _GROUP.finditer(text, start, end)).translate(_DIGITS)
    for piece_start, piece_end in [(start, end)] if _IDENTITY.fullmatch(whole) else _without_days(text, start, end):
        groups = [(m.start(), m.end()) for m in _GROUP.finditer(text, piece_start, piece_end)]
        if groups and _QUANTITY.match(text, groups[-1][1]):
            last = groups.pop()  # 138… 5000元: the last group alone is the sum
            if groups and text[groups[-1][1] : last[0]] == ".":
                groups.pop()
        if not groups:
            continue
        read = _Read("".join(text[a:b] for a, b in groups).translate(_DIGITS), groups[0][0], groups[-1][1])
        if len(read.digits) >= _SHORTEST and not _is_number_of_law(text, read):
            yield read


def _without_days(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for day in _DAY.finditer(text, start, end):
        whole = (day.start() == start or not text[day.start() - 1].isdigit()) and (day.end() == end or not text[day.end()].isdigit())
        if whole:
            yield at, day.start()
            at = day.end()
    yield at, end


def _is_number_of_law(text: str, read: _Read) -> bool:
    return bool(_OF_LAW.search(text, max(0, read.start - 4), read.start)) and len(read.digits) <= 8


def _kind(text: str, read: _Read) -> PersonalKind:
    bare = read.digits
    if len(bare) in (11, 13) and bare[-11] == "1" and bare[-10] in "3456789":
        return PersonalKind.PHONE
    if bare[0] == "0" and 10 <= len(bare) <= 16:
        return PersonalKind.PHONE
    before = text[max(0, read.start - _BEFORE) : read.start]
    nearest = max(((max((m.end() for m in p.finditer(before)), default=-1), -i, kind) for i, (kind, p) in enumerate(_ROLES)), default=None)
    if nearest and nearest[0] >= 0:
        return nearest[2]
    return PersonalKind.ID_NUMBER if len(bare) == 18 else PersonalKind.ACCOUNT if 15 <= len(bare) <= _LONGEST else PersonalKind.OTHER
