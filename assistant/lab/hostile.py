"""Hostile clients beside a crowd: what an outsider and one signed-in person send to hold the others up, bounded in rate.

They come from an address of their own, as outsiders do; what is measured is how long the crowd waits meanwhile. They are a
program of their own with the least claim on the processor: elsewhere they would have one of their own.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from typing import Final
from urllib.parse import urlsplit

import httpx

#: Where they come from; the whole of 127.0.0.0/8 is this machine.
ADDRESS: Final = "127.0.0.2"
#: How many at once of each kind, and the seconds each waits before the next.
_AT_ONCE: Final = 4
_PAUSE: Final = 0.2
_HALF_OPEN: Final = 60
_TIMEOUT: Final = 30.0
_DIGITS = "一年1234567890"
_HOSTILE_TEXTS: Final = (
    _DIGITS * 4000,
    "《旅游法》第三十五条" * 4000,
    "<a " * 60_000,
    "（" * 50_000,
)
#: Made once: what is measured is the server's work and not that of who sends.
_LONG_PAPER: Final = ("# 虚构局渡口值守细目\n\n" + "\n\n".join(f"第{n}条 渡口应当值守{n}次。" for n in range(1, 40_000))).encode()
_LARGE: Final = b"x" * 3_000_000


class Hostile:
    """The hostile clients of one server; `sent` counts what was answered, by kind and status."""

    def __init__(self, address: str, session: dict[str, str]) -> None:
        self.address, self._session = address, session
        self.sent: Counter[str] = Counter()

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[Hostile]:
        """Attack while the block runs."""
        acts: list[Callable[[httpx.AsyncClient], Awaitable[str]]] = [self._guess, self._flood, self._large, self._public, self._verify]
        acts += [self._import, self._absurd, self._gradio]
        tasks = [asyncio.create_task(self._repeat(act)) for act in acts for _ in range(_AT_ONCE)]
        tasks += [asyncio.create_task(self._half_open()) for _ in range(_HALF_OPEN)]
        try:
            yield self
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _repeat(self, act: Callable[[httpx.AsyncClient], Awaitable[str]]) -> None:
        transport = httpx.AsyncHTTPTransport(local_address=ADDRESS)
        headers = {"origin": self.address, "accept": "text/html"}
        async with httpx.AsyncClient(
            base_url=self.address, transport=transport, cookies=self._session, timeout=_TIMEOUT, headers=headers
        ) as client:
            for number in count():
                try:
                    kind = await act(client)
                except (httpx.HTTPError, OSError) as error:
                    kind = f"{act.__name__.strip('_')} {type(error).__name__}"
                self.sent[kind] += 1
                await asyncio.sleep(_PAUSE * (1 + number % 3))

    async def _guess(self, client: httpx.AsyncClient) -> str:
        return _told("guess", await client.post("/login", data={"login": "crowd0", "password": "x" * 60}))

    async def _flood(self, client: httpx.AsyncClient) -> str:
        answers = await asyncio.gather(*(client.get("/staff/matters") for _ in range(20)), return_exceptions=True)
        return _told("flood", next((a for a in answers if isinstance(a, httpx.Response)), None))

    async def _large(self, client: httpx.AsyncClient) -> str:
        return _told("large", await client.post("/login", files={"file": ("x.bin", _LARGE)}))

    async def _public(self, client: httpx.AsyncClient) -> str:
        return _told("public", await client.post("/public/ask", data={"question": "（" * 290}))

    async def _verify(self, client: httpx.AsyncClient) -> str:
        text = _HOSTILE_TEXTS[self.sent.total() % len(_HOSTILE_TEXTS)]
        return _told("verify", await client.post("/staff/verify", files={"file": ("长文.txt", text.encode())}))

    async def _import(self, client: httpx.AsyncClient) -> str:
        files = {"files": ("细目.md", _LONG_PAPER)}
        return _told("import", await client.post("/staff/documents/import", data={"origin": "虚构"}, files=files))

    async def _absurd(self, client: httpx.AsyncClient) -> str:
        return _told("absurd", await client.get("/staff/reviews", params={"month": "9" * 4000, "page": "9" * 300}))

    async def _gradio(self, client: httpx.AsyncClient) -> str:
        body = {"data": [{"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}}], "fn_index": 1, "session_hash": "hostile"}
        return _told("gradio", await client.post("/staff/gradio_api/queue/join", json=body))

    async def _half_open(self) -> None:
        """Open a connection, send a part of a request, and wait; again when it is closed."""
        parts = urlsplit(self.address)
        while True:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection(parts.hostname, parts.port, local_addr=(ADDRESS, 0))
                writer.write(b"POST /login HTTP/1.1\r\nHost: x\r\nX-Slow: ")
                with contextlib.suppress(OSError):
                    await reader.read()
                writer.close()
                self.sent["half-open closed"] += 1
            await asyncio.sleep(1)


def _told(kind: str, answer: httpx.Response | None) -> str:
    return f"{kind} {answer.status_code if answer else 'none'}"


@contextmanager
def attacked(address: str, session: dict[str, str], seconds: int) -> Iterator[dict[str, int]]:
    """Attack from a program of its own while the block runs; the counts are there after it."""
    command = [sys.executable, "-m", "assistant.lab.hostile"]
    sent: dict[str, int] = {}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps({"address": address, "session": session, "seconds": seconds}) + "\n")
        process.stdin.flush()
        process.stdout.readline()  # it has begun
        yield sent
        sent |= json.loads(process.stdout.readline())


async def _attack(address: str, session: dict[str, str], seconds: int) -> Counter[str]:
    hostile = Hostile(address, session)
    async with hostile.at_work():
        print("at work", flush=True)
        await asyncio.sleep(seconds)
    return hostile.sent


if __name__ == "__main__":
    os.nice(19)
    print(json.dumps(asyncio.run(_attack(**json.loads(sys.stdin.readline())))), flush=True)
