"""`question …`: what it prints, and that an approved question is in the index."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.config import load_settings
from assistant.desk.knowledge import questions
from assistant.search.searcher import Searcher
from assistant.search.suggest import suggest
from assistant.store.engine import open_engine
from tests.commands.test_cli import Run
from tests.desk.knowledge.test_questions import ADDRESS, QUESTION, answered
from tests.invented import write


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in a home that holds one invented statute: (exit code, stdout, stderr)."""

    def command(*arguments: str | Path) -> tuple[int, str, str]:
        code = main(["--home", str(tmp_path / "home"), *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, out, err

    write(tmp_path / "库")
    assert command("corpus", "add", tmp_path / "库")[0] == 0
    return command


def test_a_proposal_is_listed_approved_and_suggested(run: Run, tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "home")
    engine = open_engine(settings.library_url)
    kept, dropped = (questions.propose(engine, settings, answered(engine, q), "甲") for q in (QUESTION, "虚构茶馆的另一个问题"))
    code, out, _ = run("question", "list")
    assert code == 0 and [line.split("\t")[:2] for line in out.splitlines()] == [[str(kept.id), "待审核"], [str(dropped.id), "待审核"]]
    assert run("question", "reject", str(dropped.id))[0] == 0
    code, out, _ = run("question", "approve", str(kept.id), "--json")
    assert code == 0 and json.loads(out)["articles"][0] == ADDRESS
    assert suggest(Searcher(engine, settings), "茶馆没有热水")[:1] == [QUESTION]
    assert run("question", "list")[1].strip() == "没有待审核的推荐。"
    shown = json.loads(run("question", "list", "--all", "--json")[1])["proposals"]
    assert [p["status"] for p in shown] == ["已采纳", "未采纳"]
    code, _, err = run("question", "approve", str(kept.id))
    assert code == 1 and "已经处理过" in err
    assert run("question", "approve", "99")[0] == 1
    assert run("question", "approve", str(kept.id), "--register", "chat")[0] == 2
    engine.dispose()


def test_a_file_is_reported_line_by_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    rows = [{"question": q, "register": "public", "articles": [ADDRESS]} for q in ("虚构热水何时供应", "虚构热水何时供应")]
    file.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    code, out, _ = run("question", "add", file)
    assert code == 0 and [line.split("\t")[1] for line in out.splitlines()] == ["加入", "拒绝"]
    code, out, _ = run("question", "add", file, "--json")
    assert code == 1 and {x["outcome"] for x in json.loads(out)["lines"]} == {"拒绝"}
    assert run("question", "add", tmp_path / "无.jsonl")[0] == 1
