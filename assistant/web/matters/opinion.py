"""The firm's page for an opinion: writing or uploading it, seeing its citations checked, issuing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from anyio import to_thread
from fastapi import FastAPI, Request, Response, UploadFile

from assistant.desk.matters import attachments, matters, opinions
from assistant.desk.matters.matters import NoMatter
from assistant.desk.matters.opinions import CheckedCitation, StaleOpinion, Unconfirmed
from assistant.desk.matters.states import Step
from assistant.desk.matters.steps import Stale, Taken
from assistant.desk.work import Work
from assistant.desk.work.tasks import CheckCitations, ReadOpinion
from assistant.errors import AssistantError, RefusedInput
from assistant.store.matters.opinions import Opinion
from assistant.web.answering import Answering
from assistant.web.frame.render import page, problem, redirect
from assistant.web.identity import User, current_user
from assistant.web.jobs import taken
from assistant.web.matters.forms import Field, Files, checked_key, keep_files, new_key, version_of
from assistant.web.matters.shared import COUNSEL

_REASON = "reason-"


@dataclass(frozen=True, slots=True)
class _Kept:
    """What stays on the page when something was not done: the text written, the reasons given, why, and another's newer draft."""

    text: str | None = None
    why: str = ""
    other: Opinion | None = None
    reasons: dict[str, str] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the pages call: the assistant, and the workers who read opinions and judge their citations."""

    assistant: Answering
    work: Work


async def _shown(request: Request, desk: _Desk, matter_id: str, kept: _Kept | None = None, status: int = 200) -> Response:
    """The page; the citations of the draft are judged by a worker meanwhile, and no thread waits for it."""
    user = current_user(request)
    try:
        draft = await to_thread.run_sync(opinions.draft_of, desk.assistant.engine, matter_id, user)
        checked, untold = await _checked(desk, user, draft)
    except AssistantError:  # told by the page itself
        checked, untold = (), ""
    return await to_thread.run_sync(_page, request, desk.assistant, matter_id, kept or _Kept(), status, checked, untold)


async def _checked(desk: _Desk, user: User, draft: Opinion | None) -> tuple[tuple[CheckedCitation, ...], str]:
    """The citations of a draft as judged for today, or why they are not."""
    if draft is None or not draft.body:
        return (), ""
    try:
        job = await to_thread.run_sync(desk.work.ask, user.id, CheckCitations(draft.body, date.today()))
        return await taken(job), ""
    except AssistantError as error:
        return (), f"引用没有核对完：{error}"


def _page(
    request: Request,
    assistant: Answering,
    matter_id: str,
    kept: _Kept,
    status: int,
    checked: tuple[CheckedCitation, ...],
    untold: str,
) -> Response:
    try:
        view = matters.opened(assistant.engine, matter_id, current_user(request))
        draft = opinions.draft_of(assistant.engine, matter_id, current_user(request))
    except NoMatter as error:
        return page(request, "matters/gone.html", 404, words=str(error), text=kept.text or "", desk=COUNSEL)
    except AssistantError as error:
        return problem(request, str(error), 403)
    unsaved = kept.text is not None and kept.text != (draft.body if draft else "")
    return page(
        request,
        "matters/opinion.html",
        status,
        desk=COUNSEL,
        matter=view.matter,
        draft=draft,
        text=kept.text if kept.text is not None else (draft.body if draft else ""),
        unsaved=unsaved,
        why=kept.why,
        other=kept.other,
        reasons=kept.reasons,
        key=kept.key or new_key(),
        checked=checked,
        unchecked=untold,
        may_issue=view.may(Step.ISSUE) and not untold,
        shortest=opinions.SHORTEST,
    )


def add_opinion_routes(app: FastAPI, assistant: Answering, work: Work) -> None:
    """Put the page on the app."""
    address = f"{COUNSEL.base}/{{matter_id}}/opinion"
    desk = _Desk(assistant, work)

    @app.get(address)
    async def shown(request: Request, matter_id: str) -> Response:
        return await _shown(request, desk, matter_id)

    @app.post(address)
    async def save(request: Request, matter_id: str, version: Field = "", text: Field = "") -> Response:
        user, seen = current_user(request), version_of(version)
        try:
            await to_thread.run_sync(opinions.save_draft, assistant.engine, user, matter_id, text, seen)
        except StaleOpinion as stale:
            return await _shown(request, desk, matter_id, _Kept(text, str(stale), stale.current), 409)
        except AssistantError as error:
            return await _shown(request, desk, matter_id, _Kept(text, str(error)), 400)
        return redirect(request, f"{COUNSEL.address(matter_id)}/opinion", "草稿已保存，引用已核对。")

    @app.post(f"{address}/upload")
    async def upload(request: Request, matter_id: str, files: Files, version: Field = "", key: Field = "") -> Response:
        try:
            user, seen = current_user(request), version_of(version)
            await _uploaded(desk, user, matter_id, files[:1], checked_key(key), seen)
        except StaleOpinion as stale:
            return await _shown(request, desk, matter_id, _Kept(None, str(stale), stale.current), 409)
        except AssistantError as error:
            return await _shown(request, desk, matter_id, _Kept(None, str(error)), 400)
        return redirect(request, f"{COUNSEL.address(matter_id)}/opinion", "已读取上传的意见书，引用已核对。")

    @app.post(f"{address}/issue")
    async def issue_form(request: Request, matter_id: str) -> Response:
        form = await request.form()
        return await _issue(request, desk, matter_id, {name: str(value) for name, value in form.items()})


async def _uploaded(desk: _Desk, user: User, matter_id: str, files: Sequence[UploadFile], key: str, seen: int) -> None:
    """Keep an upload as the draft, its text read by a worker; errors as `opinions.upload_draft`."""
    engine = desk.assistant.engine
    refusal = await keep_files(desk.assistant, desk.work, user, key, files, matter_id)
    waiting = await to_thread.run_sync(attachments.staged, engine, user.id, key)
    if refusal or not waiting:
        raise RefusedInput("上传意见书", refusal or "请先选择文件")
    file = waiting[-1]
    text = await taken(await to_thread.run_sync(desk.work.ask, user.id, ReadOpinion(file)))
    await to_thread.run_sync(opinions.upload_draft, engine, user, matter_id, file, text, seen)


async def _issue(request: Request, desk: _Desk, matter_id: str, fields: dict[str, str]) -> Response:
    reasons = {name.removeprefix(_REASON): value for name, value in fields.items() if name.startswith(_REASON)}
    user, key, engine = current_user(request), fields.get("key", ""), desk.assistant.engine
    taken_step = Taken(Step.ISSUE, version_of(fields.get("version", "")), key)
    try:
        checked_key(key)
        draft = await to_thread.run_sync(opinions.written, engine, matter_id, user)
        checked, untold = await _checked(desk, user, draft)
        if untold:
            raise AssistantError(untold)

        def as_checked(body: str, day: date) -> Sequence[CheckedCitation]:
            if draft is None or body != draft.body or day != date.today():
                raise RefusedInput("出具意见", "草稿在核对的时候被改过，请刷新后再出具")
            return checked

        seen = version_of(fields.get("draft", ""))
        await to_thread.run_sync(opinions.issue, engine, desk.assistant.settings, user, matter_id, taken_step, seen, reasons, as_checked)
    except (Stale, StaleOpinion) as stale:
        return await _shown(request, desk, matter_id, _Kept(None, str(stale), reasons=reasons), 409)
    except NoMatter as error:
        return await to_thread.run_sync(problem, request, str(error))
    except Unconfirmed as open_ones:
        return await _shown(request, desk, matter_id, _Kept(None, str(open_ones), reasons=reasons, key=key), 400)
    except AssistantError as error:
        return await _shown(request, desk, matter_id, _Kept(None, str(error), reasons=reasons), 400)
    return redirect(request, COUNSEL.address(matter_id), "意见已出具并编号，本局已可查看。")
