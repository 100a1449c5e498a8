"""The administration desk's pages put together."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from assistant.desk.ops.health import condition
from assistant.web.admin.documents import add_documents
from assistant.web.admin.numbers import add_numbers
from assistant.web.admin.people import add_people
from assistant.web.admin.settings import add_settings
from assistant.web.admin.trail import add_trail
from assistant.web.admin.words import add_words
from assistant.web.answering import Answering
from assistant.web.frame.render import page


def add_admin(app: FastAPI, assistant: Answering) -> None:
    """Put the desk on the app."""

    @app.get("/admin")
    def overview(request: Request) -> Response:
        return page(request, "admin/condition.html", found=condition(assistant.engine, assistant.settings))

    add_documents(app, assistant)
    add_words(app, assistant)
    add_numbers(app, assistant)
    add_people(app, assistant)
    add_settings(app, assistant)
    add_trail(app, assistant)
