"""Settings as an administrator sees them: each with its meaning, some to be changed while the program runs.

A change is checked as a whole, written to `assistant.toml` (comments kept), and taken over by the running
settings. What the environment sets, or what only a restart can change, is shown and not changed here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import tomlkit
from filelock import FileLock
from pydantic.fields import FieldInfo
from sqlalchemy import Engine
from tomlkit.exceptions import TOMLKitError

from assistant.config import LIVE_SETTINGS, SETTINGS_FILE, Settings, is_secret, load_settings
from assistant.desk.audit import AuditAction, note
from assistant.errors import BadSetting, RefusedInput


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """One setting with its value as text (a list one entry a line; a secret never) and why it cannot be changed, if so."""

    name: str
    meaning: str
    value: str
    is_list: bool
    fixed: str


def shown_settings(settings: Settings) -> list[ShownSetting]:
    """Return every setting, those that may change while running first."""
    rows = [_shown(settings, name, field) for name, field in Settings.model_fields.items()]
    return sorted(rows, key=lambda r: bool(r.fixed))


def change(engine: Engine, settings: Settings, name: str, text: str, *, by: str) -> str:
    """Set one live setting to what was written and return its value as text; an empty text brings the default back.

    Raises RefusedInput where it may not be changed here, BadSetting where the value cannot be used; nothing is written then.
    """
    field = Settings.model_fields.get(name)
    if field is None:
        raise RefusedInput(name, "没有这项设置")
    fixed = _fixed(name)
    if fixed:
        raise RefusedInput(name, fixed)
    path = settings.home / SETTINGS_FILE
    with FileLock(str(path) + ".lock"):
        document = _document(settings)
        _put(document, name, text, _is_list(field))
        new = path.with_suffix(".toml.new")
        before = path.read_bytes() if path.exists() else None
        new.write_text(tomlkit.dumps(document), encoding="utf-8")
        os.replace(new, path)
        try:
            settings.take(load_settings(settings.home), name)
        except BadSetting:
            path.unlink() if before is None else path.write_bytes(before)
            raise
    note(engine, by, AuditAction.SETTINGS, name)
    return _text(getattr(settings, name))


def _document(settings: Settings) -> tomlkit.TOMLDocument:
    path = settings.home / SETTINGS_FILE
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
    except TOMLKitError as error:
        raise BadSetting(f"{path}：不是有效的 TOML 文件（{error}），请先改好它") from error


def _put(document: tomlkit.TOMLDocument, name: str, text: str, is_list: bool) -> None:
    kept = text.strip()
    if not kept:
        document.pop(name, None)
    elif is_list:
        document[name] = [line.strip() for line in kept.splitlines() if line.strip()]
    else:
        document[name] = _number(kept)


def _number(text: str) -> Any:
    """A number as TOML writes it, so that the file reads as if written by hand; anything else stays text."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return {"true": True, "false": False}.get(text.lower(), text)


def _shown(settings: Settings, name: str, field: FieldInfo) -> ShownSetting:
    value = getattr(settings, name)
    text = ("（已设置）" if value else "") if is_secret(field) else _text(value)
    return ShownSetting(name, field.description or "", text, _is_list(field), _fixed(name))


def _fixed(name: str) -> str:
    if f"ASSISTANT_{name.upper()}" in os.environ:
        return "由环境变量给出，请改环境变量后重启"
    return "" if name in LIVE_SETTINGS else "请改 assistant.toml 后重启"


def _is_list(field: FieldInfo) -> bool:
    return "list" in str(field.annotation)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return "\n".join(str(v) for v in value) if isinstance(value, list) else str(value)
