"""The page of settings: each with its meaning; those that may change while running can be changed here."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Form, Request, Response

from assistant.desk import settings as service
from assistant.errors import AssistantError
from assistant.web.answering import Answering
from assistant.web.identity import current_user
from assistant.web.render import page, redirect

_PAGE = "/admin/settings"


def add_settings(app: FastAPI, assistant: Answering) -> None:
    """Put the page on the app."""

    @app.get(_PAGE)
    def settings(request: Request) -> Response:
        return page(request, "admin/settings.html", found=service.shown_settings(assistant.settings), problem="", failed="", written="")

    @app.post(_PAGE + "/{name}")
    def change(request: Request, name: str, value: Annotated[str, Form()] = "") -> Response:
        try:
            kept = service.change(assistant.engine, assistant.settings, name, value, by=current_user(request).id)
        except AssistantError as error:
            rows = service.shown_settings(assistant.settings)
            return page(request, "admin/settings.html", 400, found=rows, problem=str(error), failed=name, written=value)
        return redirect(request, f"{_PAGE}#{name}", f"{name} 已改为“{kept or '默认值'}”，立即生效。")
