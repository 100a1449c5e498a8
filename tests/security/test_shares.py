"""Nobody has more of the service in a minute than anyone presses; the pages of the others answer meanwhile."""

from __future__ import annotations

from collections import Counter
from uuid import uuid4

import httpx
import pytest

from assistant.answer.service import Assistant
from assistant.desk.people.accounts import Role
from assistant.web.edge import rates, shares
from tests.web.people import Site, signed_in


@pytest.fixture
def person(assistant: Assistant) -> dict[str, str]:
    return {"Cookie": f"assistant_session={signed_in(assistant.engine, assistant.settings, Role.STAFF, f'often-{uuid4().hex[:8]}')[1]}"}


def test_a_person_asks_for_so_many_pages_a_minute(address: Site, person: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "EACH_PERSON", 10)
    with httpx.Client(base_url=address, headers=person, timeout=60) as client:
        answers = [client.get("/staff/matters") for _ in range(25)]
        # New seconds may begin meanwhile; then the count begins again once.
        assert 10 <= Counter(a.status_code for a in answers)[200] <= 20
        refused = answers[-1]
        assert refused.status_code == 429 and "等十几秒" in refused.text
        assert client.get("/static/icon.svg").status_code == 200, "what a page is made of is not counted"
    assert httpx.get(f"{address}/staff/matters", headers=address.cookie(Role.STAFF)).status_code == 200


def test_files_come_by_so_many_forms_a_minute(address: Site, person: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "WITH_FILES", 3)
    with httpx.Client(base_url=address, headers=person | {"Origin": str(address)}, timeout=60) as client:
        statuses = [client.post("/staff/verify", files={"file": ("空.txt", b"")}).status_code for _ in range(8)]
        assert 2 <= statuses.count(429) <= 5
        assert client.get("/staff/verify").status_code == 200


def test_strangers_at_one_address_are_one(address: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "STRANGERS", 5)
    here = httpx.HTTPTransport(local_address="127.0.0.3")
    with httpx.Client(base_url=address, transport=here, timeout=60) as client:
        statuses = [client.get("/login").status_code for _ in range(15)]
        assert 5 <= statuses.count(200) <= 10 and statuses.count(429) >= 5
    assert httpx.get(f"{address}/login").status_code == 200
    assert httpx.get(f"{address}/staff/matters", headers=address.cookie(Role.STAFF)).status_code == 200


@pytest.mark.parametrize(("accept", "kind"), [("text/html", "text/html"), ("application/json", "application/json")])
def test_a_session_is_refused_before_it_is_looked_up(
    address: Site, person: dict[str, str], monkeypatch: pytest.MonkeyPatch, accept: str, kind: str
) -> None:
    monkeypatch.setattr(rates, "EACH_SESSION", 5)
    with httpx.Client(base_url=address, headers=person | {"accept": accept}, timeout=60) as client:
        answers = [client.get("/staff/matters") for _ in range(15)]
    refused = [a for a in answers if a.status_code == 429]
    assert len(refused) >= 5 and all(a.headers["content-type"].startswith(kind) and "等十几秒" in a.text for a in refused)
    assert refused[-1].headers["retry-after"] == "10" and "content-security-policy" in refused[-1].headers
