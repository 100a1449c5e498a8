"""One administrator who plays two: accounts made, raised, reset or bound in a chain, over HTTP on the running server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from assistant.desk.audit import trail
from assistant.desk.notify import notifications
from assistant.desk.people import accounts, provider_requests
from assistant.desk.people.accounts import Account, Role
from assistant.store.engine import writing
from assistant.store.people import accounts as sql
from tests.security.bureau import FALSE, LAW, TRUE, Bureau, approve, bring_in, law, made, shown_of

PASSWORD = re.compile(r'class="password">([a-z0-9]+)<')


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    """Two administrators who have nothing to do with one another, one account of each other role."""
    (tmp_path / "home").mkdir()
    yield from made(tmp_path / "home", 2)


@pytest.fixture
def lonely(tmp_path: Path) -> Iterator[Bureau]:
    """One administrator."""
    (tmp_path / "home").mkdir()
    yield from made(tmp_path / "home", 1)


def account(bureau: Bureau, login: str) -> Account | None:
    return next((a for a in accounts.accounts(bureau.assistant.engine) if a.login == login), None)


def session(bureau: Bureau, login: str) -> httpx.Client:
    """A client signed in as an account, its first password changed."""
    found = account(bureau, login)
    assert found
    with writing(bureau.assistant.engine) as connection:
        sql.change_account(connection, found.id, must_change=False)
    return bureau.client(None, accounts.open_session(bureau.assistant.engine, bureau.assistant.settings, found, datetime.now()))


def outsider(bureau: Bureau, login: str, role: Role = Role.ADMIN) -> httpx.Client:
    """A client of an account made on the machine itself: nobody has a hold on it."""
    accounts.add(bureau.assistant.engine, login, f"虚构{login}", role, by="命令行:root")
    return session(bureau, login)


def asked(client: httpx.Client) -> list[str]:
    """The numbers of the requests on the page of accounts."""
    return list(dict.fromkeys(re.findall(r"/admin/people/asked/(\d+)/", client.get("/admin/people").text)))


def false_law(client: httpx.Client, bureau: Bureau) -> int:
    bring_in(client, f"{LAW}.md", law(2, year=2024, words=FALSE), visibility="public")
    return bureau.newest().id


# ---- chains ------------------------------------------------------------------------------------


@pytest.mark.parametrize("last", ["made", "reset", "raised"])
def test_an_account_held_through_another_is_no_second_person(bureau: Bureau, last: str) -> None:
    """A makes (is agreed to make) B; B makes, resets or raises the account that is to approve what A asked for."""
    with bureau.client(Role.ADMIN) as one, bureau.client(None, bureau.second) as two, outsider(bureau, "deng") as deng:
        number = false_law(one, bureau)
        one.post("/admin/people", data={"login": "bob", "name": "虚构鲍", "role": "管理员"})
        two.post(f"/admin/people/asked/{asked(two)[0]}/agree")
        one.post(f"/admin/people/asked/{asked(one)[0]}/collect")
        with session(bureau, "bob") as bob:
            if last == "made":
                bob.post("/admin/people", data={"login": "last", "name": "虚构末", "role": "管理员"})
            elif last == "reset":
                accounts.add(bureau.assistant.engine, "last", "虚构末", Role.ADMIN, by="命令行:root")
                bob.post("/admin/people/last/reset")
            else:
                accounts.add(bureau.assistant.engine, "last", "虚构末", Role.STAFF, by="命令行:root")
                bob.post("/admin/people/last/change", data={"name": "虚构末", "role": "管理员"})
            deng.post(f"/admin/people/asked/{asked(deng)[0]}/agree")
            if last != "raised":
                bob.post(f"/admin/people/asked/{asked(bob)[0]}/collect")
        with session(bureau, "last") as puppet:
            refused = approve(puppet, number, shown_of(two, number))
            assert refused.status_code == 400 and "经过别的账号" in refused.text
            page = puppet.get(f"/admin/documents/waiting/{number}").text
            assert 'name="shown"' not in page
            assert TRUE in bureau.text()
            accounts.add(bureau.assistant.engine, "fresh", "虚构新", Role.STAFF, by="命令行:root")
            # The other direction: what the puppet asks for, the one at the head of the chain does not approve.
            bring_in(puppet, f"{LAW}.md", law(3, year=2025, words=FALSE), visibility="public")
            later = bureau.newest().id
            assert approve(one, later, shown_of(two, later)).status_code == 400 and TRUE in bureau.text()


def test_two_accounts_of_one_maker_are_no_two_persons(bureau: Bureau) -> None:
    """Neither made the other: a third made both."""
    with bureau.client(Role.ADMIN) as one, bureau.client(None, bureau.second) as two:
        one.post("/admin/people", data={"login": "handler", "name": "虚构经", "role": "经办"})
        one.post("/admin/people", data={"login": "chief", "name": "虚构主", "role": "管理员"})
        two.post(f"/admin/people/asked/{asked(two)[0]}/agree")
        one.post(f"/admin/people/asked/{asked(one)[0]}/collect")
        with session(bureau, "handler") as handler, session(bureau, "chief") as chief:
            number = false_law(handler, bureau)
            assert approve(chief, number, shown_of(two, number)).status_code == 400 and TRUE in bureau.text()
            # Who agreed to the account has no hold on it.
            assert approve(two, number).status_code == 303


def test_a_later_act_or_a_cleared_trail_takes_no_hold_away(bureau: Bureau) -> None:
    engine = bureau.assistant.engine
    with bureau.client(Role.ADMIN) as one, bureau.client(None, bureau.second) as two:
        one.post("/admin/people", data={"login": "handler", "name": "虚构经", "role": "经办"})
        accounts.reset(engine, "handler", by="命令行:root")
        with session(bureau, "handler") as handler:
            number = false_law(handler, bureau)
        with writing(engine) as connection:
            connection.execute(text("update audit_event set actor = null, target = null, detail = null, salt = null"))
        refused = approve(one, number, shown_of(two, number))
        assert refused.status_code == 400 and "要由另一名管理员批准" in refused.text


def test_waiting_does_not_make_a_hold_of_that_day_go(bureau: Bureau) -> None:
    """What counts is how it stood when the change was sent: a change waits longer than the days in which acts count."""
    engine = bureau.assistant.engine
    with bureau.client(Role.ADMIN) as one, bureau.client(None, bureau.second) as two:
        one.post("/admin/people", data={"login": "handler", "name": "虚构经", "role": "经办"})
        with session(bureau, "handler") as handler:
            number = false_law(handler, bureau)
        for table, columns in (("account_act", ("at",)), ("library_change", ("sent_at", "created_at"))):
            for column in columns:
                days = 12 if table == "account_act" else 9
                with writing(engine) as connection:
                    moment = (datetime.now() - timedelta(days=days)).isoformat(" ")
                    connection.execute(text(f"update {table} set {column} = :moment"), {"moment": moment})
        assert approve(one, number, shown_of(two, number)).status_code == 400
        with writing(engine) as connection:  # long before it was sent
            connection.execute(text("update account_act set at = :m"), {"m": (datetime.now() - timedelta(days=30)).isoformat(" ")})
        assert approve(one, number, shown_of(one, number)).status_code == 303


# ---- administrators are made by two ------------------------------------------------------------


def test_one_administrator_makes_no_other(bureau: Bureau) -> None:
    engine, own = bureau.assistant.engine, bureau.site.account(Role.ADMIN)
    with bureau.client(Role.ADMIN) as one, bureau.client(None, bureau.second) as two:
        sent = one.post("/admin/people", data={"login": "third", "name": "虚构三", "role": "管理员", "section": "办公室"})
        assert sent.status_code == 303 and account(bureau, "third") is None
        assert "等待另一名管理员确认" in one.get("/admin/people").text
        number = asked(two)[0]
        for act in ("agree", "collect"):
            assert one.post(f"/admin/people/asked/{number}/{act}").status_code == 400
        assert account(bureau, "third") is None
        other = account(bureau, "admin-two")
        assert other and not notifications.listed(engine, own.id)
        told = notifications.listed(engine, other.id)
        assert [n.told.kind for n in told] == ["管理员账号变动待确认"]
        assert two.post(f"/admin/people/asked/{number}/agree").status_code == 303
        assert two.post(f"/admin/people/asked/{number}/collect").status_code == 400 and account(bureau, "third") is None
        given = one.post(f"/admin/people/asked/{number}/collect")
        assert given.status_code == 200 and PASSWORD.search(given.text)
        assert one.post(f"/admin/people/asked/{number}/collect").status_code == 400  # once
        third = account(bureau, "third")
        assert third and third.role is Role.ADMIN and third.section == "办公室"
    steps = [(e.actor, e.details.get("做了")) for e in trail.listed(engine, limit=500) if e.target == "third"]
    assert {d for _, d in steps} >= {"提出开设管理员账号", "同意开设管理员账号", "开设"} and len({a for a, _ in steps}) == 2


def test_one_administrator_raises_nobody(bureau: Bureau) -> None:
    with bureau.client(Role.ADMIN) as one, bureau.client(None, bureau.second) as two:
        assert one.post("/admin/people/staff/change", data={"name": "虚构甲", "role": "管理员"}).status_code == 303
        raised = account(bureau, "staff")
        assert raised and raised.role is Role.STAFF
        assert two.post(f"/admin/people/asked/{asked(two)[0]}/agree").status_code == 303
        raised = account(bureau, "staff")
        assert raised and raised.role is Role.ADMIN and not asked(one)


def test_one_administrator_gives_no_other_a_password(bureau: Bureau) -> None:
    """With two, nobody is left to agree: the page says how it is done on the machine."""
    engine = bureau.assistant.engine
    with bureau.client(Role.ADMIN) as one, bureau.client(None, bureau.second) as two:
        refused = one.post("/admin/people/admin-two/reset")
        assert refused.status_code == 400 and "assistant user reset admin-two" in refused.text and not PASSWORD.search(refused.text)
        assert two.get("/admin").status_code == 200  # still signed in
        with outsider(bureau, "third") as third:
            assert one.post("/admin/people/admin-two/reset").status_code == 303
            number = asked(third)[0]
            assert two.post(f"/admin/people/asked/{number}/agree").status_code == 400  # whose account it is
            third.post(f"/admin/people/asked/{number}/agree")
            assert PASSWORD.search(one.post(f"/admin/people/asked/{number}/collect").text)
            assert two.get("/admin", headers={"accept": "text/html"}).status_code == 303
    assert [e.details["确认人"] for e in trail.listed(engine, limit=500) if e.details.get("说明") == "重置密码"]


def test_one_administrator_binds_no_other_sign_in(bureau: Bureau) -> None:
    engine = bureau.assistant.engine
    provider_requests.admit(engine, "https://sso.invalid", "subject-1", {"name": "虚构"})
    number = provider_requests.requests(engine)[0].id
    with bureau.client(Role.ADMIN) as one, outsider(bureau, "third") as third:
        assert one.post(f"/admin/people/requests/{number}/confirm", data={"login": "admin-two"}).status_code == 303
        held = account(bureau, "admin-two")
        assert held and held.oidc_subject is None
        assert third.post(f"/admin/people/asked/{asked(third)[0]}/agree").status_code == 303
        held = account(bureau, "admin-two")
        assert held and held.oidc_subject


def test_a_puppet_does_not_agree(lonely: Bureau) -> None:
    """The only administrator makes a second one alone; that one's word for a third is their own."""
    with lonely.client(Role.ADMIN) as one:
        assert one.post("/admin/people", data={"login": "bob", "name": "虚构鲍", "role": "管理员"}).status_code == 200
        refused = one.post("/admin/people", data={"login": "third", "name": "虚构三", "role": "管理员"})
        assert refused.status_code == 400 and "assistant user add third" in refused.text
        with outsider(lonely, "deng") as deng, session(lonely, "bob") as bob:
            one.post("/admin/people", data={"login": "third", "name": "虚构三", "role": "管理员"})
            number = asked(deng)[0]
            assert "不能确认" in bob.get("/admin/people").text
            assert bob.post(f"/admin/people/asked/{number}/agree").status_code == 400
            assert deng.post(f"/admin/people/asked/{number}/agree").status_code == 303


