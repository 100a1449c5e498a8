"""Connections: half a request, a trickle, a reader who does not read, too many at once; and what the headers say."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import httpx
import pytest

from assistant.answer.service import Assistant
from assistant.web.server import build_app
from tests.web.people import Site
from tests.web.serving import running


@pytest.fixture(scope="module")
def strict(assistant: Assistant) -> Iterator[Site]:
    """The application on a server with short limits."""
    limits = {"request_head_seconds": 1.0, "request_stalled_seconds": 1.0, "connections_per_address": 60, "connections_total": 80}
    short = assistant.settings.model_copy(update=limits)
    with running(build_app(assistant), short) as site:
        yield site


def opened(site: Site, first: bytes = b"") -> socket.socket:
    line = socket.create_connection(("127.0.0.1", int(str(site).rsplit(":", 1)[1])), timeout=30)
    if first:
        line.sendall(first)
    return line


def closed(line: socket.socket) -> bool:
    """True once the other side has closed, waited for at most half a minute."""
    try:
        return line.recv(1) == b""
    except ConnectionResetError:
        return True


def test_half_open_connections_are_dropped_and_others_served(strict: Site) -> None:
    lines = [opened(strict, first) for first in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX: ") for _ in range(15)]
    assert httpx.get(f"{strict}/login", timeout=30).status_code == 200
    assert all(closed(line) for line in lines)


def test_a_head_that_comes_by_single_bytes_is_not_waited_for(strict: Site) -> None:
    line = opened(strict)
    with pytest.raises(OSError):
        for byte in b"GET /login HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"a" * 400:
            line.sendall(bytes([byte]))
            time.sleep(0.1)


def test_a_body_that_trickles_is_not_waited_for(strict: Site) -> None:
    line = opened(strict, b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n")
    with pytest.raises(OSError):
        for _ in range(400):
            line.sendall(b"a")
            time.sleep(0.1)


def test_an_ordinary_slow_upload_is_waited_for(strict: Site) -> None:
    """Slower than the first moments allow, but going on."""
    body = b"login=nobody&password=" + b"x" * 60_000

    def pieces() -> Iterator[bytes]:
        for at in range(0, len(body), 6000):
            yield body[at : at + 6000]
            time.sleep(0.25)

    headers = {"content-type": "application/x-www-form-urlencoded", "content-length": str(len(body))}
    assert httpx.post(f"{strict}/login", content=pieces(), headers=headers, timeout=30).status_code in (400, 401, 429)


def test_one_address_holds_only_so_many(strict: Site) -> None:
    lines = [opened(strict) for _ in range(75)]
    time.sleep(0.3)
    refused = 0
    for line in lines:
        line.settimeout(0.01)
        try:
            refused += line.recv(1) == b""
        except ConnectionResetError:
            refused += 1
        except TimeoutError:
            pass
        line.close()
    assert refused >= 10
    time.sleep(0.3)
    assert httpx.get(f"{strict}/login", timeout=30).status_code == 200


def test_a_reader_who_does_not_read_is_dropped(strict: Site) -> None:
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", int(str(strict).rsplit(":", 1)[1])))
    ask = b"GET /static/desk.js HTTP/1.1\r\nHost: x\r\n\r\n"
    with pytest.raises(OSError):
        for _ in range(2000):
            line.sendall(ask * 20)
            time.sleep(0.02)


def test_headers_say_nothing_of_the_server(strict: Site) -> None:
    answer = httpx.get(f"{strict}/login")
    assert "server" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff" and "content-security-policy" in answer.headers


def test_behind_tls_browsers_are_told_to_stay_there(assistant: Assistant) -> None:
    named = assistant.settings.model_copy(update={"public_url": "https://wenlv.example.gov.cn"})
    told = build_app(_With(assistant, named))  # type: ignore[arg-type]
    with running(told, named) as site:
        answer = httpx.get(f"{site}/login")
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert httpx.get(f"{site}/login", headers={"Host": "evil.example"}).status_code == 400
        assert httpx.get(f"{site}/login", headers={"Host": "wenlv.example.gov.cn"}).status_code == 200


class _With:
    """An assistant under other settings."""

    def __init__(self, assistant: Assistant, settings: object) -> None:
        self._assistant, self.settings = assistant, settings

    def __getattr__(self, name: str) -> object:
        return getattr(self._assistant, name)
