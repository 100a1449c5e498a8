"""The kinds of personal data looked for in a text, and a stretch of text of one kind."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum


class PersonalKind(StrEnum):
    """What a stretch of text tells of a person (个人信息保护法 第四条); the value is shown to the user."""

    NAME = "姓名"
    ID_NUMBER = "证件号码"
    BIRTHDAY = "出生日期"
    PHONE = "电话号码"
    ADDRESS = "地址"
    PLATE = "车牌号"
    ACCOUNT = "银行账号"
    NET_NAME = "网络账号"
    EMAIL = "电子邮箱"
    COMPANY = "单位名称"
    OTHER = "其他"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Offsets of one piece of personal data; `certain` where its form leaves no doubt."""

    kind: PersonalKind
    start: int
    end: int
    certain: bool = False


def every_place(text: str, names: Collection[str], kind: PersonalKind) -> Iterator[Stretch]:
    """Yield each place at which one of `names` stands in `text`; the text is walked once, however many names there are."""
    lengths: dict[str, set[int]] = {}
    for name in names:
        lengths.setdefault(name[:2], set()).add(len(name))
    for at in range(len(text) - 1):
        for length in lengths.get(text[at : at + 2], ()):
            if text[at : at + length] in names:
                yield Stretch(kind, at, at + length)
