"""`setup`, `search` and `ask` on a small home with a real index."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.library.sources import packaged
from tests.invented import TITLE, write
from tests.library.sources.test_importing import package_file

WANTED = ("旅行社条例", "娱乐场所管理条例", "互联网上网服务营业场所管理条例", "博物馆条例")


@pytest.fixture(scope="module")
def home(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = str(tmp_path_factory.mktemp("asking"))
    files = [str(f) for title in WANTED for f in (corpus / "行政法规").glob(f"{title}(*.md")]
    assert len(files) >= 5 and main(["--home", folder, "corpus", "add", *files]) == 0
    yield folder


def test_setup_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    file = package_file(tmp_path / "laws.db")
    monkeypatch.setattr(packaged, "packaged_file", lambda: file)
    bodies = []
    for _ in range(2):
        assert main(["--home", str(tmp_path / "home"), "setup", "--json"]) == 0
        out, err = capsys.readouterr()
        bodies.append(json.loads(out))
        assert "导入随附的全国法律" in err
    assert [b["statutes"] for b in bodies] == [{"新增": 1}, {"无变化": 1}]
    assert bodies[1]["index"] == {"articles": 4, "analysed": 0, "embedded": 0}


def test_before_setup_it_says_what_to_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(tmp_path / "home"), "search", "网吧"]) == 1
    assert "assistant setup" in capsys.readouterr().err


def test_search_in_its_fixed_form(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", home, "search", "娱乐场所管理条例第三条", "-k", "3", "--json"]) == 0
    hits = json.loads(capsys.readouterr().out)["hits"]
    assert set(hits[0]) == {"law", "article", "version", "status", "score", "text"} and len(hits) <= 3
    assert (hits[0]["law"], hits[0]["article"], hits[0]["status"]) == ("娱乐场所管理条例", "第三条", "现行有效")


def test_search_for_a_day_and_with_reasons(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    question = ["search", "互联网上网服务营业场所管理条例第九条", "--json", "--as-of", "2021-06-01", "--explain"]
    assert main(["--home", home, *question]) == 0
    first = json.loads(capsys.readouterr().out)["hits"][0]
    assert first["version"] == "2019-03-24" and first["explain"]


def test_a_batch_gives_a_line_each_in_order(home: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    batch = tmp_path / "问题.jsonl"
    rows = [
        {"id": "乙", "question": "网吧能接待未成年人吗", "gold": []},
        {"id": 2, "question": "字" * 5000},
        {"id": 3, "question": "旅行社保证金"},
    ]
    batch.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    assert main(["--home", home, "search", "--batch", str(batch), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["id"] for line in lines] == ["乙", 2, 3]
    assert lines[0]["hits"] and lines[2]["hits"] and "超过上限" in lines[1]["error"]


def test_ask_in_its_fixed_form(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", home, "ask", "旅行社条例第三条", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert set(body) >= {"answer", "abstained", "reason", "citations", "penalties", "procedure", "cases", "warnings"}
    cited = body["citations"][0]
    assert (cited["law"], cited["article"]) == ("旅行社条例", "第三条") and not body["abstained"]
    assert main(["--home", home, "ask", "旅行社条例第三条"]) == 0
    assert cited["quote"] in capsys.readouterr().out


def test_a_document_added_is_found_at_once(home: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", home, "corpus", "add", str(write(tmp_path)), "--level", "部门规章"]) == 0
    capsys.readouterr()
    assert main(["--home", home, "search", f"{TITLE}第二条", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["hits"][0]["law"] == TITLE
