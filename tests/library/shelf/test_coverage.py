"""What is missing and what is in doubt."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.law.statute.model import Level, Status
from assistant.library.catalogue import Catalogue, CatalogueStatute, Field, load_catalogue
from assistant.library.shelf.coverage import coverage, missing_for
from assistant.library.shelf.shelf import Shelf
from assistant.library.sources.importing import import_paths
from tests.invented import OPENING, TITLE, statute, write

DAY = date(2024, 1, 1)
RULE = Level.DEPARTMENT_RULE


def catalogue() -> Catalogue:
    here = CatalogueStatute(TITLE, RULE, "", ("茶馆",), (), ())
    leading = CatalogueStatute("虚构茶馆条例", Level.ADMINISTRATIVE_REGULATION, "", ("茶馆",), (), ("茶馆",))
    elsewhere = CatalogueStatute("远方省茶馆条例", Level.LOCAL_REGULATION, "", ("茶馆",), (), (), "远方省")
    other = CatalogueStatute("虚构船只条例", Level.ADMINISTRATIVE_REGULATION, "", ("船只",), (), ("船只",))
    return Catalogue((Field("茶馆", ("茶馆",)), Field("船只", ("船",))), (here, leading, elsewhere, other))


def test_missing_for_names_what_governs_first_and_leaves_other_places_out() -> None:
    found = missing_for(["茶馆"], set(), regions=["浙江省"], catalogue=catalogue())
    assert [s.title for s in found] == ["虚构茶馆条例", TITLE]
    assert [s.title for s in missing_for(["茶馆"], {TITLE}, catalogue=catalogue())] == ["虚构茶馆条例", "远方省茶馆条例"]
    assert missing_for([], set(), catalogue=catalogue()) == ()


def test_coverage_by_field(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    list(import_paths(engine, settings, [write(tmp_path / "库")]))
    found = coverage(engine, settings, DAY, catalogue())
    tea, ships = found.fields
    assert [(h.statute.title, h.governing, h.status) for h in tea.held] == [("虚构茶馆条例", True, None), (TITLE, False, Status.IN_FORCE)]
    assert [h.statute.title for h in ships.missing] == ["虚构船只条例"]
    assert tea.held[1].sources == ("upload",) and tea.held[1].version == date(2001, 3, 1)
    assert Shelf(engine).in_force(DAY) == {TITLE}
    assert found.last_pull is None


def test_what_could_not_be_read_is_listed(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    bare = write(tmp_path / "库", text=f"# {TITLE}\n\n第一条 虚构。\n\n第二条 虚构。\n").rename(tmp_path / "库" / f"{TITLE}.md")
    list(import_paths(engine, settings, [bare]))
    (unread,) = coverage(engine, settings, DAY, catalogue()).unread
    assert set(unread.facts) == {"未能读出效力层级", "未能读出公布日期", "未能读出制定机关", "未能读出施行日期"}


def test_differences_and_ended_texts_are_listed(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    repealing = ("虚构。", f"本规定自2015年1月1日起施行。《{TITLE}》同时废止。")
    list(
        import_paths(
            engine,
            settings,
            [write(tmp_path / "库"), write(tmp_path / "库", "2014-12-01", statute(repealing, title="虚构规定"), "虚构规定")],
        )
    )
    list(import_paths(engine, settings, [write(tmp_path / "另", text=statute(("改过的虚构。", *OPENING[1:])))], kind="pull"))
    found = coverage(engine, settings, DAY, catalogue())
    assert [(e.title, e.status, e.since, e.by) for e in found.ended] == [(TITLE, Status.REPEALED, date(2015, 1, 1), "《虚构规定》第二条")]
    assert [(d.article_key, d.taken) for d in found.differences] == [("1", False)]


def test_the_catalogue_that_ships() -> None:
    shipped = load_catalogue()
    fields = {f.name for f in shipped.fields}
    assert len(fields) == 22 and all(fields >= {*s.fields, *s.governing} and s.fields for s in shipped.statutes)
    assert len({s.key for s in shipped.statutes}) == len(shipped.statutes)
    assert all(shipped.governing(field) for field in fields)
