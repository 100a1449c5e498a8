"""The pages office and firm both have: the list, a matter with its steps, its files, the opinion as a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse

from assistant.desk.audit.trail import AuditAction, note
from assistant.desk.matters import attachments, materials, matters
from assistant.desk.matters.matters import NoMatter, OpenMatter
from assistant.desk.matters.opinion_document import opinion_docx
from assistant.desk.matters.opinions import blocks
from assistant.desk.matters.states import Rule, State, Step
from assistant.desk.matters.steps import NotAllowed, Stale, Taken, submit, take
from assistant.desk.people.people import Person
from assistant.desk.work import Work
from assistant.errors import AssistantError, RefusedInput
from assistant.review.report.docx_template import TemplateRefused
from assistant.store.matters.matters import Event, Matter, Wanted
from assistant.web.answering import Answering
from assistant.web.frame.render import NO_STORE, PACKAGED, page, problem, redirect, template_problem
from assistant.web.identity import current_user
from assistant.web.matters.forms import Field, Files, checked_key, keep_files, new_key, usable_key, version_of

DOCX_MEDIA: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAGE_SIZE: Final = 30
OVERDUE: Final = "overdue"
#: Steps with a page of their own; the others are buttons under one box of words and files.
OWN_PAGES: Final = {Step.EDIT: "edit", Step.WRITE: "opinion", Step.ISSUE: "opinion", Step.PUBLISH: "publish"}
#: State → the look of its badge.
LOOKS: Final = {
    State.NEEDS_MORE: "warn",
    State.ANSWERED: "good",
    State.ADOPTED: "good",
    State.NOT_ADOPTED: "bad",
}
_DANGEROUS: Final = (Step.WITHDRAW, Step.RETURN, Step.DECLINE)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where one side works: the list, the address above its matters, the states its list offers."""

    list_path: str
    base: str
    title: str
    states: tuple[State, ...]

    def address(self, matter_id: str) -> str:
        """The page of a matter."""
        return f"{self.base}/{matter_id}"


OFFICE: Final = Desk("/staff/matters", "/staff/matters", "提交律师的事项", tuple(State))
COUNSEL: Final = Desk("/counsel", "/counsel/matters", "律师协作", tuple(s for s in State if s is not State.DRAFT))


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays in the form when a step was not taken: its key, words and files, and why; `changes` since the page was opened."""

    key: str
    text: str = ""
    why: str = ""
    changes: tuple[Event, ...] = ()


def add_shared_routes(app: FastAPI, assistant: Answering, desk: Desk, work: Work) -> None:
    """Put one side's pages on the app."""
    _add_list(app, assistant, desk)
    _add_matter(app, assistant, desk)
    _add_steps(app, assistant, desk, work)
    _add_documents(app, assistant, desk)


