"""Requests that bring files are refused before they are read where they are larger than a form may be."""

from __future__ import annotations

from typing import Final

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.config import Settings

_MB: Final = 1024 * 1024


def form_limit(settings: Settings) -> int:
    """Return the most megabytes a form with attachments may have: as many files as it takes, and its words."""
    return settings.attachment_max_mb * settings.attachment_max_count + 1


class UploadLimit:
    """ASGI middleware for the paths below `prefixes`: at most `limit_mb` a request, told by its length or while it comes."""

    def __init__(self, app: ASGIApp, prefixes: tuple[str, ...], limit_mb: int) -> None:
        self.app = app
        self.prefixes = prefixes
        self.limit = limit_mb * _MB

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 413 with what to do."""
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith(self.prefixes):
            await self.app(scope, receive, send)
            return
        length = dict(scope["headers"]).get(b"content-length", b"")
        if not length.isdigit():
            await PlainTextResponse("上传没有说明大小，已拒绝；请换用常见的浏览器。", status_code=411)(scope, receive, send)
        elif int(length) > self.limit:
            words = f"一次上传的附件合计超过 {self.limit // _MB} MB，没有接收；请返回上一页，分几次上传。"
            await PlainTextResponse(words, status_code=413)(scope, receive, send)
        else:
            await self.app(scope, self._counted(receive, int(length)), send)

    @staticmethod
    def _counted(receive: Receive, left: int) -> Receive:
        """Stop reading where more comes than was said."""

        async def counting() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            return message if left >= 0 else {"type": "http.disconnect"}

        return counting
