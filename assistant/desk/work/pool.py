"""The workers and what they have in hand: jobs handed in by their owners, done in turn, looked at and taken back by them alone."""

from __future__ import annotations

import logging
import pickle
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Final, TypeVar

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.work.job import Job, State
from assistant.desk.work.place import Place
from assistant.desk.work.process import FAILED, Cancelled, Ending, Worker, limits_of
from assistant.desk.work.queue import MOST_OF_ONE, MOST_WAITING, Queue
from assistant.desk.work.results import Results
from assistant.desk.work.task import Task
from assistant.desk.work.worker import Order
from assistant.errors import AssistantError
from assistant.setting_words import is_secret
from assistant.store.library import statutes as sql

log = logging.getLogger(__name__)

#: Jobs that are over and can still be looked at.
_KEPT: Final = 300
_TO_END: Final = 10.0
T = TypeVar("T")
V = TypeVar("V")


class NoJob(AssistantError):
    """There is no such job, or it is another's; the two are not told apart."""

    def __init__(self) -> None:
        super().__init__("没有找到这件工作，可能已过了保留的时间或者服务重启过；请重新提交。")


def _nothing() -> None:
    return None


class Work:
    """The door to the workers of one server. Making it starts nothing: workers come with the first job, or with `warm`."""

    def __init__(self, engine: Engine, settings: Settings, waiting: int = MOST_WAITING, of_one: int = MOST_OF_ONE) -> None:
        self._engine, self._settings = engine, settings
        self.place = Place(settings.home)
        self._queue = Queue(settings.workers, waiting, of_one)
        self._results = Results()
        self._workers = [Worker(self.place.folder) for _ in range(settings.workers)]
        self._lock = Lock()
        self._jobs: OrderedDict[str, Job[Any]] = OrderedDict()
        self._orders: dict[str, tuple[Worker, Order]] = {}
        self._asked: dict[tuple[str, str], Job[Any]] = {}
        self._threads: list[Thread] = []
        self._closed = False
        #: Orders that workers were given so far: what was answered from a kept result is not among them.
        self.given = 0

    # ---- for owners -----------------------------------------------------------------------------

    def submit(
        self,
        owner: str,
        task: Task[T],
        finish: Callable[[T], V],
        *,
        clear: Callable[[], None] = _nothing,
        back: str = "",
        patient: bool = False,
    ) -> Job[V]:
        """Hand a task in. `finish` is told the result and makes the job's value of it; `clear` is called at the end, however it ends.

        Raises Busy where too many wait already (a `patient` caller waits for room instead), after `clear`.
        """
        job: Job[V] = Job(owner, task, finish, clear, back)
        with self._lock:
            self._jobs[job.id] = job
            for old in [j for j in self._jobs.values() if j.over][: max(0, len(self._jobs) - _KEPT)]:
                del self._jobs[old.id]
        return self._begin(job, task, self._key(task), patient)

    def ask(self, owner: str, task: Task[T]) -> Job[T]:
        """Hand a task in for its result alone: asked again while it is at work, it is the same job. It is not looked at by number. Raises Busy."""
        key = self._key(task)
        with self._lock:
            found = self._asked.get((owner, key)) if key else None
        if found is not None and not found.over:
            return found
        job: Job[T] = Job(owner, task, lambda result: result, _nothing)
        if key:
            with self._lock:
                self._asked = {k: j for k, j in self._asked.items() if not j.over} | {(owner, key): job}
        return self._begin(job, task, key, False)

    def run(self, owner: str, task: Task[T]) -> T:
        """Hand a task in, wait and return its result; raises what the job ended with. For threads of the program's own, not for pages."""
        job = self.submit(owner, task, lambda result: result, patient=True)
        job.wait()
        return job.taken()

    def job(self, owner: str, job_id: str) -> Job[Any]:
        """Return a job of the owner's; raises NoJob."""
        with self._lock:
            found = self._jobs.get(job_id)
        if found is None or found.owner != owner:
            raise NoJob
        return found

    def ahead(self, job: Job[Any]) -> int:
        """Return how many wait before a job."""
        return self._queue.ahead(job)

    def cancel(self, owner: str, job_id: str) -> None:
        """Take a job back; the process that is at it is killed. Raises NoJob."""
        job = self.job(owner, job_id)
        job.wanted = False
        if self._queue.withdraw(job):
            job.fail(Cancelled())
            return
        with self._lock:
            at = self._orders.get(job.id)
        if at is not None:
            worker, order = at
            worker.stop(order, Ending.CANCELLED)

    # ---- for the server -------------------------------------------------------------------------

    def warm(self) -> None:
        """Start the workers now, so that the first job does not wait for them."""
        with self._lock:
            if self._threads or self._closed:
                return
            for number, worker in enumerate(self._workers):
                thread = Thread(target=self._serve, args=(worker,), name=f"worker-{number}", daemon=True)
                self._threads.append(thread)
                thread.start()

    def pids(self) -> list[int]:
        """Return the numbers of the worker processes."""
        return [w.pid for w in self._workers if w.pid is not None]

    def close(self) -> None:
        """End the workers; what they were at, and what waited, ends without a result."""
        with self._lock:
            self._closed = True
            running, threads = list(self._orders.values()), list(self._threads)
        for job in self._queue.close():
            job.fail(Cancelled(Ending.CLOSED))
        for worker, order in running:
            worker.stop(order, Ending.CLOSED)
        for thread in threads:
            thread.join(_TO_END)
        for worker in self._workers:
            worker.end()
        self.place.clear()

    # ---- inside ---------------------------------------------------------------------------------

    def _begin(self, job: Job[V], task: Task[Any], key: str, patient: bool) -> Job[V]:
        kept = self._results.get(key) if key else None
        if kept is not None:
            self._succeed(job, kept)
            return job
        self.warm()
        try:
            self._queue.put(job, patient)
        except AssistantError as error:
            job.fail(error)
            with self._lock:
                self._jobs.pop(job.id, None)
            raise
        return job

    def _serve(self, worker: Worker) -> None:
        """Take jobs one after the other; the process lives and dies with this thread (`confine`)."""
        self._refresh(worker)
        while (job := self._queue.take()) is not None:
            try:
                self._do(worker, job)
            finally:
                self._queue.done(job)
            self._refresh(worker)
        worker.end()

    def _refresh(self, worker: Worker) -> None:
        """Have a process wait for the next job, also after one that was killed."""
        if self._closed:
            return
        try:
            worker.make_ready(*limits_of(self._settings))
        except AssistantError:
            log.warning("a worker did not start; the next job tries again")

    def _do(self, worker: Worker, job: Job[Any]) -> None:
        """Bring a job to its end, whatever happens on the way."""
        try:
            assert job.task is not None
            key = self._key(job.task)
            kept = self._results.get(key) if key else None  # another of the same may have been done meanwhile
            self._succeed(job, self._result(worker, job, job.task, key) if kept is None else kept)
        except AssistantError as error:
            job.fail(error)
        except Exception:
            log.exception("%s failed", job.kind)
            if not job.over:
                job.fail(AssistantError(FAILED))

    def _result(self, worker: Worker, job: Job[Any], task: Task[Any], key: str) -> bytes:
        """Have a worker do it; raises what `Worker.run` raises."""
        order = Order(task, _without_secrets(self._settings), self._settings.worker_seconds)
        with self._lock:
            self._orders[job.id] = (worker, order)
            self.given += 1
        job.state = State.RUNNING
        try:
            result = worker.run(order, lambda line: setattr(job, "line", line), lambda: job.wanted)
        finally:
            with self._lock:
                self._orders.pop(job.id, None)
        if key and key == self._key(task):  # the library is what it was when it began
            self._results.keep(key, result)
        return result

    def _succeed(self, job: Job[Any], result: bytes) -> None:
        try:
            job.succeed(pickle.loads(result))
        except Exception:
            log.exception("what a worker found could not be kept")
            if not job.over:
                job.fail(AssistantError(FAILED))

    def _key(self, task: Task[Any]) -> str:
        """What a result is kept under; empty for one that is never kept."""
        try:
            content = task.content()
        except OSError:  # the worker tells what is wrong with the file
            return ""
        if content is None:
            return ""
        with self._engine.connect() as connection:
            revision = sql.revision(connection)
        tables = sorted((p.name, p.stat().st_mtime_ns) for p in _files(self._settings.own_tables))
        kind = f"{type(task).__module__}.{type(task).__qualname__}"
        told = _without_secrets(self._settings).model_dump_json()
        return sha256(repr((kind, content, date.today(), revision, tables, told)).encode("utf-8", "surrogatepass")).hexdigest()


def _files(folder: Path) -> list[Path]:
    try:
        return [p for p in folder.iterdir() if p.is_file()]
    except OSError:
        return []


def _without_secrets(settings: Settings) -> Settings:
    """The settings a worker gets: of passwords and keys, the library's address alone."""
    secrets = {name for name, field in type(settings).model_fields.items() if is_secret(field)}
    return settings.model_copy(update=dict.fromkeys(secrets - {"database_url"}, ""))
