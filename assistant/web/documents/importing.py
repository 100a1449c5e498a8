"""A document comes in: files chosen and their source told, what was read shown, confirmed, and followed until it is decided."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from starlette.datastructures import FormData, UploadFile

from assistant.desk.changes import deciding, drafts
from assistant.desk.changes.asking import changes
from assistant.desk.changes.drafts import MOST_OPEN, Confirmed, ShownDraft, checked_origin
from assistant.desk.changes.model import ORIGIN_CHARS
from assistant.desk.library.import_jobs import ImportJobs
from assistant.desk.matters.attachments import shown_name
from assistant.errors import AssistantError, RefusedInput
from assistant.law.statute.model import Level, Visibility
from assistant.library.readers import READERS
from assistant.store.library.changes import OPEN_STATES, Change, ChangeState
from assistant.web.answering import Answering
from assistant.web.frame.render import page, problem, redirect
from assistant.web.identity import User, current_user

HOME: Final = "/staff/documents"
_MOST_FILES: Final = 50
_NAME_BYTES: Final = 200
_SHOWN: Final = 30
_EACH: Final = ("title", "level", "visibility", "origin")


@dataclass(frozen=True)
class ImportDesk:
    """The services behind the pages; they hold no logic of their own."""

    assistant: Answering
    jobs: ImportJobs


@dataclass(frozen=True, slots=True)
class ShownForm:
    """The fields of one draft as they stand in the form, and what was wrong with them."""

    draft: ShownDraft
    title: str
    level: str
    visibility: str
    origin: str
    problem: str = ""


def add_importing(app: FastAPI, assistant: Answering, jobs: ImportJobs) -> None:
    """Put the pages on the app."""
    desk = ImportDesk(assistant, jobs)
    _add_choosing(app, desk)
    _add_confirming(app, desk)
    _add_own(app, desk)


# ---- files chosen ------------------------------------------------------------------------------


def _add_choosing(app: FastAPI, desk: ImportDesk) -> None:
    @app.get(HOME)
    def start(request: Request) -> Response:
        return _start(request, desk)

    @app.post(HOME + "/import")
    async def bring_in(request: Request) -> Response:
        form = await request.form(max_files=_MOST_FILES + 1, max_fields=10)
        return await to_thread.run_sync(_received, request, desk, form)


def _start(request: Request, desk: ImportDesk, refused: str = "", origin: str = "") -> Response:
    user, engine = current_user(request), desk.assistant.engine
    return page(
        request,
        "documents/start.html",
        400 if refused else 200,
        problem=refused,
        origin=origin,
        readers=sorted(READERS),
        levels=list(Level),
        limit=desk.assistant.settings.max_file_mb,
        most=_MOST_FILES,
        behind=request.app.state.indexing.behind(),
        origin_chars=ORIGIN_CHARS,
        waiting=changes.listed(engine, OPEN_STATES, owner=user.id, limit=MOST_OPEN),
        closed=changes.listed(engine, changes.CLOSED_STATES, owner=user.id, limit=_SHOWN),
    )


def _received(request: Request, desk: ImportDesk, form: FormData) -> Response:
    origin = str(form.get("origin", ""))
    try:
        told = checked_origin(origin)
        level = _level(form.get("level"))
        files = _kept(desk, [f for f in form.getlist("files") if isinstance(f, UploadFile)])
    except RefusedInput as refused:
        return _start(request, desk, str(refused), origin)
    job = desk.jobs.start(current_user(request), files, level, _visibility(form.get("visibility")), told)
    return redirect(request, f"{HOME}/import/{job.id}")


def _kept(desk: ImportDesk, files: list[UploadFile]) -> list[Path]:
    """Write the uploads into a folder of our own, each in one of its own under its bare name; raises RefusedInput."""
    limit, named = desk.assistant.settings.max_file_mb, [f for f in files if f.filename]
    if not named:
        raise RefusedInput("文件", "没有选择文件，请先选择要导入的文件")
    if len(named) > _MOST_FILES:
        raise RefusedInput("文件", f"一次最多 {_MOST_FILES} 个，请分几次导入")
    large = next((f for f in named if (f.size or 0) > limit * 2**20), None)
    if large:
        raise RefusedInput(_bare_name(large), f"超过 {limit} MB，请拆分或者压缩后再导入")
    incoming = desk.assistant.settings.home / "incoming"
    incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder, out = Path(tempfile.mkdtemp(prefix="import-", dir=incoming)), []
    for number, file in enumerate(named):
        place = folder / str(number)
        place.mkdir(mode=0o700)
        out.append(place / _bare_name(file))
        with out[-1].open("wb") as target:
            shutil.copyfileobj(file.file, target)
    return out


def _bare_name(file: UploadFile) -> str:
    """The file's own name, as long as a file system takes it."""
    name = shown_name(file.filename or "")
    stem, dot, ending = name.rpartition(".")
    while len(name.encode()) > _NAME_BYTES and len(stem) > 1:
        stem = stem[:-1]
        name = stem + dot + ending
    return name


# ---- what was read, confirmed ------------------------------------------------------------------


def _add_confirming(app: FastAPI, desk: ImportDesk) -> None:
    @app.get(HOME + "/import/{batch}")
    def batch(request: Request, batch: str, part: int = 0) -> Response:
        return _batch(request, desk, batch, part=bool(part))

    @app.post(HOME + "/import/{batch}")
    async def confirm(request: Request, batch: str) -> Response:
        form = await request.form(max_files=0, max_fields=len(_EACH) * MOST_OPEN + 10)
        return await to_thread.run_sync(_confirmed, request, desk, batch, form)


