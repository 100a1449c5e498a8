"""Files being read for a review: the work of seconds (minutes for scans), done beside the page that waits for it."""

from __future__ import annotations

import logging
import tempfile
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from shutil import copyfileobj
from threading import Event, Lock, Semaphore, Thread
from typing import BinaryIO
from uuid import uuid4

from sqlalchemy import Engine

from assistant.desk import reviews
from assistant.desk.people import OFFICE, Person
from assistant.desk.reviews import NoReview
from assistant.errors import AssistantError, RefusedInput
from assistant.review.model import DocumentKind
from assistant.review.service import Reviewer

log = logging.getLogger(__name__)

#: Readings at work at one moment; reading is bound by the processor.
_AT_ONCE = 2
_KEPT = 200
_LONGEST_NAME = 80
FAILED = "读取文件时出错，没有保存；请重试，仍不行请把文件另存为 DOCX、PDF 或 TXT，或者联系管理员。"


@dataclass
class Reading:
    """One reading: done once `review_id` or `refused` is set."""

    owner: str
    files: tuple[str, ...]
    kind: DocumentKind
    started: datetime
    done: Event
    review_id: str = ""
    refused: str = ""

    @property
    def seconds(self) -> int:
        """Whole seconds since it began."""
        return int((datetime.now() - self.started).total_seconds())


class Readings:
    """The readings of one server, the oldest forgotten first. Uploaded files live in a folder of their own until read."""

    def __init__(self, engine: Engine, reviewer: Reviewer) -> None:
        self._engine = engine
        self._reviewer = reviewer
        self._lock = Lock()
        self._at_once = Semaphore(_AT_ONCE)
        self._kept: OrderedDict[str, Reading] = OrderedDict()

    def start(self, person: Person, files: Iterable[tuple[str, BinaryIO]], kind: DocumentKind, as_of: date | None = None) -> str:
        """Copy the uploads aside and begin to read them; return the reading's number. Raises RefusedInput without any."""
        if person.role not in OFFICE:
            raise NoReview
        folder = tempfile.TemporaryDirectory(prefix="review-")
        try:
            paths = [_copied(Path(folder.name), index, name, data) for index, (name, data) in enumerate(files)]
            if not paths:
                raise RefusedInput("文件", "没有选择文件，请选择案卷、合同或者文件草案")
        except BaseException:
            folder.cleanup()
            raise
        reading = Reading(person.id, tuple(p.name for p in paths), kind, datetime.now(), Event())
        number = uuid4().hex
        with self._lock:
            self._kept[number] = reading
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        Thread(target=self._run, args=(reading, person, folder, paths, as_of), name="review-reading", daemon=True).start()
        return number

    def reading(self, person: Person, number: str, wait: float = 0.0) -> Reading:
        """Return a reading of the person's, after waiting at most `wait` seconds for its end; raises NoReview."""
        with self._lock:
            found = self._kept.get(number)
        if found is None or found.owner != person.id:
            raise NoReview
        found.done.wait(wait)
        return found

    def _run(
        self, reading: Reading, person: Person, folder: tempfile.TemporaryDirectory[str], paths: list[Path], as_of: date | None
    ) -> None:
        try:
            with folder, self._at_once:
                reading.review_id = reviews.open_files(self._engine, self._reviewer, person, paths, reading.kind, as_of)
        except RefusedInput as refused:  # the folder the upload lay in means nothing to the user
            reading.refused = f"{Path(refused.name).name}：{refused.reason}"
        except AssistantError as error:
            reading.refused = str(error)
        except Exception:
            log.exception("a document could not be reviewed")
            reading.refused = FAILED
        finally:
            reading.done.set()


def _copied(folder: Path, index: int, name: str, data: BinaryIO) -> Path:
    """Each upload lies in a folder of its own under the name it came with, cut to what a file system takes."""
    bare = PurePosixPath(name.replace("\\", "/")).name.replace("\x00", "").strip(". ") or "文件"
    suffix = PurePosixPath(bare).suffix[:12]
    path = folder / str(index) / f"{PurePosixPath(bare).stem[:_LONGEST_NAME]}{suffix}"
    path.parent.mkdir()
    with path.open("wb") as out:
        copyfileobj(data, out)
    return path
