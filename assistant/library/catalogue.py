"""What this bureau works with, by field of enforcement: `corpus/catalogue.toml` (facts, no text)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.errors import BadSetting
from assistant.law.statute.model import Level
from assistant.law.text.titles import title_key
from assistant.shipped import CORPUS

CATALOGUE = CORPUS / "catalogue.toml"


@dataclass(frozen=True, slots=True)
class CatalogueStatute:
    """One statute the bureau uses: its names and the fields it belongs to; `governing` where it leads."""

    title: str
    level: Level
    issuer: str
    fields: tuple[str, ...]
    short: tuple[str, ...]
    governing: tuple[str, ...]
    region: str = ""

    @property
    def key(self) -> str:
        """The id the statute has on the shelf."""
        return title_key(self.title)


@dataclass(frozen=True, slots=True)
class Field:
    """执法领域, with the everyday words that tell it."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All fields and statutes."""

    fields: tuple[Field, ...]
    statutes: tuple[CatalogueStatute, ...]

    def short_names(self) -> dict[str, str]:
        """Every known name → title; a name that two statutes share is left out."""
        names: dict[str, str] = {}
        shared: set[str] = set()
        for statute in self.statutes:
            for name in {*statute.short, statute.title}:
                if names.setdefault(name, statute.title) != statute.title:
                    shared.add(name)
        return {name: title for name, title in names.items() if name not in shared}

    def fields_of(self, question: str) -> tuple[str, ...]:
        """The fields whose words occur in a question, the one with most matching characters first."""
        folded = question.lower()
        found = [(sum(len(w) for w in f.words if w.lower() in folded), f.name) for f in self.fields]
        return tuple(name for score, name in sorted(found, key=lambda f: -f[0]) if score)

    def governing(self, field: str) -> tuple[CatalogueStatute, ...]:
        """The statutes that lead a field."""
        return tuple(s for s in self.statutes if field in s.governing)


@lru_cache(maxsize=4)
def load_catalogue(path: Path = CATALOGUE) -> Catalogue:
    """Return the catalogue of a file; raises BadSetting, naming it, where it is not well formed."""
    if not path.exists():
        return Catalogue((), ())
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        fields = tuple(Field(f["name"], tuple(f["words"])) for f in data.get("field", []))
        statutes = tuple(
            CatalogueStatute(
                s["title"],
                Level(s["level"]),
                s.get("issuer", ""),
                tuple(s.get("fields", [])),
                tuple(s.get("short", [])),
                tuple(s.get("governing", [])),
                s.get("region", ""),
            )
            for s in data.get("statute", [])
        )
    except (tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as error:
        raise BadSetting(f"{path}：目录格式有误（{error}）") from error
    return Catalogue(fields, statutes)
