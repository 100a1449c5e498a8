"""What a worker process may take: memory, processor time, file size; and that it never outlives the server."""

from __future__ import annotations

import os
import resource
import signal
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.child import end_with

_MB: Final = 1024 * 1024
#: Address space beyond the memory: mapped libraries, fonts and models, which cost nothing until they are read.
_MAPPED_MB: Final = 8192
#: Seconds of the processor beyond a task's own: the server ends a task on time; this is for a worker that has lost its server.
_GRACE: Final = 15
_NICE: Final = 10
_NEAR: Final = 0.5
#: Where memory runs out, the kernel takes a worker before the server.
_FIRST_TO_GO: Final = "800"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker is given when it starts; `folder` is its own, thrown away with it."""

    memory_mb: int
    file_mb: int
    server: int
    folder: Path


def confine(limits: Limits) -> None:
    """Put this process under its limits, for good. The process ends here where its server is gone already."""
    os.umask(0o077)
    os.nice(_NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with(limits.server)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_DATA, limits.memory_mb * _MB)
    _limit(resource.RLIMIT_AS, (limits.memory_mb + _MAPPED_MB) * _MB)
    _limit(resource.RLIMIT_FSIZE, limits.file_mb * _MB)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO, encoding="ascii")
    tempfile.tempdir = str(limits.folder)


def allow_seconds(seconds: int) -> None:
    """Let this process use the processor for so long from now; it is ended by the kernel beyond."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    # A worker uses at most as many processors as there are, and libraries it calls may use them all.
    most = int(used.ru_utime + used.ru_stime) + (seconds + _GRACE) * (os.cpu_count() or 1)
    resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


def crowded(limits: Limits) -> bool:
    """True where this process came so near its memory that a library may have been refused some.

    Not all of them say so: an XML parser that gets none calls the document damaged.
    """
    return _peak_mb() > limits.memory_mb * _NEAR


def _peak_mb() -> int:
    """The most memory this process ever held (that of the program, not of the one it was started from)."""
    with suppress(OSError, ValueError, IndexError):
        told = Path("/proc/self/status").read_text(encoding="utf-8")
        return int(told.split("VmHWM:")[1].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _limit(what: int, most: int) -> None:
    """Lower a limit; one that is lower already stays."""
    _, hard = resource.getrlimit(what)
    with suppress(ValueError, OSError):
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))
