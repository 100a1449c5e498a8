"""The web desks. Nothing here may call out: the switches below are read when gradio is imported."""

import os

from starlette.convertors import Convertor, register_url_convertor

# A bureau's intranet has no way out, and what is asked here is nobody else's business.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_RUN_HISTORY"] = "False"
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")


class _Number(Convertor[int]):
    """A number in an address; Python refuses to read one of thousands of digits, and nothing here has so many."""

    regex = "[0-9]{1,15}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("int", _Number())
