"""Who may come in: the user of each request is found and what `permissions` does not open is refused, before any page or endpoint."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from anyio import to_thread
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.desk.people import accounts
from assistant.web.answering import Answering
from assistant.web.edge.hosts import origins_of
from assistant.web.edge.permissions import RULES, allowed
from assistant.web.errors import told
from assistant.web.identity import PUBLIC, SCOPE_KEY, User, user_of

COOKIE: Final = "assistant_session"
PASSWORD_PAGE: Final = "/account/password"

#: What a person who must change their password may still open.
_BEFORE_CHANGE: Final = ("/account", "/logout", "/static", "/favicon.ico", "/health")
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Access:
    """ASGI middleware: finds the user of each request by the session cookie and refuses what the table does not open."""

    def __init__(self, app: ASGIApp, assistant: Answering) -> None:
        self.app = app
        self.assistant = assistant
        self.origins = origins_of(assistant.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its user, or answer it with a refusal."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        user = await self._user(request)
        refusal = _refusal(request, user, self.origins)
        if refusal is None:
            scope[SCOPE_KEY] = user  # in the request's own scope: what stands before this tells who is looking, too
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(scope, receive, send)

    async def _user(self, request: HTTPConnection) -> User:
        token = request.cookies.get(COOKIE, "")
        if not token or request.scope["path"].startswith("/static/"):
            return PUBLIC
        found = await to_thread.run_sync(accounts.session_of, self.assistant.engine, self.assistant.settings, token)
        return user_of(found.account) if found else PUBLIC


def _refusal(request: HTTPConnection, user: User, origins: frozenset[str]) -> Response | None:
    path = request.scope["path"]  # what is routed by; the URL is made from other parts of the request as well
    if not path.isprintable():  # a line break would let one check read another path than the next
        return told(request, 400, "网址里有不认识的字符，请从页面上的链接进入。")
    if not _same_origin(request, origins):
        return told(request, 403, "请求来自别的网站，已拒绝；请从本系统的页面操作。")
    if not allowed(path, user.role):
        return _refused(request, user)
    if user.must_change and not path.startswith(_BEFORE_CHANGE):
        return _sent_to(request, PASSWORD_PAGE, 403, "请先修改一次性密码。")
    return None


def _refused(request: HTTPConnection, user: User) -> Response:
    path, query = request.scope["path"], request.scope["query_string"].decode("latin-1")
    if user.role is None and any(r.covers(path) for r in RULES):
        place = path + (f"?{query}" if query else "")
        return _sent_to(request, f"/login?next={quote(place)}", 401, "请先登录；登录可能已经超时。")
    return told(request, 404 if user.role is None else 403, "没有这个页面，或者您的账号不能打开它；请从首页重新进入。")


def _sent_to(request: HTTPConnection, address: str, status: int, words: str) -> Response:
    """A page is sent on; what a script asks for gets the status."""
    page = request.scope.get("method") == "GET" and "text/html" in request.headers.get("accept", "")
    return RedirectResponse(address, status_code=303) if page else told(request, status, words)


def _same_origin(request: HTTPConnection, origins: frozenset[str]) -> bool:
    """False for a request that changes something and was sent from another site's page (or a websocket from there).

    Where the origin has the name set for this site its scheme must be the one set, too; else it must be the host asked, which
    the browser tells, and by TLS where the request came by it.
    """
    if request.scope["type"] == "http" and request.scope["method"] in _SAFE:
        return True
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
    scheme, _, host = origin.partition("://")
    if host in {known.partition("://")[2] for known in origins}:
        return origin in origins
    return host == request.headers.get("host") and (scheme == "https" or request.scope["scheme"] not in {"https", "wss"})
