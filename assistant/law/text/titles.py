"""Titles of statutes: how they are compared, shown, and cut out of running text."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.law.text.numerals import fold_width

_NATION = "中华人民共和国"
_LOOSE = re.compile(r"[\s《》〈〉“”\"'、，,·]+")
_VERSION_NOTE = re.compile(r"[（(]\s*(?:19|20)\d{2}(?:年)?(?:[-.年]\d{1,2}(?:[-.月]\d{1,2}日?)?)?(?:修订|修正|修改|公布|版)?\s*[)）]$")


def short_title(title: str) -> str:
    """Return the title as shown: without 中华人民共和国 and without surrounding 《》."""
    text = fold_width(title).strip()
    if text.startswith("《") and text.endswith("》") and text.count("《") == 1:
        text = text[1:-1]
    text = _VERSION_NOTE.sub("", text.strip())
    return re.sub(r"\s+", "", text.replace(_NATION, "")) if _keeps_sense(text) else re.sub(r"\s+", "", text)


def _keeps_sense(title: str) -> bool:
    """True unless the name of the state is the whole of what the title says before its kind."""
    return len(title.replace(_NATION, "").strip("《》 ")) >= 2


@lru_cache(maxsize=65_536)
def title_key(title: str) -> str:
    """Return the form two titles are compared in: no state name, brackets, spaces or list commas.

    Half- and full-width parentheses are one. `《中华人民共和国旅游法》` and `旅游法` share a key.
    """
    text = short_title(title).replace("(", "（").replace(")", "）")
    return _LOOSE.sub("", text)
