"""How an act is put in everyday words: the questions written for articles, register onsite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.answer.sections.penalty_view import shared_pairs
from assistant.search.question_bank import question_files, read_questions
from assistant.store.records import ShelfArticle

_ONSITE = "onsite"
_Address = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Described:
    """An act of an article: its words, and the (条, 之) of the duties it breaks, of the same statute."""

    acts: str
    duties: frozenset[tuple[int, int]]


def everyday_words(source: ShelfArticle, acts: Sequence[Described]) -> list[tuple[str, int]]:
    """Return for each act of an article (the written question likest it, how many were written for it); ("", 0) where none was.

    A question that names the article counts for the act whose duty it names too, else for the one it is likest.
    """
    article = source.article
    own: list[list[str]] = [[] for _ in acts]
    for question, addresses in _questions().get((source.statute.id, article.number, article.suffix), ()):
        named = {(number, suffix) for title, number, suffix in addresses if title == source.statute.id}
        scores = [bool(named & a.duties) + shared_pairs(question, a.acts) for a in acts]
        own[max(range(len(acts)), key=lambda n: scores[n])].append(question)
    return [(max(q, key=lambda x: shared_pairs(x, a.acts), default=""), len(q)) for q, a in zip(own, acts, strict=True)]


@lru_cache(maxsize=1)
def _questions() -> dict[_Address, tuple[tuple[str, tuple[_Address, ...]], ...]]:
    """(statute key, 条, 之) → the onsite questions that name the article, with all they name."""
    found: dict[_Address, list[tuple[str, tuple[_Address, ...]]]] = {}
    for path in question_files():
        for written in read_questions(path):
            for address in written.addresses if written.register == _ONSITE else ():
                found.setdefault(address, []).append((written.question, written.addresses))
    return {address: tuple(questions) for address, questions in found.items()}
