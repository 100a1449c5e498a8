"""Matters for the law firm: the office's pages under /staff/matters, the firm's under /counsel."""

from fastapi import FastAPI

from assistant.desk.work import Work
from assistant.web.answering import Answering
from assistant.web.matters.office import add_office_routes
from assistant.web.matters.opinion import add_opinion_routes
from assistant.web.matters.publishing import add_publishing_routes
from assistant.web.matters.shared import COUNSEL, OFFICE, add_shared_routes


def add_matter_routes(app: FastAPI, assistant: Answering, work: Work) -> None:
    """Put the pages on the app. The office's own come first: /staff/matters/new is no matter's id."""
    add_office_routes(app, assistant, work)
    for desk in (OFFICE, COUNSEL):
        add_shared_routes(app, assistant, desk, work)
    add_opinion_routes(app, assistant, work)
    add_publishing_routes(app, assistant, work)
