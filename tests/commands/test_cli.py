"""The command line: exit codes, the two streams, JSON, and what is not imported."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer.main

from assistant.cli import app, home_first, main
from tests.invented import OPENING, TITLE, docx, statute, write

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in a home of its own: (exit code, stdout, stderr)."""

    def command(*arguments: str | Path) -> tuple[int, str, str]:
        code = main(["--home", str(tmp_path / "home"), *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, out, err

    return command


@pytest.fixture
def library(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A home with two versions of an invented statute; the index is left alone here."""
    monkeypatch.setattr("assistant.commands.library.corpus._sync", lambda engine, here: {"analysed": 0, "embedded": 0})
    folder = tmp_path / "库"
    write(folder)
    write(folder, "2010-06-01", statute(("虚构的新文本。", "虚构。"), history=("2010年6月1日 虚构部修订",)))
    code, _, _ = run("corpus", "add", folder)
    assert code == 0
    return run


def test_add_prints_a_line_a_file(library: Run, tmp_path: Path) -> None:
    (tmp_path / "库" / "空.md").touch()
    code, out, _ = library("corpus", "add", tmp_path / "库")
    assert code == 0
    assert [line.split("\t")[0] for line in out.splitlines()] == ["拒绝", "无变化", "无变化"]


def test_add_fails_only_where_everything_was_refused(library: Run, tmp_path: Path) -> None:
    empty = tmp_path / "空.md"
    empty.touch()
    code, out, _ = library("corpus", "add", empty, "--json")
    assert code == 1 and json.loads(out)["files"][0]["detail"] == "文件是空的"
    (tmp_path / "无").mkdir()
    code, out, err = library("corpus", "add", tmp_path / "无")
    assert code == 1 and not out and "没有找到可以导入的文件" in err


def test_what_is_doubtful_about_a_text_is_said_beside_the_report(library: Run, tmp_path: Path) -> None:
    short = write(tmp_path / "短", "2012-06-01", statute(("只有虚构的一条。",), adopted="2012年6月1日"))
    code, out, err = library("corpus", "add", short)
    assert code == 0 and out.count("\n") == 1 and out.startswith("新版本")
    assert f"注意 《{TITLE}》" in err and "条数变少：原有 2 条，这份 1 条" in err
    again = write(tmp_path / "又短", "2013-06-01", statute(("又只有一条。",), adopted="2013年6月1日"))
    assert json.loads(library("corpus", "add", again, "--json")[1])["files"][0]["doubts"]


def test_add_takes_level_and_visibility(library: Run, tmp_path: Path) -> None:
    paper = docx(tmp_path / "虚构工作规程.docx", ["虚构工作规程", "第一条 虚构。", "第二条 虚构。"])
    assert library("corpus", "add", paper, "--level", "本局文件", "--visibility", "internal")[0] == 0
    rows = json.loads(library("corpus", "list", "--level", "本局文件", "--json")[1])["statutes"]
    assert [(r["law"], r["visibility"]) for r in rows] == [("虚构工作规程", "internal")]


def test_show_gives_the_text_of_the_day(library: Run) -> None:
    now = json.loads(library("corpus", "show", TITLE, "--json")[1])
    then = json.loads(library("corpus", "show", f"《{TITLE}》", "--as-of", "2005年1月1日", "--json")[1])
    assert (now["law"], now["version"], now["status"]) == (TITLE, "2010-06-01", "现行有效")
    assert then["version"] == "2001-03-01" and [a["text"] for a in then["articles"]] == list(OPENING)
    assert [a["article"] for a in then["articles"]] == ["第一条", "第二条", "第三条", "第四条"]
    plain = library("corpus", "show", TITLE)[1]
    assert plain.splitlines()[0] == f"{TITLE}（2010-06-01，现行有效）" and "第一条　虚构的新文本。" in plain


def test_what_is_not_on_the_shelf_is_said_with_what_reads_alike(library: Run) -> None:
    code, out, err = library("corpus", "show", "虚构茶馆条例", "--json")
    assert code == 1 and not out and f"名称相近的有《{TITLE}》" in err
    code, _, err = library("corpus", "show", TITLE, "--as-of", "1999-01-01")
    assert code == 1 and "最早的版本自 2001-05-01 起" in err


def test_status_as_text_and_as_json(library: Run) -> None:
    body = json.loads(library("corpus", "status", "--json")[1])
    assert body["counts"]["versions"] == 2 and len(body["fields"]) == 22 and body["last_pull"] is None
    code, out, _ = library("corpus", "status", "--field", "网吧")
    assert code == 0 and "★互联网上网服务营业场所管理条例（行政法规）：缺" in out
    assert library("corpus", "status", "--field", "茶馆")[0] == 1


def test_pull_without_network_says_what_is_missing(library: Run) -> None:
    code, out, err = library("corpus", "pull", "https://127.0.0.1:9/x")
    assert code == 1 and not out and "连不上网络" in err and "件不在库中" in err
    assert "连不上网络" in library("corpus", "status")[1]


def test_pull_from_a_folder(library: Run, tmp_path: Path) -> None:
    write(tmp_path / "法规" / "行政法规", title="娱乐场所管理条例")
    code, out, _ = library("corpus", "pull", tmp_path / "法规", "--json")
    assert code == 0 and json.loads(out)["counts"] == {"新增": 1}


def test_verify_a_file_and_standard_input(library: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "稿.txt"
    file.write_text(f"根据《{TITLE}》第二条和《{TITLE}》第九十条，决定如下。", encoding="utf-8")
    code, out, _ = library("verify", file, "--json")
    found: list[dict[str, Any]] = json.loads(out)["citations"]
    assert code == 0 and [(c["law"], c["article"], c["verdict"]) for c in found] == [
        (TITLE, "第二条", "有效"),
        (TITLE, "第九十条", "条文不存在"),
    ]
    import io

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(file.read_bytes())))
    assert json.loads(library("verify", "-", "--json")[1])["citations"] == found
    assert library("verify", tmp_path / "无.txt")[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["nosuch"],
        ["corpus", "show"],
        ["corpus", "list", "--nosuch"],
        ["corpus", "show", "甲", "--as-of", "昨天"],
        ["search"],
        ["ask"],
        ["corpus"],
        [],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert not out and err


def test_a_bad_batch_names_its_line(run: Run, tmp_path: Path) -> None:
    batch = tmp_path / "问题.jsonl"
    batch.write_text('{"id": 1, "question": "虚构"}\n{"id": 2}\n', encoding="utf-8")
    code, out, err = run("search", "--batch", batch, "--json")
    assert code == 1 and not out and "第 2 行" in err


def test_a_home_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "文件").touch()
    assert main(["corpus", "list", "--home", str(tmp_path / "文件" / "home")]) == 1
    assert "数据目录" in capsys.readouterr().err


def test_home_may_stand_after_the_command() -> None:
    assert home_first(["search", "甲", "--home", "x", "-k", "3"]) == ["--home", "x", "search", "甲", "-k", "3"]
    assert home_first(["corpus", "list", "--home=x"]) == ["--home=x", "corpus", "list"]
    assert home_first(["ask", "--", "--home", "x"]) == ["ask", "--", "--home", "x"]


@pytest.mark.parametrize("arguments", [["--help"], ["corpus", "list"], ["corpus", "status"]])
def test_heavy_libraries_are_imported_only_where_needed(arguments: list[str], tmp_path: Path) -> None:
    code = (
        "import sys; from assistant.cli import main; code = main(sys.argv[1:]);"
        "heavy = {'gradio', 'torch', 'chromadb', 'llama_index', 'sentence_transformers', 'numpy', 'jieba', 'pypdf', 'docx'} & set(sys.modules);"
        "print(code, sorted(heavy), file=sys.stderr)"
    )
    home = os.environ | {"ASSISTANT_HOME": str(tmp_path / "home")}
    main(["--home", str(tmp_path / "home"), "corpus", "list"])
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", env=home)
    assert done.stderr.splitlines()[-1] == "0 []", done.stderr


def names(command: Any, before: str = "") -> list[str]:
    out = []
    for name, inner in command.commands.items():
        out += names(inner, f"{name} ") if hasattr(inner, "commands") else [f"{before}{name}"]
    return out


def test_every_command_and_option_is_documented() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    root: Any = typer.main.get_command(app)
    for name in names(root):
        assert re.search(rf"^## `{name}\b", page, re.M), name
        command = root
        for word in name.split():
            command = command.commands[word]
        for parameter in command.params:
            long = [o for o in (*parameter.opts, *parameter.secondary_opts) if o.startswith("-")]
            assert not long or any(f"`{o}" in page or f" {o}" in page for o in long), (name, long)
