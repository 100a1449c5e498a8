"""The index as a reader holds it: one generation, mapped from disk, replaced whole when a newer one appears."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexNotReady
from assistant.law.statute.model import Level
from assistant.library.catalogue import load_catalogue
from assistant.search.index.build import Pointer, read_pointer
from assistant.search.index.graph import Edges, load_edges
from assistant.search.index.postings import Field
from assistant.search.index.rows import Rows, load_rows
from assistant.search.index.segment import Segment, load_segment
from assistant.search.index.statute_facts import StatuteFacts, statute_facts
from assistant.search.question_bank import Places, QuestionBank, load_question_bank
from assistant.search.words.names import Names

Mask = NDArray[np.bool_]
Place = tuple[str, int, int]


@dataclass(frozen=True)
class Snapshot:
    """Everything searching reads; documents are numbered over the segments in order.

    The questions of the bank lead to the texts in force on `day`, the day the index was opened.
    """

    pointer: Pointer
    segments: tuple[Segment, ...]
    rows: Rows
    edges: Edges
    bank: QuestionBank
    day: date

    @cached_property
    def ids(self) -> list[str]:
        """Article id of every document."""
        return [i for s in self.segments for i in s.ids]

    @cached_property
    def documents(self) -> dict[str, int]:
        """Article id → its living document."""
        return {i: n for n, i in enumerate(self.ids) if self.rows.alive[n]}

    @cached_property
    def fields(self) -> dict[str, Field]:
        """The lexical fields over all segments."""
        return {name: Field.over([s.postings[name] for s in self.segments]) for name in ("words", "pairs", "heading")}

    @cached_property
    def questions(self) -> Field:
        """The question bank as a lexical field; its documents are questions."""
        return Field.over([self.bank.postings])

    @cached_property
    def kinds(self) -> NDArray[np.uint8]:
        """Kind bits of every document."""
        return np.concatenate([s.kinds for s in self.segments]) if self.segments else np.zeros(0, np.uint8)

    @cached_property
    def vectors(self) -> tuple[NDArray[np.float32], ...] | None:
        """The vectors of each segment, mapped from disk, or None before all of them exist."""
        if not self.pointer.embedder:
            return None
        parts = [s.vectors(self.pointer.embedder) for s in self.segments]
        present = tuple(p for p in parts if p is not None)
        return present if len(present) == len(parts) else None

    def likeness(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosine of every document with a vector; zeros before vectors exist."""
        out = np.zeros(len(self.rows.alive), dtype=np.float32)
        place = 0
        for part in self.vectors or ():
            np.matmul(part, vector, out=out[place : place + len(part)])
            place += len(part)
        return out

    def vectors_of(self, documents: NDArray[np.int64]) -> NDArray[np.float32] | None:
        """The vectors of some documents, in ascending order of their numbers; None before vectors exist."""
        if not self.vectors:
            return None
        ends = np.cumsum([len(part) for part in self.vectors])
        cuts = np.searchsorted(documents, ends)
        begins = np.append(0, ends[:-1])
        chosen = np.split(documents, cuts[:-1])
        return np.concatenate([part[d - begin] for part, d, begin in zip(self.vectors, chosen, begins, strict=True)])

    @cached_property
    def asked(self) -> NDArray[np.int64]:
        """How many questions of the bank each document answers."""
        return np.bincount(self.bank.documents, minlength=len(self.rows.alive))

    def documents_at(self, places: Sequence[Place]) -> NDArray[np.int64]:
        """The documents of addresses (statute key, number, suffix) on the snapshot's day; -1 where there is none."""
        statutes = np.array([self.statute_numbers.get(key, -1) for key, _, _ in places], dtype=np.int64)
        numbers, suffixes = (np.array([place[i] for place in places], dtype=np.int64) for i in (1, 2))
        return Places.on(self.rows, self.day).find(statutes, numbers, suffixes)

    @cached_property
    def facts(self) -> StatuteFacts:
        """What the catalogue says of the statutes, and their names."""
        return statute_facts(self.rows, load_catalogue())

    @cached_property
    def titles(self) -> Names:
        """The titles of the statutes, to be found in a question."""
        return Names(title for title in self.rows.statute_titles if len(title) >= 3)

    @cached_property
    def statutes_titled(self) -> dict[str, list[int]]:
        """Title → numbers of the statutes that bear it."""
        out: dict[str, list[int]] = {}
        for number, title in enumerate(self.rows.statute_titles):
            out.setdefault(title, []).append(number)
        return out

    @cached_property
    def statute_numbers(self) -> dict[str, int]:
        """Statute key → number in the rows."""
        return {key: number for number, key in enumerate(self.rows.statute_ids)}

    def in_force(self, day: date) -> Mask:
        """Documents whose text is in force on a day."""
        number = day.year * 10_000 + day.month * 100 + day.day
        return self.rows.alive & (self.rows.begins <= number) & (number < self.rows.ends)

    def in_regions(self, regions: list[str]) -> Mask:
        """Documents that apply in one of the regions; national texts (no region) always do."""
        allowed = np.array([not name or name in regions for name in self.rows.regions], dtype=np.bool_)
        return np.asarray(allowed[self.rows.region])

    def of_levels(self, levels: Sequence[Level]) -> Mask:
        """Documents of one of the levels."""
        wanted = np.zeros(len(Level) + 1, dtype=np.bool_)  # the last is for a level that could not be read
        wanted[[level.rank for level in levels]] = True
        return np.asarray(wanted[self.rows.level])


def load_snapshot(folder: Path) -> Snapshot:
    """Map the current generation; raises IndexNotReady where there is none."""
    pointer = read_pointer(folder)
    if pointer is None:
        raise IndexNotReady("索引尚未建立，请先运行：assistant setup")
    generation = folder / f"gen-{pointer.generation}"
    segments = tuple(load_segment(folder / name) for name in pointer.segments)
    rows, day = load_rows(generation), date.today()
    bank = load_question_bank(folder / (pointer.bank or "-"), rows, pointer.embedder, day, generation)
    return Snapshot(pointer, segments, rows, load_edges(generation), bank, day)
