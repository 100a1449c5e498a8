"""What of Gradio may be reached: the page, what it is made of, and its queue for the events of the desk, plain text only.

Gradio's own application also serves, copies, fetches and deletes files, for components that this desk has none of. A file
is told by an object in an event's data, so an event whose data are texts alone can name none; what is passed on to Gradio
is written anew from what was read here. Everything that is not listed is refused before Gradio sees it.
"""

from __future__ import annotations

import re
from typing import Annotated, Final
from urllib.parse import parse_qs, urlencode

import gradio as gr
from fastapi import FastAPI
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette._utils import get_route_path
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.edge.gradio_pages import Pages
from assistant.web.errors import told
from assistant.web.identity import SCOPE_KEY, User
from assistant.web.staff.page import ANSWERED_AT_ONCE

_JOIN: Final = "/gradio_api/queue/join"
_DATA: Final = "/gradio_api/queue/data"
#: The page and what it is made of, all of it shipped with Gradio.
_PAGE = re.compile(r"/(?:theme\.css|(?:assets|static)/[A-Za-z0-9_/-][A-Za-z0-9._/-]{0,199})?")
_SESSION = r"^[A-Za-z0-9]{6,40}$"
#: Far above what a question may have: the desk itself tells who pastes too much what to do.
_TEXT_CHARS: Final = 100_000
_BODY_BYTES: Final = 512 * 1024
#: Events of one person a minute; a page opened costs three.
_EVENTS: Final = RateLimitItemPerMinute(240)
#: Gradio reads these to tell its own address; here it has one that nobody outside sets.
_UNHEARD: Final = frozenset({b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-prefix", b"x-gradio-server", b"x-direct-url"})

_Text = Annotated[str, Field(max_length=_TEXT_CHARS)]


class Event(BaseModel):
    """An event of the desk's page as its browser sends it; no value of it can stand for a file."""

    model_config = ConfigDict(strict=True, extra="ignore")

    fn_index: int
    session_hash: Annotated[str, Field(pattern=_SESSION)]
    data: Annotated[list[_Text | None], Field(max_length=8)]
    event_data: Annotated[dict[_Text, _Text], Field(max_length=20)] | _Text | None = None
    trigger_id: int | None = None


class Gate:
    """ASGI application before Gradio's: passes on what the desk's page needs and refuses the rest."""

    def __init__(self, app: ASGIApp, blocks: gr.Blocks) -> None:
        self._app = app
        self._inputs = {number: len(fn.inputs) for number, fn in blocks.fns.items()}
        slow = frozenset(n for n, fn in blocks.fns.items() if fn.concurrency_limit == ANSWERED_AT_ONCE)
        self._pages = Pages(blocks, slow)
        self._often = FixedWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with a refusal."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        scope = dict(scope) | {"headers": [(k, v) for k, v in scope["headers"] if k not in _UNHEARD]}
        path, method, user = get_route_path(scope), scope["method"], scope[SCOPE_KEY]
        refusal: Response | None = _nothing_there(scope)
        if method in {"GET", "HEAD"} and _PAGE.fullmatch(path) and ".." not in path:
            scope, refusal = _with_query(scope), None
        elif method == "GET" and path == _DATA:
            sessions = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [])
            if len(sessions) == 1 and self._pages.has(sessions[0], user.id, first=False):
                with self._pages.listens(sessions[0]):
                    await self._app(scope, receive, send)
                return
        elif method == "POST" and path == _JOIN:
            event = await self._event(scope, receive, user)
            if isinstance(event, Event):
                body = event.model_dump_json().encode()
                with self._pages.joins(event.session_hash):
                    await self._app(_with_length(scope, len(body)), _once(body, receive), send)
                return
            refusal = event
        await (refusal or self._app)(scope, receive, send)

    async def _event(self, scope: Scope, receive: Receive, user: User) -> Event | Response:
        """The event to pass on, as it was read; else a refusal."""
        if not self._often.hit(_EVENTS, user.id):
            return _refused(429, "操作太快了，请等一会儿再试。")
        raw = await _read(Request(scope, receive))
        if raw is None:
            return _refused(413, "内容太长，请缩短后再提问。")
        try:
            event = Event.model_validate_json(raw)
        except ValidationError:
            return _refused(400, "请求的格式不对，请刷新页面再试。")
        if len(event.data) != self._inputs.get(event.fn_index, -1):
            return _refused(400, "页面已经更新，请刷新后再试。")
        await self._pages.forget_unheard()
        if not self._pages.has(event.session_hash, user.id, first=True):
            return _nothing_there(scope)
        if not self._pages.room(user.id, event.fn_index):
            return _refused(429, "前面的问题还在回答，请等答复出来再问下一个。")
        return event


def mount_gate(app: FastAPI, blocks: gr.Blocks) -> None:
    """Put the gate before Gradio's application, the one mounted last, and have Gradio check paths itself, too.

    A mounted Blocks counts as not launched, and Gradio then leaves its own check of file paths out.
    """
    blocks.has_launched = True
    mounted = app.routes[-1]
    assert isinstance(mounted, Mount)
    mounted.app = Gate(mounted.app, blocks)


async def _read(request: Request) -> bytes | None:
    """The body, or None where it is too large."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _BODY_BYTES:
            return None
    return bytes(body)


def _once(body: bytes, receive: Receive) -> Receive:
    """A way to receive that gives the body first and then what the connection says."""
    given = False

    async def receiving() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiving


def _with_length(scope: Scope, length: int) -> Scope:
    kept = [(k, v) for k, v in scope["headers"] if k not in {b"content-length", b"transfer-encoding", b"content-type"}]
    return dict(scope) | {"headers": [*kept, (b"content-type", b"application/json"), (b"content-length", str(length).encode())]}


def _with_query(scope: Scope) -> Scope:
    """The request with the one thing the page is asked by, a conversation; Gradio reads more, and fails on it."""
    wanted = parse_qs(scope["query_string"].decode("latin-1")).get("c", [""])[0]
    return dict(scope) | {"query_string": urlencode({"c": wanted}).encode() if wanted else b""}


def _refused(status: int, words: str) -> Response:
    return JSONResponse({"detail": words}, status_code=status)


def _nothing_there(scope: Scope) -> Response:
    return told(HTTPConnection(scope), 404, "没有这个页面；请从首页重新进入。")
