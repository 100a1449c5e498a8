"""Signing in under attack: guesses are slowed where they come from, pages stay quick, nobody is sent away."""

from __future__ import annotations

import re
import select
import socket
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from argon2 import PasswordHasher

from assistant.answer.service import Assistant
from assistant.config import load_settings
from assistant.desk.audit import trail
from assistant.desk.audit.trail import AuditAction, AuditFilter
from assistant.desk.people import accounts, passwords
from assistant.desk.people.accounts import Role
from assistant.lab import load_test
from assistant.store.engine import open_engine, writing
from assistant.store.people import accounts as sql
from assistant.web.edge.access import COOKIE
from tests.web.people import signed_in
from tests.web.serving import served

FREE = 5  # guesses that are looked at before one waits
_hosts = count(1)
#: One for all requests: making one costs more than a request.
_TRANSPORT = httpx.HTTPTransport(verify=False, limits=httpx.Limits(max_connections=100))


def client(address: str, **more: Any) -> httpx.Client:
    """A browser with no past."""
    return httpx.Client(base_url=address, transport=_TRANSPORT, trust_env=False, timeout=120, **more)


class Desk:
    """A served application that believes the address its proxy tells, and sign-ins from many addresses."""

    def __init__(self, address: str, assistant: Assistant) -> None:
        self.address, self.assistant, self.engine = address, assistant, assistant.engine

    def person(self, login: str, role: Role = Role.STAFF, own: bool = True) -> str:
        """Make an account and return its password; `own`: no longer a one-time one."""
        made = accounts.add(self.engine, login, "虚构", role, "执法队", by="test")
        if own:
            with writing(self.engine) as connection:
                sql.change_account(connection, made.account.id, must_change=False)
        return made.password

    def sign_in(self, login: str, password: str, host: str = "", **more: str) -> httpx.Response:
        """Send the sign-in page's form from a host; each call from a new one where none is named."""
        headers = {"X-Forwarded-For": host or f"10.0.{next(_hosts) // 250}.{next(_hosts) % 250}"}
        return client(self.address).post("/login", data={"login": login, "password": password} | more, headers=headers)

    def failures(self, login: str) -> int:
        """How many passwords of an account were looked at and were wrong."""
        found = trail.listed(self.engine, AuditFilter(action=AuditAction.SIGN_IN_FAILED.value), 10_000)
        return sum(e.target == login for e in found)


