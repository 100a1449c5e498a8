"""What /health says: whether library and index can answer, and how much they hold."""

from __future__ import annotations

import logging
from typing import Any

from assistant.search.build import needs_sync, read_pointer
from assistant.store import statutes as sql
from assistant.web.answering import Answering

log = logging.getLogger(__name__)


def health(assistant: Answering) -> dict[str, Any]:
    """Return status (ok, indexing, error), the library's counts and the index's generation; never an internal detail."""
    try:
        with assistant.engine.connect() as connection:
            counts, revision = sql.counts(connection), sql.revision(connection)
    except Exception:
        log.exception("the library cannot be read")
        return {"status": "error", "library": {"ready": False}, "index": {"ready": False}, "detail": "法规库打不开，请管理员查看日志。"}
    pointer = read_pointer(assistant.settings.index_dir)
    behind = pointer is None or needs_sync(assistant.engine, assistant.settings)
    index: dict[str, Any] = {"ready": pointer is not None, "current": not behind, "generation": pointer.generation if pointer else None}
    index["embedding"] = pointer.embedder if pointer else ""
    return {"status": "indexing" if behind else "ok", "library": {"ready": True, "revision": revision, **counts}, "index": index}
