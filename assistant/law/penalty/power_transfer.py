"""职权划转: which penalty powers the bureau's own table says another authority now has, or this one has taken over.

行政处罚法 第十八条 lets a province move the power to punish between authorities, 第二十四条 to towns and sub-districts;
which powers have moved is local and comes from a table. It changes who punishes and never what.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from assistant.law.citation.table_cells import ProvisionPlace, article_places
from assistant.law.text.dates import find_dates
from assistant.law.text.titles import short_title, title_key

#: The columns of the table, in order; 条文 empty means every penalty of the statute.
COLUMNS = ("法律文件", "条文", "行使机关", "起始日期", "依据")
#: What 行使机关 says where the power came to this bureau.
OWN = "本局"


@dataclass(frozen=True, slots=True)
class MovedPower:
    """One row: the penalties of `title` (of one place where `place` is given) are given by `holder` from `since` on."""

    title: str
    holder: str
    place: ProvisionPlace | None = None
    since: date | None = None
    source: str = ""

    @property
    def is_own(self) -> bool:
        """True where the power came to this bureau."""
        return self.holder == OWN

    def covers(self, title: str, place: ProvisionPlace, day: date) -> bool:
        """True where the row is about this provision on `day`."""
        if title_key(title) != title_key(self.title) or (self.since and day < self.since):
            return False
        if self.place is None:
            return True
        if (self.place.number, self.place.suffix) != (place.number, place.suffix):
            return False
        pairs = ((self.place.paragraph, place.paragraph), (self.place.item, place.item))
        return all(mine is None or theirs is None or mine == theirs for mine, theirs in pairs)


@dataclass(frozen=True, slots=True)
class MovedPowers:
    """The rows read, and a Chinese line for each row refused and why."""

    rows: tuple[MovedPower, ...] = ()
    refused: tuple[str, ...] = ()

    def covering(self, title: str, place: ProvisionPlace, day: date) -> MovedPower | None:
        """The row about a provision, the more exact and then the later one first; None where there is none."""
        rows = [r for r in self.rows if r.covers(title, place, day)]
        return max(rows, key=lambda r: (r.place is not None, bool(r.place and r.place.paragraph), r.since or date.min), default=None)


def read_moved_powers(table: Iterable[Mapping[str, str]], source: str) -> MovedPowers:
    """Return the rows of a table that maps `COLUMNS` to cells; one row may list several articles.

    A row without statute or holder, or with an article or a day that cannot be read, is refused and named.
    """
    rows: list[MovedPower] = []
    refused = []
    for number, cells in enumerate(table, 1):
        try:
            rows += _rows({k.strip(): (v or "").strip() for k, v in cells.items()}, source)
        except ValueError as error:
            refused.append(f"第{number}行：{error}")
    return MovedPowers(tuple(rows), tuple(refused))


def _rows(cells: Mapping[str, str], source: str) -> list[MovedPower]:
    title, holder = short_title(cells.get("法律文件", "")), cells.get("行使机关", "")
    if not title or not holder:
        raise ValueError("法律文件和行使机关都应填写")
    day = cells.get("起始日期", "")
    since = find_dates(day)
    if day and len(since) != 1:
        raise ValueError(f"不能识别的起始日期“{day}”")
    basis, start = cells.get("依据", "") or source, since[0] if since else None
    places: list[ProvisionPlace | None] = [*article_places(cells.get("条文", ""))]
    return [MovedPower(title, holder, place, start, basis) for place in places or [None]]
