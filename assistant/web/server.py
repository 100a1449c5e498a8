"""The web server: where to go, the staff desk, health; started by app.py and `assistant serve`."""

from __future__ import annotations

import errno
import logging
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import gradio as gr
import uvicorn
from anyio import to_thread
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles

from assistant.answer.model.prompts import load_prompts
from assistant.config import Settings
from assistant.desk.audit import clearing, seals, trail
from assistant.desk.audit.check import foreign_warnings
from assistant.desk.cards.cards import Cards
from assistant.desk.cards.cases import CardCases
from assistant.desk.changes.asking import changes
from assistant.desk.chat import conversations
from assistant.desk.chat.exports import as_docx, as_markdown, file_name
from assistant.desk.library.indexing import Indexing
from assistant.desk.matters import daily
from assistant.desk.notify.delivery import POLL_SECONDS, deliver_due
from assistant.desk.notify.recurring import Recurring
from assistant.desk.ops import purging
from assistant.desk.ops.privacy import begin_serving
from assistant.desk.people.accounts import Role
from assistant.desk.people.settings_trail import SYSTEM, note_settings
from assistant.desk.reviews.papers import template_problems
from assistant.desk.work import Work
from assistant.errors import AssistantError, BadSetting
from assistant.web.admin.pages import add_admin
from assistant.web.answering import Answering
from assistant.web.cases.pages import add_cases
from assistant.web.documents import add_document_changes
from assistant.web.edge.access import Access
from assistant.web.edge.bodies import Bodies
from assistant.web.edge.compressed import Compressed
from assistant.web.edge.connections import bounded_protocol
from assistant.web.edge.hosts import Hosts, RelativeRedirects
from assistant.web.edge.rates import Rates
from assistant.web.edge.shares import Shares
from assistant.web.errors import Failures, add_error_pages
from assistant.web.frame.frame import Frame
from assistant.web.frame.render import page
from assistant.web.frame.theme import theme
from assistant.web.health import health
from assistant.web.home import desks_of
from assistant.web.identity import current_user
from assistant.web.jobs import add_jobs
from assistant.web.matters import add_matter_routes
from assistant.web.notifications.pages import add_notifications
from assistant.web.onsite.pages import add_onsite
from assistant.web.public.pages import add_public
from assistant.web.reviews.routes import add_reviews
from assistant.web.reviews.services import ReviewDesk
from assistant.web.sign_in import add_sign_in
from assistant.web.staff.gate import mount_gate
from assistant.web.staff.messages import add_left_questions
from assistant.web.staff.page import build_staff
from assistant.web.staff.routes import add_staff_routes
from assistant.web.staff.services import StaffDesk
from assistant.web.staff.verify import DOCX, add_verify

log = logging.getLogger(__name__)

#: Seconds that work beside the desks has to finish when the server ends.
_ENDING = 5.0
STATIC = Path(__file__).parent / "static"


