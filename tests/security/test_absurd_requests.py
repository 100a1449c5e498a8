"""Absurd ids, pages, dates and encodings in every place of every address: refused or not found, never a failure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from assistant.answer.service import Assistant
from assistant.desk.accounts import Role
from assistant.web.server import build_app
from tests.web.people import Site

NUMBERS = ["-1", "0", "9" * 19, "9" * 5000, "1e5", "٣", "1.5", "NaN"]
TEXTS = ["%00", "%ff%fe", "%ed%a0%80", "..%2f..%2fetc%2fpasswd", "'%22%3Cscript%3E", "%F0%9F%98%80", "a" * 3000]
DAYS = ["9999-99-99", "0000-01-01", "99999-01-01", "2024-02-30"]
VALUES = NUMBERS + TEXTS + DAYS
#: Signing out would end the session that the walk needs.
LEFT_OUT = {"/logout"}


def routes(app: Any) -> list[APIRoute]:
    """Every route of our own."""
    found = [r for r in app.routes if isinstance(r, APIRoute) and r.path not in LEFT_OUT]
    assert len(found) > 80
    return found


def asked(path: str) -> Iterator[str]:
    """The path with each value in the place of every parameter."""
    places = re.findall(r"\{[^}]+\}", path)
    for value in VALUES if places else []:
        filled = path
        for place in places:
            filled = filled.replace(place, value[:1500])
        yield filled


def who(path: str) -> Role:
    """A role that may open the path."""
    return Role.ADMIN if path.startswith("/admin") else Role.COUNSEL if path.startswith("/counsel") else Role.REVIEWER


@pytest.fixture(scope="module")
def walked(assistant: Assistant) -> list[APIRoute]:
    return routes(build_app(assistant))


def check(wrong: list[str], answer: httpx.Response) -> None:
    if answer.status_code >= 500 or "Traceback" in answer.text:
        address = re.sub(r"https?://[^/]+", "", str(answer.request.url))[:80]
        wrong.append(f"{answer.request.method} {address} {answer.request.content[:60]!r} → {answer.status_code}")


def test_paths(address: Site, walked: list[APIRoute]) -> None:
    wrong: list[str] = []
    with httpx.Client(base_url=address, timeout=60) as client:
        for route, method in itertools.product(walked, ("GET", "POST")):
            if method in route.methods:
                for path in asked(route.path):
                    check(wrong, client.request(method, path, headers=address.cookie(who(route.path)) | {"accept": "text/html"}))
    assert not wrong, "\n".join(wrong)


def test_query_parameters(address: Site, walked: list[APIRoute]) -> None:
    wrong: list[str] = []
    with httpx.Client(base_url=address, timeout=60) as client:
        for route in walked:
            names = [p.alias for p in route.dependant.query_params]
            if "GET" not in route.methods or "{" in route.path:
                continue
            for value in VALUES:
                query = "&".join(f"{name}={value[:6000]}" for name in names or ["q"])
                check(wrong, client.get(f"{route.path}?{query}", headers=address.cookie(who(route.path))))
    assert not wrong, "\n".join(wrong)


def test_form_fields(address: Site, walked: list[APIRoute]) -> None:
    wrong: list[str] = []
    with httpx.Client(base_url=address, timeout=60) as client:
        for route in walked:
            if "POST" not in route.methods:
                continue
            names = [p.alias for p in route.dependant.body_params] or ["text", "id", "kind", "as_of", "seen"]
            path = re.sub(r"\{[^}]+\}", "1", route.path)
            for value in VALUES:
                body = "&".join(f"{name}={value[:6000]}" for name in names)
                headers = address.cookie(who(route.path)) | {"content-type": "application/x-www-form-urlencoded"}
                check(wrong, client.post(path, content=body, headers=headers))
    assert not wrong, "\n".join(wrong)


def test_pages_and_json_for_what_is_not_there(address: Site) -> None:
    page = httpx.get(f"{address}/nothing", headers=address.cookie(Role.STAFF) | {"accept": "text/html"})
    assert page.status_code == 403 and "<html" in page.text and "首页" in page.text
    json = httpx.get(f"{address}/staff/cases/nothing/here", headers=address.cookie(Role.STAFF) | {"accept": "application/json"})
    assert json.status_code == 404 and json.json()["detail"]
    wrong_way = httpx.request("DELETE", f"{address}/login", headers={"accept": "text/html"})
    assert wrong_way.status_code == 405 and "<html" in wrong_way.text


def test_health_tells_a_stranger_nothing(address: Site) -> None:
    assert httpx.get(f"{address}/health").json() == {"status": "ok"}
    assert httpx.get(f"{address}/health", headers=address.cookie(Role.STAFF)).json() == {"status": "ok"}
    assert httpx.get(f"{address}/health", headers=address.cookie(Role.ADMIN)).json()["library"]["statutes"] > 0


def test_links_that_leave_the_site_do_not_come_from_the_host_header(address: Site) -> None:
    for name in ("/onsite", "/public"):
        page = httpx.get(
            f"{address}{name}", headers=address.cookie(Role.STAFF) | {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
        )
        assert "evil.example" not in page.text
    for page in ("/staff/", "/staff"):
        answer = httpx.get(
            f"{address}{page}", headers=address.cookie(Role.STAFF) | {"X-Forwarded-Host": "evil.example"}, follow_redirects=True
        )
        assert "evil.example" not in answer.text
