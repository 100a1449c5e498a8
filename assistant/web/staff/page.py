"""The staff desk's page: its tabs, laid out once; what happens is in chat and documents."""

from __future__ import annotations

import os
from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import Any, Final

import gradio as gr

from assistant.desk.changes.asking.changes import waiting_for
from assistant.desk.chat.exports import DISCLAIMER
from assistant.desk.notify.notifications import unread
from assistant.web.frame.navigation import notifications_of, places_of
from assistant.web.identity import PUBLIC, User, current_user
from assistant.web.staff import transcript as view
from assistant.web.staff.article_panel import EMPTY
from assistant.web.staff.chat import ChatEvents
from assistant.web.staff.components import acting_html
from assistant.web.staff.documents import build_documents
from assistant.web.staff.services import StaffDesk

TITLE = "法治文旅助手 · 工作台"
AS_OF_HINT = "空为今天，如 2021-06-01"
#: Answering is work of the processor: more at once than there are cores would only make each of them, and every page, wait longer.
ANSWERED_AT_ONCE: Final = max(2, os.cpu_count() or 2)
#: Events that may wait; more are told to come again.
WAITING_AT_MOST: Final = 400
_QUIET: Final[dict[str, Any]] = {"show_progress": "hidden", "api_visibility": "private"}


def build_staff(desk: StaffDesk) -> gr.Blocks:
    """Return the staff desk as Gradio Blocks, to be mounted."""

    def greet(request: gr.Request) -> str:
        user = current_user(request)
        return _header(desk.settings.bureau_name, user, unread(desk.engine, user.id), waiting_for(desk.engine, user))

    blocks: gr.Blocks
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as blocks:
        head = acting_html(_header(desk.settings.bureau_name, PUBLIC), elem_id="desk-head")
        with gr.Tabs(elem_id="desk-tabs"):
            with gr.Tab("问答", id="chat"):
                _build_chat(desk, blocks)
            with gr.Tab("法规库", id="shelf"):
                build_documents(desk, blocks)
        blocks.load(greet, None, head, **_QUIET)
    blocks.queue(default_concurrency_limit=8, api_open=False, max_size=WAITING_AT_MOST)
    return blocks


def _header(bureau: str, user: User, waiting: int = 0, changes: Mapping[str, int] = MappingProxyType({})) -> str:
    todo = {"/staff/documents": changes.get("own", 0), "/admin": changes.get("deciding", 0)}
    places = "".join(
        f'<a href="{p.address}">{p.name}{_count(todo.get(p.address, 0), "项待办")}</a>' for p in places_of(user) if p.address != "/staff"
    )
    count = _count(waiting, "条未读")
    who = f'<a href="{notifications_of(user)}">通知{count}</a><a href="/account/password">{escape(user.name)}</a><button type="button" class="link" data-js="sign-out">退出</button>'
    return (
        f'<header class="desk-head"><button type="button" class="side-toggle" data-js="side" aria-label="会话列表" aria-expanded="false">☰</button>'
        f'<h1><a href="/">法治文旅助手</a></h1><span class="bureau">{escape(bureau)}</span><nav aria-label="主导航">{places}</nav>'
        f'<span class="user">{who if user.role else ""}</span>'
        '<button type="button" class="theme" data-js="theme" aria-label="切换深色与浅色">◐</button></header>'
    )


def _count(number: int, words: str) -> str:
    return f' <span class="badge warn">{number}<span class="off-screen">{words}</span></span>' if number else ""


def _build_chat(desk: StaffDesk, blocks: gr.Blocks) -> None:
    events = ChatEvents(desk)
    current = gr.Textbox("", visible="hidden", elem_id="conversation-id", label="会话")
    with gr.Row(elem_id="chat"):
        with gr.Column(elem_id="chat-side", scale=2, min_width=200):
            new = gr.Button("＋ 新建会话", variant="secondary", elem_id="new-conversation")
            listed = acting_html("", elem_id="conversation-list")
        with gr.Column(elem_id="chat-talk", scale=6, min_width=320):
            missing = gr.HTML("", elem_id="missing", apply_default_css=False)
            bar = acting_html(view.conversation_bar(None), elem_id="conversation-bar")
            shown = acting_html("", elem_id="transcript")
            with gr.Row(elem_id="ask-row"):
                # Filled by desk.js while the question is typed; it opens over the talk, so that nothing moves.
                gr.HTML(view.SUGGESTIONS, elem_id="suggestions", apply_default_css=False)
                question = gr.Textbox(
                    show_label=False,
                    label="问题",
                    placeholder="写下要问的问题，回车提问",
                    lines=1,
                    max_lines=6,
                    autofocus=True,
                    elem_id="question",
                    scale=6,
                )
                ask = gr.Button("提问", variant="primary", elem_id="ask", scale=0, min_width=88)
            with gr.Row(elem_id="ask-options"):
                # Plain text: a browser's date input speaks the language of the browser, not of the page.
                as_of = gr.Textbox(
                    label="适用日期",
                    placeholder=AS_OF_HINT,
                    lines=1,
                    max_lines=1,
                    elem_id="as-of",
                    elem_classes=["day"],
                    scale=0,
                    min_width=280,
                )
            gr.HTML(f'<p class="disclaimer">{escape(DISCLAIMER)}</p>', elem_id="disclaimer", apply_default_css=False)
        with gr.Column(elem_id="chat-panel", scale=5, min_width=320):
            panel = acting_html(EMPTY, elem_id="article-panel")
    asked = gr.on(
        [question.submit, ask.click],
        events.ask,
        [question, as_of, current],
        [current, listed, bar, shown, question],
        concurrency_limit=ANSWERED_AT_ONCE,
        **_QUIET,
    )
    # An event of its own: the next question can be asked while a model still writes.
    asked.then(events.write, None, shown, trigger_mode="multiple", **_QUIET)
    for part in (listed, bar, shown):
        part.act(events.act, current, [current, listed, bar, shown, question, panel], trigger_mode="multiple", **_QUIET)
    new.click(events.new, None, [current, listed, bar, shown, panel], **_QUIET)
    blocks.load(events.load, None, [current, listed, bar, shown, missing], **_QUIET)
