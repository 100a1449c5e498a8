"""People of the sign-in provider: bound by an administrator to the account chosen, never by a name."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.audit import trail
from assistant.desk.people import accounts, provider_requests
from assistant.desk.people.accounts import NoAccount, Role, SignInRefused
from assistant.desk.people.provider_requests import Waiting
from assistant.errors import RefusedInput
from assistant.store.people import accounts as sql

SAID = {"preferred_username": "li", "email": "li@example.invalid", "name": "李四\x00"}


def test_the_name_of_an_account_binds_nothing(engine: Engine) -> None:
    accounts.add(engine, "li", "李四", Role.ADMIN, by="test")
    first, again = (provider_requests.admit(engine, "issuer", "li", SAID) for _ in range(2))
    assert isinstance(first, Waiting) and first == again
    (asked,) = provider_requests.requests(engine)
    assert (asked.subject, asked.code, asked.name, asked.username) == ("issuer|li", first.code, "李四", "li")
    assert all(a.oidc_subject is None for a in accounts.accounts(engine))


def test_an_administrator_binds_and_it_holds_for_the_subject_alone(engine: Engine, settings: Settings) -> None:
    made = accounts.add(engine, "li", "李四", Role.STAFF, by="test")
    accounts.add(engine, "zhao", "赵六", Role.ADMIN, by="test")
    provider_requests.admit(engine, "issuer", "7", SAID)
    (asked,) = provider_requests.requests(engine)
    with pytest.raises(NoAccount):
        provider_requests.confirm(engine, asked.id, "", by="root")
    provider_requests.confirm(engine, asked.id, "li", by="root")
    came = provider_requests.admit(engine, "issuer", "7", {})
    assert not isinstance(came, Waiting) and came.id == made.account.id and not came.must_change
    assert isinstance(provider_requests.admit(engine, "other", "7", SAID), Waiting)
    with engine.connect() as connection:
        assert sql.password_hash(connection, came.id) == "", "the one-time password nobody used has ended"
    with pytest.raises(SignInRefused):
        accounts.sign_in(engine, settings, "li", made.password)
    assert "确认绑定" in str(trail.listed(engine)[1].detail) + str(trail.listed(engine)[2].detail)
    accounts.set_disabled(engine, "li", True, by="test")
    with pytest.raises(SignInRefused, match="停用"):
        provider_requests.admit(engine, "issuer", "7", {})


def test_one_account_one_person_until_it_is_unbound(engine: Engine) -> None:
    accounts.add(engine, "li", "李四", Role.STAFF, by="test")
    for subject in ("7", "8"):
        provider_requests.admit(engine, "issuer", subject, SAID)
    second, first = provider_requests.requests(engine)
    provider_requests.confirm(engine, first.id, "li", by="root")
    with pytest.raises(RefusedInput, match="已经绑定"):
        provider_requests.confirm(engine, second.id, "li", by="root")
    with pytest.raises(RefusedInput, match="已经处理"):
        provider_requests.confirm(engine, first.id, "li", by="root")
    provider_requests.unbind(engine, "li", by="root")
    assert isinstance(provider_requests.admit(engine, "issuer", "7", SAID), Waiting)
    provider_requests.refuse(engine, second.id, by="root")
    assert len(provider_requests.requests(engine)) == 1


@pytest.mark.parametrize(("issuer", "subject"), [("", "7"), ("issuer", ""), ("issuer", "x" * 400)])
def test_a_subject_that_cannot_be_kept_is_refused(engine: Engine, issuer: str, subject: str) -> None:
    with pytest.raises(SignInRefused):
        provider_requests.admit(engine, issuer, subject, SAID)


def test_no_more_wait_than_can_be_looked_at(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_requests, "_MOST", 2)
    for subject in ("1", "2"):
        provider_requests.admit(engine, "issuer", subject, {})
    with pytest.raises(SignInRefused, match="太多"):
        provider_requests.admit(engine, "issuer", "3", {})
