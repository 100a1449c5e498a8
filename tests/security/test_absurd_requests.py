"""Absurd ids, pages, dates and encodings in every place of every address: refused or not found, never a failure."""

from __future__ import annotations

import itertools
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from assistant.answer.service import Assistant
from assistant.desk.chat import conversations
from assistant.desk.people.accounts import Role
from assistant.web.server import build_app
from tests.desk.chat.test_conversations import an_answer
from tests.web.people import Site
from tests.web.serving import running

NUMBERS = ["-1", "0", "9" * 10, "9" * 19, "9" * 5000, "1e5", "1e999", "٣", "%C2%B2", "1.5", "NaN", "inf"]
TEXTS = ["%00", "%ff%fe", "%ed%a0%80", "..%2f..%2fetc%2fpasswd", "'%22%3Cscript%3E", "%F0%9F%98%80", "a" * 3000]
DAYS = ["9999-99-99", "9999-12-31", "0001-01-01", "0000-01-01", "99999-01-01", "2024-02-30", "9999", "1", "9" * 5000 + "-01", "-5-1"]
VALUES = NUMBERS + TEXTS + DAYS
#: One of every kind, where many places are tried one by one.
KINDS = ["-1", "9" * 19, "9" * 5000, "1e999", "%C2%B2", "%00", "%ed%a0%80", "9999-12-31", "0001-01-01", "9" * 5000 + "-01"]
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
    for value in KINDS if places else []:
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
            if method in (route.methods or ()):
                for path in asked(route.path):
                    check(wrong, client.request(method, path, headers=address.cookie(who(route.path)) | {"accept": "text/html"}))
    assert not wrong, "\n".join(wrong)


def test_query_parameters(address: Site, walked: list[APIRoute]) -> None:
    wrong: list[str] = []
    with httpx.Client(base_url=address, timeout=60) as client:
        for route in walked:
            names = [p.alias for p in route.dependant.query_params]
            if "GET" not in (route.methods or ()) or "{" in route.path:
                continue
            for value in VALUES:
                query = "&".join(f"{name}={value[:6000]}" for name in names or ["q"])
                check(wrong, client.get(f"{route.path}?{query}", headers=address.cookie(who(route.path))))
    assert not wrong, "\n".join(wrong)


def test_form_fields(address: Site, walked: list[APIRoute]) -> None:
    wrong: list[str] = []
    with httpx.Client(base_url=address, timeout=60) as client:
        for route in walked:
            if "POST" not in (route.methods or ()):
                continue
            names = [p.alias for p in route.dependant.body_params] or ["text", "id", "kind", "as_of", "seen"]
            path = re.sub(r"\{[^}]+\}", "1", route.path)
            for value in KINDS:
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
    for path in ("/staff/", "/staff"):
        answer = httpx.get(
            f"{address}{path}", headers=address.cookie(Role.STAFF) | {"X-Forwarded-Host": "evil.example"}, follow_redirects=True
        )
        assert "evil.example" not in answer.text


def test_every_parameter_by_itself(address: Site, walked: list[APIRoute]) -> None:
    """Where a page has several, one absurd one may hide what the others do; on pages with an id in their address, too."""
    wrong: list[str] = []
    with httpx.Client(base_url=address, timeout=60) as client:
        for route in walked:
            path = re.sub(r"\{[^}]+\}", "1", route.path)
            names = [p.alias for p in route.dependant.query_params] if "GET" in (route.methods or ()) else []
            for name, value in itertools.product(names if len(names) > 1 or "{" in route.path else [], KINDS):
                check(wrong, client.get(f"{path}?{name}={value[:6000]}", headers=address.cookie(who(route.path))))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", [None, *Role])
def test_every_role_at_every_address(address: Site, walked: list[APIRoute], role: Role | None) -> None:
    """Also by methods that an address has not, and at the mounted applications."""
    wrong: list[str] = []
    paths = {re.sub(r"\{[^}]+\}", value, r.path) for r in walked for value in ("%00",)}
    paths |= {"/static/%00", "/static/..%5c", f"/static/{'a' * 5000}", "/staff/assets/%00", "/staff/nothing", "/%00", "/%ff"}
    with httpx.Client(base_url=address, timeout=60, headers=address.cookie(role)) as client:
        for path, method in itertools.product(sorted(paths), ("GET", "PUT")):
            check(wrong, client.request(method, path, headers={"accept": "text/html"}))
    assert not wrong, "\n".join(wrong)