def build_app(assistant: Answering) -> FastAPI:
    """Return the whole web application over one assistant."""
    settings = assistant.settings
    load_prompts()  # a prompt that is missing or malformed stops the start, not the first answer
    os.environ["GRADIO_TEMP_DIR"] = str((settings.home / "uploads").resolve())
    cards = Cards(assistant.engine, settings, CardCases(assistant.case_search))
    work, indexing = Work(assistant.engine, settings), Indexing(assistant.engine, settings)
    app = FastAPI(
        title="法治文旅助手",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan(assistant, cards, work, indexing),
        form_limits={"max_files": settings.attachment_max_count + 1},
    )
    app.state.settings, app.state.work, app.state.indexing = settings, work, indexing
    add_error_pages(app)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    add_sign_in(app, assistant)
    add_admin(app, assistant)
    add_jobs(app, work)
    add_document_changes(app, assistant, work)
    _add_pages(app, assistant)
    _add_exports(app, assistant)
    add_onsite(app, assistant, cards)
    add_public(app, assistant, cards)
    add_left_questions(app, assistant)
    add_matter_routes(app, assistant, work)
    desk = StaffDesk(assistant, work)
    add_staff_routes(app, desk)
    add_verify(app, desk)
    add_reviews(app, ReviewDesk(assistant, work))
    add_notifications(app, assistant)
    add_cases(app, assistant, work)
    blocks = build_staff(desk)
    gr.mount_gradio_app(
        app,
        blocks,
        "/staff",
        footer_links=[],
        run_history=False,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        show_error=False,
        max_file_size=f"{settings.max_file_mb}mb",
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        enable_monitoring=False,
        theme=theme(),
    )
    mount_gate(app, blocks)
    # The last one added is the outermost: Frame dresses refusals, too; who may not come in is not asked how much they bring.
    app.add_middleware(RelativeRedirects)
    app.add_middleware(Bodies, settings=settings)
    app.add_middleware(Compressed)
    app.add_middleware(Shares)
    app.add_middleware(Access, assistant=assistant)
    app.add_middleware(Rates)
    app.add_middleware(Failures)
    app.add_middleware(Hosts, settings=settings)
    app.add_middleware(Frame, framed="/staff", secure=settings.site_url.lower().startswith("https:"))
    return app


def serve(settings: Settings, host: str | None = None, port: int | None = None) -> None:
    """Serve the desks until interrupted, printing the address; port 0 takes a free one."""
    from assistant.answer.service import Assistant

    _open_files_allowed(settings.connections_total)
    for line in begin_serving(settings):
        print(line, file=sys.stderr, flush=True)
    assistant = Assistant(settings)
    try:
        note_settings(assistant.engine, settings)
        _told_at_start(assistant)
        app = build_app(assistant)
        listener = _listening(host or settings.host, settings.port if port is None else port)
        print(f"法治文旅助手已启动：{_address(listener.getsockname())}（工作台 /staff，按 Ctrl+C 停止）", flush=True)
        server = uvicorn.Server(uvicorn_config(app, settings))
        server.run(sockets=[listener])
    finally:
        assistant.close()


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket on an address; raises BadSetting, saying what to do, where it is not to be had."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # two may bind the same address; only one listens
    except (OSError, UnicodeError) as error:
        listener.close()
        raise BadSetting(_not_to_be_had(host, port, getattr(error, "errno", None), str(error))) from error
    return listener


def _not_to_be_had(host: str, port: int, number: int | None, told: str) -> str:
    if number == errno.EADDRINUSE:
        return (
            f"端口 {port} 已被占用（地址 {host}），没有启动。可能本服务已经在运行，或者别的程序用了这个端口："
            f"用 ss -ltnp 查看是谁，先停掉它；或者换一个端口：assistant serve --port {port + 1 if port < 65535 else port - 1}"
        )
    if number == errno.EACCES:
        return f"没有权限使用端口 {port}，没有启动；1024 以下的端口要由反向代理监听，本服务请用 --port 换一个大一些的。"
    if number == errno.EADDRNOTAVAIL:
        return f"本机没有地址 {host}，没有启动；请检查设置 host（或者 --host），只供本机和反向代理访问的填 127.0.0.1。"
    return f"不能监听 {host} 的端口 {port}（{told}），没有启动；请检查设置 host 和 port。"


