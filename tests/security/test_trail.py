"""Attacks on the audit trail by someone who writes the database, knows this program, and does not hold the home.

Every attack is made in SQL on the database of a running server; the page where an administrator checks the trail must
tell of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from assistant.cli import main
from assistant.config import Settings, load_settings
from assistant.desk.audit import seals as audit_seals
from assistant.desk.audit.check import Seal, read_seal, verify
from assistant.desk.audit.clearing import TrailFaulty, prune, start_key, take_on
from assistant.desk.audit.key import KEY_FILE, AuditKey, NoAuditKey, key_of
from assistant.desk.audit.seals import SEALS_FILE, known_seals, seal_now
from assistant.desk.audit.trail import AuditAction, TrailBroken, listed, note
from assistant.desk.people.accounts import Role
from assistant.store import audit as sql
from assistant.store.audit import AuditFilter
from assistant.store.engine import open_engine, sqlite_url, writing
from tests.web.fake import FakeAssistant
from tests.web.people import Site, signed_in
from tests.web.serving import running

LATER = datetime.now() + timedelta(days=400)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(tmp_path / "home", audit_keep_days=365)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """A database with a key, eight rows and a seal."""
    made = open_engine(sqlite_url(settings.home / "library.db"))
    start_key(made, settings)
    for number in range(1, 9):
        note(made, "甲", AuditAction.EXPORT, f"对象{number}", {"序": number})
    assert seal_now(made, settings, due=True)
    yield made
    made.dispose()


def faults(engine: Engine, settings: Settings, *seals: Seal) -> str:
    found = verify(engine, key_of(settings), [*known_seals(settings), *seals])
    return "\n".join(f.text for f in found.faults)


@contextmanager
def as_attacker(engine: Engine) -> Iterator[Any]:
    """The database as whoever writes it has it."""
    with writing(engine) as connection:
        yield connection


def rebuild(connection: Any, kept: list[sql.AuditEvent], start: tuple[int, str] = (0, sql.ORIGIN)) -> None:
    """Chain the rows anew, each with a right hash, and set the head: what the program itself would have written."""
    connection.execute(text("delete from audit_event"))
    connection.execute(
        text("update audit_head set number = :n, hash = :h, removed_number = :n, removed_hash = :h"), {"n": start[0], "h": start[1]}
    )
    for event in kept:
        sql.append(connection, event.at, event.action, event.actor or "", event.target or "", event.details)


def forged_facts(number: int, digest: str, key: str = "") -> dict[str, Any]:
    """What a clearing would say, without the key: signed with one of the attacker's own, or not at all."""
    limits = {action.value: "2999-01-01T00:00:00" for action in AuditAction}
    facts: dict[str, Any] = {
        "清除": 9,
        "移除": number,
        "截止": limits,
        "起点": number,
        "起点摘要": digest,
        "此前链头": f"{number}:{digest}",
    }
    return facts | ({"密钥": key, "签名": "f" * 64} if key else {})


def delete_history(engine: Engine, settings: Settings, signed: bool) -> None:
    """History deleted and a clearing put in its place: what passed as whole before."""
    with as_attacker(engine) as connection:
        rows = list(sql.chain(connection))
        cut, rest = rows[5], rows[6:]
        rebuild(connection, rest, (cut.number, cut.hash))
        key = key_of(settings)
        assert key
        sql.append(
            connection, datetime.now(), "审计清理", "系统", "审计记录", forged_facts(cut.number, cut.hash, key.name if signed else "")
        )


@pytest.mark.parametrize("signed", [False, True])
def test_history_deleted_behind_a_forged_clearing_is_found(engine: Engine, settings: Settings, signed: bool) -> None:
    row = listed(engine, AuditFilter(), 100)[-3]
    delete_history(engine, settings, signed)
    (settings.home / SEALS_FILE).unlink()  # even without a single seal
    said = faults(engine, settings)
    assert "没有有效的签名" in said and "起点" in said
    assert "封签所指的记录不在了" in faults(engine, settings, Seal(row.number, row.hash))


