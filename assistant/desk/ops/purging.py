"""What goes when its time has come, visitors or not: contacts of left questions, deleted conversations, old attempts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from assistant.desk.chat import conversations
from assistant.desk.people import attempts
from assistant.desk.public import messages

#: Seconds between two runs: what is due on a day is gone on that day.
EVERY_SECONDS = 6 * 60 * 60.0


def purge(engine: Engine) -> None:
    """Remove what is due."""
    messages.purge(engine)
    conversations.purge(engine)
    attempts.purge(engine, datetime.now())
