"""Versions in time, several sources of one version, repeals, regions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.config import Settings, load_settings
from assistant.law.citation.verify import Verdict, verify_citations
from assistant.law.statute.model import Article, Level, ParsedDocument, Status, Visibility
from assistant.law.statute.parse import parse_document
from assistant.library.shelf.citation_shelf import CitationShelf
from assistant.library.shelf.shelf import Shelf
from assistant.library.shelf.shelving import Placed, Placement, Source, place
from assistant.library.sources.importing import Imported, import_paths
from assistant.store.engine import open_engine, writing
from assistant.store.library import statutes as sql
from tests.invented import OPENING, TITLE, statute, write

ORDER = ("upload", "pull", "package")


def add(engine: Engine, document: ParsedDocument, kind: str = "upload", name: str = "甲", order: tuple[str, ...] = ORDER) -> Placement:
    with writing(engine) as connection:
        return place(connection, document, Source(kind, name, f"{kind}{name}{hash(document)}"), order=order)


def parsed(articles: tuple[str, ...] = OPENING, day: str = "2001-03-01", title: str = TITLE) -> ParsedDocument:
    return parse_document(statute(articles, title=title), f"{title}({day})")


CHANGED = ("为了测试程序，虚构本办法。", "茶馆应当备有虚构的凉水。", *OPENING[2:])


def test_the_same_text_twice_changes_nothing(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    path = write(tmp_path / "库")
    first, second = (next(iter(import_paths(engine, settings, [path]))) for _ in range(2))
    assert (first.outcome, second.outcome) == (Placed.ADDED, Placed.UNCHANGED)
    with engine.connect() as connection:
        assert sql.revision(connection) == 1
        assert sql.counts(connection) == {"statutes": 1, "versions": 1, "articles": 4, "differences": 0}


def test_a_newer_text_closes_the_older(engine: Engine) -> None:
    add(engine, parsed())
    assert add(engine, parsed(CHANGED, "2010-06-01")).outcome is Placed.NEW_VERSION
    old, new = Shelf(engine).versions(TITLE)
    assert old.effective_to == new.binds_from == date(2010, 6, 1)
    assert (old.status_on(date(2009, 1, 1)), old.status_on(date(2011, 1, 1))) == (Status.IN_FORCE, Status.AMENDED)
    assert (new.status_on(date(2009, 1, 1)), new.status_on(date(2011, 1, 1))) == (Status.NOT_YET, Status.IN_FORCE)


def test_an_older_text_added_later_does_not_close_the_newer(engine: Engine) -> None:
    add(engine, parsed(CHANGED, "2010-06-01"))
    add(engine, parsed())
    shelf = Shelf(engine)
    chosen = shelf.version_on(TITLE, date(2020, 1, 1))
    assert chosen and chosen.version_date == date(2010, 6, 1) and chosen.effective_to is None


@pytest.mark.parametrize("title", [f"中华人民共和国{TITLE}", f"《{TITLE}》", f"《中华人民共和国{TITLE}》"])
def test_titles_are_one_with_and_without_the_state(engine: Engine, title: str) -> None:
    add(engine, parsed())
    assert add(engine, parse_document(statute(title=title), f"{title}(2001-03-01)"), name="乙").outcome is Placed.UNCHANGED
    assert Shelf(engine).find_statute(title) is not None


def test_the_same_version_from_two_sources_is_one(engine: Engine) -> None:
    add(engine, parsed(), "package")
    spaced = tuple(t.replace("，", " , ").replace("。", "．") for t in OPENING)
    assert add(engine, parsed(spaced), "upload").outcome is Placed.UNCHANGED
    with engine.connect() as connection:
        assert sql.source_kinds(connection) == {f"{TITLE}@2001-03-01": ("package", "upload")}
        assert not sql.differences(connection)


@pytest.mark.parametrize(("order", "taken"), [(ORDER, True), (("package", "pull", "upload"), False)])
def test_a_differing_text_is_reported_and_the_source_order_decides(engine: Engine, order: tuple[str, ...], taken: bool) -> None:
    add(engine, parsed(), "package", order=order)
    placement = add(engine, parsed(CHANGED), "upload", order=order)
    assert placement.disagreements == ("第二条",)
    found = Shelf(engine).article(TITLE, 2, 0, date(2005, 1, 1))
    assert found and found.article.text == (CHANGED if taken else OPENING)[1]
    with engine.connect() as connection:
        (difference,) = sql.differences(connection)
    assert (difference.article_key, difference.taken, difference.text) == ("2", taken, (OPENING if taken else CHANGED)[1])


def test_the_same_text_under_a_later_date_is_one_version_with_that_date(engine: Engine) -> None:
    add(engine, parsed())
    assert add(engine, parsed(day="2010-06-01"), name="乙").outcome is Placed.REDATED
    assert add(engine, parsed(day="2005-01-01"), name="丙").outcome is Placed.UNCHANGED
    shelf = Shelf(engine)
    (version,) = shelf.versions(TITLE)
    assert (version.id, version.version_date) == (f"{TITLE}@2010-06-01", date(2010, 6, 1))
    assert [a.id for a in shelf.articles(version.id)] == [f"{version.id}#{n}" for n in (1, 2, 3, 4)]


def test_the_parts_of_a_code_are_one_statute(engine: Engine) -> None:
    def part(numbers: range) -> ParsedDocument:
        articles = tuple(Article(n, 0, f"虚构的第{n}条内容。", i) for i, n in enumerate(numbers, 1))
        return ParsedDocument("虚构法典", articles, level=Level.LAW, version_date=date(2001, 1, 1))

    for numbers in (range(5, 9), range(1, 5)):
        add(engine, part(numbers), name=str(numbers))
    shelf = Shelf(engine)
    (version,) = shelf.versions("虚构法典")
    assert [a.article.number for a in shelf.articles(version.id)] == list(range(1, 9))
    assert [a.article.ordinal for a in shelf.articles(version.id)] == list(range(1, 9))


def test_a_repeal_ends_the_statute_it_names_whichever_comes_first(engine: Engine) -> None:
    ending = ("为了测试，虚构本规定。", f"本规定自2015年1月1日起施行。《{TITLE}》同时废止。")
    add(engine, parsed(ending, "2014-12-01", "虚构茶馆管理规定"))
    add(engine, parsed())
    shelf = Shelf(engine)
    (version,) = shelf.versions(TITLE)
    assert (version.status_on(date(2014, 12, 31)), version.status_on(date(2015, 1, 1))) == (Status.IN_FORCE, Status.REPEALED)
    repeal = shelf.repealed_by(TITLE)
    assert repeal and (repeal.by_title, repeal.article, repeal.effective) == ("虚构茶馆管理规定", "第二条", date(2015, 1, 1))


def test_a_statute_made_again_after_its_repeal_is_in_force(engine: Engine) -> None:
    add(engine, parsed(("虚构。", f"本规定自2015年1月1日起施行。《{TITLE}》同时废止。"), "2014-12-01", "虚构茶馆管理规定"))
    add(engine, parsed())
    add(engine, parsed(CHANGED, "2018-01-01"))
    shelf = Shelf(engine)
    assert shelf.repealed_by(TITLE) is None
    chosen = shelf.version_on(TITLE, date(2020, 1, 1))
    assert chosen and chosen.status_on(date(2020, 1, 1)) is Status.IN_FORCE


def test_a_source_that_calls_a_text_closed_yields_to_known_days(engine: Engine) -> None:
    with writing(engine) as connection:
        place(connection, parsed(), Source("package", "甲", "1", Status.AMENDED.value), order=ORDER)
    (alone,) = Shelf(engine).versions(TITLE)
    assert alone.status_on(date(2005, 1, 1)) is Status.AMENDED
    add(engine, parsed(CHANGED, "2010-06-01"))
    assert Shelf(engine).versions(TITLE)[0].status_on(date(2005, 1, 1)) is Status.IN_FORCE


def test_amendments_of_one_title_do_not_replace_each_other(engine: Engine) -> None:
    for day in ("2001-03-01", "2010-06-01"):
        add(engine, parsed((f"虚构的修正{day}。", "虚构。"), day, "虚构宪章修正案"))
    assert {v.status_on(date(2020, 1, 1)) for v in Shelf(engine).versions("虚构宪章修正案")} == {Status.IN_FORCE}


def test_internal_documents_are_not_there_for_the_public(engine: Engine) -> None:
    with writing(engine) as connection:
        place(connection, parsed(), Source("upload", "甲", "1"), order=ORDER, visibility=Visibility.INTERNAL)
    public = Shelf(engine, internal=False)
    assert public.find_statute(TITLE) is None and not public.statutes() and not public.similar_titles(TITLE)
    assert Shelf(engine).find_statute(TITLE) is not None


def test_moved_articles_are_found_in_the_newer_text(engine: Engine) -> None:
    add(engine, parsed())
    moved = (OPENING[0], "虚构的新条文，与旧条文没有关系。", "茶馆应当备有虚构的、滚烫的热水。", *OPENING[2:])
    add(engine, parsed(moved, "2010-06-01"))
    shelf = Shelf(engine)
    old, new = shelf.versions(TITLE)
    assert [(f.article.label if (f := shelf.moved_to(old.id, n, 0, new.id)) else None) for n in (1, 2, 3)] == ["第一条", "第三条", "第四条"]
    gone = shelf.moved_to(new.id, 2, 0, old.id)
    assert gone is None or gone.article.text != OPENING[1]


def test_names_and_near_titles(engine: Engine) -> None:
    add(engine, parsed(title="互联网上网服务营业场所管理条例"))
    shelf = Shelf(engine)
    found = shelf.find_statute("网吧条例")
    assert found and found.title == "互联网上网服务营业场所管理条例"
    assert shelf.near_titles("互联网上网营业场所管理条例") == ["互联网上网服务营业场所管理条例"]
    assert shelf.find_statute("没有的条例") is None


def test_a_repealed_title_is_no_name_for_what_replaced_it(engine: Engine) -> None:
    """The catalogue knows 旅行社管理条例 as a former title; a document that cites it cites a repealed text."""
    old, new = "旅行社管理条例", "旅行社条例"
    add(engine, parsed(("虚构。", f"本条例自2009年5月1日起施行。《{old}》同时废止。"), "2009-02-20", new))
    shelf = Shelf(engine)
    assert old not in shelf.names() and shelf.names()[new] == new
    (judged,) = verify_citations(f"根据《{old}》第五条的规定，作出决定。", CitationShelf(shelf), date(2020, 1, 1))
    assert judged.verdict is Verdict.REPEALED and judged.correct == f"《{new}》"


def test_citations_are_verified_from_the_library(engine: Engine) -> None:
    add(engine, parsed())
    moved = (OPENING[0], "虚构的新条文，与旧条文没有关系。", *OPENING[1:])
    add(engine, parsed(moved, "2010-06-01"))
    shelf = CitationShelf(Shelf(engine))
    text = f"《{TITLE}》第二条规定：“{OPENING[1]}”"
    (now,) = verify_citations(text, shelf, date(2020, 1, 1))
    assert (now.verdict, now.current) == (Verdict.AMENDED, "第三条")
    (then,) = verify_citations(text, shelf, date(2005, 1, 1))
    assert then.verdict is Verdict.VALID


# ---- real texts --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, list[Imported]]]:
    """Some real statutes with older versions, and the Civil Code."""
    settings = load_settings(tmp_path_factory.mktemp("real"))
    engine = open_engine(settings.library_url)
    wanted = [
        *sorted((corpus / "行政法规").glob("互联网上网服务营业场所管理条例*")),
        corpus / "法律" / "民法典",
        *sorted((corpus / "浙江").glob("浙江省旅游条例*")),
    ]
    yield engine, list(import_paths(engine, settings, wanted))
    engine.dispose()


def test_the_text_of_a_day(real: tuple[Engine, list[Imported]]) -> None:
    shelf = Shelf(real[0])
    statute_id = "互联网上网服务营业场所管理条例"
    then, now = (shelf.version_on(statute_id, day) for day in (date(2021, 6, 1), date(2024, 6, 1)))
    assert then and then.version_date == date(2019, 3, 24)
    assert now and now.version_date == date(2022, 3, 29)
    assert then.status_on(date(2021, 6, 1)) is Status.IN_FORCE and then.status_on(date(2024, 6, 1)) is Status.AMENDED


def test_the_civil_code_is_one_statute(real: tuple[Engine, list[Imported]]) -> None:
    shelf = Shelf(real[0])
    (version,) = shelf.versions("民法典")
    articles = shelf.articles(version.id)
    assert [a.article.number for a in articles] == list(range(1, 1261))
    assert version.effective_from == date(2021, 1, 1)
    assert all(a.article.part for a in articles)


def test_local_regulations_carry_their_region(real: tuple[Engine, list[Imported]]) -> None:
    found = Shelf(real[0]).find_statute("浙江省旅游条例")
    assert found and (found.region, found.level) == ("浙江省", Level.LOCAL_REGULATION)
