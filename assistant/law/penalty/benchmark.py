"""裁量基准: the bureau's own grades of a statutory range, and whether each stays within it (行政处罚法 第三十四条).

A benchmark narrows what the statute leaves open and may not go beyond it. 减轻 is the one grade that
goes below the floor, and only in the cases of 第三十二条; it may not go above any ceiling.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.law.citation.table_cells import ProvisionPlace, article_places
from assistant.law.penalty.amounts import FineRange, same_base
from assistant.law.penalty.provisions import PenaltyProvision
from assistant.law.penalty.tiers import Tier, TierReader
from assistant.law.text.folding import bare
from assistant.law.text.numerals import fold_width
from assistant.law.text.titles import short_title

#: The columns of the table, in order. An empty cell of the first three takes the one above it, as merged cells do.
COLUMNS = ("法律文件", "条文", "违法行为", "法定档次", "裁量等次", "适用情形", "裁量幅度", "依据")
REQUIRED = ("法律文件", "条文", "违法行为", "裁量等次", "适用情形", "裁量幅度")
_CARRIED = ("法律文件", "条文", "违法行为")
_NO_PENALTY = re.compile(r"不予(?:行政)?处罚|免予处罚|不处罚")
_LESSENED = re.compile(r"减轻")
_JOINED_UNIT = re.compile(r"([\d.]{1,24}+)\s{0,8}([-—–~～至到])\s{0,8}([\d.]{1,24}+)\s{0,8}(万元|元|倍)")
_SHORT_OF = re.compile(r"以上[、，,]?(?:不满|不足|低于|未满)")
#: How a reason begins where the statute counts otherwise (yuan against multiples, another base).
_OTHER_MEASURE = "法定为"
_BARE_KIND = re.compile(r"(?<![予处])(警告)")


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    """One row: for an act punished by a provision, the grade, when it applies, and its range.

    `statutory` are words of the statute's own condition (情节严重) where the row is about one of several tiers.
    `row` is the number of the row in the table, counted from 1 below the header.
    """

    title: str
    place: ProvisionPlace
    act: str
    grade: str
    circumstances: str
    range_text: str
    statutory: str = ""
    source: str = ""
    row: int = 0

    @property
    def exempts(self) -> bool:
        """True for a grade without a penalty (不予处罚; 行政处罚法 第三十三条)."""
        return bool(_NO_PENALTY.search(self.range_text))

    @property
    def lessens(self) -> bool:
        """True for 减轻, below the statutory floor (行政处罚法 第三十二条)."""
        return bool(_LESSENED.search(self.grade))


@dataclass(frozen=True, slots=True)
class Benchmarks:
    """The rows read, and a Chinese line for each row refused and why."""

    rows: tuple[BenchmarkRow, ...] = ()
    refused: tuple[str, ...] = ()


def read_benchmarks(table: Iterable[Mapping[str, str]], source: str) -> Benchmarks:
    """Return the rows of a table that maps `COLUMNS` to cells; `source` names the bureau document.

    A row that names several articles gives one row each. One that lacks a cell or names no article is refused and named.
    """
    rows: list[BenchmarkRow] = []
    refused: list[str] = []
    above: dict[str, str] = {}
    for number, raw in enumerate(table, 1):
        cells = {k.strip(): (v or "").strip() for k, v in raw.items()}
        cells |= {name: above.get(name, "") for name in _CARRIED if not cells.get(name)}
        above = cells
        try:
            rows += _rows(cells, source, number)
        except ValueError as error:
            refused.append(f"第{number}行：{error}")
    return Benchmarks(tuple(rows), tuple(refused))


def _rows(cells: Mapping[str, str], source: str, number: int) -> list[BenchmarkRow]:
    empty = [name for name in REQUIRED if not cells.get(name)]
    if empty:
        raise ValueError(f"{'、'.join(empty)}没有填写")
    return [
        BenchmarkRow(
            short_title(cells["法律文件"]),
            place,
            cells["违法行为"],
            cells["裁量等次"],
            cells["适用情形"],
            cells["裁量幅度"],
            cells.get("法定档次", ""),
            cells.get("依据", "") or source,
            number,
        )
        for place in article_places(cells["条文"])
    ]


def misfit(row: BenchmarkRow, provisions: Sequence[PenaltyProvision]) -> str | None:
    """Say in Chinese why a row does not stay within the penalties of its article, or None where it does.

    `provisions` are those of the article the row names. Every kind and every fine of the row must be
    among those of the paragraph, item and tier it is about.
    """
    tiers = _tiers(row, provisions)
    if not tiers:
        return f"{row.place.label}没有可以核对的罚则" if not row.statutory else f"{row.place.label}没有“{row.statutory}”这一档次"
    if row.exempts:
        return None
    own = read_range(row.range_text)
    if not any(tier.kinds for tier in own):
        return f"裁量幅度“{row.range_text}”没有读出处罚种类或者金额"
    allowed = {kind for tier in tiers for kind in tier.kinds}
    foreign = [k.value for tier in own for k in tier.kinds if k.is_penalty and k not in allowed]
    if foreign:
        return f"{'、'.join(dict.fromkeys(foreign))}不在法定处罚种类内（法定：{'、'.join(k for k in allowed if k.is_penalty)}）"
    statutory = [(fine, tier) for tier in tiers for fine in tier.fines]
    for fine in (f for tier in own for f in tier.fines):
        reasons = [_outside(fine, legal, row.lessens) for legal, tier in statutory if _same_person(fine, legal, tier, statutory)]
        if reasons and None not in reasons:
            told = [r for r in reasons if r]
            nearest = next((r for r in told if not r.startswith(_OTHER_MEASURE)), told[0])
            return f"“{fine.text.strip()}”超出法定幅度：{nearest}"
    return None


def _tiers(row: BenchmarkRow, provisions: Sequence[PenaltyProvision]) -> list[Tier]:
    """The statutory tiers a row is about."""
    fitting = [p for p in provisions if row.place.paragraph in (None, p.paragraph)]
    tiers = [t for p in fitting for t in p.tiers if t.punishes and (row.place.item is None or t.item in (None, row.place.item))]
    if not row.statutory:
        return tiers
    words = bare(row.statutory).text.removesuffix("的")
    return [t for t in tiers if words in bare(t.condition).text]


def read_range(text: str) -> tuple[Tier, ...]:
    """Return what a cell of a range orders: kinds and fines, with 罚款 understood where only amounts stand."""
    words = _JOINED_UNIT.sub(r"\1\4至\3\4", fold_width(text))
    words = _BARE_KIND.sub(r"给予\1", _SHORT_OF.sub("以上", words))
    return TierReader(words, 0, implied_fine=True).read().tiers


def _same_person(fine: FineRange, legal: FineRange, tier: Tier, statutory: Sequence[tuple[FineRange, Tier]]) -> bool:
    """A fine is measured by those for the one who acted, unless it names another or the provision fines only others."""
    others = {f.addressee or t.addressee for f, t in statutory}
    who = legal.addressee or tier.addressee
    return who == fine.addressee if fine.addressee in others else not who or "" not in others


def _outside(fine: FineRange, legal: FineRange, lessened: bool) -> str | None:
    """Why `fine` goes beyond `legal`, None where it stays within."""
    if fine.is_open or legal.is_open:
        return None
    if fine.is_multiple != legal.is_multiple or (fine.is_multiple and fine.base and not same_base(fine.base, legal.base)):
        return f"{_OTHER_MEASURE}“{legal.text}”"
    low, high = (fine.times_floor, fine.times_ceiling) if fine.is_multiple else (fine.floor, fine.ceiling)
    floor, ceiling = (legal.times_floor, legal.times_ceiling) if legal.is_multiple else (legal.floor, legal.ceiling)
    if low is not None and high is not None and low > high:
        return "下限高于上限"
    if ceiling is not None and (high is None or high > ceiling):
        return f"高于法定上限，法定为“{legal.text}”"
    if floor is not None and not lessened and (low is None or low < floor):
        return f"低于法定下限，法定为“{legal.text}”"
    return None
