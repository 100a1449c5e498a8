"""The page 核验引用: a draft pasted or uploaded, its citations judged, the article beside, the draft back with comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from starlette.datastructures import FormData, UploadFile

from assistant import limits
from assistant.desk.audit.trail import AuditAction, note
from assistant.desk.chat.drafts import CheckedDraft, NoDraft, target
from assistant.desk.library.documents import opened_at
from assistant.desk.work import Inbox, Job, received
from assistant.desk.work.tasks import CheckDraft, CommentDraft
from assistant.errors import AssistantError, RefusedInput
from assistant.law.citation.verify import Judged
from assistant.library.readers import READERS
from assistant.web.edge.uploads import uploaded_form
from assistant.web.frame.days import read_day
from assistant.web.frame.render import NO_STORE, page, problem
from assistant.web.frame.whole_numbers import whole_number
from assistant.web.identity import User, current_user
from assistant.web.jobs import Outcome, answered, status_of, taken
from assistant.web.staff import verify_view as view
from assistant.web.staff.services import StaffDesk

PAGE: Final = "/staff/verify"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: Megabytes of a form beside its file: the longest draft pasted has some 900,000 bytes.
_WORDS_MB: Final = 2
#: Citations of one piece at most: a list or a range of articles shares one.
_MOST_SHOWN: Final = 50


def add_verify(app: FastAPI, desk: StaffDesk) -> None:
    """Put the pages on the app; they must come before Gradio takes the rest of /staff."""

    @app.exception_handler(NoDraft)
    def missing(request: Request, error: Exception) -> Response:
        return problem(request, str(error), 404)

    _add_form(app, desk)
    _add_result(app, desk)


def _add_form(app: FastAPI, desk: StaffDesk) -> None:
    @app.get(PAGE)
    def blank(request: Request) -> Response:
        return _form(request, desk)

    @app.post(PAGE)
    async def check(request: Request) -> Response:
        user = current_user(request)
        try:
            form = await uploaded_form(request, desk.settings.max_file_mb + _WORDS_MB, 1)
        except RefusedInput as refused:
            return await to_thread.run_sync(_form, request, desk, refused)
        text, as_of = str(form.get("text", "")), str(form.get("as_of", ""))
        return await answered(
            request,
            lambda: _begun(desk, user, form, text, as_of),
            lambda error: _form(request, desk, error, text[: limits.DRAFT.most], as_of[:40]),
        )


def _begun(desk: StaffDesk, user: User, form: FormData, text: str, as_of: str) -> Job[Outcome]:
    day = read_day(as_of) or date.today()
    files = [(f.filename, f.file) for f in form.getlist("file") if isinstance(f, UploadFile) and f.filename]
    if not files:
        limits.check_text("粘贴的文字", text, limits.DRAFT)  # told before it is sent to a worker
        return desk.work.submit(user.id, CheckDraft(day, text.replace("\r\n", "\n")), lambda draft: _kept(desk, user, draft), back=PAGE)
    inbox = received(desk.work.place, desk.settings, files, 1)
    path = inbox.paths[0]
    finish = lambda draft: _kept(desk, user, _with_source(draft, inbox))  # noqa: E731
    return desk.work.submit(user.id, CheckDraft(day, path=path), finish, clear=inbox.clear, back=PAGE)


def _with_source(draft: CheckedDraft, inbox: Inbox) -> CheckedDraft:
    """An uploaded DOCX is kept with its draft: the comments go into it."""
    path = inbox.paths[0]
    return replace(draft, source=path.read_bytes()) if path.suffix.lower() == ".docx" else draft


def _kept(desk: StaffDesk, user: User, draft: CheckedDraft) -> Outcome:
    number = desk.drafts.keep(user.id, draft)
    note(desk.engine, user.id, AuditAction.VERIFY, draft.name, {v.value: n for v, n in draft.counts.items()})
    return Outcome(f"{PAGE}/{number}")


def _form(request: Request, desk: StaffDesk, refused: AssistantError | None = None, text: str = "", as_of: str = "") -> Response:
    context: dict[str, Any] = {
        "refused": str(refused) if refused else "",
        "text": text,
        "as_of": as_of,
        "longest": limits.DRAFT.most,
        "limit": desk.settings.max_file_mb,
        "accept": ",".join(sorted(READERS)),
        "types": "、".join(sorted(k.lstrip(".").upper() for k in READERS)),
    }
    return page(request, "verify/form.html", status_of(refused) if refused else 200, **context)


def _add_result(app: FastAPI, desk: StaffDesk) -> None:
    @app.get(PAGE + "/{number}.docx")
    async def commented(request: Request, number: str) -> Response:
        user = current_user(request)
        draft = desk.drafts.get(user.id, number)
        try:
            data = await taken(await to_thread.run_sync(desk.work.ask, user.id, CommentDraft(draft)))
        except AssistantError as error:
            return await to_thread.run_sync(problem, request, str(error), status_of(error))
        return await to_thread.run_sync(_download, desk, user, draft, data)

    @app.get(PAGE + "/{number}")
    def result(request: Request, number: str, c: str = "") -> Response:
        draft = desk.drafts.get(current_user(request).id, number)
        context: dict[str, Any] = {"pieces": view.pieces(draft), "counts": view.counts(draft), "alarms": view.alarms(draft)}
        return page(request, "verify/result.html", draft=draft, number=number, chosen=c, **context, **_panel(desk, draft, c))

    @app.get(PAGE + "/{number}/citation")
    def citation(request: Request, number: str, c: str = "") -> Response:
        draft = desk.drafts.get(current_user(request).id, number)
        return page(request, "verify/panel.html", **_panel(desk, draft, c))


def _panel(desk: StaffDesk, draft: CheckedDraft, chosen: str) -> dict[str, Any]:
    """What is found of the chosen citations, and the article beside or why there is none."""
    judged = _chosen(draft, chosen)
    panel: dict[str, Any] = {"found": view.found(judged), "opened": None, "trouble": ""}
    if not judged:
        return panel
    worst = next((j for j in judged if j.verdict.is_alarm), judged[0])
    address = target(worst)
    if address is None:
        return panel | {"trouble": "文中没有写明是哪一部法律文件。"}
    try:
        document, hits = opened_at(desk.engine, desk.shelf, address, draft.as_of)
    except AssistantError as error:
        return panel | {"trouble": str(error)}
    return panel | {"opened": view.opened(document, hits, draft.as_of)}


def _chosen(draft: CheckedDraft, chosen: str) -> Sequence[Judged]:
    numbers = [n for given in chosen.split(",")[:_MOST_SHOWN] if (n := whole_number(given, 7)) is not None]
    return [draft.judged[n] for n in numbers if n < len(draft.judged)]


def _download(desk: StaffDesk, user: User, draft: CheckedDraft, data: bytes) -> Response:
    note(desk.engine, user.id, AuditAction.EXPORT, f"核验结果：{draft.name}", {v.value: n for v, n in draft.counts.items()})
    name = quote(f"{Path(draft.name).stem}（核验）.docx")
    headers = {"Content-Disposition": f"attachment; filename=\"verified.docx\"; filename*=UTF-8''{name}"}
    return Response(data, media_type=DOCX, headers=headers | NO_STORE)
