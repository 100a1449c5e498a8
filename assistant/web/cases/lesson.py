"""What a case teaches, in other words: edited and saved, or a plainer wording asked of the language model."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Form, Request, Response

from assistant.answer.model.wording import Wording
from assistant.desk.changes.asking import cases
from assistant.desk.knowledge import wordings
from assistant.errors import NotOnShelf, RefusedInput
from assistant.web.cases.pages import HOME, WAITS, CaseDesk, LessonForm, shown
from assistant.web.frame.render import problem, redirect
from assistant.web.identity import current_user

_Field = Annotated[str, Form()]


def add_lesson(app: FastAPI, desk: CaseDesk) -> None:
    """Put what the form of the lesson posts to on the app."""

    @app.post(HOME + "/{number}/lesson")
    def save(request: Request, number: int, text: _Field = "") -> Response:
        try:
            asked = cases.edit_lesson(desk.engine, desk.settings, number, text, current_user(request))
        except NotOnShelf as error:
            return problem(request, str(error))
        except RefusedInput as refused:
            return shown(request, desk, number, LessonForm(text), str(refused))
        return redirect(request, f"{HOME}/{number}#lesson", WAITS if asked else "已保存。")

    @app.post(HOME + "/{number}/lesson/wording")
    def wording(request: Request, number: int, act: _Field = "", text: _Field = "", proposed: _Field = "") -> Response:
        if not desk.assistant.writes:
            return problem(request, "没有设置语言模型，不能请模型改写；请自己修改文字。")
        try:
            return shown(request, desk, number, _form(request, desk, number, act, text, proposed))
        except NotOnShelf as error:
            return problem(request, str(error))


def _form(request: Request, desk: CaseDesk, number: int, act: str, text: str, proposed: str) -> LessonForm:
    """The form as it goes on: the proposal taken, left, or asked for."""
    if act == "take":
        return LessonForm(proposed)
    if act == "leave":
        return LessonForm(text)
    try:
        return LessonForm(text, wordings.for_lesson(desk.assistant, desk.shelf, current_user(request).id, number, text))
    except RefusedInput as refused:
        return LessonForm(text, Wording("", str(refused)))
