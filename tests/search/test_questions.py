"""The written questions: enough of them, none twice, every address on the shelf of ../shared/corpus."""

from __future__ import annotations

from collections import Counter

from assistant.law.statute.model import ParsedDocument
from assistant.law.text.same_text import folded
from assistant.law.text.titles import title_key
from assistant.search.question_bank import question_files, read_questions

REGISTERS = {"office", "onsite", "public"}


def test_enough_questions_over_enough_articles_in_three_registers() -> None:
    written = [q for path in question_files() for q in read_questions(path)]
    assert len(written) >= 4_000
    assert len({q.addresses[0] for q in written}) >= 1_500
    assert {q.register for q in written} == REGISTERS


def test_no_question_stands_twice() -> None:
    seen = Counter(folded(q.question) for path in question_files() for q in read_questions(path))
    assert [q for q, n in seen.items() if n > 1] == []


def test_every_address_exists(corpus_documents: list[ParsedDocument]) -> None:
    places = {(title_key(d.title), a.number, a.suffix) for d in corpus_documents for a in d.articles}
    unknown = {a for path in question_files() for q in read_questions(path) for a in q.addresses if a not in places}
    assert unknown == set()
