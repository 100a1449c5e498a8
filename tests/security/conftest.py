"""The small home of the web tests and the real server on it, for attacks over HTTP."""

from tests.web.conftest import address, assistant, settings

__all__ = ["address", "assistant", "settings"]
