"""Attacks go to the real application, served over HTTP on a small home, with a session of every role."""

from __future__ import annotations

from tests.web.conftest import address, assistant, browser, settings

__all__ = ["address", "assistant", "browser", "settings"]
