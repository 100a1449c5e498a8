"""Sign-in through an OpenID provider that really runs (oidc-provider-mock), end to end over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assistant.answer.service import Assistant
from assistant.config import load_settings
from assistant.desk.people import accounts, provider_requests
from assistant.desk.people.accounts import Role
from assistant.web.edge.access import COOKIE
from tests.web.serving import served

mock = pytest.importorskip("oidc_provider_mock", reason="没有安装 oidc-provider-mock")
pytest.importorskip("authlib", reason="没有安装 oidc 组件")


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[tuple[str, Assistant]]:
    """A served application that trusts a provider on this machine."""
    with mock.run_server_in_thread() as provider:
        issuer = f"http://127.0.0.1:{provider.server_port}"
        settings = load_settings(
            tmp_path / "home", oidc_issuer=issuer, oidc_client_id="desk", oidc_client_secret="secret", oidc_name="虚构认证"
        )
        assistant = Assistant(settings)
        with served(assistant) as site:
            yield str(site), assistant
        assistant.close()


def come_in(address: str, subject: str) -> httpx.Response:
    """Walk from the sign-in page through the provider's form and back."""
    with httpx.Client(follow_redirects=True, timeout=60) as client:
        form = client.get(f"{address}/login/oidc/")
        return client.post(str(form.url), data={"sub": subject})


def test_a_bound_person_comes_in_and_a_stranger_waits_for_an_administrator(bureau: tuple[str, Assistant]) -> None:
    address, assistant = bureau
    made = accounts.add(assistant.engine, "li@example.invalid", "李四", Role.STAFF, by="test").account
    stranger = come_in(address, "li@example.invalid")
    assert stranger.status_code == 403 and "等待管理员确认" in stranger.text and COOKIE not in str(stranger.headers)
    (asked,) = provider_requests.requests(assistant.engine)
    provider_requests.confirm(assistant.engine, asked.id, made.login, by="test")
    came = come_in(address, "li@example.invalid")
    with assistant.engine.connect() as connection:
        bound = accounts.sql.account(connection, made.id)
    assert bound and bound.oidc_subject and bound.oidc_subject.endswith("|li@example.invalid") and not bound.must_change
    assert any(COOKIE in step.headers.get("set-cookie", "") for step in came.history)


def test_the_page_offers_it_and_a_forged_answer_is_refused(bureau: tuple[str, Assistant]) -> None:
    address, _ = bureau
    with httpx.Client(timeout=60) as client:
        assert "虚构认证" in client.get(f"{address}/login").text
        forged = client.get(f"{address}/login/oidc/callback?code=x&state=y")
        assert forged.status_code == 401 and "没有完成" in forged.text and COOKIE not in forged.headers.get("set-cookie", "")