@pytest.fixture(scope="module")
def quick() -> Iterator[None]:
    """Passwords hashed with little work, where what is counted is the matter and not the time."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        passwords._nobody.cache_clear()
        yield
    passwords._nobody.cache_clear()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, quick: None) -> Iterator[Desk]:
    settings = load_settings(
        tmp_path_factory.mktemp("signing"), trusted_proxies=["127.0.0.1"], sign_ins_per_minute=1000, sign_ins_total=1000
    )
    assistant = Assistant(settings)
    with served(assistant) as site:
        yield Desk(str(site), assistant)
    assistant.close()


def at_once(number: int, send: Any) -> list[httpx.Response]:
    """Send that many requests at once."""
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(send, range(number)))


# ---- outage ----------------------------------------------------------------------------------


def sent(address: str, login: str) -> socket.socket:
    """A connection on which a wrong sign-in has been sent."""
    body = urlencode({"login": login, "password": "wrong"})
    head = f"POST /login HTTP/1.1\r\nHost: desk\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
    connection = socket.create_connection((urlsplit(address).hostname or "", urlsplit(address).port or 0))
    connection.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}".encode())
    return connection


def answered(connection: socket.socket) -> str:
    """What came back on a connection, to its end."""
    with connection, connection.makefile("rb") as answer:
        return answer.read().decode()


def test_pages_stay_quick_while_a_hundred_wrong_passwords_come_at_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    engine = open_engine(load_settings(home).library_url)
    made = accounts.add(engine, "li", "李四", Role.STAFF, by="test")
    engine.dispose()
    with load_test.served(home) as (address, _):
        visitor = client(address)

        def opened() -> float:
            begun = time.perf_counter()
            assert visitor.get("/login").status_code == 200
            assert visitor.get("/health").status_code in (200, 503)
            return time.perf_counter() - begun

        idle = statistics.median(opened() for _ in range(20))
        guesses = [sent(address, f"guess{n}") for n in range(100)]
        attacked = [opened()]
        while len(select.select(guesses, [], [], 0)[0]) < len(guesses):
            attacked.append(opened())
            time.sleep(0.1)  # one address has so many requests in ten seconds
        answers = [answered(g) for g in guesses]
        assert Counter(a.split()[1] for a in answers).keys() == {"401", "429"}
        surplus = [a for a in answers if a.split()[1] == "429"]
        assert len(surplus) > 50 and all("retry-after: " in a and "再试" in a for a in surplus)
        assert max(attacked) < max(20 * idle, 2.0), "a page waited for passwords"
        right = visitor.post("/login", data={"login": "li", "password": made.password})
        assert right.status_code == 303 and right.headers["location"] == "/staff"


def test_one_address_does_not_use_up_what_all_have(tmp_path: Path, quick: None) -> None:
    settings = load_settings(tmp_path / "home", trusted_proxies=["127.0.0.1"], sign_ins_per_minute=4, sign_ins_total=12)
    assistant = Assistant(settings)
    with served(assistant) as site:
        desk = Desk(str(site), assistant)
        password = desk.person("li")
        assert desk.sign_in("li", password, "192.0.2.1").status_code == 303
        one = [desk.sign_in(f"x{n}", "wrong", "192.0.2.66").status_code for n in range(10)]
        assert one == [401] * 4 + [429] * 6
        many = [desk.sign_in(f"y{n}", "wrong").status_code for n in range(30)]
        assert many.count(429) >= 10
        assert desk.sign_in("li", password, "192.0.2.77").status_code == 429, "an unknown address waits with the others"
        assert desk.sign_in("li", password, "192.0.2.1").status_code == 303, "a known one does not"
    assistant.close()


# ---- guessing --------------------------------------------------------------------------------


@pytest.mark.parametrize(("login", "role"), [("li", Role.STAFF), ("admin", Role.ADMIN)])
def test_fifty_guesses_at_once_are_no_more_than_allowed_and_lock_nobody_out(desk: Desk, login: str, role: Role) -> None:
    password, attacker = desk.person(login, role), f"192.0.2.{10 + len(login)}"
    answers = at_once(50, lambda n: desk.sign_in(login, f"guess{n}", attacker))
    answers += [desk.sign_in(login, f"guess{n}", attacker) for n in range(FREE + 1)]
    assert sum(a.status_code == 401 for a in answers) == FREE == desk.failures(login)
    told = desk.sign_in(login, password, attacker)
    assert told.status_code == 429 and int(told.headers["retry-after"]) <= 60 and "管理员" in told.text
    assert desk.sign_in(login, password).status_code == 303, "the owner is somewhere else"


def test_a_guesser_at_many_addresses_is_slowed_and_the_owner_is_not(desk: Desk) -> None:
    password = desk.person("wang")
    assert desk.sign_in("wang", password, "192.0.2.30").status_code == 303
    answers = [desk.sign_in("wang", f"guess{n}", f"198.51.100.{n}") for n in range(40)]
    assert Counter(a.status_code for a in answers) == {401: 4 * FREE, 429: 40 - 4 * FREE}
    assert desk.failures("wang") == 4 * FREE
    assert desk.sign_in("wang", password, "203.0.113.1").status_code == 429
    assert desk.sign_in("wang", password, "192.0.2.30").status_code == 303


def test_a_name_that_does_not_exist_is_answered_alike(desk: Desk) -> None:
    desk.person("zhou")
    for n in range(40):
        known, unknown = (desk.sign_in(name, "wrong", f"198.51.101.{n // 6}") for name in ("zhou", "zhox"))
        assert known.status_code == unknown.status_code
        assert known.text.replace("zhou", "") == unknown.text.replace("zhox", "") or known.status_code == 429


def test_an_administrator_ends_the_waiting_and_it_is_in_the_trail(desk: Desk) -> None:
    password = desk.person("qian")
    for n in range(FREE):
        desk.sign_in("qian", f"guess{n}", "192.0.2.40")
    assert desk.sign_in("qian", password, "192.0.2.40").status_code == 429
    _, token = signed_in(desk.engine, desk.assistant.settings, Role.ADMIN, "unlocking")
    admin = client(desk.address, cookies={COOKIE: token})
    row = re.search(r'<tr id="qian">.*?</tr>', admin.get("/admin/people").text, re.DOTALL)
    assert row and "输错等待中" in row[0]
    assert admin.post("/admin/people/qian/unlock").status_code == 303
    assert desk.sign_in("qian", password, "192.0.2.40").status_code == 303
    assert any("解除" in str(e.detail) and e.target == "qian" for e in trail.listed(desk.engine, limit=50))


def test_an_unlocked_screen_is_no_place_to_guess_the_old_password(desk: Desk) -> None:
    desk.person("feng")
    found = next(a for a in accounts.accounts(desk.engine) if a.login == "feng")
    token = accounts.open_session(desk.engine, desk.assistant.settings, found, datetime.now())
    new = {"new": "天青色等烟雨而我在等你", "again": "天青色等烟雨而我在等你"}

    def guess(n: int) -> httpx.Response:
        return client(desk.address, cookies={COOKIE: token}).post("/account/password", data=new | {"old": f"guess{n}"})

    answers = at_once(50, guess) + [guess(n) for n in range(FREE + 1)]
    assert Counter(a.status_code for a in answers) == {400: FREE, 429: 50 + 1} and desk.failures("feng") == FREE


def test_common_passwords_are_refused_on_the_page(desk: Desk) -> None:
    password = desk.person("chen", own=False)
    token = desk.sign_in("chen", password).cookies[COOKIE]
    for new in ("Passw0rd123", "1qaz2wsx3edc", "qwertyuiop12", "执法队2024执法队"):
        data = {"old": password, "new": new, "again": new}
        answer = client(desk.address, cookies={COOKIE: token}).post("/account/password", data=data)
        assert answer.status_code == 400 and "容易猜到" in answer.text, new


# ---- where one is sent -----------------------------------------------------------------------

EVIL = [
    "https://evil.test/", "//evil.test", "/\\evil.test", "\\\\evil.test", "/%2f/evil.test", "/%5cevil.test", "/\tevil", "/ /evil.test",
    "javascript:alert(1)", "/staff@evil.test", "///evil.test/staff", "/staff/../../evil.test", "/.evil.test", "/staff//evil.test",
    "/staff/gradio_api/file=http://evil.test/x.html", "/staff/gradio_api/proxy=http://evil.test/", "/staff/gradio_api/file=/etc/passwd",
    "/staff/gradio_api/queue/data?session_hash=x", "/staff/%67radio_api/file=x", "/staff/export/1.docx", "/staff/verified/1.docx",
    "/staff/matters/1/files/1", "/staff/matters/1/opinion.docx", "/staff/suggest?q=a", "/staff/config", "/staff?c=x#//evil.test",
    "/staff?next=https://evil.test", "/staff\r\nSet-Cookie: a=b", "/staff\x00", "/logout", "/login?next=//evil.test", "/static/desk.js",
    "/public/ask", "/staff/matters/１", "/staff/matters/a%2fb", "/staff/matters/..", "/staff?" + "c=x&" * 50,
]  # fmt: skip
GOOD = [
    "/staff", "/staff/", "/staff?c=0123abcd", "/staff/matters", "/staff/matters/0123456789abcdef0123456789abcdef",
    "/staff/matters/new?message=12", "/staff/reviews/1f3a", "/staff/reviews?kind=%E5%90%88%E5%90%8C&p=2", "/staff/cases/7", "/account/password",
    "/onsite", "/staff/notifications/3",
]  # fmt: skip


def test_after_signing_in_one_comes_to_a_page_of_this_site(desk: Desk) -> None:
    password = desk.person("sun")
    for wanted in EVIL:
        shown = client(desk.address).get("/login", params={"next": wanted})
        assert 'name="next" value=""' in shown.text, wanted
        answer = desk.sign_in("sun", password, next=wanted)
        assert (answer.status_code, answer.headers["location"]) == (303, "/staff"), wanted
    for wanted in GOOD:
        assert desk.sign_in("sun", password, next=wanted).headers["location"] == wanted
    assert desk.sign_in("sun", password, next="/admin/people").headers["location"] == "/staff", "not open to this role"


def test_the_list_of_pages_is_of_pages_there_are(assistant: Assistant) -> None:
    from assistant.web.frame.destinations import PAGES, known_page
    from assistant.web.server import build_app

    routes = {r.path for r in build_app(assistant).routes if "GET" in (getattr(r, "methods", None) or ())}  # type: ignore[attr-defined]
    assert set(PAGES) - routes == {"/staff", "/staff/"}, "the desk itself is mounted"
    filled = {re.sub(r"\{field\}", "网吧", re.sub(r"\{(?!field)[^}]*\}", "12", p)) for p in PAGES}
    assert all(known_page(p) == p for p in filled)


# ---- the cookie ------------------------------------------------------------------------------


@pytest.mark.parametrize(("site", "secure"), [("https://fz.example.invalid", True), ("", False)])
def test_the_session_cookie_goes_by_tls_alone_where_the_site_has_it(tmp_path: Path, site: str, secure: bool) -> None:
    assistant = Assistant(load_settings(tmp_path / "home", base_url=site))
    with served(assistant) as address:
        desk = Desk(str(address), assistant)
        cookie = desk.sign_in("li", desk.person("li")).headers["set-cookie"]
        assert ("Secure" in cookie) is secure and "HttpOnly" in cookie and "SameSite=lax" in cookie
    assistant.close()
