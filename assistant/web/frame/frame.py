"""Around every response: security headers, and Gradio's page turned Chinese and kept from calling out."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: What every answer runs under: nothing inline, nothing from elsewhere.
POLICY: Final = (
    "default-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self';"
    " frame-ancestors 'self'; form-action 'self'"
)
#: Gradio's page evaluates its component templates and writes styles into them; it alone may.
GRADIO_POLICY: Final = f"{POLICY}; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'"
_HEADERS: Final = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "SAMEORIGIN"}
#: Behind TLS a browser comes back over TLS alone, for a year.
_STRICT: Final = "max-age=31536000"
_OUTSIDE_META = re.compile(r'<meta\s+(?:property|name)="(?:og|twitter):[^>]*?/>', re.DOTALL)
#: The style sheet comes this way because Gradio would rewrite the selectors of one given to it.
_FIRST: Final = (
    '<script src="/static/early.js"></script><link rel="stylesheet" href="/static/desk.css"><link rel="icon" href="/static/icon.svg">'
)


class Frame:
    """ASGI middleware; `framed` is the path whose HTML page is Gradio's, `secure` that the site is served over TLS."""

    def __init__(self, app: ASGIApp, framed: str, *, secure: bool = False) -> None:
        self.app = app
        self.framed = framed
        self.secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add headers, and rewrite Gradio's own page."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        page = scope["path"].rstrip("/") == self.framed and scope["method"] == "GET"
        if page:
            # Gradio would compress the page; it must come plain to be rewritten.
            kept = [(k, v) for k, v in scope["headers"] if k != b"accept-encoding"]
            scope = dict(scope) | {"headers": kept}
        strict = self.secure or scope["scheme"] == "https"
        send = _staying(send, Headers(scope=scope).get("host", ""))
        await self.app(scope, receive, _Rewriting(send, strict) if page else _with_headers(send, POLICY, strict))


def _staying(send: Send, host: str) -> Send:
    """A redirection within this site names no host: the framework takes it from the request, where anybody may write it."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            parts = urlsplit(headers.get("location", ""))
            if host and parts.netloc == host:
                headers["location"] = urlunsplit(("", "", "/" + parts.path.lstrip("/\\"), parts.query, parts.fragment))
        await send(message)

    return sending


def _with_headers(send: Send, policy: str, strict: bool) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in {**_HEADERS, "Content-Security-Policy": policy}.items():
                headers.setdefault(name, value)
            if strict:
                headers.setdefault("Strict-Transport-Security", _STRICT)
        await send(message)

    return sending


class _Rewriting:
    """Collects an HTML response whole, rewrites its head, and sends it."""

    def __init__(self, send: Send, strict: bool) -> None:
        self._send = _with_headers(send, GRADIO_POLICY, strict)
        self._start: Message = {}
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        MutableHeaders(scope=self._start).setdefault("Cache-Control", "no-store")
        if Headers(raw=self._start["headers"]).get("content-type", "").startswith("text/html"):
            self._body = chinese_page(self._body.decode()).encode()
            MutableHeaders(scope=self._start)["content-length"] = str(len(self._body))
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": self._body})


def chinese_page(html: str) -> str:
    """Return Gradio's page in Chinese, our first script before its own, its outside addresses removed."""
    html = _OUTSIDE_META.sub("", html.replace('lang="en"', 'lang="zh-CN"', 1))
    return html.replace("<head>", f"<head>{_FIRST}", 1)
