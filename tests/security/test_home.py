"""The home is its owner's alone: looked at on a real server and real commands, with a umask that would leave all open."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.answer.service import Assistant
from assistant.config import load_settings
from assistant.desk.ops import privacy
from assistant.desk.ops.privacy import begin, make_private, too_open
from assistant.desk.people import accounts
from assistant.desk.people.accounts import Role
from assistant.store.engine import open_engine
from tests.web.people import Site, signed_in

ROOT = Path(__file__).resolve().parents[2]
LONG = 120  # a bound against hanging, not a measurement


def command(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command as an administrator runs it, on a machine whose files all may read."""
    return subprocess.run(
        [sys.executable, "-m", "assistant", "--home", str(home), *words],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        umask=0o022,
        capture_output=True,
        text=True,
        timeout=LONG,
    )


def open_to_others(home: Path) -> list[str]:
    return sorted(str(p.relative_to(home)) for p in [home, *home.rglob("*")] if not p.is_symlink() and p.stat().st_mode & 0o077)


def opened_up(home: Path) -> None:
    for path in [home, *home.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


@contextmanager
def server(home: Path) -> Iterator[tuple[str, list[str]]]:
    """A server as it is started on the command line: its address, and what it says on stderr (filled at its end)."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    said: list[str] = []
    running = subprocess.Popen(
        [sys.executable, "-m", "assistant", "--home", str(home), "serve", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        umask=0o022,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + LONG
        while running.poll() is None and time.monotonic() < until:
            try:
                if httpx.get(f"http://127.0.0.1:{port}/health", timeout=5).status_code:
                    break
            except httpx.TransportError:
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", said
    finally:
        running.send_signal(signal.SIGINT)
        said.append(running.communicate(timeout=LONG)[1])


def filled(home: Path) -> Path:
    """A home as the program before left it: open to all, with an upload of somebody's that a killed server left behind."""
    home.mkdir()
    engine = open_engine(load_settings(home).library_url)
    accounts.add(engine, "owner", "虚构甲", Role.STAFF, "执法队", by="test")
    engine.dispose()
    left = home / "incoming" / "case-old"
    left.mkdir(parents=True)
    (left / "案卷.txt").write_text("虚构的案卷")
    (home / "attachments" / "ab").mkdir(parents=True)
    (home / "attachments" / "ab" / "x").write_bytes(b"x")
    opened_up(home)
    for path in (left, left / "案卷.txt"):
        os.utime(path, (time.time() - 3 * 86400,) * 2)
    return home


def test_what_a_server_writes_is_its_users_alone(tmp_path: Path) -> None:
    home = filled(tmp_path / "home")
    made = load_settings(home)
    engine = open_engine(made.library_url)
    _, token = signed_in(engine, made, Role.STAFF, "sender")
    engine.dispose()
    opened_up(home)
    with server(home) as (address, said), httpx.Client(base_url=address, cookies={"assistant_session": token}, timeout=LONG) as client:
        assert open_to_others(home) == [], "closed at the start"
        assert not (home / "incoming" / "case-old").exists()
        form = {"title": "虚构事项", "question": "虚构的问题？", "urgency": "一般", "days": "5", "key": "home"}
        sent = client.post("/staff/matters/new", data=form, files={"files": ("说明.txt", "虚构".encode())})
        assert sent.status_code == 303
        client.post("/staff/verify", data={"text": "依据《虚构法》第一条处理。"})
        assert len([p for p in (home / "attachments").rglob("*") if p.is_file()]) == 2
        assert open_to_others(home) == [], "and what is written later"
        assert (home / "library.db-wal").exists()
    assert "其他用户可以读取" in said[0] and "chmod -R go-rwx" in said[0]


def test_what_a_command_writes_is_its_users_alone(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    assert command(home, "user", "list").returncode == 0
    assert open_to_others(home) == []
    assert command(home, "backup", str(tmp_path / "b.zip")).returncode == 0
    assert (tmp_path / "b.zip").stat().st_mode & 0o077 == 0
    assert command(tmp_path / "again", "restore", str(tmp_path / "b.zip")).returncode == 0
    assert open_to_others(tmp_path / "again") == []


def test_a_command_says_in_one_line_what_was_open_and_closes_it(tmp_path: Path) -> None:
    home = filled(tmp_path / "home")
    done = command(home, "user", "list", "--json")
    lines = [line for line in done.stderr.splitlines() if "其他用户" in line]
    assert done.returncode == 0 and len(lines) == 1 and str(home) in lines[0]
    assert "其他用户" not in done.stdout
    assert home.stat().st_mode & 0o077 == 0 and (home / "library.db").stat().st_mode & 0o077 == 0
    assert "其他用户" not in command(home, "user", "list").stderr


def test_a_link_in_the_home_closes_nothing_elsewhere(tmp_path: Path) -> None:
    home, elsewhere = filled(tmp_path / "home"), tmp_path / "elsewhere"
    elsewhere.write_bytes(b"x")
    elsewhere.chmod(0o644)
    (home / "link").symlink_to(elsewhere)
    (home / "folder").symlink_to(tmp_path)
    os.mkfifo(home / "pipe", 0o666)
    mended = make_private(home)
    assert mended.mended and not mended.left
    assert elsewhere.stat().st_mode & 0o777 == 0o644 and too_open(home) == 0


def test_what_cannot_be_closed_is_told_with_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = filled(tmp_path / "home")

    def refused(*_: Any) -> None:
        raise PermissionError

    monkeypatch.setattr(privacy.os, "fchmod", refused)
    told = begin(load_settings(home))
    assert len(told) == 1 and "root 运行：chmod -R go-rwx" in told[0] and open_to_others(home)


def test_the_administrator_sees_it(address: Site, assistant: Assistant) -> None:
    home = assistant.settings.home
    make_private(home)
    page = httpx.get(f"{address}/admin", headers=address.cookie(Role.ADMIN), timeout=LONG)
    assert "数据目录权限" in page.text and "只有运行本系统的用户可以读写" in page.text
    (home / "library.db").chmod(0o644)
    try:
        page = httpx.get(f"{address}/admin", headers=address.cookie(Role.ADMIN), timeout=LONG)
        assert "本机其他用户可以读取" in page.text and "chmod -R go-rwx" in page.text
    finally:
        (home / "library.db").chmod(0o600)
