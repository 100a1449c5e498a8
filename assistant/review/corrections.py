"""Facts of a case set right by the reviewer, before the rules run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from assistant.errors import RefusedInput
from assistant.review.facts_case import CaseFacts, Event

#: Fact name → new value; days as 2025-06-01, an empty value takes the fact away.
Corrections = Mapping[str, str]

_DAYS = {
    "立案日期": "filed",
    "发现日期": "discovered",
    "违法行为日期": "conduct",
    "告知日期": "notice",
    "听证日期": "heard",
    "决定日期": "decided",
    "送达日期": "served",
}


def corrected(facts: CaseFacts, corrections: Corrections) -> CaseFacts:
    """Return the facts with the corrections; raises RefusedInput for a fact that cannot be set or a value that is no day."""
    for name, value in corrections.items():
        field = _DAYS.get(name)
        if field is None:
            raise RefusedInput(name, f"不能更正这项事实（可更正 {'、'.join(_DAYS)}）")
        try:
            day = date.fromisoformat(value) if value else None
        except ValueError as error:
            raise RefusedInput(name, f"“{value}”不是日期，请写作 2025-06-01") from error
        old: Event | None = getattr(facts, field)
        event = Event(day, old.start if old else 0, old.end if old else 0) if day else None
        change: dict[str, Any] = {field: event}
        facts = replace(facts, **change)
    return facts
