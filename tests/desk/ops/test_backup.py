"""Backup and restore: everything there on an empty home, from either database to either; the damaged refused untouched."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import Engine, select, text

from assistant.answer.parts import Answer
from assistant.config import Settings, load_settings
from assistant.desk.audit.check import verify
from assistant.desk.chat import conversations
from assistant.desk.library.imports import import_documents
from assistant.desk.ops.backup import MANIFEST, backup
from assistant.desk.ops.home_files import OTHER_SETTINGS
from assistant.desk.ops.restore import check, restore
from assistant.desk.people import accounts
from assistant.desk.people.accounts import Role
from assistant.errors import RefusedInput
from assistant.store import transfer
from assistant.store.engine import open_engine
from tests.invented import write
from tests.postgres import database

#: Attachments are kept under the digest of their content.
ATTACHED = "attachments/{0:.2}/{0}".format(sha256(b"\x00\xff" * 1000).hexdigest())
NEW = "attachments/{0:.2}/{0}".format(sha256(b"new").hexdigest())
Everything = dict[str, list[tuple[Any, ...]]]
#: What restoring itself adds to: the trail, its head, and the number that tells servers to look again.
_OWN = ("audit_event", "audit_head", "revision")


@pytest.fixture
def filled(engine: Engine, settings: Settings, tmp_path: Path) -> Engine:
    """A home with a statute, an account, a conversation, an attachment, own questions and tables, and settings."""
    list(import_documents(engine, settings, [write(tmp_path / "库")], "甲"))
    made = accounts.add(engine, "jia", "虚构甲", Role.STAFF, "执法队", by="命令行").account
    one = conversations.start(engine, made.id, "怎么罚？")
    answer = conversations.record_turn(engine, one.id, made.id, Answer("怎么罚？", date(2026, 5, 1)))
    conversations.give_feedback(engine, answer, made.id, True)
    for name, body in (
        (ATTACHED, b"\x00\xff" * 1000),
        ("questions/own.jsonl", b"{}\n"),
        ("tables/\xe8.csv".encode("latin-1").decode("latin-1"), b"1"),
        ("assistant.toml", 'bureau_name = "虚构局"\n'.encode()),
    ):
        file = settings.home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    for derived in ("index/1/rows.npz", "chroma/x", "uploads/y"):
        (settings.home / derived).parent.mkdir(parents=True, exist_ok=True)
        (settings.home / derived).write_bytes(b"derived")
    return engine


def everything(engine: Engine) -> Everything:
    with engine.connect() as connection:
        return {
            t.name: [tuple(r) for r in connection.execute(select(t).order_by(*t.primary_key.columns))]
            for t in transfer.all_tables()
            if t.name not in _OWN
        }


def files_of(home: Path) -> dict[str, bytes]:
    found = {p.relative_to(home).as_posix(): p.read_bytes() for p in home.rglob("*") if p.is_file()}
    return {n: b for n, b in found.items() if not n.startswith(("library.db", "index/", "chroma/", "uploads/")) and not n.endswith(".lock")}


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an empty home, on either database."""
    if request.param == "sqlite":
        yield load_settings(tmp_path / "other")
        return
    with database(request.getfixturevalue("postgres")) as url:
        yield load_settings(tmp_path / "other", database_url=url)


def test_everything_is_there_on_an_empty_home(filled: Engine, settings: Settings, other: Settings, tmp_path: Path) -> None:
    done = backup(filled, settings, tmp_path / "备份.zip", "管理员")
    assert done.rows["account"] == 1 and done.rows["article"] == 4 and done.files == 4
    brought = restore(other, tmp_path / "备份.zip", "管理员")
    assert brought.before is None and brought.files == 4
    engine = open_engine(other.library_url)
    try:
        found = everything(engine)
        assert found == everything(filled) and len(found["message"]) == 2 and found["feedback"]
        assert verify(engine).faults == () and verify(engine).rows == verify(filled).rows + 1
        # New rows are numbered after those brought back.
        one = conversations.conversations(engine, accounts.accounts(engine)[0].id)[0]
        conversations.record_turn(engine, one.id, accounts.accounts(engine)[0].id, Answer("又问", date(2026, 5, 2)))
    finally:
        engine.dispose()
    kept = files_of(other.home)
    kept["assistant.toml"] = kept.pop(OTHER_SETTINGS)  # the settings of a backup take effect only where they are asked for
    assert kept == files_of(settings.home)
    assert not (other.home / "index").exists()


