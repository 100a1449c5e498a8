"""The document page: the list with its filters, a statute, its versions compared."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr
from anyio import to_thread

from assistant.desk.library import documents as service
from assistant.desk.work.tasks import CompareVersions
from assistant.errors import AssistantError
from assistant.law.statute.model import Level
from assistant.library.catalogue import load_catalogue
from assistant.web.identity import current_user
from assistant.web.jobs import settled
from assistant.web.staff import documents_view as view
from assistant.web.staff.article_panel import problem
from assistant.web.staff.components import acting_html
from assistant.web.staff.services import StaffDesk

log = logging.getLogger(__name__)

_AT_ONCE = 20

_ALL_LEVELS, _ALL_FIELDS = "全部层级", "全部领域"


@dataclass(frozen=True, slots=True)
class DocumentEvents:
    """The handlers of the document page."""

    desk: StaffDesk

    def listed(self, words: str, level: str, field: str) -> str:
        """Return the list for the filters as they stand."""
        chosen_level, chosen_field = ("" if level == _ALL_LEVELS else level), ("" if field == _ALL_FIELDS else field)
        return view.statute_list(service.listed(self.desk.engine, words or "", chosen_level, chosen_field))

    async def act(self, request: gr.Request, event: gr.EventData) -> Any:
        """Handle a press in the list or in an open statute; returns the open statute's page."""
        data: dict[str, str] = event._data or {}
        try:
            if data.get("act") == "compare":
                return await self._compare(data, current_user(request).id)
            return await to_thread.run_sync(self._act, data)
        except AssistantError as error:
            return problem(str(error))
        except Exception:
            log.exception("an action failed: %s", data.get("act"))
            return problem("操作没有完成，请刷新页面再试一次。")

    def _act(self, data: dict[str, str]) -> Any:
        engine = self.desk.engine
        match data.get("act"):
            case "statute":
                return view.statute_page(service.opened(engine, data["id"]))
            case "version":
                return view.statute_page(service.opened(engine, data["id"], data["version"]))
            case "find":
                document, words = service.opened(engine, data["id"], data["version"]), data["text"]
                return view.statute_page(document, words, service.found_in(document, words))
        return gr.skip()

    async def _compare(self, data: dict[str, str], owner: str) -> Any:
        """Two versions side by side; a worker compares them, and who asks again while it is at it joins the wait."""
        job = await to_thread.run_sync(self.desk.work.ask, owner, CompareVersions(data["id"], data["older"], data["newer"]))
        if not await settled(job):
            return problem("正在比较这两个版本，一会儿再按一次“比较版本”就能看到。", _again(data))
        found = job.taken()
        return await to_thread.run_sync(view.comparison_page, found.older, found.newer, found.changes, bool(data.get("all")))


def _again(data: dict[str, str]) -> str:
    """The button that asks for the same comparison once more."""
    kept = "".join(f'<input type="hidden" name="{name}" value="{escape(data.get(name, ""))}">' for name in ("older", "newer", "all"))
    return f'<form class="line" data-act="compare" data-id="{escape(data["id"])}">{kept}<button type="submit">比较版本</button></form>'


def build_documents(desk: StaffDesk, blocks: gr.Blocks) -> None:
    """Lay out the document page inside the tab that is being built."""
    events = DocumentEvents(desk)
    fields = [f.name for f in load_catalogue().fields]
    with gr.Row(elem_id="shelf"):
        with gr.Column(elem_id="shelf-list", scale=2, min_width=280):
            # `change`, not `input`: Gradio's input event follows key presses and misses pasted and IME text.
            words = gr.Textbox(label="名称", placeholder="输入名称中的字词", lines=1, max_lines=1, elem_id="shelf-words")
            with gr.Row(elem_classes=["filters"]):
                level = gr.Dropdown([_ALL_LEVELS, *(x.value for x in Level)], value=_ALL_LEVELS, label="效力层级", min_width=110)
                field = gr.Dropdown([_ALL_FIELDS, *fields], value=_ALL_FIELDS, label="执法领域", min_width=110)
            found = acting_html("", elem_id="statute-list")
        with gr.Column(elem_id="shelf-open", scale=5, min_width=320):
            opened = acting_html(view.EMPTY, elem_id="statute-open")
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    filters = [words, level, field]
    for part in (words.change, level.change, field.change):
        part(events.listed, filters, found, trigger_mode="always_last", **quiet)
    # Not one at a time: who compares long texts must not keep the others from opening a statute.
    for part in (found, opened):
        part.act(events.act, None, opened, concurrency_limit=_AT_ONCE, **quiet)
    blocks.load(events.listed, filters, found, **quiet)
