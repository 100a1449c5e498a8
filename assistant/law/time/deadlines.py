"""期限: a time limit a provision sets, its wording, and the day it ends.

Whether 日 means working days is not a matter of taste: each `Limit` counted in working days names the article that
says so. The day a period begins is not counted (民事诉讼法 第八十五条).
"""

from __future__ import annotations

import calendar as month_table
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from assistant.law.statute.model import article_label
from assistant.law.text.numerals import to_chinese
from assistant.law.time.calendar import WorkCalendar


class Unit(StrEnum):
    """What a limit is counted in."""

    WORKDAY = "个工作日"
    DAY = "日"
    MONTH = "个月"
    YEAR = "年"
    HOUR = "小时"

    @property
    def statute_word(self) -> str:
        """The word that stands after the number in the statute: 日 for working days too."""
        return "日" if self is Unit.WORKDAY else self.value


@dataclass(frozen=True, slots=True)
class Limit:
    """A period: `number` of `unit`, the article that sets it, and how it is said (`{n}` stands for the period).

    `counted_by` is the article that makes its days working days. `before` counts back from the day given.
    `rolls` moves a last day that is a day off to the next working day (民事诉讼法 第八十五条); it is set for the periods
    of the party and left unset for those of the authority, which is the careful reading for each.
    """

    number: int
    unit: Unit
    article: str
    wording: str
    counted_by: str = ""
    before: bool = False
    rolls: bool = False

    @property
    def text(self) -> str:
        """The limit as shown, such as 自立案之日起90日内."""
        return self.wording.replace("{n}", f"{self.number}{self.unit}")

    @property
    def statute_words(self) -> tuple[str, ...]:
        """The period as the cited article may write it (九十日 or 90日), for checking."""
        return tuple(f"{n}{self.unit.statute_word}" for n in (to_chinese(self.number), str(self.number)))


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a period, None where it cannot be told (no start, or counted in hours), and what to beware of."""

    day: date | None = None
    warnings: tuple[str, ...] = ()


def due(limit: Limit, start: date | None, calendar: WorkCalendar, more: int = 0) -> Due:
    """Return the last day of `limit` counted from `start`, lengthened by `more` units.

    With `before`, the latest day on which the thing may still be done.
    """
    if start is None or limit.unit is Unit.HOUR:
        return Due()
    number = (limit.number + more) * (-1 if limit.before else 1)
    if limit.unit is Unit.WORKDAY:
        day = calendar.add(start, number)
        return Due(day, calendar.warnings(start, day))
    day = shift(start, number, limit.unit)
    if not limit.rolls:
        return Due(day)
    return Due(calendar.roll(day), calendar.warnings(day, day))


def shift(start: date, number: int, unit: Unit) -> date:
    """Return the day `number` calendar days, months or years after `start` (before it where negative).

    Months and years end on the same day of the month, or on its last where the month is shorter (民法典 第二百零二条).
    """
    if unit is Unit.DAY:
        return start + timedelta(days=number)
    months = number * (12 if unit is Unit.YEAR else 1)
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, month_table.monthrange(year, month + 1)[1]))


def cite(title: str, number: int, paragraph: int = 0, item: int = 0) -> str:
    """Return an address 《…》第…条 with 第…款 and 第…项 where given."""
    address = f"《{title}》{article_label(number)}"
    if paragraph:
        address += f"第{to_chinese(paragraph)}款"
    return address + (f"第{to_chinese(item)}项" if item else "")
