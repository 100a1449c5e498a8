"""What is done for matters once a day while a server runs: reminders, and throwing away files no form ever took."""

from __future__ import annotations

import logging
from datetime import date
from threading import Event, Thread

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk import attachments
from assistant.desk.matter_notices import remind

log = logging.getLogger(__name__)

#: How often it is looked whether there is something to do; what is done twice a day is told once.
_EVERY_SECONDS = 3600.0


class MatterDay(Thread):
    """The thread; several servers may run one each."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        super().__init__(name="matters-daily", daemon=True)
        self._engine = engine
        self._settings = settings
        self._ended = Event()

    def run(self) -> None:
        """Look at once and then every hour, until stopped."""
        while True:
            try:
                remind(self._engine, self._settings, date.today())
                attachments.purge(self._engine, self._settings)
            except Exception:  # the next hour tries again; nobody waits for this
                log.exception("the daily work on matters did not finish")
            if self._ended.wait(_EVERY_SECONDS):
                return

    def stop(self) -> None:
        """Let the thread end."""
        self._ended.set()
