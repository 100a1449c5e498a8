"""What /health says: whether the system answers; to an administrator also what library and index hold."""

from __future__ import annotations

import logging
from typing import Any

from assistant.search.index.build import needs_sync, read_pointer
from assistant.store.library import statutes as sql
from assistant.web.answering import Answering

log = logging.getLogger(__name__)


def health(assistant: Answering, *, whole: bool) -> dict[str, Any]:
    """Return status (ok, error); the `whole` of it also has counts and whether the index is current (then also: indexing).

    Anybody may read the short one: nothing in it tells that a document came or went.
    """
    try:
        with assistant.engine.connect() as connection:
            counts = sql.public_counts(connection)
    except Exception:
        log.exception("the library cannot be read")
        return {"status": "error", "detail": "法规库打不开，请管理员查看日志。"}
    if not whole:
        return {"status": "ok" if read_pointer(assistant.settings.index_dir) else "error"}
    pointer = read_pointer(assistant.settings.index_dir)
    behind = pointer is None or needs_sync(assistant.engine, assistant.settings)
    index: dict[str, Any] = {"ready": pointer is not None, "current": not behind}
    index["embedding"] = pointer.embedder if pointer else ""
    return {"status": "indexing" if behind else "ok", "library": {"ready": True, **counts}, "index": index}
