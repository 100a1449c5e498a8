"""The firm's page for an opinion: writing or uploading it, seeing its citations checked, issuing it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from fastapi import FastAPI, Request, Response

from assistant.desk import attachments, matters, opinions
from assistant.desk.matter_states import Step
from assistant.desk.matter_steps import Stale, Taken
from assistant.desk.matters import NoMatter
from assistant.desk.opinions import StaleOpinion, Unconfirmed
from assistant.errors import AssistantError, RefusedInput
from assistant.store.opinions import Opinion
from assistant.web.answering import Answering
from assistant.web.identity import current_user
from assistant.web.matters.forms import Field, Files, checked_key, keep_files, new_key, version_of
from assistant.web.matters.shared import COUNSEL
from assistant.web.render import page, problem, redirect

_REASON = "reason-"


@dataclass(frozen=True, slots=True)
class _Kept:
    """What stays on the page when something was not done: the text written, the reasons given, why, and another's newer draft."""

    text: str | None = None
    why: str = ""
    other: Opinion | None = None
    reasons: dict[str, str] = field(default_factory=dict)
    key: str = ""


def _shown(request: Request, assistant: Answering, matter_id: str, kept: _Kept | None = None, status: int = 200) -> Response:
    kept = kept or _Kept()
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
        checked=opinions.check(assistant.engine, draft.body, date.today()) if draft and draft.body else (),
        may_issue=view.may(Step.ISSUE),
        shortest=opinions.SHORTEST,
    )


def add_opinion_routes(app: FastAPI, assistant: Answering) -> None:
    """Put the page on the app."""
    address = f"{COUNSEL.base}/{{matter_id}}/opinion"

    @app.get(address)
    def shown(request: Request, matter_id: str) -> Response:
        return _shown(request, assistant, matter_id)

    @app.post(address)
    def save(request: Request, matter_id: str, version: Field = "", text: Field = "") -> Response:
        try:
            opinions.save_draft(assistant.engine, current_user(request), matter_id, text, version_of(version))
        except StaleOpinion as stale:
            return _shown(request, assistant, matter_id, _Kept(text, str(stale), stale.current), 409)
        except AssistantError as error:
            return _shown(request, assistant, matter_id, _Kept(text, str(error)), 400)
        return redirect(request, f"{COUNSEL.address(matter_id)}/opinion", "草稿已保存，引用已核对。")

    @app.post(f"{address}/upload")
    def upload(request: Request, matter_id: str, files: Files, version: Field = "", key: Field = "") -> Response:
        user = current_user(request)
        try:
            refusal = keep_files(assistant.engine, assistant.settings, user, checked_key(key), files[:1], matter_id)
            waiting = attachments.staged(assistant.engine, user.id, key)
            if refusal or not waiting:
                raise RefusedInput("上传意见书", refusal or "请先选择文件")
            opinions.upload_draft(assistant.engine, assistant.settings, user, matter_id, waiting[-1], version_of(version))
        except StaleOpinion as stale:
            return _shown(request, assistant, matter_id, _Kept(None, str(stale), stale.current), 409)
        except AssistantError as error:
            return _shown(request, assistant, matter_id, _Kept(None, str(error)), 400)
        return redirect(request, f"{COUNSEL.address(matter_id)}/opinion", "已读取上传的意见书，引用已核对。")

    @app.post(f"{address}/issue")
    async def issue_form(request: Request, matter_id: str) -> Response:
        from anyio import to_thread

        form = await request.form()
        fields = {name: str(value) for name, value in form.items()}
        return await to_thread.run_sync(_issue, request, assistant, matter_id, fields)


def _issue(request: Request, assistant: Answering, matter_id: str, fields: dict[str, str]) -> Response:
    reasons = {name.removeprefix(_REASON): value for name, value in fields.items() if name.startswith(_REASON)}
    user, key = current_user(request), fields.get("key", "")
    taken = Taken(Step.ISSUE, version_of(fields.get("version", "")), key)
    try:
        checked_key(key)
        seen = version_of(fields.get("draft", ""))
        opinions.issue(assistant.engine, assistant.settings, user, matter_id, taken, seen, reasons)
    except (Stale, StaleOpinion) as stale:
        return _shown(request, assistant, matter_id, _Kept(None, str(stale), reasons=reasons), 409)
    except NoMatter as error:
        return problem(request, str(error))
    except Unconfirmed as open_ones:
        return _shown(request, assistant, matter_id, _Kept(None, str(open_ones), reasons=reasons, key=key), 400)
    except AssistantError as error:
        return _shown(request, assistant, matter_id, _Kept(None, str(error), reasons=reasons), 400)
    return redirect(request, COUNSEL.address(matter_id), "意见已出具并编号，本局已可查看。")
