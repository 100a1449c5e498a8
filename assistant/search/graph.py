"""Edges between indexed articles, resolved from their references; walked in both directions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.search.rows import Rows
from assistant.search.segment import Segment


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


def build_edges(segments: list[Segment], rows: Rows) -> Edges:
    """Resolve every reference to the article in force with the referring one.

    A reference inside a statute goes to the same version; one to another statute goes to the
    version whose days overlap, the newest of them.
    """
    places = _places(rows)
    names = {title: number for number, title in enumerate(rows.statute_ids)}
    found: list[tuple[int, int, bool]] = []
    offset = 0
    for segment in segments:
        for source, title, number, suffix, violated in zip(
            segment.reference_source.tolist(),
            segment.reference_title,
            segment.reference_number.tolist(),
            segment.reference_suffix.tolist(),
            segment.reference_violated.tolist(),
            strict=True,
        ):
            document = offset + source
            statute = names.get(title, -1) if title else int(rows.statute[document])
            if rows.alive[document] and statute >= 0:
                target = _resolve(places.get((statute, number, suffix), ()), document, rows, own=not title)
                if target is not None and target != document:
                    found.append((document, target, violated))
        offset += len(segment.ids)
    found = sorted(set(found))
    sources, targets = (np.array([f[i] for f in found], dtype=np.int32) for i in (0, 1))
    return Edges(sources, targets, np.array([f[2] for f in found], dtype=np.bool_))


def _places(rows: Rows) -> dict[tuple[int, int, int], list[int]]:
    out: dict[tuple[int, int, int], list[int]] = {}
    alive = np.flatnonzero(rows.alive & (rows.number > 0))
    for document, statute, number, suffix in zip(
        alive.tolist(), rows.statute[alive].tolist(), rows.number[alive].tolist(), rows.suffix[alive].tolist(), strict=True
    ):
        out.setdefault((statute, number, suffix), []).append(document)
    return out


def _resolve(candidates: list[int] | tuple[int, ...], document: int, rows: Rows, own: bool) -> int | None:
    if own:
        same = [c for c in candidates if rows.begins[c] == rows.begins[document]]
        return same[0] if same else None
    overlapping = [c for c in candidates if rows.begins[c] < rows.ends[document] and rows.begins[document] < rows.ends[c]]
    return max(overlapping, key=lambda c: int(rows.begins[c]), default=None)
