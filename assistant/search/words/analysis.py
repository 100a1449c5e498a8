"""An article → everything the index keeps of it, computed in processes of its own where there are many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.law.statute.kinds import article_kinds
from assistant.law.statute.references import Reference, references
from assistant.search.index.postings import Counted, term_id
from assistant.search.vectors.embed import TEXT_LIMIT, Passage, Vectors, static_embedder
from assistant.search.words.tokens import character_pairs, legal_tokenizer

_CHUNK = 500
_POOL_FROM = 2_000
FIELDS = ("words", "pairs", "heading")


@dataclass(frozen=True, slots=True)
class Analysed:
    """What is kept of a run of articles: counted tokens per field, references, kinds (bits of
    `law.kinds.Kind`) and, where the static model was asked for, vectors."""

    counted: dict[str, Counted]
    references: list[tuple[Reference, ...]]
    kinds: list[int]
    vectors: Vectors | None

    @classmethod
    def concatenate(cls, parts: Sequence[Analysed]) -> Analysed:
        """One run of articles after another."""
        vectors = [p.vectors for p in parts if p.vectors is not None]
        return cls(
            {field: Counted.concatenate([p.counted[field] for p in parts]) for field in FIELDS},
            [r for p in parts for r in p.references],
            [k for p in parts for k in p.kinds],
            np.vstack(vectors) if vectors else None,
        )


def analyse(passages: Sequence[Passage], static_vectors: bool) -> Iterator[Analysed]:
    """Analyse articles in order, yielding one run after another; on all cores where there are many.

    Raises AssistantError where a process beside this one ended before its run was done.
    """
    chunks = [list(passages[i : i + _CHUNK]) for i in range(0, len(passages), _CHUNK)] or [[]]
    if len(passages) < _POOL_FROM:
        yield from (analyse_run(chunk, static_vectors) for chunk in chunks)
        return
    from assistant.search.words.analysts import analysed_beside

    yield from analysed_beside(chunks, static_vectors)


def analyse_run(passages: Sequence[Passage], static_vectors: bool) -> Analysed:
    """Analyse one run of articles here."""
    tokenizer = legal_tokenizer()
    return Analysed(
        {
            "words": count_tokens(tokenizer.words(p.text[:TEXT_LIMIT]) for p in passages),
            "pairs": count_tokens(character_pairs(p.text[:TEXT_LIMIT]) for p in passages),
            "heading": count_tokens([*tokenizer.words(f"{p.title} {p.heading}"), *character_pairs(p.title)] for p in passages),
        },
        [references(p.text, p.number) for p in passages],
        [int(article_kinds(p.text)) for p in passages],
        static_embedder().passages(passages) if static_vectors else None,
    )


def count_tokens(tokenized: Iterable[Sequence[str]]) -> Counted:
    """Term counts of documents given as token lists, in order."""
    terms: list[int] = []
    documents: list[int] = []
    frequencies: list[int] = []
    lengths: list[int] = []
    for number, tokens in enumerate(tokenized):
        counted = Counter(tokens)
        lengths.append(len(tokens))
        terms.extend(term_id(token) for token in counted)
        documents.extend([number] * len(counted))
        frequencies.extend(min(count, 255) for count in counted.values())
    return Counted(
        np.array(terms, dtype=np.uint64),
        np.array(documents, dtype=np.int32),
        np.array(frequencies, dtype=np.uint8),
        np.array(lengths, dtype=np.float32),
    )
