"""How often the public desk may be asked and signing in tried: by one address, and by all together. Counted in memory, kept nowhere."""

from __future__ import annotations

import ipaddress
import math
import time
from enum import StrEnum

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from assistant.config import Settings
from assistant.errors import ComeBackLater, wait_words


class Asked(StrEnum):
    """What is counted apart."""

    PAGE = "page"
    QUESTION = "question"
    LEAVE = "leave"
    LOOK_UP = "lookup"
    SIGN_IN = "sign-in"


_PUBLIC_ADVICE = "着急的请拨打服务电话，或者到窗口咨询。"
_WORDS = {Asked.SIGN_IN: ("现在登录的人比较多", "仍不行请联系管理员。")}


class TooOften(ComeBackLater):
    """Asked too often; `by_all`: by everybody together."""

    def __init__(self, kind: Asked, seconds: int, by_all: bool) -> None:
        many, advice = _WORDS.get(kind, ("现在咨询的人比较多", _PUBLIC_ADVICE))
        super().__init__(f"{many if by_all else '您操作得太快了'}，请等{wait_words(seconds)}再试；{advice}", seconds)
        self.by_all = by_all


class RateLimits:
    """The counters of one server process."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        asks, asks_by_all = settings.public_asks_per_minute, settings.public_asks_total
        self._each: dict[Asked, RateLimitItem] = {
            Asked.PAGE: RateLimitItemPerMinute(max(asks * 10, 60)),
            Asked.QUESTION: RateLimitItemPerMinute(asks),
            Asked.LEAVE: RateLimitItemPerDay(settings.left_questions_per_day),
            Asked.LOOK_UP: RateLimitItemPerHour(30),
            Asked.SIGN_IN: RateLimitItemPerMinute(settings.sign_ins_per_minute),
        }
        self._by_all: dict[Asked, RateLimitItem] = {
            Asked.PAGE: RateLimitItemPerMinute(max(asks_by_all * 10, 600)),
            Asked.QUESTION: RateLimitItemPerMinute(asks_by_all),
            Asked.LEAVE: RateLimitItemPerHour(200),
            Asked.LOOK_UP: RateLimitItemPerHour(1000),
            Asked.SIGN_IN: RateLimitItemPerMinute(settings.sign_ins_total),
        }

    def count(self, kind: Asked, address: str) -> None:
        """Count one; raises TooOften where it is one too many (then it is not counted for all)."""
        for limit, keys, by_all in ((self._each[kind], (kind, network(address)), False), (self._by_all[kind], (kind, "*"), True)):
            if not self._limiter.hit(limit, *keys):
                reset = self._limiter.get_window_stats(limit, *keys).reset_time
                raise TooOften(kind, max(1, math.ceil(reset - time.time())), by_all)


def network(address: str) -> str:
    """Return what counts as one visitor: an IPv4 address, or the /64 an IPv6 address lies in."""
    try:
        parsed = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return address[:60]
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network(f"{parsed}/64", strict=False))
    return str(parsed)
