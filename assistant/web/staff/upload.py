"""The upload page: several files at once, one line a file, then the index, with progress."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import gradio as gr

from assistant.desk.imports import import_documents
from assistant.errors import AssistantError
from assistant.law.model import Level, Visibility
from assistant.library.importing import Imported
from assistant.library.readers import READERS
from assistant.library.shelving import Placed
from assistant.search.build import sync_index
from assistant.web.identity import current_user
from assistant.web.staff.services import StaffDesk

log = logging.getLogger(__name__)

_BY_TEXT = "按文件内容识别"
_OPEN, _INTERNAL = "公开", "内部"


@dataclass(frozen=True, slots=True)
class UploadEvents:
    """The handlers of the upload page."""

    desk: StaffDesk

    def bring_in(self, files: list[str] | None, level: str, visibility: str, request: gr.Request) -> Iterator[tuple[str, Any]]:
        """Import the files and bring the index up to date; yields (report, the emptied file box)."""
        paths = [Path(f) for f in files or []]
        if not paths:
            yield '<p class="note" role="status">请先选择文件。</p>', gr.skip()
            return
        rows: list[Imported] = []
        yield report(rows, len(paths), "正在导入……"), gr.skip()
        try:
            for one in self._import(paths, level, visibility, current_user(request).id):
                rows.append(one)
                yield report(rows, len(paths), "正在导入……"), gr.skip()
        finally:
            # What was uploaded is in the library now; a copy in Gradio's folder would be readable by its address.
            for path in paths:
                with suppress(OSError):
                    path.unlink()
        if any(r.outcome is not Placed.REFUSED and r.outcome is not Placed.UNCHANGED for r in rows):
            for line in self._index():
                yield report(rows, len(paths), line), gr.skip()
        yield report(rows, len(paths), ""), None

    def _import(self, paths: list[Path], level: str, visibility: str, actor: str) -> Iterator[Imported]:
        chosen = None if level == _BY_TEXT else Level(level)
        seen_by = Visibility.INTERNAL if visibility == _INTERNAL else Visibility.PUBLIC
        yield from import_documents(self.desk.engine, self.desk.settings, paths, actor, level=chosen, visibility=seen_by)

    def _index(self) -> Iterator[str]:
        """What the indexing says, line by line; it runs beside so that the page hears of it at once."""
        said: Queue[str | None] = Queue()
        problems: list[str] = []

        def work() -> None:
            try:
                sync_index(self.desk.engine, self.desk.settings, said.put)
            except AssistantError as error:
                problems.append(str(error))
            except Exception:
                log.exception("indexing after an upload failed")
                problems.append("索引没有更新，新文件暂时检索不到；请管理员运行 assistant setup。")
            finally:
                said.put(None)

        worker = Thread(target=work, name="index-after-upload", daemon=True)
        worker.start()
        yield "正在更新索引……"
        while (line := said.get()) is not None:
            yield f"正在更新索引：{line}"
        worker.join()
        for problem in problems:
            gr.Warning(problem, title="提示")


def report(rows: list[Imported], total: int, doing: str) -> str:
    """Return the import's report: how far it is, and one line a file with the outcome and the reason of a refusal."""
    items = "".join(
        f'<tr class="{"refused" if r.outcome is Placed.REFUSED else ""}"><td>{escape(Path(r.name).name)}</td><td>{escape(r.outcome.value)}</td>'
        f"<td>{_told(r)}</td></tr>"
        for r in rows
    )
    refused = sum(r.outcome is Placed.REFUSED for r in rows)
    state = doing or f"完成：共 {len(rows)} 个文件，{len(rows) - refused} 个已处理，{refused} 个未导入。"
    bar = f'<progress max="{total}" value="{len(rows)}" aria-label="导入进度"></progress>' if doing else ""
    table = (
        f'<table class="report"><thead><tr><th>文件</th><th>结果</th><th>说明</th></tr></thead><tbody>{items}</tbody></table>'
        if rows
        else ""
    )
    return f'<p role="status">{escape(state)}</p>{bar}{table}'


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
