"""How often one session, and one address, may ask: refused before anything is looked up, at the price of a line.

Who a session is costs a look into the database; somebody who asks a hundred times a second pays none of it.
"""

from __future__ import annotations

from typing import Final

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.desk.public.rate_limits import network
from assistant.web.edge.access import COOKIE
from assistant.web.edge.shares import LISTENING, PARTS, SECONDS

#: Requests of one session in so many seconds, and of an address that a whole office may share.
EACH_SESSION, EACH_ADDRESS = 50, 1000
_WORDS: Final = "操作太频繁，这一次没有做；请等十几秒再试。"
_PAGE: Final = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    f'<title>请稍后再试</title><link rel="stylesheet" href="/static/site.css"><main><h1>请稍后再试</h1><p role="alert">{_WORDS}</p></main></html>'
)


class Rates:
    """ASGI middleware before the access check."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._often = FixedWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429."""
        if scope["type"] != "http" or scope["path"].startswith((LISTENING, *PARTS)) or self._in_time(HTTPConnection(scope)):
            await self.app(scope, receive, send)
            return
        html = "text/html" in HTTPConnection(scope).headers.get("accept", "text/html")
        refused = HTMLResponse(_PAGE, 429) if html else JSONResponse({"detail": _WORDS}, 429)
        refused.headers["retry-after"] = str(SECONDS)
        await refused(scope, receive, send)

    def _in_time(self, request: HTTPConnection) -> bool:
        address = network(request.client.host if request.client else "")
        token = request.cookies.get(COOKIE, "")
        if token and not self._often.hit(RateLimitItemPerSecond(EACH_SESSION, SECONDS), "session", token[:100]):
            return False
        return self._often.hit(RateLimitItemPerSecond(EACH_ADDRESS, SECONDS), "address", address)
