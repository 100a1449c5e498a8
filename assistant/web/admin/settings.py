"""The page of settings: each with its meaning; those that may change while running can be changed here."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Form, Request, Response

from assistant.desk.people import settings as service
from assistant.errors import AssistantError
from assistant.store.library.changes import Change
from assistant.web.answering import Answering
from assistant.web.documents.deciding import PAGE
from assistant.web.frame.render import page, redirect
from assistant.web.identity import current_user

_PAGE = "/admin/settings"
_SHOWN_BACK = 2000


def add_settings(app: FastAPI, assistant: Answering) -> None:
    """Put the page on the app."""

    def shown(request: Request, status: int = 200, problem: str = "", failed: str = "", written: str = "") -> Response:
        found, undoable = service.shown_settings(assistant.settings), service.undoable(assistant.settings)
        return page(request, "admin/settings.html", status, found=found, undoable=undoable, problem=problem, failed=failed, written=written)

    @app.get(_PAGE)
    def settings(request: Request) -> Response:
        return shown(request)

    @app.post(_PAGE)
    def undo(request: Request) -> Response:
        try:
            name, kept = service.undo(assistant.engine, assistant.settings, by=current_user(request).id)
        except AssistantError as error:
            return shown(request, 400, str(error))
        return redirect(request, f"{_PAGE}#{name}", f"{name} 已改回“{kept or '默认值'}”，立即生效。")

    @app.post(_PAGE + "/{name}")
    def change(request: Request, name: str, value: Annotated[str, Form()] = "") -> Response:
        try:
            kept = service.change(assistant.engine, assistant.settings, name, value, by=current_user(request))
        except AssistantError as error:
            return shown(request, 400, str(error), name, value[:_SHOWN_BACK])
        if isinstance(kept, Change):
            return redirect(request, f"{PAGE}/{kept.id}", "已提交，由另一名管理员批准以后生效；在那以前照旧。")
        return redirect(request, f"{_PAGE}#{name}", f"{name} 已改为“{kept or '默认值'}”，立即生效。")
