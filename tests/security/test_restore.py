"""Backups made to harm: names, links, sizes, commands; nothing outside the listed files of a home is ever written."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from sqlalchemy import Engine

from assistant.config import SETTINGS_FILE, Settings, load_settings
from assistant.desk import accounts
from assistant.desk.accounts import Role
from assistant.desk.backup import FILES, MANIFEST, backup
from assistant.desk.ops import archive as archive_module
from assistant.desk.ops.home_files import OTHER_SETTINGS, kind_of
from assistant.desk.restore import finish_interrupted, restore
from assistant.errors import RefusedInput
from assistant.store.engine import open_engine, sqlite_url

ATTACHMENT = f"attachments/ab/{'ab' * 32}"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    home = tmp_path / "home"
    (home / ATTACHMENT).parent.mkdir(parents=True)
    (home / ATTACHMENT).write_bytes(b"x" * 100)
    (home / "pull/abc/git").mkdir(parents=True)
    (home / "pull/abc/git/config").write_text("[core]\n")
    (home / SETTINGS_FILE).write_text('bureau_name = "虚构局"\n', "utf-8")
    engine = open_engine(sqlite_url(home / "library.db"))
    accounts.add(engine, "jia", "虚构甲", Role.STAFF, "执法队", by="命令行")
    yield engine
    engine.dispose()


@pytest.fixture
def good(engine: Engine, tmp_path: Path) -> Path:
    backup(engine, load_settings(tmp_path / "home"), tmp_path / "好.zip", "管理员")
    return tmp_path / "好.zip"


def with_part(good: Path, bad: Path, name: str, body: bytes, mode: int = 0) -> Path:
    """The backup with one more part, its digest right."""
    with ZipFile(good) as source, ZipFile(bad, "w", ZIP_DEFLATED) as target:
        manifest = json.loads(source.read(MANIFEST))
        manifest["parts"][name] = {"sha256": sha256(body).hexdigest(), "size": len(body)}
        for entry in source.namelist():
            if entry not in (MANIFEST, name):
                target.writestr(entry, source.read(entry))
        info = ZipInfo(name)
        info.external_attr, info.compress_type = mode << 16, ZIP_DEFLATED
        target.writestr(info, body)
        target.writestr(MANIFEST, json.dumps(manifest))
    return bad


def everything(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*")}


HARMFUL = [
    "files//tmp/pwned",
    "files///etc/cron.d/x",
    "files/../../pwned",
    "files/attachments/../../../pwned",
    "files/library.db",
    "files/LIBRARY.DB",
    "files/library.db-wal",
    "files/pull/abc/git/config",
    "files/pull/abc/git/hooks/post-checkout",
    "files/C:/pwned",
    "files/attachments\\..\\..\\pwned",
    "files/index/current",
    "files/chroma/chroma.sqlite3",
    "files/questions/../library.db",
    "files/questions/.hidden.jsonl",
    "files/questions/x.jsonl ",
    "files/questions/con.jsonl",
    "files/tables/x.py",
    "files/work/x",
    "files/opinion.docx",
    "pwned",
    "database/alembic_version.jsonl",
]


@pytest.mark.parametrize("name", HARMFUL)
def test_no_harmful_name_is_written(good: Path, tmp_path: Path, name: str) -> None:
    other = tmp_path / "new" / "home"
    bad = with_part(good, tmp_path / "坏.zip", name, b"evil")
    outside = everything(tmp_path)
    try:
        done = restore(load_settings(other), bad, "管理员")
        assert name.removeprefix(FILES) in done.unknown or name.startswith(("files/pull/", "files/work/", "database/"))
    except RefusedInput:
        pass
    for path in (tmp_path / "new").rglob("*"):
        if path.is_file():
            assert path.read_bytes() != b"evil", path
    assert not [n for n in everything(tmp_path) - outside if not n.startswith("new")]
    assert not Path("/tmp/pwned").exists()


def test_links_are_refused(good: Path, tmp_path: Path) -> None:
    bad = with_part(good, tmp_path / "坏.zip", f"files/attachments/cd/{'cd' * 32}", b"/etc/passwd", mode=0o120777)
    with pytest.raises(RefusedInput):
        restore(load_settings(tmp_path / "new"), bad, "管理员")


def test_a_pulled_repository_neither_leaves_nor_comes_back(good: Path, tmp_path: Path) -> None:
    with ZipFile(good) as archive:
        assert not [n for n in archive.namelist() if "pull/" in n]


def test_a_huge_manifest_is_not_read(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "MANIFEST_BYTES", 1000)
    bad = tmp_path / "坏.zip"
    with ZipFile(good) as source, ZipFile(bad, "w", ZIP_DEFLATED) as target:
        for entry in source.namelist():
            target.writestr(entry, source.read(entry) + (b" " * 2000 if entry == MANIFEST else b""))
    with pytest.raises(RefusedInput, match="清单"):
        restore(load_settings(tmp_path / "new"), bad, "管理员")


def test_what_was_made_to_burst_is_refused_before_it_is_unpacked(good: Path, tmp_path: Path) -> None:
    bad = with_part(good, tmp_path / "坏.zip", "files/questions/x.jsonl", b"\0" * (100 << 20))
    assert bad.stat().st_size < 1 << 20
    with pytest.raises(RefusedInput, match="不合常理"):
        restore(load_settings(tmp_path / "new"), bad, "管理员")


@pytest.mark.parametrize(
    "rows",
    [
        b'{"id": "x", "login": "evil", "name": "x", "section": "", "role": "\\u8d85\\u7ea7", "password_hash": ""}\n',
        b"[1, 2]\n",
        b'{"nothing": 1}\n',
        b"{" * 100_000,
        b"\xff\xfe\n",
    ],
)
def test_rows_the_program_cannot_read_are_refused(good: Path, tmp_path: Path, rows: bytes) -> None:
    bad = with_part(good, tmp_path / "坏.zip", "database/account.jsonl", rows)
    with pytest.raises(RefusedInput):
        restore(load_settings(tmp_path / "home"), bad, "管理员", force=True)
    engine = open_engine(sqlite_url(tmp_path / "home" / "library.db"))
    assert [a.login for a in accounts.accounts(engine)] == ["jia"]
    engine.dispose()


def test_settings_of_a_backup_do_not_take_effect_unsaid(good: Path, tmp_path: Path) -> None:
    bad = with_part(good, tmp_path / "坏.zip", f"files/{SETTINGS_FILE}", b'model_url = "http://evil.example/v1"\n')
    done = restore(load_settings(tmp_path / "home"), bad, "管理员", force=True)
    assert done.settings_aside and "evil" not in (tmp_path / "home" / SETTINGS_FILE).read_text("utf-8")
    assert "evil" in (tmp_path / "home" / OTHER_SETTINGS).read_text("utf-8")


def test_only_listed_paths_are_files_of_a_home() -> None:
    for name in ("assistant.toml", "contact.key", "audit.key", ATTACHMENT, "questions/本局.jsonl", "tables/节假日.xlsx", "guides/办证.md"):
        assert kind_of(name), name
    for name in ("library.db", "a/../contact.key", "questions/a/b.jsonl", "attachments/ab/x", "tables/e\u0301.csv", "", "/etc/passwd"):
        assert not kind_of(name), name


BROKEN_OFF = """
import os, signal, sys
from pathlib import Path
from assistant.config import load_settings
from assistant.desk import restore as service
from assistant.desk.ops.switching import Switch
at = sys.argv[3]
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
if at == "before rows": service._load = die
if at == "after rows": Switch.finish = die
if at == "while moving":
    move, count = Path.replace, [0]
    def replace(self, target):
        count[0] += 1
        if count[0] > 1: die()
        return move(self, target)
    Path.replace = replace
