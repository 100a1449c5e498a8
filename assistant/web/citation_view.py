"""The single place where a stored article or citation becomes HTML; everything is escaped here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from html import escape

from assistant.answer.parts import Citation
from assistant.desk.chat.exports import citation_text, full_address, spans
from assistant.desk.library.documents import OpenStatute
from assistant.law.statute.model import Article, Status

_MARK = re.compile(r"\[(\d{1,3})\]")
STATUS_CLASS = {
    Status.IN_FORCE.value: "in-force",
    Status.NOT_YET.value: "not-yet",
    Status.AMENDED.value: "amended",
    Status.REPEALED.value: "repealed",
}


def status_badge(status: str) -> str:
    """Return a version's 时效状态 as a badge; the word itself carries the meaning, not the colour."""
    return f'<span class="badge {STATUS_CLASS.get(status, "")}">{escape(status)}</span>'


def text_with_marks(text: str, message_id: int, citations: Iterable[Citation]) -> str:
    """Return plain text as paragraphs, each [n] of a known citation a button that opens its article."""
    known = {c.mark: c for c in citations}

    def button(match: re.Match[str]) -> str:
        citation = known.get(int(match[1]))
        return _mark_button(citation, message_id) if citation else match[0]

    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return "".join(f"<p>{_MARK.sub(button, escape(line))}</p>" for line in lines)


def _mark_button(citation: Citation, message_id: int) -> str:
    label = f"查看条文：{full_address(citation)}"
    return (
        f'<button type="button" class="mark" data-act="cite" data-message="{message_id}" data-mark="{citation.mark}"'
        f' title="{escape(label)}" aria-label="{escape(label)}">[{citation.mark}]</button>'
    )


def citation_card(citation: Citation, message_id: int, unfolded: bool = True) -> str:
    """Return a citation as it stands under an answer: address, version, status, the quote to the letter."""
    role = f'<span class="role">{escape(citation.role)}</span>' if citation.role else ""
    return (
        f'<details class="cite"{" open" if unfolded else ""} data-key="m{message_id}-{citation.mark}">'
        f'<summary><span class="n">[{citation.mark}]</span> <span class="address">{escape(full_address(citation))}</span> {role}'
        f'<span class="version">{escape(version_word(citation.version))}</span> {status_badge(citation.status)}</summary>'
        f'<blockquote>{quote(citation.quote, citation.decisive)}</blockquote><div class="cite-actions">'
        f'<button type="button" class="link" data-act="cite" data-message="{message_id}" data-mark="{citation.mark}"'
        f' aria-label="{escape("查看全文：" + full_address(citation))}">查看全文</button>{copy_button(citation)}</div></details>'
    )


def copy_button(citation: Citation) -> str:
    """Return the 复制引用 button; what it copies travels in the page, escaped."""
    return (
        f'<button type="button" class="link" data-js="copy" data-copy="{escape(citation_text(citation))}"'
        f' aria-label="{escape("复制引用：" + full_address(citation))}">复制引用</button>'
    )


def quote(text: str, decisive: Iterable[tuple[int, int]] = ()) -> str:
    """Return an article's text character for character, a line a paragraph, the decisive spans marked."""
    pieces = (f'<mark class="decisive">{escape(t)}</mark>' if on else escape(t) for t, on in spans(text, decisive))
    # white-space: pre-wrap shows the line breaks; nothing is added to or taken from the text.
    return f'<span class="law-text">{"".join(pieces)}</span>'


def version_word(version: str) -> str:
    """2022-03-29 → 2022年3月29日版本; anything else as it is."""
    try:
        day = date.fromisoformat(version)
    except ValueError:
        return version
    return f"{day.year}年{day.month}月{day.day}日版本"


def day_word(day: date | None) -> str:
    """Return a date in Chinese, or 未注明."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "未注明"


def statute_body(document: OpenStatute, highlighted: Iterable[str] = (), decisive: Citation | None = None) -> str:
    """Return the whole text of a version with its headings; the highlighted articles carry class `hit`."""
    hits = set(highlighted)
    out, headings = [], ("", "", "")
    if document.version.preamble:
        out.append(f'<p class="law-text preamble">{escape(document.version.preamble)}</p>')
    for article_id, article in document.articles:
        current = (article.part, article.chapter, article.section)
        out.append(_headings(headings, current))
        headings = current
        marked = decisive.decisive if decisive and decisive.article_id == article_id and decisive.quote == article.text else ()
        out.append(_article(article, marked, article_id in hits))
    for extra in (document.version.signature, document.version.appendix):
        if extra:
            out.append(f'<p class="law-text preamble">{escape(extra)}</p>')
    return "".join(out)


def _headings(before: tuple[str, ...], now: tuple[str, ...]) -> str:
    changed = next((k for k, (x, y) in enumerate(zip(before, now, strict=True)) if x != y), None)
    if changed is None:
        return ""
    return "".join(f'<h3 class="heading h-{k}">{escape(t)}</h3>' for k, t in enumerate(now) if k >= changed and t)


def _article(article: Article, decisive: Iterable[tuple[int, int]], hit: bool) -> str:
    return (
        f'<div class="article{" hit" if hit else ""}"{" tabindex=-1" if hit else ""} data-key="{escape(article.key)}">'
        f'<span class="label">{escape(article.label)}</span> {quote(article.text, decisive)}</div>'
    )


def marked_pieces(marks: Iterable[tuple[str, str]], side: str) -> str:
    """Return one side of a comparison: `delete` pieces on the old side, `insert` pieces on the new one."""
    tag = {"delete": "del", "insert": "ins"}[side]
    shown = (f"<{tag}>{escape(t)}</{tag}>" if op == side else escape(t) for op, t in marks if op in ("equal", side))
    return f'<span class="law-text">{"".join(shown)}</span>'
