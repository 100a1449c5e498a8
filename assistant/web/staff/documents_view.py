"""The document page as HTML: the list, a statute's text, two versions side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from assistant.desk.library.comparing import ArticleChange
from assistant.desk.library.documents import ListedStatute, OpenStatute
from assistant.law.statute.model import Article
from assistant.store.records import Version
from assistant.web.citation_view import marked_pieces, quote, status_badge, statute_body, version_word
from assistant.web.staff.article_panel import facts, panel_start

LIST_LIMIT = 200
EMPTY = '<div class="panel-empty"><p>从列表中选择一部法律文件，在这里阅读全文、比较版本。</p></div>'


def statute_list(found: Sequence[ListedStatute]) -> str:
    """Return the list of statutes, at most LIST_LIMIT of them, with the count of all."""
    if not found:
        return '<p class="note" role="status">没有符合条件的法律文件。请换个词，或到“导入文件”页导入。</p>'
    items = "".join(
        f'<li><button type="button" data-act="statute" data-id="{escape(s.statute.id)}"><span class="title">{escape(s.statute.title)}</span>'
        f'<span class="facts">{_list_facts(s)}</span></button></li>'
        for s in found[:LIST_LIMIT]
    )
    more = f"，显示前 {LIST_LIMIT} 部，请输入名称缩小范围" if len(found) > LIST_LIMIT else ""
    return f'<p class="note" role="status">共 {len(found)} 部{more}。</p><ul class="statutes">{items}</ul>'


def _list_facts(one: ListedStatute) -> str:
    pieces = [
        escape(one.statute.level.value) if one.statute.level else "",
        escape(version_word(str(one.newest.version_date or "未注明日期"))),
        status_badge(one.status),
        f"{one.versions} 个版本" if one.versions > 1 else "",
        "内部" if one.statute.visibility == "internal" else "",
    ]
    return " · ".join(p for p in pieces if p)


def statute_page(document: OpenStatute, words: str = "", hits: Sequence[str] = (), day: date | None = None) -> str:
    """Return a statute's text with the search within it and the choice of versions; hits are highlighted."""
    status = document.version.status_on(day or date.today()).value
    found = ""
    if words.strip():
        found = f'<p class="note" role="status">{"找到 " + str(len(hits)) + " 条" if hits else "没有找到"}“{escape(words.strip())}”。</p>'
    return (
        f'{panel_start("法律文件")}<header><h2 tabindex="-1">《{escape(document.statute.title)}》</h2>'
        f'<p class="facts">{facts(document, status)}</p>{_version_form(document, day)}{_compare_form(document)}'
        f'<form class="line" data-act="find" data-id="{escape(document.statute.id)}" data-version="{escape(document.version.id)}">'
        f'<input type="search" name="text" maxlength="100" value="{escape(words)}" placeholder="在本文件中查找" aria-label="在本文件中查找">'
        f'<button type="submit">查找</button></form>{found}</header>'
        f'<div class="statute" tabindex="0" role="region" aria-label="全文">{statute_body(document, hits)}</div></section>'
    )


def _version_form(document: OpenStatute, day: date | None) -> str:
    if len(document.versions) < 2:
        return ""
    options = _options(document.versions, document.version.id, day)
    return (
        f'<form class="line" data-act="version" data-id="{escape(document.statute.id)}"><label>版本 <select name="version">{options}</select></label>'
        '<button type="submit">查看</button></form>'
    )


def _compare_form(document: OpenStatute, older: str = "", newer: str = "", everything: bool = False) -> str:
    if len(document.versions) < 2:
        return ""
    newer = newer or document.versions[0].id
    older = older or document.versions[1].id
    return (
        f'<form class="line" data-act="compare" data-id="{escape(document.statute.id)}">'
        f'<label>比较 <select name="older">{_options(document.versions, older)}</select></label>'
        f'<label>与 <select name="newer">{_options(document.versions, newer)}</select></label>'
        f'<label><input type="checkbox" name="all" value="1"{" checked" if everything else ""}> 含未变动的条文</label>'
        '<button type="submit">比较版本</button></form>'
    )


def _options(versions: Sequence[Version], chosen: str, day: date | None = None) -> str:
    on = day or date.today()
    return "".join(
        f'<option value="{escape(v.id)}"{" selected" if v.id == chosen else ""}>'
        f"{escape(version_word(str(v.version_date or '未注明日期')))}（{escape(v.status_on(on).value)}）</option>"
        for v in versions
    )


def comparison_page(older: OpenStatute, newer: OpenStatute, changes: Sequence[ArticleChange], everything: bool = False) -> str:
    """Return two versions side by side with the differences marked, only changed articles unless `everything`."""
    changed = [c for c in changes if c.changed]
    rows = "".join(_change(c) for c in (changes if everything else changed))
    moved = sum(1 for c in changes if not c.changed and c.old and c.new and c.old.key != c.new.key)
    renumbered = f"，其中 {moved} 条只是条号改变" if moved else ""
    counts = f"{len(changed)} 条有变动，{len(changes) - len(changed)} 条文字未变{renumbered}（只差标点、空格的不算变动）。"
    body = rows or '<p class="note">两个版本的条文没有变动。</p>'
    return (
        f'{panel_start("版本比较")}<header><h2 tabindex="-1">《{escape(newer.statute.title)}》版本比较</h2>'
        f"{_compare_form(newer, older.version.id, newer.version.id, everything)}"
        f'<form class="line" data-act="version" data-id="{escape(newer.statute.id)}"><input type="hidden" name="version" value="{escape(newer.version.id)}">'
        f'<button type="submit">返回全文</button></form><p class="note" role="status">{counts}</p></header>'
        f'<div class="statute compare" tabindex="0" role="region" aria-label="版本比较"><div class="pair head"><div>{_column(older)}</div>'
        f"<div>{_column(newer)}</div></div>{body}</div></section>"
    )


def _column(document: OpenStatute) -> str:
    return escape(version_word(str(document.version.version_date or "未注明日期")))


def _change(change: ArticleChange) -> str:
    note = '<p class="note">改动很大，未逐字比对。</p>' if change.whole else ""
    return f'{note}<div class="pair"><div class="old">{_side(change, change.old, "delete")}</div><div class="new">{_side(change, change.new, "insert")}</div></div>'


def _side(change: ArticleChange, article: Article | None, side: str) -> str:
    if article is None:
        return f'<span class="note">{"（无此条，新增）" if side == "delete" else "（此条已删去）"}</span>'
    text = marked_pieces(change.marks, side) if change.marks else quote(article.text)
    return f'<span class="label">{escape(article.label)}</span> {text}'