def test_rows_emptied_behind_a_forged_clearing_are_found(engine: Engine, settings: Settings) -> None:
    (settings.home / SEALS_FILE).unlink()
    with as_attacker(engine) as connection:
        statement = "update audit_event set actor = null, target = null, detail = null, salt = null where number between 4 and 6"
        connection.execute(text(statement))
        sql.append(connection, datetime.now(), "审计清理", "系统", "审计记录", forged_facts(0, sql.ORIGIN))
    said = faults(engine, settings)
    assert said.count("内容被清空") == 3 and "没有有效的签名" in said


def test_the_chain_made_anew_without_a_trace_is_found_without_any_seal(engine: Engine, settings: Settings) -> None:
    (settings.home / SEALS_FILE).unlink()
    with as_attacker(engine) as connection:
        rebuild(connection, [e for e in sql.chain(connection) if e.number not in (1, 4)])
    assert "没有一条由本机密钥签署的记录" in faults(engine, settings)
    with as_attacker(engine) as connection:  # keeping the signed row's words does not help: its place is part of what is signed
        rows = list(sql.chain(connection))
        rebuild(connection, rows[1:])
    assert faults(engine, settings)


def test_a_tail_made_anew_is_found_by_the_seal_in_the_home(engine: Engine, settings: Settings) -> None:
    with as_attacker(engine) as connection:
        rows = list(sql.chain(connection))
        connection.execute(text("delete from audit_event where number > 5"))
        connection.execute(text("update audit_head set number = 5, hash = :h"), {"h": rows[4].hash})
        for event in rows[6:]:
            sql.append(connection, event.at, event.action, event.actor or "", event.target or "", event.details)
        assert rows[5].number == 6
    assert "封签" in faults(engine, settings)


def test_a_genuine_clearing_cannot_be_moved_nor_repeated(engine: Engine, settings: Settings) -> None:
    note(engine, "甲", AuditAction.EXPORT, "后来")
    assert prune(engine, settings, "管理员", LATER).removed
    assert faults(engine, settings) == ""
    (settings.home / SEALS_FILE).unlink()
    for number in range(3):
        note(engine, "乙", AuditAction.EXPORT, f"坏事{number}")
    with engine.connect() as connection:
        genuine = next(e for e in sql.chain(connection) if e.action == "审计清理")
    with as_attacker(engine) as connection:  # once more, at the end, so that the rows before it can go
        newest = list(sql.chain(connection))[-1]
        facts = genuine.details | {"起点": newest.number, "起点摘要": newest.hash}
        rebuild(connection, [], (newest.number, newest.hash))
        sql.append(connection, datetime.now(), "审计清理", genuine.actor or "", "审计记录", facts)
    assert "没有有效的签名" in faults(engine, settings) or "没有一条由本机密钥签署" in faults(engine, settings)


def test_the_past_before_a_clearing_cannot_be_rewritten(engine: Engine, settings: Settings) -> None:
    settings = load_settings(settings.home, audit_keep_days_by_action={"提问": 180})
    note(engine, "甲", AuditAction.QUESTION, "问")
    assert prune(engine, settings, "管理员", LATER).emptied == 1
    (settings.home / SEALS_FILE).unlink()
    with as_attacker(engine) as connection:
        rows = list(sql.chain(connection))
        rebuild(connection, [e for e in rows if e.number not in (4, 5)])  # every hash right, the statement's words kept
    assert faults(engine, settings)


def test_a_genuine_clearing_passes_and_says_which_seals_it_covers(engine: Engine, settings: Settings) -> None:
    early = listed(engine, AuditFilter(), 100)[-2]
    note(engine, "甲", AuditAction.EXPORT, "后来")
    prune(engine, settings, "管理员", LATER)
    found = verify(engine, key_of(settings), [*known_seals(settings), Seal(early.number, early.hash)])
    assert found.faults == () and any("已经清理" in r for r in found.remarks)
    other = AuditKey(b"x" * 32)
    assert any("签名" in f.text or "签署" in f.text for f in verify(engine, other).faults)
    assert any("没有审计密钥" in f.text for f in verify(engine).faults)