service.restore(load_settings(Path(sys.argv[1])), Path(sys.argv[2]), "x", force=True)
"""


@pytest.mark.parametrize("at", ["before rows", "after rows", "while moving"])
def test_a_restore_killed_halfway_is_finished_or_taken_back(engine: Engine, good: Path, tmp_path: Path, at: str) -> None:
    home = tmp_path / "home"
    (home / "questions").mkdir()
    (home / "questions" / "new.jsonl").write_text("{}\n")
    accounts.add(engine, "yi", "虚构乙", Role.STAFF, by="命令行")
    engine.dispose()
    run = subprocess.run([sys.executable, "-c", BROKEN_OFF, str(home), str(good), at], cwd=Path(__file__).parents[2], capture_output=True)
    assert run.returncode == -signal.SIGKILL, run.stderr
    again = open_engine(sqlite_url(home / "library.db"))
    settings: Settings = load_settings(home)
    finished = finish_interrupted(again, settings)
    logins = sorted(a.login for a in accounts.accounts(again))
    again.dispose()
    assert finished is (at != "before rows")
    assert logins == (["jia"] if finished else ["jia", "yi"])
    assert (home / "questions" / "new.jsonl").exists() is not finished
    assert (home / ATTACHMENT).read_bytes() == b"x" * 100 and not (home / ".restoring").exists()
