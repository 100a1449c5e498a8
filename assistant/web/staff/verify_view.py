"""The page 核验引用 as HTML: the draft with its citations marked, what is wrong, and what is found of one."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import quote as url_quote

from assistant.desk.drafts import CheckedDraft
from assistant.law.marked_up import Segment, segments
from assistant.law.titles import short_title
from assistant.law.verify import Judged, Verdict
from assistant.web.citation_view import day_word, marked_pieces

EMPTY = '<div class="panel-empty"><p>核验后点文中的引用，在这里查看结论和条文。</p></div>'
_CLASS = {Verdict.VALID: "ok", Verdict.NOT_ON_SHELF: "unknown", Verdict.AMENDED: "changed"}


def verdict_badge(verdict: Verdict) -> str:
    """Return a verdict as a badge; the word carries the meaning, not the colour."""
    return f'<span class="badge verdict {_class(verdict)}">{escape(verdict.value)}</span>'


def _class(verdict: Verdict) -> str:
    return _CLASS.get(verdict, "wrong")


def result(draft: CheckedDraft, check: str) -> str:
    """Return the outcome: how many of each verdict, what is to be corrected, and the whole draft marked up.

    `check` is the number the draft is kept under.
    """
    numbers = {id(j): n for n, j in enumerate(draft.judged)}
    text = "".join(_piece(s, ",".join(str(numbers[id(j)]) for j in s.judged), check) for s in segments(draft.text, draft.judged))
    return (
        f'<div class="checked"><header><h2 tabindex="-1" data-focus="1">{escape(draft.name)}</h2>'
        f'<a class="link" href="/staff/verified/{url_quote(check)}.docx" download>下载带批注的 Word</a>'
        f'<p class="facts" role="status">{_counted(draft)}（按{day_word(draft.as_of)}的法律）</p></header>{_alarms(draft, check)}'
        f'<div class="draft law-text" tabindex="0" role="region" aria-label="草稿全文">{text}</div></div>'
    )


def _counted(draft: CheckedDraft) -> str:
    if not draft.judged:
        return "没有找到引用"
    counts = " ".join(f"{verdict_badge(v)} {n}" for v, n in draft.counts.items())
    return f"共 {len(draft.judged)} 处引用：{counts}"


def _alarms(draft: CheckedDraft, check: str) -> str:
    found = [(n, j) for n, j in enumerate(draft.judged) if j.verdict.is_alarm]
    if not found:
        return ""
    items = "".join(
        f'<li><button type="button" data-act="judged" data-check="{escape(check)}" data-numbers="{n}">{verdict_badge(j.verdict)} '
        f"<strong>{escape(j.citation.raw)}</strong> {escape(j.detail)}</button></li>"
        for n, j in found
    )
    return f'<details class="alarms" open><summary>需要改正的 {len(found)} 处</summary><ul>{items}</ul></details>'


def _piece(segment: Segment, numbers: str, check: str) -> str:
    """One segment; a citation carries its verdict in words, a quotation that differs is only coloured."""
    if segment.verdict is None:
        return escape(segment.text)
    told = "" if segment.is_quote else f' data-verdict="{escape(segment.verdict.value)}"'
    return (
        f'<span class="cited {_class(segment.verdict)}" role="button" tabindex="0" data-act="judged" data-check="{escape(check)}"'
        f' data-numbers="{numbers}"{told} title="{escape(segment.verdict.value)}">{escape(segment.text)}</span>'
    )


def findings(judged: Iterable[Judged]) -> str:
    """Return what is found of one citation (or of a list that shares its place) as the head of the panel."""
    return "".join(_finding(j) for j in judged)


def _finding(judged: Judged) -> str:
    cited = judged.citation
    asked = f"《{short_title(cited.title)}》{cited.label}" if cited.title else ""
    wanted = judged.correct if judged.verdict.is_alarm and judged.correct != asked else ""
    right = f'<p class="right">应为：<strong>{escape(wanted)}</strong></p>' if wanted else ""
    return (
        f'<div class="finding"><p>{verdict_badge(judged.verdict)} <strong>{escape(cited.raw)}</strong></p>'
        f"<p>{escape(judged.detail)}</p>{right}{_difference(judged)}</div>"
    )


def _difference(judged: Judged) -> str:
    """The document's words over the statute's, the characters that differ marked on either side."""
    if not judged.diff:
        return ""
    return (
        f'<dl class="difference"><dt>文中</dt><dd>{marked_pieces(judged.diff, "delete")}</dd>'
        f"<dt>原文</dt><dd>{marked_pieces(judged.diff, 'insert')}</dd></dl>"
    )
