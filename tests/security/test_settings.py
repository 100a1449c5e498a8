"""Attacks by way of settings: numbers without bounds, paths set on the web, values that keep the site from starting."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import httpx
import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from assistant.answer.service import Assistant
from assistant.cli import main
from assistant.config import LIVE_SETTINGS, SETTINGS_FILE, Settings, load_settings
from assistant.desk.audit.trail import listed
from assistant.desk.people.accounts import Role
from assistant.desk.people.settings_file import CHANGES_FILE
from assistant.errors import BadSetting
from assistant.setting_words import TEXT_CHARS, bounds
from assistant.store.audit import AuditFilter
from assistant.store.engine import open_engine
from tests.web.people import Site

FIELDS = sorted(Settings.model_fields.items())


def kinds(annotation: Any) -> set[Any]:
    """The plain types within a setting's type."""
    if get_origin(annotation) is Annotated:
        return kinds(get_args(annotation)[0])
    return set().union(*map(kinds, get_args(annotation))) if get_origin(annotation) and get_args(annotation) else {annotation}


def is_number(field: FieldInfo) -> bool:
    return bool(kinds(field.annotation) & {int, float})


@pytest.mark.parametrize(("name", "field"), [(n, f) for n, f in FIELDS if is_number(f)])
def test_every_number_has_both_bounds_and_is_held_to_them(name: str, field: FieldInfo) -> None:
    if get_origin(field.annotation) is dict:
        adapter = TypeAdapter(field.annotation)
        for value in (10**9, -1):
            with pytest.raises(ValidationError):
                adapter.validate_python({"提问": value})
        return
    low, high = bounds(field)
    assert low is not None and high is not None, f"{name} needs ge/gt and le/lt"
    assert high <= 1e10, "a sensible bound"
    for value in (high * 10 + 1, low - 1, 10**30, float("inf"), float("-inf"), float("nan")):
        with pytest.raises(BadSetting):
            load_settings(Path("none"), **{name: value})


@pytest.mark.parametrize(("name", "field"), [(n, f) for n, f in FIELDS if str in kinds(f.annotation) and n != "home"])
def test_every_text_has_a_length_and_no_control_characters(name: str, field: FieldInfo) -> None:
    listing = get_origin(field.annotation)
    for text in ("字" * (TEXT_CHARS + 1), "a\x00b", "a\nb", "a\u202eb"):
        value: Any = [text] if listing is list else {text: 1} if listing is dict else text
        with pytest.raises(BadSetting):
            load_settings(Path("none"), **{name: value})
    if listing is list:
        with pytest.raises(BadSetting):
            load_settings(Path("none"), **{name: ["字"] * 1000})


def test_no_path_and_no_address_is_set_on_the_web() -> None:
    live = {n: f for n, f in FIELDS if n in LIVE_SETTINGS}
    assert len(live) == len(LIVE_SETTINGS)
    assert not [n for n, f in live.items() if Path in kinds(f.annotation)]
    assert not [n for n in live if any(n.endswith(end) for end in ("_url", "_template", "_file", "_dir", "_path", "host", "port", "_key"))]
    templates = [n for n, _ in FIELDS if n.endswith(("template", "_dir", "_file"))]
    assert len(templates) >= 4 and all(Path in kinds(Settings.model_fields[n].annotation) for n in templates)


# ---- over HTTP -------------------------------------------------------------------------------


