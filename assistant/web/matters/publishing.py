"""The office's page on which an adopted opinion's personal data are confirmed before it goes into the library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from anyio import to_thread
from fastapi import FastAPI, Request, Response

from assistant.desk.matters import matters, opinion_publishing
from assistant.desk.matters.matters import NoMatter
from assistant.desk.matters.states import Step
from assistant.desk.matters.steps import NotAllowed, Stale, Taken
from assistant.desk.work import Work
from assistant.desk.work.tasks import FindPersonalData
from assistant.errors import AssistantError, RefusedInput
from assistant.law.privacy.scan import PersonalData
from assistant.web.answering import Answering
from assistant.web.frame.render import page, problem, redirect
from assistant.web.frame.whole_numbers import whole_number
from assistant.web.identity import current_user
from assistant.web.jobs import status_of, taken
from assistant.web.matters.forms import Field, Fields, checked_key, new_key, version_of
from assistant.web.matters.shared import OFFICE

#: Gives the personal data of a text that was looked through.
Find = Callable[[str], tuple[PersonalData, ...]]


def add_publishing_routes(app: FastAPI, assistant: Answering, work: Work) -> None:
    """Put the page on the app."""
    address = f"{OFFICE.base}/{{matter_id}}/publish"

    @app.get(address)
    async def shown(request: Request, matter_id: str) -> Response:
        form = _Form(None, [], "", new_key())
        return await _answered(request, assistant, work, matter_id, lambda find: _shown(request, assistant, matter_id, form, find))

    @app.post(address)
    async def confirm(
        request: Request,
        matter_id: str,
        hide: Fields,
        key: Field = "",
        version: Field = "",
        title: Field = "",
        words: Field = "",
        publish: Field = "",
    ) -> Response:
        form = _Form([n for given in hide if (n := whole_number(given, 5)) is not None], words.splitlines(), title, key)

        def answer(find: Find) -> Response:
            if not publish:
                return _shown(request, assistant, matter_id, form, find)
            return _published(request, assistant, matter_id, form, version_of(version), find)

        return await _answered(request, assistant, work, matter_id, answer)


@dataclass(frozen=True, slots=True)
class _Form:
    """What was chosen on the page: `hidden` by number (all where None), further words, the title, the form's key."""

    hidden: list[int] | None
    words: list[str]
    title: str
    key: str


async def _answered(request: Request, assistant: Answering, work: Work, matter_id: str, answer: Callable[[Find], Response]) -> Response:
    """Have a worker find the personal data of the opinion, and answer with it."""
    user = current_user(request)
    try:
        text = await to_thread.run_sync(opinion_publishing.original, assistant.engine, matter_id, user)
        found = await taken(await to_thread.run_sync(work.ask, user.id, FindPersonalData(text)))
    except NotAllowed as refused:
        return await to_thread.run_sync(problem, request, str(refused), 403)
    except NoMatter as error:
        return await to_thread.run_sync(problem, request, str(error))
    except AssistantError as error:
        return await to_thread.run_sync(problem, request, str(error), status_of(error))

    def find(other: str) -> tuple[PersonalData, ...]:
        if other != text:
            raise RefusedInput("意见入库", "意见刚才有变动，请刷新后再确认")
        return found

    return await to_thread.run_sync(answer, find)


def _published(request: Request, assistant: Answering, matter_id: str, form: _Form, version: int, find: Find) -> Response:
    user = current_user(request)
    try:
        step = Taken(Step.PUBLISH, version, checked_key(form.key))
        preview = opinion_publishing.preview(assistant.engine, matter_id, user, form.hidden, form.words, form.title, find)
        opinion_publishing.publish(assistant.engine, assistant.settings, user, matter_id, step, preview)
    except Stale as stale:
        return _shown(request, assistant, matter_id, form, find, str(stale), 409)
    except NoMatter as error:
        return problem(request, str(error))
    except AssistantError as error:
        return _shown(request, assistant, matter_id, form, find, str(error), 400)
    request.app.state.indexing.wake()
    return redirect(request, OFFICE.address(matter_id), "意见已作为内部文件入库，索引正在更新，片刻后即可检索到。")


def _shown(request: Request, assistant: Answering, matter_id: str, form: _Form, find: Find, why: str = "", status: int = 200) -> Response:
    user = current_user(request)
    try:
        view = matters.opened(assistant.engine, matter_id, user)
        preview = opinion_publishing.preview(assistant.engine, matter_id, user, form.hidden, form.words, form.title, find)
    except NotAllowed as refused:
        return problem(request, str(refused), 403)
    except NoMatter as error:
        return problem(request, str(error))
    except AssistantError as error:
        return problem(request, str(error), 400)
    if view.opinion and view.opinion.statute_id:
        return redirect(request, OFFICE.address(matter_id), "这份意见已经入库。")
    return page(
        request,
        "matters/publish.html",
        status,
        desk=OFFICE,
        matter=view.matter,
        opinion=view.opinion,
        preview=preview,
        key=form.key,
        why=why,
    )
