"""The page of documents: in with progress, out and back, and what a new version changed for what cites it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Form, Request, Response, UploadFile
from starlette.concurrency import run_in_threadpool

from assistant.desk import amendments, documents, withdrawals
from assistant.desk.import_jobs import ImportJob, ImportJobs
from assistant.desk.words import bring_up_to_date
from assistant.desk.work import Work
from assistant.errors import AssistantError, RefusedInput
from assistant.law.model import Level, Visibility
from assistant.library.readers import READERS
from assistant.web.answering import Answering
from assistant.web.identity import current_user
from assistant.web.render import page, problem, redirect

_PAGE = "/admin/documents"
_SHOWN = 100
_MOST_FILES = 500
_Field = Annotated[str, Form()]


def add_documents(app: FastAPI, assistant: Answering, work: Work) -> None:
    """Put the pages on the app."""
    jobs = ImportJobs(assistant.engine, assistant.settings, work)
    _add_list(app, assistant)
    _add_import(app, assistant, jobs)
    _add_out(app, assistant)


def _add_list(app: FastAPI, assistant: Answering) -> None:
    engine = assistant.engine

    @app.get(_PAGE)
    def listed(request: Request, q: str = "", level: str = "") -> Response:
        found = documents.listed(engine, q, level)
        context: dict[str, Any] = {
            "levels": list(Level),
            "q": q,
            "level": level,
            "latest": amendments.latest(engine),
            "readers": sorted(READERS),
        }
        gone = [w for w in withdrawals.withdrawals(engine) if w.restored_at is None]
        return page(request, "admin/documents.html", found=found[:_SHOWN], count=len(found), gone=gone, **context)

    @app.get(_PAGE + "/statute")
    def statute(request: Request, id: str = "") -> Response:
        try:
            found = documents.opened(engine, id)
        except AssistantError as error:
            return problem(request, str(error))
        return page(request, "admin/statute.html", found=found)

    @app.get(_PAGE + "/changes")
    def changes(request: Request, version: str = "") -> Response:
        try:
            found = amendments.amendment(engine, version)
        except AssistantError as error:
            return problem(request, str(error))
        return page(request, "admin/changes.html", found=found, citing=amendments.citing(engine, assistant.settings, found))


def _add_import(app: FastAPI, assistant: Answering, jobs: ImportJobs) -> None:
    limit = assistant.settings.max_file_mb * 2**20

    @app.post(_PAGE)
    async def bring_in(request: Request, files: list[UploadFile], level: _Field = "", visibility: _Field = "public") -> Response:
        folder = Path(tempfile.mkdtemp(prefix="import-", dir=_uploads(assistant)))
        try:
            await run_in_threadpool(_keep, files, folder, limit)
            chosen = Level(level) if level else None
            seen_by = Visibility(visibility)
        except (RefusedInput, ValueError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            return problem(request, str(error) if isinstance(error, RefusedInput) else "请选择层级和可见范围。", 400)
        job = jobs.start(current_user(request).id, sorted(folder.iterdir()), chosen, seen_by)
        return redirect(request, f"{_PAGE}/imports/{job.id}")

    @app.get(_PAGE + "/imports/{job_id}")
    def progress(request: Request, job_id: str, part: int = 0) -> Response:
        job: ImportJob | None = jobs.get(job_id)
        if job is None:
            return problem(request, "没有这次导入的记录，服务可能重启过；已列出的文件都已入库，请到文件列表查看。")
        return page(request, "admin/import_report.html" if part else "admin/import.html", job=job)


def _add_out(app: FastAPI, assistant: Answering) -> None:
    engine = assistant.engine

    @app.post(_PAGE + "/withdraw")
    def withdraw(request: Request, version: _Field = "") -> Response:
        try:
            taken = withdrawals.withdraw(engine, version, current_user(request).id)
        except AssistantError as error:
            return problem(request, str(error))
        bring_up_to_date(engine, assistant.settings)
        return redirect(request, _PAGE + "#gone", f"已移出《{taken.title}》的这个版本；在“已移出”里可以恢复。")

    @app.post(_PAGE + "/restore/{number}")
    def restore(request: Request, number: int) -> Response:
        try:
            back = withdrawals.restore(engine, number, current_user(request).id)
        except AssistantError as error:
            return problem(request, str(error), 400)
        bring_up_to_date(engine, assistant.settings)
        return redirect(request, _PAGE, f"已恢复《{back.title}》的这个版本。")


def _uploads(assistant: Answering) -> Path:
    folder = assistant.settings.home / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _keep(files: list[UploadFile], folder: Path, limit: int) -> None:
    """Write the uploads into a folder of our own under their bare names; raises RefusedInput."""
    named = [f for f in files if f.filename]
    if not named:
        raise RefusedInput("文件", "没有选择文件，请先选择要导入的文件")
    if len(named) > _MOST_FILES:
        raise RefusedInput("文件", f"一次最多 {_MOST_FILES} 个，请分几次导入")
    for number, file in enumerate(named):
        name = Path(file.filename or "").name
        if (file.size or 0) > limit:
            raise RefusedInput(name, f"超过 {limit // 2**20} MB，请拆分或者压缩后再导入")
        place = folder / name if not (folder / name).exists() else folder / f"{number}-{name}"
        with place.open("wb") as out:
            shutil.copyfileobj(file.file, out)
