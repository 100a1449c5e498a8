"""Bodies: every address that takes one refuses what is too large or not of its kind, unread, and keeps none of it."""

from __future__ import annotations

import re
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette import formparsers
from starlette.responses import PlainTextResponse
from starlette.routing import Mount

from assistant.answer.service import Assistant
from assistant.config import Settings
from assistant.desk.people.accounts import Role
from assistant.web import server
from assistant.web.edge import bodies
from assistant.web.edge.bodies import FORMS, SMALL, STRANGERS, form_of, most_bytes
from assistant.web.edge.permissions import allowed
from assistant.web.server import build_app
from tests.web.people import Site
from tests.web.serving import running

#: Nobody, and those who together may open everything.
WHO = [None, Role.STAFF, Role.ADMIN, Role.COUNSEL]
FILES = "multipart/form-data; boundary=b"
WORDS = "application/x-www-form-urlencoded"
PART = b'--b\r\nContent-Disposition: form-data; name="files"; filename="x.bin"\r\n\r\n'


def posting(app: FastAPI) -> list[str]:
    """Every address that takes POST, its parameters filled in; of Gradio's the queue and the upload."""
    found = [re.sub(r"\{[^}]+\}", "1", r.path) for r in app.routes if isinstance(r, APIRoute) and "POST" in (r.methods or ())]
    assert any(isinstance(r, Mount) and r.path == "/staff" for r in app.routes)
    return sorted({*found, "/staff/gradio_api/queue/join", "/staff/gradio_api/upload", "/static/desk.js", "/nothing"})


@pytest.fixture(scope="module")
def addresses(assistant: Assistant) -> list[str]:
    found = posting(build_app(assistant))
    assert len(found) > 60 and "/login" in found
    return found


@pytest.fixture(scope="module")
def watched(assistant: Assistant, address: Site) -> Iterator[tuple[Site, list[str]]]:
    """The application with every page of it replaced by one that notes that it was reached, its body read."""
    reached: list[str] = []
    app = build_app(assistant)

    def noting(path: str) -> Any:
        async def page(scope: Any, receive: Any, send: Any) -> None:
            reached.append(path)
            while (await receive()).get("more_body"):
                pass
            await PlainTextResponse("reached")(scope, receive, send)

        return page

    for route in app.routes:
        if isinstance(route, APIRoute | Mount):
            route.app = noting(route.path)
    with running(app, assistant.settings) as site:
        site.people = address.people
        yield site, reached


def sent(site: Site, head: str, body: bytes = b"") -> int:
    """Send a request as it stands and return the status; the body goes out as far as it is taken."""
    with socket.create_connection(("127.0.0.1", int(site.rsplit(":", 1)[1])), timeout=30) as line:
        line.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        answer = line.recv(400)
    assert answer.startswith(b"HTTP/1.1 "), answer
    return int(answer.split()[1])


def asked(site: Site, path: str, role: Role | None, *headers: str) -> str:
    lines = [f"POST {path} HTTP/1.1", "Host: x", *(f"{k}: {v}" for k, v in site.cookie(role).items()), *headers]
    return "\n".join(lines)


def refusal_of(path: str, role: Role | None, otherwise: int) -> set[int]:
    """What a person is answered: who may not open a page hears nothing of its limits."""
    return {otherwise} if allowed(path, role) else {401, 403, 404}


@pytest.mark.parametrize("role", WHO)
def test_a_large_body_is_refused_by_its_length_before_it_is_sent(
    watched: tuple[Site, list[str]], addresses: list[str], role: Role | None
) -> None:
    site, reached = watched
    for path in addresses:
        for kind in (FILES, WORDS):
            status = sent(site, asked(site, path, role, f"Content-Type: {kind}", "Content-Length: 9000000000"))
            assert status in refusal_of(path, role, 413), (path, status)
    assert not reached


@pytest.mark.parametrize("role", WHO)
def test_a_body_of_untold_length_is_refused_unread(watched: tuple[Site, list[str]], addresses: list[str], role: Role | None) -> None:
    site, reached = watched
    for path in addresses:
        for more in ("Transfer-Encoding: chunked", "Transfer-Encoding: chunked\nContent-Length: 5"):
            status = sent(site, asked(site, path, role, f"Content-Type: {FILES}", *more.split("\n")), b"5\r\nhello\r\n")
            assert status in refusal_of(path, role, 411), (path, status)
    assert not reached


@pytest.mark.parametrize("role", WHO)
def test_files_are_parsed_where_a_form_brings_some_and_nowhere_else(
    watched: tuple[Site, list[str]], addresses: list[str], role: Role | None
) -> None:
    site, reached = watched
    body = PART + b"x\r\n--b--\r\n"
    for path in addresses:
        form = form_of(path)
        status = sent(site, asked(site, path, role, f"Content-Type: {FILES}", f"Content-Length: {len(body)}"), body)
        assert status in refusal_of(path, role, 200 if form and form.files else 415), (path, status)
    assert all(any(f.files and f.takes(re.sub(r"\{[^}]+\}", "1", path)) for f in FORMS) for path in reached)