@pytest.fixture
def admin(address: Site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=str(address), headers=address.cookie(Role.ADMIN), timeout=60) as client:
        yield client


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("session_hours", "1000000000"),
        ("session_hours", "9" * 4400),
        ("session_idle_minutes", "1e999"),
        ("lockout_failures", "10000000"),
        ("lockout_minutes", "-1"),
        ("max_question_chars", "1000000000"),
        ("max_question_chars", "nan"),
        ("audit_keep_days", "999999999"),
        ("procurement_limit", "inf"),
        ("procurement_limit", "-inf"),
        ("hearing_fine_citizen", "nan"),
        ("bureau_name", "甲" * 2000),
        ("bureau_name", "甲\x00局"),
        ("bureau_name", "甲\u202e局"),
        ("review_number", "{year.__class__}{year}{serial}"),
        ("review_number", "{year}{serial:0999999999d}"),
        ("review_number", "{year}{serial}{serial!r}"),
        ("review_number", "{year[0]}{serial}"),
        ("review_number", "{year:{serial}}"),
        ("opinion_template", "/etc/hostname"),
        ("legal_opinion_template", "/etc/hostname"),
        ("tables_dir", "/etc"),
        ("audit_head_file", "/etc/cron.d/x"),
        ("audit_key", "0" * 64),
        ("database_url", "sqlite:////tmp/x.db"),
        ("home", "/tmp"),
        ("__class__", "x"),
        ("model_config", "x"),
    ],
)
def test_what_is_out_of_bounds_or_no_business_of_the_web_is_refused_unwritten(
    admin: httpx.Client, assistant: Assistant, name: str, value: str
) -> None:
    path = assistant.settings.home / SETTINGS_FILE
    before, held = path.read_bytes() if path.exists() else None, dict(assistant.settings)
    answer = admin.post(f"/admin/settings/{name}", data={"value": value})
    assert answer.status_code == 400 and 'role="alert"' in answer.text
    assert (path.read_bytes() if path.exists() else None) == before and dict(assistant.settings) == held
    assert "Input should be" not in answer.text and "greater" not in answer.text, "messages are Chinese"


def test_a_change_is_told_with_both_values_and_undone_on_the_page(admin: httpx.Client, assistant: Assistant) -> None:
    first = assistant.settings.session_hours
    assert admin.post("/admin/settings/session_hours", data={"value": "24"}).status_code == 303
    assert admin.post("/admin/settings/session_hours", data={"value": "36"}).status_code == 303
    event = listed(assistant.engine, AuditFilter(action="设置变动"), 1)[0]
    assert (event.target, event.details["原值"], event.details["新值"]) == ("session_hours", "24", "36")
    assert "由“36”改回“24”" in admin.get("/admin/settings").text
    assert admin.post("/admin/settings").status_code == 303 and assistant.settings.session_hours == 24
    assert admin.post("/admin/settings").status_code == 303 and assistant.settings.session_hours == first
    told = listed(assistant.engine, AuditFilter(action="设置变动"), 1)[0]
    assert (told.details["原值"], told.details["新值"]) == ("24", "默认值")


@pytest.mark.parametrize("role", [None, Role.STAFF, Role.REVIEWER, Role.COUNSEL])
def test_undoing_is_the_administrators(address: Site, role: Role | None) -> None:
    answer = httpx.post(f"{address}/admin/settings", headers=address.cookie(role), timeout=60)
    assert answer.status_code in (401, 403)


# ---- the way back ----------------------------------------------------------------------------


