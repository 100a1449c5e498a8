"""Settings as an administrator sees them: each with its meaning and bounds, some to be changed while the program runs.

A change is checked as a whole, recorded with its old and new value, written to `assistant.toml` (comments kept), and
taken over by the running settings. What the environment sets, or what only a restart can change, is shown and not
changed on the web; the command line changes whatever the file may set.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from pydantic.fields import FieldInfo
from sqlalchemy import Engine

from assistant.config import LIVE_SETTINGS, Settings
from assistant.desk.changes.asking.bureau import ask_setting
from assistant.desk.changes.effects.bureau import TWO_PERSONS
from assistant.desk.people import settings_file
from assistant.desk.people.people import Person
from assistant.desk.people.settings_file import Change, Told, is_list
from assistant.desk.people.settings_trail import change_recorded
from assistant.errors import RefusedInput
from assistant.setting_words import bounds_text, value_text
from assistant.store.library.changes import Change as Waiting


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """One setting with its value as text (a list one entry a line; a secret never) and why it cannot be changed, if so.

    `bounds` says between which numbers it lies, `wrong` why the value in the file is not the one that holds,
    `two` that a change of it waits for a second administrator.
    """

    name: str
    meaning: str
    value: str
    is_list: bool
    fixed: str
    bounds: str
    wrong: str
    two: bool = False


def shown_settings(settings: Settings) -> list[ShownSetting]:
    """Return every setting, those that may change while running first."""
    rows = [_shown(settings, name, field) for name, field in Settings.model_fields.items()]
    return sorted(rows, key=lambda r: bool(r.fixed))


def change(engine: Engine, settings: Settings, name: str, text: str, *, by: Person) -> str | Waiting:
    """Set one live setting to what was written and return its value as text; an empty text brings the default back.

    One that decides whether a hearing is told waits for a second administrator: the change is returned.

    Raises RefusedInput where it may not be changed here, BadSetting where the value cannot be used; nothing is written then.
    """
    if name not in Settings.model_fields:
        raise RefusedInput(name, "没有这项设置")
    fixed = _fixed(name)
    if fixed:
        raise RefusedInput(name, fixed)
    if name in TWO_PERSONS:
        return ask_setting(engine, settings, by, name, text)
    loaded = settings_file.put(settings.home, name, text, by.id, _recording(engine, by.id))
    return _taken(settings, loaded, name)


def undo(engine: Engine, settings: Settings, *, by: str) -> tuple[str, str]:
    """Take back the last change made by the web or the command line; return the setting's name and its value as text.

    Raises RefusedInput where there is none, or where it is not one of a live setting.
    """
    last = settings_file.last_change(settings.home)
    if last and last.name in TWO_PERSONS:
        raise RefusedInput("撤销", f"上一次改动的是 {last.name}，要两个人经手：请在“待批准的变动”里撤销，或者重新填写")
    able = frozenset(name for name in LIVE_SETTINGS if not _fixed(name))
    loaded: list[Settings | None] = []

    def told(change: Change, checked: Settings | None) -> None:
        _recording(engine, by)(change, checked)
        loaded.append(checked)

    back = settings_file.undo(settings.home, by, told, names=able)
    return back.name, _taken(settings, loaded[0], back.name)


def undoable(settings: Settings) -> str:
    """Return what undoing would do, as a page says it; empty where it could do nothing."""
    last = settings_file.last_change(settings.home)
    if last is None or _fixed(last.name) or last.name in TWO_PERSONS:
        return ""
    field = Settings.model_fields[last.name]
    before, after = (value_text(field, v) or "默认值" for v in (last.before, last.after))
    return f"{last.name}：由“{after[:60]}”改回“{before[:60]}”"


def _recording(engine: Engine, by: str) -> Told:
    return lambda change, loaded: change_recorded(engine, by, change, loaded, "管理网页")


def _taken(settings: Settings, loaded: Settings | None, name: str) -> str:
    if loaded is not None:
        settings.take(loaded, name)
    return value_text(Settings.model_fields[name], getattr(settings, name))


def _shown(settings: Settings, name: str, field: FieldInfo) -> ShownSetting:
    text = value_text(field, getattr(settings, name))
    wrong = next((i.reason for i in settings.ignored if i.name == name), "")
    return ShownSetting(name, field.description or "", text, is_list(name), _fixed(name), bounds_text(field), wrong, name in TWO_PERSONS)


def _fixed(name: str) -> str:
    if f"ASSISTANT_{name.upper()}" in os.environ:
        return "由环境变量给出，请改环境变量后重启"
    return "" if name in LIVE_SETTINGS else "请改 assistant.toml（或运行 assistant settings set）后重启"
