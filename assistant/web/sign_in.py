"""Signing in and out, and changing one's password.

What hashes is awaited on threads of its own (`hashing`); nothing here waits for it on a thread that answers pages.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import FastAPI, Form, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.people import accounts, attempts
from assistant.desk.people.accounts import Account, Role, SignInRefused
from assistant.desk.public.rate_limits import Asked, RateLimits, TooOften, network
from assistant.errors import ComeBackLater, RefusedInput
from assistant.store.people import accounts as sql
from assistant.web.answering import Answering
from assistant.web.edge.access import COOKIE, PASSWORD_PAGE
from assistant.web.edge.hashing import Hashing
from assistant.web.edge.permissions import allowed
from assistant.web.frame.destinations import known_page
from assistant.web.frame.render import page, redirect
from assistant.web.identity import current_user

_Field = Annotated[str, Form()]
_HOMES = {Role.STAFF: "/staff", Role.REVIEWER: "/staff", Role.COUNSEL: "/counsel", Role.ADMIN: "/admin"}


def add_sign_in(app: FastAPI, assistant: Answering) -> None:
    """Put the pages on the app; the provider's too where one is set."""
    app.state.hashing = Hashing()
    _add_login(app, assistant.engine, assistant.settings)
    _add_password(app, assistant.engine, assistant.settings)
    if assistant.settings.oidc_issuer:
        from assistant.web.oidc import add_oidc

        add_oidc(app, assistant)


def _add_login(app: FastAPI, engine: Engine, settings: Settings) -> None:
    provider = settings.oidc_name if settings.oidc_issuer else ""
    limits = RateLimits(settings)

    @app.get("/login")
    def login_page(request: Request, next: str = "") -> Response:
        return page(request, "login.html", next=known_page(next), login="", problem="", provider=provider)

    @app.post("/login")
    async def login(request: Request, login: _Field = "", password: _Field = "", next: _Field = "") -> Response:
        address = _address(request)
        again = partial(page, request, "login.html", next=known_page(next), login=login[:100], provider=provider)
        try:
            hashing_of(request).check_room(network(address))
            await _count(limits, engine, settings, address)
            work = partial(accounts.sign_in, engine, settings, login, password, address=address)
            account, token = await hashing_of(request).run(network(address), work)
        except ComeBackLater as busy:
            return told_to_wait(await run_in_threadpool(again, status=429, problem=str(busy)), busy)
        except SignInRefused as refused:
            return await run_in_threadpool(again, status=401, problem=str(refused))
        return signed_in(request, account, token, next)

    @app.post("/logout")
    def logout(request: Request) -> Response:
        accounts.sign_out(engine, request.cookies.get(COOKIE, ""))
        response = redirect(request, "/login", "已退出登录。")
        response.delete_cookie(COOKIE)
        return response


async def _count(limits: RateLimits, engine: Engine, settings: Settings, address: str) -> None:
    """Count a sign-in; raises TooOften. What strangers use up together does not keep out an address that is known."""
    try:
        limits.count(Asked.SIGN_IN, address)
    except TooOften as often:
        if not often.by_all or not await run_in_threadpool(attempts.known, engine, settings, address):
            raise


def _add_password(app: FastAPI, engine: Engine, settings: Settings) -> None:
    @app.get(PASSWORD_PAGE)
    def password_page(request: Request) -> Response:
        return page(request, "password.html", problem="")

    @app.post(PASSWORD_PAGE)
    async def change(request: Request, old: _Field = "", new: _Field = "", again: _Field = "") -> Response:
        user, token = current_user(request), request.cookies.get(COOKIE, "")
        shown = partial(page, request, "password.html")
        try:
            role = await hashing_of(request).run(user.id, _changed, engine, settings, user.id, (old, new, again), token)
        except ComeBackLater as busy:
            return told_to_wait(await run_in_threadpool(shown, status=429, problem=str(busy)), busy)
        except RefusedInput as refused:
            return await run_in_threadpool(shown, status=400, problem=str(refused))
        return redirect(request, home_of(role), "密码已修改，其他设备上的登录已退出。")


def _changed(engine: Engine, settings: Settings, user_id: str, words: tuple[str, str, str], token: str) -> Role:
    old, new, again = words
    with engine.connect() as connection:
        account = sql.account(connection, user_id)
    if account is None:
        raise RefusedInput("账号", "不存在，请重新登录")
    if new != again:
        raise RefusedInput("新密码", "两次输入不一致，请重新输入")
    accounts.change_password(engine, settings, account, old, new, token)
    return account.role


def hashing_of(request: Request) -> Hashing:
    """Return the threads of the application that hash."""
    found = request.app.state.hashing
    assert isinstance(found, Hashing)
    return found


def told_to_wait(response: Response, busy: ComeBackLater) -> Response:
    """Return the response with the time to wait, as programs read it."""
    response.headers["Retry-After"] = str(busy.seconds)
    return response


def signed_in(request: Request, account: Account, token: str, wanted: str) -> Response:
    """Return the way to where the person wanted to go (their own desk else), with the session's cookie."""
    path = known_page(wanted)
    response = redirect(request, path if path and allowed(urlsplit(path).path, account.role) else home_of(account.role))
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=over_tls(request), path="/")
    return response


def over_tls(request: Request) -> bool:
    """True where the desks are reached by TLS: this request came by it, or the address set for the site says so."""
    settings: Settings = request.app.state.settings
    return request.url.scheme == "https" or settings.site_url.lower().startswith("https:")


def home_of(role: Role) -> str:
    """Return the desk a role works at."""
    return _HOMES[role]


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
