"""A small crowd at a real server of its own: everything acknowledged is counted, and counted right."""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.answer.service import Assistant
from assistant.config import load_settings
from assistant.desk.people.accounts import Role
from assistant.errors import RefusedInput
from assistant.lab.load_test import SIGN_IN, Person, Tally, _Visitor, measure_crowd, outcome
from assistant.store.engine import open_engine


def test_a_crowd_leaves_what_it_was_told_is_kept_and_the_home_as_it_was(assistant: Assistant) -> None:
    before = _rows(assistant)
    with ThreadPoolExecutor(1) as apart:  # the browser of other tests keeps a loop of its own running on this thread
        report = apart.submit(measure_crowd, assistant.settings, 10, 8, lambda _: None).result()
    assert report["failed"] == 0 and report["errors"] == []
    assert set(report["actions"]) >= {SIGN_IN, "提问到完整答复", "合计（不含登录）"}
    acted = sum(row["n"] for name, row in report["actions"].items() if name not in {SIGN_IN, "合计（不含登录）"})
    assert report["actions"]["合计（不含登录）"]["n"] == acted >= 10
    assert report["kept"]["提问"]["acknowledged"] == report["actions"]["提问到完整答复"]["n"]
    assert all(row["lost"] == row["doubled"] == 0 for row in report["kept"].values())
    assert _rows(assistant) == before


def test_what_fails_is_counted_and_has_no_time() -> None:
    tally = Tally()

    async def knock() -> None:
        visitor = _Visitor("http://127.0.0.1:9", Person("a", "b", Role.STAFF), tally, 0)
        await visitor.attempt("登录", visitor.sign_in)
        await visitor.client.aclose()

    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, knock()).result()
    assert len(tally.errors) == 1 and "登录" in tally.errors[0] and tally.times == {}


def test_lost_and_doubled_are_told_apart() -> None:
    assert outcome(["a", "b", "c"], Counter({"a": 1, "b": 2})) == {"acknowledged": 3, "lost": 1, "doubled": 1}


def test_a_home_without_a_library_is_refused(tmp_path: object) -> None:
    with pytest.raises(RefusedInput, match="assistant setup"):
        measure_crowd(load_settings(tmp_path), 1, 1, lambda _: None)  # type: ignore[arg-type]


def _rows(assistant: Assistant) -> list[int]:
    engine = open_engine(assistant.settings.library_url)
    with engine.connect() as connection:
        out = [connection.exec_driver_sql(f"select count(*) from {table}").scalar() or 0 for table in ("account", "matter", "message")]
    engine.dispose()
    return out
