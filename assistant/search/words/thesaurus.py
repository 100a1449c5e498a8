"""Everyday words → the words statutes use, from `corpus/thesaurus.toml` and the bureau's own copy."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from assistant.config import Settings
from assistant.errors import BadSetting
from assistant.search.words.names import Names
from assistant.shipped import CORPUS

THESAURUS = CORPUS / "thesaurus.toml"


@dataclass(frozen=True, slots=True)
class Entry:
    """Words people say, and the statutory words they stand for."""

    say: tuple[str, ...]
    law: tuple[str, ...]


@dataclass(frozen=True)
class Thesaurus:
    """All entries, with a look-up by what is said."""

    entries: tuple[Entry, ...]

    def expand(self, question: str) -> dict[str, tuple[str, ...]]:
        """Return said word → statutory words for every entry a question touches; longer words win."""
        folded = question.lower()
        found: dict[str, tuple[str, ...]] = {}
        for said in sorted(self._names.within(folded), key=lambda word: self._places[word]):
            if said in folded:
                found[said] = self._law[said]
                folded = folded.replace(said, "□")
        return found

    def statutory(self, question: str) -> list[str]:
        """Return the statutory words for all that a question says, each once."""
        return list(dict.fromkeys(word for law in self.expand(question).values() for word in law))

    @cached_property
    def _law(self) -> dict[str, tuple[str, ...]]:
        """Said word → statutory words, the longest words first."""
        merged: dict[str, tuple[str, ...]] = {}
        for entry in self.entries:
            for said in entry.say:
                merged[said.lower()] = tuple(dict.fromkeys((*merged.get(said.lower(), ()), *entry.law)))
        return dict(sorted(merged.items(), key=lambda pair: -len(pair[0])))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {said: place for place, said in enumerate(self._law)}

    @cached_property
    def _names(self) -> Names:
        return Names(self._law)


def own_thesaurus(settings: Settings) -> Path:
    """Return where the bureau's own words lie; the file may be missing."""
    return settings.home / "thesaurus.toml"


def bureau_thesaurus(settings: Settings) -> Thesaurus:
    """Return the shipped entries with the bureau's own after them; a changed file counts at once."""
    path = own_thesaurus(settings)
    return _merged(path, path.stat().st_mtime_ns) if path.exists() else load_thesaurus()


@lru_cache(maxsize=4)
def _merged(path: Path, _changed: int) -> Thesaurus:
    return Thesaurus((*load_thesaurus().entries, *read_thesaurus(path).entries))


@lru_cache(maxsize=1)
def load_thesaurus() -> Thesaurus:
    """Return the shipped thesaurus."""
    return read_thesaurus(THESAURUS)


def read_thesaurus(path: Path) -> Thesaurus:
    """Return the thesaurus of a file; raises BadSetting, naming it, where it is not well formed."""
    if not path.exists():
        return Thesaurus(())
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Thesaurus(tuple(Entry(tuple(e["say"]), tuple(e["law"])) for e in data.get("entry", [])))
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise BadSetting(f"{path}：同义词表格式有误（{error}）") from error
