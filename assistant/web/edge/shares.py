"""How much of the service one person, or strangers from one address, may have: so much in ten seconds, so many at once.

The threads that answer pages and the processor are never all one person's. What is more at once waits its turn without a
thread; what is more in ten seconds than anyone presses is told to come again.
"""

from __future__ import annotations

from asyncio import Semaphore
from dataclasses import dataclass, field
from typing import Final

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.desk.public.rate_limits import network
from assistant.web.edge.bodies import form_of
from assistant.web.errors import told
from assistant.web.identity import PUBLIC, SCOPE_KEY, User

#: Requests of one person worked on at once, a small part of the 40 threads that there are, and those that wait.
AT_ONCE: Final = 6
_WAITING: Final = 100
#: Requests of one person in so many seconds, forms with files among them, and of all strangers at one address.
SECONDS: Final = 10
EACH_PERSON, WITH_FILES, STRANGERS = 50, 5, 300
#: An open page of the desk listens here all the time, without a thread; the gate counts what it asks.
LISTENING: Final = "/staff/gradio_api/"
#: What pages are made of: no work, and a page asks for many of them.
PARTS: Final = ("/static/", "/staff/assets/", "/staff/static/", "/staff/theme.css")
_TOO_MUCH: Final = "您的账号同时有太多请求在处理，这一个没有做；请等前面的完成后再试。"
_TOO_OFTEN: Final = "操作太频繁，这一次没有做；请等十几秒再试。"


@dataclass(slots=True)
class _Share:
    """What one person has in hand: `asked` counts the requests worked on and those that wait."""

    turn: Semaphore = field(default_factory=lambda: Semaphore(AT_ONCE))
    asked: int = 0


class Shares:
    """ASGI middleware inside the access check, which tells who asks."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._shares: dict[str, _Share] = {}
        self._often = FixedWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on in its turn, or answer 429 where there are far too many of them."""
        if scope["type"] != "http" or scope["path"].startswith((LISTENING, *PARTS)):
            await self.app(scope, receive, send)
            return
        user = scope.get(SCOPE_KEY, PUBLIC)
        person = user.id if isinstance(user, User) and user.role is not None else ""
        if not self._in_time(scope, person):
            refused = told(HTTPConnection(scope), 429, _TOO_OFTEN)
            refused.headers["retry-after"] = str(SECONDS)
            await refused(scope, receive, send)
        elif not person:
            await self.app(scope, receive, send)
        else:
            await self._in_turn(person, scope, receive, send)

    def _in_time(self, scope: Scope, person: str) -> bool:
        """False where so much was asked for this minute already."""
        if not person:
            return self._often.hit(RateLimitItemPerSecond(STRANGERS, SECONDS), "address", network((scope.get("client") or ("",))[0]))
        form = form_of(scope["path"]) if scope["method"] == "POST" else None
        files = form is None or not form.files or self._often.hit(RateLimitItemPerSecond(WITH_FILES, SECONDS), "files", person)
        return files and self._often.hit(RateLimitItemPerSecond(EACH_PERSON, SECONDS), "person", person)

    async def _in_turn(self, person: str, scope: Scope, receive: Receive, send: Send) -> None:
        share = self._shares.setdefault(person, _Share())
        if share.asked >= AT_ONCE + _WAITING:
            await told(HTTPConnection(scope), 429, _TOO_MUCH)(scope, receive, send)
            return
        share.asked += 1
        try:
            async with share.turn:
                await self.app(scope, receive, send)
        finally:
            share.asked -= 1
            if not share.asked:
                self._shares.pop(person, None)
