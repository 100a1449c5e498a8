"""What /health says: whether library and index can answer, and how much they hold."""

from __future__ import annotations

import logging
from typing import Any

from assistant.search.build import needs_sync, read_pointer
from assistant.store import statutes as sql
from assistant.web.answering import Answering

log = logging.getLogger(__name__)


def health(assistant: Answering) -> dict[str, Any]:
    """Return status (ok, indexing, error), the counts of public documents and whether the index is current.

    Anybody may read it: nothing in it tells that there are internal documents, or that one came or went.
    """
    try:
        with assistant.engine.connect() as connection:
            counts = sql.public_counts(connection)
    except Exception:
        log.exception("the library cannot be read")
        return {"status": "error", "library": {"ready": False}, "index": {"ready": False}, "detail": "法规库打不开，请管理员查看日志。"}
    pointer = read_pointer(assistant.settings.index_dir)
    behind = pointer is None or needs_sync(assistant.engine, assistant.settings)
    index: dict[str, Any] = {"ready": pointer is not None, "current": not behind}
    index["embedding"] = pointer.embedder if pointer else ""
    return {"status": "indexing" if behind else "ok", "library": {"ready": True, **counts}, "index": index}
