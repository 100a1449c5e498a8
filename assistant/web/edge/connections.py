"""Connections that ask for nothing, or ever so slowly, are closed; nobody holds so many that others get none.

uvicorn closes connections that rest between two requests, but waits for ever for the head of a request, for its body,
and for a reader who does not read.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

from assistant.config import Settings

#: Bytes a second that a body must bring on the whole, after its first moments.
_SLOWEST_BODY: Final = 2048
_LOOK_EVERY: Final = 1.0


def bounded_protocol(settings: Settings) -> type[asyncio.Protocol]:
    """Return the protocol class of a server under these settings, with counters of its own."""

    limits = {
        "held": Counter(),
        "head_seconds": settings.request_head_seconds,
        "stalled_seconds": settings.request_stalled_seconds,
        "per_address": settings.connections_per_address,
        "in_all": settings.connections_total,
        "exempt": frozenset(settings.trusted_proxies),
    }
    return type("Bounded", (_Bounded,), limits)


class _Bounded(H11Protocol):
    """One connection."""

    held: Counter[str]
    head_seconds: float
    stalled_seconds: float
    per_address: int
    in_all: int
    exempt: frozenset[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._address = ""
        self._head_since: float | None = None
        self._body_since = 0.0
        self._body_bytes = 0
        self._unread_since: float | None = None
        self._look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, unless its address or all together hold as many as they may."""
        super().connection_made(transport)
        self._address = self.client[0] if self.client else ""
        self.held[self._address] += 1
        crowded = self.held[self._address] > self.per_address and self._address not in self.exempt
        if crowded or len(self.connections) > self.in_all:
            transport.abort()
            return
        self._head_since = time.monotonic()
        self._look = self.loop.call_later(_LOOK_EVERY, self._looked_at)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        super().connection_lost(exc)
        self.held[self._address] -= 1
        if not self.held[self._address]:
            del self.held[self._address]
        if self._look:
            self._look.cancel()

    def data_received(self, data: bytes) -> None:
        """Take what came; a head begun must be completed in time, a body must go on coming."""
        asked = self._asked()
        super().data_received(data)
        if not self._asked():
            self._head_since = self._head_since or time.monotonic()
        elif asked is self._asked():
            self._body_bytes += len(data)
        else:
            self._head_since, self._body_since, self._body_bytes = None, time.monotonic(), 0

    def pause_writing(self) -> None:
        """The other side reads slower than is written."""
        self._unread_since = time.monotonic()
        self.flow.pause_writing()

    def resume_writing(self) -> None:
        """The other side reads again."""
        self._unread_since = None
        self.flow.resume_writing()

    def _asked(self) -> Any:
        """The request that is being answered, None between two."""
        return self.cycle if self.cycle is not None and not self.cycle.response_complete else None

    def _looked_at(self) -> None:
        if self.transport.is_closing():
            return
        if self._too_slow(time.monotonic()):
            self.transport.abort()
            return
        self._look = self.loop.call_later(_LOOK_EVERY, self._looked_at)

    def _too_slow(self, now: float) -> bool:
        if self._head_since is not None and now - self._head_since > self.head_seconds:
            return True
        if self._unread_since is not None and now - self._unread_since > self.stalled_seconds:
            return True
        asked = self._asked()
        waiting = asked is not None and asked.more_body and not self.flow.read_paused
        taken = now - self._body_since
        return waiting and taken > self.stalled_seconds and self._body_bytes < _SLOWEST_BODY * (taken - self.stalled_seconds)
