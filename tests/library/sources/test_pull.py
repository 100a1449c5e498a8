"""`corpus pull` from a git repository made here: fetched whole, or everything stays as it was."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import Engine

from assistant.config import Settings, load_settings
from assistant.errors import PullFailed
from assistant.law.statute.model import Level
from assistant.library.catalogue import Catalogue, CatalogueStatute, Field
from assistant.library.shelf.shelf import Shelf
from assistant.library.shelf.shelving import Placed
from assistant.library.sources.checkout import checkout, kept
from assistant.library.sources.importing import Imported
from assistant.library.sources.pull import LAST_GOOD_PULL, last_pull, pull
from assistant.store.library import statutes as sql
from tests.invented import TITLE, statute, write

OTHER = "虚构船只管理条例"
CATALOGUE = Catalogue((Field("茶馆", ("茶馆",)),), (CatalogueStatute(TITLE, Level.DEPARTMENT_RULE, "虚构部", ("茶馆",), (), ("茶馆",)),))


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | {"GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True, env=environment)
    return done.stdout.strip()


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """A git repository in the layout of a public statute collection: one folder a level."""
    root = tmp_path / "collection"
    write(root / "部门规章")
    write(root / "行政法规", title=OTHER)
    (root / "README.md").write_text("# 说明\n", encoding="utf-8")
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "-A")
    git(root, "commit", "--quiet", "-m", "first")
    return root


def titles(engine: Engine) -> set[str]:
    return {s.title for s in Shelf(engine).statutes()}


def test_only_the_catalogues_statutes_are_imported(engine: Engine, settings: Settings, collection: Path) -> None:
    reports: list[Imported] = []
    done = pull(engine, settings, str(collection), report=reports.append, catalogue=CATALOGUE)
    assert titles(engine) == {TITLE} and done.counts == {"新增": 1}
    assert done.commit == git(collection, "rev-parse", "HEAD")
    assert [r.name for r in reports] == [f"部门规章/{TITLE}(2001-03-01).md"]
    with engine.connect() as connection:
        assert last_pull(connection) == last_pull(connection, LAST_GOOD_PULL) == done
        assert sql.source_kinds(connection) == {f"{TITLE}@2001-03-01": ("pull",)}


def test_everything_with_all(engine: Engine, settings: Settings, collection: Path) -> None:
    pull(engine, settings, str(collection), everything=True, catalogue=CATALOGUE)
    assert titles(engine) == {TITLE, OTHER}
    found = Shelf(engine).find_statute(OTHER)
    assert found and found.level is Level.ADMINISTRATIVE_REGULATION


def test_an_update_brings_the_newer_text(engine: Engine, settings: Settings, collection: Path) -> None:
    pull(engine, settings, str(collection), catalogue=CATALOGUE)
    write(collection / "部门规章", "2010-06-01", statute(("虚构的新文本。", "虚构。")))
    git(collection, "add", "-A")
    git(collection, "commit", "--quiet", "-m", "second")
    done = pull(engine, settings, str(collection), catalogue=CATALOGUE)
    assert done.counts == {"无变化": 1, "新版本": 1}
    assert len(list((settings.home / "pull").glob("*/tree-*"))) == 1
    assert pull(engine, settings, str(collection), catalogue=CATALOGUE).counts == {"无变化": 2}


def test_a_failed_update_keeps_the_old_checkout_and_is_recorded(engine: Engine, settings: Settings, collection: Path) -> None:
    good = pull(engine, settings, str(collection), catalogue=CATALOGUE)
    address = str(collection)
    before = kept(address, settings.home)
    shutil.rmtree(collection)
    with pytest.raises(PullFailed, match="没有这个文件夹"):
        pull(engine, settings, address, catalogue=CATALOGUE)
    assert kept(address, settings.home) == before and before and (before.folder / "部门规章").is_dir()
    assert titles(engine) == {TITLE}
    with engine.connect() as connection:
        failed, last_good = last_pull(connection), last_pull(connection, LAST_GOOD_PULL)
    assert failed and failed.reason and failed.url == address and last_good == good


def test_a_broken_fetch_leaves_no_half_checkout(settings: Settings, collection: Path) -> None:
    objects = collection / ".git" / "objects"
    for path in sorted(objects.rglob("*")):
        if path.is_file() and path.stat().st_size:
            path.chmod(0o644)
            path.write_bytes(b"broken")
    with pytest.raises(PullFailed):
        checkout(str(collection), settings)
    assert kept(str(collection), settings.home) is None
    assert not list((settings.home / "pull").glob("*/*tree-*"))


def test_no_network_is_told_at_once_in_chinese(engine: Engine, tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "home", pull_timeout=20)
    started = monotonic()
    with pytest.raises(PullFailed, match="连不上网络"):
        pull(engine, settings, "https://127.0.0.1:9/nothing", catalogue=CATALOGUE)
    assert monotonic() - started < 15


def test_a_silent_server_is_given_up_in_time(engine: Engine, tmp_path: Path) -> None:
    import socket

    settings = load_settings(tmp_path / "home", pull_timeout=2, pull_protocols=["http"])
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = monotonic()
        with pytest.raises(PullFailed, match="2 秒内没有完成"):
            pull(engine, settings, f"http://127.0.0.1:{silent.getsockname()[1]}/x", catalogue=CATALOGUE)
        assert monotonic() - started < 6


def test_git_that_is_not_installed(settings: Settings, collection: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(PullFailed, match="没有安装 git"):
        checkout(str(collection), settings)


def test_a_plain_folder_is_imported_as_it_stands(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    write(tmp_path / "法规" / "部门规章")
    assert pull(engine, settings, str(tmp_path / "法规"), catalogue=CATALOGUE).counts == {"新增": 1}
    assert not (settings.home / "pull").exists()


def test_an_address_that_is_an_option_or_a_command_is_refused(settings: Settings) -> None:
    for address in ("--upload-pack=touch x", "ext::sh -c true", "nothing"):
        with pytest.raises(PullFailed):
            checkout(address, settings)


def test_a_link_in_a_collection_leads_nowhere(engine: Engine, settings: Settings, collection: Path, tmp_path: Path) -> None:
    outside = write(tmp_path / "别处", text=statute(("别处的虚构文本。", "虚构。")))
    link = collection / "部门规章" / f"{TITLE}(2012-01-01).md"
    link.symlink_to(outside)
    git(collection, "add", "-A")
    git(collection, "commit", "--quiet", "-m", "link")
    done = pull(engine, settings, str(collection), catalogue=CATALOGUE)
    assert done.counts[Placed.REFUSED.value] == 1 and len(Shelf(engine).versions(TITLE)) == 1
