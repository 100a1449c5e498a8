"""The load test runs against the small home of the web tests."""

from __future__ import annotations

from tests.web.conftest import assistant, settings

__all__ = ["assistant", "settings"]
