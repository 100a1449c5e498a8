"""Before every page of the public desk: how often, how long. Nothing about a visitor is written down here."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.desk.public.rate_limits import Asked, RateLimits, TooOften
from assistant.web.frame.render import page
from assistant.web.frame.whole_numbers import whole_number

#: What a form of this desk can be at most, in bytes; the longest question fits many times.
MOST_BYTES: Final = 64 * 1024
_LENGTH_DIGITS: Final = 18
_COUNTED: Final = {"/public/ask": Asked.QUESTION, "/public/leave": Asked.LEAVE, "/public/lookup": Asked.LOOK_UP}


class Guard:
    """ASGI middleware for `/public`; everything else passes untouched."""

    def __init__(self, app: ASGIApp, limits: RateLimits) -> None:
        self.app = app
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 411, 413 or 429 with a sentence that says what to do."""
        if scope["type"] != "http" or not (scope["path"] == "/public" or scope["path"].startswith("/public/")):
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(Request(scope))
        await (refusal or self.app)(scope, receive, send)

    def _refusal(self, request: Request) -> Response | None:
        posted = request.method not in {"GET", "HEAD"}
        if posted:
            length = whole_number(request.headers.get("content-length", ""), _LENGTH_DIGITS)
            if length is None:
                return _told(request, 411, "没有收到完整的内容，请从咨询页面重新提交。")
            if length > MOST_BYTES:
                return _told(request, 413, "内容太长了，请写得简短些再提交。")
        kind = _COUNTED.get(request.scope["path"], Asked.PAGE) if posted else Asked.PAGE
        try:
            self.limits.count(kind, request.client.host if request.client else "")
        except TooOften as error:
            response = _told(request, 429, str(error))
            response.headers["Retry-After"] = str(error.seconds)
            return response
        return None


def _told(request: Request, status: int, words: str) -> Response:
    return page(request, "public/problem.html", status, words=words, **kiosk(request))


def kiosk(request: Request) -> dict[str, Any]:
    """Return what templates ask of the kiosk (`?kiosk=1`): whether it is one, and what every address on it carries."""
    shown = request.query_params.get("kiosk") == "1"
    return {"kiosk": shown, "kept": "?kiosk=1" if shown else ""}
