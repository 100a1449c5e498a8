"""A shelf of any size made from the real one, to see how index and search grow; for `bench` only.

A made article has the place of a real one and most of its words, the rest taken from another real
article, and the mean of their vectors; statutes are repeated under numbered titles. Nothing of it
enters a library: the index lies in a folder of its own and its hits are read from the real articles.
"""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.config import Settings
from assistant.search.analysis import FIELDS, analyse
from assistant.search.build import POINTER
from assistant.search.embed import Passage, static_embedder
from assistant.search.graph import Edges
from assistant.search.postings import Postings
from assistant.search.searcher import Searcher
from assistant.search.snapshot import Snapshot, load_snapshot
from assistant.search.vectors import VectorRecord, VectorStore
from assistant.store import indexing
from assistant.store.engine import open_engine

#: Share of a made article's words (and of its vector) that come from the article whose place it has.
_OWN = 0.7
_STEP = 50_000
#: Real articles whose analysis, and whose storing in Chroma, is timed; the rest is reckoned from them.
_SAMPLE, _STORED = 1_000, 5_000
_NAME = "made"


@dataclass(frozen=True, slots=True)
class Growth:
    """One shelf's row of the table. Seconds and milliseconds are processor time where the name says cpu.

    `analysis_s` and `chroma_s` are reckoned from samples (one core); the rest is measured whole.
    """

    articles: int
    analysis_s: float
    layout_s: float
    chroma_s: float
    disk_mb: int
    peak_memory_mb: int
    first_ms: float
    p50_ms: float
    p95_ms: float
    cpu_p50_ms: float
    cpu_p95_ms: float

    def as_json(self) -> dict[str, Any]:
        """The row under its field names."""
        return {name: getattr(self, name) for name in self.__slots__}


def growth(settings: Settings, questions: Sequence[str], sizes: Sequence[int], say: Any = lambda _: None) -> list[Growth]:
    """Measure the real shelf and one made shelf a size, each in a process of its own. Raises IndexNotReady before `setup`."""
    snapshot = load_snapshot(settings.index_dir)
    engine = open_engine(settings.library_url)
    with engine.connect() as connection:
        rows = indexing.sample(connection, _SAMPLE)
    engine.dispose()
    analysis = _seconds_of(lambda: list(analyse([Passage(r[0], r[1] or "", r[2], r[3]) for r in rows], True))) / max(1, len(rows))
    stored = _chroma_seconds(snapshot)
    out = []
    for size in (0, *sizes):
        with TemporaryDirectory(dir=settings.home) as folder:
            begun = time.process_time()
            home, count = settings.home, len(snapshot.rows.alive)
            if size:
                say(f"造 {size} 条……")
                home, count = Path(folder), size
                make(snapshot, home / "index", size)
            layout = time.process_time() - begun
            say(f"测 {count} 条……")
            with get_context("spawn").Pool(1) as pool:
                measured = pool.apply(_measure, (replace_home(settings, home), list(questions)))
            disk = sum(p.stat().st_size for p in (home / "index").rglob("*") if p.is_file())
            out.append(Growth(count, round(analysis * count, 1), round(layout, 1), round(stored * count, 1), disk >> 20, **measured))
    return out


def replace_home(settings: Settings, home: Path) -> Settings:
    """The settings with the index of another home over the same library; every vector is compared, Chroma is not asked."""
    changed = {"home": home, "database_url": settings.library_url, "exact_vector_limit": 10**9}
    return settings.model_copy(update=changed)


def make(snapshot: Snapshot, folder: Path, size: int, seed: int = 7) -> None:
    """Write an index of `size` made articles into a folder, as `sync_index` would have."""
    rng = np.random.default_rng(seed)
    real = len(snapshot.rows.alive)
    own = np.arange(size) % real
    other = rng.integers(0, real, size)
    segment, generation = folder / "seg-1", folder / "gen-1"
    segment.mkdir(parents=True)
    generation.mkdir()
    for field in FIELDS:
        _mix_field(snapshot, field, own, other, rng).save(segment, field)
    ids = np.array(snapshot.ids, dtype=object)
    (segment / "ids.txt").write_text("\n".join(ids[own]), encoding="utf-8")
    (segment / "hashes.txt").write_text("\n".join(["0"] * size), encoding="utf-8")
    np.save(segment / "kinds.npy", snapshot.kinds[own])
    (segment / "reference-titles.txt").write_text("", encoding="utf-8")
    none = np.zeros(0, dtype=np.int32)
    np.savez(segment / "references.npz", source=none, number=none, suffix=none, violated=none.astype(np.bool_))
    _mix_vectors(snapshot, segment / f"vectors-{snapshot.pointer.embedder}.npy", own, other)
    _repeat_rows(snapshot, own, generation)
    _repeat_edges(snapshot, size, generation)
    real_index = snapshot.segments[0].folder.parent
    if snapshot.pointer.bank:
        (folder / snapshot.pointer.bank).symlink_to((real_index / snapshot.pointer.bank).resolve())
    pointer = replace(snapshot.pointer, generation=1, segments=("seg-1",))
    (folder / POINTER).write_text(json.dumps({name: getattr(pointer, name) for name in type(pointer).__slots__}), encoding="utf-8")


