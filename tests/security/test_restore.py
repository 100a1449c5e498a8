"""Backups made by an attacker: nothing is written but what a backup writes, and a restore is whole or did not happen."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from assistant.cli import main
from assistant.config import Settings, load_settings
from assistant.desk.ops import backup_archive, switching
from assistant.desk.ops import restore as restoring
from assistant.desk.ops.backup import backup
from assistant.desk.ops.backup_archive import MANIFEST
from assistant.desk.ops.home_files import OTHER_SETTINGS
from assistant.desk.ops.restore import check, restore
from assistant.desk.people import accounts
from assistant.desk.people.accounts import Role
from assistant.errors import RefusedInput
from assistant.store import transfer
from assistant.store.engine import HEAD, open_engine, writing
from assistant.store.library.statutes import save_note

ROOT = Path(__file__).resolve().parents[2]
Parts = dict[str, bytes]
Made = Callable[[Callable[[Parts], None]], Path]


def keep(home: Path, name: str, body: bytes) -> None:
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def attached(body: bytes) -> str:
    digest = sha256(body).hexdigest()
    return f"attachments/{digest[:2]}/{digest}"


def filled(home: Path, mark: str) -> Settings:
    """A home with an account, a note, and a file of most kinds, all bearing the mark."""
    made = load_settings(home)
    home.mkdir()
    engine = open_engine(made.library_url)
    accounts.add(engine, mark, "虚构甲", Role.ADMIN, by="test")
    with writing(engine) as connection:
        save_note(connection, "mark", mark)
    engine.dispose()
    keep(home, attached(mark.encode()), mark.encode())
    for name in ("guides/指南.md", "questions/own.jsonl", "tables/节假日.csv", "thesaurus.toml", f"guides/{mark}.md"):
        keep(home, name, b"" if name.endswith(("toml", "jsonl")) else mark.encode())
    return made


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two homes to be copied, and a backup of the second."""
    folder = tmp_path_factory.mktemp("homes")
    for mark in ("before", "after"):
        filled(folder / mark, mark)
    own = load_settings(folder / "after")
    engine = open_engine(own.library_url)
    backup(engine, own, folder / "good.zip", "test")
    engine.dispose()
    return folder


def copied(homes: Path, mark: str, home: Path) -> Settings:
    copytree(homes / mark, home)
    return load_settings(home)


@pytest.fixture
def victim(homes: Path, tmp_path: Path) -> Settings:
    """A home in use, which the attacks are restored into."""
    return copied(homes, "before", tmp_path / "victim")


@pytest.fixture
def made(homes: Path, tmp_path: Path) -> Made:
    """Make a backup whose parts somebody changed, every digest and size right again."""

    def make(change: Callable[[Parts], None]) -> Path:
        with zipfile.ZipFile(homes / "good.zip") as archive:
            parts = {n: archive.read(n) for n in archive.namelist()}
        change(parts)
        return pack(tmp_path / "bad.zip", parts)

    return make


