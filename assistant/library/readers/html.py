"""HTML pages as saved from official sites: block elements become paragraphs.

The page is walked once from the first character to the last: a tag or comment that is never closed ends the page, as
in a browser, and is not looked for again from the next one on (as `html.parser` does, in the square of the length).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from assistant.config import Settings
from assistant.library.readers.plain import decode

_BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "title", "table", "section", "article"}
_SILENT = {"script", "style", "head", "noscript", "nav", "footer", "form", "button"}
#: Elements whose content is no markup: only their own end tag ends it.
_RAW = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in ("script", "style")}
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]{0,99}+)")
#: What may stand in a tag up to its end or to a value in quotes.
_INSIDE = re.compile(r"[^>=]*+(?:=\s*+(?P<quote>[\"'])?)?")
_BLANKS = re.compile(r"[\r\n\t ]+")


def read(path: Path, settings: Settings) -> str:
    """Return the paragraphs of an HTML file; scripts, styles and navigation are left out."""
    lines: list[list[str]] = [[]]
    silent = 0
    for opens, tag, text in _events(decode(path.read_bytes(), str(path))):
        if not tag:
            if not silent:
                lines[-1].append(_BLANKS.sub(" ", unescape(text)))
        elif tag in _SILENT:
            silent = silent + 1 if opens else max(0, silent - 1)
        elif tag in _BLOCKS:
            lines.append([])
    return "\n".join(line for parts in lines if (line := "".join(parts).strip(" \u3000\r\n\t\f\v")))


def _events(page: str) -> Iterator[tuple[bool, str, str]]:
    """Yield (opens, tag, "") for each tag and (False, "", text) for the text between them, in order."""
    at = 0
    unclosed: set[str] = set()
    while at < len(page):
        mark = page.find("<", at)
        if mark < 0:
            yield False, "", page[at:]
            return
        if mark > at:
            yield False, "", page[at:mark]
        tag = _TAG.match(page, mark)
        if tag is None:
            at = _after_other(page, mark)
            if at == mark + 1:
                yield False, "", "<"
            continue
        at = _after_tag(page, tag.end(), unclosed)
        name, opens = tag.group(2).lower(), not tag.group(1)
        if at < 0:
            return
        yield opens, name, ""
        if opens and name in _RAW:
            end = _RAW[name].search(page, at)
            if end is None:
                return
            at = end.start()


def _after_other(page: str, mark: int) -> int:
    """Where what opens with < and is no tag ends: a comment, a declaration, or the < alone as text."""
    if page.startswith("<!--", mark):
        end = page.find("-->", mark + 4)
        return len(page) if end < 0 else end + 3
    if page.startswith(("<!", "<?", "</"), mark):
        end = page.find(">", mark)
        return len(page) if end < 0 else end + 1
    return mark + 1


def _after_tag(page: str, at: int, unclosed: set[str]) -> int:
    """Where a tag ends; a > within a value in quotes does not end it. -1 where it is never closed.

    `unclosed` holds the quotes known not to come again, so that nothing is searched for twice in vain.
    """
    while at < len(page):
        inside = _INSIDE.match(page, at)
        assert inside is not None  # it matches the empty string
        at = inside.end()
        quote = inside["quote"]
        if quote is None:
            if at < len(page) and page[at] == ">":
                return at + 1
            continue
        end = -1 if quote in unclosed else page.find(quote, at)
        if end < 0:
            unclosed.add(quote)
        else:
            at = end + 1
    return -1
