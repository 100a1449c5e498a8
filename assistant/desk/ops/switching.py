"""Files brought in all or none: laid ready beside, then moved into place, and the move finished after a crash."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from assistant.config import SETTINGS_FILE, Settings
from assistant.desk.ops.home_files import OTHER_SETTINGS, own_files, place_of

_PLACE: Final = ".restoring"
_JOURNAL: Final = "journal.json"


@dataclass(frozen=True, slots=True)
class Switch:
    """A restore under way: where its files lie ready, and the token that its record in the trail bears."""

    settings: Settings
    token: str

    @property
    def place(self) -> Path:
        """The folder of what is ready, inside the home and so on the same disk."""
        return self.settings.home / _PLACE

    def begin(self) -> None:
        """Make the empty folder; what an earlier try left there is thrown away."""
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir(mode=0o700, parents=True)

    def lay(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write one file ready, under its path inside the home."""
        file = self.place / "files" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            for piece in pieces:
                written.write(piece)
            written.flush()
            os.fsync(written.fileno())

    def ready(self, names: Iterable[str]) -> None:
        """Note down what is to be moved: from now on the restore can be finished without the archive."""
        noted = self.place / f"{_JOURNAL}.new"
        noted.write_text(json.dumps({"token": self.token, "files": sorted(names)}, ensure_ascii=False), "utf-8")
        noted.rename(self.place / _JOURNAL)

    def finish(self) -> int:
        """Move what is ready into place, remove the home's files that are not among it; return how many were moved."""
        journal = _journal(self.settings.home)
        wanted: list[str] = journal["files"] if journal else []
        for name, file in list(own_files(self.settings)):
            if name not in wanted and name not in (SETTINGS_FILE, OTHER_SETTINGS):
                file.unlink()  # it lies in the backup made before
        for name in wanted:
            ready, target = self.place / "files" / name, place_of(self.settings, name)
            if not ready.exists():  # moved before the crash
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            if self.place.stat().st_dev == target.parent.stat().st_dev:
                ready.replace(target)
            else:
                beside = target.with_name(f".{target.name}.restoring")
                shutil.copyfile(ready, beside)
                beside.chmod(0o600)
                beside.replace(target)
        shutil.rmtree(self.place)
        return len(wanted)

    def drop(self) -> None:
        """Throw away what lies ready."""
        shutil.rmtree(self.place, ignore_errors=True)


def interrupted(settings: Settings) -> Switch | None:
    """Return the restore that was broken off after its files lay ready, None where there is none; others are thrown away."""
    if not (settings.home / _PLACE).exists():
        return None
    journal = _journal(settings.home)
    if journal is None:
        shutil.rmtree(settings.home / _PLACE, ignore_errors=True)
        return None
    return Switch(settings, str(journal["token"]))


def _journal(home: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((home / _PLACE / _JOURNAL).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found
