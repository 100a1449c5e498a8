"""The HTTP client for libraries that call asynchronously (httpx2): each call is one of the checked client, on a thread."""

from __future__ import annotations

from collections.abc import Iterable

import httpx2
from starlette.concurrency import run_in_threadpool

from assistant.outgoing.http import LARGEST, client


class ThreadedTransport(httpx2.AsyncBaseTransport):
    """Sends requests of an asynchronous client by `assistant.outgoing.http.client`; answers come whole.

    Calls raise RefusedAddress; errors of the connection are httpx's.
    """

    def __init__(self, url: str, *, seconds: float, largest: int = LARGEST, also: Iterable[str] = ()) -> None:
        self._client = client(url, seconds=seconds, largest=largest, also=also)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request."""
        body = await request.aread()
        kept = {k: v for k, v in request.headers.items() if k.lower() not in ("host", "accept-encoding", "content-length")}
        answer = await run_in_threadpool(self._client.request, request.method, str(request.url), content=body, headers=kept)
        return httpx2.Response(answer.status_code, headers=list(answer.headers.multi_items()), content=answer.content, request=request)
