"""Smaller answers for phones: pages and files of the desks made for them go compressed; Gradio sees to its own."""

from __future__ import annotations

from typing import Final

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

_PLACES: Final = ("/onsite", "/public", "/static")
#: Below this many bytes compressing saves no packet.
_LEAST: Final = 1000


class Compressed:
    """ASGI middleware: gzip below the places of the phone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.smaller = GZipMiddleware(app, minimum_size=_LEAST, compresslevel=6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, its answer compressed where the browser takes that."""
        phone = scope["type"] == "http" and scope["path"].startswith(_PLACES)
        await (self.smaller if phone else self.app)(scope, receive, send)
