"""A person of the sign-in provider gets no account by what they call themselves there; a provider that really runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assistant.answer.service import Assistant
from assistant.config import load_settings
from assistant.desk.audit import trail
from assistant.desk.people import accounts, provider_requests
from assistant.desk.people.accounts import Role
from assistant.web.edge.access import COOKIE
from tests.web.people import signed_in
from tests.web.serving import served

mock = pytest.importorskip("oidc_provider_mock", reason="没有安装 oidc-provider-mock")
pytest.importorskip("authlib", reason="没有安装 oidc 组件")


class Bureau:
    """A served application that trusts a provider on this machine, and the people that provider knows."""

    def __init__(self, address: str, provider: str, assistant: Assistant) -> None:
        self.address, self.provider, self.assistant = address, provider, assistant

    def person(self, subject: str, **claims: str) -> None:
        """Have the provider say of a person whatever they have typed there."""
        httpx.put(f"{self.provider}/users/{subject}", json=claims).raise_for_status()

    def come_in(self, subject: str) -> httpx.Response:
        """Walk from the sign-in page through the provider's form and back."""
        with httpx.Client(follow_redirects=True, timeout=60) as client:
            form = client.get(f"{self.address}/login/oidc/")
            return client.post(str(form.url), data={"sub": subject})

    def bound(self) -> set[str]:
        """The logins that somebody of the provider is bound to."""
        return {a.login for a in accounts.accounts(self.assistant.engine) if a.oidc_subject}

    def administrator(self) -> httpx.Client:
        """A browser in which an administrator is signed in."""
        _, token = signed_in(self.assistant.engine, self.assistant.settings, Role.ADMIN, "root")
        return httpx.Client(base_url=self.address, cookies={COOKIE: token}, timeout=60)


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    with mock.run_server_in_thread() as provider:
        issuer = f"http://127.0.0.1:{provider.server_port}"
        options = {"oidc_issuer": issuer, "oidc_client_id": "desk", "oidc_client_secret": "secret", "oidc_name": "虚构认证"}
        assistant = Assistant(load_settings(tmp_path / "home", **options))
        with served(assistant) as site:
            yield Bureau(str(site), issuer, assistant)
        assistant.close()


@pytest.mark.parametrize("claim", ["sub", "preferred_username", "email"])
def test_calling_oneself_by_an_administrators_name_opens_nothing(bureau: Bureau, claim: str) -> None:
    login = "zhang@example.invalid"
    accounts.add(bureau.assistant.engine, login, "张三", Role.ADMIN, by="test")
    subject = login if claim == "sub" else "stranger"
    bureau.person(subject, **({} if claim == "sub" else {claim: login}))
    came = bureau.come_in(subject)
    assert came.status_code == 403 and "等待管理员确认" in came.text
    assert not any(COOKIE in step.headers.get("set-cookie", "") for step in (*came.history, came))
    assert bureau.bound() == set()
    (asked,) = provider_requests.requests(bureau.assistant.engine)
    assert login in (asked.subject.split("|")[1], asked.username, asked.mail), "the provider did say it"


def test_an_administrator_says_once_whose_account_it_is(bureau: Bureau) -> None:
    accounts.add(bureau.assistant.engine, "li", "李四", Role.STAFF, by="test")
    bureau.person("u-7", name="<b>李四", preferred_username="li")
    code = re.search(r"申请编号 <strong[^>]*>(\w+)<", bureau.come_in("u-7").text)
    assert code
    with bureau.administrator() as admin:
        page = admin.get("/admin/people").text
        assert code[1] in page and "&lt;b&gt;李四" in page and "<b>李四" not in page
        place = re.search(r'action="(/admin/people/requests/\d+)/confirm"', page)
        assert place
        assert admin.post(f"{place[1]}/confirm", data={"login": ""}).status_code == 400 and bureau.bound() == set()
        assert admin.post(f"{place[1]}/confirm", data={"login": "li"}).status_code == 303 and bureau.bound() == {"li"}
        came = bureau.come_in("u-7")
        assert any(COOKIE in step.headers.get("set-cookie", "") for step in came.history)
        assert admin.post("/admin/people/li/unbind").status_code == 303
        assert bureau.come_in("u-7").status_code == 403
    told = str([e.detail for e in trail.listed(bureau.assistant.engine)])
    assert "申请绑定" in told and "确认绑定" in told and "解除统一认证绑定" in told


def test_only_an_administrator_confirms(bureau: Bureau) -> None:
    accounts.add(bureau.assistant.engine, "li", "李四", Role.STAFF, by="test")
    bureau.come_in("u-7")
    for role in (None, *Role):
        if role is not Role.ADMIN:
            cookies = {COOKIE: signed_in(bureau.assistant.engine, bureau.assistant.settings, role, f"x{role.name}")[1]} if role else {}
            answer = httpx.post(f"{bureau.address}/admin/people/requests/1/confirm", data={"login": "li"}, cookies=cookies)
            assert answer.status_code in (401, 403)
    assert bureau.bound() == set()


def test_the_way_back_from_the_provider_is_built_from_the_address_set(tmp_path: Path) -> None:
    with mock.run_server_in_thread() as provider:
        issuer = f"http://127.0.0.1:{provider.server_port}"
        options = {
            "oidc_issuer": issuer,
            "oidc_client_id": "desk",
            "oidc_client_secret": "secret",
            "base_url": "https://fz.example.invalid/",
        }
        assistant = Assistant(load_settings(tmp_path / "home", **options))
        with served(assistant) as site:
            assert httpx.get(f"{site}/login/oidc/", headers={"Host": "evil.invalid"}).status_code == 400
            sent = httpx.get(f"{site}/login/oidc/")
            assert sent.status_code == 302
            assert "redirect_uri=https%3A%2F%2Ffz.example.invalid%2Flogin%2Foidc%2Fcallback" in sent.headers["location"]
            assert "secure" in sent.headers["set-cookie"].lower()
        assistant.close()