def test_putting_the_others_out_does_not_open_the_way(bureau: Bureau) -> None:
    with bureau.client(Role.ADMIN) as one:
        assert one.post("/admin/people/admin-two/disable").status_code == 303
        for sent in (
            one.post("/admin/people", data={"login": "third", "name": "虚构三", "role": "管理员"}),
            one.post("/admin/people/staff/change", data={"name": "虚构甲", "role": "管理员"}),
            one.post("/admin/people/admin-two/reset"),
            one.post("/admin/people/admin-two/enable"),
        ):
            assert sent.status_code == 400 and "请在服务器上运行" in sent.text
    engine = bureau.assistant.engine
    assert [a.login for a in accounts.accounts(engine, Role.ADMIN) if not a.disabled] == ["admin"]
    accounts.set_disabled(engine, "admin-two", False, by="命令行:root")  # the way out


def test_what_is_refused_or_late_is_not_done(bureau: Bureau) -> None:
    engine = bureau.assistant.engine
    with bureau.client(Role.ADMIN) as one, bureau.client(None, bureau.second) as two:
        one.post("/admin/people", data={"login": "third", "name": "虚构三", "role": "管理员"})
        number = asked(two)[0]
        assert two.post(f"/admin/people/asked/{number}/refuse").status_code == 303
        assert two.post(f"/admin/people/asked/{number}/agree").status_code == 400 and not asked(one)
        one.post("/admin/people", data={"login": "third", "name": "虚构三", "role": "管理员"})
        number = asked(two)[0]
        assert two.post(f"/admin/people/asked/{number}/agree").status_code == 303
        with writing(engine) as connection:
            connection.execute(text("update administrator_request set expires_at = :m"), {"m": datetime(2020, 1, 1).isoformat(" ")})
        assert one.post(f"/admin/people/asked/{number}/collect").status_code == 400 and account(bureau, "third") is None


@pytest.mark.parametrize("role", [None, Role.STAFF, Role.REVIEWER, Role.COUNSEL])
def test_nobody_else_agrees(bureau: Bureau, role: Role | None) -> None:
    with bureau.client(Role.ADMIN) as one, bureau.client(None, bureau.second) as two, bureau.client(role) as other:
        one.post("/admin/people", data={"login": "third", "name": "虚构三", "role": "管理员"})
        for act in ("agree", "refuse", "collect"):
            assert other.post(f"/admin/people/asked/{asked(two)[0]}/{act}").status_code in {401, 403}
    assert account(bureau, "third") is None
