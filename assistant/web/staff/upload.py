"""The upload page: several files at once, one line a file, then the index, with progress."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from time import sleep
from typing import Any

import gradio as gr

from assistant.law.model import Level, Visibility
from assistant.library.importing import Imported
from assistant.library.readers import READERS
from assistant.library.shelving import Placed
from assistant.web.identity import current_user
from assistant.web.staff.services import StaffDesk

#: Seconds between two looks at how far an import is.
_LOOK_EVERY = 0.2
_BY_TEXT = "按文件内容识别"
_OPEN, _INTERNAL = "公开", "内部"


@dataclass(frozen=True, slots=True)
class UploadEvents:
    """The handlers of the upload page."""

    desk: StaffDesk

    def bring_in(self, files: list[str] | None, level: str, visibility: str, request: gr.Request) -> Iterator[tuple[str, Any]]:
        """Import the files and bring the index up to date; yields (report, the emptied file box). It goes on where the page is closed."""
        paths = [Path(f) for f in files or []]
        if not paths:
            yield '<p class="note" role="status">请先选择文件。</p>', gr.skip()
            return
        chosen = None if level == _BY_TEXT else Level(level)
        seen_by = Visibility.INTERNAL if visibility == _INTERNAL else Visibility.PUBLIC
        job = self.desk.imports.start(current_user(request).id, paths, chosen, seen_by)
        shown = ""
        while not job.over:
            if (now := report(job.rows, job.total, job.doing)) != shown:
                yield now, gr.skip()
                shown = now
            sleep(_LOOK_EVERY)
        yield report(job.rows, job.total, "", job.problem), None


def report(rows: list[Imported], total: int, doing: str, problem: str = "") -> str:
    """Return the import's report: how far it is or what went wrong, and one line a file with the outcome and the reason of a refusal."""
    items = "".join(
        f'<tr class="{"refused" if r.outcome is Placed.REFUSED else ""}"><td>{escape(Path(r.name).name)}</td><td>{escape(r.outcome.value)}</td>'
        f"<td>{_told(r)}</td></tr>"
        for r in rows
    )
    refused = sum(r.outcome is Placed.REFUSED for r in rows)
    done = f"完成：共 {len(rows)} 个文件，{len(rows) - refused} 个已处理，{refused} 个未导入。"
    state = f'<p class="failure" role="alert">{escape(problem)}</p>' if problem else f'<p role="status">{escape(doing or done)}</p>'
    bar = f'<progress max="{total}" value="{len(rows)}" aria-label="导入进度"></progress>' if doing else ""
    table = (
        f'<table class="report"><thead><tr><th>文件</th><th>结果</th><th>说明</th></tr></thead><tbody>{items}</tbody></table>'
        if rows
        else ""
    )
    return f"{state}{bar}{table}"


def _told(row: Imported) -> str:
    pieces = [f"《{row.title}》" if row.title else "", row.version, f"{row.articles} 条" if row.articles else "", row.detail]
    return escape("　".join(p for p in pieces if p))


def build_upload(desk: StaffDesk) -> None:
    """Lay out the upload page inside the tab that is being built."""
    events = UploadEvents(desk)
    kinds = sorted(READERS)
    with gr.Column(elem_id="upload"):
        gr.HTML(
            f'<p class="note">可导入 {escape("、".join(k.lstrip(".").upper() for k in kinds))}，一次可选多个文件。未能识别的信息会留空，不会猜测。</p>'
        )
        files = gr.File(label="法律文件", file_count="multiple", elem_id="upload-files", height=180)
        with gr.Row():
            level = gr.Dropdown([_BY_TEXT, *(x.value for x in Level)], value=_BY_TEXT, label="效力层级", min_width=160)
            visibility = gr.Radio([_OPEN, _INTERNAL], value=_OPEN, label="可见范围（内部文件不会出现在公众咨询中）", min_width=160)
        start = gr.Button("开始导入", variant="primary", elem_id="upload-start")
        shown = gr.HTML("", elem_id="upload-report", apply_default_css=False)
    start.click(events.bring_in, [files, level, visibility], [shown, files], show_progress="hidden", api_visibility="private")
