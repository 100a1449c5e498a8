"""The one family of errors a user may see; every message is Chinese and says what to do next."""

from __future__ import annotations

import math


class AssistantError(Exception):
    """Base of all expected failures; `str(error)` is one Chinese line fit to be shown."""


class RefusedInput(AssistantError):
    """An input (file, folder, question) that cannot be taken.

    `name` is the input as the user knows it, `reason` says why and what to do.
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}：{reason}")
        self.name = name
        self.reason = reason


class ComeBackLater(AssistantError):
    """Refused for now; `seconds` is how long to wait, at least one."""

    def __init__(self, words: str, seconds: int) -> None:
        super().__init__(words)
        self.seconds = seconds


def wait_words(seconds: int) -> str:
    """Return how long a wait is, in words."""
    return f"{seconds}秒" if seconds < 90 else f"{math.ceil(seconds / 60)}分钟"


class MissingExtra(RefusedInput):
    """An input that needs an optional dependency which is not installed."""

    def __init__(self, name: str, extra: str, purpose: str) -> None:
        super().__init__(name, f"{purpose}需要 {extra} 组件，请先运行：pip install 'fazhi-wenlv[{extra}]'")
        self.extra = extra


class SourceMismatch(AssistantError):
    """A packaged source whose layout is not the one this program was written for."""


class NotOnShelf(AssistantError):
    """A statute or version that the library does not hold."""


class IndexNotReady(AssistantError):
    """The search index has not been built yet."""


class BadSetting(AssistantError):
    """A configuration value that cannot be used."""


class PullFailed(AssistantError):
    """A public statute collection that could not be fetched; what was there before is kept."""


class RefusedAddress(AssistantError):
    """An address the program may not call, whoever names it; nothing was sent there."""
