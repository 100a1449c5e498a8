"""以案释法 cards over an invented statute, and over the real ones where the corpus is at hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.config import Settings, load_settings
from assistant.desk.cards.cards import Cards
from assistant.desk.cards.model import CardId, LikeCase, read_card_id, statute_mark
from assistant.errors import NotOnShelf
from assistant.law.penalty.penalties import parse_penalties
from assistant.law.statute.model import Level, Visibility
from assistant.library.catalogue import Catalogue, CatalogueStatute, Field
from assistant.library.shelf.shelf import Shelf
from assistant.library.sources.importing import import_paths
from assistant.store.engine import open_engine

TITLE = "虚构省茶楼管理条例"
DAY = date(2024, 5, 1)
TEXT = f"""# {TITLE}

（2020年3月1日虚构省人民代表大会常务委员会公布 自2020年5月1日起施行）

第一条 茶楼不得在夜间二十三时以后接纳不满十岁的茶客。

第二条 茶楼应当在门口悬挂价目木牌。
木牌应当写明茶水价格。

第三条 违反本条例规定，有下列情形之一的，由县级人民政府文化主管部门没收违法所得，并处1万元以上3万元以下的罚款；情节严重的，责令停业整顿1个月至6个月：
（一）夜间二十三时以后接纳不满十岁的茶客的；
（二）未按照本条例规定在门口悬挂价目木牌的。

第四条 茶楼违反本条例第二条规定的，由县级公安机关责令改正，可以处500元以下的罚款。