def _open_files_allowed(connections: int) -> None:
    """Let the process open as many files as its connections and its own files need, as far as the machine lets it."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + 2000
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _told_at_start(assistant: Answering) -> None:
    """Make the audit key where there is none, and print what keeps something from being done as it is set."""
    try:
        clearing.start_key(assistant.engine, assistant.settings)
    except AssistantError as error:
        print(f"注意：{error}", flush=True)
    for line in foreign_warnings(assistant.engine):
        log.warning("%s", line)
        print(f"注意：{line}", flush=True)
    for line in template_problems(assistant.settings):
        print(f"注意：{line}", flush=True)


def uvicorn_config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """No access log: addresses of visitors are kept nowhere. Forwarded addresses count only from the proxies set."""
    trusted = ",".join(settings.trusted_proxies)
    return uvicorn.Config(
        app,
        http=bounded_protocol(settings),
        ws="none",
        server_header=False,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=3,
        proxy_headers=bool(trusted),
        forwarded_allow_ips=trusted,
    )


def _address(name: tuple[object, ...]) -> str:
    host = str(name[0])
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{name[1]}/"


def _lifespan(assistant: Answering, cards: Cards, work: Work, indexing: Indexing):  # type: ignore[no-untyped-def]
    @asynccontextmanager
    async def run(_app: FastAPI) -> AsyncIterator[None]:
        Thread(target=_warm, args=(assistant, cards, work, indexing), name="warm-up", daemon=True).start()
        engine, settings = assistant.engine, assistant.settings
        recurring = [
            Recurring("notifications", partial(deliver_due, engine, settings), POLL_SECONDS),
            Recurring("purging", partial(purging.purge, engine), purging.EVERY_SECONDS),
            Recurring("seals", partial(seals.seal_now, engine, settings), seals.EVERY_SECONDS),
            Recurring("matters", partial(daily.look_after, engine, settings), daily.EVERY_SECONDS),
            Recurring("changes", partial(changes.expire, engine, settings), changes.EVERY_SECONDS),
        ]
        for regular in recurring:
            regular.start()
        yield
        for regular in recurring:
            regular.stop()
        await to_thread.run_sync(work.close)
        await to_thread.run_sync(indexing.close)
        until = time.monotonic() + _ENDING
        for regular in recurring:
            regular.join(max(0.0, until - time.monotonic()))

    return run


def _warm(assistant: Answering, cards: Cards, work: Work, indexing: Indexing) -> None:
    """Open library and index before the first question, start the workers, and drop what is kept no longer."""
    try:
        clearing.prune(assistant.engine, assistant.settings, SYSTEM)
        assistant.ask("旅游法第一条")
        for field in cards.fields():
            cards.acts(field)
        indexing.make_good()
    except Exception:  # the desk itself tells the user what is missing
        log.info("warm-up did not finish", exc_info=True)
    work.warm()


def _add_pages(app: FastAPI, assistant: Answering) -> None:
    @app.get("/")
    def home(request: Request) -> Response:
        return page(request, "home.html", desks=desks_of(current_user(request)))

    @app.get("/health")
    def health_report(request: Request) -> JSONResponse:
        report = health(assistant, whole=current_user(request).role is Role.ADMIN)
        return JSONResponse(report, status_code=200 if report["status"] != "error" else 503)

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> Response:
        return Response((STATIC / "icon.svg").read_bytes(), media_type="image/svg+xml")

    @app.get("/manifest.json", include_in_schema=False)
    def manifest() -> JSONResponse:
        # Gradio's page asks for one at the root; this keeps the browser's console clean.
        return JSONResponse({"name": "法治文旅助手", "lang": "zh-CN", "start_url": "/", "display": "browser"})


def _add_exports(app: FastAPI, assistant: Answering) -> None:
    @app.get("/staff/export/{conversation_id}.{kind}")
    def export(conversation_id: str, kind: str, request: Request) -> Response:
        owner = current_user(request).id
        if kind not in {"md", "docx"}:
            return PlainTextResponse("只能导出 Word（docx）或 Markdown（md）。", status_code=404)
        try:
            found = conversations.conversation(assistant.engine, conversation_id, owner)
        except conversations.NoConversation as error:
            return PlainTextResponse(str(error), status_code=404)
        turns = conversations.messages(assistant.engine, conversation_id, owner)
        body, media = (
            (as_docx(found, turns), DOCX) if kind == "docx" else (as_markdown(found, turns).encode(), "text/markdown; charset=utf-8")
        )
        trail.note(assistant.engine, owner, trail.AuditAction.EXPORT, f"会话 {found.id}", {"格式": kind})
        disposition = f"attachment; filename=\"conversation.{kind}\"; filename*=UTF-8''{quote(file_name(found, kind))}"
        return Response(body, media_type=media, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})
