"""The whole web application over an assistant, served by uvicorn on a free port while a test needs it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from assistant.config import Settings
from assistant.web.answering import Answering
from assistant.web.edge import rates, shares
from tests.web.people import Site

# Tests press faster than people do; those of the limits set them back.
shares.EACH_PERSON = shares.WITH_FILES = shares.STRANGERS = rates.EACH_SESSION = rates.EACH_ADDRESS = 10**9


@contextmanager
def served(assistant: Answering) -> Iterator[Site]:
    """The application's address, once it answers; whose people there are is the caller's to say."""
    from assistant.web.server import build_app

    with running(build_app(assistant), assistant.settings) as site:
        yield site


@contextmanager
def running(application: FastAPI, settings: Settings) -> Iterator[Site]:
    """The address of an application that is served as `assistant serve` serves it."""
    import uvicorn

    from assistant.web.server import uvicorn_config

    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn_config(application, settings))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    for _ in range(1200):
        if server.started:
            break
        time.sleep(0.1)
    assert server.started
    yield Site(f"http://127.0.0.1:{listener.getsockname()[1]}")
    server.should_exit = True
    thread.join(timeout=20)