def test_a_trail_that_does_not_check_is_neither_cleared_nor_sealed(engine: Engine, settings: Settings) -> None:
    before = (settings.home / SEALS_FILE).read_bytes()
    with as_attacker(engine) as connection:
        connection.execute(text("update audit_event set actor = '丙' where number = 3"))
    with pytest.raises(TrailFaulty, match="audit verify"):
        prune(engine, settings, "管理员", LATER)
    with engine.connect() as connection:
        assert len(list(sql.chain(connection))) == 9, "nothing cleared, nothing recorded"
    assert seal_now(engine, settings, datetime.now() + timedelta(days=1)) is None
    assert (settings.home / SEALS_FILE).read_bytes() == before


def test_a_key_of_another_home_is_not_replaced_by_a_new_one(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    second = load_settings(tmp_path / "second", database_url=str(engine.url), audit_keep_days=365)
    second.home.mkdir()
    with pytest.raises(NoAuditKey, match=KEY_FILE):
        start_key(engine, second)
    assert not (second.home / KEY_FILE).exists()
    shared = load_settings(tmp_path / "second", audit_key=(settings.home / KEY_FILE).read_text().strip())
    assert key_of(shared) == key_of(settings)
    assert (settings.home / KEY_FILE).stat().st_mode & 0o077 == 0 and (settings.home / SEALS_FILE).stat().st_mode & 0o077 == 0


def test_the_key_is_nowhere_in_the_database_and_on_no_page(engine: Engine, settings: Settings) -> None:
    key = (settings.home / KEY_FILE).read_text().strip()
    note(engine, "甲", AuditAction.EXPORT, "后来")
    prune(engine, settings, "管理员", LATER)
    engine.dispose()
    held = b"".join(p.read_bytes() for p in settings.home.iterdir() if p.name.startswith("library.db"))
    assert key.encode() not in held and bytes.fromhex(key) not in held and key not in repr(key_of(settings))


def test_clearings_of_an_earlier_version_are_taken_on_once(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "old", audit_keep_days=365)
    engine = open_engine(sqlite_url(settings.home / "library.db"))
    for number in range(4):
        note(engine, "甲", AuditAction.EXPORT, f"对象{number}")
    with as_attacker(engine) as connection:  # as the version before wrote it: unsigned
        cut = list(sql.chain(connection))[1]
        sql.remove_beginning(connection, cut.number, cut.hash)
        facts = {"清除": 2, "截止": {"导出": "2000-01-01T00:00:00"}, "起点": cut.number, "起点摘要": cut.hash}
        sql.append(connection, datetime.now(), "审计清理", "系统", "审计记录", facts)
    start_key(engine, settings)
    found = verify(engine, key_of(settings), known_seals(settings))
    assert found.faults == () and "承认" in found.remarks[0]
    with as_attacker(engine) as connection:
        sql.append(connection, datetime.now(), "审计清理", "系统", "审计记录", facts)
    start_key(engine, settings)
    assert "没有有效的签名" in faults(engine, settings), "only what was there before the key"
    engine.dispose()


def test_seals_go_elsewhere_each_day_and_after_so_many_rows(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    elsewhere = tmp_path / "other disk" / "seals.txt"
    own = settings.model_copy(update={"audit_head_file": elsewhere, "audit_head_every": 10})
    assert seal_now(engine, own) is None, "nothing new today"
    for number in range(10):
        note(engine, "甲", AuditAction.EXPORT, f"又{number}")
    sealed = seal_now(engine, own)
    assert sealed and audit_seals.behind(own), "the other disk is away: told, and the home's own file is written"
    elsewhere.parent.mkdir()
    note(engine, "甲", AuditAction.EXPORT, "再")
    assert seal_now(engine, own) is None
    assert (last := seal_now(engine, own, datetime.now() + timedelta(days=1))) and not audit_seals.behind(own)
    assert read_seal(elsewhere.read_text().split()[-1]) == last
    # Whoever holds the home and the database is found out by what lies elsewhere.
    with as_attacker(engine) as connection:
        rebuild(connection, [e for e in sql.chain(connection) if e.number != 5])
    key = key_of(settings)
    assert key
    (settings.home / SEALS_FILE).unlink()
    take_on(engine, settings, key, "系统")
    audit_seals.begin_anew(own)
    assert faults(engine, settings) == "" and "封签" in faults(engine, settings, *audit_seals.seals_in(elsewhere))


def test_seals_are_sent_by_the_channels_and_can_be_checked_as_sent(engine: Engine, settings: Settings) -> None:
    update = {"webhook_url": "http://127.0.0.1:9/x", "audit_head_to": ["接口推送"]}
    own = settings.model_copy(update=update)
    note(engine, "甲", AuditAction.EXPORT, "又")
    seal = seal_now(engine, own, datetime.now() + timedelta(days=1))
    with engine.connect() as connection:
        kind, number, channel = connection.execute(text("select kind, number, channel from delivery")).one()
    assert (kind, channel) == ("审计封签", "接口推送")
    sent = read_seal(number)
    assert seal and sent and sent.number == seal.number and seal.hash.startswith(sent.hash) and len(sent.hash) == 48
    assert faults(engine, own, sent) == "" and "重新编制" in faults(engine, own, Seal(sent.number, "0" * 48))


def test_without_the_head_the_seal_is_not_written_over(engine: Engine, settings: Settings) -> None:
    with as_attacker(engine) as connection:
        connection.execute(text("delete from audit_head"))
    with pytest.raises(TrailBroken):
        seal_now(engine, settings, datetime.now() + timedelta(days=1))


# ---- over HTTP and on the command line -------------------------------------------------------


@pytest.fixture
def site(engine: Engine, settings: Settings) -> Iterator[Site]:
    """The administration desk, served, over the attacked database."""
    from fastapi import FastAPI

    from assistant.web.admin.pages import add_admin
    from assistant.web.edge.access import Access

    assistant = FakeAssistant(settings)
    app = FastAPI()
    app.state.settings = settings
    add_admin(app, assistant)  # type: ignore[arg-type]
    app.add_middleware(Access, assistant=assistant)
    with running(app, settings) as served:
        served.people = {Role.ADMIN: signed_in(assistant.engine, settings, Role.ADMIN)}
        yield served
    assistant.close()


def checked(site: Site) -> str:
    answer = httpx.post(f"{site}/admin/trail/verify", headers=site.cookie(Role.ADMIN), timeout=60)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("signed", [False, True])
def test_the_page_tells_of_a_forged_clearing(site: Site, engine: Engine, settings: Settings, signed: bool) -> None:
    assert "没有改动、缺漏" in checked(site)
    delete_history(engine, settings, signed)
    said = checked(site)
    assert "没有改动、缺漏" not in said and "没有有效的签名" in said


def test_the_page_tells_of_a_chain_made_anew(site: Site, engine: Engine) -> None:
    with as_attacker(engine) as connection:
        rebuild(connection, [e for e in sql.chain(connection) if e.number != 4])
    said = checked(site)
    assert "没有改动、缺漏" not in said and re.search("封签|签署", said)


def test_the_command_line_checks_seals_and_starts_anew(
    engine: Engine, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def audit(*arguments: str) -> tuple[int, str]:
        code = main(["--home", str(settings.home), "audit", *arguments])
        out, err = capsys.readouterr()
        return code, out + err

    kept = tmp_path / "seals.txt"
    kept.write_bytes((settings.home / SEALS_FILE).read_bytes())
    assert audit("verify", "--seals", str(kept))[0] == 0
    assert audit("verify", "--seals", str(tmp_path / "none"))[0] == 1
    code, out = audit("verify", "--json")
    document = json.loads(out)
    assert code == 0 and document["seals"] == 2
    assert audit("verify", "--seal", document["seal"])[0] == 0
    number = document["seal"].partition(":")[0]
    assert audit("verify", "--seal", f"{number}:{'0' * 64}")[0] == 1
    assert audit("seal")[0] == 0
    delete_history(engine, settings, True)
    code, out = audit("prune")
    assert code == 0 and "已清除 0 条" in out, "nothing is due"
    code, out = audit("key")
    assert code == 1 and "没有有效的签名" in out and "--yes" in out
    assert audit("verify")[0] == 1
    assert audit("key", "--yes")[0] == 0 and audit("verify")[0] == 0
    assert audit("verify", "--seals", str(kept))[0] == 1, "what lies elsewhere still tells"
    assert listed(engine)[0].action == "审计密钥"
