"""Who may open what: every route and endpoint, Gradio's own included, as each role and as nobody."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.routing import Mount

from assistant.answer.service import Assistant
from assistant.config import load_settings
from assistant.desk.people import accounts
from assistant.desk.people.accounts import Role
from assistant.web.edge.access import COOKIE, PASSWORD_PAGE, Access
from assistant.web.edge.permissions import RULES, allowed
from assistant.web.server import build_app
from tests.web.people import Site, signed_in
from tests.web.test_server import get

_ALL = {*Role, None}
_OFFICE = {Role.STAFF, Role.REVIEWER, Role.ADMIN}
#: What is expected, written down a second time: a change of the program's table must be meant.
EXPECTED: dict[str, set[Role | None]] = {
    "/": _ALL,
    "/static": _ALL,
    "/favicon.ico": _ALL,
    "/manifest.json": _ALL,
    "/health": _ALL,
    "/login": _ALL,
    "/logout": _ALL,
    "/public": _ALL,
    "/account": set(Role),
    "/staff": _OFFICE,
    "/onsite": _OFFICE,
    "/counsel": {Role.COUNSEL},
    "/admin": {Role.ADMIN},
}


def walked(routes: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield (method, path) of every route and endpoint below, parameters filled in."""
    for route in routes:
        path = before + re.sub(r"\{[^}]*\}", "x", getattr(route, "path", ""))
        if isinstance(route, Mount):
            yield "GET", path + "/x"
            yield from walked(route.routes or [], path)
        elif hasattr(route, "original_router"):  # FastAPI keeps an included router whole; Gradio's own endpoints are one
            yield from walked(route.original_router.routes, before)
        else:
            for method in sorted(getattr(route, "methods", None) or {"GET"}):
                yield method, path or "/"


def expected(path: str) -> set[Role | None]:
    """The roles the test's own table gives a path; the longest line decides, no line is nobody."""
    lines = [p for p in EXPECTED if path == p or (p != "/" and path.startswith(p + "/"))]
    return EXPECTED[max(lines, key=len)] if lines else set()


async def status_of(app: Any, method: str, path: str, token: str, **headers: str) -> int:
    """Send one request through the ASGI application and return the status."""
    sent: list[int] = []
    raw = [(b"host", b"desk.test"), (b"cookie", f"{COOKIE}={token}".encode())] + [(k.encode(), v.encode()) for k, v in headers.items()]
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": raw,
        "server": ("desk.test", 80),
        "scheme": "http",
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.extend([message["status"]] if message["type"] == "http.response.start" else [])

    await app(scope, receive, send)
    return sent[0]


def status(app: Any, method: str, path: str, token: str, **headers: str) -> int:
    """The same, in a thread of its own: the browser's tests keep an event loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(status_of(app, method, path, token, **headers))).result()


@pytest.fixture(scope="module")
def application(assistant: Assistant) -> FastAPI:
    return build_app(assistant)


def behind(assistant: Assistant) -> Access:
    """The access check before an application that lets everything pass."""
    return Access(PlainTextResponse("passed"), assistant)


def test_every_route_is_opened_to_whom_the_table_says_and_to_nobody_else(application: FastAPI, assistant: Assistant, address: Site) -> None:
    paths = sorted(set(walked(application.routes)))
    assert len(paths) > 60 and ("POST", "/staff/gradio_api/queue/join") in paths, "Gradio's own endpoints are walked, too"
    check = behind(assistant)
    wrong = []
    for role in _ALL:
        token = address.people[role][1] if role else ""
        for method, path in paths:
            answered = status(check, method, path, token)
            if (answered == 200) != (role in expected(path)):
                wrong.append((method, path, role, answered))
    assert not wrong


def test_the_tables_agree() -> None:
    assert {r.prefix: set(r.roles) for r in RULES} == EXPECTED


def test_what_no_line_names_is_refused_to_everyone() -> None:
    for path in ("/other", "/staffx", "/admin2/x", "/staff2", "//staff", "/docs", "/openapi.json", "/gradio_api/info"):
        assert not any(allowed(path, role) for role in _ALL), path


def test_the_served_application_refuses_as_the_table_says(address: Site) -> None:
    assert get(address, "/staff", Role.STAFF)[0] == 200
    for path in ("/staff", "/staff/gradio_api/info", "/staff/suggest?q=a", "/staff/export/x.md", "/staff/gradio_api/file=/etc/passwd"):
        assert get(address, path, None)[0] == 401, path
        assert get(address, path, Role.COUNSEL)[0] == 403, path
    assert get(address, "/nothing", None)[0] == 404 and get(address, "/nothing", Role.ADMIN)[0] == 403


def test_a_forged_or_ended_session_is_nobody(assistant: Assistant, address: Site) -> None:
    check = behind(assistant)
    _, token = signed_in(assistant.engine, assistant.settings, Role.STAFF, "leaving")
    assert status(check, "GET", "/staff", token) == 200
    accounts.set_disabled(assistant.engine, "leaving", True, by="test")
    for bad in (token, token[:-1], "", "x" * 500):
        assert status(check, "GET", "/staff", bad) == 401


def test_the_first_password_must_be_changed_before_anything_else(assistant: Assistant) -> None:
    made = accounts.add(assistant.engine, "fresh", "虚构新人", Role.STAFF, by="test")
    _, token = accounts.sign_in(assistant.engine, assistant.settings, "fresh", made.password)
    check = behind(assistant)
    assert status(check, "GET", "/staff", token) == 403
    assert status(check, "GET", "/staff", token, accept="text/html") == 303
    assert status(check, "GET", PASSWORD_PAGE, token) == 200


def test_another_sites_page_cannot_act(assistant: Assistant, address: Site) -> None:
    check, token = behind(assistant), address.people[Role.STAFF][1]
    for headers, wanted in (
        ({"origin": "http://desk.test"}, 200),
        ({"origin": "http://evil.test"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({}, 200),
    ):
        assert status(check, "POST", "/staff/x", token, **headers) == wanted, headers
    assert status(check, "GET", "/staff/x", token, origin="http://evil.test") == 200, "reading is no act"


def test_settings_default_to_trusting_no_proxy(tmp_path: Any) -> None:
    assert load_settings(tmp_path).trusted_proxies == []
