"""Which of many names occur in a text: looked up by their first two characters instead of one by one."""

from __future__ import annotations

from collections.abc import Iterable


class Names:
    """A set of names of at least two characters; shorter ones would be found in every text and are left out."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_start: dict[str, list[str]] = {}
        for name in dict.fromkeys(names):
            if len(name) >= 2:
                self._by_start.setdefault(name[:2], []).append(name)

    def within(self, text: str) -> list[str]:
        """The names that occur in a text, each once, in the order of their first places."""
        found: dict[str, None] = {}
        for place in range(len(text) - 1):
            for name in self._by_start.get(text[place : place + 2], ()):
                if text.startswith(name, place):
                    found[name] = None
        return list(found)
