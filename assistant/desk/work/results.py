"""Results kept for the next who asks the same: the same text, on the same day, over the same library and settings."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final

_MB: Final = 1024 * 1024


class Results:
    """Results by key, pickled as they came from the worker; in memory only, those used longest ago make room."""

    def __init__(self, most_bytes: int = 48 * _MB, largest: int = 8 * _MB) -> None:
        self._most, self._largest = most_bytes, largest
        self._lock = Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, key: str) -> bytes | None:
        """Return the result kept under a key, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: str, result: bytes) -> None:
        """Keep a result, unless it is a large one."""
        if len(result) > self._largest:
            return
        with self._lock:
            self._bytes += len(result) - len(self._kept.get(key, b""))
            self._kept[key] = result
            self._kept.move_to_end(key)
            while self._bytes > self._most:
                self._bytes -= len(self._kept.popitem(last=False)[1])
