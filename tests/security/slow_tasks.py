"""Tasks that do what a hostile document would make a reader do; only tests hand them in."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from assistant.desk.work import Bench, Task
from assistant.library.progress import tell


@dataclass(frozen=True, slots=True)
class Endless(Task[str]):
    """Never ends, and holds the interpreter's lock as a regular expression does."""

    kind: ClassVar[str] = "试验"
    name_: str = "没完没了.txt"
    started: Path | None = None

    @property
    def name(self) -> str:
        return self.name_

    def run(self, bench: Bench) -> str:
        import re

        tell("正在读第 1 页")
        if self.started:
            self.started.write_text(str(os.getpid()), encoding="ascii")
        re.match("(a+)+$", "a" * 60 + "b")
        return "没有到过这里"


@dataclass(frozen=True, slots=True)
class Short(Task[int]):
    """Tells the process it was done in."""

    kind: ClassVar[str] = "试验"
    mark: str = ""

    @property
    def name(self) -> str:
        return "短.txt"

    def content(self) -> Hashable:
        return self.mark or None

    def run(self, bench: Bench) -> int:
        return os.getpid()


@dataclass(frozen=True, slots=True)
class Greedy(Task[int]):
    """Takes more memory than there is."""

    kind: ClassVar[str] = "试验"

    @property
    def name(self) -> str:
        return "吃内存.docx"

    def run(self, bench: Bench) -> int:
        held = []
        for _ in range(1000):
            held.append(bytearray(32 * 1024 * 1024))
        return len(held)


@dataclass(frozen=True, slots=True)
class Crashing(Task[int]):
    """Ends its process by a signal, as a library's fault does."""

    kind: ClassVar[str] = "试验"
    number: int = signal.SIGSEGV

    @property
    def name(self) -> str:
        return "会崩.pdf"

    def run(self, bench: Bench) -> int:
        os.kill(os.getpid(), self.number)
        time.sleep(60)
        return 0


@dataclass(frozen=True, slots=True)
class Writing(Task[str]):
    """Tries to change the library, and tells what hindered it and which secrets it sees."""

    kind: ClassVar[str] = "试验"

    @property
    def name(self) -> str:
        return "改库.txt"

    def run(self, bench: Bench) -> str:
        seen = [name for name in os.environ if name.startswith("ASSISTANT_")]
        seen += [bench.settings.model_key, bench.settings.smtp_password, bench.settings.webhook_secret]
        try:
            with bench.engine.connect() as connection:
                connection.exec_driver_sql("delete from statute")
                connection.commit()
        except Exception as error:
            return f"{type(error).__name__} {''.join(seen)}".strip()
        return "改了"
