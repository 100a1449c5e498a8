"""Imports that run beside the page: files in, one report a file, then the index; progress to be asked for."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from uuid import uuid4

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.imports import import_documents
from assistant.desk.work import Work
from assistant.desk.work.tasks import read_by
from assistant.errors import AssistantError
from assistant.law.model import Level, Visibility
from assistant.library.importing import Imported
from assistant.library.shelving import Placed
from assistant.search.build import needs_sync, sync_index

log = logging.getLogger(__name__)
_KEPT = 20


@dataclass
class ImportJob:
    """One import: how many files, what came of each so far, what is being done, and whether it is over."""

    id: str
    owner: str
    total: int
    rows: list[Imported] = field(default_factory=list)
    doing: str = "正在导入……"
    problem: str = ""

    @property
    def over(self) -> bool:
        """True once nothing more will be done."""
        return not self.doing

    @property
    def changed(self) -> bool:
        """True where the library is not what it was."""
        return any(r.outcome not in (Placed.REFUSED, Placed.UNCHANGED) for r in self.rows)


class ImportJobs:
    """The imports of this process, the last ones kept to be looked at."""

    def __init__(self, engine: Engine, settings: Settings, work: Work) -> None:
        self._engine, self._settings, self._workers = engine, settings, work
        self._jobs: OrderedDict[str, ImportJob] = OrderedDict()
        self._lock = Lock()

    def start(self, owner: str, files: Sequence[Path], level: Level | None, visibility: Visibility) -> ImportJob:
        """Begin to import files that were sent here; they are removed afterwards, and so is a folder that then is empty."""
        job = ImportJob(uuid4().hex, owner, len(files))
        with self._lock:
            self._jobs[job.id] = job
            while len(self._jobs) > _KEPT:
                self._jobs.popitem(last=False)
        Thread(target=self._work, args=(job, files, level, visibility), name="import", daemon=True).start()
        return job

    def get(self, job_id: str) -> ImportJob | None:
        """Return a job, or None where it is no longer kept."""
        return self._jobs.get(job_id)

    def _work(self, job: ImportJob, files: Sequence[Path], level: Level | None, visibility: Visibility) -> None:
        try:
            self._import(job, files, level, visibility)
            self._index(job)
        finally:
            job.doing = ""

    def _import(self, job: ImportJob, files: Sequence[Path], level: Level | None, visibility: Visibility) -> None:
        try:
            read = read_by(self._workers, job.owner)
            for row in import_documents(self._engine, self._settings, files, job.owner, level=level, visibility=visibility, read=read):
                job.rows.append(row)
        except AssistantError as error:
            job.problem = str(error)
        except Exception:
            log.exception("an import failed")
            job.problem = "导入中断了；已列出的文件都已入库。请查看日志，再把其余文件导入一次。"
        finally:
            _throw_away(files)

    def _index(self, job: ImportJob) -> None:
        """Bring the index up to date where it is not, be it for this import or one before that was broken off."""
        job.doing = "正在更新索引……"
        try:
            if job.changed or needs_sync(self._engine, self._settings):
                sync_index(self._engine, self._settings, lambda line: setattr(job, "doing", f"正在更新索引：{line}"))
        except AssistantError as error:
            job.problem = job.problem or str(error)
        except Exception:
            log.exception("indexing after an import failed")
            job.problem = job.problem or "文件已入库，但索引没有更新，暂时检索不到；请管理员运行 assistant setup。"


def _throw_away(files: Sequence[Path]) -> None:
    """What was sent is in the library now; a copy would lie about, and some can be read by their address."""
    for path in files:
        with suppress(OSError):
            path.unlink()
            path.parent.rmdir()
