"""款 and 项 a citation names, in an article: the text of the place, or why there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.law.statute.model import Article, Paragraph
from assistant.law.statute.structure import paragraphs
from assistant.law.text.numerals import to_chinese, to_int

_ITEM_MARK = re.compile(r"[（(]([一二三四五六七八九十]{1,3})[）)]")


@dataclass(frozen=True, slots=True)
class MissingPlace:
    """`detail` says in Chinese what the article has instead; `correct` is the label that is right, if one is."""

    detail: str
    correct: str | None = None


def place_text(article: Article, paragraph: int | None, item: int | None) -> str:
    """Return the text of the cited 款 or 项, the lead-in of its 款 included; the whole article without either."""
    chosen = [p for p in paragraphs(article.text) if paragraph in (None, p.number)]
    if item is not None:
        holding = [p for p in chosen if any(i.number == item for i in p.items)]
        parts = []
        for para in holding[:1]:
            found = next(i for i in para.items if i.number == item)
            parts = [para.text, found.text, *found.subitems]
        # An item set in the running text of its paragraph cannot be cut out; the paragraph stands for it.
        return "\n".join(parts) if parts else "\n".join(p.full_text for p in chosen)
    return "\n".join(p.full_text for p in chosen) if paragraph is not None else article.text


def shortened_text(article: Article, quote: str) -> str:
    """Return the article with only those 项 that `quote` shows by their （N）: a quotation may pass over the others."""
    shown = {to_int(n) for n in _ITEM_MARK.findall(quote)}
    lines: list[str] = []
    for para in paragraphs(article.text):
        lines.append(para.text)
        for found in para.items:
            lines += [found.text, *found.subitems] if found.number in shown else []
    return "\n".join(lines)


def missing_place(article: Article, paragraph: int | None, item: int | None) -> MissingPlace | None:
    """Return why the article has no such 款 or 项, or None where it has."""
    found = paragraphs(article.text)
    if paragraph is not None and paragraph > len(found):
        count = f"共{to_chinese(len(found))}款" if len(found) > 1 else "只有一款"
        return MissingPlace(f"{article.label}{count}，没有第{to_chinese(paragraph)}款。")
    if item is None:
        return None
    chosen = [p for p in found if paragraph in (None, p.number)]
    if any(_has_item(p, item) for p in chosen):
        return None
    where = article.label + (f"第{to_chinese(paragraph)}款" if paragraph else "")
    most = max((i.number for p in chosen for i in p.items), default=0)
    detail = f"{where}共{to_chinese(most)}项，没有第{to_chinese(item)}项。" if most else f"{where}没有分项。"
    others = [p for p in found if _has_item(p, item)]
    correct = f"{article.label}第{to_chinese(others[0].number)}款第{to_chinese(item)}项" if len(others) == 1 else None
    return MissingPlace(detail, correct)


def _has_item(para: Paragraph, number: int) -> bool:
    """True where the paragraph has the item, as a line of its own or set in its text."""
    if any(i.number == number for i in para.items):
        return True
    return bool(re.search(rf"[（(]{to_chinese(number)}[）)]", para.text))
