"""The purge job of a running server."""

from __future__ import annotations

import time
from datetime import date
from functools import partial

from sqlalchemy import Engine, text

from assistant.config import Settings
from assistant.desk.notify.recurring import Recurring
from assistant.desk.ops import purging
from assistant.desk.public import messages


def test_contacts_go_while_nobody_visits(engine: Engine, settings: Settings) -> None:
    messages.leave(engine, settings, "问题", "0579-87654321", True)
    job = Recurring("purging", partial(purging.purge, engine), 0.05)
    job.start()
    assert messages.left_question(engine, 1).has_contact
    with engine.begin() as connection:
        connection.execute(text("update left_question set purge_on = :day"), {"day": date.today().isoformat()})
    for _ in range(600):
        if not messages.left_question(engine, 1).has_contact:
            break
        time.sleep(0.05)
    job.stop()
    job.join(10)
    assert not messages.left_question(engine, 1).has_contact
