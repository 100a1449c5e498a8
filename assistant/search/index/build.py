"""Bringing the index to what the library holds: only what changed is analysed and embedded.

The index is derived and may be thrown away. New files are written beside the old ones and the
pointer `current.json` is switched last, so a reader always sees a whole index.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.law.statute.model import Visibility
from assistant.search.index.graph import build_edges
from assistant.search.index.rows import Rows, load_rows, read_rows
from assistant.search.index.segment import Segment, load_segment, write_segment
from assistant.search.question_bank import bank_name, build_question_bank, own_questions, question_digest, question_files
from assistant.search.vectors.embed import STATIC, Embedder, Passage, load_embedder
from assistant.search.vectors.vector_sink import PENDING, VectorSink
from assistant.search.vectors.vectors import VectorStore
from assistant.search.words.analysis import Analysed, analyse
from assistant.search.words.tokens import dictionary_files
from assistant.store.library import indexing
from assistant.store.library import statutes as sql

Say = Callable[[str], None]
#: (first day in force, first day no longer, visibility) of an article; days are YYYYMMDD numbers.
Span = tuple[int, int, str]
POINTER = "current.json"
#: Segments of fewer articles than `_LARGE_SEGMENT` are merged into one when there are so many segments in all; everything
#: is made anew when this share of the articles is new or stale.
_MAX_SEGMENTS, _LARGE_SEGMENT, _REBUILD_SHARE = 8, 2_000, 0.2
#: Articles analysed and written in one go: what they need of memory is held at once.
_MOST_IN_SEGMENT = 250_000
#: Articles a slow embedder does between two saves of its progress.
_EMBED_STEP = 512


@dataclass(frozen=True, slots=True)
class Pointer:
    """What `current.json` says: the generation that readers use, and what it was made from."""

    generation: int
    revision: int
    dictionary: str
    embedder: str
    questions: str
    segments: tuple[str, ...]
    bank: str = ""


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did, in articles."""

    analysed: int
    embedded: int
    total: int


def read_pointer(folder: Path) -> Pointer | None:
    """The current generation's pointer, or None where there is no index yet."""
    try:
        data: dict[str, Any] = json.loads((folder / POINTER).read_text(encoding="utf-8"))
        return Pointer(**(data | {"segments": tuple(data["segments"])}))
    except (FileNotFoundError, json.JSONDecodeError, TypeError, KeyError):
        return None


def sync_index(engine: Engine, settings: Settings, say: Say = lambda _: None) -> Synced:
    """Bring lexical index, question bank, graph and vectors up to date; return what was done.

    One process at a time: a second one waits for the lock and says so. Searching goes on with
    the old generation meanwhile, and with the new articles lexically while a slow embedder runs.
    """
    folder = settings.index_dir
    folder.mkdir(parents=True, exist_ok=True)
    with _only_writer(folder, say):
        embedder = load_embedder(settings)
        pointer = read_pointer(folder)
        before = _days(folder, pointer)
        plan = _plan(engine, folder, pointer)
        sink = _write_fresh(engine, settings, plan, embedder, say)
        segments = [load_segment(folder / name) for name in plan.state.segments]
        if not _has_vectors(segments, embedder.name):
            # Words first: a new document is found by them while its vectors are being made.
            usable = pointer.embedder if pointer and _has_vectors(segments, pointer.embedder) else ""
            _publish(engine, settings, replace(plan.state, embedder=usable), segments, None, plan.wanted)
        embedded = _embed_missing(engine, settings, segments, embedder, say)
        published = read_pointer(folder)
        if published is None or published.embedder != embedder.name or plan.fresh or needs_sync(engine, settings):
            _publish(engine, settings, replace(plan.state, embedder=embedder.name), segments, embedder, plan.wanted)
        _settle_chroma(engine, settings, segments, embedder, sink, before)
        _sweep(folder, plan.state)
        return Synced(len(plan.fresh), embedded, sum(len(s.ids) for s in segments))


def needs_sync(engine: Engine, settings: Settings) -> bool:
    """True where the library, the dictionaries or the questions changed after the index was made."""
    pointer = read_pointer(settings.index_dir)
    if pointer is None:
        return True
    with engine.connect() as connection:
        revision = sql.revision(connection)
    return (pointer.revision, pointer.dictionary, pointer.questions) != (
        revision,
        _dictionary_digest(),
        question_digest(question_files(own_questions(settings))),
    )


