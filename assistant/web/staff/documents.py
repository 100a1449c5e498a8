"""The document page: the list with its filters, a statute, its versions compared."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import gradio as gr

from assistant.desk import documents as service
from assistant.errors import AssistantError
from assistant.law.model import Level
from assistant.library.catalogue import load_catalogue
from assistant.web.staff import documents_view as view
from assistant.web.staff.article_panel import problem
from assistant.web.staff.components import acting_html
from assistant.web.staff.services import StaffDesk

log = logging.getLogger(__name__)

_ALL_LEVELS, _ALL_FIELDS = "全部层级", "全部领域"


@dataclass(frozen=True, slots=True)
class DocumentEvents:
    """The handlers of the document page."""

    desk: StaffDesk

    def listed(self, words: str, level: str, field: str) -> str:
        """Return the list for the filters as they stand."""
        chosen_level, chosen_field = ("" if level == _ALL_LEVELS else level), ("" if field == _ALL_FIELDS else field)
        return view.statute_list(service.listed(self.desk.engine, words or "", chosen_level, chosen_field))

    def act(self, event: gr.EventData) -> Any:
        """Handle a press in the list or in an open statute; returns the open statute's page."""
        data: dict[str, str] = event._data or {}
        try:
            return self._act(data)
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
            case "compare":
                older, newer = (service.opened(engine, data["id"], data[side]) for side in ("older", "newer"))
                return view.comparison_page(older, newer, service.compared(older, newer), bool(data.get("all")))
        return gr.skip()


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
    found.act(events.act, None, opened, **quiet)
    opened.act(events.act, None, opened, **quiet)
    blocks.load(events.listed, filters, found, **quiet)
