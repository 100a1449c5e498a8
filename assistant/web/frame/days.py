"""The day a form names, as people write it."""

from __future__ import annotations

import re
from datetime import date

from assistant.errors import RefusedInput
from assistant.law.text.dates import find_dates
from assistant.law.text.numerals import fold_width

_LONGEST = 40


def read_day(text: str | None) -> date | None:
    """Return the day of a date field (2021-06-01, 2021/6/1, 2021年6月1日), None where it is empty; else raises RefusedInput."""
    written = (text or "").strip()
    if not written:
        return None
    days = find_dates(re.sub(r"(?<=\d)[./](?=\d)", "-", fold_width(written))) if len(written) <= _LONGEST else []
    if len(days) != 1:
        raise RefusedInput("适用日期", f"“{written[:_LONGEST]}”不是日期，请写成 2021-06-01 的样子，或留空按今天回答")
    return days[0]
