"""Benchmarks against an invented provision: what stays within, what goes beyond, and how cells are written."""

from __future__ import annotations

import pytest

from assistant.law.citation.table_cells import ProvisionPlace, article_places
from assistant.law.penalty.benchmark import BenchmarkRow, misfit, read_benchmarks, read_range
from assistant.law.penalty.penalties import PenaltyProvision, parse_penalties
from assistant.law.statute.model import Article

TEXT = (
    "茶馆违反本办法的，由虚构部门给予警告，可以并处一万元以上三万元以下的罚款；情节严重的，处违法所得一倍以上三倍以下的罚款，责令停业整顿。\n"
    "茶客违反本办法的，由虚构部门处二百元以下的罚款。"
)
PROVISIONS: tuple[PenaltyProvision, ...] = parse_penalties(Article(9, 0, TEXT, 9))
HEAD = {"法律文件": "虚构茶馆管理办法", "条文": "第九条", "违法行为": "虚构", "裁量等次": "一般", "适用情形": "虚构", "裁量幅度": "警告"}


def row(text: str, *, grade: str = "一般", statutory: str = "", paragraph: int | None = 1) -> BenchmarkRow:
    return BenchmarkRow("虚构茶馆管理办法", ProvisionPlace(9, 0, paragraph), "虚构", grade, "虚构", text, statutory)


@pytest.mark.parametrize(
    "text",
    [
        "警告",
        "警告，并处10000元以上20000元以下罚款",
        "1-2万元罚款",
        "1万元至3万元",
        "处１５０００元罚款",
        "1万元以上不满2万元",
        "违法所得1倍以上2倍以下罚款",
        "2倍以上3倍以下罚款",
        "责令停业整顿",
        "不予处罚",
        "责令改正，给予警告",
    ],
)
def test_within_the_range(text: str) -> None:
    assert misfit(row(text), PROVISIONS) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("处5000元以上2万元以下罚款", "低于法定下限"),
        ("处2万元以下罚款", "低于法定下限"),
        ("处1万元以上3.5万元以下罚款", "高于法定上限"),
        ("处2万元以上罚款", "高于法定上限"),
        ("违法所得2倍以上4倍以下罚款", "高于法定上限"),
        ("违法经营额1倍以上2倍以下罚款", "法定为"),
        ("吊销许可证", "不在法定处罚种类内"),
        ("处3万元以上2万元以下罚款", "下限高于上限"),
        ("从重", "没有读出"),
    ],
)
def test_beyond_the_range_is_named(text: str, why: str) -> None:
    assert why in (misfit(row(text), PROVISIONS) or "")


def test_lessened_goes_below_the_floor_and_not_above_the_ceiling() -> None:
    assert misfit(row("处5000元以上8000元以下罚款", grade="减轻处罚"), PROVISIONS) is None
    assert "高于" in (misfit(row("处5000元以上5万元以下罚款", grade="减轻处罚"), PROVISIONS) or "")


def test_paragraph_and_tier_are_those_of_the_row() -> None:
    assert misfit(row("处100元罚款", paragraph=2), PROVISIONS) is None
    assert "高于" in (misfit(row("处1万元罚款", paragraph=2), PROVISIONS) or "")
    assert misfit(row("违法所得1倍罚款", statutory="情节严重"), PROVISIONS) is None
    assert misfit(row("处1万元罚款", statutory="情节严重"), PROVISIONS) is not None
    assert "档次" in (misfit(row("警告", statutory="拒不改正"), PROVISIONS) or "")
    assert "没有可以核对的罚则" in (misfit(row("警告", paragraph=3), PROVISIONS) or "")


def test_cells_left_empty_take_what_stands_above() -> None:
    read = read_benchmarks(
        [HEAD, {**HEAD, "法律文件": "", "条文": "", "违法行为": "", "裁量等次": "从重"}, {**HEAD, "适用情形": ""}], "虚构文件"
    )
    assert [(r.title, r.place.label, r.grade, r.row, r.source) for r in read.rows] == [
        ("虚构茶馆管理办法", "第九条", "一般", 1, "虚构文件"),
        ("虚构茶馆管理办法", "第九条", "从重", 2, "虚构文件"),
    ]
    assert read.refused == ("第3行：适用情形没有填写",)


def test_an_article_that_cannot_be_read_is_refused() -> None:
    assert "不能识别的条文" in read_benchmarks([{**HEAD, "条文": "茶馆"}], "虚构文件").refused[0]


def test_a_cell_may_name_several_places() -> None:
    assert [p.label for p in article_places("第三条第一款第二项、第五条之一")] == ["第三条第一款第二项", "第五条之一"]
    assert article_places(" ") == [] and [p.number for p in article_places("第三条至第五条")] == [3, 4, 5]


def test_a_range_tells_kinds_and_fines() -> None:
    tiers = read_range("警告，并处2-5万元罚款")
    assert [k.value for t in tiers for k in t.kinds] == ["警告", "罚款"]
    assert [(f.floor, f.ceiling) for t in tiers for f in t.fines] == [(20000, 50000)]
