"""Attempts to silence the trail: triggers and the like put into the database, a kept-for that is next to nothing, over HTTP where a page is concerned."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from assistant.cli import main
from assistant.config import Settings, load_settings
from assistant.desk.audit import seals
from assistant.desk.audit.check import foreign_warnings, verify
from assistant.desk.audit.clearing import TrailFaulty, kept_days, prune, start_key
from assistant.desk.audit.key import key_of
from assistant.desk.audit.trail import AuditAction, TrailBroken, listed, note
from assistant.desk.people.accounts import Role
from assistant.errors import BadSetting
from assistant.store.engine import open_engine, sqlite_url, writing
from tests.web.fake import FakeAssistant
from tests.web.people import Site, signed_in
from tests.web.serving import running

#: The two triggers of the first attack: what one person does goes, and the chain is closed behind it.
GONE = """create trigger tidy after update on audit_head
when (select actor from audit_event where number = new.number) = '{actor}'
begin
  update audit_head set number = old.number, hash = old.hash where id = new.id;
  delete from audit_event where number = new.number;
end"""
ALTERED = "create trigger tidy after insert on audit_event when new.actor = '{actor}' begin update audit_event set actor = '别人'; end"
#: Strikes after the row was looked at again, in the same transaction.
LATER = "create trigger tidy after insert on session begin delete from audit_event where action = '登录'; end"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(tmp_path / "home")


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    made = open_engine(sqlite_url(settings.home / "library.db"))
    start_key(made, settings)
    for number in range(1, 5):
        note(made, "甲", AuditAction.EXPORT, f"对象{number}")
    assert seals.seal_now(made, settings, due=True)
    yield made
    made.dispose()


@contextmanager
def site(engine: Engine, settings: Settings) -> Iterator[Site]:
    from assistant.web.server import build_app

    application = build_app(FakeAssistant(settings))  # type: ignore[arg-type]
    with running(application, settings) as address:
        address.people = {role: signed_in(engine, settings, role) for role in (Role.ADMIN, Role.STAFF)}
        yield address


def attack(engine: Engine, statement: str, actor: str = "") -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql(statement.replace("{actor}", actor))


@pytest.mark.parametrize("trigger", [GONE, ALTERED])
def test_what_the_database_swallows_is_not_done(engine: Engine, settings: Settings, trigger: str) -> None:
    """The administrator's act fails as a whole: a row that is not there as written undoes what it records."""
    with site(engine, settings) as address, httpx.Client(base_url=address, headers=address.cookie(Role.ADMIN), timeout=30) as admin:
        attack(engine, trigger, address.account(Role.ADMIN).id)
        before = len(listed(engine, limit=1000))
        answered = admin.post("/admin/people/staff/disable")
        assert answered.status_code != 303
        with engine.connect() as connection:
            assert connection.execute(text("select disabled from account where login = 'staff'")).scalar() == 0
        assert len(listed(engine, limit=1000)) == before


@pytest.mark.parametrize("trigger", [GONE, ALTERED, LATER, "create view quiet as select 1"])
def test_who_checks_the_trail_is_told_which_trigger_is_there(engine: Engine, settings: Settings, trigger: str) -> None:
    with site(engine, settings) as address, httpx.Client(base_url=address, headers=address.cookie(Role.ADMIN), timeout=30) as admin:
        assert "没有改动、缺漏" in admin.post("/admin/trail/verify").text
        attack(engine, trigger, "乙")
        name = re.search(r"create \w+ (\w+)", trigger)
        assert name
        checked = admin.post("/admin/trail/verify").text
        assert "没有改动、缺漏" not in checked and f"“{name[1]}”" in checked
        page = admin.get("/admin").text
        assert f"“{name[1]}”" in page and "没有不是本系统建立的" not in page
    assert any(name[1] in line for line in foreign_warnings(engine))  # as printed at the start


def test_nothing_is_sealed_or_cleared_beside_a_trigger(engine: Engine, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    sealed = len(seals.known_seals(settings))
    attack(engine, LATER)
    assert seals.seal_now(engine, settings) is None  # found between the daily checks, too
    assert seals.seal_now(engine, settings, due=True) is None and len(seals.known_seals(settings)) == sealed
    with pytest.raises(TrailFaulty):
        prune(engine, load_settings(settings.home, audit_keep_days=365), "管理员", datetime.now() + timedelta(days=400))
    for command in ("verify", "seal"):
        assert main(["--home", str(settings.home), "audit", command]) == 1
    assert "触发器“tidy”（在 session 上）" in capsys.readouterr().out
    attack(engine, "drop trigger tidy")
    assert verify(engine, key_of(settings), seals.known_seals(settings)).faults == ()


def test_a_head_that_does_not_move_is_seen_at_once(engine: Engine) -> None:
    attack(engine, "create trigger stay before update on audit_head begin select raise(ignore); end")
    with pytest.raises(TrailBroken):
        note(engine, "甲", AuditAction.EXPORT, "之后")


# ---- how long it is kept -----------------------------------------------------------------------


@pytest.mark.parametrize("value", [1, 30, 179])
def test_nobody_sets_the_trail_to_be_forgotten(settings: Settings, value: int, monkeypatch: pytest.MonkeyPatch) -> None:
    home = settings.home
    with pytest.raises(BadSetting, match="180"):
        load_settings(home, audit_keep_days=value)
    with pytest.raises(BadSetting, match="180"):
        load_settings(home, audit_keep_days_by_action={"账号变动": value})
    assert main(["--home", str(home), "settings", "set", "audit_keep_days", str(value)]) == 1
    (home / "assistant.toml").write_text(f'audit_keep_days = {value}\naudit_keep_days_by_action = {{"导出" = {value}}}\n', encoding="utf-8")
    stored = load_settings(home)  # one written by hand starts all the same, and keeps everything
    assert stored.audit_keep_days == 0 and stored.audit_keep_days_by_action == {} and len(stored.ignored) == 2
    monkeypatch.setenv("ASSISTANT_AUDIT_KEEP_DAYS", str(value))
    (home / "assistant.toml").unlink()
    with pytest.raises(BadSetting, match="180"):
        load_settings(home)


def test_a_value_that_got_round_the_check_clears_nothing_recent(engine: Engine, settings: Settings) -> None:
    forced: Callable[..., Any] = object.__setattr__
    forced(settings, "audit_keep_days", 1)
    assert min(kept_days(settings).values()) == 180
    assert prune(engine, settings, "管理员", datetime.now() + timedelta(days=100)).emptied == 0


def test_the_page_does_not_set_how_long_the_trail_is_kept(engine: Engine, settings: Settings) -> None:
    with site(engine, settings) as address, httpx.Client(base_url=address, headers=address.cookie(Role.ADMIN), timeout=30) as admin:
        for name, value in (("audit_keep_days", "1"), ("audit_keep_days_by_action", '{"账号变动": 1}')):
            assert admin.post(f"/admin/settings/{name}", data={"value": value}).status_code == 400
    assert load_settings(settings.home).audit_keep_days == 0
