"""工作日: which days are working days, and counting in them (行政处罚法 第八十五条, 行政强制法 第六十九条, 行政许可法 第八十二条).

The official table is that of the State Council's yearly notices on holidays; a year without a notice is
counted with weekends only, and every answer that touches such a year says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
_SPAN = re.compile(r"^(\d{1,2})-(\d{1,2})(?:~(\d{1,2})-(\d{1,2}))?$")


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """One year's arrangement: days off (weekends included only where the notice names them) and weekend days worked."""

    year: int
    source: str
    holidays: frozenset[date]
    workdays: frozenset[date]


def holiday_year(year: int, source: str, holidays: Iterable[str], workdays: Iterable[str]) -> HolidayYear:
    """Return a year's arrangement from days written `月-日` or spans `月-日~月-日`, as a bureau's own table would give them.

    Raises ValueError for a day that does not exist, a span that runs backwards, a working day that is no
    weekend day, or a day given as both.
    """
    off = frozenset(day for span in holidays for day in _span(year, span))
    on = frozenset(day for span in workdays for day in _span(year, span))
    if off & on:
        raise ValueError(f"{year}年既列为放假又列为上班：{min(off & on)}")
    wrong = [day for day in on if day.weekday() < 5]
    if wrong:
        raise ValueError(f"{year}年调休上班日不是周末：{min(wrong)}")
    return HolidayYear(year, source, off, on)


def _span(year: int, text: str) -> list[date]:
    match = _SPAN.match(text.strip())
    if not match:
        raise ValueError(f"不能识别的日期：{text}")
    first = date(year, int(match[1]), int(match[2]))
    last = date(year, int(match[3]), int(match[4])) if match[3] else first
    if last < first:
        raise ValueError(f"起止颠倒：{text}")
    return [first + _DAY * n for n in range((last - first).days + 1)]


def _official(year: int, holidays: str, workdays: str) -> HolidayYear:
    return holiday_year(year, f"国务院办公厅关于{year}年部分节假日安排的通知", holidays.split(), workdays.split())


#: From the year in which the present 行政处罚法 took effect; 2026 is the last year a notice has been issued for.
OFFICIAL_YEARS = (
    _official(
        2021,
        "01-01~01-03 02-11~02-17 04-03~04-05 05-01~05-05 06-12~06-14 09-19~09-21 10-01~10-07",
        "02-07 02-20 04-25 05-08 09-18 09-26 10-09",
    ),
    _official(
        2022,
        "01-01~01-03 01-31~02-06 04-03~04-05 04-30~05-04 06-03~06-05 09-10~09-12 10-01~10-07 12-31",
        "01-29 01-30 04-02 04-24 05-07 10-08 10-09",
    ),
    _official(
        2023,
        "01-01~01-02 01-21~01-27 04-05 04-29~05-03 06-22~06-24 09-29~10-06 12-30~12-31",
        "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
    ),
    _official(
        2024,
        "01-01 02-10~02-17 04-04~04-06 05-01~05-05 06-10 09-15~09-17 10-01~10-07",
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    _official(2025, "01-01 01-28~02-04 04-04~04-06 05-01~05-05 05-31~06-02 10-01~10-08", "01-26 02-08 04-27 09-28 10-11"),
    _official(
        2026,
        "01-01~01-03 02-15~02-23 04-04~04-06 05-01~05-05 06-19~06-21 09-25~09-27 10-01~10-07",
        "01-04 02-14 02-28 05-09 09-20 10-10",
    ),
)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Working days by a table of years; a later entry for a year replaces an earlier one (a bureau's own table)."""

    years: tuple[HolidayYear, ...] = OFFICIAL_YEARS

    @property
    def covered(self) -> tuple[int, ...]:
        """The years the table has, in order."""
        return tuple(sorted({y.year for y in self.years}))

    def _year(self, year: int) -> HolidayYear | None:
        return next((y for y in reversed(self.years) if y.year == year), None)

    def is_workday(self, day: date) -> bool:
        """True on a working day; in a year the table lacks, on every Monday to Friday."""
        arrangement = self._year(day.year)
        if arrangement and day in arrangement.workdays:
            return True
        if arrangement and day in arrangement.holidays:
            return False
        return day.weekday() < 5

    def add(self, start: date, workdays: int) -> date:
        """Return the `workdays`-th working day after `start` (before it where negative); `start` itself is not counted.

        The day on which a period begins is left out (民事诉讼法 第八十五条).
        """
        step = _DAY if workdays >= 0 else -_DAY
        day, left = start, abs(workdays)
        while left:
            day += step
            if self.is_workday(day):
                left -= 1
        return day

    def roll(self, day: date) -> date:
        """Return `day`, or the first working day after it where it is a day off (民事诉讼法 第八十五条)."""
        while not self.is_workday(day):
            day += _DAY
        return day

    def warnings(self, first: date, last: date) -> tuple[str, ...]:
        """Return a Chinese line for the years between two days that the table lacks; empty where it has them all."""
        low, high = sorted((first.year, last.year))
        missing = [str(y) for y in range(low, high + 1) if self._year(y) is None]
        if not missing:
            return ()
        return (f"节假日表未收录{'、'.join(missing)}年，该年只按周六、周日计算，请以国务院办公厅当年放假安排核对",)


OFFICIAL_CALENDAR = WorkCalendar()
