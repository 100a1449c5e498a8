"""How long an exchange may take and how much may come back, over all its steps: one slow byte at a time buys no more time."""

from __future__ import annotations

from time import monotonic


class TooMuch(Exception):
    """More came back than is allowed."""


class Budget:
    """What is left of one exchange's time and size."""

    def __init__(self, seconds: float, size: int) -> None:
        self._seconds, self._size = seconds, size
        self.renew()

    def renew(self) -> None:
        """Begin anew, for the next exchange on the same connection."""
        self._until, self._taken = monotonic() + self._seconds, 0

    def left(self, seconds: float | None = None) -> float:
        """Return the seconds left, at most `seconds`; raises TimeoutError where there are none."""
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError(f"{self._seconds:.0f} 秒内没有完成")
        return left if seconds is None else min(left, seconds)

    def took(self, count: int) -> None:
        """Count what came back; raises TooMuch."""
        self._taken += count
        if self._taken > self._size:
            raise TooMuch(f"答复超过 {self._size // 1024} KB")
