"""Text → the tokens the lexical index counts: jieba words with a legal user dictionary, and character pairs."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import jieba

from assistant.law.text.numerals import fold_width

jieba.setLogLevel(logging.WARNING)

_REMEMBERED = 1_024
_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z0-9.]+")
#: Words that say nothing about which article is meant.
STOPWORDS = frozenset(
    [
        "的",
        "了",
        "是",
        "在",
        "和",
        "与",
        "及",
        "或",
        "者",
        "等",
        "对",
        "从",
        "由",
        "把",
        "被",
        "也",
        "就",
        "都",
        "而",
        "其",
        "该",
        "此",
        "这",
        "那",
        "有",
        "为",
        "以",
        "将",
        "并",
        "但",
        "如",
        "若",
        "因",
        "所",
        "之",
        "于",
        "向",
        "我",
        "你",
        "他",
        "她",
        "它",
        "们",
        "吗",
        "呢",
        "啊",
        "吧",
        "什么",
        "怎么",
        "怎样",
        "如何",
        "怎么办",
        "请问",
        "是否",
        "可以",
        "能否",
        "能不能",
        "可不可以",
        "应当",
        "应该",
        "进行",
        "有关",
        "关于",
        "规定",
        "情况",
        "问题",
        "一个",
        "哪些",
        "哪个",
        "多少",
        "几",
        "谁",
    ]
)


class Tokenizer:
    """jieba in search mode over a dictionary of its own; one a process."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._jieba = jieba.Tokenizer()
        self._recent: dict[str, tuple[str, ...]] = {}
        for word in words:
            if 2 <= len(word) <= 12:
                self._jieba.add_word(word)

    def words(self, text: str) -> tuple[str, ...]:
        """Words and the shorter words inside them, in order, without stop words and punctuation.

        The last texts are remembered: an article's words are counted and embedded one after the other.
        """
        if text not in self._recent:
            if len(self._recent) > _REMEMBERED:
                self._recent.clear()
            found = self._jieba.lcut_for_search(fold_width(text).lower(), HMM=False)
            self._recent[text] = tuple(w for w in found if w not in STOPWORDS and _RUN.fullmatch(w))
        return self._recent[text]


def character_pairs(text: str) -> list[str]:
    """Overlapping pairs of neighbouring Chinese characters; runs of letters and digits whole."""
    out: list[str] = []
    for run in _RUN.findall(fold_width(text).lower()):
        if "\u4e00" <= run[0] <= "\u9fff" and len(run) > 1:
            out.extend(run[i : i + 2] for i in range(len(run) - 1))
        else:
            out.append(run)
    return out


@lru_cache(maxsize=1)
def legal_tokenizer() -> Tokenizer:
    """The tokenizer with the shipped dictionary: names in the catalogue and words of the thesaurus."""
    from assistant.library.catalogue import load_catalogue
    from assistant.search.words.thesaurus import load_thesaurus

    catalogue, thesaurus = load_catalogue(), load_thesaurus()
    words = [s.title for s in catalogue.statutes if len(s.title) <= 12]
    words += [name for s in catalogue.statutes for name in s.short]
    words += [word for entry in thesaurus.entries for word in (*entry.say, *entry.law)]
    return Tokenizer(words)


def dictionary_files() -> list[Path]:
    """The shipped files whose change makes the token index stale."""
    from assistant.library.catalogue import CATALOGUE
    from assistant.search.words.thesaurus import THESAURUS

    return [CATALOGUE, THESAURUS]
