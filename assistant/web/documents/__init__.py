"""The pages through which documents come in over the web, and on which an administrator decides what becomes of them."""

from __future__ import annotations

from functools import partial

from fastapi import FastAPI

from assistant.desk.changes.asking.changes import waiting_for
from assistant.desk.library.import_jobs import ImportJobs
from assistant.desk.work import Work
from assistant.desk.work.tasks import read_by
from assistant.web.answering import Answering
from assistant.web.documents.deciding import add_deciding
from assistant.web.documents.importing import HOME, add_importing
from assistant.web.identity import User


def add_document_changes(app: FastAPI, assistant: Answering, work: Work) -> None:
    """Put the pages on the app; they must come before Gradio takes the rest of /staff."""
    engine = assistant.engine

    def waiting(user: User) -> dict[str, int]:
        found = waiting_for(engine, user)
        deciding = found.get("deciding", 0)
        return {HOME: found.get("own", 0), "/admin": deciding, "/admin/documents": deciding}

    app.state.waiting = waiting
    add_importing(app, assistant, ImportJobs(engine, assistant.settings, partial(read_by, work)))
    add_deciding(app, assistant)
