"""Bodies: every address that takes one refuses what is too large, however its size is told, and keeps none of it."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Mount, Route

from assistant.answer.service import Assistant
from assistant.config import Settings
from assistant.desk.accounts import Role
from assistant.web.edge.bodies import FILE_FORMS, SMALL, most_bytes
from assistant.web.server import build_app
from tests.web.people import Site


def posting(routes: Any, prefix: str = "") -> Iterator[str]:
    """Every address of an application that takes POST, its parameters filled in."""
    for route in routes:
        if isinstance(route, Mount):
            yield from posting(route.routes or [], prefix + route.path)
        elif isinstance(route, Route) and "POST" in (route.methods or ()):
            yield prefix + route.path.replace("{path:path}", "x").replace("{", "").replace("}", "")


@pytest.fixture(scope="module")
def addresses(assistant: Assistant) -> list[str]:
    found = sorted(set(posting(build_app(assistant).routes)))
    assert len(found) > 45 and "/login" in found
    return found


def kept(settings: Settings) -> int:
    """Bytes in the home and in the folder for passing files."""
    places = [settings.home / "incoming", settings.home / "uploads", Path(tempfile.gettempdir())]
    return sum(p.stat().st_size for place in places for p in place.glob("*") if p.is_file())


@pytest.mark.parametrize("role", [None, Role.STAFF, Role.ADMIN, Role.COUNSEL])
def test_every_address_refuses_a_large_body(address: Site, addresses: list[str], settings: Settings, role: Role | None) -> None:
    """The length is told and is beyond every form; the answer comes without the body having been sent."""
    before = kept(settings)
    for path in addresses:
        with socket.create_connection(("127.0.0.1", int(str(address).rsplit(":", 1)[1])), timeout=20) as line:
            cookie = "".join(f"{k}: {v}\r\n" for k, v in address.cookie(role).items())
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\n{cookie}Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000000000\r\n\r\n"
            line.sendall(head.encode())
            status = int(line.recv(200).split()[1])
        assert status in (400, 401, 403, 404, 405, 411, 413), (path, status)
    assert kept(settings) == before


def test_a_large_form_without_a_length_is_cut_off(address: Site, settings: Settings) -> None:
    before = kept(settings)
    head = b'--b\r\nContent-Disposition: form-data; name="login"; filename="x.bin"\r\n\r\n'

    def pieces() -> Iterator[bytes]:
        yield head
        for _ in range(400):
            yield b"x" * 65536

    try:
        answer = httpx.post(f"{address}/login", content=pieces(), headers={"content-type": "multipart/form-data; boundary=b"}, timeout=30)
        assert answer.status_code == 413
    except httpx.WriteError:
        pass  # cut off while it was still sending
    assert kept(settings) == before
    assert httpx.get(f"{address}/login").status_code == 200


def test_a_length_that_lies_brings_no_more(address: Site) -> None:
    with socket.create_connection(("127.0.0.1", int(str(address).rsplit(":", 1)[1])), timeout=20) as line:
        line.sendall(
            b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5\r\n\r\n"
            + b"login=" * 50
        )
        assert line.recv(200).split()[1] in (b"400", b"401")


@pytest.mark.parametrize("length", ["-1", "1e9", "٣", "9" * 400, "5, 6"])
def test_absurd_lengths_are_refused(address: Site, length: str) -> None:
    with socket.create_connection(("127.0.0.1", int(str(address).rsplit(":", 1)[1])), timeout=20) as line:
        line.sendall(f"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
        assert line.recv(200).split()[1] in (b"400", b"413")


def test_only_the_listed_forms_take_more_than_a_little(addresses: list[str], settings: Settings) -> None:
    large = {p for p in addresses if most_bytes(p, settings) > SMALL}
    assert large and all(p.startswith(("/staff/", "/counsel", "/admin/documents")) for p in large)
    assert all(any(f.addresses.fullmatch(p) for p in addresses) for f in FILE_FORMS if "verify" not in f.addresses.pattern)


def test_an_upload_on_a_full_disk_is_told_so(address: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from collections import namedtuple

    from assistant.web.edge import bodies

    monkeypatch.setattr(bodies.shutil, "disk_usage", lambda _: namedtuple("Usage", "total used free")(1, 1, 10))
    files = {"files": ("a.txt", b"x" * (SMALL + 10))}
    answer = httpx.post(f"{address}/staff/reviews/new", files=files, headers=address.cookie(Role.REVIEWER), timeout=30)
    assert answer.status_code == 507 and "磁盘" in answer.text
