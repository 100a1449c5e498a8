"""Accounts: passwords, locking, sessions that run out, and the last administrator."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from assistant.config import Settings
from assistant.desk.audit import trail
from assistant.desk.audit.trail import AuditAction
from assistant.desk.chat import conversations
from assistant.desk.people import accounts
from assistant.desk.people.accounts import NoAccount, Role, SignInRefused
from assistant.desk.people.attempts import MustWait
from assistant.errors import AssistantError, RefusedInput
from assistant.store.engine import writing
from assistant.store.people import accounts as sql

NOW = datetime(2026, 3, 2, 9, 0)
NEW = "虚构的新密码1234"


def test_a_password_is_kept_as_argon2id_and_works(engine: Engine, settings: Settings) -> None:
    made = accounts.add(engine, " Li.Si ", "李四", Role.STAFF, "执法队", by="test")
    with engine.connect() as connection:
        kept = sql.password_hash(connection, made.account.id)
    assert kept.startswith("$argon2id$") and made.password not in kept
    account, token = accounts.sign_in(engine, settings, "LI.SI", made.password)
    assert account.login == "li.si" and account.must_change
    with engine.connect() as connection:
        assert token not in str(connection.execute(text("select * from session")).all())


def test_a_login_is_taken_once(engine: Engine) -> None:
    accounts.add(engine, "li", "李四", Role.STAFF, by="test")
    with pytest.raises(RefusedInput, match="已经有人使用"):
        accounts.add(engine, "LI", "李五", Role.STAFF, by="test")
    for bad in ("", "a b", "x" * 61):
        with pytest.raises(RefusedInput, match="登录名"):
            accounts.add(engine, bad, "李五", Role.STAFF, by="test")


def test_every_refusal_sounds_the_same(engine: Engine, settings: Settings) -> None:
    made = accounts.add(engine, "li", "李四", Role.STAFF, by="test")
    accounts.add(engine, "zhao", "赵六", Role.ADMIN, by="test")
    words = set()
    for login, password in (("nobody", "x"), ("li", "x")):
        with pytest.raises(SignInRefused) as refused:
            accounts.sign_in(engine, settings, login, password)
        words.add(str(refused.value))
    accounts.set_disabled(engine, "li", True, by="test")
    with pytest.raises(SignInRefused) as refused:
        accounts.sign_in(engine, settings, "li", made.password)
    assert {*words, str(refused.value)} == {accounts.REFUSED}


def wrong(engine: Engine, settings: Settings, address: str, now: datetime = NOW, login: str = "li") -> AssistantError:
    with pytest.raises(AssistantError) as refused:
        accounts.sign_in(engine, settings, login, "wrong", now, address=address)
    return refused.value


def test_wrong_passwords_make_their_place_wait_longer_each_time(engine: Engine, settings: Settings) -> None:
    made, moment = accounts.add(engine, "li", "李四", Role.STAFF, by="test"), NOW
    for _ in range(settings.lockout_failures):
        assert isinstance(wrong(engine, settings, "192.0.2.1", moment), SignInRefused)
    waits = []
    for _ in range(8):
        with pytest.raises(MustWait) as told:
            accounts.sign_in(engine, settings, "li", made.password, moment, address="192.0.2.1")
        waits.append(told.value.seconds)
        moment += timedelta(seconds=told.value.seconds)
        assert isinstance(wrong(engine, settings, "192.0.2.1", moment), SignInRefused)
    assert waits == [60 * m for m in (1, 2, 4, 8, 16, 32, 60, 60)] and settings.lockout_minutes == 60
    moment += timedelta(minutes=60)
    accounts.sign_in(engine, settings, "li", made.password, moment, address="192.0.2.1")
    assert isinstance(wrong(engine, settings, "192.0.2.1", moment), SignInRefused), "who was let in begins anew"


def test_the_owner_at_another_place_notices_nothing(engine: Engine, settings: Settings) -> None:
    made = accounts.add(engine, "li", "李四", Role.STAFF, by="test")
    for _ in range(3 * settings.lockout_failures):
        wrong(engine, settings, "192.0.2.1")
    accounts.sign_in(engine, settings, "li", made.password, NOW, address="192.0.2.2")


def spread(engine: Engine, settings: Settings, moment: datetime = NOW) -> int:
    """Guess from many addresses at one moment; return how many guesses were looked at."""
    tried = [wrong(engine, settings, f"198.51.100.{n // 5}", moment) for n in range(60)]
    return sum(isinstance(t, SignInRefused) for t in tried)


def own_password(engine: Engine, settings: Settings, address: str) -> str:
    """An account of li with a password of their own, signed in from an address."""
    made = accounts.add(engine, "li", "李四", Role.STAFF, by="test")
    account, token = accounts.sign_in(engine, settings, "li", made.password, NOW, address=address)
    accounts.change_password(engine, settings, account, made.password, NEW, token)
    return NEW


def test_many_places_together_make_strangers_wait_and_not_the_owner(engine: Engine, settings: Settings) -> None:
    password = own_password(engine, settings, "192.0.2.1")
    allowed = 4 * settings.lockout_failures
    assert spread(engine, settings) == allowed
    assert spread(engine, settings, NOW + timedelta(seconds=61)) == 1, "then one at a time"
    with pytest.raises(MustWait):
        accounts.sign_in(engine, settings, "li", password, NOW + timedelta(seconds=61), address="203.0.113.9")
    accounts.sign_in(engine, settings, "li", password, NOW + timedelta(seconds=61), address="192.0.2.1")
    accounts.unlock(engine, "li", by="root")
    assert not accounts.waiting(engine, NOW)
    accounts.sign_in(engine, settings, "li", password, NOW + timedelta(seconds=61), address="203.0.113.9")


def test_a_one_time_password_lets_its_owner_in_whoever_guesses(engine: Engine, settings: Settings) -> None:
    own_password(engine, settings, "192.0.2.1")
    made = accounts.reset(engine, "li", by="root")
    assert spread(engine, settings) == 4 * settings.lockout_failures
    accounts.sign_in(engine, settings, "li", made.password, NOW, address="203.0.113.9")


def test_a_name_nobody_has_waits_like_any_other(engine: Engine, settings: Settings) -> None:
    own_password(engine, settings, "192.0.2.1")
    for address in [f"198.51.100.{n // 7}" for n in range(42)]:
        known, unknown = (wrong(engine, settings, address, login=login) for login in ("li", "nobody"))
        assert (type(known), str(known)) == (type(unknown), str(unknown))
    for odd in ("\x00", "a\x00b", "x" * 500, ""):
        assert isinstance(wrong(engine, settings, "192.0.2.77", login=odd), SignInRefused)


def test_guesses_at_once_are_no_more_than_are_allowed(engine: Engine, settings: Settings) -> None:
    made = accounts.add(engine, "li", "李四", Role.STAFF, by="test")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: wrong(engine, settings, "192.0.2.1"), range(50)))
    assert Counter(type(a) for a in answers) == {SignInRefused: settings.lockout_failures, MustWait: 50 - settings.lockout_failures}
    assert made.account.id in accounts.waiting(engine, NOW)


def test_a_session_may_not_try_old_passwords_for_long(engine: Engine, settings: Settings) -> None:
    made = accounts.add(engine, "li", "李四", Role.STAFF, by="test")
    account, token = accounts.sign_in(engine, settings, "li", made.password)
    _, other = accounts.sign_in(engine, settings, "li", made.password)
    for _ in range(settings.lockout_failures):
        with pytest.raises(RefusedInput, match="原密码"):
            accounts.change_password(engine, settings, account, "wrong", NEW, token)
    with pytest.raises(MustWait):
        accounts.change_password(engine, settings, account, made.password, NEW, token)
    accounts.change_password(engine, settings, account, made.password, NEW, other)


def test_a_session_ends_by_idling_by_age_by_signing_out_and_by_disabling(engine: Engine, settings: Settings) -> None:
    made = accounts.add(engine, "li", "李四", Role.STAFF, by="test")
    _, token = accounts.sign_in(engine, settings, "li", made.password, NOW)
    idle, longest = timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours)
    assert accounts.session_of(engine, settings, token, NOW + idle - timedelta(seconds=1))
    assert accounts.session_of(engine, settings, token, NOW + 2 * idle - timedelta(seconds=2)), "use keeps it alive"
    assert accounts.session_of(engine, settings, token, NOW + 4 * idle) is None
    _, second = accounts.sign_in(engine, settings, "li", made.password, NOW)
    moment = NOW
    while moment < NOW + longest:
        assert accounts.session_of(engine, settings, second, moment)
        moment += idle / 2
    assert accounts.session_of(engine, settings, second, NOW + longest + timedelta(seconds=1)) is None
    _, third = accounts.sign_in(engine, settings, "li", made.password)
    accounts.sign_out(engine, third)
    assert accounts.session_of(engine, settings, third) is None
    _, fourth = accounts.sign_in(engine, settings, "li", made.password)
    accounts.set_disabled(engine, "li", True, by="test")
    assert accounts.session_of(engine, settings, fourth) is None
    assert accounts.session_of(engine, settings, "") is None and accounts.session_of(engine, settings, "x") is None


def test_changing_the_password_ends_the_other_sessions(engine: Engine, settings: Settings) -> None:
    made = accounts.add(engine, "li", "李四", Role.STAFF, by="test")
    account, here = accounts.sign_in(engine, settings, "li", made.password)
    _, there = accounts.sign_in(engine, settings, "li", made.password)
    for new, why in (("short1", "至少"), ("1234567890123", "过于简单"), ("my-li-password", "登录名"), (made.password, "不能与原密码相同")):
        with pytest.raises(RefusedInput, match=why):
            accounts.change_password(engine, settings, account, made.password, new, here)
    with pytest.raises(RefusedInput, match="原密码"):
        accounts.change_password(engine, settings, account, "wrong", NEW, here)
    accounts.change_password(engine, settings, account, made.password, NEW, here)
    assert accounts.session_of(engine, settings, here) and accounts.session_of(engine, settings, there) is None
    assert not accounts.sign_in(engine, settings, "li", NEW)[0].must_change


def test_a_reset_ends_sessions_and_asks_for_a_new_password(engine: Engine, settings: Settings) -> None:
    made = accounts.add(engine, "li", "李四", Role.STAFF, by="test")
    _, token = accounts.sign_in(engine, settings, "li", made.password)
    again = accounts.reset(engine, "li", by="test")
    assert accounts.session_of(engine, settings, token) is None
    with pytest.raises(SignInRefused):
        accounts.sign_in(engine, settings, "li", made.password)
    assert accounts.sign_in(engine, settings, "li", again.password)[0].must_change
    with pytest.raises(NoAccount):
        accounts.reset(engine, "nobody", by="test")


def test_the_last_administrator_stays(engine: Engine) -> None:
    first = accounts.first_administrator(engine)
    assert first and accounts.first_administrator(engine) is None
    with pytest.raises(RefusedInput, match="最后一个"):
        accounts.set_disabled(engine, "admin", True, by="test")
    with pytest.raises(RefusedInput, match="最后一个"):
        accounts.change(engine, "admin", name="管理员", role=Role.STAFF, section="", by="test")
    accounts.add(engine, "second", "第二人", Role.ADMIN, by="test")
    assert accounts.set_disabled(engine, "admin", True, by="test").disabled


def test_the_first_administrator_keeps_what_was_asked_before_accounts(engine: Engine) -> None:
    kept = conversations.start(engine, accounts.BEFORE_ACCOUNTS, "以前的会话")
    made = accounts.first_administrator(engine)
    assert made and [c.id for c in conversations.conversations(engine, made.account.id)] == [kept.id]


def test_an_account_of_a_disabled_section_keeps_its_row(engine: Engine) -> None:
    made = accounts.add(engine, "li", "李四", Role.COUNSEL, "虚构律师事务所", by="test")
    with writing(engine) as connection:
        assert sql.account(connection, made.account.id) == sql.account_of_login(connection, "LI")
    assert [a.login for a in accounts.accounts(engine, Role.COUNSEL)] == ["li"]


def test_the_trail_tells_who_did_what_to_accounts(engine: Engine, settings: Settings) -> None:
    made = accounts.add(engine, "li", "李四", Role.STAFF, by="root")
    with pytest.raises(SignInRefused):
        accounts.sign_in(engine, settings, "li", "wrong")
    _, token = accounts.sign_in(engine, settings, "li", made.password)
    accounts.change(engine, "li", name="李四", role=Role.REVIEWER, section="", by="root")
    accounts.sign_out(engine, token)
    rows = [(e.action, e.actor, e.target) for e in reversed(trail.listed(engine))]
    who = made.account.id
    assert rows == [
        (AuditAction.ACCOUNT, "root", "li"),
        (AuditAction.SIGN_IN_FAILED, who, "li"),
        (AuditAction.SIGN_IN, who, "li"),
        (AuditAction.PERMISSION, "root", "li"),
        (AuditAction.SIGN_OUT, who, "li"),
    ]
    assert made.password not in str(trail.listed(engine)) and "wrong" not in str(trail.listed(engine))
