"""Work that a running server does again and again beside the desks: sending, purging, reminding."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

log = logging.getLogger(__name__)

#: Seconds a failing piece of work is put off at most, where it would come again sooner.
_LONGEST = 300.0


class Recurring:
    """Does a piece of work at once and then every so many seconds, on a thread of its own, until stopped.

    Work that fails is logged and comes again, after growing pauses: the database may be away for a while, and a
    desk must not stop for it. Several servers may run the same work.
    """

    def __init__(self, name: str, work: Callable[[], object], every: float) -> None:
        self._work, self._every = work, every
        self._stopped = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end: what it is doing is finished, nothing more is begun."""
        self._stopped.set()

    def join(self, seconds: float) -> None:
        """Wait so long at most for what it is still doing."""
        self._thread.join(seconds)

    def _run(self) -> None:
        pause = 0.0
        while not self._stopped.wait(pause):
            try:
                self._work()
                pause = self._every
            except Exception:
                log.exception("%s did not finish", self._thread.name)
                pause = max(self._every, min(2 * pause, _LONGEST))
