"""What makes a text doubtful that is to stand as law: it has gaps, it breaks off, it is shorter or older than the one held.

Nothing here refuses a text. Each doubt is one Chinese line for the person who decides, and says what was read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from assistant.law.statute.model import Article, Level, ParsedDocument, article_label
from assistant.law.statute.parse import number_gaps
from assistant.law.text.numerals import NUMERAL_CHARS, to_int
from assistant.law.text.same_text import folded

#: A text that keeps less than this share of the articles (or characters) of the one held is told to shrink.
_SHRINKS: Final = 0.8
#: A text that keeps less than this share of the articles has lost most of them.
_MOST: Final = 0.5
#: Below so many articles a text is too short to say that it lost most of them.
_TELLING: Final = 8
_GAPS_SHOWN: Final = 5
_CLOSING: Final = re.compile(r"施行|实施|生效|执行|废止|解释")
_OWN_ARTICLE: Final = re.compile(rf"本(?:法|条例|规定|办法|细则|规则|解释)第([{NUMERAL_CHARS}]{{1,9}})条")


@dataclass(frozen=True, slots=True)
class Held:
    """The text that a new one would follow: its date and its articles."""

    version_date: date | None
    articles: tuple[Article, ...]


def doubts(document: ParsedDocument, held: Held | None) -> tuple[str, ...]:
    """Return what is doubtful about a document, beside the text held under its title; nothing for one that is whole."""
    found = [*_of_itself(document), *_of_its_days(document, held)]
    if held:
        found += _beside(document, held)
    return tuple(found)


def loses_most(document: ParsedDocument, held: Held | None) -> bool:
    """True where a text has less than half of the articles of the one it would follow: a stub, or a part of it."""
    if held is None or len(held.articles) < _TELLING:
        return False
    return len(document.articles) < len(held.articles) * _MOST


def _of_itself(document: ParsedDocument) -> list[str]:
    """Doubts that the text alone raises."""
    out = []
    numbered = tuple(a for a in document.articles if a.number)
    if not numbered:
        own = document.level and not document.level.is_law
        return [] if own else ["没有读出条号，只能按自然段入库，答复时引不出第几条"]
    gaps = number_gaps(numbered)
    if gaps:
        out.append(f"条号不连续：{'、'.join(gaps[:_GAPS_SHOWN])}{'等' if len(gaps) > _GAPS_SHOWN else ''}与前一条接不上")
    last = max(a.number for a in numbered)
    farthest = max((to_int(n) or 0 for a in numbered for n in _OWN_ARTICLE.findall(a.text)), default=0)
    if farthest > last:
        out.append(f"文中提到本文{article_label(farthest)}，但只读到{article_label(last)}")
    if document.level is not Level.CONSTITUTION and not any(_CLOSING.search(a.text) for a in numbered[-3:]):
        out.append("最后几条里没有施行日期一类的结尾条款，文本可能不完整")
    chapters = {a.chapter for a in numbered}
    if len(chapters) == 1 and next(iter(chapters)).startswith("第一章"):
        out.append("只有第一章，没有以后各章")
    return out


def _of_its_days(document: ParsedDocument, held: Held | None) -> list[str]:
    out = []
    if document.version_date is None:
        out.append("没有读出公布日期，不能确定是哪个版本")
    if document.effective_from is None:
        out.append("没有读出施行日期，不能确定从哪天起适用")
    if held and document.version_date and held.version_date and document.version_date < held.version_date:
        out.append(f"公布日期 {document.version_date} 早于库里的 {held.version_date}，不是新的文本")
    return out


def _beside(document: ParsedDocument, held: Held) -> list[str]:
    """Doubts that the text raises beside the one held."""
    out = []
    before, now = len(held.articles), len(document.articles)
    if now < before:
        much = "，大部分条文没有了" if now < before * _MOST else "，少了两成以上" if now < before * _SHRINKS else ""
        out.append(f"条数变少：原有 {before} 条，这份 {now} 条，少 {before - now} 条{much}")
    length, own = _length(held.articles), _length(document.articles)
    if length and own < length * _SHRINKS:
        out.append(f"字数变少：原文约 {length} 字，这份约 {own} 字")
    return out


def _length(articles: Sequence[Article]) -> int:
    return sum(len(folded(a.text)) for a in articles)
