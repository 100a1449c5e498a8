"""What the attacks share: the served application of the web tests."""

from tests.web.conftest import address, assistant, settings

__all__ = ["address", "assistant", "settings"]
