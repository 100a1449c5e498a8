"""What each open page shows, so that a slow writer never writes into a conversation the user has left."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

#: Pages remembered; the longest unused is forgotten first, and then its writer stops.
_MOST = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer just given that a model may still write: its conversation, its message, what was asked and what before."""

    conversation_id: str
    message_id: int
    question: str
    earlier: tuple[str, ...]


@dataclass(slots=True)
class Sessions:
    """By the page's session: the answer it shows last, or None once another conversation is open."""

    _shown: OrderedDict[str, Asked | None] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def show(self, session: str, asked: Asked | None) -> None:
        """Remember what a page shows now."""
        with self._lock:
            self._shown[session] = asked
            self._shown.move_to_end(session)
            while len(self._shown) > _MOST:
                self._shown.popitem(last=False)

    def shown(self, session: str) -> Asked | None:
        """Return the answer a page shows last."""
        with self._lock:
            return self._shown.get(session)
