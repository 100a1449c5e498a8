"""What the staff desk's pages ask for while they stand: small answers that need no place in Gradio's queue."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse

from assistant.desk.chat import conversations
from assistant.desk.chat.narrowing import facts_of, narrowed
from assistant.desk.chat.records import from_record
from assistant.errors import RefusedInput
from assistant.web.identity import current_user
from assistant.web.staff.enforcement_view import narrowed_view
from assistant.web.staff.services import StaffDesk
from assistant.web.staff.transcript import failure

_PRIVATE = {"Cache-Control": "no-store"}


def add_staff_routes(app: FastAPI, desk: StaffDesk) -> None:
    """Put the routes on the app; they must come before Gradio takes the rest of /staff."""

    @app.get("/staff/suggest")
    def suggestions(q: str = "") -> JSONResponse:
        return JSONResponse(desk.suggestions(q[: desk.settings.max_question_chars]), headers=_PRIVATE)

    @app.get("/staff/narrow/{message_id}")
    def narrow(message_id: int, request: Request) -> HTMLResponse:
        message = conversations.message(desk.engine, message_id, current_user(request).id)
        if message is None or not message.answer:
            return HTMLResponse(failure("没有找到这个回答，会话可能已被删除。"), status_code=404, headers=_PRIVATE)
        answer = from_record(message.answer)
        try:
            found = narrowed(desk.shelf, answer, facts_of(request.query_params))
        except RefusedInput as refused:
            return HTMLResponse(failure(str(refused)), headers=_PRIVATE)
        return HTMLResponse(narrowed_view(found, message_id, answer.as_of), headers=_PRIVATE)
