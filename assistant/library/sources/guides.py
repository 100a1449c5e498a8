"""办事指南: how to apply for, report or contest something, as Markdown files with a head in TOML.

`corpus/guides/*.md` are samples that ship with the product; the bureau puts its own into `<home>/guides`, and one of
the same file name takes a sample's place. `{service_line}`, `{service_window}` and `{service_hours}` are filled from
the settings. The articles a guide stands on are named by address and read from the library when shown.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.config import Settings
from assistant.errors import BadSetting
from assistant.law.cases.model import CaseBasis
from assistant.law.citation.read import parse_reference
from assistant.shipped import CORPUS

SHIPPED = CORPUS / "guides"
#: The parts every guide has, in the order they are shown.
PARTS = ("谁可以办", "需要什么材料", "去哪里办", "多长时间", "不满意怎么办")
_FENCE = "+++"
_FILLED = ("service_line", "service_window", "service_hours")
_NOT_SET = "（请拨打本局服务电话询问）"
_HEADING = re.compile(r"^##\s+(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class GuidePart:
    """One part: its heading, its paragraphs, and its list of things to bring."""

    heading: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """One guide. `notice` says on its face what it is (a sample); empty for the bureau's own without one."""

    name: str
    title: str
    aliases: tuple[str, ...]
    field: str
    basis: tuple[CaseBasis, ...]
    notice: str
    parts: tuple[GuidePart, ...]
    own: bool = False

    @property
    def text(self) -> str:
        """Everything that is searched."""
        return "\n".join([self.title, *self.aliases, *(line for p in self.parts for line in (*p.paragraphs, *p.items))])


def own_guides(settings: Settings) -> Path:
    """The folder in the home where the bureau's own guides lie; may be missing."""
    return settings.home / "guides"


def read_guides(settings: Settings) -> tuple[Guide, ...]:
    """Return the guides by title: the samples, and the bureau's own in place of or beside them.

    Raises BadSetting, naming the file and the reason, for one that is malformed.
    """
    found: dict[str, Guide] = {}
    for folder in (SHIPPED, own_guides(settings)):
        for path in sorted(folder.glob("*.md")) if folder.is_dir() else ():
            found[path.stem] = read_guide(path, settings, own=folder != SHIPPED)
    return tuple(sorted(found.values(), key=lambda g: g.title))


def read_guide(path: Path, settings: Settings, *, own: bool = False) -> Guide:
    """Return the guide of one file; raises BadSetting, naming it and the reason."""
    try:
        _, head, body = path.read_text(encoding="utf-8").split(_FENCE, 2)
        data: dict[str, Any] = tomllib.loads(head)
        basis = tuple(_address(b) for b in data["basis"])
        notice, parts = _body(_filled(body, settings))
        return Guide(path.stem, data["title"], tuple(data["aliases"]), data["field"], basis, notice, parts, own)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as error:
        raise BadSetting(f"{path}：办事指南格式有误（{error}）") from error


def _filled(body: str, settings: Settings) -> str:
    for name in _FILLED:
        body = body.replace(f"{{{name}}}", str(getattr(settings, name)).strip() or _NOT_SET)
    return body


def _body(body: str) -> tuple[str, tuple[GuidePart, ...]]:
    """The notice and the parts; raises ValueError where a part is missing."""
    pieces = _HEADING.split(body)
    found = {heading: _part(heading, text) for heading, text in zip(pieces[1::2], pieces[2::2], strict=True)}
    missing = [p for p in PARTS if p not in found]
    if missing:
        raise ValueError(f"缺少“{missing[0]}”")
    notice = " ".join(line.lstrip("> ").strip() for line in pieces[0].splitlines() if line.startswith(">"))
    others = [p for heading, p in found.items() if heading not in PARTS]
    return notice, (*(found[p] for p in PARTS), *others)


def _part(heading: str, text: str) -> GuidePart:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    items = tuple(line[2:].strip() for line in lines if line.startswith("- "))
    return GuidePart(heading, tuple(line for line in lines if not line.startswith("- ")), items)


def _address(address: str) -> CaseBasis:
    found = [c for c in parse_reference(address, {}) if c.title and c.number]
    if len(found) != 1:
        raise ValueError(f"“{address}”不是一个条文地址")
    one = found[0]
    return CaseBasis(one.title or "", one.number or 0, one.suffix, one.paragraph, one.item)
