"""The worker process: takes one order after the other from its pipe, and says what comes of each.

It is a program of its own and not a fork: nothing of the server's memory, threads or secrets is in it.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.work.confine import Limits, allow_seconds, confine, crowded
from assistant.desk.work.task import Bench, Task
from assistant.errors import AssistantError, RefusedInput
from assistant.library.progress import told_to
from assistant.store.engine import open_to_read

log = logging.getLogger(__name__)


class Said(IntEnum):
    """The first byte of what a worker says; the rest is a text, or a pickled value."""

    READY = 1
    BEGUN = 2
    TOLD = 3
    FULL = 4
    DONE = 5
    REFUSED = 6
    NO_MEMORY = 7
    FAILED = 8


@dataclass(frozen=True, slots=True)
class Order:
    """A task, the settings it is done under, and the seconds it has."""

    task: Task[object]
    settings: Settings
    seconds: int


def main(descriptor: str) -> None:
    """Serve the pipe on a descriptor until it is closed."""
    pipe = Connection(int(descriptor))
    limits: Limits = pipe.recv()
    confine(limits)
    import assistant.desk.work.tasks  # noqa: F401  (so that the first order does not wait for it)

    say(pipe, Said.READY)
    bench: Bench | None = None
    while True:
        try:
            order: Order = pipe.recv()
        except EOFError:
            return
        say(pipe, Said.BEGUN)
        allow_seconds(order.seconds)
        bench = _bench(bench, order.settings)
        kind, body = _done(order.task, bench, pipe)
        del order
        full = crowded(limits)
        if full:  # a fresh process does the next order
            say(pipe, Said.FULL)
            kind, body = (Said.NO_MEMORY, b"") if kind is not Said.DONE else (kind, body)
        say(pipe, kind, body)
        if full or kind is Said.NO_MEMORY:
            return


def say(pipe: Connection, kind: Said, body: bytes = b"") -> None:
    """Send one message."""
    pipe.send_bytes(bytes([kind]) + body)


def _bench(bench: Bench | None, settings: Settings) -> Bench:
    """The bench as it stands, or another where settings have changed; the shelf on it remembers what it read."""
    if bench is not None and bench.settings == settings:
        return bench
    same = bench is not None and bench.settings.library_url == settings.library_url
    engine: Engine = bench.engine if bench is not None and same else open_to_read(settings.library_url)
    return Bench(settings, engine)


def _done(task: Task[object], bench: Bench, pipe: Connection) -> tuple[Said, bytes]:
    try:
        with told_to(lambda line: say(pipe, Said.TOLD, line.encode())):
            return Said.DONE, pickle.dumps(task.run(bench), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return Said.NO_MEMORY, b""
    except AssistantError as error:
        if any(isinstance(cause, MemoryError) for cause in _causes(error)):  # readers take it for a damaged file
            return Said.NO_MEMORY, b""
        refused = (Path(error.name).name, error.reason) if isinstance(error, RefusedInput) else ("", str(error))
        return Said.REFUSED, pickle.dumps(refused)
    except Exception as error:
        if any(isinstance(cause, MemoryError) for cause in _causes(error)):
            return Said.NO_MEMORY, b""
        log.exception("%s failed", type(task).__name__)
        return Said.FAILED, b""


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause = error.__cause__ or error.__context__
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
