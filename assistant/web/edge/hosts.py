"""The names this site answers to, and the address its links are built from: what a request calls the host is never believed."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.config import Settings
from assistant.web.errors import told

_THIS_MACHINE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def site_address(request: HTTPConnection, settings: Settings) -> str:
    """Return the address of this site for links that leave it, without a slash at the end.

    The one set by the administrator; else the address and port at which this very connection reached the server.
    """
    if known := settings.public_url or settings.base_url:
        return known.rstrip("/")
    host, port = request.scope.get("server") or (settings.host, settings.port)
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def names_of(settings: Settings) -> frozenset[str]:
    """Return the host names the administrator gave this site, in lower case; none where none is set."""
    known = (urlsplit(address).hostname for address in (settings.public_url, settings.base_url) if address)
    return frozenset(name for name in known if name)


def origins_of(settings: Settings) -> frozenset[str]:
    """Return the origins of the addresses the administrator gave this site, as browsers tell them; none where none is set."""
    known = (urlsplit(address) for address in (settings.public_url, settings.base_url) if address)
    return frozenset(f"{parts.scheme}://{parts.netloc}".lower() for parts in known)


class RelativeRedirects:
    """ASGI middleware: a redirect to where the request came to names a place, not a host.

    Starlette's redirects to a path with or without its last slash repeat what the request called the host.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; its answer's Location loses a host that the request told."""

        async def passed(message: Message) -> None:
            if message["type"] == "http.response.start" and scope["type"] == "http":
                headers = MutableHeaders(scope=message)
                if place := headers.get("location"):
                    headers["location"] = _without_host(place, Headers(scope=scope).get("host", ""))
            await send(message)

        await self.app(scope, receive, passed)


def _without_host(place: str, host: str) -> str:
    """`place` as a path where it leads to `host`, the name in the request; two slashes at its beginning would be another host."""
    for scheme in ("http://", "https://"):
        if host and place.lower().startswith(f"{scheme}{host}".lower()):
            path = place[len(scheme) + len(host) :]
            if not path or path[0] in "/?#":
                return "/" + path.lstrip("/\\")
    return place


class Hosts:
    """ASGI middleware: where the site has a name, requests under another are refused (DNS rebinding, poisoned links)."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.names = names_of(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 400."""
        if scope["type"] == "http" and self.names and not self._ours(scope):
            words = "这个网址不是本系统的地址，请用管理员公布的网址打开。"
            await told(HTTPConnection(scope), 400, words)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _ours(self, scope: Scope) -> bool:
        """True for a name that was set, for this machine, and for the very address that was connected to."""
        try:
            asked = urlsplit(f"//{Headers(scope=scope).get('host', '')}").hostname or ""
        except ValueError:
            return False
        return asked in self.names | _THIS_MACHINE | {(scope.get("server") or ("",))[0]}
