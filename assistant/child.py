"""A program of our own beside this one: how it is started, and that it never outlives the one that started it.

It is a fresh interpreter and not a fork: no socket, no database handle, no thread and no setting of this process is in it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

#: Settings of this process that a child does not get by its environment.
_OWN: Final = "ASSISTANT_"
_SET_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG


Process = subprocess.Popen[bytes]


def start(module: str, arguments: Sequence[str] = (), *, files: Sequence[int] = (), listens: bool = False, speaks: bool = False) -> Process:
    """Start `main` of a module of ours, given its arguments, with those open files of this process that are named and no others.

    `listens` and `speaks` say whether it has a pipe to its standard input, and one from its standard output. On Linux the
    kernel ends it with the thread that calls this (`end_with`). Raises OSError where it does not start.
    """
    program = f"import sys; from {module} import main; main(*sys.argv[1:])"
    return subprocess.Popen(
        [sys.executable, "-P", "-c", program, *arguments],
        stdin=subprocess.PIPE if listens else subprocess.DEVNULL,
        stdout=subprocess.PIPE if speaks else subprocess.DEVNULL,
        env=environment(),
        start_new_session=True,
        close_fds=True,
        pass_fds=files,
    )


def end_with(parent: int) -> None:
    """Have the kernel kill this process when the thread that started it ends (Linux); elsewhere the closed pipe tells it."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def environment() -> dict[str, str]:
    """This environment without our settings; libraries keep to one thread, and modules are found where this process finds them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OWN)}
    kept |= {"PYTHONPATH": os.pathsep.join(p or os.getcwd() for p in sys.path), "MALLOC_ARENA_MAX": "2"}
    return kept | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
