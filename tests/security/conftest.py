"""What the attacks share: the served application of the web tests."""

from tests.web.conftest import address, assistant, settings  # noqa: F401

__all__ = ["address", "assistant", "settings"]
