"""The page of accounts: made, changed, disabled, given a new password, bound to a person of the sign-in provider."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import FastAPI, Form, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine

from assistant.desk.people import accounts, confirming, provider_requests
from assistant.desk.people.accounts import NewAccount, Role
from assistant.desk.people.gate import WantsSecond
from assistant.errors import AssistantError, ComeBackLater
from assistant.web.answering import Answering
from assistant.web.frame.render import page, redirect
from assistant.web.identity import current_user
from assistant.web.sign_in import hashing_of, told_to_wait

_PAGE = "/admin/people"
_Field = Annotated[str, Form()]


_ACTS = {"disable": "已停用", "enable": "已恢复", "unlock": "已解除等待：", "unbind": "已解除统一认证绑定："}


def add_people(app: FastAPI, assistant: Answering) -> None:
    """Put the page on the app."""
    _add_passwords(app, assistant)
    _add_accounts(app, assistant)
    _add_requests(app, assistant)
    _add_administrators(app, assistant)


def _shown(request: Request, engine: Engine, status: int = 200, problem: str = "", made: NewAccount | None = None) -> Response:
    facts: dict[str, Any] = {"found": accounts.accounts(engine), "waiting": accounts.waiting(engine)}
    facts |= {"requests": provider_requests.requests(engine), "asked": confirming.shown(engine, current_user(request).id)}
    facts |= {"names": {a.id: a.name for a in facts["found"]}, "with_password": confirming.WITH_PASSWORD}
    return page(request, "admin/people.html", status, roles=list(Role), problem=problem, made=made, **facts)


def _ask(request: Request, assistant: Answering, wants: WantsSecond) -> Response:
    """Put what another administrator has to agree to before them."""
    try:
        asked = confirming.ask(assistant.engine, assistant.settings, wants.wanted, current_user(request).id)
    except AssistantError as error:
        return _shown(request, assistant.engine, 400, str(error))
    after = "确认以后请您回到这里办理，领取一次性密码" if asked.step in confirming.WITH_PASSWORD else "确认以后立即生效"
    return redirect(request, _PAGE, f"{asked.step}（{asked.login}）已提交，要由另一名管理员确认；{after}。")


def _add_accounts(app: FastAPI, assistant: Answering) -> None:
    engine = assistant.engine

    @app.get(_PAGE)
    def people(request: Request) -> Response:
        return _shown(request, engine)

    @app.post(_PAGE + "/{login}/change")
    def change(request: Request, login: str, name: _Field = "", role: _Field = "", section: _Field = "") -> Response:
        try:
            changed = accounts.change(engine, login, name=name, role=Role(role), section=section, by=current_user(request).id)
        except WantsSecond as wants:
            return _ask(request, assistant, wants)
        except (AssistantError, ValueError) as error:
            return _shown(request, engine, 400, _words(error))
        return redirect(request, _PAGE, f"已修改 {changed.login}（{changed.name}）。")

    @app.post(_PAGE + "/{login}/{act}")
    def act(request: Request, login: str, act: str) -> Response:
        by = current_user(request).id
        try:
            if act in {"disable", "enable"}:
                changed = accounts.set_disabled(engine, login, act == "disable", by=by)
            elif act == "unlock":
                changed = accounts.unlock(engine, login, by=by)
            elif act == "unbind":
                changed = provider_requests.unbind(engine, login, by=by)
            else:
                return _shown(request, engine, 404, "没有这个操作，请从列表里选择。")
        except WantsSecond as wants:
            return _ask(request, assistant, wants)
        except AssistantError as error:
            return _shown(request, engine, 400, str(error))
        return redirect(request, _PAGE, f"{_ACTS[act]} {changed.login}（{changed.name}）。")


def _add_passwords(app: FastAPI, assistant: Answering) -> None:
    """What makes a one-time password hashes it: awaited like every hash."""
    engine = assistant.engine

    @app.post(_PAGE)
    async def add(request: Request, login: _Field = "", name: _Field = "", role: _Field = "", section: _Field = "") -> Response:
        try:
            work = partial(accounts.add, engine, login, name, Role(role), section, by=current_user(request).id)
        except ValueError as error:
            return await run_in_threadpool(_shown, request, engine, 400, _words(error))
        return await _made(request, assistant, work)

    @app.post(_PAGE + "/{login}/reset")
    async def reset(request: Request, login: str) -> Response:
        return await _made(request, assistant, partial(accounts.reset, engine, login, by=current_user(request).id))


async def _made(request: Request, assistant: Answering, work: Callable[[], NewAccount]) -> Response:
    engine = assistant.engine
    try:
        made = await hashing_of(request).run(current_user(request).id, work)
    except ComeBackLater as busy:
        return told_to_wait(await run_in_threadpool(_shown, request, engine, 429, str(busy)), busy)
    except WantsSecond as wants:
        return await run_in_threadpool(_ask, request, assistant, wants)
    except AssistantError as error:
        return await run_in_threadpool(_shown, request, engine, 400, str(error))
    return await run_in_threadpool(_shown, request, engine, made=made)


def _add_requests(app: FastAPI, assistant: Answering) -> None:
    engine = assistant.engine

    @app.post(_PAGE + "/requests/{request_id:int}/confirm")
    def confirm(request: Request, request_id: int, login: _Field = "") -> Response:
        try:
            bound = provider_requests.confirm(engine, request_id, login, by=current_user(request).id)
        except WantsSecond as wants:
            return _ask(request, assistant, wants)
        except AssistantError as error:
            return _shown(request, engine, 400, str(error))
        return redirect(request, _PAGE, f"已绑定 {bound.login}（{bound.name}），可以用统一认证登录了。")

    @app.post(_PAGE + "/requests/{request_id:int}/refuse")
    def refuse(request: Request, request_id: int) -> Response:
        try:
            asked = provider_requests.refuse(engine, request_id, by=current_user(request).id)
        except AssistantError as error:
            return _shown(request, engine, 400, str(error))
        return redirect(request, _PAGE, f"没有同意申请 {asked.code}。")


def _add_administrators(app: FastAPI, assistant: Answering) -> None:
    """What waits for a second administrator: agreed to, refused, taken back, and then done by who asked."""
    engine, settings, asked_for = assistant.engine, assistant.settings, _PAGE + "/asked/{request_id:int}"

    @app.post(asked_for + "/agree")
    def agree(request: Request, request_id: int) -> Response:
        try:
            found = confirming.agree(engine, settings, request_id, current_user(request).id)
        except AssistantError as error:
            return _shown(request, engine, 400, str(error))
        then = "请提出的管理员回到本页领取一次性密码" if found.step in confirming.WITH_PASSWORD else "已经生效"
        return redirect(request, _PAGE, f"已同意{found.step}（{found.login}），{then}。")

    @app.post(asked_for + "/refuse")
    def refuse_asked(request: Request, request_id: int) -> Response:
        try:
            found = confirming.refuse(engine, settings, request_id, current_user(request).id)
        except AssistantError as error:
            return _shown(request, engine, 400, str(error))
        return redirect(request, _PAGE, f"没有办理{found.step}（{found.login}）。")

    @app.post(asked_for + "/collect")
    async def collect(request: Request, request_id: int) -> Response:
        return await _made(request, assistant, partial(confirming.collect, engine, request_id, current_user(request).id))


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, AssistantError) else "请选择角色。"
