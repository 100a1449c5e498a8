"""`assistant.toml` as the web and the command line change it: checked as a whole first, then written, with a way back.

Each change is noted beside the file, so that it can be undone even where the site or the database is of no use.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import tomlkit
from filelock import FileLock
from tomlkit.exceptions import TOMLKitError

from assistant.config import SETTINGS_FILE, Settings, settings_from
from assistant.errors import BadSetting, RefusedInput
from assistant.setting_words import is_secret

#: Where the changes are noted, newest last, and how many are kept.
CHANGES_FILE = "settings.changes.jsonl"
_KEPT = 100
#: The longest text a value may be read from.
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Change:
    """One setting's value in the file before and after (None: not in the file), by whom and when."""

    name: str
    before: Any
    after: Any
    by: str
    at: str = ""


#: What is to be done with a change before it is written (it goes into the trail); what it raises keeps it from being written.
Told = Callable[[Change, Settings | None], None]


def put(home: Path, name: str, text: str, by: str, told: Told) -> Settings | None:
    """Set a setting to what is written, or bring its default back where nothing is; return the settings that now hold.

    None where the file was of no use before and still is. Raises RefusedInput, BadSetting; nothing is written then.
    """
    field = Settings.model_fields.get(name)
    kept = text.strip()
    if kept and field is None:
        raise RefusedInput(name, "没有这项设置")
    if kept and (name == "home" or (field and is_secret(field))):
        raise RefusedInput(name, "是密钥或者数据目录，请用环境变量给出，或者自己写进 assistant.toml")
    value = _value(name, kept) if kept else None
    with _locked(home):
        document = _document(home)
        before = _plain(document.get(name))
        return _written(home, document, Change(name, before, value, by), told, noted=True)


def tried(home: Path, name: str, text: str, by: str) -> Change:
    """Return what `put` would change, and write nothing; raises as `put` does."""
    kept = text.strip()
    with _locked(home):
        document = _document(home)
        change = Change(name, _plain(document.get(name)), _value(name, kept) if kept else None, by)
        _checked(home, document, change)
        return change


def undo(home: Path, by: str, told: Told, *, names: frozenset[str] | None = None) -> Change:
    """Take the last change back and return what was done; further calls go further back. Raises RefusedInput, BadSetting.

    `names` are the settings that may be changed here.
    """
    with _locked(home):
        last = last_change(home)
        if last is None:
            raise RefusedInput("撤销", "没有可以撤销的改动")
        if names is not None and last.name not in names:
            raise RefusedInput("撤销", f"上一次改动的是 {last.name}，请在命令行运行 assistant settings undo")
        document = _document(home)
        if _plain(document.get(last.name)) != last.after:
            raise RefusedInput("撤销", f"{last.name} 在 assistant.toml 里另外改过了，请直接改它")
        back = Change(last.name, last.after, last.before, by)
        _written(home, document, back, told, noted=False)
        _save(home / CHANGES_FILE, "".join(_lines(home)[:-1]))
        return back


def last_change(home: Path) -> Change | None:
    """Return the newest change that was not undone, None where there is none (or the notes cannot be read)."""
    lines = _lines(home)
    try:
        return Change(**json.loads(lines[-1])) if lines else None
    except (ValueError, TypeError):
        return None


def _checked(home: Path, document: tomlkit.TOMLDocument, change: Change) -> tuple[bool, Settings | None]:
    """Make a change in the document; whether the file was of use before, and the settings it makes now. Raises BadSetting."""
    was_good = _loaded(home, document) is not None
    if change.after is None:
        document.pop(change.name, None)
    else:
        document[change.name] = change.after
    settings = _loaded(home, document)
    if settings is None and (was_good or change.after is not None):
        settings_from(document.unwrap(), home)  # raises, saying why
    wrong = next((i for i in settings.ignored if i.name == change.name), None) if settings else None
    if wrong:
        raise BadSetting(f"设置 {change.name} 无效：{wrong.reason}")
    return was_good, settings


def _written(home: Path, document: tomlkit.TOMLDocument, change: Change, told: Told, *, noted: bool) -> Settings | None:
    was_good, settings = _checked(home, document, change)
    told(change, settings)
    _save(home / SETTINGS_FILE, tomlkit.dumps(document))
    if noted and was_good and change.before != change.after and not _secret(change.name):
        line = json.dumps(asdict(change) | {"at": datetime.now().isoformat(timespec="seconds")}, ensure_ascii=False)
        _save(home / CHANGES_FILE, "".join([*_lines(home), line + "\n"][-_KEPT:]))
    return settings


def _loaded(home: Path, document: tomlkit.TOMLDocument) -> Settings | None:
    try:
        return settings_from(document.unwrap(), home)
    except BadSetting:
        return None


def _secret(name: str) -> bool:
    return name in Settings.model_fields and is_secret(Settings.model_fields[name])


def _locked(home: Path) -> FileLock:
    home.mkdir(parents=True, exist_ok=True)
    return FileLock(str(home / SETTINGS_FILE) + ".lock")


def _document(home: Path) -> tomlkit.TOMLDocument:
    path = home / SETTINGS_FILE
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path}：不是有效的 TOML 文件（{error}），请先改好它") from error


def _plain(value: Any) -> Any:
    return value.unwrap() if hasattr(value, "unwrap") else value


def _lines(home: Path) -> list[str]:
    path = home / CHANGES_FILE
    return path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []


def _save(path: Path, text: str) -> None:
    """Put a file in the place of the one there, whole or not at all, to be read by its owner only."""
    new = path.with_name(path.name + ".new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)


def is_list(name: str) -> bool:
    """True for a setting that is written one entry a line."""
    return _kinds(name)[0] == "list"


def _value(name: str, text: str) -> Any:
    """What a text means for a setting, as TOML writes it; whether it is within bounds is not said here."""
    if len(text) > _LONGEST:
        raise BadSetting(f"设置 {name} 无效：太长了")
    kinds = _kinds(name)
    if "dict" in kinds or ("list" in kinds and text.startswith("[")):
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BadSetting(f'设置 {name} 无效：请写作 JSON，如 {{"提问": 365}}') from error
    if "list" in kinds:
        return [line.strip() for line in text.splitlines() if line.strip()]
    if "int" in kinds or "float" in kinds:
        for kind in (int, float):
            try:
                return kind(text)
            except ValueError:
                continue
    return text


def _kinds(name: str) -> list[str]:
    """The names of the types a setting may be of, such as float and NoneType."""
    annotation = Settings.model_fields[name].annotation
    origin = getattr(annotation, "__origin__", None)
    kinds = [annotation] if origin in (list, dict) or not get_args(annotation) else list(get_args(annotation))
    return [getattr(getattr(k, "__origin__", k), "__name__", str(k)) for k in kinds]