def test_the_table_names_the_forms_that_bring_files_and_no_others(assistant: Assistant, addresses: list[str]) -> None:
    routes = [r for r in build_app(assistant).routes if isinstance(r, APIRoute)]
    declared = {r.path for r in routes if any(type(p.field_info).__name__ == "File" for p in r.dependant.body_params)}
    templates = (Path(server.__file__).parent / "templates").rglob("*.html")
    forms = [f for t in templates for f in re.findall(r"<form[^>]*multipart/form-data[^>]*>", t.read_text(encoding="utf-8"))]
    named = {a for f in forms for a in re.findall(r'action="(/[^"{]*)"', f)}
    taking = {f.address for f in FORMS if f.files}
    assert declared and named and declared | named <= taking
    assert all(any(f.takes(path) for path in addresses) for f in FORMS), "a line of the table that no address has"
    assert len(forms) == 7, "a new form with files: see that the table has it, and count it here"


def test_what_strangers_may_send_is_the_least(addresses: list[str], settings: Settings) -> None:
    for path in addresses:
        most = most_bytes(path, settings)
        assert most == (STRANGERS if allowed(path, None) else SMALL) or form_of(path), path
        assert most <= STRANGERS or not allowed(path, None)


def test_multipart_to_a_page_without_files_makes_no_file(address: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def noted(**more: Any) -> Any:
        made.append(1)
        return tempfile.SpooledTemporaryFile(**more)

    monkeypatch.setattr(formparsers, "SpooledTemporaryFile", noted)
    for size in (10, 60_000, 3_000_000):
        answer = httpx.post(f"{address}/login", files={"login": ("x.bin", b"x" * size)}, timeout=30)
        assert answer.status_code in (413, 415) and "text/" in answer.headers["content-type"]
    assert not made
    assert httpx.post(f"{address}/staff/verify", files={"file": ("x.txt", b"x")}, headers=address.cookie(Role.STAFF)).status_code < 500
    assert made, "where files are taken they are seen to be made"


@pytest.mark.parametrize("charset", ["punycode", "idna", "utf-7", "unicode_escape", "utf-16"])
def test_a_form_of_files_is_read_in_utf_8_alone(address: Site, charset: str) -> None:
    """Decoding punycode takes quadratic time."""
    headers = address.cookie(Role.STAFF) | {"content-type": f"{FILES}; charset={charset}"}
    body = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nx-\r\n--b--\r\n'
    assert httpx.post(f"{address}/staff/verify", content=body, headers=headers, timeout=30).status_code == 415


def test_chunks_of_single_bytes_cost_nothing(address: Site) -> None:
    """Each chunk is parsed for itself: refused at the head they must not cost more than as many bytes in one piece."""

    def taken(head: str, body: bytes) -> float:
        since = time.process_time()  # the server runs in this process
        with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1])), timeout=60) as line:
            try:
                line.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
                while line.recv(65536):
                    pass
            except OSError:
                pass  # closed while it was still being sent
        return time.process_time() - since

    size, kind = 60_000, f"Content-Type: {WORDS}"
    whole = min(taken(asked(address, "/logout", None, kind, f"Content-Length: {size}", "Connection: close"), b"a" * size) for _ in range(3))
    single = min(taken(asked(address, "/logout", None, kind, "Transfer-Encoding: chunked"), b"1\r\na\r\n" * size) for _ in range(3))
    assert single < 5 * max(whole, 0.05)


def test_a_length_that_lies_brings_no_more(address: Site) -> None:
    head = asked(address, "/login", None, f"Content-Type: {WORDS}", "Content-Length: 5")
    assert sent(address, head, b"login=" * 50) in (400, 401)


@pytest.mark.parametrize("length", ["-1", "1e9", "٣", "9" * 400, "5, 6"])
def test_absurd_lengths_are_refused(address: Site, length: str) -> None:
    assert sent(address, asked(address, "/login", None, f"Content-Length: {length}")) in (400, 411, 413)


def test_more_files_than_a_form_takes_are_refused(address: Site, settings: Settings) -> None:
    files = [("files", (f"{n}.txt", b"x")) for n in range(settings.attachment_max_count + 5)]
    answer = httpx.post(f"{address}/staff/matters/new", files=files, headers=address.cookie(Role.STAFF), timeout=30)
    assert answer.status_code == 400


def test_an_upload_on_a_full_disk_is_told_so(address: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=10))
    answer = httpx.post(f"{address}/staff/reviews/new", files={"files": ("a.txt", b"x")}, headers=address.cookie(Role.REVIEWER), timeout=30)
    assert answer.status_code == 507 and "磁盘" in answer.text


def test_uploads_under_way_are_counted_together(address: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for one of them: the second is told so while the first still comes, and taken once that has ended."""
    length = 2_000_000
    free = bodies._LEFT_FREE + 3 * length
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free))
    head = asked(address, "/staff/reviews/new", Role.REVIEWER, f"Content-Type: {FILES}", f"Content-Length: {length}")
    with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1])), timeout=30) as first:
        first.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + PART)
        time.sleep(1.0)  # the first is let in before the second asks
        assert sent(address, head) == 507
    until = time.monotonic() + 20
    small = {"files": ("a.txt", b"x" * 1000)}
    while True:
        answer = httpx.post(f"{address}/staff/reviews/new", files=small, headers=address.cookie(Role.REVIEWER), timeout=30)
        if answer.status_code != 507 or time.monotonic() > until:
            break
    assert answer.status_code < 500
