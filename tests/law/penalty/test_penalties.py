"""罚则: the hand-checked table, tiers in concrete cases, links, authorities, spans, and the coverage of the whole corpus.

The table (`penalty_table.json`) holds facts read from the articles by hand: kinds of penalty over all tiers,
fines in order of the text as [floor, ceiling, base, optional] (yuan, or multiples where a base is
named), and the authorities that must be among those first named. No text of a statute is kept here.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from assistant.law.penalty.penalties import (
    Applied,
    PenaltyKind,
    PenaltyProvision,
    applicable,
    authorities,
    canonical_base,
    coverage_report,
    field_of,
    is_own,
    parse_penalties,
    punishing,
)
from assistant.law.statute.model import Article, Level
from assistant.law.statute.parse import parse_document

CORPUS = Path(__file__).resolve().parents[3] / ".." / "shared" / "corpus"
FOLDERS = {
    "法律": Level.LAW,
    "行政法规": Level.ADMINISTRATIVE_REGULATION,
    "浙江": Level.LOCAL_REGULATION,
    "部门规章": Level.DEPARTMENT_RULE,
}
TABLE = json.loads((Path(__file__).parents[1] / "penalty_table.json").read_text("utf-8"))
OTHER_FIELDS = ("广告法", "安全生产法", "治安管理处罚法", "食品安全法", "大型群众性活动", "风景名胜区", "历史文化名城")
BUREAU = (
    "文化主管部门",
    "旅游主管部门",
    "文化和旅游主管部门",
    "广播电视主管部门",
    "体育主管部门",
    "文物主管部门",
    "出版主管部门",
    "电影主管部门",
)

needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is absent: no statutes to read")


@cache
def statute(stem: str) -> tuple[Article, ...]:
    """The articles of one file of the corpus, by file name without ending."""
    folder = next(f for f in FOLDERS if (CORPUS / f / f"{stem}.md").is_file())
    return parse_document((CORPUS / folder / f"{stem}.md").read_text("utf-8"), stem, FOLDERS[folder]).articles


def article(stem: str, number: int) -> Article:
    return next(a for a in statute(stem) if a.number == number and not a.suffix)


def provision(stem: str, number: int, paragraph: int = 1) -> PenaltyProvision:
    return next(p for p in parse_penalties(article(stem, number)) if p.paragraph == paragraph)


def fines_of(found: PenaltyProvision) -> list[list[object]]:
    return [
        [f.times_floor, f.times_ceiling, canonical_base(f.base), f.optional] if f.is_multiple else [f.floor, f.ceiling, "", f.optional]
        for f in found.fines
    ]


def yuan(applied: tuple[Applied, ...], certain: bool = True) -> list[tuple[float | None, float | None]]:
    return [(r.floor, r.ceiling) for a in applied if a.certain is certain for r in a.ranges]


def test_table_is_large_enough() -> None:
    own = [r for r in TABLE if not r["law"].startswith(OTHER_FIELDS)]
    assert len(TABLE) >= 150
    assert len(own) >= 100


@needs_corpus
@pytest.mark.parametrize("row", TABLE, ids=[f"{r['law'].split('(')[0]}-{r['article']}-{r['paragraph']}" for r in TABLE])
def test_hand_checked_provision(row: dict[str, object]) -> None:
    found = provision(str(row["law"]), int(str(row["article"])), int(str(row["paragraph"])))
    assert sorted(k.value for k in found.kinds if k.is_penalty) == row["kinds"]
    assert fines_of(found) == row["fines"]
    first = next((a for a in found.authorities if not a.is_generic), None)
    named = {field_of(n) for n in first.names} if first else set()
    expected = {field_of(f"{n}部门") for n in list(row["authority"])}  # type: ignore[call-overload]
    assert expected <= named
    assert expected or not named
    assert found.coverage == "whole"


@needs_corpus
def test_spans_point_at_the_words() -> None:
    for row in TABLE:
        source = article(row["law"], row["article"])
        for found in parse_penalties(source):
            marks: list[Any] = [
                *found.fines,
                *(m for t in found.tiers for m in t.measures),
                *(c for t in found.tiers for c in t.conditions),
            ]
            marks += [*found.violated, *found.borrowed, *found.items, *found.authorities]
            for mark in marks:
                assert source.text[mark.start : mark.end] == mark.text
            assert source.text[found.acts_start : found.acts_end] == found.acts


@needs_corpus
@pytest.mark.parametrize(
    ("amount", "expected"),
    [(0, [(10_000, 30_000)]), (4_000, [(10_000, 30_000)]), (10_000, [(10_000, 30_000)]), (20_000, [(20_000, 60_000)])],
)
def test_fine_of_a_dance_hall_follows_the_gains(amount: float, expected: list[tuple[float, float]]) -> None:
    found = provision("娱乐场所管理条例(2020-11-29)", 48)
    assert yuan(applicable(found, amount=amount, base="违法所得", serious=False)) == expected


@needs_corpus
def test_unknown_amount_leaves_every_tier_open() -> None:
    found = provision("娱乐场所管理条例(2020-11-29)", 48)
    applied = applicable(found)
    assert [a.certain for a in applied] == [True, False, False]
    assert [r.computed for r in applied[0].ranges] == [False]


@needs_corpus
def test_amount_of_another_base_computes_nothing() -> None:
    found = provision("娱乐场所管理条例(2020-11-29)", 48)
    assert not any(r.computed for r in applicable(found, amount=4_000, base="违法经营额")[0].ranges)


@needs_corpus
@pytest.mark.parametrize(("turnover", "expected"), [(9_999.0, [(10_000, 50_000)]), (10_000.0, [(50_000, 100_000)])])
def test_threshold_includes_its_number(turnover: float, expected: list[tuple[float, float]]) -> None:
    found = provision("互联网上网服务营业场所管理条例(2022-03-29)", 27)
    assert yuan(applicable(found, amount=turnover, base="违法经营额")) == expected


@needs_corpus
def test_serious_tier_takes_the_place_of_the_first() -> None:
    found = provision("未成年人保护法(2024-04-26)", 123)
    light = applicable(found, serious=False, corrected=True)
    heavy = applicable(found, serious=True)
    assert yuan(light) == [(None, 50_000)]
    assert yuan(heavy) == [(50_000, 500_000)]
    assert PenaltyKind.REVOKE_BUSINESS_LICENCE in heavy[-1].tier.kinds


@needs_corpus
def test_amounts_stand_under_the_degree_they_follow() -> None:
    found = provision("未成年人保护法(2024-04-26)", 121)
    assert yuan(applicable(found, corrected=False, amount=2_000_000, base="违法所得")) == [(2_000_000, 20_000_000)]
    assert yuan(applicable(found, corrected=True, serious=False, amount=2_000_000)) == [(None, 100_000)]


@needs_corpus
def test_those_in_charge_are_fined_apart() -> None:
    found = provision("旅游法(2018-10-26)", 98)
    applied = applicable(found, amount=400_000, base="违法所得", serious=False)
    assert yuan(applied) == [(400_000, 2_000_000), (2_000, 20_000)]
    assert applied[-1].tier.addressee.startswith("直接负责")
    lifted = provision("未成年人保护法(2024-04-26)", 127)
    assert [t.addressee for t in lifted.tiers if t.addressee] == ["直接负责的主管人员和其他责任人员"]


@needs_corpus
def test_addressees_of_one_tier() -> None:
    found = provision("文物保护法(2024-11-08)", 83)
    assert [f.addressee for f in found.fines] == ["单位", "个人", "单位"]


@needs_corpus
def test_items_that_punish() -> None:
    found = provision("浙江省旅游条例(2017-11-30)", 43)
    assert [(t.item, t.conditions[-1].is_act) for t in found.tiers] == [(1, True), (2, True), (2, False)]
    income = provision("安全生产法(2021-06-10)", 95)
    assert [f.times_floor for f in income.fines] == [0.4, 0.6, 0.8, 1.0]


@needs_corpus
def test_least_base_and_units() -> None:
    drugs = provision("药品管理法(2019-08-26)", 115)
    assert yuan(applicable(drugs, amount=1, base="货值金额")) == [(1_500_000, 3_000_000)]
    child = provision("娱乐场所管理条例(2020-11-29)", 52)
    assert (child.fines[0].floor, child.fines[0].per.startswith("每")) == (5_000, True)


@needs_corpus
def test_detention_in_days() -> None:
    found = provision("治安管理处罚法(2012-10-26)", 23)
    detention = [m for t in found.tiers for m in t.measures if m.kind is PenaltyKind.DETENTION]
    assert [(m.floor, m.ceiling, m.unit) for m in detention] == [(5, 10, "日")]


@needs_corpus
def test_links_to_the_duty_both_ways() -> None:
    found = provision("旅游法(2018-10-26)", 95, 2)
    assert [(v.number, v.paragraph, v.items) for v in found.violated] == [(29, 1, (2, 3))]
    assert [(b.number, b.paragraph, b.besides) for b in found.borrowed] == [(95, 1, True)]
    every = [p for a in statute("旅游法(2018-10-26)") for p in parse_penalties(a)]
    assert [p.number for p in punishing(every, 35)] == [98]
    assert [p.number for p in punishing(every, 29, paragraph=2)] == []


@needs_corpus
def test_earlier_paragraphs_and_other_statutes() -> None:
    show = provision("营业性演出管理条例(2020-11-29)", 44, 2)
    assert [(b.number, b.paragraph) for b in show.borrowed] == [(44, 1)]
    lines = provision("营业性演出管理条例(2020-11-29)", 47, 3)
    assert [(v.paragraph, v.items) for v in lines.violated] == [(1, (1, 2, 3)), (1, (4,))]
    wall = provision("长城保护条例(2006-10-01)", 25)
    assert [(v.law, v.number) for v in (*wall.violated, *wall.borrowed) if v.law] == [("文物保护法", 66)]


@needs_corpus
def test_an_article_that_punishes_nothing() -> None:
    assert parse_penalties(article("旅游法(2018-10-26)", 1)) == ()
    assert parse_penalties(article("出版管理条例(2020-11-29)", 71)) == ()
    assert parse_penalties(article("行政处罚法(2021-01-22)", 13)) == ()


@needs_corpus
def test_punishing_by_another_statute_names_it() -> None:
    noise = provision("风景名胜区条例(2016-02-06)", 44)
    assert "治安管理处罚法" in [b.law for b in noise.borrowed]
    customs = provision("文物保护法(2024-11-08)", 92)
    assert (customs.tiers, [b.number for b in customs.borrowed]) == ((), [0])
    assert {field_of(n) for n in customs.authorities[0].names} >= {"海关"}


@needs_corpus
def test_whose_power() -> None:
    own = {
        ("娱乐场所管理条例(2020-11-29)", 48): True,
        ("娱乐场所管理条例(2020-11-29)", 45): False,
        ("未成年人保护法(2024-04-26)", 123): True,
        ("电影产业促进法(2016-11-07)", 52): False,
        ("电影产业促进法(2016-11-07)", 47): True,
        ("广告法(2021-04-29)", 59): False,
    }
    for (stem, number), expected in own.items():
        assert is_own(provision(stem, number).authorities[0], BUREAU) is expected


def test_authorities_in_words_of_no_statute() -> None:
    several = authorities("甲乙的，由文化和旅游、公安等部门给予警告")
    assert several[0].names == ("文化和旅游部门", "公安部门")
    assert field_of("县级以上人民政府文化主管部门") == field_of("文化行政部门") == "文化"
    assert is_own("由县级文物主管部门", BUREAU)
    assert not is_own("由国务院文物主管部门", BUREAU)
    assert not is_own("由原发证机关", BUREAU)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("甲的，处３元罚款", (3, 3)),
        ("甲的，处一千五百元以下罚款", (None, 1_500)),
        ("甲的，处1.5万元至2万元罚款", (15_000, 20_000)),
        ("甲的，处二千元以上二万以下罚款", (2_000, 20_000)),
        ("甲的，可处不超过100元的罚款", (None, 100)),
    ],
)
def test_amounts_in_either_numerals(words: str, expected: tuple[float | None, float]) -> None:
    (found,) = parse_penalties(Article(1, 0, words, 1))
    assert (found.fines[0].floor, found.fines[0].ceiling) == expected


def test_cap_on_a_multiple() -> None:
    (found,) = parse_penalties(Article(1, 0, "甲的，处违法所得三倍罚款，但最高不超过五万元", 1))
    assert yuan(applicable(found, amount=10_000)) == [(30_000, 30_000)]
    assert yuan(applicable(found, amount=100_000)) == [(50_000, 50_000)]


@needs_corpus
def test_coverage_of_the_corpus(capsys: pytest.CaptureFixture[str]) -> None:
    for folder, level in FOLDERS.items():
        texts = [(p.stem, p.read_text("utf-8")) for p in sorted((CORPUS / folder).glob("*.md"))]
        articles = [a for stem, text in texts if "罚款" in text for a in parse_document(text, stem, level).articles]
        report = coverage_report(articles)
        with capsys.disabled():
            print(
                f"\n{folder}: {report.paragraphs} paragraphs with 罚款, whole {report.whole}, partly {report.partly}, not {report.none}; "
                f"amounts {report.amounts_read}/{report.amounts} ({report.amount_share:.2%})"
            )
        if level in (Level.LAW, Level.ADMINISTRATIVE_REGULATION):
            assert report.amount_share >= 0.97
            assert report.whole_share >= 0.97
