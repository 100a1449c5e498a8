"""Routes of the notifications: a person's list at their own desk, the channels at the administrator's."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Form, Request, Response
from fastapi.responses import JSONResponse

from assistant.desk.notify import delivery, notifications
from assistant.desk.notify.notifications import NoNotification
from assistant.errors import RefusedInput
from assistant.web.answering import Answering
from assistant.web.frame.render import NO_STORE, page, problem, redirect
from assistant.web.identity import current_user

_Field = Annotated[str, Form()]
#: A person's list lies at the desk they work at; the access table opens each to its people.
_DESKS = ("/staff", "/counsel")


def add_notifications(app: FastAPI, assistant: Answering) -> None:
    """Put the pages on the app; they must come before Gradio takes the rest of /staff."""
    app.state.unread = lambda user: notifications.unread(assistant.engine, user)
    for desk in _DESKS:
        _add_list(app, assistant, f"{desk}/notifications")
    _add_channels(app, assistant)


def _add_list(app: FastAPI, assistant: Answering, address: str) -> None:
    engine = assistant.engine

    @app.get(address)
    def shown(request: Request) -> Response:
        return _list(request, assistant, address)

    @app.get(f"{address}/unread")
    def unread(request: Request) -> Response:
        return JSONResponse({"unread": notifications.unread(engine, current_user(request).id)}, headers=NO_STORE)

    @app.get(address + "/{number:int}")
    def opened(request: Request, number: int) -> Response:
        try:
            found = notifications.opened(engine, current_user(request).id, number)
        except NoNotification as error:
            return problem(request, str(error))
        return redirect(request, found.told.link)

    @app.post(f"{address}/read")
    def read(request: Request) -> Response:
        notifications.read_all(engine, current_user(request).id)
        return redirect(request, address, "已全部标为已读。")

    @app.post(f"{address}/address")
    def mailed(request: Request, mail: _Field = "") -> Response:
        try:
            notifications.set_mail_address(engine, current_user(request).id, mail)
        except RefusedInput as refused:
            return _list(request, assistant, address, str(refused), mail)
        return redirect(request, address, "已保存邮箱。" if mail.strip() else "以后不再发邮件。")


def _list(request: Request, assistant: Answering, address: str, refused: str = "", typed: str | None = None) -> Response:
    user = current_user(request).id
    mail = notifications.mail_address(assistant.engine, user) if typed is None else typed
    rows = notifications.listed(assistant.engine, user)
    facts = {"address": address, "rows": rows, "mail": mail, "mails": bool(assistant.settings.smtp_host), "refused": refused}
    return page(request, "notifications/list.html", 400 if refused else 200, **facts)


def _add_channels(app: FastAPI, assistant: Answering) -> None:
    @app.get("/admin/notifications")
    def channels(request: Request) -> Response:
        states = delivery.channel_states(assistant.engine, assistant.settings)
        return page(request, "notifications/channels.html", states=states, stuck=delivery.stuck(assistant.engine))

    @app.post("/admin/notifications/{number:int}/again")
    def again(request: Request, number: int) -> Response:
        try:
            delivery.send_again(assistant.engine, number)
        except RefusedInput as refused:
            return problem(request, str(refused), 400)
        return redirect(request, "/admin/notifications", "已放回队列，几秒内再发。")
