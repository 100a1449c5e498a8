"""Power, procedure, conflict and circumstances of real penalty provisions, named by address and read from ../shared/corpus."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.answer.sections import enforcement
from assistant.answer.sections.penalty_view import Punished, punished
from assistant.answer.sections.tiers_for_case import Facts, as_json, chosen, range_words
from assistant.config import Settings, load_settings
from assistant.law.penalty.penalties import ProvisionLink
from assistant.law.procedure.case import Harm
from assistant.library.shelf.shelf import Shelf
from assistant.library.sources.importing import import_paths
from assistant.store.engine import open_engine

DAY = date(2025, 6, 1)
NET, MINORS, TOUR, AGENCY = "互联网上网服务营业场所管理条例", "未成年人保护法", "旅游法", "旅行社条例"
FILES = (NET, MINORS, TOUR, AGENCY, "体育法", "全民健身条例", "娱乐场所管理条例", "治安管理处罚法", "文物保护法", "博物馆条例")


@pytest.fixture(scope="module")
def library(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Engine, Shelf]]:
    settings = load_settings(tmp_path_factory.mktemp("home"))
    engine = open_engine(settings.library_url)
    list(import_paths(engine, settings, sorted(p for f in FILES for p in corpus.rglob(f"{f}(*.md"))))
    yield settings, engine, Shelf(engine)
    engine.dispose()


def provision(shelf: Shelf, title: str, number: int, question: str = "") -> Punished:
    article = shelf.article(shelf.require_statute(title).id, number, 0, DAY)
    assert article is not None
    found = punished(article, question)
    assert found is not None
    return found


def text_of(shelf: Shelf, found: Punished, link: ProvisionLink) -> str:
    statute = shelf.find_statute(link.law) if link.law else found.source.statute
    article = shelf.article(statute.id, link.number, link.suffix, DAY) if statute else None
    return article.article.text if article else ""


@pytest.mark.parametrize(
    ("title", "number", "start", "words"),
    [
        (NET, 31, "是", "文化行政部门"),
        (MINORS, 123, "是", "市场监督管理部门"),
        (TOUR, 98, "是", "旅游主管部门"),
        ("文物保护法", 83, "是", "文物行政部门"),
        ("治安管理处罚法", 23, "待定", "没有写明处罚机关"),
        ("博物馆条例", 39, "否", "报送"),
    ],
)
def test_whose_power(library: tuple[Settings, Engine, Shelf], title: str, number: int, start: str, words: str) -> None:
    settings, _, shelf = library
    line = enforcement.authority_section([provision(shelf, title, number)], settings)
    assert line.startswith(start) and words in line


def test_another_authority_is_named_with_the_article(library: tuple[Settings, Engine, Shelf]) -> None:
    settings, _, shelf = library
    only = settings.model_copy(update={"bureau_authorities": ["体育主管部门"]})
    power = enforcement.power_of(provision(shelf, NET, 31), only)
    assert power.own is False and power.transfer == ("文化行政部门",)
    assert "移送文化行政部门" in power.line and "第三十一条" in power.line


def test_moved_powers_come_from_the_table(library: tuple[Settings, Engine, Shelf]) -> None:
    settings, _, shelf = library
    settings.own_tables.mkdir(parents=True, exist_ok=True)
    table = settings.own_tables / "职权划转.csv"
    table.write_text(f"法律文件,条文,行使机关,依据\n{NET},第三十一条,虚构综合执法局,虚构决定\n", encoding="utf-8")
    try:
        power = enforcement.power_of(provision(shelf, NET, 31), settings)
        assert power.own is False and "移送虚构综合执法局" in power.line and "虚构决定" in power.line
        assert enforcement.power_of(provision(shelf, NET, 27), settings).own
    finally:
        table.unlink()


def test_a_statute_tells_who_is_in_charge_where_the_penalty_does_not(library: tuple[Settings, Engine, Shelf]) -> None:
    settings, _, shelf = library
    version = shelf.version_on(shelf.require_statute(NET).id, DAY)
    assert version is not None
    articles = [a.article for a in shelf.articles(version.id)]
    nameless = next(p for a in shelf.articles(version.id) for p in chosen(a) if not p.provision.authorities)
    assert enforcement.power_of(nameless, settings).own is None
    assert "第四条" in enforcement.power_of(nameless, settings, articles).basis


def test_the_steps_tell_what_only_the_heavier_tier_brings(library: tuple[Settings, Engine, Shelf]) -> None:
    settings, _, shelf = library
    steps, line = enforcement.procedure_steps([provision(shelf, NET, 31)], settings)
    by_code = {s["code"]: s for s in steps}
    assert by_code["hearing_right"]["need"] == "视情形" and "吊销许可证" in by_code["hearing_right"]["condition"]
    assert all(a.startswith("《") for s in steps for a in s["articles"])
    assert "以本地标准为准" in line and "90日" in line and "第六十三条" in line and "第五十一条" in line
    assert enforcement.procedure_steps([], settings) == ((), "")


def test_a_high_floor_leaves_no_penalty_on_the_spot(library: tuple[Settings, Engine, Shelf]) -> None:
    settings, _, shelf = library
    assert "当场" not in enforcement.procedure_steps([provision(shelf, TOUR, 98)], settings)[1]


def test_the_bureaus_threshold_is_shown_with_its_source(library: tuple[Settings, Engine, Shelf]) -> None:
    settings, _, shelf = library
    set_ = settings.model_copy(update={"hearing_fine_organisation": 50_000.0, "hearing_source": "虚构标准"})
    line = enforcement.procedure_steps([provision(shelf, NET, 31)], set_)[1]
    assert "组织50000元" in line and "虚构标准" in line


@pytest.mark.parametrize(
    ("question", "higher", "lower"),
    [
        ("网吧接纳未成年人进入怎么处罚", (MINORS, 123), (NET, 31)),
        ("旅行社指定具体购物场所，安排另行付费项目怎么罚", (TOUR, 98), (AGENCY, 59)),
        ("未经许可经营高危险性体育项目", ("体育法", 116), ("全民健身条例", 36)),
    ],
)
def test_the_statute_prevails_over_the_regulation(
    library: tuple[Settings, Engine, Shelf], question: str, higher: tuple[str, int], lower: tuple[str, int]
) -> None:
    _, _, shelf = library
    both = [provision(shelf, *lower, question), provision(shelf, *higher, question)]
    same = enforcement.same_act(both, question, lambda p, link: text_of(shelf, p, link))
    found = enforcement.conflict(same)
    assert found is not None and found.prevails is both[1]
    assert "立法法" in found.text and "《行政处罚法》第二十九条" in found.articles and both[0].source.address in found.text


def test_provisions_of_other_acts_are_no_conflict(library: tuple[Settings, Engine, Shelf]) -> None:
    _, _, shelf = library
    question = "未经许可经营高危险性体育项目"
    mixed = [provision(shelf, "体育法", 116, question), provision(shelf, TOUR, 98, question)]
    assert enforcement.conflict(enforcement.same_act(mixed, question)) is None
    assert enforcement.conflict([mixed[0], mixed[0]]) is None


def test_circumstances_of_a_question() -> None:
    found = enforcement.factors("老板第一次被查，已经主动整改")
    assert [f["article"] for f in found] == ["《行政处罚法》第三十二条第一款第一项", "《行政处罚法》第三十三条第一款"]


def test_facts_narrow_the_tier_and_no_number_is_picked(library: tuple[Settings, Engine, Shelf]) -> None:
    _, _, shelf = library
    source = provision(shelf, NET, 27).source
    [found] = chosen(source)
    small, large = (as_json(found, Facts(amount=a, base="违法经营额")) for a in (4000.0, 20_000.0))
    ranges = [[(r["floor"], r["ceiling"]) for t in body["tiers"] for r in t["ranges"]] for body in (small, large)]
    assert ranges == [[(10_000.0, 50_000.0)], [(100_000.0, 200_000.0)]]
    for tier in small["tiers"]:
        assert source.article.text[tier["start"] : tier["end"]] == tier["sentence"]
    unknown = as_json(found, Facts())
    assert any(not t["certain"] for t in unknown["tiers"]) and any(not r["computed"] for t in unknown["tiers"] for r in t["ranges"])
    words = [range_words(r) for t in unknown["tiers"] for r in t["ranges"]]
    assert "应当处罚款：违法经营额的5倍以上10倍以下（给出数额可换算成元）" in words and "应当处罚款：10,000元以上50,000元以下" in words


def test_an_item_is_narrowed_to(library: tuple[Settings, Engine, Shelf]) -> None:
    _, _, shelf = library
    [found] = chosen(provision(shelf, NET, 31).source, 1, 2)
    assert found.item == 2 and "未成年人" in found.acts
    assert chosen(provision(shelf, NET, 31).source, 2) == []


def test_facts_call_up_their_circumstances() -> None:
    facts = Facts(age=15, repeated=False, corrected=True, harm=Harm.SLIGHT, confessed=True)
    assert {f.article.partition("》")[2] for f in facts.factors()} == {"第三十条", "第三十三条第一款", "第三十二条第一款第三项"}
    assert Facts(first=True).again is False and Facts().again is None