def _add_list(app: FastAPI, assistant: Answering, desk: Desk) -> None:
    @app.get(desk.list_path)
    def listed(request: Request, state: str = "", q: str = "", at: str = "1") -> Response:
        user, number = current_user(request), max(version_of(at), 1)
        states = tuple(s for s in desk.states if s.value == state)
        today = date.today()
        wanted = Wanted(states, q.strip()[:100], today if state == OVERDUE else None, (number - 1) * PAGE_SIZE, PAGE_SIZE)
        found, total = matters.matters(assistant.engine, user, wanted)
        late = matters.matters(assistant.engine, user, Wanted(overdue_on=today, limit=0))[1]
        counts = matters.counts(assistant.engine, user)
        chips = [(s.value, s.value, counts.get(s, 0)) for s in desk.states if counts.get(s)]
        pages = range(1, (total - 1) // PAGE_SIZE + 2) if total else range(1, 2)
        return page(
            request,
            "matters/list.html",
            desk=desk,
            matters=found,
            chips=[("", "全部", sum(counts.values())), *chips],
            late=late,
            state=state,
            q=q,
            total=total,
            number=number,
            pages=pages,
            today=today,
            is_overdue=matters.is_overdue,
            looks=LOOKS,
            is_office=desk is OFFICE,
        )


def _add_matter(app: FastAPI, assistant: Answering, desk: Desk) -> None:
    @app.get(f"{desk.base}/{{matter_id}}")
    def shown(request: Request, matter_id: str) -> Response:
        try:
            found = matters.opened(assistant.engine, matter_id, current_user(request))
        except NoMatter as error:
            return problem(request, str(error))
        return matter_page(request, assistant, desk, found, Kept(new_key()))


def matter_page(request: Request, assistant: Answering, desk: Desk, found: OpenMatter, kept: Kept, status: int = 200) -> Response:
    """Return a matter's page with what is kept in its form."""
    matter, opinion = found.matter, found.opinion
    return page(
        request,
        "matters/matter.html",
        status,
        desk=desk,
        view=found,
        matter=matter,
        kept=kept,
        waiting=attachments.staged(assistant.engine, current_user(request).id, kept.key),
        material=materials.shown(matter.origin, matter.materials),
        overdue=matters.is_overdue(matter, date.today()),
        looks=LOOKS,
        buttons=_buttons(found.steps),
        links=_links(found, desk),
        say=next((r for r in found.steps if r.step is Step.MESSAGE), None),
        opinion=opinion if opinion and opinion.issued_at else None,
        opinion_blocks=blocks(opinion.body) if opinion and opinion.issued_at else [],
        opinion_file=_opinion_file(found),
        limits=limits(assistant),
    )


def limits(assistant: Answering) -> str:
    """Return the line under a file box: what may be uploaded and how much."""
    settings = assistant.settings
    return f"可传 PDF、DOCX、XLSX、JPG、PNG、TXT，每个不超过 {settings.attachment_max_mb} MB，一次最多 {settings.attachment_max_count} 个。"


def _buttons(rules: tuple[Rule, ...]) -> list[dict[str, Any]]:
    """The steps that are buttons, the one that leads on first."""
    own = [r for r in rules if r.step not in OWN_PAGES and r.step is not Step.MESSAGE]
    return [{"step": r.step.value, "name": r.step.name.lower(), "needs_text": r.needs_text, "danger": r.step in _DANGEROUS} for r in own]


def _links(found: OpenMatter, desk: Desk) -> list[tuple[str, str]]:
    """(address, words) of the steps with pages of their own."""
    out: dict[str, str] = {}
    published = found.opinion is not None and found.opinion.statute_id is not None
    for rule in found.steps:
        where = OWN_PAGES.get(rule.step)
        if where and not (rule.step is Step.PUBLISH and published):
            out.setdefault(f"{desk.address(found.matter.id)}/{where}", "起草、出具意见" if where == "opinion" else rule.step.value)
    return list(out.items())


def _opinion_file(found: OpenMatter) -> Any:
    wanted = found.opinion.file_id if found.opinion and found.opinion.issued_at else None
    return next((f for files in found.files.values() for f in files if f.id == wanted), None)


def _add_steps(app: FastAPI, assistant: Answering, desk: Desk, work: Work) -> None:
    @app.post(f"{desk.base}/{{matter_id}}/steps/{{name}}")
    async def step(
        request: Request, matter_id: str, name: str, files: Files, key: Field = "", version: Field = "", text: Field = ""
    ) -> Response:
        user, wanted = current_user(request), next((s for s in Step if s.name.lower() == name and s not in OWN_PAGES), None)
        if wanted is None:
            return problem(request, "没有这个步骤，请从事项页面重新操作。")
        try:
            refusal = await keep_files(assistant, work, user, key, files, matter_id)
        except NoMatter as gone:
            return page(request, "matters/gone.html", 404, words=str(gone), text=text, desk=desk)
        return await to_thread.run_sync(stepped, request, matter_id, Taken(wanted, version_of(version), key, text), refusal)

    def stepped(request: Request, matter_id: str, wanted: Taken, refusal: str) -> Response:
        user, key, text = current_user(request), usable_key(wanted.form_key), wanted.text
        if refusal:
            return _not_taken(request, assistant, desk, matter_id, Kept(key, text, refusal), 400)
        try:
            checked_key(wanted.form_key)
            matter = _take(assistant, user, matter_id, wanted)
        except Stale as stale:
            return _not_taken(request, assistant, desk, matter_id, Kept(key, text, str(stale), stale.changes), 409)
        except NotAllowed as refused:
            return _not_taken(request, assistant, desk, matter_id, Kept(key, text, str(refused)), 403)
        except RefusedInput as refused:
            return _not_taken(request, assistant, desk, matter_id, Kept(key, text, str(refused)), 400)
        except NoMatter as gone:
            return page(request, "matters/gone.html", 404, words=str(gone), text=text, desk=desk)
        return redirect(request, _after(assistant, user, desk, matter), _done(wanted.step, matter))


def _take(assistant: Answering, user: Person, matter_id: str, taken: Taken) -> Matter:
    if taken.step is Step.SUBMIT:
        return submit(assistant.engine, assistant.settings, user, matter_id, taken.seen, taken.form_key, taken.text)
    return take(assistant.engine, assistant.settings, user, matter_id, taken)


def _not_taken(request: Request, assistant: Answering, desk: Desk, matter_id: str, kept: Kept, status: int) -> Response:
    """The matter as it stands now, with what the person wrote still in the form and why it was not taken."""
    try:
        found = matters.opened(assistant.engine, matter_id, current_user(request))
    except NoMatter as gone:
        return page(request, "matters/gone.html", 404, words=str(gone), text=kept.text, desk=desk)
    return matter_page(request, assistant, desk, found, kept, status)


def _after(assistant: Answering, user: Person, desk: Desk, matter: Matter) -> str:
    """Where to go after a step: the matter, or the list where it is no longer this person's to see."""
    try:
        matters.opened(assistant.engine, matter.id, user)
    except NoMatter:
        return desk.list_path
    return desk.address(matter.id)


def _done(step: Step, matter: Matter) -> str:
    if step is Step.MESSAGE:
        return "留言已发出。"
    if step is Step.SUBMIT:
        return f"已提交律师，编号 {matter.number}，请对方于 {matter.due_on} 前答复。"
    return f"已{step.value}，事项现在是“{matter.state.value}”。"


def _add_documents(app: FastAPI, assistant: Answering, desk: Desk) -> None:
    @app.get(f"{desk.base}/{{matter_id}}/files/{{file_id}}")
    def file(request: Request, matter_id: str, file_id: int) -> Response:
        user = current_user(request)
        try:
            found = matters.file_of(assistant.engine, matter_id, file_id, user)
            path = attachments.path_of(assistant.settings, found)
        except AssistantError as error:
            return problem(request, str(error))
        note(assistant.engine, user.id, AuditAction.EXPORT, f"事项附件 {matter_id}/{file_id}")
        return FileResponse(path, media_type=found.media, headers=NO_STORE | _saved_as(found.name))

    @app.get(f"{desk.base}/{{matter_id}}/opinion.docx")
    def opinion(request: Request, matter_id: str, template: str = "") -> Response:
        user = current_user(request)
        try:
            view = matters.opened(assistant.engine, matter_id, user)
            if view.opinion is None:
                raise NoMatter
            body = opinion_docx(view.matter, view.opinion, assistant.settings, packaged=template == PACKAGED)
        except TemplateRefused as error:
            return template_problem(request, error)
        except AssistantError as error:
            return problem(request, str(error))
        note(assistant.engine, user.id, AuditAction.EXPORT, f"法律意见书 {view.opinion.number}")
        return Response(body, media_type=DOCX_MEDIA, headers=NO_STORE | _saved_as(f"法律意见书 {view.opinion.number}.docx"))


def _saved_as(name: str) -> dict[str, str]:
    """Always saved, never shown by the browser: a file from outside must not run as a page of ours."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
