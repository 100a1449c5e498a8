"""Signing in over HTTP and in the browser: the cookie, the first password, where one is sent."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from email.message import Message
from typing import Any

from assistant.answer.service import Assistant
from assistant.desk.people import accounts
from assistant.desk.people.accounts import Role
from assistant.web.edge.access import COOKIE
from tests.web.people import Site
from tests.web.test_server import get


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def post(address: str, path: str, fields: dict[str, str], **headers: str) -> tuple[int, Message, str]:
    """Return status, headers and body of a form sent, redirects not followed."""
    request = urllib.request.Request(address + path, urllib.parse.urlencode(fields).encode(), headers)
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(address: Site, assistant: Assistant) -> None:
    made = accounts.add(assistant.engine, "cookie", "虚构一", Role.COUNSEL, "执法队", by="test")
    status, headers, _ = post(address, "/login", {"login": "cookie", "password": made.password})
    cookie = headers["set-cookie"]
    assert status == 303 and headers["location"] == "/counsel"
    assert cookie.startswith(f"{COOKIE}=") and "HttpOnly" in cookie and "SameSite=lax" in cookie and "Secure" not in cookie


def test_behind_tls_the_cookie_is_secure(assistant: Assistant) -> None:
    from starlette.testclient import TestClient

    from assistant.web.server import build_app

    made = accounts.add(assistant.engine, "tls", "虚构二", Role.ADMIN, by="test")
    client = TestClient(build_app(assistant), base_url="https://desk.test", follow_redirects=False)
    answer = client.post("/login", data={"login": "tls", "password": made.password})
    assert answer.status_code == 303 and "Secure" in answer.headers["set-cookie"]


def test_a_refused_sign_in_keeps_the_name_and_says_what_to_do(address: Site) -> None:
    status, headers, body = post(address, "/login", {"login": "<b>谁</b>", "password": "x", "next": "/staff"})
    assert status == 401 and "set-cookie" not in headers
    assert "联系管理员" in body and "&lt;b&gt;谁&lt;/b&gt;" in body and "<b>谁" not in body


def test_a_way_within_the_site_is_kept(address: Site, assistant: Assistant) -> None:
    made = accounts.add(assistant.engine, "way", "虚构三", Role.STAFF, by="test")
    for wanted, place in (("/staff?c=ab12", "/staff?c=ab12"), ("/admin", "/staff"), ("https://evil.test", "/staff")):
        _, headers, _ = post(address, "/login", {"login": "way", "password": made.password, "next": wanted})
        assert headers["location"] == place


def test_signing_out_ends_the_session(address: Site, assistant: Assistant) -> None:
    made = accounts.add(assistant.engine, "out", "虚构四", Role.STAFF, by="test")
    _, headers, _ = post(address, "/login", {"login": "out", "password": made.password})
    cookie = headers["set-cookie"].split(";")[0]
    assert post(address, "/logout", {}, Cookie=cookie)[0] == 303
    assert post(address, "/account/password", {}, Cookie=cookie)[0] == 401


def test_an_officer_signs_in_changes_the_first_password_and_asks(browser: Any, address: Site, assistant: Assistant) -> None:
    made = accounts.add(assistant.engine, "officer", "虚构五", Role.STAFF, by="test")
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.goto(f"{address}/staff")
    assert page.url.endswith("/login?next=/staff")
    page.fill("#login", "officer")
    page.fill("#password", made.password)
    page.click("button.primary")
    page.wait_for_url("**/account/password")
    page.fill("#old", made.password)
    page.fill("#new", "虚构的新密码1234")
    page.fill("#again", "虚构的新密码1234")
    page.click("button.primary")
    page.wait_for_selector(".desk-head .user >> text=虚构五")
    page.click(".desk-head [data-js=sign-out]")
    page.wait_for_url("**/login")
    assert not complaints
    context.close()


def test_the_sign_in_page_needs_no_account(address: Site) -> None:
    status, headers, body = get(address, "/login?next=/staff", None)
    assert status == 200 and 'value="/staff"' in body.decode() and headers["cache-control"] == "no-store"
