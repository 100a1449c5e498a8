"""The pages of legality reviews: list, new, the review itself, the statutes it stands on, downloads."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from urllib.parse import quote

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from markupsafe import Markup
from starlette.datastructures import FormData, UploadFile

from assistant.desk.library.documents import opened_at
from assistant.desk.reviews import conclusion, readings, reviews
from assistant.desk.reviews.records import CHOICES, OpenReview, State
from assistant.desk.reviews.words import OwnFinding
from assistant.desk.work import Job
from assistant.errors import AssistantError, NotOnShelf, RefusedInput
from assistant.library.readers import READERS
from assistant.review.correct.correctable import as_day
from assistant.review.report.docx_template import TemplateRefused
from assistant.review.text.model import DocumentKind, Severity
from assistant.store.reviews import Filter
from assistant.web.citation_view import STATUS_CLASS, statute_body
from assistant.web.edge.uploads import uploaded_form
from assistant.web.frame.render import NO_STORE, PACKAGED, page, problem, template_problem
from assistant.web.identity import User, current_user
from assistant.web.jobs import Outcome, answered, status_of
from assistant.web.reviews import view
from assistant.web.reviews.changes import add_changes
from assistant.web.reviews.services import ReviewDesk

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: Where the matters desk begins a matter; it takes `?review=`.
NEW_MATTER = "/staff/matters/new"
#: Files of one upload at most.
_MOST_FILES = 100


def add_reviews(app: FastAPI, desk: ReviewDesk) -> None:
    """Put the pages on the app; they must come before Gradio takes the rest of /staff."""

    @app.exception_handler(reviews.NoReview)
    def missing(request: Request, error: Exception) -> Response:
        return problem(request, str(error), 404)

    @app.exception_handler(reviews.ReviewClosed)
    def closed(request: Request, error: Exception) -> Response:
        return problem(request, str(error), 409)

    _add_list(app, desk)
    _add_new(app, desk)
    _add_statute(app, desk)
    _add_review(app, desk)
    add_changes(app, desk, lambda request, review_id, **more: show(desk, request, review_id, **more))


def _add_list(app: FastAPI, desk: ReviewDesk) -> None:
    @app.get("/staff/reviews")
    def listing(request: Request, kind: str = "", month: str = "", state: str = "", p: int = 1) -> Response:
        user = current_user(request)
        chosen = Filter(kind if kind in list(DocumentKind) else "", state if state in list(State) else "", _month(month))
        shown, total = reviews.listed(desk.engine, user, chosen, p)
        return page(
            request,
            "reviews/list.html",
            reviews=shown,
            total=total,
            p=max(p, 1),
            last=max(1, -(-total // reviews.PAGE)),
            chosen=chosen,
            month=month if chosen.month else "",
            months=[f"{y}-{m:02d}" for y, m in reviews.months(desk.engine, user)],
            kinds=list(DocumentKind),
            states=list(State),
        )


def _month(text: str) -> tuple[int, int] | None:
    told = re.fullmatch(r"(19\d\d|[2-8]\d{3}|9[0-8]\d\d)-(0?[1-9]|1[0-2])", text, re.ASCII)
    return (int(told[1]), int(told[2])) if told else None


# ---- a new review -----------------------------------------------------------------------------


def _add_new(app: FastAPI, desk: ReviewDesk) -> None:
    @app.get("/staff/reviews/new")
    def blank(request: Request) -> Response:
        return _form(desk, request)

    @app.post("/staff/reviews/new")
    async def begin(request: Request) -> Response:
        try:
            form = await uploaded_form(request, desk.settings.max_unpacked_mb, _MOST_FILES)
        except RefusedInput as refused:
            return await to_thread.run_sync(_form, desk, request, refused)
        user = current_user(request)
        return await answered(request, lambda: _start(desk, user, form), lambda error: _form(desk, request, error))


def _start(desk: ReviewDesk, user: User, form: FormData) -> Job[Outcome]:
    kind, as_of = str(form.get("kind", "")), str(form.get("as_of", "")).strip()
    if kind not in list(DocumentKind):
        raise RefusedInput("类型", "请选择行政处罚案卷、合同或者文件草案")
    day = date.fromisoformat(as_day("适用日期", as_of)) if as_of else None
    files = [(u.filename or "", u.file) for u in form.getlist("files") if isinstance(u, UploadFile) and u.filename]
    return readings.start(desk.work, desk.engine, desk.settings, user, files, DocumentKind(kind), day, _opened)


def _opened(review_id: str) -> Outcome:
    return Outcome(f"/staff/reviews/{review_id}", "已读完，下面是初步审查发现的问题。")


def _form(desk: ReviewDesk, request: Request, refused: AssistantError | None = None) -> Response:
    if isinstance(refused, reviews.NoReview):
        raise refused
    settings = desk.settings
    limits = {"file": settings.max_file_mb, "all": settings.max_unpacked_mb, "types": "、".join(sorted([*READERS, ".zip"]))}
    accept = ",".join(sorted([*READERS, ".zip"]))
    status, told = (status_of(refused), str(refused)) if refused else (200, "")
    return page(request, "reviews/new.html", status, problem=told, kinds=list(DocumentKind), limits=limits, accept=accept)


# ---- statutes ---------------------------------------------------------------------------------


def _add_statute(app: FastAPI, desk: ReviewDesk) -> None:
    @app.get("/staff/reviews/statute")
    def statute(request: Request, address: str = "", day: str = "") -> Response:
        try:
            on = date.fromisoformat(day) if day else date.today()
            document, hits = opened_at(desk.engine, desk.shelf, address[:300], on)
        except (NotOnShelf, ValueError) as error:
            return problem(request, str(error) if isinstance(error, NotOnShelf) else "日期不对，请从审查页面重新打开。", 404)
        status = document.version.status_on(date.today()).value
        body = Markup(statute_body(document, hits))  # escaped where it is made
        return page(
            request,
            "reviews/statute.html",
            document=document,
            body=body,
            standing=status,
            standing_class=STATUS_CLASS.get(status, ""),
            on=on,
        )


# ---- one review -------------------------------------------------------------------------------

Show = Callable[..., Response]


def _add_review(app: FastAPI, desk: ReviewDesk) -> None:
    @app.get("/staff/reviews/{review_id}")
    def review(request: Request, review_id: str) -> Response:
        return show(desk, request, review_id)

    @app.get("/staff/reviews/{review_id}/opinion.docx")
    def opinion(request: Request, review_id: str, template: str = "") -> Response:
        user = current_user(request)
        found = reviews.opened(desk.engine, user, review_id)
        try:
            data = conclusion.opinion_docx(found, desk.settings, packaged=template == PACKAGED)
        except TemplateRefused as error:
            return template_problem(request, error)
        conclusion.note_export(desk.engine, user, found, "docx")
        return _download(found, data, "docx", DOCX)

    @app.get("/staff/reviews/{review_id}/review.json")
    def as_json(request: Request, review_id: str) -> Response:
        user = current_user(request)
        found = reviews.opened(desk.engine, user, review_id)
        data = json.dumps(conclusion.as_json(found), ensure_ascii=False, indent=1).encode()
        conclusion.note_export(desk.engine, user, found, "json")
        return _download(found, data, "json", "application/json")


def _download(review: OpenReview, data: bytes, kind: str, media: str) -> Response:
    name = quote(conclusion.file_name(review, kind))
    headers = {"Content-Disposition": f"attachment; filename=\"review.{kind}\"; filename*=UTF-8''{name}"}
    return Response(data, media_type=media, headers=headers | NO_STORE)


def show(
    desk: ReviewDesk,
    request: Request,
    review_id: str,
    refused: AssistantError | None = None,
    own: OwnFinding | None = None,
    editing: view.Editing | None = None,
) -> Response:
    """Return the page of a review; with `refused` it says first what was not done, and keeps what the reviewer was writing."""
    found = reviews.opened(desk.engine, current_user(request), review_id)
    groups = [(name, view.cards(found, items, desk.shelf)) for name, items in found.groups]
    return page(
        request,
        "reviews/review.html",
        status_of(refused) if refused else 200,
        review=found,
        stored=found.stored,
        refused=str(refused) if refused else "",
        own=own,
        editing=editing,
        model_wait=round(desk.settings.model_timeout) if desk.assistant.writes else 0,
        pieces=view.pieces(found),
        groups=groups,
        gone=view.cards(found, found.gone, desk.shelf),
        facts=view.fact_groups(found),
        not_read=view.unread(found),
        severities=list(Severity),
        questions=CHOICES[found.kind],
        conclusions=conclusion.CONCLUSIONS,
        to_counsel=_to_counsel(request, found),
    )


def _to_counsel(request: Request, review: OpenReview) -> str:
    """Where a matter for the law firm is begun from this review; empty where the application has no such page."""
    there = any(getattr(route, "path", "") == NEW_MATTER for route in request.app.routes)
    return f"{NEW_MATTER}?review={review.id}" if there else ""
