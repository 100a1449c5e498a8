"""The settings' part of the trail: every change with old and new value, whoever made it; of a secret only that it changed."""

from __future__ import annotations

import json
from hashlib import sha256
from secrets import token_hex
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.desk.audit.trail import AuditAction, record
from assistant.desk.people.settings_file import Change
from assistant.setting_words import is_secret, value_text
from assistant.store.engine import writing
from assistant.store.library import statutes as sql

#: Under which the library notes the settings last seen: salted digests, and the values of those that are no secrets.
NOTE = "settings.seen"
#: The actor of what the program does by itself.
SYSTEM = "系统"
_SHOWN_CHARS = 500
_FROM_OUTSIDE = "文件或环境变量，启动时发现"


def note_settings(engine: Engine, settings: Settings) -> list[str]:
    """Record which settings differ from those last seen and return their names; the first start records none.

    A setting that this version of the program brought is a change only where it is not at its default.
    """
    with writing(engine) as connection:
        seen = _Seen(connection)
        changed = []
        for name, value in settings:
            if name != "home" and seen.differs(name, value):
                changed.append(name)
                _record(connection, SYSTEM, name, seen.before(name), _text(name, value), _FROM_OUTSIDE)
        for name, value in settings:
            seen.keep(name, value)
        seen.save()
    return changed


def change_recorded(engine: Engine, by: str, change: Change, loaded: Settings | None, how: str) -> None:
    """Record a change made through the program, and note it as seen, so that the next start does not tell it again.

    Raises TrailBroken: what leaves no trace is not done.
    """
    with writing(engine) as connection:
        record_change(connection, by, change, loaded, how)


def record_change(connection: Connection, by: str, change: Change, loaded: Settings | None, how: str) -> None:
    """As `change_recorded`, inside the caller's transaction."""
    before, after = shown_change(change)
    if before != after or _is_secret(change.name):
        _record(connection, by, change.name, before, after, how)
    if loaded is not None and change.name in Settings.model_fields:
        seen = _Seen(connection)
        if seen.known:
            seen.keep(change.name, getattr(loaded, change.name))
            seen.save()


def shown_change(change: Change) -> tuple[str, str]:
    """Return a change's values before and after as they are shown."""
    return _file_text(change.name, change.before), _file_text(change.name, change.after)


class _Seen:
    """The settings last seen."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        noted: dict[str, Any] = json.loads(sql.note(connection, NOTE) or "{}")
        self._salt: str = noted.get("salt") or token_hex(16)
        self.known: dict[str, str] = noted.get("values", {})
        self._texts: dict[str, str] = noted.get("texts", {})

    def differs(self, name: str, value: Any) -> bool:
        """True where a value is not the one seen before."""
        if not self.known:
            return False
        if name not in self.known:
            return bool(value != Settings.model_fields[name].get_default(call_default_factory=True))
        return self.known[name] != self._digest(name, value)

    def before(self, name: str) -> str:
        """What was seen before, as it is shown."""
        if _is_secret(name):
            return "（密钥，不记内容）"
        return self._texts.get(name, "（没有记下）" if name in self.known else "默认值")

    def keep(self, name: str, value: Any) -> None:
        """Take a value as seen."""
        if name == "home":
            return
        self.known[name] = self._digest(name, value)
        if not _is_secret(name):
            self._texts[name] = _text(name, value)

    def save(self) -> None:
        """Note what is kept."""
        sql.save_note(self._connection, NOTE, json.dumps({"salt": self._salt, "values": self.known, "texts": self._texts}))

    def _digest(self, name: str, value: Any) -> str:
        return sha256(f"{self._salt}{name}{value!r}".encode()).hexdigest()


def _record(connection: Connection, actor: str, name: str, before: str, after: str, how: str) -> None:
    record(connection, actor, AuditAction.SETTINGS, name, {"原值": before, "新值": after, "来源": how})


def _text(name: str, value: Any) -> str:
    if _is_secret(name):
        return "（密钥，不记内容）"
    return value_text(Settings.model_fields[name], value).replace("\n", "、")[:_SHOWN_CHARS] or "（空）"


def _file_text(name: str, value: Any) -> str:
    """The value of the file as it is shown; a name the program does not know is shown as it stands."""
    if value is None:
        return "默认值"
    return _text(name, value) if name in Settings.model_fields else str(value)[:_SHOWN_CHARS]


def _is_secret(name: str) -> bool:
    return name in Settings.model_fields and is_secret(Settings.model_fields[name])
