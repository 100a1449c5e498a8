"""Debian's PostgreSQL on loopback for the tests that run on both databases: one server a session, one database a test."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import create_engine, text

from assistant.store.engine import open_engine

#: What is asked of a test server: nothing it holds outlives the session.
_OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "shared_buffers=32MB")
_numbers = count(1)


def programs() -> Path | None:
    """Return where the newest installed server's programs lie; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def server() -> Iterator[str]:
    """A server in a folder of its own; gives the address of its databases without a name. Skips where none is installed."""
    folder = programs()
    if folder is None:
        pytest.skip("没有安装 PostgreSQL（apt-get install postgresql）")
    with TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as place:
        os.chmod(place, 0o777)
        data = Path(place) / "data"
        _run("initdb", folder, "-D", str(data), "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        options = " ".join(f"-c {o}" for o in (*_OPTIONS, "listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories="))
        _run("pg_ctl", folder, "-D", str(data), "-w", "-l", f"{place}/log", "-o", options, "start")
        address = f"postgresql+psycopg://tests@127.0.0.1:{port}/"
        try:
            open_engine(_made(address, "layout")).dispose()  # migrated once; every test's database is a copy of it
            yield address
        finally:
            _run("pg_ctl", folder, "-D", str(data), "-m", "immediate", "stop")


@contextmanager
def database(address: str, template: str = "layout") -> Iterator[str]:
    """A database of its own on the server, with the newest tables and nothing in them; gives its address."""
    name = f"test_{next(_numbers)}"
    url = _made(address, name, template)
    try:
        yield url
    finally:
        _say(address, f"drop database {name} with (force)")


def _made(address: str, name: str, template: str = "template1") -> str:
    _say(address, f"create database {name} template {template}")
    return address + name


def _say(address: str, statement: str) -> None:
    engine = create_engine(address + "postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _run(program: str, folder: Path, *arguments: str) -> None:
    """Run one of the server's programs; as root they refuse to, so that the user postgres does it."""
    command = [str(folder / program), *arguments]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    # pg_ctl leaves a server behind that would keep a pipe open.
    done = subprocess.run(command, cwd="/tmp", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if done.returncode:
        pytest.fail(f"{program} 没有成功（退出码 {done.returncode}）")
