"""Edges between indexed articles, resolved from their references; walked in both directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.search.index.rows import Rows
from assistant.search.index.segment import Segment


@dataclass(frozen=True)
class Edges:
    """source → target documents as parallel arrays; `violated` marks duty ↔ penalty."""

    source: NDArray[np.int32]
    target: NDArray[np.int32]
    violated: NDArray[np.bool_]

    def save(self, folder: Path) -> None:
        """Write the arrays into a generation's folder."""
        np.savez(folder / "edges.npz", source=self.source, target=self.target, violated=self.violated)

    def beside(self, documents: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.bool_]]:
        """(place in `documents`, neighbour, violated) of every edge of the given articles, whichever end refers to the other."""
        starts, neighbours, violated = self._by_document
        inside = np.minimum(documents, len(starts) - 2)
        begins, counts = starts[inside], np.where(documents == inside, starts[inside + 1] - starts[inside], 0)
        places = np.repeat(np.arange(len(documents)), counts)
        edges = np.arange(len(places)) + np.repeat(begins - np.cumsum(counts) + counts, counts)
        return places, neighbours[edges], violated[edges]

    @cached_property
    def _by_document(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.bool_]]:
        """Both directions sorted by document: edges of document d are at starts[d]:starts[d + 1]."""
        ends = np.concatenate([self.source, self.target])
        order = np.argsort(ends, kind="stable")
        size = int(ends.max()) + 1 if len(ends) else 1
        starts = np.append(0, np.cumsum(np.bincount(ends, minlength=size))).astype(np.int64)
        return starts, np.concatenate([self.target, self.source])[order], np.concatenate([self.violated, self.violated])[order]


def load_edges(folder: Path) -> Edges:
    """Read what `Edges.save` wrote."""
    stored = np.load(folder / "edges.npz")
    return Edges(stored["source"], stored["target"], stored["violated"])


def build_edges(segments: Sequence[Segment], rows: Rows) -> Edges:
    """Resolve every reference to the article in force with the referring one.

    A reference inside a statute goes to the same version; one to another statute goes to the
    version whose days overlap, the newest of them.
    """
    offsets = np.cumsum([0, *(len(s.ids) for s in segments)])
    document = np.concatenate([s.reference_source + o for s, o in zip(segments, offsets, strict=False)] or [_NONE]).astype(np.int64)
    number, suffix, violated = (
        np.concatenate([getattr(s, f"reference_{name}") for s in segments] or [_NONE]) for name in ("number", "suffix", "violated")
    )
    names = {title: n for n, title in enumerate(rows.statute_ids)}
    title = np.array([names.get(t, -1) if t else -2 for s in segments for t in s.reference_title], dtype=np.int64)
    own = title == -2
    statute = np.where(own, rows.statute[document], title)
    usable = rows.alive[document] & (statute >= 0)
    document, own, violated = document[usable], own[usable], violated[usable]
    target = _resolve(rows, document, own, _address(statute[usable], number[usable], suffix[usable]))
    kept = (target >= 0) & (target != document)
    found = np.unique(np.column_stack([document[kept], target[kept], violated[kept]]), axis=0)
    return Edges(found[:, 0].astype(np.int32), found[:, 1].astype(np.int32), found[:, 2].astype(np.bool_))


_NONE = np.zeros(0, dtype=np.int64)


def _address(statute: NDArray[Any], number: NDArray[Any], suffix: NDArray[Any]) -> NDArray[np.int64]:
    """An article's place as one number that sorts and compares."""
    return (statute.astype(np.int64) << 40) | (number.astype(np.int64) << 12) | suffix.astype(np.int64)


def _resolve(rows: Rows, document: NDArray[np.int64], own: NDArray[np.bool_], address: NDArray[np.int64]) -> NDArray[np.int64]:
    """The article that each reference means, -1 where there is none: versions of an address are tried from the newest."""
    living = np.flatnonzero(rows.alive & (rows.number > 0))
    keys = _address(rows.statute[living], rows.number[living], rows.suffix[living])
    order = np.lexsort((-living, rows.begins[living], keys))
    living, keys = living[order], keys[order]
    first, place = np.searchsorted(keys, address), np.searchsorted(keys, address, side="right") - 1
    target = np.full(len(document), -1, dtype=np.int64)
    begins, ends = rows.begins[document], rows.ends[document]
    while len(open_ones := np.flatnonzero((target < 0) & (place >= first))):
        candidate = living[place[open_ones]]
        same = rows.begins[candidate] == begins[open_ones]
        overlaps = (rows.begins[candidate] < ends[open_ones]) & (begins[open_ones] < rows.ends[candidate])
        fits = np.where(own[open_ones], same, overlaps)
        target[open_ones[fits]] = candidate[fits]
        place[open_ones] -= 1
    return target
