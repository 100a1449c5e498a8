"""A title that is on no shelf, against those that are: a slip of the pen, or another statute.

Two titles that differ in region, in kind (法, 条例, 办法 …) or in 实施 are two statutes; a title that
misses or changes a character or two of a longer one is a wrong name for it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.law.text.matching import BoundedMatcher
from assistant.law.text.titles import title_key

_KIND = re.compile(r"(法典|法|实施条例|条例|办法|规定|细则|规则|解释|决定|规程|通知|意见|公告|批复)(?:（[^）]*）)?$")
_REGION = re.compile(r"^(?:中国（[^）]+）|[\u4e00-\u9fff]{2,8}?(?:省|自治区|自治州|自治县|市|县))")
_FORMAL_WORDS = re.compile(r"管理|监督|暂行|若干")


@lru_cache(maxsize=1_024)  # one draft names the same title hundreds of times
def near_title(title: str, titles: tuple[str, ...]) -> str | None:
    """Return the one of `titles` that `title` is a wrong name of, or None where it may be another statute."""
    found = [(rank, t) for t in titles if (rank := _slip(title_key(title), title_key(t))) is not None]
    return min(found)[1] if found else None


@lru_cache(maxsize=1_024)
def like_titles(title: str, titles: tuple[str, ...], limit: int = 3) -> tuple[str, ...]:
    """Return up to `limit` of `titles` that read most like `title`, best first, those of other kinds too."""
    key = title_key(title)
    scored = sorted(((_ratio(key, title_key(t)), t) for t in titles), key=lambda s: (-s[0], s[1]))
    return tuple(t for score, t in scored[:limit] if score >= 0.6)


def _ratio(a: str, b: str) -> float:
    stem_a, stem_b = (_FORMAL_WORDS.sub("", _KIND.sub("", x)) for x in (a, b))
    if stem_a and stem_a == stem_b:
        return 1.0
    return BoundedMatcher(a, b).ratio()


def _slip(a: str, b: str) -> int | None:
    """How far `a` is from `b` as a slip of the pen (characters), or None where they are two titles."""
    kind_a, kind_b = _KIND.search(a), _KIND.search(b)
    if kind_a and kind_b and kind_a.group(1) != kind_b.group(1):
        return None
    region_a, region_b = _REGION.match(a), _REGION.match(b)
    if (region_a.group() if region_a else "") != (region_b.group() if region_b else ""):
        return None
    if ("实施" in a) != ("实施" in b):
        return None
    if _FORMAL_WORDS.sub("", a) == _FORMAL_WORDS.sub("", b):
        return 1
    distance, substituted = _distance(a, b)
    if substituted and min(len(a), len(b)) < 5:
        return None
    return distance if distance <= max(1, min(len(a), len(b)) // 4) else None


def _distance(a: str, b: str) -> tuple[int, bool]:
    """(characters to change, whether one is replaced by another)."""
    changed, substituted = 0, False
    for op, i1, i2, j1, j2 in BoundedMatcher(a, b).get_opcodes():
        if op != "equal":
            changed += max(i2 - i1, j2 - j1)
            substituted = substituted or op == "replace"
    return changed, substituted
