"""The bureau's own words: everyday wording → statutory words, in `<home>/thesaurus.toml` beside the shipped thesaurus."""

from __future__ import annotations

import os

import tomlkit
from filelock import FileLock

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.search.words.thesaurus import Entry, own_thesaurus, read_thesaurus

_LONGEST, _MOST = 40, 12
_SEPARATORS = str.maketrans(dict.fromkeys("，,、；;\n\r\t", " "))


def own_entries(settings: Settings) -> tuple[Entry, ...]:
    """Return the bureau's own entries in the order they were added."""
    return read_thesaurus(own_thesaurus(settings)).entries


def new_entry(settings: Settings, say: str, law: str) -> Entry:
    """Return the entry that words apart by spaces or commas make; raises RefusedInput for words that cannot be one."""
    entry = Entry(_words(say, "俗称"), _words(law, "法言法语"))
    if any(set(entry.say) & set(e.say) for e in own_entries(settings)):
        raise RefusedInput("、".join(entry.say), "已经有了；要改请先删除原来的")
    return entry


def entry_of(settings: Settings, say: str) -> Entry:
    """Return the entry whose everyday words these are; raises RefusedInput where there is none."""
    wanted = _words(say, "俗称")
    found = next((e for e in own_entries(settings) if e.say == wanted), None)
    if found is None:
        raise RefusedInput("、".join(wanted), "没有这一条，可能已经删除")
    return found


def add_entry(settings: Settings, say: str, law: str) -> Entry:
    """Add an entry to the file and return it; raises as `new_entry`. To note it is the caller's."""
    with FileLock(str(own_thesaurus(settings)) + ".lock"):
        entry = new_entry(settings, say, law)
        _write(settings, (*own_entries(settings), entry))
    return entry


def remove_entry(settings: Settings, say: str) -> Entry:
    """Take an entry out of the file and return it; raises as `entry_of`. To note it is the caller's."""
    with FileLock(str(own_thesaurus(settings)) + ".lock"):
        found = entry_of(settings, say)
        _write(settings, tuple(e for e in own_entries(settings) if e != found))
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
