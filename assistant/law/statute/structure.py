"""款, 项 and 目 of one article, from its text (立法法 第六十五条第二款: 条、款、项、目)."""

from __future__ import annotations

import re

from assistant.law.statute.model import Article, Item, Paragraph
from assistant.law.text.numerals import to_int

_ITEM = re.compile(r"^\s*[（(]\s*([一二三四五六七八九十百]+)\s*[）)]")
_SUBITEM = re.compile(r"^\s*(\d{1,2})\s*[.．、]\s*\S")


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Return the 款 of an article's text, each with its 项 and 目.

    A line that opens with （一） is an item of the paragraph before it; a line that opens with an
    Arabic number inside an item is its subitem; every other line begins a paragraph.
    """
    out: list[Paragraph] = []
    lead: str | None = None
    items: list[Item] = []

    def close() -> None:
        if lead is not None or items:
            out.append(Paragraph(len(out) + 1, lead or "", tuple(items)))

    for line in (ln.strip() for ln in text.split("\n")):
        if not line:
            continue
        match = _ITEM.match(line)
        if match:
            items.append(Item(to_int(match.group(1)) or len(items) + 1, line))
        elif items and _SUBITEM.match(line):
            last = items[-1]
            items[-1] = Item(last.number, last.text, (*last.subitems, line))
        else:
            close()
            lead, items = line, []
    close()
    return tuple(out)


def paragraph(article: Article, number: int) -> Paragraph | None:
    """Return 第N款 of an article, or None where it has fewer."""
    found = paragraphs(article.text)
    return found[number - 1] if 0 < number <= len(found) else None


def item(article: Article, number: int, paragraph_number: int | None = None) -> Item | None:
    """Return 第N项 of an article (of one 款 where given), or None where there is none.

    Without a 款 the first item of that number anywhere in the article is meant, as when a
    document cites 第四十八条第五项.
    """
    for para in paragraphs(article.text):
        if paragraph_number in (None, para.number):
            for candidate in para.items:
                if candidate.number == number:
                    return candidate
    return None
