"""重大执法决定法制审核目录: the bureau's own rows that say which decisions go to legal review and collective deliberation.

A bureau document beside 行政处罚法 第五十七、五十八条; it adds cases to those of the statute and never takes one away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.law.penalty.kinds import PenaltyKind
from assistant.law.procedure.case import PartyKind, PenaltyCase
from assistant.law.text.numerals import to_number

#: The columns of the table, in order; 处罚种类, 适用对象, 金额起点, 事项 may be empty and then fit every case.
COLUMNS = ("决定类别", "事项", "处罚种类", "适用对象", "金额起点", "集体讨论", "提交材料", "依据")
_ALIASES = {
    "停业整顿": PenaltyKind.SUSPEND_OPERATION,
    "停产停业": PenaltyKind.SUSPEND_OPERATION,
    "吊销": PenaltyKind.REVOKE_LICENCE,
    "吊销许可证件": PenaltyKind.REVOKE_LICENCE,
    "暂扣许可证件": PenaltyKind.SUSPEND_LICENCE,
    "没收": PenaltyKind.CONFISCATE_GOODS,
}


class DecisionKind(StrEnum):
    """What kind of decision a row is about."""

    PENALTY = "行政处罚"
    LICENCE = "行政许可"
    COERCION = "行政强制"


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One row. `matter` is empty or words the case's matter must contain; `floor` in yuan, inclusive."""

    decision: DecisionKind
    matter: str = ""
    kinds: tuple[PenaltyKind, ...] = ()
    parties: tuple[PartyKind, ...] = ()
    floor: float | None = None
    collective: bool = True
    materials: tuple[str, ...] = ()
    source: str = ""

    @property
    def name(self) -> str:
        """The row as it is named in a reason."""
        parts = [self.matter, "、".join(self.kinds), f"{self.floor:g}元以上" if self.floor else ""]
        return " ".join(p for p in parts if p) or self.decision.value

    def covers(self, case: PenaltyCase) -> bool:
        """True where the row is about penalties and the case meets its matter, party, kind and amount."""
        if self.decision is not DecisionKind.PENALTY or (self.matter and self.matter not in case.matter):
            return False
        if self.parties and case.party not in self.parties:
            return False
        if not self.kinds and self.floor is None:
            return True
        fitting = [p for p in case.sanctions if not self.kinds or p.kind in self.kinds]
        return any(self.floor is None or (p.amount is not None and p.amount >= self.floor) for p in fitting)


@dataclass(frozen=True, slots=True)
class ReviewCatalogue:
    """The rows read, and a Chinese line for each row refused and why."""

    rows: tuple[CatalogueRow, ...] = ()
    refused: tuple[str, ...] = ()

    def covering(self, case: PenaltyCase) -> tuple[CatalogueRow, ...]:
        """The rows that a penalty case falls under."""
        return tuple(row for row in self.rows if row.covers(case))

    def of(self, decision: DecisionKind, matter: str = "") -> tuple[CatalogueRow, ...]:
        """The rows about a kind of decision whose 事项 is empty or contained in `matter`."""
        return tuple(r for r in self.rows if r.decision is decision and (not r.matter or r.matter in matter))


def read_catalogue(table: Iterable[Mapping[str, str]], source: str) -> ReviewCatalogue:
    """Return the catalogue of a table whose rows map `COLUMNS` to cells; `source` names the bureau document.

    A row with an unknown 决定类别, 处罚种类, 适用对象 or 金额 is refused and named; the others are kept.
    """
    rows, refused = [], []
    for number, cells in enumerate(table, 1):
        try:
            rows.append(_row({k.strip(): (v or "").strip() for k, v in cells.items()}, source))
        except ValueError as error:
            refused.append(f"第{number}行：{error}")
    return ReviewCatalogue(tuple(rows), tuple(refused))


def _row(cells: Mapping[str, str], source: str) -> CatalogueRow:
    try:
        decision = DecisionKind(cells.get("决定类别", ""))
    except ValueError:
        raise ValueError(f"决定类别应为行政处罚、行政许可或者行政强制，实为“{cells.get('决定类别', '')}”") from None
    return CatalogueRow(
        decision,
        cells.get("事项", ""),
        tuple(penalty_kind(word) for word in _words(cells.get("处罚种类", ""))),
        tuple(_party(word) for word in _words(cells.get("适用对象", ""))),
        _yuan(cells.get("金额起点", "")),
        cells.get("集体讨论", "是") not in ("否", "不需要"),
        tuple(_words(cells.get("提交材料", ""))),
        cells.get("依据", "") or source,
    )


def _words(cell: str) -> list[str]:
    for mark in ("；", ";", "，", ",", "\n"):
        cell = cell.replace(mark, "、")
    return [word.strip() for word in cell.split("、") if word.strip()]


def penalty_kind(word: str) -> PenaltyKind:
    """Return the kind a word of the bureau's tables names; raises ValueError, in Chinese, for one that is none."""
    if word in _ALIASES:
        return _ALIASES[word]
    try:
        return PenaltyKind(word)
    except ValueError:
        raise ValueError(f"不能识别的处罚种类“{word}”") from None


def _party(word: str) -> PartyKind:
    try:
        return PartyKind({"法人": "法人或者其他组织", "组织": "法人或者其他组织", "单位": "法人或者其他组织"}.get(word, word))
    except ValueError:
        raise ValueError(f"不能识别的适用对象“{word}”") from None


def _yuan(cell: str) -> float | None:
    text = cell.removesuffix("以上").removesuffix("元")
    if not text:
        return None
    value = to_number(text)
    if value is None:
        raise ValueError(f"不能识别的金额“{cell}”")
    return value