def pack(path: Path, parts: Parts, manifest: Callable[[dict[str, Any]], Any] = lambda m: m) -> Path:
    told = json.loads(parts.pop(MANIFEST))
    told["parts"] = {n: {"sha256": sha256(b).hexdigest(), "size": len(b)} for n, b in parts.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
        archive.writestr(MANIFEST, json.dumps(manifest(told)))
    return path


def everything(home: Path) -> dict[str, Any]:
    """What of a home must not change: its files, and the rows of its database (but the trail, which says what was tried)."""
    engine = open_engine(load_settings(home).library_url)
    with engine.connect() as connection:
        own = ("audit_event", "audit_head", "revision")
        rows = {t.name: [tuple(r) for r in connection.execute(select(t))] for t in transfer.all_tables() if t.name not in own}
    engine.dispose()
    found = {p.relative_to(home).as_posix(): p.read_bytes() for p in home.rglob("*") if p.is_file()}
    return {"rows": rows} | {n: b for n, b in found.items() if not n.startswith("library.db") and not n.endswith(".lock")}


def outside(tmp_path: Path) -> set[Path]:
    """Every file that is neither in the victim's home nor a backup."""
    return {p for p in tmp_path.rglob("*") if p.is_file() and not p.is_relative_to(tmp_path / "victim") and p.suffix != ".zip"}


def tried(home: Path, path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = main(["--home", str(home), "restore", str(path), "--force"])
    told = capsys.readouterr()
    return code, told.out + told.err


REFUSED = [
    "/{tmp}/pwned",
    "../pwned",
    "guides/../../pwned",
    "guides/..",
    "guides//x.md",
    "library.db",
    "library.db-wal",
    "Library.DB",
    "LIBRARY.DB.",
    "index/1/rows.npz",
    "chroma/chroma.sqlite3",
    "uploads/x",
    "restoring/plan.json",
    "guides\\..\\..\\pwned",
    "C:/pwned",
    "assistant.toml ",
    "guides/x.md.",
    "guides/a\nb.md",
]
LEFT_OUT = [
    "pull/0123456789abcdef/git/config",
    "pull/0123456789abcdef/git/hooks/post-checkout",
    "guides/CON.md",
    "guides/nul.md",
    "guides/e\u0301.md",
    "guides/.x.md",
    "guides/\u202ex.md",
    "guides/com1.txt.md",
    "fonts/LPT1/a.ttf",
    "fonts/e\u0301/a.ttf",
    "guides/x.md/y.md",
    "guides/x.py",
    "thesaurus.toml/x",
    "attachments/ab/" + "0" * 64,
    "attachments/00/" + "0" * 64,
    "ATTACHMENTS/x",
    ".ssh/authorized_keys",
    "sitecustomize.py",
]


@pytest.mark.parametrize("name", REFUSED)
def test_a_name_that_leads_elsewhere_refuses_the_backup(
    victim: Settings, made: Made, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = made(lambda parts: parts.update({f"files/{name.format(tmp=str(tmp_path).strip('/'))}": b"pwned"}))
    inside, beside = everything(victim.home), outside(tmp_path)
    code, told = tried(victim.home, bad, capsys)
    assert code == 1 and "没有作任何改动" in told
    assert everything(victim.home) == inside and outside(tmp_path) == beside


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_file_of_no_known_kind_is_not_written_and_told(
    victim: Settings, made: Made, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, beside = made(lambda parts: parts.update({f"files/{name}": b"pwned"})), outside(tmp_path)
    code, told = tried(victim.home, bad, capsys)
    assert code == 0 and "1 个文件没有恢复" in told
    assert not os.path.lexists(victim.home / name) and outside(tmp_path) == beside
    assert b"pwned" not in everything(victim.home).values()


IN_EACH_OTHERS_PLACE = [
    ("fonts/a.ttf", "fonts/a.ttf/b.ttf"),
    ("fonts/A.TTF", "fonts/a.ttf/b.ttf"),
    ("fonts/a.ttf", "fonts/A.ttf"),
    ("fonts/x/a.ttf", "fonts/X/A.TTF"),
]


@pytest.mark.parametrize("names", IN_EACH_OTHERS_PLACE)
def test_two_files_for_one_place_refuse_the_backup(
    victim: Settings, made: Made, names: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    bad = made(lambda parts: parts.update({f"files/{name}": b"pwned" for name in names}))
    before = everything(victim.home)
    code, told = tried(victim.home, bad, capsys)
    assert code == 1 and "没有作任何改动" in told
    assert everything(victim.home) == before and not (victim.home / "fonts").exists()
    assert main(["--home", str(victim.home), "user", "list"]) == 0


@pytest.mark.parametrize("there", ["fonts/a.ttf", "fonts"])
def test_a_file_where_a_folder_must_go_refuses_the_backup(
    victim: Settings, made: Made, there: str, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(victim.home, there, b"own")
    bad = made(lambda parts: parts.update({"files/fonts/a.ttf/b.ttf": b"new"}))
    before = everything(victim.home)
    code, told = tried(victim.home, bad, capsys)
    assert code == 1 and "没有作任何改动" in told and "移走" in told
    assert everything(victim.home) == before
    assert main(["--home", str(victim.home), "user", "list"]) == 0


def test_a_home_where_a_restore_stuck_at_a_folder_comes_back(victim: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """As the program before left it: the file of the home moved away, a folder made in its place, the plan written."""
    beside, place = victim.home / switching.STAGING, victim.home / "fonts" / "a.ttf"
    keep(victim.home, f"{switching.STAGING}/old-0", b"own")
    keep(victim.home, f"{switching.STAGING}/new-0", b"new")
    place.mkdir(parents=True)
    moves = [
        {"place": str(place), "new": None, "old": str(beside / "old-0")},
        {"place": str(place / "b.ttf"), "new": str(beside / "new-0"), "old": None},
    ]
    (beside / "plan.json").write_text(json.dumps({"token": "0" * 32, "moves": moves}), encoding="utf-8")
    assert main(["--home", str(victim.home), "user", "list"]) == 0
    assert "退回" in capsys.readouterr().err and place.read_bytes() == b"own" and not beside.exists()


def link(parts: Parts, archive: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("files/guides/link.md")
    info.external_attr = 0o120777 << 16
    archive.writestr(info, "/etc/passwd")


def twice(parts: Parts, archive: zipfile.ZipFile) -> None:
    archive.writestr("files/guides/指南.md", "pwned")


def in_capitals(parts: Parts, archive: zipfile.ZipFile) -> None:
    archive.writestr("files/guides/AFTER.md", "pwned")


def with_nul(parts: Parts, archive: zipfile.ZipFile) -> None:
    archive.writestr("files/guides/nul0.md", "pwned")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("add", [link, twice, in_capitals, with_nul])
def test_members_that_are_not_what_they_seem_refuse_the_backup(
    victim: Settings, made: Made, add: Callable[[Parts, zipfile.ZipFile], None], capsys: pytest.CaptureFixture[str]
) -> None:
    path = made(lambda parts: None)
    with zipfile.ZipFile(path) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    told = json.loads(parts.pop(MANIFEST))
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
        add(parts, archive)
        last = archive.infolist()[-1]
        told["parts"][last.filename] = {"sha256": sha256(archive.read(last)).hexdigest(), "size": last.file_size}
        archive.writestr(MANIFEST, json.dumps(told))
    if add is with_nul:
        path.write_bytes(path.read_bytes().replace(b"nul0.md", b"nul\x00.md"))
    before = everything(victim.home)
    code, words = tried(victim.home, path, capsys)
    assert code == 1 and "没有作任何改动" in words and everything(victim.home) == before


def test_a_large_manifest_is_refused_unread(victim: Settings, made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = made(lambda parts: None)
    with zipfile.ZipFile(path) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    manifest = parts.pop(MANIFEST)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
        with archive.open(MANIFEST, "w") as part:
            part.write(manifest)
            for _ in range(100):
                part.write(b" " * (1 << 20))
    code, told = tried(victim.home, path, capsys)
    assert code == 1 and "清单" in told


def test_members_and_bytes_are_counted_before_anything_is_unpacked(
    victim: Settings, made: Made, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = made(lambda parts: parts.update({f"files/guides/{n}.md": b"x" for n in range(200)}))
    with monkeypatch.context() as patched:
        patched.setattr(backup_archive, "MOST_MEMBERS", 120)
        assert "太多" in tried(victim.home, bad, capsys)[1] or "超过上限" in tried(victim.home, bad, capsys)[1]
    assert restore(victim, bad, "test", force=True).files > 200
    large = made(lambda parts: parts.update({"files/guides/x.md": bytes(21 << 20)}))
    assert "超过 20 MB" in tried(victim.home, large, capsys)[1]
    bomb = made(lambda parts: parts.update({f"files/fonts/{n}.ttf": bytes(3 << 20) for n in range(20)}))
    monkeypatch.setattr(backup_archive, "_RATIO_FROM", 1 << 20)
    assert "压缩炸弹" in tried(victim.home, bomb, capsys)[1]


def test_a_backup_larger_than_the_disk_is_refused(
    victim: Settings, made: Made, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Full:
        free = 65 << 20

    bad = made(lambda parts: parts.update({f"files/fonts/{n}.ttf": os.urandom(1 << 20) for n in range(3)}))
    monkeypatch.setattr(restoring.shutil, "disk_usage", lambda _: Full)
    before = everything(victim.home)
    code, told = tried(victim.home, bad, capsys)
    assert code == 1 and "请清理磁盘" in told and everything(victim.home) == before


def test_a_member_that_lies_of_its_size_is_refused(victim: Settings, made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    path = made(lambda parts: parts.update({"files/guides/x.md": b"0123456789" * 1000}))
    body = bytearray(path.read_bytes())
    for start in (body.index(b"files/guides/x.md") - 30 + 22, body.rindex(b"files/guides/x.md") - 46 + 24):
        assert int.from_bytes(body[start : start + 4], "little") == 10000
        body[start : start + 4] = (10).to_bytes(4, "little")
    path.write_bytes(body)
    assert tried(victim.home, path, capsys)[0] == 1


def changed_rows(table: str, change: Callable[[dict[str, Any]], Any]) -> Callable[[Parts], None]:
    def apply(parts: Parts) -> None:
        rows = [json.loads(line) for line in parts[f"database/{table}.jsonl"].splitlines()]
        assert rows
        for row in rows:
            change(row)
        parts[f"database/{table}.jsonl"] = b"".join(json.dumps(r).encode() + b"\n" for r in rows)

    return apply


def changed_file(name: str, key: str) -> bytes:
    """The row of an import that waits, whose file would be read and written where its names lead."""
    from assistant.store.tables.library import Base

    empty: dict[str, Any] = {"INTEGER": 0, "BOOLEAN": False, "JSON": {}, "DATETIME": "2026-01-01T00:00:00", "DATE": "2026-01-01"}
    columns = Base.metadata.tables["library_change"].columns
    row = {c.name: None if c.nullable else empty.get(str(c.type), "") for c in columns}
    return json.dumps(row | {"visibility": "public", "file_name": name, "file_key": key}).encode() + b"\n"


HOSTILE_ROWS: dict[str, Callable[[Parts], None]] = {
    "a role there is none of": changed_rows("account", lambda r: r.update(role="超级管理员")),
    "no role": changed_rows("account", lambda r: r.update(role=None)),
    "a role that is a list": changed_rows("account", lambda r: r.update(role=["管理员"])),
    "no login": changed_rows("account", lambda r: r.update(login=" ")),
    "a hash that takes all memory": changed_rows(
        "account", lambda r: r.update(password_hash="$argon2id$v=19$m=4194304000,t=3,p=4$" + "A" * 22 + "$" + "A" * 43)
    ),
    "a column there is none of": changed_rows("account", lambda r: r.update({"role); drop table account; --": "x"})),
    "a text for a number": changed_rows("account", lambda r: r.update(failures="5")),
    "a number for a flag": changed_rows("account", lambda r: r.update(disabled=0)),
    "a number beyond all": changed_rows("account", lambda r: r.update(failures=10**30)),
    "a day that is none": changed_rows("account", lambda r: r.update(created_at="gestern")),
    "no object": lambda parts: parts.update({"database/note.jsonl": b"[1]\n"}),
    "nested without end": lambda parts: parts.update({"database/note.jsonl": b"[" * 200_000 + b"\n"}),
    "the database's own table": lambda parts: parts.update({"database/alembic_version.jsonl": b'{"version_num": "0001"}\n'}),
    "a member beside": lambda parts: parts.update({"pwned": b"x"}),
    "a file that waits, elsewhere": lambda parts: parts.update({"database/library_change.jsonl": changed_file("x", "../../pwned")}),
    "a name that leads elsewhere": lambda parts: parts.update({"database/library_change.jsonl": changed_file("../../pwned", "")}),
    "a table there is none of": lambda parts: parts.update({"database/sqlite_master.jsonl": b"{}\n"}),
    "a file elsewhere": lambda parts: parts.update(
        {
            "database/matter_file.jsonl": json.dumps(
                {
                    "id": 1,
                    "matter_id": None,
                    "event_id": None,
                    "uploader": "x",
                    "form_key": "k",
                    "name": "n",
                    "media": "text/plain",
                    "size": 1,
                    "digest": "/../../../etc/passwd",
                    "added_at": "2026-01-01T00:00:00",
                }
            ).encode()
        }
    ),
}


@pytest.mark.parametrize("name", HOSTILE_ROWS)
def test_rows_that_the_program_never_writes_refuse_the_backup(
    victim: Settings, made: Made, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, before = made(HOSTILE_ROWS[name]), everything(victim.home)
    code, told = tried(victim.home, bad, capsys)
    assert code == 1 and "没有作任何改动" in told, told
    assert everything(victim.home) == before


def test_a_row_too_long_for_one_is_refused(victim: Settings, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_archive, "_LONGEST_ROW", 2 << 20)
    bad = made(lambda parts: parts.update({"database/note.jsonl": b'{"name": "' + b"x" * (4 << 20) + b'"}\n'}))
    with pytest.raises(RefusedInput, match="损坏"):
        restore(victim, bad, "test", force=True)


@pytest.mark.parametrize("layout", ["head", "0001:head", "+1", "../0001", "9999", "0000"])
def test_a_layout_that_is_no_number_of_ours_is_refused(victim: Settings, made: Made, tmp_path: Path, layout: str) -> None:
    with zipfile.ZipFile(made(lambda parts: None)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    bad = pack(tmp_path / "layout.zip", parts, lambda m: m | {"layout": layout})
    before = everything(victim.home)
    with pytest.raises(RefusedInput):
        restore(victim, bad, "test", force=True)
    assert everything(victim.home) == before


def test_settings_of_a_backup_take_effect_only_where_they_are_asked_for(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = 'bureau_name = "虚构局"\nmodel_url = "http://192.0.2.1/v1"\nmodel_name = "x"\n'.encode()
    bad = made(lambda parts: parts.update({"files/assistant.toml": evil}))
    home = tmp_path / "new"
    assert main(["--home", str(home), "restore", str(bad)]) == 0
    told = capsys.readouterr().out
    assert "没有生效" in told and "model_url" in told and "192.0.2.1" not in told and "管理员账号：after" in told
    assert not (home / "assistant.toml").exists() and load_settings(home).model_url == ""
    assert (home / OTHER_SETTINGS).read_bytes() == evil
    assert main(["--home", str(home), "restore", str(bad), "--force", "--with-settings"]) == 0
    assert "已经采用" in capsys.readouterr().out and load_settings(home).model_url == "http://192.0.2.1/v1"
    broken = made(lambda parts: parts.update({"files/assistant.toml": b"home = '/etc'\nno_such = 1"}))
    assert main(["--home", str(home), "restore", str(broken), "--force", "--with-settings"]) == 0
    assert "没有生效" in capsys.readouterr().out and load_settings(home).model_url == "http://192.0.2.1/v1"


def test_a_restore_does_not_write_through_a_link_in_the_home(victim: Settings, made: Made, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (victim.home / "fonts").symlink_to(elsewhere)
    bad = made(lambda parts: parts.update({"files/fonts/x.ttf": b"font"}))
    before = everything(victim.home)
    with pytest.raises(RefusedInput, match="链接"):
        restore(victim, bad, "test", force=True)
    assert list(elsewhere.iterdir()) == [] and everything(victim.home) == before


def test_a_failure_half_way_leaves_what_was_there(victim: Settings, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    good, before = made(lambda parts: None), everything(victim.home)
    for number in range(1, 9):
        with monkeypatch.context() as patched:
            patched.setattr(switching, "os", Breaking(number, lambda: (_ for _ in ()).throw(OSError(28, "No space left"))))
            with pytest.raises(RefusedInput, match="退回原样"):
                restore(victim, good, "test", force=True)
        assert everything(victim.home) == before, number
    restore(victim, good, "test", force=True)
    assert everything(victim.home)["guides/指南.md"] == b"after"


class Breaking:
    """The module os for `switching`, in which the n-th move of a file goes wrong, once."""

    def __init__(self, number: int, wrong: Callable[[], Any]) -> None:
        self._left, self._wrong = number, wrong

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def replace(self, source: Any, target: Any) -> None:
        self._left -= 1
        if self._left == 0:
            self._wrong()
        os.replace(source, target)


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def in_child(work: Callable[[], Any]) -> bool:
    """Run something in a process of its own; True where it came to its end, False where it was killed."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(3)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return not os.WIFSIGNALED(status)


def test_a_restore_that_is_killed_is_finished_or_undone_at_the_next_start(
    homes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, before = homes / "good.zip", everything(homes / "before")
    for number in range(1, 30):
        own = copied(homes, "before", tmp_path / f"home{number}")

        def work(own: Settings = own, number: int = number) -> None:
            switching.os = Breaking(number, killed)  # type: ignore[attr-defined]
            restore(own, good, "test", force=True)

        if in_child(work):
            break
        assert (own.home / "restoring").is_dir()
        assert main(["--home", str(own.home), "user", "list"]) == 0  # any command is a start
        assert "上次恢复" in capsys.readouterr().err
        assert everything(own.home) == before
    else:
        pytest.fail("never came to its end")
    assert number > 8
    whole = everything(own.home)
    assert whole["guides/指南.md"] == b"after" and "guides/before.md" not in whole


def test_a_restore_killed_after_its_rows_are_in_goes_forward(victim: Settings, homes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own, calls = victim, [0]

    def work() -> None:
        real = restoring.settle

        def settle(settings: Settings, engine: Engine) -> bool | None:
            calls[0] += 1
            if calls[0] == 2:  # the first is at the restore's beginning
                killed()
            return real(settings, engine)

        restoring.settle = settle  # type: ignore[attr-defined]
        restore(own, homes / "good.zip", "test", force=True)

    assert not in_child(work)
    guide = own.home / "guides/指南.md"
    assert guide.read_bytes() == b"after" and (own.home / "restoring").is_dir()
    # The machine went down before the folder of the last moved file was written out: that file is still beside.
    plan = json.loads((own.home / "restoring/plan.json").read_text())
    move = next(m for m in plan["moves"] if m["place"] == str(guide))
    os.replace(guide, move["new"])
    assert main(["--home", str(own.home), "user", "list"]) == 0
    told = capsys.readouterr()
    assert "已经放入" in told.err and "after" in told.out
    assert guide.read_bytes() == b"after" and not (own.home / "restoring").exists()
    assert not (own.home / "guides/before.md").exists()
    assert main(["--home", str(own.home), "user", "list"]) == 0
    assert "上次恢复" not in capsys.readouterr().err


def test_a_command_beside_a_restore_takes_nothing_from_it(
    victim: Settings, homes: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real, calls = restoring._put, []

    def put(*arguments: Any) -> int:
        calls.append(subprocess.run([sys.executable, "-m", "assistant", "--home", str(victim.home), "user", "list"], cwd=ROOT).returncode)
        return real(*arguments)

    monkeypatch.setattr(restoring, "_put", put)
    assert tried(victim.home, homes / "good.zip", capsys)[0] == 0 and calls == [0]
    found = everything(victim.home)
    assert found["guides/指南.md"] == b"after" and found[attached(b"after")] == b"after"


def test_two_restores_do_not_run_at_once(victim: Settings, made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    good = made(lambda parts: None)
    with switching.only_one(victim):
        code, told = tried(victim.home, good, capsys)
        (victim.home / "restoring").mkdir()
        assert main(["--home", str(victim.home), "user", "list"]) == 0  # a command beside leaves the running restore alone
        assert (victim.home / "restoring").is_dir()
    assert code == 1 and "另一个恢复" in told


# ---- backups of earlier programs -------------------------------------------------------------


@pytest.fixture
def old_home(homes: Path, tmp_path: Path) -> Iterator[tuple[Settings, Path]]:
    """A home and its backup as the program wrote them before: every table, every file but the derived ones, all deflated."""
    own = copied(homes, "after", tmp_path / "old")
    engine = open_engine(own.library_url)
    made = accounts.accounts(engine)[0]
    accounts.open_session(engine, own, made, datetime.now())
    keep(own.home, "pull/0123456789abcdef/git/config", b"[core]\n\tfsmonitor = touch pwned\n")
    keep(own.home, "incoming/case-x/0/a.txt", b"passing")
    keep(own.home, "notes.txt", b"a note")
    keep(own.home, "contact.key", b"k" * 44)
    path, digests = tmp_path / "old.zip", {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:

        def write(name: str, body: bytes) -> None:
            with archive.open(name, "w", force_zip64=True) as part:
                part.write(body)
            digests[name] = {"sha256": sha256(body).hexdigest(), "size": len(body)}

        rows: dict[str, int] = {}
        with engine.connect() as connection:
            for table in transfer.all_tables():
                lines = [json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in transfer.rows_out(connection, table)]
                write(f"database/{table.name}.jsonl", b"".join(lines))
                rows[table.name] = len(lines)
        for file in sorted(p for p in own.home.rglob("*") if p.is_file() and not p.name.startswith("library.db")):
            write(f"files/{file.relative_to(own.home).as_posix()}", file.read_bytes())
        facts = {"format": 1, "program": "0.1.0", "layout": HEAD, "made_at": "2026-01-02T03:04:05"}
        archive.writestr(MANIFEST, json.dumps(facts | {"rows": rows, "parts": digests}, ensure_ascii=False, indent=1))
    engine.dispose()
    yield own, path


def test_a_backup_of_the_program_before_still_comes_back(old_home: tuple[Settings, Path], tmp_path: Path) -> None:
    own, path = old_home
    assert check(path)["rows"]["session"] == 1
    new = load_settings(tmp_path / "new")
    done = restore(new, path, "test")
    assert done.administrators == ("after",)
    assert sorted(done.left_out) == ["incoming/case-x/0/a.txt", "notes.txt", "pull/0123456789abcdef/git/config"]
    before, after = everything(own.home), everything(new.home)
    assert before["rows"].pop("session") and after["rows"].pop("session") == []  # everybody signs in again
    assert after["rows"] == before["rows"]
    for name in done.left_out:
        before.pop(name)
    assert {n: b for n, b in after.items() if n != "rows"} == {n: b for n, b in before.items() if n != "rows"}
    engine = open_engine(new.library_url)
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from note where name = 'restoring'")).scalar() == 0
    engine.dispose()


def test_a_backup_leaves_out_what_is_not_the_bureaus_and_says_so(
    victim: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(victim.home, "pull/x/git/config", b"x")
    keep(victim.home, "notes.txt", b"x")
    (victim.home / "guides/link.md").symlink_to("/etc/passwd")
    assert main(["--home", str(victim.home), "backup", str(tmp_path / "b.zip")]) == 0
    told = capsys.readouterr().err
    assert "notes.txt" in told and "guides/link.md" in told and "pull" not in told
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        names = [n.removeprefix("files/") for n in archive.namelist() if n.startswith("files/")]
    assert "notes.txt" not in names and "guides/link.md" not in names and not any(n.startswith("pull/") for n in names)
    assert (tmp_path / "b.zip").stat().st_mode & 0o077 == 0