@pytest.mark.parametrize("hurt", ["cut", "changed", "missing", "added", "manifest", "outside", "not a zip", "newer", "rows"])
def test_a_damaged_backup_is_refused_before_anything_is_touched(filled: Engine, settings: Settings, tmp_path: Path, hurt: str) -> None:
    backup(filled, settings, tmp_path / "备份.zip", "管理员")
    bad = tmp_path / "坏.zip"
    _HURTS[hurt](tmp_path / "备份.zip", bad)
    before, files = everything(filled), files_of(settings.home)
    with pytest.raises(RefusedInput):
        restore(settings, bad, "管理员", force=True)
    assert everything(filled) == before and files_of(settings.home) == files
    assert list(tmp_path.glob("home.before-*")) == []


def _rewritten(change: Callable[[dict[str, bytes]], None]) -> Callable[[Path, Path], None]:
    def hurt(good: Path, bad: Path) -> None:
        with ZipFile(good) as archive:
            parts = {n: archive.read(n) for n in archive.namelist()}
        change(parts)
        with ZipFile(bad, "w") as archive:
            for name, body in parts.items():
                archive.writestr(name, body)

    return hurt


def _with_manifest(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, bytes]], None]:
    def apply(parts: dict[str, bytes]) -> None:
        manifest = json.loads(parts[MANIFEST])
        change(manifest)
        parts[MANIFEST] = json.dumps(manifest).encode()

    return apply


def _flip(good: Path, bad: Path) -> None:
    body = bytearray(good.read_bytes())
    with ZipFile(good) as archive:
        place = archive.getinfo("database/article.jsonl").header_offset + 80
    body[place] ^= 0xFF
    bad.write_bytes(body)


def _outside(parts: dict[str, bytes]) -> None:
    parts["files/../../pwned"] = b"x"
    digest = {"sha256": sha256(b"x").hexdigest(), "size": 1}
    _with_manifest(lambda m: m["parts"].update({"files/../../pwned": digest}))(parts)


def _bad_rows(parts: dict[str, bytes]) -> None:
    parts["database/message.jsonl"] = b'{"id": 1, "conversation_id": null}\n'
    digest = {"sha256": sha256(parts["database/message.jsonl"]).hexdigest(), "size": 1}
    _with_manifest(lambda m: m["parts"].update({"database/message.jsonl": digest}))(parts)


_HURTS: dict[str, Callable[[Path, Path], None]] = {
    "cut": lambda good, bad: bad.write_bytes(good.read_bytes()[:-2000]) and None,
    "changed": _flip,
    "missing": _rewritten(lambda parts: parts.pop("database/account.jsonl") and None),
    "added": _rewritten(lambda parts: parts.update({"files/more": b"x"})),
    "manifest": _rewritten(lambda parts: parts.pop(MANIFEST) and None),
    "outside": _rewritten(_outside),
    "not a zip": lambda good, bad: bad.write_bytes(b"PK\x03\x04 nothing") and None,
    "newer": _rewritten(_with_manifest(lambda m: m.update({"layout": "9999"}))),
    "rows": _rewritten(_bad_rows),
}


