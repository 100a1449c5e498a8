"""The counters of the public desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.config import load_settings
from assistant.desk.public.rate_limits import Asked, RateLimits, TooOften, network


def limits(tmp_path: Path, each: int, by_all: int) -> RateLimits:
    return RateLimits(load_settings(tmp_path, public_asks_per_minute=each, public_asks_total=by_all))


def test_one_address_is_held_back_and_another_is_not(tmp_path: Path) -> None:
    counters = limits(tmp_path, 2, 100)
    for _ in range(2):
        counters.count(Asked.QUESTION, "192.0.2.1")
    with pytest.raises(TooOften, match="太快") as told:
        counters.count(Asked.QUESTION, "192.0.2.1")
    assert 1 <= told.value.seconds <= 60
    counters.count(Asked.QUESTION, "192.0.2.2")
    counters.count(Asked.PAGE, "192.0.2.1")


def test_all_together_are_held_back(tmp_path: Path) -> None:
    counters = limits(tmp_path, 5, 3)
    for host in range(3):
        counters.count(Asked.QUESTION, f"192.0.2.{host}")
    with pytest.raises(TooOften, match="比较多"):
        counters.count(Asked.QUESTION, "192.0.2.77")


def test_an_ipv6_network_is_one_visitor() -> None:
    assert network("2001:db8::1") == network("2001:db8::ffff:2") != network("2001:db8:0:1::1")
    assert network("::ffff:192.0.2.1") == "192.0.2.1" and network("testclient") == "testclient"
