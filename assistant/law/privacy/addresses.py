"""Addresses as documents write them: 省市县, 乡镇, 路 and 号, 幢 and 室."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.law.privacy.kinds import PersonalKind, Stretch

_WORD = r"[\u4e00-\u9fff]"
_DIGITS = r"(?:\d{1,5}(?:[-—－]\d{1,5}){0,3}|[一二三四五六七八九十百零〇]{1,6})"
_REGION = rf"(?:{_WORD}{{2,6}}?(?:省|自治区|特别行政区))?(?:{_WORD}{{2,8}}?(?:市|自治州|盟|地区))?(?:{_WORD}{{1,7}}?(?:县|区|市|旗))?"
_TOWN = rf"(?:{_WORD}{{2,6}}?(?:镇|乡|街道|社区|开发区|工业园区?))?"
_ROAD = rf"(?:{_WORD}{{1,8}}?(?:路|街|大道|巷|弄|里|胡同|大街|村|新村|小区|花园|公寓|广场|大厦|苑|城))"
_DOOR = rf"(?:{_DIGITS}(?:号楼|号|幢|栋|座|组|单元|楼|层|室|弄|支弄)|[A-Za-z]\d{{0,4}}(?:号楼|座|幢|栋|室)|[东西南北]?(?:首|侧)?(?=\d))"
_INNER = rf"(?:{_WORD}{{1,8}}?(?:大厦|广场|小区|花园|公寓|苑|中心|商城|市场|村|弄|里)|{_DOOR})"
_FREE = re.compile(rf"(?P<region>{_REGION}){_TOWN}{_ROAD}{{1,2}}{_DOOR}(?:{_INNER}){{0,5}}(?:\d{{2,4}}(?=[，。；、）\s]|$))?")
_LABELLED = re.compile(
    r"(?:住址|住所地?|地址|住处|户籍地|户籍所在地|家庭住址|现住址|经常居住地|联系地址|通讯地址|送达地址|收货地址|经营地址|经营场所|注册地址)(?:为|是|位于)?[：:\s]{1,3}"
    rf"(?P<body>(?:{_WORD}|[\dA-Za-z\-—－（）()#]){{4,60}})"
)
_LIVES = re.compile(rf"(?:家住|现住|租住在?|居住在|住(?:在|于))(?P<body>{_REGION}(?:{_WORD}|\d){{2,40}}(?:号|室|幢|栋|组|村|小区|单元))")
_PLACE = re.compile(r"省|市|县|区|镇|乡|村|路|街|道|巷|弄|号|幢|室|大厦|小区|广场")
#: Words the lazy beginning of an address may have swallowed.
_LEAD = re.compile(
    rf"^{_WORD}*?(?:家住|现住|租住在?|居住在|住在|住于|位于|坐落于|坐落在|设在|开设在|前往|到达|送至|寄往|来到|赶到|在|到|对|向|至|往|从|经查)(?={_WORD}{{2}})"
)
_COUNTY = re.compile(
    rf"^(?:{_WORD}{{2,6}}?(?:省|自治区))?(?:{_WORD}{{2,6}}?(?:市|自治州|盟))?(?:{_WORD}{{1,5}}?(?:县|区|市|旗)(?![\u4e00-\u9fff]{{0,4}}局))?"
)


def address_stretches(text: str) -> Iterator[Stretch]:
    """Yield the addresses of `text` (half-width) down to a house number; overlaps are left to the caller.

    A road without a number, and a document number that ends in 号, are none.
    """
    for match in _LABELLED.finditer(text):
        if _PLACE.search(match["body"]):
            yield Stretch(PersonalKind.ADDRESS, match.start("body"), match.end("body"))
    for match in _LIVES.finditer(text):
        yield Stretch(PersonalKind.ADDRESS, match.start("body"), match.end("body"))
    for match in _FREE.finditer(text):
        start = match.start() + _lead(match.group())
        yield Stretch(PersonalKind.ADDRESS, start, match.end())


def _lead(found: str) -> int:
    lead = _LEAD.match(found)
    return lead.end() if lead else 0


def kept_region(address: str) -> str:
    """The province, city and county an address opens with; empty where it names none."""
    match = _COUNTY.match(address)
    return match.group() if match else ""
