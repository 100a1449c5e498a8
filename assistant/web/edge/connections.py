"""Connections that ask for nothing, or ever so slowly, are closed; nobody holds so many that others get none.

uvicorn closes connections that rest between two requests, but waits for ever for the head of a request, for its body,
and for a reader who does not read.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from assistant.config import Settings
from assistant.web.edge.held import Held

#: Bytes a second that a body must go on bringing.
_SLOWEST_BODY: Final = 2048
_LOOK_EVERY: Final = 1.0


def bounded_protocol(settings: Settings) -> type[asyncio.Protocol]:
    """Return the protocol class of a server under these settings, with counters of its own."""
    held: Held[_Bounded] = Held(settings.connections_per_address, settings.connections_total, settings.trusted_proxies)
    limits = {"held": held, "head_seconds": settings.request_head_seconds, "stalled_seconds": settings.request_stalled_seconds}
    return type("Bounded", (_Bounded,), limits)


class _ToldLengths(h11.Connection):
    """Reads nothing after a head that does not tell the length of its body: single bytes in chunks cost seconds to parse."""

    untold = False

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """Return the next event, `PAUSED` for all that follows such a head."""
        if self.untold:
            return h11.PAUSED
        event = super().next_event()
        if isinstance(event, h11.Request):
            self.untold = any(name == b"transfer-encoding" for name, _ in event.headers)
        return event


class _Bounded(H11Protocol):
    """One connection."""

    held: Held[_Bounded]
    head_seconds: float
    stalled_seconds: float

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conn: _ToldLengths = _ToldLengths(h11.SERVER, self.conn._max_incomplete_event_size)
        self._head_since: float | None = None
        self._body_since = 0.0
        self._body_bytes = 0
        self._unread_since: float | None = None
        self._closing_since: float | None = None
        self._look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection; where its address or all together hold as many as they may, the one silent the longest goes."""
        super().connection_made(transport)
        self._head_since = time.monotonic()
        self._look = self.loop.call_later(_LOOK_EVERY, self._looked_at)
        for one in self.held.taken(self, self.client[0] if self.client else ""):
            one.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        super().connection_lost(exc)
        self.held.gone(self)
        if self._look:
            self._look.cancel()

    def data_received(self, data: bytes) -> None:
        """Take what came; a head begun must be completed in time, a body must go on coming."""
        before = self._asked()
        super().data_received(data)
        asked = self._asked()
        if asked is None:
            self._head_since = self._head_since or time.monotonic()
        elif asked is before:
            self._body_bytes += len(data)
        else:
            self._begun(asked)

    def on_response_complete(self) -> None:
        """Wait for the next request, or begin with one that came already."""
        before = self.cycle
        super().on_response_complete()
        asked = self._asked()
        if asked is None:
            self.held.silent(self)
        elif asked is not before:
            self._begun(asked)

    def pause_writing(self) -> None:
        """The other side reads slower than is written."""
        self._unread_since = time.monotonic()
        self.flow.pause_writing()

    def resume_writing(self) -> None:
        """The other side reads again."""
        self._unread_since = None
        self.flow.resume_writing()

    def _begun(self, asked: Any) -> None:
        self.held.asking(self)
        self._head_since, self._body_since, self._body_bytes = None, time.monotonic(), 0
        if self.conn.untold:
            asked.keep_alive = False

    def _asked(self) -> Any:
        """The request that is being answered, None between two."""
        return self.cycle if self.cycle is not None and not self.cycle.response_complete else None

    def _looked_at(self) -> None:
        now = time.monotonic()
        if self._unsent(now) or self._too_slow(now):
            self.transport.abort()
        else:
            self._look = self.loop.call_later(_LOOK_EVERY, self._looked_at)

    def _unsent(self, now: float) -> bool:
        """True where the connection should long have been closed, but the other side does not take what is left."""
        if self.transport.is_closing():
            self._closing_since = self._closing_since or now
        return self._closing_since is not None and now - self._closing_since > self.stalled_seconds

    def _too_slow(self, now: float) -> bool:
        if self._head_since is not None and now - self._head_since > self.head_seconds:
            return True
        if self._unread_since is not None and now - self._unread_since > self.stalled_seconds:
            return True
        return self._stalled(now)

    def _stalled(self, now: float) -> bool:
        """True where a body that is waited for brought too little since the last look back; then a new one begins."""
        asked, since = self._asked(), now - self._body_since
        waiting = asked is not None and asked.more_body and not self.flow.read_paused
        if waiting and since <= self.stalled_seconds:
            return False
        enough = self._body_bytes >= _SLOWEST_BODY * since
        self._body_since, self._body_bytes = now, 0
        return waiting and not enough
