"""Settings: where they come from, what is said of a bad one, and that each is documented."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.config import SETTINGS_FILE, Settings, load_settings
from assistant.errors import BadSetting
from assistant.settings_page import settings_page

DOCS = Path(__file__).resolve().parents[1] / "docs"


def test_the_settings_page_is_the_settings() -> None:
    assert (DOCS / "settings.md").read_text(encoding="utf-8") == settings_page()
    assert all(field.description for field in Settings.model_fields.values())


def test_the_environment_comes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / SETTINGS_FILE).write_text('port = 8001\nbureau_name = "虚构局"\n', encoding="utf-8")
    monkeypatch.setenv("ASSISTANT_PORT", "8002")
    settings = load_settings(tmp_path)
    assert (settings.port, settings.bureau_name, settings.home) == (8002, "虚构局", tmp_path)
    assert settings.library_url == f"sqlite:///{tmp_path / 'library.db'}"


def test_the_home_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path))
    assert load_settings().home == tmp_path


@pytest.mark.parametrize("text", ["port = 99999999", "no_such_setting = 1", "port ="])
def test_a_bad_setting_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / SETTINGS_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(BadSetting, match=SETTINGS_FILE):
        load_settings(tmp_path)


def test_a_threshold_needs_its_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_HEARING_FINE_CITIZEN", "5000")
    with pytest.raises(BadSetting, match="hearing_source"):
        load_settings(tmp_path)
    (tmp_path / SETTINGS_FILE).write_text('hearing_source = "虚构标准"\n', encoding="utf-8")
    assert load_settings(tmp_path).hearing_fine_citizen == 5000


def test_own_tables_lie_in_the_home_unless_set(tmp_path: Path) -> None:
    assert load_settings(tmp_path).own_tables == tmp_path / "tables"
    assert load_settings(tmp_path, tables_dir=Path("/虚构")).own_tables == Path("/虚构")
