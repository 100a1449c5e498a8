"""The page 核验引用: a draft pasted or uploaded, its citations judged, the article beside."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.desk.audit import AuditAction, note
from assistant.desk.drafts import check_file, check_text, target
from assistant.errors import AssistantError
from assistant.web.identity import current_user
from assistant.web.staff import verify_view as view
from assistant.web.staff.article_panel import open_address, problem
from assistant.web.staff.chat import read_day
from assistant.web.staff.components import acting_html
from assistant.web.staff.services import StaffDesk
from assistant.web.staff.transcript import failure

log = logging.getLogger(__name__)

_FILES = [".docx", ".pdf", ".txt", ".md", ".html"]


@dataclass(frozen=True, slots=True)
class VerifyEvents:
    """The handlers of the page 核验引用."""

    desk: StaffDesk

    def check(self, text: str, file: str | None, as_of: str | None, request: gr.Request) -> tuple[Any, ...]:
        """Judge the citations of the file, else of the text; returns (result, panel, the form folded, the file box)."""
        try:
            day = read_day(as_of) or date.today()
            draft = (
                check_file(self.desk.shelf, self.desk.settings, Path(file), day) if file else check_text(self.desk.shelf, text or "", day)
            )
        except AssistantError as error:
            return failure(str(error)), gr.skip(), gr.skip(), gr.skip()
        except Exception:
            log.exception("checking a draft failed")
            return failure("核验没有完成，请再试一次；仍不行请告诉管理员查看日志。"), gr.skip(), gr.skip(), gr.skip()
        finally:
            # The draft is in memory now; a copy in Gradio's folder would be readable by its address.
            if file:
                with suppress(OSError):
                    Path(file).unlink()
        owner = current_user(request).id
        number = self.desk.drafts.keep(owner, draft)
        note(self.desk.engine, owner, AuditAction.VERIFY, Path(draft.name).name, {v.value: n for v, n in draft.counts.items()})
        return view.result(draft, number), view.EMPTY, gr.update(open=False), None

    def act(self, request: gr.Request, event: gr.EventData) -> Any:
        """Show what is found of a pressed citation, and the article beside; returns the panel."""
        data: dict[str, str] = event._data or {}
        try:
            draft = self.desk.drafts.get(current_user(request).id, data["check"])
            judged = [draft.judged[int(n)] for n in data["numbers"].split(",")]
            worst = next((j for j in judged if j.verdict.is_alarm), judged[0])
            address = target(worst)
            head = view.findings(judged)
            return open_address(self.desk, address, draft.as_of, head) if address else problem("文中没有写明是哪一部法律文件。", head)
        except AssistantError as error:
            return problem(str(error))
        except Exception:
            log.exception("a citation could not be shown")
            return problem("操作没有完成，请刷新页面再试一次。")


def build_verify(desk: StaffDesk, day_hint: str) -> None:
    """Lay out the page inside the tab that is being built."""
    events = VerifyEvents(desk)
    with gr.Row(elem_id="verify"):
        with gr.Column(elem_id="verify-draft", scale=5, min_width=320):
            with gr.Accordion("草稿", open=True, elem_id="verify-form") as form:
                text = gr.Textbox(
                    label="粘贴文书草稿", placeholder="粘贴决定书、审核意见、合同等文字", lines=6, max_lines=12, elem_id="verify-text"
                )
                file = gr.File(label="或者选择文件（DOCX、PDF、TXT）", file_types=_FILES, elem_id="verify-file", height=150)
            with gr.Row(elem_id="verify-start"):
                as_of = gr.Textbox(
                    label="适用日期", placeholder=day_hint, lines=1, max_lines=1, elem_classes=["day"], scale=1, min_width=260
                )
                start = gr.Button("核验", variant="primary", elem_id="verify-button", scale=0, min_width=110)
            shown = acting_html("", elem_id="verify-result")
        with gr.Column(elem_id="verify-open", scale=4, min_width=320):
            panel = acting_html(view.EMPTY, elem_id="verify-panel")
    quiet: dict[str, Any] = {"api_visibility": "private"}
    start.click(events.check, [text, file, as_of], [shown, panel, form, file], show_progress="minimal", **quiet)
    shown.act(events.act, None, panel, show_progress="hidden", trigger_mode="multiple", **quiet)
