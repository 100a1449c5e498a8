"""The one kind of component the desk adds to Gradio's own: escaped HTML whose buttons and forms act."""

from __future__ import annotations

from typing import Any

import gradio as gr

#: The script is ours and served by us; it is loaded before any component binds to it.
_SCRIPT = '<script src="/static/desk.js"></script>'


def acting_html(value: str, *, elem_id: str, elem_classes: list[str] | None = None) -> Any:
    """Return a gr.HTML with an `act` event: pressing `[data-act]` or submitting `form[data-act]` sends its data.

    The data are the element's `data-…` attributes and, for a form, its fields. Everything that is
    put into `value` must be escaped already (citation_view, transcript, documents_view do).
    """
    return gr.HTML(
        value,
        elem_id=elem_id,
        elem_classes=elem_classes or [],
        head=_SCRIPT,
        js_on_load="window.desk.bind(element, trigger, watch, 'act')",
        apply_default_css=False,
    )
