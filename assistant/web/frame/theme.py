"""Colours and type of the desks, for reading long Chinese text; only fonts the computer already has."""

from __future__ import annotations

import gradio as gr

#: System fonts of Windows, macOS, 统信/麒麟 and Debian, in that order.
FONTS = ["Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "sans-serif"]


def theme() -> gr.themes.Base:
    """Return the Gradio theme of every desk."""
    blue = gr.themes.Color(
        "#eef4fb", "#dbe8f6", "#b9d2ee", "#8db4e0", "#5b8fcb", "#2f6cb0", "#22578f", "#1c4673", "#18395d", "#142e4b", "#0d1f33"
    )
    return gr.themes.Base(
        primary_hue=blue, neutral_hue="slate", font=FONTS, font_mono=["Consolas", "monospace"], radius_size="sm", text_size="md"
    ).set(
        body_background_fill="#f6f7f9",
        body_background_fill_dark="#14181e",
        block_background_fill="#ffffff",
        block_background_fill_dark="#1b2129",
        body_text_color="#1d2733",
        body_text_color_dark="#dfe5ec",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_500",
        button_primary_text_color="#ffffff",
    )
