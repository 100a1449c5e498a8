"""The page of accounts: made, changed, disabled, given a new password."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Form, Request, Response

from assistant.desk import accounts
from assistant.desk.accounts import NewAccount, Role
from assistant.errors import AssistantError
from assistant.web.answering import Answering
from assistant.web.identity import current_user
from assistant.web.render import page, redirect

_PAGE = "/admin/people"
_Field = Annotated[str, Form()]


def add_people(app: FastAPI, assistant: Answering) -> None:
    """Put the page on the app."""
    engine = assistant.engine

    def shown(request: Request, status: int = 200, problem: str = "", made: NewAccount | None = None) -> Response:
        return page(request, "admin/people.html", status, found=accounts.accounts(engine), roles=list(Role), problem=problem, made=made)

    @app.get(_PAGE)
    def people(request: Request) -> Response:
        return shown(request)

    @app.post(_PAGE)
    def add(request: Request, login: _Field = "", name: _Field = "", role: _Field = "", section: _Field = "") -> Response:
        try:
            return shown(request, made=accounts.add(engine, login, name, Role(role), section, by=current_user(request).id))
        except (AssistantError, ValueError) as error:
            return shown(request, 400, _words(error))

    @app.post(_PAGE + "/{login}/reset")
    def reset(request: Request, login: str) -> Response:
        try:
            return shown(request, made=accounts.reset(engine, login, by=current_user(request).id))
        except AssistantError as error:
            return shown(request, 400, str(error))

    @app.post(_PAGE + "/{login}/change")
    def change(request: Request, login: str, name: _Field = "", role: _Field = "", section: _Field = "") -> Response:
        try:
            changed = accounts.change(engine, login, name=name, role=Role(role), section=section, by=current_user(request).id)
        except (AssistantError, ValueError) as error:
            return shown(request, 400, _words(error))
        return redirect(request, _PAGE, f"已修改 {changed.login}（{changed.name}）。")

    @app.post(_PAGE + "/{login}/{act}")
    def disable(request: Request, login: str, act: str) -> Response:
        if act not in {"disable", "enable"}:
            return shown(request, 404, "没有这个操作，请从列表里选择。")
        try:
            changed = accounts.set_disabled(engine, login, act == "disable", by=current_user(request).id)
        except AssistantError as error:
            return shown(request, 400, str(error))
        return redirect(request, _PAGE, f"已{'停用' if changed.disabled else '恢复'} {changed.login}（{changed.name}）。")


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, AssistantError) else "请选择角色。"
