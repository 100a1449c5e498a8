"""Files brought in over the web, read beside the page one by one; progress to be asked for. What was read waits as drafts."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from uuid import uuid4

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.changes.drafts import Received, receive
from assistant.desk.people.people import Person
from assistant.errors import AssistantError
from assistant.law.statute.model import Level, Visibility
from assistant.library.sources.importing import Read, read_document

log = logging.getLogger(__name__)
_KEPT = 20


@dataclass
class ImportJob:
    """One reading: how many files, what came of each so far, and whether it is over. Its id is the batch of its drafts."""

    id: str
    owner: str
    total: int
    rows: list[Received] = field(default_factory=list)
    over: bool = False
    problem: str = ""


class ImportJobs:
    """The readings of this process, the last ones kept to be looked at; `reader` gives what reads files for a person."""

    def __init__(self, engine: Engine, settings: Settings, reader: Callable[[str], Read] = lambda _owner: read_document) -> None:
        self._engine, self._settings, self._reader = engine, settings, reader
        self._jobs: OrderedDict[str, ImportJob] = OrderedDict()
        self._lock = Lock()

    def start(self, person: Person, files: Sequence[Path], level: Level | None, visibility: Visibility, origin: str) -> ImportJob:
        """Begin to read files that were sent here; they are removed afterwards, and so is a folder that then is empty."""
        job = ImportJob(uuid4().hex, person.id, len(files))
        with self._lock:
            self._jobs[job.id] = job
            while len(self._jobs) > _KEPT:
                self._jobs.popitem(last=False)
        Thread(target=self._work, args=(job, person, files, level, visibility, origin), name="import", daemon=True).start()
        return job

    def get(self, job_id: str) -> ImportJob | None:
        """Return a job, or None where it is no longer kept."""
        return self._jobs.get(job_id)

    def read_for(self, person: Person) -> Read:
        """Return what reads files for a person."""
        return self._reader(person.id)

    def _work(
        self, job: ImportJob, person: Person, files: Sequence[Path], level: Level | None, visibility: Visibility, origin: str
    ) -> None:
        told = {"batch": job.id, "level": level, "visibility": visibility, "origin": origin}
        try:
            for row in receive(self._engine, self._settings, person, files, read=self.read_for(person), **told):  # type: ignore[arg-type]
                job.rows.append(row)
        except AssistantError as error:
            job.problem = str(error)
        except Exception:
            log.exception("a reading failed")
            job.problem = "读取中断了；已列出的文件可以核对。请查看日志，再把其余文件导入一次。"
        finally:
            _throw_away(files)
            job.over = True


def _throw_away(files: Sequence[Path]) -> None:
    """What was sent is kept elsewhere now; a copy would lie about."""
    for path in files:
        with suppress(OSError):
            path.unlink()
            path.parent.rmdir()
            path.parent.parent.rmdir()
