"""HTML pages as saved from official sites: block elements become paragraphs."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from assistant.config import Settings
from assistant.library.readers.plain import decode

_BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "title", "table", "section", "article"}
_SILENT = {"script", "style", "head", "noscript", "nav", "footer", "form", "button"}


class _Paragraphs(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.lines[-1] += re.sub(r"[\r\n\t ]+", " ", data)


def read(path: Path, settings: Settings) -> str:
    """Return the paragraphs of an HTML file; scripts, styles and navigation are left out."""
    parser = _Paragraphs()
    parser.feed(decode(path.read_bytes(), str(path)))
    parser.close()
    return "\n".join(line.strip(" \u3000") for line in parser.lines if line.strip())