#: Headers as no browser writes them.
HEADERS = [
    {"Origin": "http://["},
    {"Origin": "://"},
    {"Origin": "\xff"},
    {"Origin": "x" * 4000},
    {"Host": "["},
    {"Host": "a b/\\?#@:x"},
    {"Host": "x:99999999"},
    {"Cookie": "assistant_session=\xff;=;;a=b=c; assistant_notice=%ff%00"},
    {"Content-Type": "multipart/form-data"},
    {"Content-Type": "multipart/form-data; boundary="},
    {"Content-Type": "application/x-www-form-urlencoded; charset=nonsense"},
    {"Content-Type": '\xff; ;="'},
    {"Content-Type": "application/json"},
    {"Range": "bytes=9999999999999999999999-"},
    {"Range": "bytes=" + ",".join(f"{n}-{n}" for n in range(1500))},
    {"If-Modified-Since": "Mon, 99 Foo 99999 99:99:99 GMT"},
    {"If-None-Match": "\xff" * 300},
    {"If-Range": "x"},
    {"Accept": ";q=,,*" * 500},
    {"Accept-Encoding": "gzip;q=nan"},
    {"X-Forwarded-For": "x, [, 999.1.1.1"},
    {"X-Forwarded-Proto": "javascript"},
    {"Expect": "200-maybe"},
    {"Upgrade": "websocket", "Connection": "upgrade"},
]


@pytest.mark.parametrize("headers", HEADERS, ids=lambda h: "+".join(h))
def test_headers(address: Site, headers: dict[str, str]) -> None:
    wrong: list[str] = []
    raw = [(k.encode(), v.encode("latin-1")) for k, v in headers.items()]
    session = [] if "Cookie" in headers else [(k.encode(), v.encode()) for k, v in address.cookie(Role.STAFF).items()]
    with httpx.Client(base_url=address, timeout=60) as client:
        for path in ("/login", "/public", "/static/desk.css", "/staff/", "/staff", "/staff/verify", "/public/lookup", "/nothing"):
            check(wrong, client.get(path, headers=raw + session))
            check(wrong, client.post(path, content=b"a=%ff&b=%00", headers=raw + session))
    assert not wrong, "\n".join(wrong)


def test_facts_of_an_answer(address: Site, assistant: Assistant) -> None:
    """The answer is one's own, so that what is asked of it is read."""
    owner = address.account(Role.STAFF).id
    mine = conversations.start(assistant.engine, owner, "金额")
    conversations.record_turn(assistant.engine, mine.id, owner, an_answer())
    number = conversations.messages(assistant.engine, mine.id, owner)[-1].id
    place, session = f"{address}/staff/narrow/{number}", address.cookie(Role.STAFF)
    first = httpx.get(place, headers=session, timeout=60)
    assert first.status_code == 200
    wrong: list[str] = []
    names = {"amount", "value", "income", "kind", "day", "on", *re.findall(r'name="([^"]+)"', first.text)}
    for name, value in itertools.product(sorted(names), KINDS):
        check(wrong, httpx.get(f"{place}?{name}={value[:6000]}", headers=session, timeout=60))
    assert not wrong, "\n".join(wrong)


def test_a_failure_is_a_page_that_tells_a_number_and_nothing_else(
    address: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr("assistant.web.admin.people.accounts.accounts", fails)
    answer = httpx.get(f"{address}/admin/people", headers=address.cookie(Role.ADMIN) | {"accept": "text/html"})
    told = re.search(r"编号 ([0-9a-f]{8}) ", answer.text)
    assert answer.status_code == 500 and told and "secret" not in answer.text and "Traceback" not in answer.text
    assert "虚构管理员" in answer.text, "the page knows who is looking"
    for name in ("content-security-policy", "x-content-type-options", "x-frame-options"):
        assert name in answer.headers
    assert told[1] in caplog.text and "secret of the inside" in caplog.text
    plain = httpx.get(f"{address}/admin/people", headers=address.cookie(Role.ADMIN) | {"accept": "application/json"})
    assert plain.status_code == 500 and "编号" in plain.json()["detail"]


def test_a_failing_check_of_the_session_is_told_as_well(address: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise RuntimeError("the database is away")

    monkeypatch.setattr("assistant.web.edge.access.accounts.session_of", fails)
    answer = httpx.get(f"{address}/staff/cases", headers=address.cookie(Role.STAFF) | {"accept": "text/html"})
    assert answer.status_code == 500 and "编号" in answer.text and "content-security-policy" in answer.headers


def test_who_leaves_in_the_middle_of_an_upload_is_no_failure(address: Site, caplog: pytest.LogCaptureFixture) -> None:
    session = "".join(f"{k}: {v}\r\n" for k, v in address.cookie(Role.STAFF).items())
    kind = "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 90000\r\n\r\n"
    part = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nx'
    for path in ("/staff/cases/new", "/staff/matters/new", "/staff/documents/import", "/staff/verify"):
        with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1])), timeout=30) as line:
            line.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\n{session}{kind}{part}".encode())
            time.sleep(0.5)
    time.sleep(1)
    assert "a page failed" not in caplog.text and "Exception in ASGI" not in caplog.text


