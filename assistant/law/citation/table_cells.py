"""Cells of the bureau's own tables: the places of a statute a cell names."""

from __future__ import annotations

from typing import NamedTuple

from assistant.law.citation.grammar import next_article, read_addresses
from assistant.law.statute.model import article_label
from assistant.law.text.folding import squeeze
from assistant.law.text.numerals import to_chinese


class ProvisionPlace(NamedTuple):
    """条 (之), 款 and 项 of a statute; None where not named."""

    number: int
    suffix: int = 0
    paragraph: int | None = None
    item: int | None = None

    @property
    def label(self) -> str:
        """第…条第…款第…项 in Chinese numerals."""
        out = article_label(self.number, self.suffix)
        out += f"第{to_chinese(self.paragraph)}款" if self.paragraph else ""
        return out + (f"第{to_chinese(self.item)}项" if self.item else "")


def article_places(cell: str) -> list[ProvisionPlace]:
    """Return the places a cell names (第五条第一款, 第三条至第六条), () for an empty one; raises ValueError where it names none."""
    text = squeeze(cell).text
    if not text:
        return []
    unit = next_article(text, 0)
    if unit is None:
        raise ValueError(f"不能识别的条文“{cell.strip()}”")
    return [ProvisionPlace(a.number, a.suffix, a.paragraph, a.item) for a in read_addresses(text, unit)]
