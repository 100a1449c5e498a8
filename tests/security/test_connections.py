"""Connections: half a request, a trickle, a reader who does not read, too many at once; and what the headers say."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI, Response

from assistant.answer.service import Assistant
from assistant.desk.people.accounts import Role
from assistant.web.edge.access import COOKIE
from assistant.web.edge.held import Held, place_of
from assistant.web.server import build_app
from tests.web.people import Site, signed_in
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


def served(site: Site) -> bool:
    """True where a new connection gets its page."""
    return httpx.get(f"{site}/login", timeout=30).status_code == 200


def test_half_open_connections_are_dropped_and_others_served(assistant: Assistant) -> None:
    patient = assistant.settings.model_copy(update={"request_head_seconds": 4.0})
    firsts = (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"POST /login HTTP/1.1\r\nContent-Length: 5\r\n")
    with running(build_app(assistant), patient) as site:
        lines = [opened(site, first) for first in firsts for _ in range(50)]
        assert all(served(site) for _ in range(3)), "pages are served while they are held"
        assert all(closed(line) for line in lines)


def test_who_holds_too_many_pushes_out_their_own(strict: Site) -> None:
    """A hundred and fifty silent connections, more than one address and all may hold; a page is asked for after each thirty."""
    lines = []
    for _ in range(5):
        lines += [opened(strict) for _ in range(30)]
        assert served(strict)
    assert all(closed(line) for line in lines)


def test_a_request_being_answered_is_not_pushed_out(strict: Site) -> None:
    body = b"login=nobody&password=x"
    head = b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body)
    asking = opened(strict, head + body[:5])
    time.sleep(0.2)
    lines = [opened(strict) for _ in range(100)]
    asking.sendall(body[5:])
    assert asking.recv(12) in (b"HTTP/1.1 401", b"HTTP/1.1 429")
    assert all(closed(line) for line in lines)


def test_the_proxies_of_the_settings_may_hold_more(assistant: Assistant) -> None:
    limits = {"connections_per_address": 10, "connections_total": 400, "trusted_proxies": ["127.0.0.0/8"]}
    with running(build_app(assistant), assistant.settings.model_copy(update=limits)) as site:
        lines = [opened(site) for _ in range(60)]
        time.sleep(0.3)
        for line in lines:
            line.sendall(b"GET /manifest.json HTTP/1.1\r\nHost: x\r\n\r\n")
        assert all(line.recv(12) == b"HTTP/1.1 200" for line in lines)


def test_an_office_of_ipv6_is_one_place() -> None:
    assert place_of("2001:db8:1:2:3::4") == place_of("2001:db8:1:2:ffff::1") != place_of("2001:db8:1:3::1")
    assert place_of("::ffff:192.0.2.7") == place_of("192.0.2.7") != place_of("192.0.2.8")
    held: Held[str] = Held(2, 3, ["10.0.0.0/8"])
    assert [held.taken(name, "192.0.2.7") for name in "abc"] == [[], [], ["a"]], "the oldest goes, the newcomer stays"
    held.asking("b")
    held.asking("c")
    assert held.taken("d", "192.0.2.7") == ["d"], "where all others are being answered the newcomer goes"
    assert [held.taken(name, "10.0.0.1") for name in "efgh"] == [[], ["e"], ["f"], ["g"]]


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


def test_a_body_that_stops_after_a_quick_start_is_not_waited_for(assistant: Assistant, strict: Site) -> None:
    """What came fast before is no credit for silence."""
    head = b"POST /staff/verify HTTP/1.1\r\nHost: x\r\nCookie: %s\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000000\r\n\r\n"
    _, token = signed_in(assistant.engine, assistant.settings, Role.STAFF, "stopping")
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + b"x" * 2_000_000
    line = opened(strict, head % f"{COOKIE}={token}".encode() + part)
    assert closed(line)


def test_a_reader_who_does_not_read_is_dropped(strict: Site) -> None:
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", int(str(strict).rsplit(":", 1)[1])))
    ask = b"GET /static/desk.js HTTP/1.1\r\nHost: x\r\n\r\n"
    with pytest.raises(OSError):
        for _ in range(2000):
            line.sendall(ask * 20)
            time.sleep(0.02)


def test_an_answer_that_is_never_taken_is_not_kept(assistant: Assistant) -> None:
    """The whole of it is written and waits in the server's memory, and the connection is to be closed once it is taken."""
    app = FastAPI()

    @app.get("/")
    def large() -> Response:
        return Response(b"x" * 20_000_000)

    with running(app, assistant.settings.model_copy(update={"request_stalled_seconds": 7.0})) as site:
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", int(site.rsplit(":", 1)[1])))
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(6.5)  # longer than a connection rests
        with pytest.raises(OSError):
            for _ in range(40):
                line.sendall(b"x")
                time.sleep(0.5)


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