def test_redirections_name_no_host(address: Site) -> None:
    told = 0
    places = [("/staff", Role.STAFF), ("/login/", None), ("/public/", None), ("/admin", None)]
    for (path, role), host in itertools.product(places, ("evil.example", "evil.example:80", "EVIL.example")):
        headers = address.cookie(role) | {"Host": host, "accept": "text/html"}
        answer = httpx.get(f"{address}{path}", headers=headers)
        if answer.status_code in (400, 429):  # the shared site has got a name by another test, or has just been asked too often
            continue
        told += 1
        where = answer.headers.get("location", "")
        assert answer.status_code in (303, 307) and re.match(r"/(?![/\\])", where), (path, answer.status_code, where)
    assert told
    assert httpx.get(f"{address}/staff/", headers=address.cookie(Role.STAFF)).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["x/public?", "x/public#", "x@127.0.0.1/login?", "/public?", "x\\public?", ""])
def test_the_host_opens_no_page(address: Site, host: str) -> None:
    """The path of a request is not read from an address made with its host."""
    for path in ("/admin/people", "/staff/cases", "/admin%3F/people", "/public%3F/../admin/people"):
        with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1])), timeout=30) as line:
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert line.recv(100).split()[1] in (b"400", b"401", b"404"), path


def test_an_origin_is_compared_whole(assistant: Assistant) -> None:
    """Also its scheme: a page of the same name that came without TLS may be another's."""
    named = assistant.settings.model_copy(update={"public_url": "https://wenlv.example.gov.cn/"})
    origins = {
        "https://wenlv.example.gov.cn": 303,
        "http://wenlv.example.gov.cn": 403,
        "https://wenlv.example.gov.cn:8443": 403,
        "https://evil.example": 403,
        "http://[": 403,
        "null": 403,
    }
    with running(build_app(_With(assistant, named)), named) as site:
        for origin, status in origins.items():
            answer = httpx.post(f"{site}/logout", headers={"Host": "wenlv.example.gov.cn", "Origin": origin})
            assert answer.status_code == status, origin
        refused = httpx.get(f"{site}/login", headers={"Host": "evil.example", "accept": "text/html"})
        assert refused.status_code == 400 and "<html" in refused.text and "content-security-policy" in refused.headers


class _With:
    """An assistant under other settings."""

    def __init__(self, assistant: Assistant, settings: Any) -> None:
        self._assistant, self.settings = assistant, settings

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)


NO_NUMBERS = ["", " 1", "+1", "-1", "1_0", "1.0", "\u00b2", "\u2460", "\u0663", "\uff11", "1" * 10, "9" * 5000, None, 1.5]


def test_one_place_alone_makes_a_number_of_text_from_outside() -> None:
    """What asks whether a text is digits and then reads it as a number is there once, and takes plain digits alone."""
    from assistant.web.frame import whole_numbers

    assert [whole_numbers.whole_number(text) for text in NO_NUMBERS] == [None] * len(NO_NUMBERS)
    assert [whole_numbers.whole_number(text) for text in ("0", "007", "9" * 9)] == [0, 7, 999_999_999]
    own = Path(whole_numbers.__file__)
    asking = [p.name for p in own.parent.rglob("*.py") if re.search(r"\.is(?:digit|decimal|numeric)\(", p.read_text("utf-8"))]
    assert asking == [own.name]


@pytest.mark.parametrize("number", ["\u00b2", "\u2460", "\u0663", "9" * 5000])
def test_numbers_in_forms(address: Site, number: str) -> None:
    """Fields that hold a number, filled with digits that are none, by who may send them."""
    for path, role, data in (
        ("/staff/matters/new", Role.STAFF, {"days": number, "urgency": "普通", "title": "甲", "question": "乙", "key": "k" * 32}),
        ("/staff/reviews/none/findings", Role.REVIEWER, {"start": number, "title": "甲", "severity": "提示"}),
        ("/admin/documents/waiting/1/approve", Role.ADMIN, {"shown": number}),
    ):
        answer = httpx.post(f"{address}{path}", data=data, headers=address.cookie(role), timeout=60)
        assert answer.status_code < 500, (path, answer.text[:200])
    told = httpx.get(f"{address}/admin/numbers", params={"year": number}, headers=address.cookie(Role.ADMIN), timeout=60)
    assert told.status_code in (200, 303, 400, 404, 414, 431)
