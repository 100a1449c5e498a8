"""Shelves of any size made from the real one, to see how index and search grow; for `bench` only.

A made shelf is a copy of the library with its articles repeated under numbered titles (see
`store.repeating`), indexed and searched by the same code as a bureau's own, each in a process of
its own. Nothing of it enters a library: the copy lies in a folder that is removed afterwards.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from assistant.config import Settings
from assistant.library.copying import copy_library, library_file
from assistant.search.index.build import sync_index
from assistant.search.searcher import Searcher
from assistant.store.big_library import change_one, repeat_shelf
from assistant.store.engine import open_engine, writing

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Growth:
    """One shelf's row of the table, all of it measured; seconds and milliseconds are of the clock where the name does not say cpu.

    `build_memory_mb` is the most that any process of the build held, `search_memory_mb` what searching held; `change_s` is
    for bringing the index up to date after one article changed, in a process that is running; `disk_mb` is index and
    Chroma together.
    """

    articles: int
    build_s: float
    build_cpu_s: float
    build_memory_mb: int
    change_s: float
    disk_mb: int
    search_memory_mb: int
    first_ms: float
    p50_ms: float
    p95_ms: float
    cpu_p50_ms: float
    cpu_p95_ms: float

    def as_json(self) -> dict[str, Any]:
        """The row under its field names."""
        return {name: getattr(self, name) for name in self.__slots__}


def growth(settings: Settings, questions: Sequence[str], sizes: Sequence[int], say: Say = lambda _: None) -> list[Growth]:
    """Build and search a shelf a size. Raises RefusedInput for a library on a database server, or none at all."""
    library_file(settings)  # refused before anything is made
    out = []
    for size in sizes:
        with TemporaryDirectory(dir=settings.home, prefix="made-") as folder:
            say(f"造 {size} 条……")
            home = settings.model_copy(update={"home": Path(folder), "chroma_url": ""})
            make(settings, home, size)
            say(f"从空建索引 {size} 条……")
            built = _apart(_build, home)
            say(f"检索 {size} 条……")
            searched = _apart(_search, home, list(questions))
            files = (p for part in (home.index_dir, home.chroma_dir) for p in part.rglob("*") if p.is_file())
            out.append(Growth(articles=size, disk_mb=sum(p.stat().st_size for p in files) >> 20, **built, **searched))
    return out


def make(settings: Settings, home: Settings, size: int) -> None:
    """Copy the library to another home and give the copy so many articles; raises RefusedInput as `copy_library`."""
    copy_library(settings, home.home)
    engine = open_engine(home.library_url)
    with writing(engine) as connection:
        repeat_shelf(connection, size)
    engine.dispose()


def _apart(work: Callable[..., dict[str, Any]], *given: Any) -> dict[str, Any]:
    """What a function returns in a process of its own, whose memory is its alone; the process may have children."""
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_tell, args=(there, work, *given))
    process.start()
    there.close()
    try:
        return dict(here.recv())
    finally:
        process.join()


def _tell(there: Any, work: Callable[..., dict[str, Any]], *given: Any) -> None:
    there.send(work(*given))
    there.close()


def _build(home: Settings) -> dict[str, Any]:
    engine = open_engine(home.library_url)
    _, seconds, _ = _timed(lambda: sync_index(engine, home))
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    with writing(engine) as connection:
        change_one(connection)
    done, changed, _ = _timed(lambda: sync_index(engine, home))
    assert done.analysed == 1
    return {
        "build_s": round(seconds, 1),
        "build_cpu_s": round(sum(u.ru_utime + u.ru_stime for u in used), 1),
        "build_memory_mb": max(u.ru_maxrss for u in used) >> 10,
        "change_s": round(changed, 2),
    }


def _search(home: Settings, questions: list[str]) -> dict[str, Any]:
    searcher = Searcher(open_engine(home.library_url), home)
    times = [_timed(lambda q=q: searcher.search(q, k=10))[1:] for q in (questions[0], questions[0], *questions)]  # type: ignore[misc]
    (first, _), _, *warm = times
    wall, processor = zip(*warm, strict=True)
    figures = {"first_ms": first, "p50_ms": np.percentile(wall, 50), "p95_ms": np.percentile(wall, 95)}
    figures |= {"cpu_p50_ms": np.percentile(processor, 50), "cpu_p95_ms": np.percentile(processor, 95)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    return {"search_memory_mb": peak, **{name: round(float(seconds) * 1000, 1) for name, seconds in figures.items()}}


def _timed(call: Callable[[], Any]) -> tuple[Any, float, float]:
    """(result, seconds of the clock, seconds of the processor) of a call."""
    begun, spent = time.perf_counter(), time.process_time()
    result = call()
    return result, time.perf_counter() - begun, time.process_time() - spent