def _mix_field(snapshot: Snapshot, field: str, own: NDArray[Any], other: NDArray[Any], rng: np.random.Generator) -> Postings:
    """One field's postings: each made article keeps a share of one article's terms and takes the rest from another's."""
    from scipy.sparse import csr_matrix, vstack

    segments = [s.postings[field] for s in snapshot.segments]
    terms = np.unique(np.concatenate([p.terms for p in segments]))
    parts = []
    for p in segments:
        columns = np.repeat(np.searchsorted(terms, p.terms), np.diff(p.starts)).astype(np.int32)
        parts.append(csr_matrix((p.frequencies, (p.documents, columns)), shape=(len(p.lengths), len(terms))))
    real = vstack(parts, format="csr")
    lengths = np.concatenate([p.lengths for p in segments])
    mixed = []
    for start in range(0, len(own), _STEP):
        chosen, strange = real[own[start : start + _STEP]], real[other[start : start + _STEP]]
        for matrix, share in ((chosen, _OWN), (strange, 1 - _OWN)):
            matrix.data[rng.random(matrix.nnz) >= share] = 0
            matrix.eliminate_zeros()
        mixed.append(chosen.maximum(strange))
    columns = vstack(mixed, format="csr").tocsc()
    counts = (_OWN * lengths[own] + (1 - _OWN) * lengths[other]).astype(np.float32)
    starts = columns.indptr.astype(np.int64)
    return Postings(terms, starts, columns.indices.astype(np.int32), columns.data.astype(np.uint8), counts)


def _mix_vectors(snapshot: Snapshot, path: Path, own: NDArray[Any], other: NDArray[Any]) -> None:
    vectors = np.vstack(snapshot.vectors or [np.zeros((0, 1), np.float32)])
    out = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(len(own), vectors.shape[1]))
    for start in range(0, len(own), _STEP):
        part = slice(start, start + _STEP)
        mixed = _OWN * vectors[own[part]] + (1 - _OWN) * vectors[other[part]]
        out[part] = mixed / np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-9)
    out.flush()


def _repeat_rows(snapshot: Snapshot, own: NDArray[Any], folder: Path) -> None:
    rows = snapshot.rows
    copy = np.arange(len(own)) // len(rows.alive)
    count = len(rows.statute_ids)
    arrays = {name: getattr(rows, name)[own] for name in ("alive", "number", "suffix", "begins", "ends", "level", "region", "internal")}
    copies = range(int(copy.max(initial=0)) + 1)
    replace(
        rows,
        **arrays,
        length=rows.length[own],
        statute=(rows.statute[own] + copy * count).astype(np.int32),
        statute_ids=[f"{key}{f'（{c}）' if c else ''}" for c in copies for key in rows.statute_ids],
        statute_titles=[f"{title}{f'（{c}）' if c else ''}" for c in copies for title in rows.statute_titles],
    ).save(folder)


def _repeat_edges(snapshot: Snapshot, size: int, folder: Path) -> None:
    edges, real = snapshot.edges, len(snapshot.rows.alive)
    shifts = np.arange(0, size, real, dtype=np.int32)[:, None]
    source, target = (edges.source + shifts).ravel(), (edges.target + shifts).ravel()
    violated = np.tile(edges.violated, len(shifts))
    inside = (source < size) & (target < size)
    Edges(source[inside], target[inside], violated[inside]).save(folder)


def _measure(settings: Settings, questions: list[str]) -> dict[str, Any]:
    """Search every question on the index of the settings' home; runs in a process of its own, whose peak memory it gives."""
    searcher = Searcher(open_engine(settings.library_url), settings)
    first, _ = _timed(searcher, questions[0])
    _timed(searcher, questions[0])
    wall, processor = zip(*(_timed(searcher, q) for q in questions), strict=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    figures = {"first_ms": first, "p50_ms": np.percentile(wall, 50), "p95_ms": np.percentile(wall, 95)}
    figures |= {"cpu_p50_ms": np.percentile(processor, 50), "cpu_p95_ms": np.percentile(processor, 95)}
    return {"peak_memory_mb": peak, **{name: round(float(value), 1) for name, value in figures.items()}}


def _timed(searcher: Searcher, question: str) -> tuple[float, float]:
    begun, spent = time.perf_counter(), time.process_time()
    searcher.search(question, k=10)
    return (time.perf_counter() - begun) * 1000, (time.process_time() - spent) * 1000


def _chroma_seconds(snapshot: Snapshot) -> float:
    """Processor seconds an article takes to store in Chroma, over the first few thousand; a larger graph takes more an article."""
    ids = snapshot.ids[:_STORED]
    vectors = snapshot.vectors_of(np.arange(len(ids)))
    if vectors is None or not ids:
        return 0.0
    records = [VectorRecord(f"{n}", v, "", "", "public", 0, 0, "0") for n, v in enumerate(vectors)]
    with TemporaryDirectory() as folder:
        store = VectorStore(Path(folder), static_embedder().name)
        return _seconds_of(lambda: store.put(records)) / len(ids)


def _seconds_of(call: Any) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun
