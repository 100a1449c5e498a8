"""What a statute is made of: level, status, version, article, paragraph, item.

Frozen data without behaviour beyond naming; the only place these words are defined.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from assistant.law.text.numerals import to_chinese


class Level(StrEnum):
    """效力层级, highest first (立法法 第九十八条至第一百零二条)."""

    CONSTITUTION = "宪法"
    LAW = "法律"
    ADMINISTRATIVE_REGULATION = "行政法规"
    SUPERVISION_REGULATION = "监察法规"
    JUDICIAL_INTERPRETATION = "司法解释"
    LOCAL_REGULATION = "地方性法规"
    DEPARTMENT_RULE = "部门规章"
    LOCAL_RULE = "地方政府规章"
    NORMATIVE_DOCUMENT = "规范性文件"
    BUREAU_DOCUMENT = "本局文件"
    OPINION = "法律意见"
    CASE = "案例"

    @property
    def rank(self) -> int:
        """0 for the highest level, growing downwards."""
        return _RANK[self]

    @property
    def is_law(self) -> bool:
        """True where the text binds as law; opinions, cases and the bureau's own papers do not."""
        return self.rank <= Level.NORMATIVE_DOCUMENT.rank


_RANK: Final = {level: place for place, level in enumerate(Level)}


class Status(StrEnum):
    """时效状态 of a version on a given day."""

    IN_FORCE = "现行有效"
    NOT_YET = "尚未生效"
    AMENDED = "已被修改"
    REPEALED = "已废止"


class Visibility(StrEnum):
    """Who may see a document; internal text never reaches the public desk."""

    PUBLIC = "public"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Item:
    """项: `（一）…`, with the 目 (`1.…`) beneath it."""

    number: int
    text: str
    subitems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """款: one natural paragraph of an article and the 项 that follow it."""

    number: int
    text: str
    items: tuple[Item, ...] = ()

    @property
    def full_text(self) -> str:
        """The paragraph with its items, one a line, as in the statute."""
        lines = [self.text]
        for item in self.items:
            lines.append(item.text)
            lines.extend(item.subitems)
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Article:
    """条: its number, its text without the number, and where in the statute it stands.

    `number` is 0 for the unnumbered pieces of a document without articles; they are told apart
    by `ordinal`, their place in the document counted from 1.
    """

    number: int
    suffix: int
    text: str
    ordinal: int
    part: str = ""
    chapter: str = ""
    section: str = ""

    @property
    def label(self) -> str:
        """第…条 (之…) in Chinese numerals; 第…段 for an unnumbered piece."""
        if self.number == 0:
            return f"第{to_chinese(self.ordinal)}段"
        return article_label(self.number, self.suffix)

    @property
    def key(self) -> str:
        """The part of an article id after the version: `35`, `120-1`, `p3` for a piece."""
        if self.number == 0:
            return f"p{self.ordinal}"
        return f"{self.number}-{self.suffix}" if self.suffix else str(self.number)


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A statute or other document as read from one source, before it is placed on the shelf.

    What the text does not say is None or empty, never guessed. `warnings` are Chinese lines.
    """

    title: str
    articles: tuple[Article, ...]
    level: Level | None = None
    issuer: str = ""
    doc_number: str = ""
    region: str = ""
    promulgated: date | None = None
    version_date: date | None = None
    effective_from: date | None = None
    history: tuple[str, ...] = ()
    preamble: str = ""
    signature: str = ""
    appendix: str = ""
    warnings: tuple[str, ...] = field(default=())

    @property
    def has_articles(self) -> bool:
        """False for documents kept by paragraph (决定, 通知, 案例)."""
        return any(a.number for a in self.articles)


def article_label(number: int, suffix: int = 0) -> str:
    """Return 第…条 in Chinese numerals, with 之… for an inserted article."""
    return f"第{to_chinese(number)}条" + (f"之{to_chinese(suffix)}" if suffix else "")
