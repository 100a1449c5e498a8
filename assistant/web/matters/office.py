"""The office's own pages: opening a matter and changing its draft."""

from __future__ import annotations

from anyio import to_thread
from fastapi import FastAPI, Request, Response

from assistant.desk.matters import attachments, materials, matters, people
from assistant.desk.matters.matters import Material, NoMatter, Urgency
from assistant.desk.matters.states import Step
from assistant.desk.matters.steps import Stale, edit, submit
from assistant.desk.work import Work
from assistant.errors import AssistantError, RefusedInput
from assistant.web.answering import Answering
from assistant.web.frame.render import page, problem, redirect
from assistant.web.identity import User, current_user
from assistant.web.matters.forms import Field, Files, Filled, FilledIn, checked_key, keep_files, new_key, usable_key, version_of
from assistant.web.matters.shared import OFFICE, limits


def add_office_routes(app: FastAPI, assistant: Answering, work: Work) -> None:
    """Put the pages on the app."""
    _add_new(app, assistant, work)
    _add_edit(app, assistant, work)


def _material(assistant: Answering, user: User, message: str, review: str) -> Material:
    """What a new matter starts from; raises AssistantError where the answer or review is not this person's to see."""
    if message:
        return materials.from_answer(assistant.engine, user, version_of(message))
    return materials.from_review(assistant.engine, user, review) if review else Material()


def _form_page(
    request: Request,
    assistant: Answering,
    filled: FilledIn,
    key: str,
    *,
    material: Material | None = None,
    source: tuple[str, str] = ("", ""),
    why: str = "",
    matter_id: str = "",
    version: int = 0,
    status: int = 200,
) -> Response:
    user = current_user(request)
    return page(
        request,
        "matters/form.html",
        status,
        desk=OFFICE,
        filled=filled,
        key=key,
        why=why,
        message=source[0],
        review=source[1],
        material=materials.shown(material.origin, material.snapshot) if material else None,
        matter_id=matter_id,
        version=version,
        waiting=attachments.staged(assistant.engine, user.id, key),
        firms=people.firms(assistant.engine),
        colleagues=people.colleagues(assistant.engine, user),
        urgencies=[u.value for u in Urgency],
        most_days=matters.MOST_DAYS,
        title_chars=matters.TITLE_CHARS,
        limits=limits(assistant),
    )


def _add_new(app: FastAPI, assistant: Answering, work: Work) -> None:
    @app.get("/staff/matters/new")
    def new(request: Request, message: str = "", review: str = "") -> Response:
        try:
            material = _material(assistant, current_user(request), message, review)
        except AssistantError as error:
            return problem(request, str(error))
        filled = FilledIn(material.title, material.question)
        return _form_page(request, assistant, filled, new_key(), material=material, source=(message, review))

    @app.post("/staff/matters/new")
    async def create(
        request: Request, filled: Filled, files: Files, key: Field = "", message: Field = "", review: Field = "", send: Field = ""
    ) -> Response:
        refusal = await keep_files(assistant, work, current_user(request), key, files)
        return await to_thread.run_sync(created, request, filled, key, (message, review), bool(send), refusal)

    def created(request: Request, filled: FilledIn, key: str, source: tuple[str, str], send: bool, refusal: str) -> Response:
        user = current_user(request)
        material = Material()
        try:
            material = _material(assistant, user, *source)
            checked_key(key)
            if refusal:
                raise RefusedInput("附件", refusal)
            matter_id = matters.open_matter(assistant.engine, user, filled.as_form(), material, key)
        except AssistantError as error:
            return _form_page(request, assistant, filled, usable_key(key), material=material, source=source, why=str(error), status=400)
        return _sent(request, assistant, user, matter_id, key) if send else _kept(request, matter_id)


def _kept(request: Request, matter_id: str) -> Response:
    return redirect(request, OFFICE.address(matter_id), "草稿已保存，还没有提交律师。")


def _sent(request: Request, assistant: Answering, user: User, matter_id: str, key: str) -> Response:
    """Send the new draft on at once; where that is refused the draft is there to be sent later."""
    try:
        matter = submit(assistant.engine, assistant.settings, user, matter_id, 1, f"{key[:32]}send")
    except AssistantError as error:
        return redirect(request, OFFICE.address(matter_id), f"草稿已保存，但没有提交：{error}")
    return redirect(request, OFFICE.address(matter_id), f"已提交律师，编号 {matter.number}，请对方于 {matter.due_on} 前答复。")


def _add_edit(app: FastAPI, assistant: Answering, work: Work) -> None:
    @app.get("/staff/matters/{matter_id}/edit")
    def form(request: Request, matter_id: str) -> Response:
        try:
            view = matters.opened(assistant.engine, matter_id, current_user(request))
        except NoMatter as error:
            return problem(request, str(error))
        if not view.may(Step.EDIT):
            return redirect(request, OFFICE.address(matter_id), "事项已经提交，不能再修改；可以留言补充。")
        matter = view.matter
        viewers = tuple(v.user_id for v in view.viewers)
        filled = FilledIn(
            matter.title, matter.question, matter.urgency, str(matter.working_days), matter.share_section, viewers, matter.firm
        )
        return _form_page(request, assistant, filled, new_key(), matter_id=matter_id, version=matter.version)

    @app.post("/staff/matters/{matter_id}/edit")
    async def change(request: Request, matter_id: str, filled: Filled, files: Files, key: Field = "", version: Field = "") -> Response:
        try:
            refusal = await keep_files(assistant, work, current_user(request), key, files, matter_id)
        except NoMatter as gone:
            return problem(request, str(gone))
        return await to_thread.run_sync(changed, request, matter_id, filled, key, version_of(version), refusal)

    def changed(request: Request, matter_id: str, filled: FilledIn, key: str, seen: int, refusal: str) -> Response:
        user = current_user(request)

        def again(why: str, status: int, version: int) -> Response:
            return _form_page(request, assistant, filled, usable_key(key), why=why, matter_id=matter_id, version=version, status=status)

        try:
            checked_key(key)
            if refusal:
                return again(refusal, 400, seen)
            edit(assistant.engine, assistant.settings, user, matter_id, filled.as_form(), seen, key)
        except Stale as stale:
            return again(str(stale), 409, stale.matter.version)
        except RefusedInput as refused:
            return again(str(refused), 400, seen)
        except AssistantError as error:
            return problem(request, str(error))
        return redirect(request, OFFICE.address(matter_id), "草稿已保存。")
