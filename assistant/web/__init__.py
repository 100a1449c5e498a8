"""The web desks. Nothing here may call out: the switches below are read when gradio is imported."""

import os

# A bureau's intranet has no way out, and what is asked here is nobody else's business.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_RUN_HISTORY"] = "False"
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
