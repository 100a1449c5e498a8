"""One worker process as the server sees it: started when needed, given one order at a time, ended at any moment.

Each has a pipe of its own: one that is killed in the middle of a word leaves nothing behind that another waits for.
"""

from __future__ import annotations

import logging
import os
import pickle
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable
from enum import Enum
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock, Timer
from typing import Final

from assistant import child
from assistant.config import Settings
from assistant.desk.work.confine import Limits
from assistant.desk.work.worker import Order, Said
from assistant.errors import AssistantError, RefusedInput

log = logging.getLogger(__name__)

#: Seconds a worker has to say that it is ready, and to be gone once it was killed.
_TO_START, _TO_END = 120, 10
#: Bytes of one result at most.
LARGEST: Final = 96 * 1024 * 1024
NOT_STARTED: Final = "处理文件的程序没有启动，请稍后再试；仍不行请管理员查看日志。"
FAILED: Final = "处理时出错，没有结果；请重试，仍不行请把文件另存为 DOCX、PDF 或 TXT，或者请管理员查看日志。"


class Ending(Enum):
    """Why a worker was ended by the server."""

    TIME = "time"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class Cancelled(AssistantError):
    """Work that its owner took back, or that the end of the server broke off."""

    def __init__(self, ending: Ending = Ending.CANCELLED) -> None:
        super().__init__("已取消，没有结果。" if ending is Ending.CANCELLED else "服务正在停止，没有做完；请稍后重新提交。")


class _NotBegun(Exception):
    """The process was gone before it took the order."""


