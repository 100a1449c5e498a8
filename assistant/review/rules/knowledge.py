"""Facts the rules need that are local or change with time (`knowledge.toml`); a home's `review.toml` overrides them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.errors import BadSetting
from assistant.law.text.titles import title_key

TABLE = Path(__file__).with_name("knowledge.toml")
LOCAL_TABLE = "review.toml"


@dataclass(frozen=True, slots=True)
class Ended:
    """A repealed statute: what ended it, and where its matter stands now."""

    title: str
    by: str
    article: str
    successor: str


@dataclass(frozen=True, slots=True)
class Renumbered:
    """Articles of a statute that a revision gave other numbers, told by what they are cited for."""

    law: str
    since: date
    old: tuple[int, ...]
    topic: re.Pattern[str]
    unless: re.Pattern[str] | None
    now: str


@dataclass(frozen=True, slots=True)
class FixedNumber:
    """A matter on which the article named fixes a number in `unit`."""

    topic: re.Pattern[str]
    article: str
    unit: str


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The whole table; `caution` are lines in yuan and shares, no legal standards; `trades` the words of the trade a statute is for."""

    repealed: dict[str, Ended]
    renumbered: tuple[Renumbered, ...]
    fixed_numbers: tuple[FixedNumber, ...]
    caution: dict[str, float]
    trades: dict[str, re.Pattern[str]]
    licences: frozenset[str]

    def mentions(self, text: str) -> Iterator[tuple[int, int, Ended]]:
        """Every 《…》 in `text` that names a statute of the table, once a statute, with its place."""
        told: set[str] = set()
        for match in re.finditer(r"《([^《》\n]{2,40})》", text):
            found = self.ended(match.group(1))
            if found and found.title not in told:
                told.add(found.title)
                yield match.start(), match.end(), found

    def ended(self, title: str) -> Ended | None:
        """What the table says of a repealed statute, by its title."""
        return self.repealed.get(title_key(title))


def load_knowledge(home: Path | None = None) -> Knowledge:
    """Return the table, with that of a home laid over it; raises BadSetting, naming the file, where it cannot be read."""
    local = home / LOCAL_TABLE if home else None
    return _load(local if local and local.exists() else None)


@lru_cache(maxsize=8)
def _load(local: Path | None) -> Knowledge:
    data = _read(TABLE)
    for key, value in (_read(local) if local else {}).items():
        data[key] = {**data[key], **value} if isinstance(value, dict) and isinstance(data.get(key), dict) else value
    try:
        return _knowledge(data)
    except (KeyError, TypeError, re.error, ValueError, AttributeError) as error:
        raise BadSetting(f"{local or TABLE}：审查知识表格式有误（{error}）") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadSetting(f"{path}：不是有效的 TOML 文件（{error}）") from error


def _knowledge(data: dict[str, Any]) -> Knowledge:
    repealed = {
        title_key(title): Ended(title, row["by"], row.get("article", ""), row.get("successor", ""))
        for title, row in data["repealed"].items()
        if not row.get("only_hint")
    }
    renumbered = tuple(
        Renumbered(
            group["law"],
            group["from"],
            tuple(row["old"]),
            re.compile(row["topic"]),
            re.compile(row["unless"]) if row["unless"] else None,
            row["now"],
        )
        for group in data["renumbered"]
        for row in group["rows"]
    )
    fixed = tuple(FixedNumber(re.compile(row["topic"]), row["article"], row["unit"]) for row in data["fixed_number"])
    trades = {title_key(title): re.compile(words) for title, words in data["trades"].items()}
    caution = {k: float(v) for k, v in data["caution"].items()}
    return Knowledge(repealed, renumbered, fixed, caution, trades, frozenset(data["licences"]["names"]))
