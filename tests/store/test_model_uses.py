"""Use of the language model as it is kept: totals by purpose, since a day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from assistant.store.engine import writing
from assistant.store.model_uses import UseTotal, add_use, totals


def use(purpose: str, day: int, **changes: Any) -> dict[str, Any]:
    values = {
        "purpose": purpose,
        "at": datetime(2026, 1, day),
        "prompt_version": 1,
        "model": "虚构模型",
        "prompt_tokens": 100,
        "reply_tokens": 20,
        "counted": True,
        "seconds": 1.5,
        "first_seconds": None,
        "outcome": "完成",
    }
    return values | changes


def test_totals_by_purpose_since_a_day(engine: Engine) -> None:
    with writing(engine) as connection:
        for row in (use("撰写答复", 1), use("撰写答复", 3, prompt_tokens=50), use("改写一句", 3)):
            add_use(connection, row)
    with engine.connect() as connection:
        assert totals(connection) == [UseTotal("撰写答复", 2, 150, 40, 3.0), UseTotal("改写一句", 1, 100, 20, 1.5)] or totals(
            connection
        ) == [
            UseTotal("改写一句", 1, 100, 20, 1.5),
            UseTotal("撰写答复", 2, 150, 40, 3.0),
        ]
        assert [t.calls for t in totals(connection, datetime(2026, 1, 2))] == [1, 1]