class Worker:
    """One worker process after the other; `run` is called from one thread, which lives as long as they do."""

    def __init__(self, place: Callable[[], Path]) -> None:
        self._place = place
        self._lock = Lock()
        self._process: child.Process | None = None
        self._pipe: Connection | None = None
        self._folder: Path | None = None
        self._limits = (0, 0)
        self._order: Order | None = None
        self._ending: Ending | None = None

    @property
    def pid(self) -> int | None:
        """The process's number; None before the first and between two."""
        process = self._process
        return process.pid if process else None

    def make_ready(self, memory_mb: int, file_mb: int) -> None:
        """Start a process where none waits; raises AssistantError where it does not come up."""
        if self._process is not None and (self._process.poll() is not None or self._limits != (memory_mb, file_mb)):
            self.end()
        if self._process is None:
            self._start(memory_mb, file_mb)

    def run(self, order: Order, told: Callable[[str], None], wanted: Callable[[], bool]) -> bytes:
        """Have an order done, where it is still `wanted` once a process is ready; return its result, pickled.

        Raises what the task raised, as RefusedInput or AssistantError; one line that says why where the process was ended
        (Cancelled, time, memory) or ended by itself. The next order gets a fresh process then.
        """
        for attempt in (1, 2):
            self.make_ready(*limits_of(order.settings))
            try:
                return self._run(order, told, wanted)
            except _NotBegun:
                log.warning("a worker was gone before it took its order (attempt %d)", attempt)
        raise AssistantError(NOT_STARTED)

    def stop(self, order: Order, ending: Ending) -> None:
        """Kill the process where it is at this very order; from any thread."""
        with self._lock:
            if self._order is order and self._process is not None and self._ending is None:
                self._ending = ending
                self._process.kill()

    def end(self) -> None:
        """End the process, if there is one, and throw its folder away."""
        with self._lock:
            process, pipe, folder = self._process, self._pipe, self._folder
            self._process = self._pipe = self._folder = None
        if process is not None:
            process.kill()
            process.wait(_TO_END)
        if pipe is not None:
            pipe.close()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    # ---- one process ----------------------------------------------------------------------------

    def _start(self, memory_mb: int, file_mb: int) -> None:
        folder = Path(tempfile.mkdtemp(prefix="worker-", dir=self._place()))
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                process = child.start("assistant.desk.work.worker", [str(theirs.fileno())], files=[theirs.fileno()])
        except OSError as error:
            ours.close()
            shutil.rmtree(folder, ignore_errors=True)
            log.exception("no worker could be started")
            raise AssistantError(NOT_STARTED) from error
        pipe = Connection(ours.detach())
        with self._lock:
            self._process, self._pipe, self._folder, self._limits = process, pipe, folder, (memory_mb, file_mb)
        try:
            pipe.send(Limits(memory_mb, file_mb, os.getpid(), folder))
            if not pipe.poll(_TO_START) or pipe.recv_bytes(LARGEST)[:1] != bytes([Said.READY]):
                raise EOFError
        except (EOFError, OSError) as error:
            self.end()
            log.error("a worker ended while it started (%s)", process.returncode)
            raise AssistantError(NOT_STARTED) from error

    def _run(self, order: Order, told: Callable[[str], None], wanted: Callable[[], bool]) -> bytes:
        pipe, process = self._pipe, self._process
        assert pipe is not None and process is not None
        with self._lock:
            self._order, self._ending = order, None
        if not wanted():  # from here on `stop` finds the order
            raise Cancelled
        limit = Timer(order.seconds, self.stop, (order, Ending.TIME))
        limit.daemon = True
        limit.start()
        begun = full = False
        try:
            pipe.send(order)
            while True:
                message = pipe.recv_bytes(LARGEST)
                kind, body = Said(message[0]), message[1:]
                if kind is Said.BEGUN:
                    begun = True
                elif kind is Said.TOLD:
                    told(body.decode("utf-8", "replace")[:200])
                elif kind is Said.FULL:
                    full = True
                else:
                    return self._told(order, kind, body, full)
        except (EOFError, OSError, ValueError) as error:
            raise self._broken(order, begun, process) from error
        finally:
            limit.cancel()
            with self._lock:
                self._order = None

    def _told(self, order: Order, kind: Said, body: bytes, full: bool) -> bytes:
        """What the worker says in the end, as a result or an error."""
        with self._lock:
            self._order = None  # from here on nobody kills it for this order
            ended = self._ending is not None
        if ended or full or kind is Said.NO_MEMORY:
            self.end()
        if kind is Said.DONE:
            return body
        if kind is Said.REFUSED:
            name, reason = pickle.loads(body)
            raise RefusedInput(name, reason) if name else AssistantError(reason)
        raise _too_large(order) if kind is Said.NO_MEMORY else AssistantError(FAILED)

    def _broken(self, order: Order, begun: bool, process: child.Process) -> Exception:
        """Why the pipe broke; the process is gone when this returns."""
        ending = self._ending
        self.end()
        code = process.returncode
        if ending in (Ending.CANCELLED, Ending.CLOSED):
            return Cancelled(ending)
        if ending is Ending.TIME or code == -signal.SIGXCPU:
            return _too_long(order)
        if not begun:
            return _NotBegun()
        log.error("a worker ended at %s (%s)", type(order.task).__name__, code)
        return _lost(order)


def limits_of(settings: Settings) -> tuple[int, int]:
    """Return the megabytes of memory, and of one file it may write, that the settings give a worker."""
    return settings.worker_memory_mb, max(settings.max_unpacked_mb, settings.max_file_mb) + 1


def _too_long(order: Order) -> RefusedInput:
    return RefusedInput(
        order.task.name,
        f"处理了 {order.seconds} 秒还没有完成，已停止。请拆分文件，或者另存为 DOCX、TXT 再试；扫描件很多页的，请管理员调大设置 worker_seconds",
    )


def _too_large(order: Order) -> RefusedInput:
    limit = order.settings.worker_memory_mb
    return RefusedInput(
        order.task.name, f"处理需要的内存超过上限 {limit} MB，已停止。请拆分文件或者压缩图片后再试（设置 worker_memory_mb）"
    )


def _lost(order: Order) -> RefusedInput:
    return RefusedInput(
        order.task.name,
        "处理它的程序意外中止，没有结果；文件可能已损坏或者过大，内存也可能不足。请另存为 DOCX、PDF 或 TXT 再试，其他文件不受影响",
    )
