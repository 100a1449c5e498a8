"""How large a request may be: little everywhere, more for the few forms that bring files, which one table names."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.config import Settings
from assistant.web.errors import told

_MB: Final = 1024 * 1024
#: A form without files: the longest text a form takes, each of its characters written in nine bytes, fits.
SMALL: Final = 512 * 1024
#: What an upload leaves free on the disk at least.
_LEFT_FREE: Final = 200 * _MB


@dataclass(frozen=True, slots=True)
class FileForm:
    """A form that brings files: its addresses, and how many megabytes it may have."""

    addresses: re.Pattern[str]
    megabytes: Callable[[Settings], int]


def attachments_mb(settings: Settings) -> int:
    """Return the most megabytes a form with attachments may have: as many files as it takes, and its words."""
    return settings.attachment_max_mb * settings.attachment_max_count + 1


def documents_mb(settings: Settings) -> int:
    """Return the most megabytes of documents that are read, zipped or not."""
    return max(settings.max_unpacked_mb, settings.max_file_mb) + 1


def one_document_mb(settings: Settings) -> int:
    """Return the most megabytes of a form with one document."""
    return settings.max_file_mb + 1


FILE_FORMS: Final = (
    FileForm(re.compile(r"/(?:staff/matters|counsel)(?:/.*)?"), attachments_mb),
    FileForm(re.compile(r"/staff/reviews/new"), documents_mb),
    FileForm(re.compile(r"/staff/cases(?:/.*)?"), documents_mb),
    FileForm(re.compile(r"/(?:staff|admin)/documents(?:/.*)?"), documents_mb),
    FileForm(re.compile(r"/staff/verify(?:/.*)?"), one_document_mb),
)


def most_bytes(path: str, settings: Settings) -> int:
    """Return how many bytes a request to a path may bring."""
    form = next((f for f in FILE_FORMS if f.addresses.fullmatch(path)), None)
    return form.megabytes(settings) * _MB if form else SMALL


class Bodies:
    """ASGI middleware: a body larger than its address takes is refused by its length, or as soon as too much has come."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 413 (too large), 507 (no room to keep it)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = most_bytes(scope["path"], self.settings)
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isascii() or not length.isdigit() or len(length) > 15:
            await told(Request(scope), 400, "请求没有说明大小，请换用常见的浏览器重试。")(scope, receive, send)
        elif int(length) > most:
            await _drained(int(length), receive)
            await _too_large(scope, most)(scope, receive, send)
        elif int(length) > SMALL and shutil.disk_usage(self.settings.home).free < int(length) * 2 + _LEFT_FREE:
            await told(Request(scope), 507, "服务器磁盘空间不足，没有接收文件；请告诉管理员清理磁盘后再试。")(scope, receive, send)
        else:
            counted = _Counted(scope, receive, send, most)
            await self.app(scope, counted.receive, counted.send)


def _too_large(scope: Scope, most: int) -> ASGIApp:
    shown = f"{most // _MB} MB" if most >= _MB else f"{most // 1024} KB"
    return told(Request(scope), 413, f"提交的内容超过 {shown}，没有接收；请缩短内容，或者分几次上传。")


async def _drained(length: int, receive: Receive) -> None:
    """Read a body that is only somewhat too large to its end, or the browser shows a broken connection and not the reason."""
    left = length if length <= 64 * _MB else 0
    while left > 0:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        left -= len(message.get("body", b""))


class _Counted:
    """Receives at most `most` bytes for the application; what comes after that is refused in its place."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._most = self._left = most
        self._started = self._refused = False

    async def receive(self) -> Message:
        """Return the next message; a disconnection once too much has come."""
        if self._left < 0:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        """Send the application's answer, or the refusal in its place where too much came."""
        if self._left < 0 and not self._started:
            if not self._refused:
                self._refused = True
                await _too_large(self._scope, self._most)(self._scope, self._receive, self._send)
            return
        self._started = True
        await self._send(message)
