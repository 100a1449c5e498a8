"""The bureau's own words: everyday wording → statutory words, in `<home>/thesaurus.toml` beside the shipped thesaurus."""

from __future__ import annotations

import os

import tomlkit
from filelock import FileLock
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.audit import AuditAction, note
from assistant.errors import RefusedInput
from assistant.search.thesaurus import Entry, own_thesaurus, read_thesaurus

_LONGEST, _MOST = 40, 12
_SEPARATORS = str.maketrans(dict.fromkeys("，,、；;\n\r\t", " "))


def own_entries(settings: Settings) -> tuple[Entry, ...]:
    """Return the bureau's own entries in the order they were added."""
    return read_thesaurus(own_thesaurus(settings)).entries


def add_entry(engine: Engine, settings: Settings, say: str, law: str, *, by: str) -> Entry:
    """Add an entry (words apart by spaces or commas) and return it; raises RefusedInput for words that cannot be one."""
    entry = Entry(_words(say, "俗称"), _words(law, "法言法语"))
    with FileLock(str(own_thesaurus(settings)) + ".lock"):
        known = own_entries(settings)
        if any(set(entry.say) & set(e.say) for e in known):
            raise RefusedInput("、".join(entry.say), "已经有了；要改请先删除原来的")
        _write(settings, (*known, entry))
    note(engine, by, AuditAction.WORDS, "、".join(entry.say), {"做了": "加入", "法言法语": list(entry.law)})
    return entry


def remove_entry(engine: Engine, settings: Settings, say: str, *, by: str) -> Entry:
    """Remove the entry whose everyday words these are and return it; raises RefusedInput where there is none."""
    wanted = _words(say, "俗称")
    with FileLock(str(own_thesaurus(settings)) + ".lock"):
        known = own_entries(settings)
        found = next((e for e in known if e.say == wanted), None)
        if found is None:
            raise RefusedInput("、".join(wanted), "没有这一条，可能已经删除")
        _write(settings, tuple(e for e in known if e is not found))
    note(engine, by, AuditAction.WORDS, "、".join(found.say), {"做了": "删除", "法言法语": list(found.law)})
    return found


def _words(text: str, what: str) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(text.translate(_SEPARATORS).split()))
    if not words:
        raise RefusedInput(what, "没有填写")
    if len(words) > _MOST or any(len(w) > _LONGEST or len(w) < 2 for w in words):
        raise RefusedInput(what, f"每个词 2 至 {_LONGEST} 字，一次最多 {_MOST} 个")
    return words


def _write(settings: Settings, entries: tuple[Entry, ...]) -> None:
    """Replace the file in one step."""
    document = tomlkit.document()
    document.add(tomlkit.comment("本局的词语：say 俗称，law 法言法语。由管理页面维护，也可以直接修改。"))
    rows = tomlkit.aot()
    for entry in entries:
        table = tomlkit.table()
        table.update({"say": list(entry.say), "law": list(entry.law)})
        rows.append(table)
    document["entry"] = rows
    path = own_thesaurus(settings)
    new = path.with_suffix(".toml.new")
    new.write_text(tomlkit.dumps(document), encoding="utf-8")
    os.replace(new, path)
