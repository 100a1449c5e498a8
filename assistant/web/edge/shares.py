"""How many requests of one person are worked on at once: the threads that answer pages are never all one person's.

What is more waits its turn without a thread; strangers are held by their addresses (`connections`, `public.guard`).
"""

from __future__ import annotations

from asyncio import Semaphore
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.web.errors import told
from assistant.web.identity import PUBLIC, SCOPE_KEY, User

#: Requests of one person worked on at once, a small part of the 40 threads that there are, and those that wait.
AT_ONCE: Final = 6
_WAITING: Final = 100
#: An open page of the desk listens here all the time, without a thread.
_LISTENING: Final = "/staff/gradio_api/"


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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on in its turn, or answer 429 where far too many of the person's wait."""
        user = scope.get(SCOPE_KEY, PUBLIC)
        if scope["type"] != "http" or not isinstance(user, User) or user.role is None or scope["path"].startswith(_LISTENING):
            await self.app(scope, receive, send)
            return
        share = self._shares.setdefault(user.id, _Share())
        if share.asked >= AT_ONCE + _WAITING:
            words = "您的账号同时有太多请求在处理，这一个没有做；请等前面的完成后再试。"
            await told(HTTPConnection(scope), 429, words)(scope, receive, send)
            return
        share.asked += 1
        try:
            async with share.turn:
                await self.app(scope, receive, send)
        finally:
            share.asked -= 1
            if not share.asked:
                self._shares.pop(user.id, None)
