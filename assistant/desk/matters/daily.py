"""What is done for matters while a server runs: reminders, and throwing away files no form ever took."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.matters import attachments
from assistant.desk.matters.notices import remind

#: How often it is looked whether there is something to do; what would be done twice a day is told once.
EVERY_SECONDS = 3600.0


def look_after(engine: Engine, settings: Settings) -> None:
    """Remind of what is overdue today, and purge attachments that belong to nothing."""
    remind(engine, settings, date.today())
    attachments.purge(engine, settings)
