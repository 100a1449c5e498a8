"""Whose turn it is: nobody fills the queue, and nobody holds every worker while another waits."""

from __future__ import annotations

from collections import Counter
from threading import Condition
from typing import Any, Final

from assistant.desk.work.job import Job
from assistant.errors import AssistantError

#: Jobs that wait, of all and of one owner.
MOST_WAITING: Final = 24
MOST_OF_ONE: Final = 4


class Busy(AssistantError):
    """More is waiting than will be done soon; nothing was taken in."""


class Queue:
    """Jobs that wait for a worker. Who has the fewest at work is next, then who was served longest ago."""

    def __init__(self, workers: int, waiting: int = MOST_WAITING, of_one: int = MOST_OF_ONE) -> None:
        self._most, self._of_one = waiting, of_one
        #: One owner leaves a worker to the others, where there are two.
        self._at_once = max(1, workers - 1)
        self._changed = Condition()
        self._waiting: list[Job[Any]] = []
        self._running: Counter[str] = Counter()
        self._served: dict[str, int] = {}
        self._turn = 0
        self._closed = False

    def put(self, job: Job[Any], patient: bool = False) -> None:
        """Let a job wait for its turn; raises Busy where too many wait already, unless it is `patient`: then it waits for room."""
        with self._changed:
            while why := self._full(job.owner):
                if not patient or self._closed:
                    raise Busy(why)
                self._changed.wait()
            self._waiting.append(job)
            self._changed.notify_all()

    def take(self) -> Job[Any] | None:
        """Return the next job, when there is one; None once the queue is closed."""
        with self._changed:
            while not self._closed:
                able = [j for j in self._waiting if self._running[j.owner] < self._at_once]
                if able:
                    job = min(able, key=lambda j: (self._running[j.owner], self._served.get(j.owner, 0)))
                    self._turn += 1
                    self._served[job.owner] = self._turn
                    self._running[job.owner] += 1
                    self._waiting.remove(job)
                    self._changed.notify_all()
                    return job
                self._changed.wait()
            return None

    def done(self, job: Job[Any]) -> None:
        """A job that was taken is at work no longer."""
        with self._changed:
            self._running[job.owner] -= 1
            if self._running[job.owner] <= 0:
                del self._running[job.owner]
            self._changed.notify_all()

    def withdraw(self, job: Job[Any]) -> bool:
        """Take a job out that still waits; False where it does not."""
        with self._changed:
            if job not in self._waiting:
                return False
            self._waiting.remove(job)
            self._changed.notify_all()
            return True

    def ahead(self, job: Job[Any]) -> int:
        """Return how many wait before a job: roughly, since turns go by owner."""
        with self._changed:
            return self._waiting.index(job) if job in self._waiting else 0

    def close(self) -> list[Job[Any]]:
        """Take nothing more in and hand nothing more out; return what still waited."""
        with self._changed:
            self._closed = True
            left, self._waiting = self._waiting, []
            self._changed.notify_all()
            return left

    def _full(self, owner: str) -> str:
        if self._closed:
            return "服务正在停止，请稍后再试。"
        if sum(j.owner == owner for j in self._waiting) >= self._of_one:
            return f"忙，请稍后：您已有 {self._of_one} 件在排队，请等它们完成或者取消后再提交。"
        if len(self._waiting) >= self._most:
            return f"忙，请稍后：已有 {self._most} 件在排队，请过几分钟再提交。"
        return ""
