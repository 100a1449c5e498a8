"""Putting vectors into Chroma beside other work: batches on a thread, and a marker until all are in.

The vectors that search compares lie beside the segments; Chroma's copy may therefore be finished
after a generation is published, and is made good on the next run where that was interrupted.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from sqlalchemy import Engine, text

from assistant.config import Settings
from assistant.search.embed import Embedder, Vectors
from assistant.search.rows import span
from assistant.search.vectors import BATCH, VectorRecord, VectorStore

PENDING = "vectors.pending"


class VectorSink:
    """Takes the vectors of the given articles; those stored already with the same text are left."""

    def __init__(self, engine: Engine, settings: Settings, embedder: Embedder, hashes: dict[str, str], gone: Sequence[str] = ()) -> None:
        self._marker = settings.index_dir / PENDING
        self._marker.touch()
        self.store = VectorStore(settings.chroma_dir, embedder.name)
        stored = self.store.hashes(list(hashes)) if self.store.count() else {}
        self.store.remove([*gone, *(i for i, h in stored.items() if hashes[i] != h)])
        self.stored = {i for i, h in stored.items() if hashes[i] == h}
        self._records = _records(engine, hashes)
        self._waiting: list[VectorRecord] = []
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._running: list[Future[None]] = []

    def take(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Hand over vectors of articles; they are stored a batch at a time."""
        self._waiting += [replace(self._records[i], vector=v) for i, v in zip(ids, vectors, strict=True) if i not in self.stored]
        if len(self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Start storing what waits."""
        self._running.append(self._thread.submit(self.store.put, self._waiting))
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
        self._thread.shutdown()
        self._marker.unlink(missing_ok=True)


def _records(engine: Engine, hashes: dict[str, str]) -> dict[str, VectorRecord]:
    """What Chroma may filter by, for each article; the vector is filled in later."""
    query = text(
        "select a.id, s.title, s.level, s.visibility, v.binds_from, v.effective_to, v.repealed_from, v.closed_by_source"
        " from article a join version v on v.id = a.version_id join statute s on s.id = v.statute_id"
    )
    out = {}
    with engine.connect() as connection:
        for row in connection.execute(query):
            if row[0] in hashes:
                begins, ends = span(row[4], row[5], row[6], row[7])
                out[row[0]] = VectorRecord(row[0], np.zeros(0, np.float32), row[1], row[2], row[3], begins, ends, hashes[row[0]])
    return out
