"""Dates as statutes and documents write them."""

from __future__ import annotations

import re
from datetime import date

from assistant.law.text.numerals import fold_width, to_int

_CN = "零〇○一二三四五六七八九十"
DATE_PATTERN = re.compile(
    rf"(?P<y>\d{{4}}|[{_CN}]{{4}})\s*年\s*(?P<m>\d{{1,2}}|[{_CN}]{{1,3}})\s*月\s*(?P<d>\d{{1,2}}|[{_CN}]{{1,3}})\s*日"
)
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")


def make_date(year: str, month: str, day: str) -> date | None:
    """Return the date the three numerals name, or None where there is no such day."""
    parts = [to_int(x) for x in (year, month, day)]
    if any(p is None for p in parts):
        return None
    try:
        return date(parts[0] or 0, parts[1] or 0, parts[2] or 0)
    except ValueError:
        return None


def find_dates(text: str) -> list[date]:
    """Return every day named in `text` (2021年7月15日, 二〇二一年…, 2021-07-15), in order of place."""
    folded = fold_width(text)
    found = [(m.start(), make_date(m["y"], m["m"], m["d"])) for m in DATE_PATTERN.finditer(folded)]
    found += [(m.start(), make_date(*m.groups())) for m in _ISO.finditer(folded)]
    return [day for _, day in sorted(found, key=lambda f: f[0]) if day]


_MONTH = re.compile(rf"(?<!\d)(\d{{4}}|[{_CN}]{{4}})\s*年\s*(\d{{1,2}}|[{_CN}]{{1,3}})\s*月(?!\s*[\d{_CN}]{{1,3}}\s*日)")


def days_named(text: str) -> list[date]:
    """Return every day `text` names, and the first of every month it names without a day, in order of time."""
    months = [make_date(m.group(1), m.group(2), "1") for m in _MONTH.finditer(fold_width(text))]
    return sorted({*find_dates(text), *(m for m in months if m)})


def chinese_date(day: date) -> str:
    """Return a date as documents write it: 2021年7月15日."""
    return f"{day.year}年{day.month}月{day.day}日"
