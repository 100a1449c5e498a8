"""The home is its owner's alone: made closed, and closed again where others were let in, with a word about it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def command(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the program on a home, under the umask most machines have."""
    run = [sys.executable, "-c", "import os, sys; os.umask(0o022); from assistant.cli import main; sys.exit(main())", *words]
    return subprocess.run(run, cwd=ROOT, env=os.environ | {"ASSISTANT_HOME": str(home)}, capture_output=True, text=True, check=False)


def open_to_others(home: Path) -> list[str]:
    return [p.name for p in (home, *home.rglob("*")) if p.stat().st_mode & 0o077]


def test_a_home_is_made_closed(tmp_path: Path) -> None:
    done = command(tmp_path / "home", "user", "list")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "home" / "library.db").exists() and not open_to_others(tmp_path / "home")


def test_a_home_open_to_others_is_closed_and_told(tmp_path: Path) -> None:
    home = tmp_path / "home"
    command(home, "user", "list")
    home.chmod(0o755)
    (home / "library.db").chmod(0o644)
    again = command(home, "user", "list")
    assert "其他用户可以读取" in again.stderr and "chmod -R go-rwx" in again.stderr
    assert not open_to_others(home)
