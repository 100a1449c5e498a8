"""`model check` and `model usage`, and that every prompt and model setting is documented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.answer.model.prompts import FOLDER, load_prompts
from assistant.cli import main
from assistant.config import Settings
from tests.model_server import Reply, serve

DOCS = Path(__file__).resolve().parents[3] / "docs"
PROVED = "【结论】\n虚构茶楼强行兜售茶点的，由虚构茶叶主管部门责令改正，处200元以上800元以下罚款[1]。\n"


def test_check_tries_the_model_and_usage_counts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(tmp_path)]
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("ASSISTANT_MODEL_NAME", "scripted")
    with serve(lambda prompt: Reply(PROVED)) as server:
        monkeypatch.setenv("ASSISTANT_MODEL_URL", server.address)
        assert main([*home, "model", "check", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["reached"], found["usable"], found["proved"], found["refused"]) == (True, True, 1, 0)
    assert main([*home, "model", "check"]) == 1
    assert "连不上" in capsys.readouterr().out
    assert main([*home, "model", "usage", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["usage"]
    assert [(r["purpose"], r["calls"]) for r in rows] == [("试用模型", 2)]


def test_check_without_a_model_says_what_to_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(tmp_path), "model", "check"]) == 1
    assert "model_url" in capsys.readouterr().err


def test_every_prompt_and_model_setting_is_documented() -> None:
    page = (DOCS / "model.md").read_text(encoding="utf-8")
    assert [n for n in load_prompts() if f"| `{n}` |" not in page] == []
    assert {p.stem for p in FOLDER.glob("*.md")} == set(load_prompts())
    assert [n for n in Settings.model_fields if n.startswith("model_") and n not in page and n.upper() not in page] == []
    commands = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert all(f"## `model {name}" in commands for name in ("check", "usage"))
