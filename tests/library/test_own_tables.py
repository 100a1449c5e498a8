"""The bureau's own tables over a shelf of invented statutes, and the samples that ship over the real one."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.law.penalty.benchmark import COLUMNS
from assistant.law.penalty.penalties import PenaltyKind
from assistant.law.procedure.procedure import IntendedPenalty, PartyKind, PenaltyCase, needs_hearing, needs_legal_review
from assistant.law.statute.model import ParsedDocument, Visibility
from assistant.library import own_tables
from assistant.library.own_tables import benchmarks_of, import_benchmarks, import_review_catalogue, review_catalogue, thresholds
from assistant.library.shelf.shelf import Shelf
from assistant.library.sources.importing import import_paths
from assistant.library.tabular import read_table
from tests.invented import TITLE, statute, write

TEMPLATES = Path(__file__).resolve().parents[2] / "corpus" / "templates"
ARTICLES = ("为了虚构。", "茶馆违反本办法的，由虚构部门给予警告，可以并处一万元以下的罚款。", "本办法自2001年5月1日起施行。")
ROW = {"法律文件": TITLE, "条文": "第二条", "违法行为": "虚构", "裁量等次": "一般", "适用情形": "虚构", "裁量幅度": "处5000元以下罚款"}


def table(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(dict.fromkeys(k for r in rows for k in r)))
        out.writeheader()
        out.writerows(rows)
    return path


@pytest.fixture
def shelf(engine: Engine, settings: Settings, tmp_path: Path) -> Shelf:
    list(import_paths(engine, settings, [write(tmp_path / "库", text=statute(ARTICLES))]))
    return Shelf(engine)


def test_rows_within_the_range_are_kept_and_others_named(engine: Engine, settings: Settings, shelf: Shelf, tmp_path: Path) -> None:
    rows = [
        ROW,
        {**ROW, "裁量等次": "从重", "裁量幅度": "处5000元以上2万元以下罚款"},
        {**ROW, "法律文件": "虚构没有的办法"},
        {**ROW, "条文": "第九十条"},
        {**ROW, "条文": "第一条"},
    ]
    done = import_benchmarks(engine, settings, table(tmp_path / "基准.csv", rows))
    assert (done.document, done.kept, len(done.refused)) == ("基准", 1, 4)
    assert "第2行" in done.refused[0] and "高于法定上限" in done.refused[0]
    assert "无法核对" in done.refused[1] and "没有这一条" in done.refused[2] and "没有可以核对的罚则" in done.refused[3]
    article = shelf.article(shelf.require_statute(TITLE).id, 2, 0, date.today())
    assert article is not None
    assert [b.row.range_text for b in benchmarks_of(engine, article, 1)] == ["处5000元以下罚款"]
    assert benchmarks_of(engine, article, 1, internal=False) == []


def test_importing_again_replaces_and_removing_takes_out(engine: Engine, settings: Settings, shelf: Shelf, tmp_path: Path) -> None:
    path = table(tmp_path / "基准.csv", [ROW, {**ROW, "裁量等次": "从轻"}])
    import_benchmarks(engine, settings, path)
    import_benchmarks(engine, settings, table(path, [ROW]), visibility=Visibility.PUBLIC)
    assert own_tables.imported_benchmarks(engine) == [("基准", 1, "public")]
    refused = import_benchmarks(engine, settings, table(path, [{**ROW, "条文": "第九十条"}]))
    assert refused.kept == 0 and own_tables.imported_benchmarks(engine) == [("基准", 1, "public")]
    assert own_tables.remove_table(engine, "基准") and not own_tables.remove_table(engine, "基准")


def test_a_row_the_text_has_outgrown_is_not_shown(engine: Engine, settings: Settings, shelf: Shelf, tmp_path: Path) -> None:
    import_benchmarks(engine, settings, table(tmp_path / "基准.csv", [ROW]))
    newer = (ARTICLES[0], ARTICLES[1].replace("一万元", "二千元"), "虚构。")
    text = statute(newer, history=("2010年6月1日 虚构部修订",))
    list(import_paths(engine, settings, [write(tmp_path / "库", "2010-06-01", text)]))
    then, now = (Shelf(engine).article(shelf.require_statute(TITLE).id, 2, 0, d) for d in (date(2005, 1, 1), date(2020, 1, 1)))
    assert then and now and len(benchmarks_of(engine, then)) == 1 and benchmarks_of(engine, now) == []


def test_the_review_catalogue_decides_when_review_is_due(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    rows = [
        {
            "决定类别": "行政处罚",
            "事项": "",
            "处罚种类": "罚款",
            "适用对象": "公民",
            "金额起点": "3000",
            "集体讨论": "是",
            "提交材料": "虚构材料",
            "依据": "",
        },
        {"决定类别": "虚构", "事项": "", "处罚种类": "", "适用对象": "", "金额起点": "", "集体讨论": "", "提交材料": "", "依据": ""},
    ]
    done = import_review_catalogue(engine, settings, table(tmp_path / "目录.csv", rows))
    assert (done.kept, len(done.refused)) == (1, 1) and own_tables.imported_catalogues(engine) == [("目录", 1)]
    case = PenaltyCase(PartyKind.CITIZEN, (IntendedPenalty(PenaltyKind.FINE, 3000),))
    lines = thresholds(settings, review_catalogue(engine))
    assert needs_legal_review(case, lines) and "目录" in needs_legal_review(case, lines).reasons[0]


def test_thresholds_are_unset_until_configured(settings: Settings) -> None:
    case = PenaltyCase(PartyKind.CITIZEN, (IntendedPenalty(PenaltyKind.FINE, 6000),))
    assert "以本地标准为准" in needs_hearing(case, thresholds(settings)).reasons[0]
    set_ = settings.model_copy(update={"hearing_fine_citizen": 5000.0, "hearing_source": "虚构标准"})
    ruling = needs_hearing(case, thresholds(set_))
    assert ruling and "虚构标准" in ruling.reasons[0]


def test_tables_of_the_folder(settings: Settings) -> None:
    assert own_tables.moved_powers(settings).rows == () and own_tables.work_calendar(settings).covered[0] == 2021
    settings.own_tables.mkdir(parents=True)
    moved = [{"法律文件": TITLE, "条文": "", "行使机关": "虚构局"}, {"法律文件": "", "条文": "", "行使机关": "虚构局"}]
    table(settings.own_tables / "职权划转.csv", moved)
    read = own_tables.moved_powers(settings)
    assert len(read.rows) == 1 and len(read.refused) == 1
    holidays = settings.own_tables / "节假日.csv"
    table(holidays, [{"年份": "2031年", "放假": "01-01~01-03、05-01", "上班": "", "依据": "虚构通知"}])
    assert 2031 in own_tables.work_calendar(settings).covered
    table(holidays, [{"年份": "2031", "放假": "13-01", "上班": ""}, {"年份": "2031", "放假": "", "上班": ""}])
    with pytest.raises(RefusedInput, match="第1行"):
        own_tables.work_calendar(settings)


@pytest.mark.parametrize("stem", ["裁量基准", "法制审核目录", "职权划转", "节假日"])
def test_every_template_ships_in_both_formats_without_rows(stem: str, settings: Settings) -> None:
    for ending in ("xlsx", "csv"):
        assert read_table(TEMPLATES / f"{stem}模板.{ending}", settings, []) is not None
    head = {"裁量基准": COLUMNS, "职权划转": ("法律文件", "行使机关")}.get(stem)
    assert head is None or read_table(TEMPLATES / f"{stem}模板.xlsx", settings, head) == []


def test_the_samples_are_marked_invented_and_stay_within_the_law(
    engine: Engine, settings: Settings, corpus: Path, corpus_documents: list[ParsedDocument]
) -> None:
    wanted = ("互联网上网服务营业场所管理条例", "娱乐场所管理条例")
    list(import_paths(engine, settings, sorted(p for t in wanted for p in (corpus / "行政法规").glob(f"{t}*.md"))))
    for path in TEMPLATES.glob("*示例*"):
        assert "虚构" in path.name
    for ending in ("xlsx", "csv"):
        done = import_benchmarks(engine, settings, TEMPLATES / f"裁量基准示例（虚构）.{ending}")
        assert done.kept == 6 and done.refused == ()
        assert import_review_catalogue(engine, settings, TEMPLATES / f"法制审核目录示例（虚构）.{ending}").refused == ()
    law = re.sub(r"\s", "", "".join(a.text for d in corpus_documents for a in d.articles))
    text = re.sub(r"\s|互联网上网服务营业场所管理条例", "", "".join(p.read_text(encoding="utf-8-sig") for p in TEMPLATES.glob("*.csv")))
    assert not [text[i : i + 15] for i in range(len(text) - 15) if text[i : i + 15] in law]
