"""The index of a running server, brought up to date after a change of the library: beside the pages, one run at a time."""

from __future__ import annotations

import logging
from threading import Event, Lock, Thread
from typing import Final

from sqlalchemy import Engine

from assistant import child
from assistant.config import Settings
from assistant.search.index import indexer
from assistant.search.index.build import needs_sync, read_pointer

log = logging.getLogger(__name__)
_TO_END: Final = 5.0
#: What a page says while the index is behind.
BEHIND: Final = "索引正在后台更新，刚入库或者刚改动的文件一会儿才能检索到；阅读全文和核对不受影响。"


class Indexing:
    """Brings the index up to date when woken; any number of changes during a run are one more run. Making it starts nothing."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine, self._settings = engine, settings
        self._lock = Lock()
        self._wanted, self._closed = Event(), False
        self._thread: Thread | None = None
        self._process: child.Process | None = None

    def wake(self) -> None:
        """Have the index brought up to date soon; returns at once."""
        self._wanted.set()
        with self._lock:
            if self._thread is None and not self._closed:
                self._thread = Thread(target=self._serve, name="indexing", daemon=True)
                self._thread.start()

    def make_good(self) -> None:
        """Wake where a run of an earlier server was broken off; a home without any index waits for `setup`."""
        if read_pointer(self._settings.index_dir) is not None and needs_sync(self._engine, self._settings):
            self.wake()

    def behind(self) -> str:
        """Return what a page says of documents that are not found yet; empty where the index holds all of the library."""
        return BEHIND if needs_sync(self._engine, self._settings) else ""

    def close(self) -> None:
        """End, and break a run off; the next server makes it good."""
        with self._lock:
            self._closed = True
            process, thread = self._process, self._thread
        self._wanted.set()
        if process is not None:
            process.kill()
        if thread is not None:
            thread.join(_TO_END)

    def _serve(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            if self._closed:
                return
            try:
                self._run()
            except Exception:
                log.exception("the index was not brought up to date")

    def _run(self) -> None:
        process = indexer.begin(self._settings)
        with self._lock:
            self._process = process
            if self._closed:
                process.kill()
        code = process.wait()
        with self._lock:
            self._process = None
        if code and not self._closed:
            log.warning("the index was not brought up to date (%s)", code)
