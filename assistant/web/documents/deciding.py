"""An administrator decides on changes that wait: the comparison, approval of what was shown, rejection, undoing."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import FastAPI, Form, Request, Response

from assistant.desk.changes import deciding
from assistant.desk.changes.asking import changes
from assistant.desk.changes.model import REASON_CHARS, DecidedAlready, ShownAnew
from assistant.desk.changes.second_person import may_decide
from assistant.desk.people.accounts import accounts
from assistant.errors import AssistantError
from assistant.store.library.changes import ChangeState
from assistant.web.answering import Answering
from assistant.web.frame.render import page, problem, redirect
from assistant.web.identity import current_user

PAGE: Final = "/admin/documents/waiting"
_Field = Annotated[str, Form()]
_LAST: Final = 100


def add_deciding(app: FastAPI, assistant: Answering) -> None:
    """Put the pages on the app."""
    _add_list(app, assistant)
    _add_decisions(app, assistant)


def _add_list(app: FastAPI, assistant: Answering) -> None:
    engine = assistant.engine

    @app.get(PAGE)
    def listed(request: Request) -> Response:
        waiting = changes.listed(engine, {ChangeState.WAITING})
        closed = changes.listed(engine, changes.CLOSED_STATES, limit=_LAST)
        return page(request, "documents/waiting.html", waiting=waiting, closed=closed, names=_names(assistant))

    @app.get(PAGE + "/{number}")
    def one(request: Request, number: int) -> Response:
        return _shown(request, assistant, number)


def _shown(request: Request, assistant: Answering, number: int, refused: str = "", status: int = 200) -> Response:
    user, engine = current_user(request), assistant.engine
    try:
        change = changes.opened(engine, number, user)
        if change.state is ChangeState.DRAFT:
            return problem(request, "上传人还没有核对完，不能批准。")
        found = deciding.look(engine, assistant.settings, change)
    except AssistantError as error:
        return problem(request, str(error))
    allowed = may_decide(engine, change, user)
    return page(
        request,
        "documents/decide.html",
        status,
        found=found,
        refused=refused,
        allowed=allowed,
        names=_names(assistant),
        reason_chars=REASON_CHARS,
    )


def _add_decisions(app: FastAPI, assistant: Answering) -> None:
    engine, settings = assistant.engine, assistant.settings

    @app.post(PAGE + "/{number}/approve")
    def approve(request: Request, number: int, shown: _Field = "", alone: _Field = "") -> Response:
        try:
            deciding.approve(engine, settings, number, current_user(request), shown, alone=alone == "yes")
        except (ShownAnew, DecidedAlready) as error:
            return _shown(request, assistant, number, str(error), 409)
        except AssistantError as error:
            return _shown(request, assistant, number, str(error), 400)
        request.app.state.indexing.wake()
        return redirect(request, f"{PAGE}/{number}", "已批准，立即生效；索引在后台更新。")

    @app.post(PAGE + "/{number}/reject")
    def reject(request: Request, number: int, reason: _Field = "") -> Response:
        try:
            deciding.reject(engine, settings, number, current_user(request), reason)
        except AssistantError as error:
            return _shown(request, assistant, number, str(error), 409 if isinstance(error, DecidedAlready) else 400)
        request.app.state.indexing.wake()
        return redirect(request, PAGE, "没有批准，法规库没有改动；理由已告诉提出人。")

    @app.post(PAGE + "/{number}/undo")
    def undo(request: Request, number: int, reason: _Field = "", hide: _Field = "") -> Response:
        try:
            asked = deciding.undo(engine, settings, number, current_user(request), reason, hide=hide == "yes")
        except AssistantError as error:
            return _shown(request, assistant, number, str(error), 409 if isinstance(error, DecidedAlready) else 400)
        request.app.state.indexing.wake()
        told = "已撤销，法规库回到批准以前；索引在后台更新。" if asked.id == number else "撤销已提交，由另一名管理员批准以后生效。"
        return redirect(request, f"{PAGE}/{asked.id}", told)


def _names(assistant: Answering) -> dict[str, str]:
    """The names of those who asked and decided."""
    return {a.id: a.name for a in accounts(assistant.engine)}
