"""The purge job of a running server: contacts and deleted conversations go when their time has come, visitors or not."""

from __future__ import annotations

import logging
from threading import Event, Thread

from sqlalchemy import Engine

from assistant.desk import conversations, left_questions

log = logging.getLogger(__name__)

#: Seconds between two runs: what is due on a day is gone on that day.
_EVERY = 6 * 60 * 60.0


class Purging:
    """Runs at once, then every few hours, until stopped."""

    def __init__(self, engine: Engine, every: float = _EVERY) -> None:
        self._engine, self._every, self._stop = engine, every, Event()
        self._thread = Thread(target=self._run, name="purging", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, waiting for a run that is on."""
        self._stop.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while True:
            try:
                left_questions.purge(self._engine)
                conversations.purge(self._engine)
            except Exception:  # the next run tries again; a desk must not stop for it
                log.exception("the purge job failed")
            if self._stop.wait(self._every):
                return
