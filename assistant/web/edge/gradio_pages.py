"""The open pages of the desk as Gradio's queue holds them: whose each is, who listens, and how much of one person's is in hand.

Gradio keeps what an event yields until somebody reads it. Results nobody listens for are dropped after a while, and one
person has only so many events unread and so few questions being answered: neither memory nor the turn of others is theirs.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Final

import gradio as gr
from gradio.queueing import Queue

#: Events of one person that are not done or not read; a page opened costs three. Of them, questions being answered.
UNREAD_AT_MOST: Final = 24
ANSWERING_AT_MOST: Final = 2
#: Seconds that results wait for somebody to listen; a browser listens at once.
PATIENCE: Final = 30.0
#: Open pages whose owner is remembered; the one unused the longest is forgotten first.
_PAGES_KEPT: Final = 5000


@dataclass(slots=True)
class _Page:
    """One open page: its owner, how many listen and join just now, and since when nobody does."""

    owner: str
    listening: int = 0
    joining: int = 0
    quiet_since: float = 0.0


class Pages:
    """The pages of one Blocks. Used from the server's event loop alone."""

    def __init__(self, blocks: gr.Blocks, slow: frozenset[int]) -> None:
        self._blocks, self._slow = blocks, slow
        self._of: OrderedDict[str, _Page] = OrderedDict()

    @property
    def _queue(self) -> Queue:
        return self._blocks._queue

    def has(self, session: str, user: str, *, first: bool) -> bool:
        """True where the session is the user's; `first` makes an unknown one theirs."""
        page = self._of.get(session)
        if page is None and first:
            page = self._of[session] = _Page(user, quiet_since=monotonic())
        elif page is not None:
            self._of.move_to_end(session)
        return page is not None and page.owner == user

    def room(self, user: str, fn_index: int) -> bool:
        """True where the user may have one more event in hand."""
        own = [(session, page) for session, page in self._of.items() if page.owner == user]
        ids = [i for session, _ in own for i in self._queue.pending_event_ids_session.get(session, ())]
        joining = sum(page.joining for _, page in own)
        if len(ids) + joining >= UNREAD_AT_MOST:
            return False
        events = [self._queue.event_ids_to_events.get(i) for i in ids]
        answering = sum(e is not None and e.fn._id in self._slow for e in events)
        return fn_index not in self._slow or answering + joining < ANSWERING_AT_MOST

    @contextmanager
    def joins(self, session: str) -> Iterator[None]:
        """An event of the session is on its way into the queue."""
        page = self._of[session]
        page.joining += 1
        try:
            yield
        finally:
            page.joining -= 1

    @contextmanager
    def listens(self, session: str) -> Iterator[None]:
        """Somebody reads the session's results."""
        page = self._of[session]
        page.listening += 1
        try:
            yield
        finally:
            page.listening -= 1
            page.quiet_since = monotonic()

    async def forget_unheard(self) -> None:
        """Drop what waits for pages that nobody listens to, and the pages beyond those that are kept."""
        before = monotonic() - PATIENCE
        for session, page in list(self._of.items()):
            if not page.listening and not page.joining and page.quiet_since < before:
                await self._drop(session)
        while len(self._of) > _PAGES_KEPT:
            session, _ = self._of.popitem(last=False)
            await self._drop(session)

    async def _drop(self, session: str) -> None:
        queue = self._queue
        if session not in queue.pending_messages_per_session:
            return
        await queue.clean_events(session_hash=session)
        for event_id in queue.pending_event_ids_session.pop(session, set()):
            queue.event_ids_to_events.pop(event_id, None)
        queue.pending_messages_per_session.pop(session, None)
