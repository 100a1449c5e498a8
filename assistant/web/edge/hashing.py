"""Passwords are hashed beside the desks: on two threads of their own, behind a short queue.

A hash takes a core for a moment. Made on the threads that answer pages, a hundred wrong passwords at once would hold every
page; here the surplus is told to come back, and the pages never notice. The queue has room for several addresses: one alone
cannot fill it.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Final, ParamSpec, TypeVar

from assistant.errors import ComeBackLater

_P = ParamSpec("_P")
_T = TypeVar("_T")

_AT_ONCE: Final = 2
_MOST: Final = 16
_MOST_OF_ONE: Final = 8
#: By then a full queue has been worked off.
_AGAIN_AFTER: Final = 3
#: Hashes run somewhat below the pages in the machine's own order, not so far that other work starves them.
_NICE: Final = 5


class HashingBusy(ComeBackLater):
    """The queue is full."""

    def __init__(self) -> None:
        super().__init__(f"现在登录的人太多，请等{_AGAIN_AFTER}秒再试；仍不行请联系管理员。", _AGAIN_AFTER)


class Hashing:
    """The threads that hash, and the queue before them. `whose` is an address or a user: who waits for a place."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_AT_ONCE, "hashing", initializer=_behind_the_pages)
        self._lock = threading.Lock()
        self._waiting: Counter[str] = Counter()

    def check_room(self, whose: str) -> None:
        """Raise HashingBusy where no more can be taken."""
        with self._lock:
            self._check(whose)

    async def run(self, whose: str, work: Callable[_P, _T], *args: _P.args, **named: _P.kwargs) -> _T:
        """Return what the work returns, done on one of the threads; raises HashingBusy, and what the work raises."""
        with self._lock:
            self._check(whose)
            self._waiting[whose] += 1
        future = self._pool.submit(partial(work, *args, **named))
        future.add_done_callback(partial(self._leave, whose))
        return await asyncio.wrap_future(future)

    def _check(self, whose: str) -> None:
        if self._waiting.total() >= _MOST or self._waiting[whose] >= _MOST_OF_ONE:
            raise HashingBusy

    def _leave(self, whose: str, _: Future[_T]) -> None:
        with self._lock:
            self._waiting[whose] -= 1
            if not self._waiting[whose]:
                del self._waiting[whose]


def _behind_the_pages() -> None:
    if sys.platform == "linux":  # elsewhere the order belongs to the whole process
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
