"""What the workers' queue and kept results promise, without a process."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.chat.drafts import CheckedDraft, Drafts, NoDraft
from assistant.desk.work import Busy, Job, Work
from assistant.desk.work.queue import Queue
from assistant.desk.work.results import Results
from assistant.desk.work.tasks import CheckDraft
from assistant.store.engine import writing
from assistant.store.library.statutes import bump_revision


def job(owner: str) -> Job[None]:
    return Job(owner, CheckDraft(date(2024, 1, 1), "虚构"), lambda _: None, lambda: None)


def test_the_queue_is_bounded_for_all_and_for_one() -> None:
    queue = Queue(2, waiting=5, of_one=2)
    for owner in ("甲", "甲", "乙", "丙", "丁"):
        queue.put(job(owner))
    for owner, why in (("甲", "您已有 2 件"), ("戊", "已有 5 件")):
        with pytest.raises(Busy, match=why):
            queue.put(job(owner))
    assert all(j.owner for j in queue.close())
    with pytest.raises(Busy, match="正在停止"):
        queue.put(job("甲"), patient=True)
    assert queue.take() is None


def test_one_owner_leaves_a_worker_to_the_others() -> None:
    queue = Queue(2)
    for owner in ("甲", "甲", "乙"):
        queue.put(job(owner))
    first, second = queue.take(), queue.take()
    assert first and second and [first.owner, second.owner] == ["甲", "乙"]
    queue.done(first)
    third = queue.take()
    assert third and third.owner == "甲"


def test_kept_results_are_bounded() -> None:
    kept = Results(most_bytes=10, largest=6)
    for name in "abc":
        kept.keep(name, b"12345")
    kept.keep("large", b"1234567")
    assert kept.get("a") is None and kept.get("large") is None and kept.get("b") == kept.get("c") == b"12345"
    kept.keep("b", b"1")
    kept.keep("d", b"1234")
    assert kept.get("c") == b"12345" and kept.get("b") == b"1"


def test_a_result_is_not_kept_beyond_a_change_of_the_library(engine: Engine, settings: Settings, work: Work) -> None:
    task = CheckDraft(date(2024, 1, 1), "依据《虚构茶馆管理办法》第二条处理。")
    assert work.run("甲", task) == work.run("乙", task) and work.given == 1
    with writing(engine) as connection:
        bump_revision(connection)
    work.run("甲", task)
    assert work.given == 2
    object.__setattr__(settings, "bureau_name", "别的局")
    work.run("甲", task)
    assert work.given == 3


def test_one_persons_drafts_make_room_for_their_own_and_large_ones_for_all() -> None:
    kept = Drafts(kept=10, of_one=2, most_bytes=1000)
    small = CheckedDraft("小", "x", date(2024, 1, 1), ())
    other = kept.keep("乙", small)
    numbers = [kept.keep("甲", small) for _ in range(3)]
    assert kept.get("乙", other) is small and kept.get("甲", numbers[2]) is small
    with pytest.raises(NoDraft):
        kept.get("甲", numbers[0])
    kept.keep("丙", CheckedDraft("大", "x", date(2024, 1, 1), (), b"x" * 990))
    with pytest.raises(NoDraft):
        kept.get("乙", other)
