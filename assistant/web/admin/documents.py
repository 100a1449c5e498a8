"""The page of documents: who sees them, versions out and back, and what a new version changed for what cites it."""

from __future__ import annotations

from typing import Annotated, Any

from anyio import to_thread
from fastapi import FastAPI, Form, Request, Response

from assistant.desk.changes.acts import waits
from assistant.desk.changes.asking import shelf
from assistant.desk.library import amendments, documents, withdrawals
from assistant.desk.work.tasks import CompareWithBefore
from assistant.errors import AssistantError
from assistant.law.statute.model import Level, Visibility
from assistant.store.library.changes import Change, ChangeKind
from assistant.web.answering import Answering
from assistant.web.documents.deciding import PAGE
from assistant.web.frame.render import page, problem, redirect
from assistant.web.identity import current_user
from assistant.web.jobs import taken

_PAGE = "/admin/documents"
_SHOWN = 100
_Field = Annotated[str, Form()]


def add_documents(app: FastAPI, assistant: Answering) -> None:
    """Put the pages on the app."""
    _add_list(app, assistant)
    _add_visibility(app, assistant)
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
        }
        gone = [w for w in withdrawals.withdrawals(engine) if w.restored_at is None]
        return page(
            request,
            "admin/documents.html",
            found=found[:_SHOWN],
            count=len(found),
            gone=gone,
            behind=request.app.state.indexing.behind(),
            **context,
        )

    @app.get(_PAGE + "/statute")
    def statute(request: Request, id: str = "") -> Response:
        try:
            found = documents.opened(engine, id)
        except AssistantError as error:
            return problem(request, str(error))
        two = waits(ChangeKind.WITHDRAW, found.statute.level, found.statute.visibility)
        return page(request, "admin/statute.html", found=found, two=two, hidden=documents.is_held_back(engine, id))

    @app.get(_PAGE + "/changes")
    async def changes(request: Request, version: str = "") -> Response:
        try:
            job = await to_thread.run_sync(request.app.state.work.ask, current_user(request).id, CompareWithBefore(version))
            found: amendments.Amendment = await taken(job)
        except AssistantError as error:
            return await to_thread.run_sync(problem, request, str(error))
        return await to_thread.run_sync(shown, request, found)

    def shown(request: Request, found: amendments.Amendment) -> Response:
        return page(request, "admin/changes.html", found=found, citing=amendments.citing(engine, assistant.settings, found))


def _add_visibility(app: FastAPI, assistant: Answering) -> None:
    engine, settings = assistant.engine, assistant.settings

    @app.post(_PAGE + "/visibility")
    def visibility(request: Request, id: _Field = "", visibility: _Field = "") -> Response:
        try:
            asked = shelf.set_visibility(engine, settings, current_user(request), id, Visibility(visibility))
        except (AssistantError, ValueError) as error:
            return problem(request, str(error) if isinstance(error, AssistantError) else "请选择公开或者内部。", 400)
        request.app.state.indexing.wake()
        return _waits(request, asked)


def _add_out(app: FastAPI, assistant: Answering) -> None:
    engine, settings = assistant.engine, assistant.settings

    @app.post(_PAGE + "/withdraw")
    def withdraw(request: Request, version: _Field = "", hide: _Field = "") -> Response:
        try:
            asked = shelf.withdraw(engine, settings, current_user(request), version, hide=hide == "yes")
        except AssistantError as error:
            return problem(request, str(error))
        if asked:
            request.app.state.indexing.wake()
            return _waits(request, asked)
        request.app.state.indexing.wake()
        return redirect(request, _PAGE + "#gone", "已移出这个版本；在“已移出”里可以恢复。索引在后台更新。")

    @app.post(_PAGE + "/restore/{number}")
    def restore(request: Request, number: int) -> Response:
        try:
            asked = shelf.restore(engine, settings, current_user(request), number)
        except AssistantError as error:
            return problem(request, str(error), 400)
        if asked:
            return _waits(request, asked)
        request.app.state.indexing.wake()
        return redirect(request, _PAGE, "已恢复这个版本；索引在后台更新，一会儿才能检索到。")


def _waits(request: Request, asked: Change) -> Response:
    """Show what was asked for to who asked: another administrator decides, or they themselves where they are the only one."""
    return redirect(request, f"{PAGE}/{asked.id}", "已提交，批准以后才生效；在那以前文本和效力没有改动，要暂停展示的已经对公众暂停。")