def command(home: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["--home", str(home), "settings", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize(
    "line",
    [
        "session_hours = 1000000000",
        "lockout_failures = 0",
        "max_question_chars = 1e12",
        "audit_keep_days = 999999999",
        "max_file_mb = 9999999",
    ],
)
def test_a_stored_value_out_of_bounds_does_not_stop_the_start(tmp_path: Path, caplog: pytest.LogCaptureFixture, line: str) -> None:
    name = line.split()[0]
    (tmp_path / SETTINGS_FILE).write_text(f'{line}\nbureau_name = "甲局"\n', encoding="utf-8")
    settings = load_settings(tmp_path)
    assert settings.bureau_name == "甲局" and getattr(settings, name) == getattr(load_settings(tmp_path / "none"), name)
    if name in LIVE_SETTINGS:  # once it is set anew on the web, the running settings forget it
        settings.take(load_settings(tmp_path / "none"), name)
        assert settings.ignored == ()
        settings = load_settings(tmp_path)
    assert [i.name for i in settings.ignored] == [name] and name in caplog.text and "settings reset" in caplog.text


@pytest.mark.parametrize("line", ["port = 99999999", "database_url = 5", "no_such_setting = 1", 'trusted_proxies = "x"'])
def test_what_would_open_another_place_still_stops_the_start(tmp_path: Path, line: str) -> None:
    (tmp_path / SETTINGS_FILE).write_text(line + "\n", encoding="utf-8")
    with pytest.raises(BadSetting, match=line.split()[0]):
        load_settings(tmp_path)


def test_the_environment_is_held_to_the_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("1000000000", "nan", "inf"):
        monkeypatch.setenv("ASSISTANT_SESSION_HOURS", value)
        with pytest.raises(BadSetting, match="ASSISTANT_SESSION_HOURS"):
            load_settings(tmp_path)
    monkeypatch.delenv("ASSISTANT_SESSION_HOURS")
    monkeypatch.setenv("ASSISTANT_REGIONS", "no json")
    with pytest.raises(BadSetting, match="JSON"):
        load_settings(tmp_path)


def test_thresholds_go_with_the_source_that_cannot_be_used(tmp_path: Path) -> None:
    long = "甲" * 300
    (tmp_path / SETTINGS_FILE).write_text(f'hearing_source = "{long}"\nhearing_fine_citizen = 5000\n', encoding="utf-8")
    settings = load_settings(tmp_path)
    assert settings.hearing_fine_citizen is None and {i.name for i in settings.ignored} == {"hearing_source", "hearing_fine_citizen"}


def test_settings_are_brought_back_where_nothing_else_works(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Settings that stop the start, and a database that is none."""
    path = tmp_path / SETTINGS_FILE
    path.write_text("# 注释\nport = 99999999\nno_such_setting = 1\nsession_hours = 24\n", encoding="utf-8")
    (tmp_path / "library.db").write_bytes(b"this is no database" * 100)
    code, out, err = command(tmp_path, capsys, "show")
    assert code == 0 and "session_hours\t24" in out and "no_such_setting" in out and "无效" in err
    assert command(tmp_path, capsys, "reset", "no_such_setting")[0] == 0
    assert command(tmp_path, capsys, "reset", "port")[0] == 0
    assert "# 注释" in path.read_text(encoding="utf-8") and load_settings(tmp_path).session_hours == 24
    code, _, err = command(tmp_path, capsys, "set", "session_hours", "12")
    assert code == 0 and "没有记入审计" in err and load_settings(tmp_path).session_hours == 12
    assert command(tmp_path, capsys, "undo")[0] == 0 and load_settings(tmp_path).session_hours == 24
    code, _, err = command(tmp_path, capsys, "undo")
    assert code == 1 and "没有可以撤销的改动" in err


def test_the_command_line_checks_and_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, value, said in (
        ("session_hours", "10000", "不能大于 168"),
        ("procurement_limit", "inf", "有限的数"),
        ("no_such", "1", "没有这项设置"),
        ("smtp_password", "geheim", "密钥"),
        ("audit_keep_days_by_action", '{"提问": 99999999}', "不能大于"),
        ("audit_keep_days_by_action", "{", "JSON"),
        ("opinion_template", str(tmp_path / "none.docx"), "没有这个文件"),
        ("regions", "[" * 20_001, "太长"),
    ):
        code, _, err = command(tmp_path, capsys, "set", name, value)
        assert code == 1 and said in err and "geheim" not in err, (name, err)
    assert not (tmp_path / SETTINGS_FILE).exists() and not (tmp_path / CHANGES_FILE).exists()
    assert command(tmp_path, capsys, "set", "audit_keep_days_by_action", '{"提问": 365}')[0] == 0
    assert command(tmp_path, capsys, "set", "regions", '["全国", "虚构省"]')[0] == 0
    assert load_settings(tmp_path).regions == ["全国", "虚构省"]
    rows = {r["name"]: r for r in json.loads(command(tmp_path, capsys, "show", "--json")[1])["settings"]}
    assert rows["regions"]["source"] == "assistant.toml" and rows["session_hours"]["bounds"] == "1–168"
    event = listed(open_engine(load_settings(tmp_path).library_url))[0]
    assert event.actor and event.actor.startswith("命令行") and event.details["新值"] == "全国、虚构省"
    for file in (SETTINGS_FILE, CHANGES_FILE):
        assert (tmp_path / file).stat().st_mode & 0o077 == 0
