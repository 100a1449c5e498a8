"""Signing in and out, and changing one's password."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import FastAPI, Form, Request, Response
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk import accounts
from assistant.desk.accounts import Account, Role, SignInRefused
from assistant.errors import RefusedInput
from assistant.store import accounts as sql
from assistant.web.access import COOKIE, PASSWORD_PAGE
from assistant.web.answering import Answering
from assistant.web.identity import current_user
from assistant.web.permissions import allowed
from assistant.web.render import page, redirect

_Field = Annotated[str, Form()]
_HOMES = {Role.STAFF: "/staff", Role.REVIEWER: "/staff", Role.COUNSEL: "/counsel", Role.ADMIN: "/admin"}


def add_sign_in(app: FastAPI, assistant: Answering) -> None:
    """Put the pages on the app; the provider's too where one is set."""
    _add_login(app, assistant.engine, assistant.settings)
    _add_password(app, assistant.engine, assistant.settings)
    if assistant.settings.oidc_issuer:
        from assistant.web.oidc import add_oidc

        add_oidc(app, assistant)


def _add_login(app: FastAPI, engine: Engine, settings: Settings) -> None:
    provider = settings.oidc_name if settings.oidc_issuer else ""

    @app.get("/login")
    def login_page(request: Request, next: str = "") -> Response:
        return page(request, "login.html", next=local_path(next), login="", problem="", provider=provider)

    @app.post("/login")
    def login(request: Request, login: _Field = "", password: _Field = "", next: _Field = "") -> Response:
        try:
            account, token = accounts.sign_in(engine, settings, login, password)
        except SignInRefused as refused:
            return page(request, "login.html", 401, next=local_path(next), login=login, problem=str(refused), provider=provider)
        return signed_in(request, account, token, next)

    @app.post("/logout")
    def logout(request: Request) -> Response:
        accounts.sign_out(engine, request.cookies.get(COOKIE, ""))
        response = redirect(request, "/login", "已退出登录。")
        response.delete_cookie(COOKIE)
        return response


def _add_password(app: FastAPI, engine: Engine, settings: Settings) -> None:
    @app.get(PASSWORD_PAGE)
    def password_page(request: Request) -> Response:
        return page(request, "password.html", problem="")

    @app.post(PASSWORD_PAGE)
    def change(request: Request, old: _Field = "", new: _Field = "", again: _Field = "") -> Response:
        user = current_user(request)
        with engine.connect() as connection:
            account = sql.account(connection, user.id)
        try:
            if account is None:
                raise RefusedInput("账号", "不存在，请重新登录")
            if new != again:
                raise RefusedInput("新密码", "两次输入不一致，请重新输入")
            accounts.change_password(engine, settings, account, old, new, request.cookies.get(COOKIE, ""))
        except RefusedInput as refused:
            return page(request, "password.html", 400, problem=str(refused))
        return redirect(request, home_of(account.role), "密码已修改，其他设备上的登录已退出。")


def signed_in(request: Request, account: Account, token: str, wanted: str) -> Response:
    """Return the way to where the person wanted to go (their own desk else), with the session's cookie."""
    path = local_path(wanted)
    response = redirect(request, path if path and allowed(urlsplit(path).path, account.role) else home_of(account.role))
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=request.url.scheme == "https", path="/")
    return response


def home_of(role: Role) -> str:
    """Return the desk a role works at."""
    return _HOMES[role]


def local_path(wanted: str) -> str:
    """Return a path of this site, or nothing for an address that leads elsewhere."""
    parts = urlsplit(wanted)
    local = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return wanted if local and wanted.isprintable() else ""
