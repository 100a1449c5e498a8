"""What a change does to the bureau's own settings and words that decide what people are told: made, looked at, undone.

These lie in files beside the database. What was there before is kept with the change; one is undone only where the
file still says what the change made it say.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.desk.audit.trail import AuditAction, record
from assistant.desk.changes.model import Effect, Made
from assistant.desk.knowledge import questions, thesaurus
from assistant.desk.knowledge.questions import Register
from assistant.desk.people import settings_file
from assistant.desk.people.settings_file import Change as FileChange
from assistant.desk.people.settings_trail import record_change
from assistant.errors import AssistantError, BadSetting, RefusedInput
from assistant.setting_words import value_text
from assistant.store.library.changes import Change, ChangeKind

KINDS: Final = frozenset({ChangeKind.SETTING, ChangeKind.WORDS, ChangeKind.QUESTION})
#: The live settings that two persons change: they decide whether a hearing is told, and answers name their source.
TWO_PERSONS: Final = frozenset(
    {
        "hearing_confiscation_citizen",
        "hearing_confiscation_organisation",
        "hearing_fine_citizen",
        "hearing_fine_organisation",
        "hearing_fine_sole_trader",
        "hearing_source",
    }
)
ADD, REMOVE = "加入", "删除"


def held_digest(settings: Settings, change: Change) -> str:
    """Return the digest of what a change stands on, as the files have it."""
    given = change.payload
    if change.kind is ChangeKind.SETTING:
        held: Any = shown_setting(settings, given["name"])
    elif change.kind is ChangeKind.WORDS:
        held = [[list(e.say), list(e.law)] for e in thesaurus.own_entries(settings) if set(e.say) & set(given["say"].split())]
    else:
        held = questions.is_in_bank(settings, given["question"])
    return hashlib.sha256(json.dumps(held, ensure_ascii=False).encode()).hexdigest()


def shown_setting(settings: Settings, name: str) -> str:
    """The value a setting has now, as text."""
    return value_text(Settings.model_fields[name], getattr(settings, name))


def look(settings: Settings, change: Change) -> Effect:
    """Return what a change would do: the old value and the new one."""
    given = change.payload
    if change.kind is ChangeKind.SETTING:
        meaning = Settings.model_fields[given["name"]].description or ""
        facts: tuple[str, ...] = (meaning, _turn(shown_setting(settings, given["name"]), given["value"]))
        try:
            settings_file.tried(settings.home, given["name"], given["value"], change.owner)
        except AssistantError as error:
            facts += (f"现在不能批准：{error}",)
        return Effect(facts)
    if change.kind is ChangeKind.WORDS:
        return Effect((f"{given['do']}：俗称“{given['say']}”，检索时同时查“{given['law']}”",))
    return Effect((f"加入示例问题：{given['question']}", f"依据：{'、'.join(given['articles'])}"))


def look_at_undo(settings: Settings, change: Change, before: dict[str, Any]) -> Effect:
    """Return what undoing an approved change would do."""
    given = change.payload
    if change.kind is ChangeKind.SETTING:
        return Effect((given["name"], _turn(shown_setting(settings, given["name"]), before["value"])))
    if change.kind is ChangeKind.WORDS:
        return Effect((f"{REMOVE if given['do'] == ADD else ADD}：俗称“{given['say']}”，法言法语“{given['law']}”",))
    return Effect((f"去掉示例问题：{given['question']}",))


def make(connection: Connection, settings: Settings, change: Change, by: str) -> Made:
    """Make a change in the name of who approved it, inside the caller's transaction; raises RefusedInput where it cannot be made."""
    given, before = change.payload, {}
    if change.kind is ChangeKind.SETTING:
        before = {"value": _put(connection, settings, given["name"], given["value"], by, change)}
    elif change.kind is ChangeKind.WORDS:
        _words(connection, settings, change, given["do"], by)
    else:
        register = Register(given["register"])
        questions.approve_in(connection, settings, given["proposal"], given["question"], register, by)
    return Made(str(given.get("do", "生效")), before, held_digest(settings, change))


def undo(connection: Connection, settings: Settings, change: Change, before: dict[str, Any], by: str) -> None:
    """Put back what was there before; raises RefusedInput where it was changed again since."""
    if held_digest(settings, change) != change.after:
        raise RefusedInput(change.title, "批准以后又有改动，不能撤销；请重新填写")
    given = change.payload
    if change.kind is ChangeKind.SETTING:
        _put(connection, settings, given["name"], before["value"], by, change)
    elif change.kind is ChangeKind.WORDS:
        _words(connection, settings, change, REMOVE if given["do"] == ADD else ADD, by)
    else:
        questions.take_out(connection, settings, given["proposal"], given["question"], by)


def _put(connection: Connection, settings: Settings, name: str, value: str, by: str, change: Change) -> str:
    """Set a setting, note it, and return the value the file had before, as text (empty for none)."""
    former: list[str] = []

    def told(made: FileChange, loaded: Settings | None) -> None:
        former.append("" if made.before is None else value_text(Settings.model_fields[name], made.before))
        record_change(connection, by, made, loaded, f"变动{change.id}，由{change.owner}提出")

    try:
        loaded = settings_file.put(settings.home, name, value, by, told)
    except BadSetting as error:
        raise RefusedInput(name, str(error)) from error
    if loaded is not None:
        settings.take(loaded, name)
    return former[0]


def _words(connection: Connection, settings: Settings, change: Change, do: str, by: str) -> None:
    """Add or remove an entry of the bureau's own words, and note it with what was there before and is now."""
    given = change.payload
    entry = thesaurus.add_entry(settings, given["say"], given["law"]) if do == ADD else thesaurus.remove_entry(settings, given["say"])
    values = ["", "、".join(entry.law)]
    old, new = values if do == ADD else reversed(values)
    record(connection, by, AuditAction.WORDS, "、".join(entry.say), {"做了": do, "原值": old, "新值": new, "变动": change.id})


def _turn(old: str, new: str) -> str:
    return f"由“{old or '不设'}”改为“{new or '不设'}”"
