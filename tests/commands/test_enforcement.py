"""`penalty`, `procedure`, the bureau's tables and `verify --docx` on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

from assistant.cli import main

NET = "互联网上网服务营业场所管理条例"
TEMPLATES = Path(__file__).resolve().parents[2] / "corpus" / "templates"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def home(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    from assistant.config import load_settings
    from assistant.library.sources.importing import import_paths
    from assistant.store.engine import open_engine

    folder = tmp_path_factory.mktemp("home")
    settings = load_settings(folder)
    engine = open_engine(settings.library_url)
    wanted = (NET, "娱乐场所管理条例")
    list(import_paths(engine, settings, sorted(p for t in wanted for p in (corpus / "行政法规").glob(f"{t}*.md"))))
    engine.dispose()
    return str(folder)


@pytest.fixture
def run(home: str, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str | Path) -> tuple[int, str, str]:
        code = main(["--home", home, *map(str, arguments)])
        return code, *capsys.readouterr()

    return command


@pytest.fixture
def procedure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """`procedure --json` in an empty home: the steps need no library."""

    def command(*arguments: str) -> dict[str, Any]:
        assert main(["--home", str(tmp_path / "home"), "procedure", *arguments, "--json"]) == 0
        body: dict[str, Any] = json.loads(capsys.readouterr().out)
        return body

    return command


def test_penalty_in_its_form(run: Run) -> None:
    code, out, _ = run("penalty", f"《{NET}》第二十七条", "--amount", "4000", "--base", "违法经营额", "--json")
    body = json.loads(out)
    assert code == 0 and (body["law"], body["article"], body["status"]) == (NET, "第二十七条", "现行有效")
    [entry] = body["provisions"]
    assert [(r["floor"], r["ceiling"]) for t in entry["tiers"] for r in t["ranges"]] == [(10000.0, 50000.0)]
    assert all(body["text"][t["start"] : t["end"]] == t["sentence"] for t in entry["tiers"])
    assert entry["authority"]["own"] is True and len(body["to_check"]) == 12 and "幅度" in body["note"]


def test_penalty_in_words_marks_the_sentence(run: Run) -> None:
    code, out, _ = run("penalty", f"{NET}第三十一条第一款第二项", "--first", "--corrected", "--harm", "轻微", "--age", "17")
    assert code == 0 and "【" in out and "15,000元以下" in out and "权限　是" in out
    assert "第三十三条第一款" in out and "第三十条" in out and "可能适用" in out


def test_penalty_of_an_earlier_day(run: Run) -> None:
    body = json.loads(run("penalty", f"{NET}第三十一条", "--as-of", "2021-06-01", "--json")[1])
    assert body["version"] == "2019-03-24"


@pytest.mark.parametrize(
    ("named", "why"),
    [
        (f"{NET}第一条", "没有写处罚"),
        (f"{NET}第九十条", "没有第九十条"),
        ("虚构茶馆条例第一条", "库中没有"),
        ("茶馆", "没有读出"),
    ],
)
def test_penalty_says_what_is_wrong(run: Run, named: str, why: str) -> None:
    code, out, err = run("penalty", named, "--json")
    assert code == 1 and not out and why in err


def test_procedure_of_a_penalty(procedure: Callable[..., dict[str, Any]]) -> None:
    body = procedure("--kind", "罚款=50000", "--kind", "吊销许可证", "--date", "立案=2026-03-02", "--date", "告知=2026-04-01")
    steps = {s["code"]: s for s in body["steps"]}
    assert [s["number"] for s in body["steps"]] == list(range(1, len(steps) + 1))
    assert steps["decision"]["due"] == "2026-05-31" and steps["hearing_right"]["due"] == "2026-04-09"
    assert body["questions"]["听证"]["answer"] == "是" and body["questions"]["简易程序"]["answer"] == "否"
    assert body["holidays"]["years"][0] == 2021


def test_procedure_on_the_spot_and_its_circumstances(procedure: Callable[..., dict[str, Any]]) -> None:
    body = procedure("--party", "公民", "--fine", "200", "--fact", "事实确凿", "--fact", "主动供述")
    assert body["questions"]["简易程序"]["answer"] == "是" and "record" in {s["code"] for s in body["steps"]}
    assert [f["article"] for f in body["factors"]] == ["《行政处罚法》第三十二条第一款第三项"]


def test_procedure_of_licences_and_coercion(procedure: Callable[..., dict[str, Any]]) -> None:
    licence = {s["code"]: s for s in procedure("--for", "许可", "--date", "受理=2026-03-02")["steps"]}
    assert licence["decision"]["due"] == "2026-03-30"
    coercion = procedure("--for", "强制", "--measure", "扣押", "--date", "实施=2026-03-02", "--fact", "情况紧急")["steps"]
    assert any(s["due"] == "2026-04-01" for s in coercion)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--date", "茶会=2026-01-01"],
        ["--date", "立案"],
        ["--date", "立案=昨天"],
        ["--fact", "虚构"],
        ["--kind", "虚构"],
        ["--kind", "罚款=虚构"],
        ["--for", "强制"],
        ["--for", "虚构"],
    ],
)
def test_procedure_usage(arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(tmp_path / "home"), "procedure", *arguments]) == 2
    out, err = capsys.readouterr()
    assert not out and err


def test_benchmarks_in_beside_the_range_and_out(run: Run, tmp_path: Path) -> None:
    sample = TEMPLATES / "裁量基准示例（虚构）.xlsx"
    code, out, _ = run("corpus", "benchmark", sample, "--json")
    assert code == 0 and json.loads(out) == {"document": sample.stem, "kept": 6, "refused": []}
    assert json.loads(run("corpus", "benchmark", "--json")[1])["documents"] == [
        {"document": sample.stem, "rows": 6, "visibility": "internal"}
    ]
    entry = json.loads(run("penalty", f"{NET}第三十一条", "--json")[1])["provisions"][0]
    assert len(entry["benchmarks"]) == 5 and "虚构" in entry["benchmarks"][0]["source"]
    outside = tmp_path / "超出.csv"
    outside.write_text(
        f"法律文件,条文,违法行为,裁量等次,适用情形,裁量幅度\n{NET},第三十一条,虚构,从重,虚构,处2万元罚款\n", encoding="utf-8"
    )
    code, out, _ = run("corpus", "benchmark", outside)
    assert code == 1 and "第1行" in out and "从重" in out and "高于法定上限" in out
    assert run("corpus", "benchmark", "--remove", sample.stem)[0] == 0
    code, _, err = run("corpus", "benchmark", "--remove", sample.stem)
    assert code == 1 and "没有导入过" in err


def test_the_review_catalogue_is_used_by_procedure(run: Run) -> None:
    sample = TEMPLATES / "法制审核目录示例（虚构）.csv"
    assert run("corpus", "review-catalogue", sample)[0] == 0
    body = json.loads(run("procedure", "--kind", "罚款=20000", "--json")[1])
    assert body["questions"]["法制审核"]["answer"] == "是" and "目录" in body["questions"]["法制审核"]["reasons"][0]
    assert json.loads(run("corpus", "review-catalogue", "--json")[1])["documents"] == [{"document": sample.stem, "rows": 5}]
    assert run("corpus", "review-catalogue", "--remove", sample.stem)[0] == 0


def test_verify_writes_comments(run: Run, tmp_path: Path) -> None:
    draft = tmp_path / "稿.docx"
    document = docx.Document()
    document.add_paragraph(f"依据《{NET}》第三十一条和《{NET}》第九十条。")
    document.save(str(draft))
    code, out, _ = run("verify", draft, "--docx", tmp_path / "批注.docx", "--json")
    assert code == 0 and [c["verdict"] for c in json.loads(out)["citations"]] == ["有效", "条文不存在"]
    assert [c.text.split("：")[0] for c in docx.Document(str(tmp_path / "批注.docx")).comments] == ["第九十条　条文不存在"]
    code, _, err = run("verify", draft, "--docx", draft)
    assert code == 1 and "不能覆盖" in err


def test_status_tells_how_much_of_the_penalties_was_read(run: Run) -> None:
    rows = json.loads(run("corpus", "status", "--penalties", "--json")[1])["penalties"]
    assert [r["level"] for r in rows] == ["行政法规"] and rows[0]["paragraphs"] == rows[0]["whole"] > 10
    assert "全部读出" in run("corpus", "status", "--penalties")[1]
