"""A piece of work in hand: whose it is, how far it is, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum
from threading import Event
from typing import Any, Generic, TypeVar
from uuid import uuid4

from assistant.desk.work.process import FAILED
from assistant.desk.work.task import Task
from assistant.errors import AssistantError

V = TypeVar("V")


class State(StrEnum):
    """How far a job is, as its owner reads it."""

    WAITING = "排队等候"
    RUNNING = "正在处理"
    DONE = "已完成"
    FAILED = "没有完成"


class Job(Generic[V]):
    """One job; `value` is what `finish` made of the task's result, `error` why there is none.

    `back` is the page it was begun from, for the page that tells how far it is; `wanted` turns false where its owner takes it back.
    """

    def __init__(self, owner: str, task: Task[Any], finish: Callable[[Any], V], clear: Callable[[], None], back: str = "") -> None:
        self.id = uuid4().hex
        self.owner, self.kind, self.name, self.back = owner, task.kind, task.name, back
        self.task: Task[Any] | None = task
        self.state = State.WAITING
        self.line = ""
        self.wanted = True
        self.error: AssistantError | None = None
        self.value: V | None = None
        self._finish: Callable[[Any], V] | None = finish
        self._clear = clear
        self._begun = time.monotonic()
        self._over = Event()

    @property
    def over(self) -> bool:
        """True once nothing more will be done."""
        return self._over.is_set()

    @property
    def problem(self) -> str:
        """Why nothing came of it, in one Chinese line; empty while it may still."""
        return str(self.error) if self.error else ""

    @property
    def seconds(self) -> int:
        """Whole seconds since it was handed in."""
        return int(time.monotonic() - self._begun)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for its end; False where it is not over after so many seconds. Pages do not call this: they would hold a thread."""
        return self._over.wait(seconds)

    def taken(self) -> V:
        """Return the value; raises the error where there is none."""
        if self.error is not None:
            raise self.error
        assert self.over
        return self.value  # type: ignore[return-value]

    def succeed(self, result: Any) -> None:
        """Make what was asked for of a result; a refusal on the way, or a fault (raised again), is its end as well."""
        try:
            assert self._finish is not None
            self.value = self._finish(result)
            self.state = State.DONE
        except AssistantError as error:
            self.error, self.state = error, State.FAILED
        except Exception:
            self.error, self.state = AssistantError(FAILED), State.FAILED
            raise
        finally:
            self._end()

    def fail(self, error: AssistantError) -> None:
        """End without a value."""
        self.error, self.state = error, State.FAILED
        self._end()

    def _end(self) -> None:
        """What it worked on is let go: a job that is only looked at holds no document."""
        self.task = self._finish = None
        try:
            self._clear()
        finally:
            self._over.set()
