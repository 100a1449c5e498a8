"""Staged files put in the place of those there are, together with one transaction of the database: all of it or nothing.

What is brought lies beside first, in a folder of ours on the same disk. The plan is on the disk before the first file
moves; the files move inside the transaction that brings the rows, and that transaction carries the plan's number. So
whatever happens in between (a full disk, kill -9, a power cut), the next start sees by the database which way to go:
the number is there, and the files go forward; or it is not, and they go back.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.errors import AssistantError, RefusedInput
from assistant.store.engine import open_engine, writing
from assistant.store.library import statutes as sql

#: The folder of ours in a home, and in a folder of tables outside it.
STAGING, _BESIDE = "restoring", ".restoring"
_PLAN, _NOTE = "plan.json", "restoring"


@dataclass(frozen=True, slots=True)
class Move:
    """One place: what is put there (None: nothing), and where what was there goes (None: nothing was)."""

    place: str
    new: str | None
    old: str | None


class Switch:
    """The files brought so far, and the plan to put them in place; used inside `only_one`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.folder = settings.home / STAGING
        self._staged: dict[Path, Path] = {}
        self._token = uuid4().hex
        self._moves: tuple[Move, ...] = ()
        for folder in _folders(settings):
            _remove(folder)
        _private(self.folder)

    def bring(self, place: Path, pieces: Iterable[bytes]) -> None:
        """Write what will lie at `place` beside it, on the disk for good."""
        beside = self._beside(place)
        _private(beside)
        new = beside / f"new-{len(self._staged)}"
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        self._staged[place] = new

    def plan(self, replaced: Iterable[Path]) -> None:
        """Write down what goes where; `replaced` are files that give way. Raises RefusedInput where a place leads elsewhere."""
        going = {path for path in (*replaced, *self._staged) if os.path.lexists(path)}
        moves = []
        for number, place in enumerate(sorted(going | self._staged.keys())):
            self._check(place)
            new, old = self._staged.get(place), self._beside(place) / f"old-{number}" if place in going else None
            if old:
                _private(old.parent)
            moves.append(Move(str(place.absolute()), str(new.absolute()) if new else None, str(old.absolute()) if old else None))
        self._moves = tuple(moves)
        plan, written = self.folder / _PLAN, self.folder / f"{_PLAN}.part"
        with written.open("w", encoding="utf-8") as file:
            json.dump({"token": self._token, "moves": [asdict(m) for m in moves]}, file)
            file.flush()
            os.fsync(file.fileno())
        written.replace(plan)
        _on_disk({self.folder, *(Path(m.new or m.old or m.place).parent for m in moves)})

    def put(self, connection: Connection) -> None:
        """Move the files, inside the transaction that brings the rows; the caller settles afterwards, whatever happened."""
        sql.save_note(connection, _NOTE, self._token)
        _forward(self._moves)

    def _beside(self, place: Path) -> Path:
        return self.folder if place.is_relative_to(self._settings.home) else self._settings.own_tables / _BESIDE

    def _check(self, place: Path) -> None:
        root = self._settings.home if place.is_relative_to(self._settings.home) else self._settings.own_tables
        there = place.parent.resolve()
        if not there.is_relative_to(root.resolve()) or (os.path.lexists(place) and not place.is_file()) or place.is_symlink():
            raise RefusedInput(str(place), "是链接或文件夹，恢复会写到别处，没有作任何改动；请先移走它再恢复")
        file = next((p for p in place.parents if p.is_relative_to(root) and p.is_file()), None)
        if file is not None:
            raise RefusedInput(str(file), "是文件，恢复要在那里放文件夹，没有作任何改动；请先移走它再恢复")


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Let one restore run at a time; raises AssistantError while another does."""
    settings.home.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(str(settings.home / "restoring.lock"), timeout=0):
            yield
    except Timeout as error:
        raise AssistantError("另一个恢复正在进行，请等它结束后再试") from error


def settle(settings: Settings, engine: Engine) -> bool | None:
    """Bring an unfinished switch to its end, forward or back, and clear up; True forward, False back, None where there was none.

    May be called again after it was itself broken off.
    """
    plan = settings.home / STAGING / _PLAN
    forward: bool | None = None
    if plan.exists():
        written = json.loads(plan.read_text(encoding="utf-8"))
        moves = tuple(Move(**m) for m in written["moves"])
        with engine.connect() as connection:
            forward = sql.note(connection, _NOTE) == written["token"]
        _forward(moves) if forward else _back(moves)
        plan.unlink()
        _on_disk({plan.parent})
    if forward:
        with writing(engine) as connection:
            sql.drop_note(connection, _NOTE)
    for folder in _folders(settings):
        _remove(folder)
    return forward


def finish_interrupted(settings: Settings) -> str:
    """At a start: bring a restore that was broken off to its end; return what was done in Chinese, empty where nothing was.

    A restore that is running now is left alone.
    """
    if not (settings.home / STAGING).is_dir():
        return ""
    try:
        with FileLock(str(settings.home / "restoring.lock"), timeout=0):
            engine = open_engine(settings.library_url)
            try:
                forward = settle(settings, engine)
            finally:
                engine.dispose()
    except Timeout:
        return ""
    if forward is None:
        return "上次恢复在放入之前中断了，数据没有变；需要的话请重新恢复。"
    return "上次恢复中断时数据已经放入，现在把文件也放好了。" if forward else "上次恢复中断了，已退回恢复之前的样子；需要的话请重新恢复。"


def _forward(moves: Iterable[Move]) -> None:
    """Put everything in place; a move that was made before is left."""
    touched = set()
    for move in moves:
        place = Path(move.place)
        touched.add(place.parent)
        if move.new and not os.path.lexists(move.new):
            continue
        if move.old and os.path.lexists(place) and not os.path.lexists(move.old):
            os.replace(place, move.old)
        if move.new:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.replace(move.new, place)
    _on_disk(touched)


def _back(moves: Iterable[Move]) -> None:
    """Put everything back; a move that was not made is left."""
    touched = set()
    for move in reversed(tuple(moves)):
        place = Path(move.place)
        touched.add(place.parent)
        if move.new and not os.path.lexists(move.new) and os.path.lexists(place):
            os.replace(place, move.new)
        if move.old and os.path.lexists(move.old):
            if place.is_dir() and not place.is_symlink():
                place.rmdir()  # made on the way there, and empty again: what lay in it went back before
            os.replace(move.old, place)
    _on_disk(touched)


def _folders(settings: Settings) -> tuple[Path, ...]:
    return settings.home / STAGING, settings.own_tables / _BESIDE


def _private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _remove(folder: Path) -> None:
    """Take away a folder of ours; a link in its place is no folder of ours."""
    if folder.is_symlink():
        raise AssistantError(f"{folder} 是链接，请先删除它再恢复")
    if folder.is_dir():
        shutil.rmtree(folder)


def _on_disk(folders: Iterable[Path]) -> None:
    for folder in folders:
        if folder.is_dir():
            opened = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)
