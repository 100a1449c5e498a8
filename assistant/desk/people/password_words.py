"""Passwords put together from pinyin, the bureau's own words and a year: what zxcvbn's English lists do not see.

County, bureau and year in pinyin look like fifteen free letters and are among the first that somebody here would try. A
password is read as the cheapest sequence of such parts; what fits none counts character by character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

#: Guesses for one part: a word out of those at hand, a syllable of the some four hundred (the common ones come first), a year.
_WORD, _SYLLABLE, _YEAR = 60.0, 150.0, 100.0
#: Guesses for one character that belongs to nothing, and for how the parts are ordered and written.
_LETTER, _DIGIT, _SIGN, _OTHER, _ORDERS = 30.0, 10.0, 5.0, 1000.0, 6.0
_LONGEST_SYLLABLE, _LONGEST_RUN, _MOST_WORDS = 6, 6, 2000
_INITIAL: Final = "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])"
_FINAL: Final = "(?:[iu]?ang|[iu]?an|iong|ong|[iu]?eng|[iu]?en|ing|in|iao|uai|[ie]?ao|ai|[eu]i|[io]u|i[ae]|u[aeo]|ve|un|er|[aeiouv])"
_SYLLABLES: Final = re.compile(f"{_INITIAL}?{_FINAL}")
_YEARS: Final = re.compile(r"(?:19|20)\d\d")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]+")
#: Words of such an office, and the ends of names of places and offices.
_COMMON: Final = (
    *("wenlv", "wenlvju", "wenhua", "wenhuaju", "lvyou", "lvyouju", "wenguang", "tiyu", "guangdian", "zhifa", "zhifadui", "dadui"),
    *("fazhi", "fagui", "lvshi", "bangong", "bangongshi", "guanliyuan", "mima", "denglu", "zhengfu", "admin", "password", "root"),
    *("test", "woaini", "shi", "xian", "qu", "ju", "sheng", "zhen", "wl", "wlj", "abc", "123", "1234", "123456", "888", "666"),
    *("zhongguo", "zhejiang", "china", "beijing", "shanghai", "hangzhou"),
)


def office_guesses(password: str, about: Iterable[str]) -> float:
    """Return how many guesses a password stands against somebody who knows the bureau, its people and pinyin."""
    text = password.lower().replace("ü", "v")
    words = set(_COMMON) | {w for one in about for w in _forms(one.lower()[:40])}
    best = [1.0, *([float("inf")] * len(text))]
    for start in range(len(text)):
        for end, cost in _parts(text, start, words):
            best[end] = min(best[end], best[start] * cost)
    return best[-1] * _ORDERS


def _parts(text: str, start: int, words: set[str]) -> Iterator[tuple[int, float]]:
    """The parts that begin at a place: where each ends, and how many guesses it takes."""
    sign = text[start]
    single = _LETTER if sign.isascii() and sign.isalpha() else _DIGIT if sign.isdigit() else _SIGN if sign.isascii() else _OTHER
    yield start + 1, single
    if _YEARS.match(text, start):
        yield start + 4, _YEAR
    for end in range(start + 2, len(text) + 1):
        piece = text[start:end]
        if piece in words:
            yield end, _WORD
        if end - start <= _LONGEST_SYLLABLE and _SYLLABLES.fullmatch(piece):
            yield end, _SYLLABLE


@lru_cache(maxsize=256)
def _forms(word: str) -> frozenset[str]:
    """A word and, of Chinese, every run of its characters, in pinyin and by initials, too."""
    found = {word, *re.findall(r"[a-z]{3,}", word)}
    for run in _CHINESE.findall(word):
        syllables = _pinyin(run)
        for size in range(2, min(len(run), _LONGEST_RUN) + 1):
            for at in range(len(run) - size + 1):
                part = syllables[at : at + size]
                found |= {run[at : at + size], "".join(part), "".join(s[0] for s in part)}
        found |= {"".join(syllables), "".join(s[0] for s in syllables)}
    return frozenset(sorted((w for w in found if len(w) > 1), key=len)[:_MOST_WORDS])


def _pinyin(run: str) -> list[str]:
    from pypinyin import lazy_pinyin

    return [str(s).replace("ü", "v") for s in lazy_pinyin(run) if s]
