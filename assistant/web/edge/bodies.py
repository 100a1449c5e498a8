"""What a request may bring: little everywhere, more for the few forms of one table; files and their parsing for those alone.

Nothing here waits for a body: its length must be told before, so that what is too large is refused unread, and room on the
disk is counted for all uploads under way together.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.config import Settings
from assistant.web.edge.permissions import allowed
from assistant.web.errors import told
from assistant.web.frame.whole_numbers import whole_number

_MB: Final = 1024 * 1024
#: A form that anybody may send; the longest question fits many times.
STRANGERS: Final = 64 * 1024
#: A form without files: the longest text that most forms take, each of its characters written in nine bytes, fits.
SMALL: Final = 512 * 1024
#: What uploads leave free on the disk at least.
_LEFT_FREE: Final = 200 * _MB
#: An upload lies on the disk twice for a moment: as it comes, and where it is kept.
_COPIES: Final = 2
#: A length as it may be written at most.
_DIGITS: Final = 15
_LONGEST_BOUNDARY: Final = 70
_FORM: Final = b"application/x-www-form-urlencoded"
_FILES: Final = b"multipart/form-data"


@dataclass(frozen=True, slots=True)
class Form:
    """A form that is larger than others: its address as the routes write it, its most bytes, whether it brings files."""

    address: str
    most: Callable[[Settings], int]
    files: bool = True

    def takes(self, path: str) -> bool:
        """True for a path of this address."""
        return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", self.address), path) is not None


def _attachments(settings: Settings) -> int:
    return (settings.attachment_max_mb * settings.attachment_max_count + 1) * _MB


def _documents(settings: Settings) -> int:
    return (max(settings.max_unpacked_mb, settings.max_file_mb) + 1) * _MB


def _draft(settings: Settings) -> int:
    return (settings.max_file_mb + 2) * _MB


def _long_text(_settings: Settings) -> int:
    return _MB


FORMS: Final = (
    Form("/staff/matters/new", _attachments),
    Form("/staff/matters/{matter_id}/edit", _attachments),
    Form("/staff/matters/{matter_id}/steps/{name}", _attachments),
    Form("/counsel/matters/{matter_id}/steps/{name}", _attachments),
    Form("/counsel/matters/{matter_id}/opinion/upload", _attachments),
    Form("/counsel/matters/{matter_id}/opinion", _long_text, files=False),
    Form("/staff/reviews/new", _documents),
    Form("/staff/cases/new", _documents),
    Form("/staff/documents/import", _documents),
    Form("/staff/verify", _draft),
)


def form_of(path: str) -> Form | None:
    """Return the line of the table for a path, None for a form like most."""
    return next((f for f in FORMS if f.takes(path)), None)


def most_bytes(path: str, settings: Settings) -> int:
    """Return how many bytes a request to a path may bring."""
    form = form_of(path)
    return form.most(settings) if form else STRANGERS if allowed(path, None) else SMALL


class Bodies:
    """ASGI middleware: passes on only bodies of a told length, of the kind and the size that their address takes."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self._coming = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 411 (no length), 413 (too large), 415 (not of its kind), 507 (no room to keep it)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, form = Headers(scope=scope), form_of(scope["path"])
        most = most_bytes(scope["path"], self.settings)
        length = _length(headers)
        refusal = _refusal(Request(scope), headers, length, most, files=form is not None and form.files)
        if length is None or refusal:
            await _drained(length or 0, receive)
            await (refusal or self.app)(scope, receive, send)
            return
        kept = length if form and form.files else 0
        if kept and not self._room(kept):
            await told(Request(scope), 507, "服务器磁盘空间不足，没有接收文件；请告诉管理员清理磁盘后再试。")(scope, receive, send)
            return
        self._coming += kept
        try:
            await self.app(scope, receive, send)
        finally:
            self._coming -= kept

    def _room(self, length: int) -> bool:
        """True where all uploads under way and this one fit on the disks they go to."""
        places: Iterable[str | Path] = (self.settings.home, tempfile.gettempdir())
        needed = (self._coming + length) * _COPIES + _LEFT_FREE
        return all(shutil.disk_usage(place).free >= needed for place in places)


def _length(headers: Headers) -> int | None:
    """The length of the body as it was told, None where it was not told so that it can be relied on."""
    if "transfer-encoding" in headers:
        return None
    return whole_number(headers.get("content-length", "0"), _DIGITS)


def _refusal(request: Request, headers: Headers, length: int | None, most: int, *, files: bool) -> Response | None:
    if length is None:
        return told(request, 411, "请求没有说明大小，没有接收；请换用常见的浏览器重试。")
    if length > most:
        shown = f"{most // _MB} MB" if most >= _MB else f"{most // 1024} KB"
        return told(request, 413, f"提交的内容超过 {shown}，没有接收；请缩短内容，或者分几次上传。")
    if length and not _right_kind(headers, files=files):
        return told(request, 415, "这个地址不接收这样的内容；请返回上一页，从页面上的表单提交。")
    return None


def _right_kind(headers: Headers, *, files: bool) -> bool:
    """True for the kinds that our pages send. A form of files is read in UTF-8 alone: some encodings take quadratic time."""
    kind, options = parse_options_header(headers.get("content-type", ""))
    if kind != _FILES:
        return kind in {_FORM, b"application/json"}
    charset = options.get(b"charset", b"utf-8").lower()
    return files and charset == b"utf-8" and 0 < len(options.get(b"boundary", b"")) <= _LONGEST_BOUNDARY


async def _drained(length: int, receive: Receive) -> None:
    """Read a body that is only somewhat too large to its end, or the browser shows a broken connection and not the reason."""
    left = length if length <= 64 * _MB else 0
    while left > 0:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        left -= len(message.get("body", b""))
