"""Which settings changed since the program last started, for the trail: names, never values (some are secrets)."""

from __future__ import annotations

import json
from hashlib import sha256
from secrets import token_hex

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.audit import AuditAction, record
from assistant.store import statutes as sql
from assistant.store.engine import writing

#: Under which the library notes the settings of the last start, as salted digests.
NOTE = "settings.seen"
#: The actor of what the program does by itself.
SYSTEM = "系统"


def note_settings(engine: Engine, settings: Settings) -> list[str]:
    """Record which settings differ from those of the last start and return their names; the first start records none."""
    with writing(engine) as connection:
        before = json.loads(sql.note(connection, NOTE) or "{}")
        salt = before.get("salt") or token_hex(16)
        now = {name: sha256(f"{salt}{name}{value!r}".encode()).hexdigest() for name, value in settings if name != "home"}
        known: dict[str, str] = before.get("values", {})
        changed = [name for name, digest in now.items() if known.get(name) != digest] if known else []
        if now != known:
            sql.save_note(connection, NOTE, json.dumps({"salt": salt, "values": now}))
        if changed:
            record(connection, SYSTEM, AuditAction.SETTINGS, "assistant.toml 和环境变量", {"变动": changed})
    return changed
