"""Writers of one process, one after the other in the order they came.

SQLite wakes those who wait at its own pace: one who writes without a pause would pass all of them again and again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, get_ident
from typing import Final

from sqlalchemy import Engine

from assistant.errors import AssistantError

#: Seconds a writer waits for those before it: far longer than any of them should take.
_LONGEST: Final = 30.0


class NoTurn(AssistantError):
    """Too many were writing for too long."""

    def __init__(self) -> None:
        super().__init__("现在写入的人太多，这一步没有保存；请过一会儿再试。")


class _Line:
    """Those who write to one database: the first is writing, the others wait, each on a lock of its own."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: deque[Lock] = deque()
        self._writer = 0

    def enter(self, patience: float) -> None:
        """Wait for one's turn; raises NoTurn."""
        with self._lock:
            assert self._writer != get_ident(), "a transaction inside a transaction would wait for itself"
            if not self._writer:
                self._writer = get_ident()
                return
            own = Lock()
            own.acquire()
            self._waiting.append(own)
        if own.acquire(timeout=patience):
            self._writer = get_ident()
            return
        with self._lock:
            if own in self._waiting:
                self._waiting.remove(own)
                raise NoTurn
        self._writer = get_ident()  # it came at the last moment

    def leave(self) -> None:
        """Let the next one write."""
        with self._lock:
            if self._waiting:
                self._writer = -1  # given on: nobody who comes now may pass
                self._waiting.popleft().release()
            else:
                self._writer = 0


class Turns:
    """The lines of all databases of this process, by their address."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._lines: dict[str, _Line] = {}

    @contextmanager
    def of(self, engine: Engine, patience: float | None = None) -> Iterator[None]:
        """Hold the turn to write; a database that keeps the order itself (PostgreSQL) needs none. Raises NoTurn after so many seconds."""
        if engine.dialect.name != "sqlite":
            yield
            return
        with self._lock:
            line = self._lines.setdefault(str(engine.url), _Line())
        line.enter(_LONGEST if patience is None else patience)
        try:
            yield
        finally:
            line.leave()
