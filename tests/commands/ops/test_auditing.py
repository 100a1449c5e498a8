"""`audit list`, `audit verify`, `audit prune` on a home of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from assistant.cli import main
from assistant.store.engine import open_engine, sqlite_url, writing
from tests.invented import write

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("assistant.commands.library.corpus._sync", lambda engine, here: {"analysed": 0, "embedded": 0})

    def command(*arguments: str | Path) -> tuple[int, str, str]:
        code = main(["--home", str(tmp_path / "home"), *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, out, err

    write(tmp_path / "库")
    command("corpus", "add", tmp_path / "库")
    return command


def test_list_shows_who_did_what(run: Run) -> None:
    (event,) = json.loads(run("audit", "list", "--json")[1])["events"]
    assert event["action"] == "法规库变动" and event["actor"].startswith("命令行") and event["target"] == "《虚构茶馆管理办法》"
    assert "法规库变动\t《虚构茶馆管理办法》\t" in run("audit", "list", "--action", "法规库变动", "--since", "2020-01-01")[1]
    assert run("audit", "list", "--until", "2020-01-01")[1] == "没有符合条件的记录。\n"
    code, _, err = run("audit", "list", "--action", "没有的")
    assert code == 2 and "可选：登录" in err


def test_verify_ends_with_1_where_a_row_was_changed(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("audit", "verify")
    assert code == 0 and "审计记录完整：第 1 至 1 条" in out
    seal = json.loads(run("audit", "verify", "--json")[1])["seal"]
    assert run("audit", "verify", "--seal", seal)[0] == 0
    assert run("audit", "verify", "--seal", "虚构")[0] == 2
    engine = open_engine(sqlite_url(tmp_path / "home" / "library.db"))
    with writing(engine) as connection:
        connection.execute(text("update audit_event set actor = '别人'"))
    engine.dispose()
    code, out, _ = run("audit", "verify")
    assert code == 1 and "第 1 条\t内容被改动" in out
    assert json.loads(run("audit", "verify", "--json")[1])["intact"] is False


def test_prune_clears_what_the_settings_say(run: Run, tmp_path: Path) -> None:
    assert json.loads(run("audit", "prune", "--json")[1]) == {"emptied": 0, "removed": 0, "first": 1}
    engine = open_engine(sqlite_url(tmp_path / "home" / "library.db"))
    with writing(engine) as connection:  # as if it were of long ago, chained anew
        connection.execute(text("delete from audit_event"))
        connection.execute(text(f"update audit_head set number = 0, hash = '{'0' * 64}'"))
        from datetime import datetime

        from assistant.store import audit

        audit.append(connection, datetime(2020, 1, 1), "导出", "甲", "会话", {})
    engine.dispose()
    (tmp_path / "home" / "assistant.toml").write_text("audit_keep_days = 365\n", encoding="utf-8")
    assert "已清除 1 条" in run("audit", "prune")[1]
    assert run("audit", "verify")[0] == 0


def test_the_password_of_a_database_that_is_away_is_not_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    pytest.importorskip("psycopg", reason="没有安装 psycopg")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    (tmp_path / "assistant.toml").write_text(f'database_url = "postgresql+psycopg://u:geheim@127.0.0.1:{port}/x"\n', encoding="utf-8")
    assert main(["--home", str(tmp_path), "audit", "verify"]) == 1
    err = capsys.readouterr().err
    assert "打不开" in err and "geheim" not in err
