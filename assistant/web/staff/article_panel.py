"""The article beside the chat: in the whole statute, scrolled to and highlighted."""

from __future__ import annotations

from datetime import date
from html import escape
from itertools import count

from assistant.answer.parts import Citation
from assistant.desk.chat import conversations as service
from assistant.desk.chat.exports import full_address
from assistant.desk.chat.records import from_record
from assistant.desk.library.documents import OpenStatute, opened, opened_at
from assistant.errors import AssistantError
from assistant.web.citation_view import citation_card, copy_button, day_word, quote, status_badge, statute_body, version_word
from assistant.web.identity import User
from assistant.web.staff.services import StaffDesk

EMPTY = '<div class="panel-empty"><p>点回答中的标记 [1]，在这里查看条文全文。</p></div>'
_SHOWN = count(1)


def panel_start(label: str) -> str:
    """Return a panel's opening tag and its way back (phones). Each is different from every one before:

    the page is told only of values that changed, and a panel closed and opened again must be one.
    """
    return (
        f'<section class="panel" aria-label="{escape(label)}" data-shown="{next(_SHOWN)}">'
        '<button type="button" class="close" data-js="close-panel">← 返回</button>'
    )


def open_citation(desk: StaffDesk, user: User, message_id: int, mark: int) -> str:
    """Return the panel for a citation of one of the user's answers; a Chinese line where it cannot be shown."""
    message = service.message(desk.engine, message_id, user.id)
    answer = from_record(message.answer) if message and message.answer else None
    citation = next((c for c in (*answer.citations, *answer.opinions) if c.mark == mark), None) if answer else None
    if citation is None:
        return problem("没有找到这条引用，会话可能已被删除；请重新提问。")
    found = desk.assistant.article(citation.article_id)
    if found is None:
        return _gone(citation)
    try:
        document = opened(desk.engine, found.statute.id, found.version.id)
    except AssistantError as error:
        return problem(str(error))
    changed = found.article.text != citation.quote
    return panel(document, citation, changed)


def panel(document: OpenStatute, citation: Citation, changed: bool = False) -> str:
    """Return a version of a statute with the cited article highlighted and the decisive span marked."""
    note = '<p class="failure">库中此条文字在回答之后有变动，回答所引文字见下：</p>' + quote(citation.quote) if changed else ""
    return (
        f'{panel_start("条文全文")}<header><h2 tabindex="-1">《{escape(document.statute.title)}》</h2>'
        f'<p class="facts">{facts(document, citation.status)}</p>'
        f'<p class="cited"><strong>{escape(full_address(citation))}</strong> {copy_button(citation)}</p>{note}</header>'
        f'<div class="statute" tabindex="0" role="region" aria-label="全文">{statute_body(document, [citation.article_id], citation)}</div></section>'
    )


def open_address(desk: StaffDesk, address: str, day: date, head: str = "") -> str:
    """Return the panel for an address (《…》第…条) as it stands on a day, under a head made by the caller (HTML)."""
    try:
        document, hits = opened_at(desk.engine, desk.shelf, address, day)
    except AssistantError as error:
        return problem(str(error), head)
    status = document.version.status_on(day).value
    return (
        f'{panel_start("条文全文")}<header>{head}<h2 tabindex="-1">《{escape(document.statute.title)}》</h2>'
        f'<p class="facts">{facts(document, status)}</p></header>'
        f'<div class="statute" tabindex="0" role="region" aria-label="全文">{statute_body(document, hits)}</div></section>'
    )


def facts(document: OpenStatute, status: str) -> str:
    """Return level, version, status and dates of a version in one line."""
    version = document.version
    pieces = [
        escape(document.statute.level.value) if document.statute.level else "",
        escape(version_word(str(version.version_date or "未注明日期"))),
        status_badge(status),
        escape(version.doc_number),
        f"施行日期：{day_word(version.effective_from)}" if version.effective_from else "",
        f"失效日期：{day_word(version.repealed_from or version.effective_to)}" if version.repealed_from or version.effective_to else "",
        escape(document.statute.issuer),
    ]
    return " · ".join(p for p in pieces if p)


def problem(text: str, head: str = "") -> str:
    """Return the panel with one line that says what is wrong and what to do, under a head (HTML) where there is one."""
    above = f"<header>{head}</header>" if head else ""
    return f'{panel_start("条文全文")}{above}<p class="failure" role="alert">{escape(text)}</p></section>'


def _gone(citation: Citation) -> str:
    card = citation_card(citation, 0)
    return f'{panel_start("条文全文")}<p class="failure" role="alert">库中已没有这一条，以下为回答时的原文；请重新提问核对。</p>{card}</section>'
