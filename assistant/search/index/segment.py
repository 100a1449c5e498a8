"""A segment: the indexed form of a run of articles, written once and mapped from disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.law.statute.references import Reference
from assistant.search.index.postings import Postings, mapped
from assistant.search.words.analysis import FIELDS, Analysed


@dataclass(frozen=True, slots=True)
class Segment:
    """Articles in a fixed order: their ids, content hashes, postings by field and outgoing references."""

    folder: Path
    ids: list[str]
    hashes: list[str]
    postings: dict[str, Postings]
    kinds: NDArray[np.uint8]
    reference_source: NDArray[np.int32]
    reference_title: list[str]
    reference_number: NDArray[np.int32]
    reference_suffix: NDArray[np.int32]
    reference_violated: NDArray[np.bool_]

    def vectors(self, embedder: str) -> NDArray[np.float32] | None:
        """The vectors of one embedder, a row an article (zero where not yet made), or None."""
        path = self._vector_file(embedder)
        return mapped(path) if path.exists() else None

    def save_vectors(self, embedder: str, vectors: NDArray[np.float32]) -> None:
        """Keep vectors beside the segment; replaced as a whole, so that a reader never sees half."""
        path = self._vector_file(embedder)
        unfinished = path.with_suffix(".part.npy")
        np.save(unfinished, vectors)
        unfinished.replace(path)

    def _vector_file(self, embedder: str) -> Path:
        return self.folder / f"vectors-{embedder}.npy"


def write_segment(folder: Path, ids: Sequence[str], hashes: Sequence[str], analysed: Analysed) -> None:
    """Write a segment's files into a new folder."""
    folder.mkdir(parents=True)
    (folder / "ids.txt").write_text("\n".join(ids), encoding="utf-8")
    (folder / "hashes.txt").write_text("\n".join(hashes), encoding="utf-8")
    for field in FIELDS:
        Postings.build(analysed.counted[field]).save(folder, field)
    np.save(folder / "kinds.npy", np.array(analysed.kinds, dtype=np.uint8))
    rows = [(source, r) for source, found in enumerate(analysed.references) for r in found]
    (folder / "reference-titles.txt").write_text("\n".join(r.title for _, r in rows), encoding="utf-8")
    np.savez(folder / "references.npz", **_reference_arrays(rows))


def load_segment(folder: Path) -> Segment:
    """Map a segment from disk."""
    ids = (folder / "ids.txt").read_text(encoding="utf-8").split("\n")
    hashes = (folder / "hashes.txt").read_text(encoding="utf-8").split("\n")
    stored = np.load(folder / "references.npz")
    titles = (folder / "reference-titles.txt").read_text(encoding="utf-8").split("\n")
    return Segment(
        folder,
        ids,
        hashes,
        {field: Postings.load(folder, field) for field in FIELDS},
        np.load(folder / "kinds.npy"),
        stored["source"],
        titles if len(stored["source"]) else [],
        stored["number"],
        stored["suffix"],
        stored["violated"],
    )


def _reference_arrays(rows: list[tuple[int, Reference]]) -> dict[str, Any]:
    return {
        "source": np.array([s for s, _ in rows], dtype=np.int32),
        "number": np.array([r.number for _, r in rows], dtype=np.int32),
        "suffix": np.array([r.suffix for _, r in rows], dtype=np.int32),
        "violated": np.array([r.violated for _, r in rows], dtype=np.bool_),
    }
