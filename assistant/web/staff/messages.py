"""The office's side of 公众留言: the list, one question, its contact on demand, the reply."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Form, Request, Response

from assistant.desk.public import messages as desk
from assistant.errors import AssistantError
from assistant.store.messages import LeftState
from assistant.web.answering import Answering
from assistant.web.frame.render import page, problem, redirect
from assistant.web.identity import current_user

PLACE = "/staff/consultations"
_Field = Annotated[str, Form()]


def add_left_questions(app: FastAPI, assistant: Answering) -> None:
    """Put the pages on the app."""
    engine, settings = assistant.engine, assistant.settings

    @app.get(PLACE)
    def every(request: Request, state: str = "") -> Response:
        chosen = next((s for s in LeftState if s.value == state), None)
        found = desk.left_questions(engine, chosen)
        return page(request, "left/list.html", questions=found, states=list(LeftState), chosen=chosen, place=PLACE)

    @app.get(PLACE + "/{left_id}")
    def one(request: Request, left_id: int) -> Response:
        return _one(request, left_id)

    @app.post(PLACE + "/{left_id}/contact")
    def contact(request: Request, left_id: int) -> Response:
        try:
            shown = desk.contact(engine, settings, left_id, current_user(request).id)
        except AssistantError as error:
            return problem(request, str(error))
        return _one(request, left_id, contact=shown or "已到期删除")

    @app.post(PLACE + "/{left_id}/reply")
    def reply(request: Request, left_id: int, text: _Field = "") -> Response:
        user = current_user(request)
        try:
            desk.reply(engine, left_id, user.id, user.name, text)
        except AssistantError as error:
            return _one(request, left_id, 400, wrong=str(error), text=text)
        return redirect(request, f"{PLACE}/{left_id}", "答复已保存，来访者凭编号可以看到。")

    @app.post(PLACE + "/{left_id}/matter")
    def matter(request: Request, left_id: int) -> Response:
        try:
            matter_id = desk.to_matter(engine, current_user(request), left_id)
        except AssistantError as error:
            return problem(request, str(error))
        return redirect(request, f"/staff/matters/{matter_id}", "已转为事项草稿，补充后提交律师。")

    @app.post(PLACE + "/{left_id}/close")
    def close(request: Request, left_id: int) -> Response:
        try:
            desk.close(engine, left_id, current_user(request).id)
        except AssistantError as error:
            return problem(request, str(error))
        return redirect(request, PLACE, "已关闭。")

    def _one(request: Request, left_id: int, status: int = 200, contact: str = "", wrong: str = "", text: str | None = None) -> Response:
        try:
            found = desk.left_question(engine, left_id)
        except AssistantError as error:
            return problem(request, str(error))
        written = found.reply if text is None else text
        return page(request, "left/one.html", status, left=found, contact=contact, wrong=wrong, text=written, place=PLACE)
