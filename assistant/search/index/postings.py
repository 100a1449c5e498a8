"""BM25 over arrays that are mapped from disk: one field of one segment.

bm25s scores a whole corpus it has indexed in one go; here a field must grow by small segments
(one changed article) and share its statistics with the others, which is this file's reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

K1, B = 1.2, 0.6


@lru_cache(maxsize=1_000_000)
def term_id(token: str) -> int:
    """A 64-bit number for a token, the same in every process; collisions are negligible at this size."""
    return int.from_bytes(hashlib.blake2b(token.encode(), digest_size=8).digest(), "little")


def mapped(path: Path) -> NDArray[Any]:
    """An array mapped from disk as a plain array: numpy's own memmap type makes every slice slow."""
    return np.asarray(np.load(path, mmap_mode="r"))


@dataclass(frozen=True, slots=True)
class Counted:
    """Term counts of documents numbered from 0: parallel arrays, one entry a (term, document)."""

    terms: NDArray[np.uint64]
    documents: NDArray[np.int32]
    frequencies: NDArray[np.uint8]
    lengths: NDArray[np.float32]

    @classmethod
    def concatenate(cls, parts: Sequence[Counted]) -> Counted:
        """One run of documents after another, numbered through."""
        offsets = np.cumsum([0] + [len(p.lengths) for p in parts])
        return cls(
            np.concatenate([p.terms for p in parts]),
            np.concatenate([p.documents + int(o) for p, o in zip(parts, offsets, strict=False)]).astype(np.int32),
            np.concatenate([p.frequencies for p in parts]),
            np.concatenate([p.lengths for p in parts]),
        )


@dataclass(frozen=True, slots=True)
class Postings:
    """Documents of one field: for each term the documents that hold it, with their term frequency.

    `terms` is sorted; documents of `terms[i]` are `documents[starts[i]:starts[i+1]]`.
    """

    terms: NDArray[np.uint64]
    starts: NDArray[np.int64]
    documents: NDArray[np.int32]
    frequencies: NDArray[np.uint8]
    lengths: NDArray[np.float32]

    @classmethod
    def build(cls, counted: Counted) -> Postings:
        """Index counted documents: sort their terms so that each term's documents lie together."""
        order = np.argsort(counted.terms, kind="stable")
        unique, first = np.unique(counted.terms[order], return_index=True)
        starts = np.append(first, len(counted.terms)).astype(np.int64)
        return cls(unique, starts, counted.documents[order], counted.frequencies[order], counted.lengths)

    def save(self, folder: Path, name: str) -> None:
        """Write the arrays as `NAME.*.npy`."""
        for field in self.__slots__:
            np.save(folder / f"{name}.{field}.npy", getattr(self, field))

    @classmethod
    def load(cls, folder: Path, name: str) -> Postings:
        """Map the arrays that `save` wrote; nothing is read until it is needed."""
        return cls(*(mapped(folder / f"{name}.{field}.npy") for field in cls.__slots__))

    def of(self, token: str) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        """(documents, frequencies) of a token; empty where no document holds it."""
        wanted = np.uint64(term_id(token))
        place = int(np.searchsorted(self.terms, wanted))
        if place >= len(self.terms) or self.terms[place] != wanted:
            return self.documents[:0], self.frequencies[:0]
        begin, end = self.starts[place], self.starts[place + 1]
        return self.documents[begin:end], self.frequencies[begin:end]


@dataclass(frozen=True, slots=True)
class Field:
    """One field over all segments; scores are comparable because the statistics are shared."""

    segments: tuple[Postings, ...]
    offsets: tuple[int, ...]
    size: int
    average: float

    @classmethod
    def over(cls, segments: Sequence[Postings]) -> Field:
        """A field over the given segments, documents numbered through."""
        offsets, total = [], 0
        for segment in segments:
            offsets.append(total)
            total += len(segment.lengths)
        tokens = sum(float(np.sum(s.lengths)) for s in segments)
        return cls(tuple(segments), tuple(offsets), total, tokens / total if total else 1.0)

    def scores(self, weights: dict[str, float]) -> tuple[NDArray[np.float32], float]:
        """BM25 of every document for weighted query tokens, and the most a document could reach.

        Scores have shape (documents,) and are 0 where no token occurs; divided by the second value
        they are shares that can be compared over questions.
        """
        out = np.zeros(self.size, dtype=np.float32)
        ideal = 1e-6
        for token, weight in weights.items():
            found = [segment.of(token) for segment in self.segments]
            frequency = sum(len(documents) for documents, _ in found)
            idf = weight * float(np.log(1.0 + (self.size - frequency + 0.5) / (frequency + 0.5)))
            ideal += idf * (K1 + 1.0)
            for segment, offset, (documents, counts) in zip(self.segments, self.offsets, found, strict=True):
                if len(documents):
                    tf = counts.astype(np.float32)
                    norm = K1 * (1.0 - B + B * segment.lengths[documents] / self.average)
                    out[offset + documents] += idf * tf * (K1 + 1.0) / (tf + norm)
        return out, ideal