@contextmanager
def _only_writer(folder: Path, say: Say) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(str(folder / "writer.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say("另一个进程正在更新索引，等待其完成……")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@dataclass(frozen=True, slots=True)
class _Plan:
    """What has to be analysed: ids with their hashes, the segment they go to, and ids that are gone; `wanted` are all that the library has."""

    state: Pointer
    wanted: dict[str, str]
    fresh: dict[str, str]
    gone: tuple[str, ...]


def _plan(engine: Engine, folder: Path, pointer: Pointer | None) -> _Plan:
    """Compare library and index: a new segment for what is new, all anew where little would be left."""
    dictionary = _dictionary_digest()
    with engine.connect() as connection:
        revision = sql.revision(connection)
        wanted = {article: text for article, _, text in sql.article_hashes(connection)}
    old = pointer.segments if pointer and pointer.dictionary == dictionary and _all_there(folder, pointer) else ()
    contents = {name: dict(zip(*_ids_and_hashes(folder / name), strict=True)) for name in old}
    most = _MAX_SEGMENTS + len(wanted) // _MOST_IN_SEGMENT  # a very large shelf has large ones that cannot be fewer
    if len(old) >= most:  # the small ones become one again; the large ones stay
        old = tuple(name for name in old if len(contents[name]) >= _LARGE_SEGMENT)
    present: dict[str, str] = {}
    for name in old:
        present.update(contents[name])
    fresh = {i: h for i, h in wanted.items() if present.get(i) != h}
    gone = tuple(present.keys() - wanted.keys())
    stale = len(gone) + sum(1 for i in fresh if i in present)
    if old and (len(fresh) + stale > _REBUILD_SHARE * len(wanted) + 200 or len(old) >= most):
        old, fresh = (), wanted
    first, runs = _next_number(folder, "seg-"), max(ceil(len(fresh) / _MOST_IN_SEGMENT), 0 if old else 1)
    names = (*old, *(f"seg-{first + number}" for number in range(runs)))
    return _Plan(Pointer(0, revision, dictionary, "", "", tuple(names)), wanted, fresh if fresh or old else wanted, gone)


def _write_fresh(engine: Engine, settings: Settings, plan: _Plan, embedder: Embedder, say: Say) -> VectorSink | None:
    """Analyse articles and write their segments; the static model's vectors are made on the way.

    Chroma takes the vectors of one run on a thread while the cores analyse the next.
    """
    names = [name for name in plan.state.segments if not (settings.index_dir / name).exists()]
    if not names:
        return None
    static, ids = settings.embedding == STATIC, list(plan.fresh)
    sink = VectorSink(engine, settings, embedder, plan.fresh, plan.gone) if static and ids else None
    for number, name in enumerate(names):
        begin = number * _MOST_IN_SEGMENT
        run = {i: plan.fresh[i] for i in ids[begin : begin + _MOST_IN_SEGMENT]}
        parts: list[Analysed] = []
        done = 0
        for part in analyse(_passages(engine, list(run)), static):
            parts.append(part)
            if sink is not None and part.vectors is not None:
                sink.take(ids[begin + done : begin + done + len(part.kinds)], part.vectors)
            done += len(part.kinds)
            say(f"索引 {begin + done}/{len(ids)}")
        _write_segment(settings.index_dir, name, run, Analysed.concatenate(parts), embedder.name)
        if sink is not None and name != names[-1]:
            sink.wait()  # what Chroma has not taken yet is held in memory
    return sink


def _write_segment(folder: Path, name: str, run: dict[str, str], analysed: Analysed, embedder: str) -> None:
    unfinished = folder / f"{name}.part"
    shutil.rmtree(unfinished, ignore_errors=True)
    write_segment(unfinished, list(run), list(run.values()), analysed)
    if analysed.vectors is not None:
        load_segment(unfinished).save_vectors(embedder, analysed.vectors)
    unfinished.rename(folder / name)


def _passages(engine: Engine, ids: list[str]) -> list[Passage]:
    with engine.connect() as connection:
        rows = indexing.passages(connection, ids)
    found = {r[0]: Passage(r[1], " ".join(x for x in r[2:5] if x), r[5], r[6]) for r in rows}
    return [found[i] for i in ids]


def _embed_missing(engine: Engine, settings: Settings, segments: list[Segment], embedder: Embedder, say: Say) -> int:
    """Embed what has no vector yet, a batch at a time; an interrupted run goes on from what Chroma holds."""
    missing = [s for s in segments if s.vectors(embedder.name) is None]
    if not missing:
        return 0
    hashes = {i: h for s in missing for i, h in zip(s.ids, s.hashes, strict=True)}
    sink = VectorSink(engine, settings, embedder, hashes)
    todo = [i for i in hashes if i not in sink.stored]
    for start in range(0, len(todo), _EMBED_STEP):
        batch = todo[start : start + _EMBED_STEP]
        sink.take(batch, embedder.passages(_passages(engine, batch)))
        sink.wait()
        say(f"向量 {start + len(batch)}/{len(todo)}")
    for segment in missing:
        vectors = sink.store.vectors(segment.ids)
        segment.save_vectors(embedder.name, np.vstack([vectors[i] for i in segment.ids]))
    sink.finish()
    return len(todo)


def _settle_chroma(
    engine: Engine, settings: Settings, segments: list[Segment], embedder: Embedder, sink: VectorSink | None, before: _Days | None
) -> None:
    """Finish storing, make good what an interrupted run left out, and change the days that changed."""
    if sink is None and (settings.index_dir / PENDING).exists():
        hashes = {i: h for s in segments for i, h in zip(s.ids, s.hashes, strict=True)}
        sink = VectorSink(engine, settings, embedder, hashes)
        for segment in segments:
            vectors = segment.vectors(embedder.name)
            if vectors is not None:
                sink.take(segment.ids, vectors)
    if sink is not None:
        sink.finish()
    changed = _redated(before, _days(settings.index_dir, read_pointer(settings.index_dir)))
    if changed:
        VectorStore(settings.chroma_place, embedder.name).redate(changed)


@dataclass(frozen=True, slots=True)
class _Days:
    """What Chroma filters by, of every article of a generation."""

    segments: tuple[str, ...]
    ids: list[str]
    rows: Rows


def _days(folder: Path, pointer: Pointer | None) -> _Days | None:
    """The days and visibility that a generation knows; None without one."""
    generation = folder / f"gen-{pointer.generation}" if pointer else folder
    if pointer is None or not generation.is_dir() or not _all_there(folder, pointer):
        return None
    ids = [i for name in pointer.segments for i in _ids_and_hashes(folder / name)[0]]
    return _Days(pointer.segments, ids, load_rows(generation))


def _redated(before: _Days | None, now: _Days | None) -> dict[str, Span]:
    """The articles of both generations whose days or visibility changed, with the new ones."""
    if before is None or now is None:
        return {}
    old, new = (np.flatnonzero(d.rows.alive) for d in (before, now))
    if now.segments[: len(before.segments)] == before.segments:
        old = new = np.intersect1d(old, new, assume_unique=True)
    else:
        places = {before.ids[d]: d for d in old.tolist()}
        shared = [(places[now.ids[d]], d) for d in new.tolist() if now.ids[d] in places]
        old, new = (np.array([pair[i] for pair in shared], dtype=np.int64) for i in (0, 1))
    a, b = before.rows, now.rows
    differs = (a.begins[old] != b.begins[new]) | (a.ends[old] != b.ends[new]) | (a.internal[old] != b.internal[new])
    return {
        now.ids[d]: (int(b.begins[d]), int(b.ends[d]), (Visibility.INTERNAL if b.internal[d] else Visibility.PUBLIC).value)
        for d in new[differs].tolist()
    }


def _publish(
    engine: Engine, settings: Settings, state: Pointer, segments: list[Segment], embedder: Embedder | None, wanted: dict[str, str]
) -> None:
    """Write a generation (rows, edges) and the question bank where there is none yet, and switch the pointer to it."""
    folder, files = settings.index_dir, question_files(own_questions(settings))
    questions = question_digest(files)
    generation = _next_number(folder, "gen-")
    unfinished = folder / f"gen-{generation}.part"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    with engine.connect() as connection:
        rows = read_rows(connection, segments, wanted, _rows_before(folder, state))
    bank = bank_name(files, questions, state.dictionary, rows.statute_ids)
    build_question_bank(folder / bank, embedder, files, rows.statute_ids)
    rows.save(unfinished)
    build_edges(segments, rows).save(unfinished)
    unfinished.rename(folder / f"gen-{generation}")
    pointer = replace(state, generation=generation, questions=questions, bank=bank)
    temporary = folder / f"{POINTER}.part"
    temporary.write_text(json.dumps(_as_json(pointer), ensure_ascii=False), encoding="utf-8")
    os.replace(temporary, folder / POINTER)


def _rows_before(folder: Path, state: Pointer) -> Rows | None:
    """The rows of the current generation where its segments are the first of the new one's."""
    pointer = read_pointer(folder)
    if pointer is None or state.segments[: len(pointer.segments)] != pointer.segments:
        return None
    generation = folder / f"gen-{pointer.generation}"
    return load_rows(generation) if generation.is_dir() else None


def _as_json(pointer: Pointer) -> dict[str, Any]:
    return {name: getattr(pointer, name) for name in Pointer.__slots__}


def _has_vectors(segments: list[Segment], embedder: str) -> bool:
    return bool(embedder) and all(s.vectors(embedder) is not None for s in segments)


def _dictionary_digest() -> str:
    data = b"".join(p.read_bytes() for p in dictionary_files() if p.exists())
    return hashlib.sha256(data).hexdigest()[:16]


def _all_there(folder: Path, pointer: Pointer) -> bool:
    return all((folder / name / "ids.txt").exists() for name in pointer.segments)


def _ids_and_hashes(folder: Path) -> tuple[list[str], list[str]]:
    return tuple((folder / f"{n}.txt").read_text(encoding="utf-8").split("\n") for n in ("ids", "hashes"))  # type: ignore[return-value]


def _next_number(folder: Path, prefix: str) -> int:
    numbers = [int(p.name[len(prefix) :].split(".")[0]) for p in folder.glob(f"{prefix}*")]
    return max(numbers, default=0) + 1


def _sweep(folder: Path, state: Pointer) -> None:
    """Remove what neither this generation nor the one before uses; open files stay readable."""
    current = read_pointer(folder)
    if current is None:
        return
    for path in folder.iterdir():
        old_generation = path.name.startswith("gen-") and int(path.name[4:].split(".")[0]) < current.generation - 1
        old_segment = path.name.startswith("seg-") and path.name not in state.segments
        old_bank = path.name.startswith("bank-") and path.name != current.bank
        if path.is_dir() and (old_generation or old_segment or old_bank):
            shutil.rmtree(path, ignore_errors=True)