def _batch(request: Request, desk: ImportDesk, batch: str, *, part: bool = False, forms: list[ShownForm] | None = None) -> Response:
    user = current_user(request)
    job = desk.jobs.get(batch)
    if job and job.owner != user.id:
        job = None
    shown = forms if forms is not None else [_form_of(desk, c) for c in drafts.drafts(desk.assistant.engine, user, batch)]
    if job is None and not shown:
        return problem(request, "这次导入已经核对完，或者不存在；请到“导入文件”查看。")
    if part:
        return page(request, "documents/reading.html", job=job) if job else problem(request, "读取已经结束，请刷新页面。")
    bad = any(f.problem for f in shown)
    return page(request, "documents/confirm.html", 400 if bad else 200, job=job, batch=batch, forms=shown, levels=list(Level))


def _form_of(desk: ImportDesk, change: Change, said: FormData | None = None, refused: str = "") -> ShownForm:
    draft = drafts.shown(desk.assistant.engine, change)
    seen = draft.held.visibility if draft.held else change.visibility.value
    form = ShownForm(draft, change.title, change.level.value if change.level else "", seen, change.origin, refused)
    if said is None:
        return form
    typed = {name: str(said.get(f"{name}-{change.id}", getattr(form, name))) for name in _EACH}
    return ShownForm(draft, **typed, problem=refused)


def _confirmed(request: Request, desk: ImportDesk, batch: str, form: FormData) -> Response:
    """Take the word on one draft (`send-N`, `drop-N`) or on all of a batch, and show what is left of it."""
    user, did = current_user(request), str(form.get("do", ""))
    open_drafts = drafts.drafts(desk.assistant.engine, user, batch)
    verb, _, number = did.partition("-")
    chosen = open_drafts if did == "all" else [c for c in open_drafts if str(c.id) == number]
    if not chosen:
        return problem(request, "这件已经核对过，或者不存在；请到“导入文件”查看。", 400)
    refused, done = {}, []
    for change in chosen:
        try:
            done.append(_one(desk, user, change, form, drop=verb == "drop"))
        except AssistantError as error:
            refused[change.id] = str(error)
    if any(c.state is ChangeState.PLACED for c in done):
        request.app.state.indexing.wake()
    if refused:
        left = [c for c in open_drafts if c.id not in {d.id for d in done}]
        return _batch(request, desk, batch, forms=[_form_of(desk, c, form, refused.get(c.id, "")) for c in left])
    more = len(done) < len(open_drafts)
    return redirect(request, f"{HOME}/import/{batch}" if more else f"{HOME}#mine", _told(done))


def _one(desk: ImportDesk, user: User, change: Change, form: FormData, *, drop: bool) -> Change:
    engine, settings = desk.assistant.engine, desk.assistant.settings
    if drop:
        return changes.take_back(engine, settings, change.id, user)
    level = _level(form.get(f"level-{change.id}"))
    if level is None:
        raise RefusedInput("效力层级", "请选择；读不出的要由您指明")
    said = Confirmed(
        str(form.get(f"title-{change.id}", "")),
        level,
        _visibility(form.get(f"visibility-{change.id}")),
        str(form.get(f"origin-{change.id}", "")),
    )
    return drafts.confirm(engine, settings, user, change.id, said, desk.jobs.read_for(user))


def _told(done: list[Change]) -> str:
    counts = {state: sum(c.state is state for c in done) for state in (ChangeState.PLACED, ChangeState.WAITING, ChangeState.DRAFT)}
    words = []
    if counts[ChangeState.PLACED]:
        words.append(f"已入库 {counts[ChangeState.PLACED]} 件，索引在后台更新")
    if counts[ChangeState.WAITING]:
        words.append(f"{counts[ChangeState.WAITING]} 件已提交，等管理员批准；批准以前仍以原来的文本为准")
    return "；".join(words or ["已放弃，没有入库"]) + "。"


# ---- a person's own ----------------------------------------------------------------------------


def _add_own(app: FastAPI, desk: ImportDesk) -> None:
    engine, settings = desk.assistant.engine, desk.assistant.settings

    @app.get(HOME + "/changes/{number}")
    def one(request: Request, number: int) -> Response:
        try:
            change = changes.opened(engine, number, current_user(request))
            if change.state is ChangeState.DRAFT:
                return redirect(request, f"{HOME}/import/{change.batch}")
            found = deciding.look(engine, settings, change)
        except AssistantError as error:
            return problem(request, str(error))
        return page(request, "documents/own.html", found=found)

    @app.post(HOME + "/changes/{number}/take-back")
    def take_back(request: Request, number: int) -> Response:
        try:
            changes.take_back(engine, settings, number, current_user(request))
        except AssistantError as error:
            return problem(request, str(error), 400)
        request.app.state.indexing.wake()
        return redirect(request, f"{HOME}#mine", "已撤回，法规库没有改动。")


def _level(chosen: object) -> Level | None:
    """The level of a form's field, None for none; raises RefusedInput for what is none."""
    try:
        return Level(str(chosen)) if chosen else None
    except ValueError as error:
        raise RefusedInput("效力层级", "请从列表里选择") from error


def _visibility(chosen: object) -> Visibility:
    return Visibility.PUBLIC if chosen == Visibility.PUBLIC.value else Visibility.INTERNAL
