"""How far a long piece of reading is, told to whoever listens: a page's progress, or nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LISTENER: ContextVar[Callable[[str], None] | None] = ContextVar("progress", default=None)


def tell(line: str) -> None:
    """Tell the listener, where there is one, in one Chinese line what is being done."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(line)


@contextmanager
def told_to(listener: Callable[[str], None]) -> Iterator[None]:
    """While this lasts, `tell` tells `listener`."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)
