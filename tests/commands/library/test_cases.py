"""`case …` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.cli import main
from tests.cases import PUBLISHED
from tests.invented import TITLE, write


@pytest.fixture
def home(tmp_path: Path) -> Path:
    from assistant.config import load_settings
    from assistant.library.sources.importing import import_paths
    from assistant.store.engine import open_engine

    settings = load_settings(tmp_path / "home")
    settings.home.mkdir()
    engine = open_engine(settings.library_url)
    list(import_paths(engine, settings, [write(tmp_path / "laws")]))
    engine.dispose()
    return settings.home


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "茶馆.md"
    path.write_text(PUBLISHED, encoding="utf-8")
    return path


def test_a_case_goes_in_is_found_shown_removed_and_restored(home: Path, published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["case", "add", str(published), "--yes", "--visibility", "public", "--home", str(home)]) == 0
    out = capsys.readouterr()
    assert "新增" in out.out and "张伟明 → 张某" in out.err and "库中没有《不在库中的办法》第七条" in out.err
    assert main(["case", "search", "没有热水", "--article", f"{TITLE}第三条", "--json", "--home", str(home)]) == 0
    found = json.loads(capsys.readouterr().out)["cases"]
    assert len(found) == 1 and "张伟明" not in json.dumps(found, ensure_ascii=False)
    number = str(found[0]["id"])
    assert main(["case", "show", number, "--home", str(home)]) == 0
    assert "茶馆应当备有虚构的热水。" in capsys.readouterr().out
    assert main(["case", "remove", number, "--home", str(home)]) == 0
    assert main(["case", "show", number, "--home", str(home)]) == 1
    assert main(["case", "restore", number, "--home", str(home)]) == 0
    assert main(["case", "list", "--home", str(home)]) == 0
    assert "张某诉" in capsys.readouterr().out


def test_nothing_goes_in_unconfirmed(home: Path, published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["case", "add", str(published), "--home", str(home)]) == 1
    assert "没有确认" in capsys.readouterr().out
    main(["case", "list", "--home", str(home)])
    assert "没有找到案例" in capsys.readouterr().out


def test_what_is_to_stay_stays_and_bad_files_do_not_stop_the_rest(home: Path, published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = published.with_name("坏.txt")
    bad.write_text("太短", encoding="utf-8")
    assert main(["case", "add", str(bad), str(published), "--yes", "--keep", "张伟明", "--json", "--home", str(home)]) == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert [f["outcome"] for f in files] == ["拒绝", "新增"]
    main(["case", "show", str(files[1]["id"]), "--home", str(home)])
    shown = capsys.readouterr().out
    assert "张伟明" in shown and "13857100000" not in shown