def test_what_is_there_is_replaced_only_by_force_and_kept_beside(filled: Engine, settings: Settings, tmp_path: Path) -> None:
    backup(filled, settings, tmp_path / "备份.zip", "管理员")
    accounts.add(filled, "yi", "虚构乙", Role.STAFF, by="命令行")
    new = settings.home / NEW
    new.parent.mkdir(exist_ok=True)
    new.write_bytes(b"new")
    with pytest.raises(RefusedInput, match="--force"):
        restore(settings, tmp_path / "备份.zip", "管理员")
    assert len(accounts.accounts(filled)) == 2
    done = restore(settings, tmp_path / "备份.zip", "管理员", force=True)
    assert [a.login for a in accounts.accounts(filled)] == ["jia"]  # an engine that was open sees it at once
    assert not new.exists() and verify(filled).faults == ()
    assert done.before and done.before.parent == settings.home.parent
    restore(settings, done.before, "管理员", force=True)
    assert sorted(a.login for a in accounts.accounts(filled)) == ["jia", "yi"]
    assert new.read_bytes() == b"new"


def test_a_backup_is_whole_while_others_write(filled: Engine, settings: Settings, tmp_path: Path) -> None:
    from threading import Event, Thread

    stopped = Event()

    def write_on() -> None:
        number = 0
        while not stopped.is_set():
            one = conversations.start(filled, "乙", f"问{number}")
            conversations.record_turn(filled, one.id, "乙", Answer(f"问{number}", date(2026, 5, 1)))
            number += 1

    writer = Thread(target=write_on)
    writer.start()
    try:
        for number in range(3):
            backup(filled, settings, tmp_path / f"{number}.zip", "管理员")
    finally:
        stopped.set()
        writer.join()
    for number in range(3):
        found = check(tmp_path / f"{number}.zip")
        assert found["rows"]["message"] % 2 == 0
        empty = load_settings(tmp_path / f"home{number}")
        restore(empty, tmp_path / f"{number}.zip", "管理员")
        engine = open_engine(empty.library_url)
        assert verify(engine).faults == ()
        engine.dispose()


def test_a_backup_of_an_older_layout_is_brought_to_the_newest(filled: Engine, settings: Settings, tmp_path: Path) -> None:
    old = load_settings(tmp_path / "old")
    old.home.mkdir()
    engine = open_engine(old.library_url, layout="0003")
    with engine.connect() as connection:
        assert not connection.dialect.has_table(connection, "account")
        connection.execute(text("insert into note (name, value) values ('虚构', '一')"))
        connection.commit()
        tables = transfer.tables_of(connection)
        rows = {t.name: list(transfer.rows_out(connection, t)) for t in tables}
    engine.dispose()
    backup(filled, settings, tmp_path / "新.zip", "管理员")

    def older(parts: dict[str, bytes]) -> None:
        manifest = json.loads(parts[MANIFEST])
        parts.clear()
        for name, found in rows.items():
            parts[f"database/{name}.jsonl"] = b"".join(json.dumps(r).encode() + b"\n" for r in found)
        manifest |= {"layout": "0003", "parts": {n: {"sha256": sha256(b).hexdigest(), "size": len(b)} for n, b in parts.items()}}
        parts[MANIFEST] = json.dumps(manifest).encode()

    _rewritten(older)(tmp_path / "新.zip", tmp_path / "旧.zip")
    target = load_settings(tmp_path / "target")
    restore(target, tmp_path / "旧.zip", "管理员")
    engine = open_engine(target.library_url)
    with engine.connect() as connection:
        assert connection.execute(text("select value from note where name = '虚构'")).scalar() == "一"
    assert accounts.accounts(engine) == [] and verify(engine).faults == ()
    engine.dispose()


def test_a_backup_does_not_go_into_the_home_nor_over_a_file(filled: Engine, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="数据目录里面"):
        backup(filled, settings, settings.home / "备份.zip", "管理员")
    (tmp_path / "有.zip").touch()
    with pytest.raises(RefusedInput, match="已经有"):
        backup(filled, settings, tmp_path / "有.zip", "管理员")
    with pytest.raises(RefusedInput, match="没有这个文件"):
        check(tmp_path / "无.zip")
