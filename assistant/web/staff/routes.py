"""What the staff desk's pages ask for while they stand: small answers that need no place in Gradio's queue."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from assistant.web.staff.services import StaffDesk

_PRIVATE = {"Cache-Control": "no-store"}


def add_staff_routes(app: FastAPI, desk: StaffDesk) -> None:
    """Put the routes on the app; they must come before Gradio takes the rest of /staff."""

    @app.get("/staff/suggest")
    def suggestions(q: str = "") -> JSONResponse:
        return JSONResponse(desk.suggestions(q[: desk.settings.max_question_chars]), headers=_PRIVATE)