第五条 茶楼被吊销许可证的，三年内不得再开办茶楼。
"""
CATALOGUE = Catalogue(
    (Field("茶楼", ("茶楼",)), Field("行政程序", ("处罚",))),
    (CatalogueStatute(TITLE, Level.LOCAL_REGULATION, "虚构省人大常委会", ("茶楼",), (), ("茶楼",)),),
)


def put(engine: Engine, settings: Settings, folder: Path, text: str = TEXT, visibility: Visibility = Visibility.PUBLIC) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{TITLE}(2020-03-01).md"
    path.write_text(text, encoding="utf-8")
    assert [r.outcome.value for r in import_paths(engine, settings, [path], visibility=visibility)] != ["拒绝"]


@pytest.fixture
def cards(engine: Engine, settings: Settings, tmp_path: Path) -> Cards:
    put(engine, settings, tmp_path / "files")
    return Cards(engine, settings, catalogue=CATALOGUE)


def test_fields_leave_out_what_is_not_met_on_site(cards: Cards) -> None:
    assert cards.fields() == ("茶楼",)
    with pytest.raises(NotOnShelf, match="合同"):
        cards.acts("合同")


def test_acts_are_in_the_articles_words_and_told_by_power(cards: Cards) -> None:
    acts = cards.acts("茶楼", DAY)
    assert [a.words for a in acts.own] == ["夜间二十三时以后接纳不满十岁的茶客", "未按照本条例规定在门口悬挂价目木牌"]
    assert [a.words for a in acts.others] == ["茶楼违反本条例第二条规定（茶楼应当在门口悬挂价目木牌）"]


def test_card_has_duty_consequence_correction_and_rights(cards: Cards) -> None:
    act = cards.acts("茶楼", DAY).own[0]
    card = cards.card(str(act.id), DAY)
    assert card.penalty.address == f"《{TITLE}》第三条" or card.penalty.address == f"《{TITLE}》第三条第一款"
    assert [d.address for d in card.duties] == [f"《{TITLE}》第一条"] and card.duties[0].near
    assert card.duties[0].text in TEXT
    rows = [(c.condition, c.measures, c.fine) for c in card.consequences]
    assert rows == [("有这种行为的", "没收违法所得", "1万元到3万元"), ("情节严重的", "停业整顿1个月到6个月", "")]
    assert all(c.words in TEXT.replace("（", "(").replace("）", ")") or c.words in TEXT for c in card.consequences)
    assert card.authority == "县级人民政府文化主管部门"
    assert [r.name for r in card.rights] == ["陈述、申辩", "要求听证", "申请行政复议", "提起行政诉讼"]
    assert card.text_from == date(2020, 5, 1) and card.shown_on == DAY


def test_named_duty_is_quoted_by_paragraph_and_a_small_fine_has_no_hearing_for_certain(cards: Cards) -> None:
    card = cards.card(str(cards.acts("茶楼", DAY).others[0].id), DAY)
    assert [d.address for d in card.duties] == [f"《{TITLE}》第二条"] and not card.duties[0].near
    assert card.consequences[0].fine == "可以500元以下"
    assert "责令改正" in card.correction[0]
    assert all("吊销" not in r.how for r in card.rights)


def test_three_sentences_each_with_its_citation(cards: Cards) -> None:
    card = cards.card(str(cards.acts("茶楼", DAY).own[0].id), DAY)
    assert len(card.sayings) == 3 and all(s.articles for s in card.sayings)
    assert "接纳不满十岁的茶客" in card.sayings[0].words
    assert "1万元到3万元" in card.sayings[1].words and card.sayings[1].articles == (f"《{TITLE}》第三条",)
    assert "60日内可以申请行政复议" in card.sayings[2].words and "6个月内" in card.sayings[2].words


def test_id_outlives_a_new_text_and_shows_the_text_in_force(engine: Engine, settings: Settings, cards: Cards, tmp_path: Path) -> None:
    address = str(cards.acts("茶楼", DAY).own[0].id)
    newer = (
        TEXT.replace("2020年3月1日", "2023年3月1日")
        .replace("2020年5月1日", "2023年5月1日")
        .replace("1万元以上3万元以下", "2万元以上4万元以下")
    )
    path = tmp_path / f"{TITLE}(2023-03-01).md"
    path.write_text(newer, encoding="utf-8")
    list(import_paths(engine, settings, [path]))
    assert cards.card(address, DAY).consequences[0].fine == "2万元到4万元"
    assert cards.card(address, date(2022, 5, 1)).consequences[0].fine == "1万元到3万元"


@pytest.mark.parametrize("address", ["", "../../etc", "00000000-3-1-1", "zz-1-1", "x" * 400])
def test_no_such_card_says_what_to_do(cards: Cards, address: str) -> None:
    with pytest.raises(NotOnShelf, match="重新查找"):
        cards.card(address, DAY)


def test_provision_that_is_gone_is_told(cards: Cards) -> None:
    mark = cards.acts("茶楼", DAY).own[0].id.statute
    with pytest.raises(NotOnShelf, match="重新查找"):
        cards.card(f"{mark}-3-1-9", DAY)
    with pytest.raises(NotOnShelf, match="重新查找"):
        cards.card(f"{mark}-1-1", DAY)


def test_internal_documents_have_no_card(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    put(engine, settings, tmp_path / "files", visibility=Visibility.INTERNAL)
    cards = Cards(engine, settings, catalogue=CATALOGUE)
    assert cards.acts("茶楼", DAY).own == () and cards.acts("茶楼", DAY).missing == (TITLE,)
    with pytest.raises(NotOnShelf):
        cards.card(str(CardId(statute_mark(TITLE), 3, 0, 1, 1)), DAY)


def test_like_cases_are_shown_two_at_most(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    put(engine, settings, tmp_path / "files")
    case = LikeCase("虚构茶楼案", "甲", "乙", "丙", "虚构", True)
    cards = Cards(engine, settings, cases=lambda _card: [case] * 3, catalogue=CATALOGUE)
    assert cards.card(str(cards.acts("茶楼", DAY).own[0].id), DAY).cases == (case, case)


def test_ids_are_read_back() -> None:
    for made in (CardId("0a1b2c3d", 48, 0, 1, 3), CardId("0a1b2c3d", 120, 1, 2)):
        assert read_card_id(str(made)) == made
    assert read_card_id("0a1b2c3d-48") is None


def test_real_statutes_have_cards_whose_fines_are_those_of_the_article(corpus: Path, tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "home")
    settings.home.mkdir()
    engine = open_engine(settings.library_url)
    files = sorted(corpus.rglob("娱乐场所管理条例*.md")) + sorted(corpus.rglob("*行政处罚法*.md"))
    list(import_paths(engine, settings, files))
    cards, shelf = Cards(engine, settings), Shelf(engine)
    acts = cards.acts("娱乐场所")
    assert len(acts.own) >= 8 and any(a.everyday for a in acts.own)
    for act in (*acts.own, *acts.others):
        card = cards.card(str(act.id))
        article = shelf.article(shelf.require_statute("娱乐场所管理条例").id, act.id.number, act.id.suffix, date.today())
        assert article and card.penalty.whole == article.article.text
        provision = next(p for p in parse_penalties(article.article) if p.paragraph == act.id.paragraph)
        tiers = [t for t in provision.tiers if t.item in (None, act.id.item) or act.id.item is None]
        assert len(card.consequences) == len(tiers)
        assert all(q.text for r in card.rights for q in r.quotes if "行政处罚法" in q.address)
    engine.dispose()
