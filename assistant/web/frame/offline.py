"""What a browser needs to open pages without network: manifest, service worker, and the page for what was not kept.

One service worker serves each part of the site under its own scope; it keeps only what is shown to anybody concerned.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from assistant.web.frame.render import page

_WORKER = Path(__file__).parents[1] / "static" / "cards-worker.js"


def add_offline(app: FastAPI, scope: str, manifest: dict[str, Any] | None, template: str) -> None:
    """Put manifest (where there is one), service worker and offline page below `scope`."""

    @app.get(f"{scope}/worker.js", include_in_schema=False)
    def worker() -> Response:
        # A worker may serve /onsite itself, above its own folder, only where the server says so.
        headers = {"Service-Worker-Allowed": scope, "Cache-Control": "no-cache"}
        return Response(_WORKER.read_bytes(), media_type="text/javascript; charset=utf-8", headers=headers)

    @app.get(f"{scope}/offline")
    def offline(request: Request) -> Response:
        return page(request, template, kiosk=False, kept="")

    if manifest is not None:

        @app.get(f"{scope}/manifest.webmanifest", include_in_schema=False)
        def about() -> JSONResponse:
            return JSONResponse(manifest, media_type="application/manifest+json")
