"""Processes that analyse articles, one a core: programs of their own that hold nothing of who started them and end with it."""

from __future__ import annotations

import os
import pickle
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from assistant import child
from assistant.errors import AssistantError
from assistant.search.vectors.embed import Passage
from assistant.search.words.analysis import Analysed, analyse_run

_TO_END = 10
_NICE = 5


def main(parent: str) -> None:
    """Analyse the runs that come by standard input, until it is closed."""
    child.end_with(int(parent))
    os.nice(_NICE)
    given, told = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not speak in between
    while True:
        try:
            passages, static_vectors = pickle.load(given)
        except EOFError:
            return
        pickle.dump(analyse_run(passages, static_vectors), told, pickle.HIGHEST_PROTOCOL)
        told.flush()


def analysed_beside(runs: Sequence[Sequence[Passage]], static_vectors: bool) -> Iterator[Analysed]:
    """Yield what comes of each run, in order; raises AssistantError where a process ended before its run was done."""
    own = threading.local()
    begun: list[child.Process] = []

    def open_one() -> None:  # on the thread that lives as long as the process does: the kernel ends it with that thread
        own.process = child.start("assistant.search.words.analysts", [str(os.getpid())], listens=True, speaks=True)
        begun.append(own.process)

    def done(run: Sequence[Passage]) -> Analysed:
        return _asked(own.process, run, static_vectors)

    pool = ThreadPoolExecutor(min(len(runs), os.cpu_count() or 1), "analyst", initializer=open_one)
    try:
        yield from pool.map(done, runs)
    finally:
        for process in begun:
            process.kill()
        pool.shutdown(cancel_futures=True)
        for process in begun:
            process.communicate(timeout=_TO_END)


def _asked(process: child.Process, run: Sequence[Passage], static_vectors: bool) -> Analysed:
    assert process.stdin is not None and process.stdout is not None
    try:
        pickle.dump((list(run), static_vectors), process.stdin, pickle.HIGHEST_PROTOCOL)
        process.stdin.flush()
        found: Analysed = pickle.load(process.stdout)
    except (EOFError, OSError, pickle.UnpicklingError) as error:
        raise AssistantError("建立索引时有一个分析程序意外中止，索引没有更新；内存可能不足，请再试一次。") from error
    return found
