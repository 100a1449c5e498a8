"""Putting vectors into Chroma beside other work: batches on a thread, and a marker until all are in.

The vectors that search compares lie beside the segments; Chroma's copy may therefore be finished
after a generation is published, and is made good on the next run where that was interrupted.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property, partial

import numpy as np
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.search.index.rows import span
from assistant.search.vectors.embed import Embedder, Vectors
from assistant.search.vectors.vectors import BATCH, VectorRecord, VectorStore
from assistant.store.library import indexing

PENDING = "vectors.pending"
#: Up to so many articles are asked for one by one; for more the whole table is read.


class VectorSink:
    """Takes the vectors of the given articles; those stored already with the same text are left.

    Chroma is opened, and everything done to it, on one thread, and not before a batch is full or `wait` is called: opening
    a large collection takes seconds (and holds the interpreter), for which a small change need not wait to be found.
    """

    def __init__(self, engine: Engine, settings: Settings, embedder: Embedder, hashes: dict[str, str], gone: Sequence[str] = ()) -> None:
        self._marker = settings.index_dir / PENDING
        self._marker.touch()
        self._records = _records(engine, hashes)
        self._waiting: list[VectorRecord] = []
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._open = partial(_opened, settings, embedder.name, hashes, tuple(gone))
        self._running: list[Future[None]] = []

    @cached_property
    def _opened(self) -> Future[tuple[VectorStore, frozenset[str]]]:
        return self._thread.submit(self._open)

    @property
    def store(self) -> VectorStore:
        """The collection, once it is open."""
        return self._opened.result()[0]

    @property
    def stored(self) -> frozenset[str]:
        """The given articles whose vectors were there before, once that is known."""
        return self._opened.result()[1]

    def take(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Hand over vectors of articles; they are stored a batch at a time."""
        self._waiting += [replace(self._records[i], vector=v) for i, v in zip(ids, vectors, strict=True)]
        if len(self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Start storing what waits."""
        _ = self._opened  # asked for before what is put, since one thread does both
        self._running.append(self._thread.submit(self._put, self._waiting))
        self._waiting = []

    def wait(self) -> None:
        """Return when everything handed over is stored; raises what storing raised."""
        self.flush()
        for future in self._running:
            future.result()
        self._running = []

    def finish(self) -> None:
        """Wait, and note that Chroma holds everything."""
        self.wait()
        self._thread.submit(self.store.settle).result()
        self._thread.shutdown()
        self._marker.unlink(missing_ok=True)

    def _put(self, records: list[VectorRecord]) -> None:
        self.store.put([r for r in records if r.id not in self.stored])


def _opened(settings: Settings, embedder: str, hashes: dict[str, str], gone: Sequence[str]) -> tuple[VectorStore, frozenset[str]]:
    """The collection without what is gone or has another text now, and which of the given articles it holds."""
    store = VectorStore(settings.chroma_place, embedder, fresh=True)  # `expect` is for a collection that is not open yet
    store.expect(len(hashes))
    found = store.hashes(list(hashes)) if store.count() else {}
    store.remove([*gone, *(i for i, h in found.items() if hashes[i] != h)])
    return store, frozenset(i for i, h in found.items() if hashes[i] == h)


def _records(engine: Engine, hashes: dict[str, str]) -> dict[str, VectorRecord]:
    """What Chroma may filter by, for each article; the vector is filled in later."""
    out = {}
    with engine.connect() as connection:
        rows = indexing.records(connection, hashes)
    for row in rows:
        begins, ends = span(row[4], row[5], row[6], row[7])
        out[row[0]] = VectorRecord(row[0], np.zeros(0, np.float32), row[1], row[2], row[3], begins, ends, hashes[row[0]])
    return out
