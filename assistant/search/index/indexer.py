"""The program that brings the index up to date beside a server: what it takes of time and memory is not the server's."""

from __future__ import annotations

import logging
import os
import pickle
import sys

from assistant import child
from assistant.config import Settings
from assistant.errors import AssistantError
from assistant.search.index.build import sync_index
from assistant.store.engine import open_to_read

log = logging.getLogger(__name__)
_NICE = 10


def main(parent: str) -> None:
    """Bring the index up to date under the settings that come by standard input; ends with 1 and a line of why where it did not."""
    child.end_with(int(parent))
    os.nice(_NICE)
    settings: Settings = pickle.load(sys.stdin.buffer)
    try:
        sync_index(open_to_read(settings.library_url), settings)
    except AssistantError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


def begin(settings: Settings) -> child.Process:
    """Start the program on a thread that waits for its end: the kernel ends it with that thread. Raises OSError."""
    process = child.start("assistant.search.index.indexer", [str(os.getpid())], listens=True)
    assert process.stdin is not None
    try:
        pickle.dump(settings, process.stdin, pickle.HIGHEST_PROTOCOL)
        process.stdin.close()
    except OSError:  # it ended before it was told; its end says so
        log.warning("the program that brings the index up to date did not start")
    return process
