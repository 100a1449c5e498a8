"""Everyday words → the words statutes use, from `corpus/thesaurus.toml` and the bureau's own copy."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.errors import BadSetting

THESAURUS = Path(__file__).resolve().parents[2] / "corpus" / "thesaurus.toml"


@dataclass(frozen=True, slots=True)
class Entry:
    """Words people say, and the statutory words they stand for."""

    say: tuple[str, ...]
    law: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """All entries, with a look-up by what is said."""

    entries: tuple[Entry, ...]

    def expand(self, question: str) -> dict[str, tuple[str, ...]]:
        """Return said word → statutory words for every entry a question touches; longer words win."""
        folded = question.lower()
        found: dict[str, tuple[str, ...]] = {}
        for said, law in self._by_length():
            if said in folded:
                found[said] = law
                folded = folded.replace(said, "□")
        return found

    def _by_length(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return _sorted_pairs(self.entries)


@lru_cache(maxsize=4)
def _sorted_pairs(entries: tuple[Entry, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    merged: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        for said in entry.say:
            merged[said.lower()] = tuple(dict.fromkeys((*merged.get(said.lower(), ()), *entry.law)))
    return tuple(sorted(merged.items(), key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=4)
def load_thesaurus(path: Path = THESAURUS) -> Thesaurus:
    """Return the thesaurus of a file; raises BadSetting, naming it, where it is not well formed."""
    if not path.exists():
        return Thesaurus(())
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Thesaurus(tuple(Entry(tuple(e["say"]), tuple(e["law"])) for e in data.get("entry", [])))
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise BadSetting(f"{path}：同义词表格式有误（{error}）") from error
