"""The teaching cases that ship with the product: `corpus/cases/*.md`, invented, with a head of facts in TOML.

    +++
    title = "…"
    field = "网吧"
    act = "接纳未成年人"
    day = 2025-07-12
    basis = ["义务 《…》第…条", "罚则 《…》第…条第二项"]
    [[penalty]]
    article = "《…》第…条"
    kind = "罚款"
    yuan = 6000
    +++
    ## 案情 …  ## 处理 …  ## 理由 …  ## 怎样改正 …  ## 三句话 …

No statute text: an article is named by its address and read from the library when shown.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from assistant.errors import BadSetting
from assistant.law.cases.model import BasisRole, Case, CaseBasis, CaseKind
from assistant.law.cases.text import cut_case
from assistant.law.citation.read import parse_reference
from assistant.law.statute.model import Visibility
from assistant.shipped import CORPUS

SHIPPED = CORPUS / "cases"
#: What every one of them says of itself, wherever it is shown.
NOTICE = "本案例为教学虚构，人物、单位、地点均非真实。"
_FENCE = "+++"
_HEAD = frozenset({"title", "field", "act", "day", "basis", "penalty", "outcome"})


@dataclass(frozen=True, slots=True)
class StatedPenalty:
    """One penalty a teaching case decides, with what its range depends on; checked against the parsed provision.

    `lessened` says that it lies below the range (减轻处罚) by 行政处罚法 第三十条 or 第三十二条.
    """

    basis: CaseBasis
    kind: str
    yuan: float | None = None
    amount: float | None = None
    base: str = ""
    serious: bool | None = None
    corrected: bool | None = None
    addressee: str = ""
    lessened: bool = False


@dataclass(frozen=True, slots=True)
class TeachingCase:
    """A shipped case, the penalties it decides, and the digest of its file."""

    case: Case
    penalties: tuple[StatedPenalty, ...]
    digest: str


def teaching_cases(folder: Path = SHIPPED) -> list[TeachingCase]:
    """Return the shipped cases by file name; raises BadSetting, naming the file, for one that is malformed."""
    return [read_teaching_case(path) for path in sorted(folder.glob("*.md"))]


def read_teaching_case(path: Path) -> TeachingCase:
    """Return the case of one file; raises BadSetting, naming it and the reason."""
    text = path.read_text(encoding="utf-8")
    try:
        _, head, body = text.split(_FENCE, 2)
        data = tomllib.loads(head)
        unknown = set(data) - _HEAD
        if unknown:
            raise ValueError(f"不认识的字段 {'、'.join(sorted(unknown))}")
        return TeachingCase(_case(path.stem, data, body), tuple(_penalty(p) for p in data.get("penalty", [])), _digest(text))
    except (tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as error:
        raise BadSetting(f"{path}：教学案例格式有误（{error}）") from error


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _case(name: str, data: dict[str, Any], body: str) -> Case:
    parts = cut_case(body, data["title"])
    day = data["day"]
    if not isinstance(day, date):
        raise ValueError("day 应为日期")
    for part, words in (("案情", parts.facts), ("处理", parts.decision), ("理由", parts.findings), ("三句话", parts.lesson)):
        if not words:
            raise ValueError(f"缺少“{part}”")
    return Case(
        key=f"teaching:{name}",
        title=data["title"],
        kind=CaseKind.TEACHING,
        facts=parts.facts,
        findings=parts.findings,
        decision=parts.decision,
        correction=parts.correction,
        lesson=tuple(line.lstrip("- ").strip() for line in parts.lesson.split("\n")),
        field=data["field"],
        act=data["act"],
        day=day,
        basis=tuple(_basis(b) for b in data["basis"]),
        source="本项目自编",
        notice=NOTICE,
        visibility=Visibility.PUBLIC,
    )


def _basis(words: str) -> CaseBasis:
    role, _, address = words.partition(" ")
    return _address(address, BasisRole(role))


def _address(address: str, role: BasisRole) -> CaseBasis:
    """The article an address names; raises ValueError where it names none or several."""
    found = [c for c in parse_reference(address, {}) if c.title and c.number]
    if len(found) != 1:
        raise ValueError(f"“{address}”不是一个条文地址")
    one = found[0]
    return CaseBasis(one.title or "", one.number or 0, one.suffix, one.paragraph, one.item, role)


def _penalty(data: dict[str, Any]) -> StatedPenalty:
    rest = {k: v for k, v in data.items() if k != "article"}
    return StatedPenalty(_address(data["article"], BasisRole.PENALTY), **rest)
