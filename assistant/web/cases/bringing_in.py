"""Cases brought in: files chosen, what was read shown beside what will be kept, confirmed or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from starlette.datastructures import FormData, UploadFile

from assistant.desk.cases import drafts as case_drafts
from assistant.desk.cases.drafts import PARTS, Draft
from assistant.desk.changes.asking import cases
from assistant.desk.work import Job, received
from assistant.desk.work.tasks import ReadCases
from assistant.errors import AssistantError, RefusedInput
from assistant.law.statute.model import Visibility
from assistant.library.readers import READERS
from assistant.web.cases import view
from assistant.web.cases.pages import HOME, WAITS, CaseDesk
from assistant.web.edge.uploads import uploaded_form
from assistant.web.frame.render import page, problem, redirect
from assistant.web.frame.whole_numbers import whole_number
from assistant.web.identity import current_user
from assistant.web.jobs import Outcome, answered, status_of

_MOST_FILES = 20


def add_bringing_in(app: FastAPI, desk: CaseDesk) -> None:
    """Put the pages on the app."""
    _add_choosing(app, desk)
    _add_confirming(app, desk)


def _add_choosing(app: FastAPI, desk: CaseDesk) -> None:
    @app.get(HOME + "/new")
    def blank(request: Request) -> Response:
        return _form(request, desk)

    @app.post(HOME + "/new")
    async def read(request: Request) -> Response:
        try:
            form = await uploaded_form(request, desk.settings.max_unpacked_mb, _MOST_FILES + 1)
        except RefusedInput as refused:
            return await to_thread.run_sync(_form, request, desk, refused)
        owner = current_user(request).id
        return await answered(request, lambda: _begun(desk, form, owner), lambda error: _form(request, desk, error))


def _form(request: Request, desk: CaseDesk, refused: AssistantError | None = None) -> Response:
    types = sorted([*READERS, ".zip"])
    return page(
        request,
        "cases/new.html",
        status_of(refused) if refused else 200,
        problem=str(refused) if refused else "",
        fields=desk.fields,
        types="、".join(types),
        accept=",".join(types),
        limit=desk.settings.max_file_mb,
        most=_MOST_FILES,
    )


def _begun(desk: CaseDesk, form: FormData, owner: str) -> Job[Outcome]:
    files = [(f.filename or "", f.file) for f in form.getlist("files") if isinstance(f, UploadFile) and f.filename]
    inbox = received(desk.work.place, desk.settings, files, _MOST_FILES)
    task = ReadCases(
        inbox.paths,
        together=form.get("together") == "yes",
        visibility=_visibility(form),
        field=_chosen_field(desk, form),
        companies=form.get("companies") == "yes",
    )
    return desk.work.submit(owner, task, lambda drafts: _kept(desk, owner, drafts), clear=inbox.clear, back=HOME + "/new")


def _kept(desk: CaseDesk, owner: str, drafts: Sequence[Draft]) -> Outcome:
    ids = [case_drafts.keep_draft(desk.engine, d, owner) for d in drafts]
    more = f"共读出 {len(ids)} 件，逐件确认；其余的在案例列表的“待确认”里。" if len(ids) > 1 else ""
    return Outcome(f"{HOME}/new/{ids[0]}", more)


def _add_confirming(app: FastAPI, desk: CaseDesk) -> None:
    @app.get(HOME + "/new/{draft_id}")
    def compare(request: Request, draft_id: str) -> Response:
        try:
            draft = case_drafts.kept_draft(desk.engine, draft_id, current_user(request).id)
        except RefusedInput as refused:
            return problem(request, str(refused))
        return _comparison(request, desk, draft_id, draft)

    @app.post(HOME + "/new/{draft_id}")
    async def confirm(request: Request, draft_id: str) -> Response:
        form = await request.form(max_files=0, max_fields=2000)
        return await to_thread.run_sync(_confirmed, request, desk, draft_id, form)

    @app.post(HOME + "/new/{draft_id}/drop")
    def drop(request: Request, draft_id: str) -> Response:
        case_drafts.drop_draft(desk.engine, draft_id, current_user(request).id)
        return redirect(request, HOME, "已放弃这件案例，读出的内容已经删除。")


def _confirmed(request: Request, desk: CaseDesk, draft_id: str, form: FormData) -> Response:
    """The next look at the draft, or the case stored; raises nothing a reader would see as an error page."""
    owner = current_user(request).id
    try:
        draft = case_drafts.kept_draft(desk.engine, draft_id, owner)
    except RefusedInput as refused:
        return problem(request, str(refused))
    replaced = {n for given in form.getlist("replace") if (n := whole_number(given, 5)) is not None}
    draft = case_drafts.changed(
        draft, visibility=_visibility(form), field=_chosen_field(desk, form), act=str(form.get("act", "")).strip()[:200]
    )
    kept = case_drafts.kept_numbers(draft, replaced)
    more = str(form.get("more", ""))[:2000]
    if more.strip():
        draft, kept = case_drafts.with_more(draft, more.splitlines(), kept)
    if form.get("do") != "publish":
        case_drafts.update_draft(desk.engine, draft_id, owner, draft)
        return _comparison(request, desk, draft_id, draft, kept)
    try:
        number, asked = cases.publish(desk.engine, desk.settings, draft, kept=kept, by=current_user(request))
    except RefusedInput as refused:
        case_drafts.update_draft(desk.engine, draft_id, owner, draft)
        return _comparison(request, desk, draft_id, draft, kept, str(refused))
    case_drafts.drop_draft(desk.engine, draft_id, owner)
    return redirect(request, f"{HOME}/{number}", f"案例已入库。{WAITS if asked else ''}")


def _comparison(request: Request, desk: CaseDesk, draft_id: str, draft: Draft, kept: Sequence[int] = (), refused: str = "") -> Response:
    context: dict[str, Any] = {
        "draft_id": draft_id,
        "case": draft.case,
        "groups": view.groups(draft, kept),
        "parts": [(PARTS[p.name], view.original(p), view.masked(p, kept)) for p in draft.parts if p.text],
        "fields": desk.fields,
        "problem": refused,
    }
    return page(request, "cases/confirm.html", 400 if refused else 200, **context)


def _visibility(form: FormData) -> Visibility:
    return Visibility.PUBLIC if form.get("visibility") == Visibility.PUBLIC.value else Visibility.INTERNAL


def _chosen_field(desk: CaseDesk, form: FormData) -> str:
    chosen = str(form.get("field", ""))
    return chosen if chosen in desk.fields else ""
