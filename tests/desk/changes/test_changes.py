"""Changes that wait, on both databases: what they would do is seen without being done, made as shown, and undone to the last row."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.changes import deciding, drafts
from assistant.desk.changes.asking import changes, shelf
from assistant.desk.changes.drafts import Confirmed
from assistant.desk.changes.model import DecidedAlready, ShownAnew
from assistant.desk.changes.stubs import kept_aside
from assistant.errors import RefusedInput
from assistant.law.statute.model import Level, Visibility
from assistant.library.shelf.shelf import Shelf
from assistant.library.sources.importing import import_paths
from assistant.store.library.changes import Change, ChangeState
from tests.desk.library.test_withdrawals import everything
from tests.desk.persons import Bureau, make_bureau
from tests.invented import OPENING, TITLE, statute, write

NINE = (*(f"茶馆第{n}号应当备有虚构的热水。" for n in range(1, 9)), "本办法自2001年5月1日起施行。")
ORIGIN = "虚构公报"


@pytest.fixture
def bureau(engine: Engine, settings: Settings, tmp_path: Path) -> Bureau:
    list(import_paths(engine, settings, [write(tmp_path / "库", text=statute(NINE))], kind="package"))
    return make_bureau(engine)


def asked(engine: Engine, settings: Settings, bureau: Bureau, path: Path, level: Level = Level.DEPARTMENT_RULE) -> Change:
    """A file brought in and confirmed by the owner."""
    given = {"batch": "b", "level": level, "visibility": Visibility.PUBLIC, "origin": ORIGIN}
    (received,) = drafts.receive(engine, settings, bureau.owner, [path], **given)  # type: ignore[arg-type]
    assert received.change_id, received
    found = changes.opened(engine, received.change_id, bureau.owner)
    return drafts.confirm(engine, settings, bureau.owner, found.id, Confirmed(found.title, level, Visibility.PUBLIC, ORIGIN))


def undone(engine: Engine, settings: Settings, bureau: Bureau, change_id: int) -> None:
    """Ask that a change is undone, see that nothing happened yet, and confirm it as the only administrator."""
    before = everything(engine)
    asked = deciding.undo(engine, settings, change_id, bureau.admin, "有误")
    assert asked.id != change_id and everything(engine) == before
    assert deciding.undo(engine, settings, change_id, bureau.admin, "又说一次").id == asked.id, "asked once"
    with pytest.raises(RefusedInput, match="由我一人确认"):
        deciding.approve(engine, settings, asked.id, bureau.admin, deciding.look(engine, settings, asked).shown)
    deciding.approve(engine, settings, asked.id, bureau.admin, deciding.look(engine, settings, asked).shown, alone=True)
    with pytest.raises(RefusedInput, match="撤销不能再撤销"):
        deciding.undo(engine, settings, asked.id, bureau.admin, "反悔")


def test_looking_changes_nothing_and_undoing_brings_back_every_row(
    engine: Engine, settings: Settings, bureau: Bureau, tmp_path: Path
) -> None:
    before = everything(engine)
    change = asked(engine, settings, bureau, write(tmp_path / "新", "2010-06-01", statute(OPENING, adopted="2010年6月1日")))
    assert change.state is ChangeState.WAITING
    for _ in range(2):
        look = deciding.look(engine, settings, change)
        assert look.effect.text and (look.effect.text.before, look.effect.text.after) == (9, 4)
    assert everything(engine) == before and [v.after for v in look.effect.versions] == ["已被修改", "现行有效"]
    done = deciding.approve(engine, settings, change.id, bureau.admin, look.shown)
    assert done.state is ChangeState.DONE and everything(engine) != before
    with pytest.raises(DecidedAlready):
        deciding.approve(engine, settings, change.id, bureau.admin, look.shown)
    undone(engine, settings, bureau, change.id)
    assert everything(engine) == before


def test_a_statute_that_another_text_repeals_is_part_of_what_was_shown(
    engine: Engine, settings: Settings, bureau: Bureau, tmp_path: Path
) -> None:
    ending = (*OPENING[:3], f"本办法自2015年5月1日起施行。《{TITLE}》同时废止。")
    change = asked(engine, settings, bureau, write(tmp_path / "新", "2015-03-01", statute(ending, title="虚构茶楼办法"), "虚构茶楼办法"))
    look = deciding.look(engine, settings, change)
    assert any("废止" in fact for fact in look.effect.facts)
    list(import_paths(engine, settings, [write(tmp_path / "又", "2012-06-01", statute(NINE[1:]))]))
    with pytest.raises(ShownAnew):
        deciding.approve(engine, settings, change.id, bureau.admin, look.shown)
    before = everything(engine)
    deciding.approve(engine, settings, change.id, bureau.admin, deciding.look(engine, settings, change).shown)
    chosen = Shelf(engine).version_on(TITLE, date.today())
    assert chosen and chosen.status_on(date.today()).value == "已废止"
    undone(engine, settings, bureau, change.id)
    assert everything(engine) == before


def test_one_takes_a_version_out_only_with_another(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    before = everything(engine)
    change = shelf.withdraw(engine, settings, bureau.admin, f"{TITLE}@2001-03-01")
    assert change and everything(engine) == before
    assert shelf.withdraw(engine, settings, bureau.admin, f"{TITLE}@2001-03-01") == change, "asked once"
    with pytest.raises(RefusedInput, match="只有管理员"):
        shelf.withdraw(engine, settings, bureau.owner, f"{TITLE}@2001-03-01")
    look = deciding.look(engine, settings, change)
    with pytest.raises(RefusedInput, match="由我一人确认"):
        deciding.approve(engine, settings, change.id, bureau.admin, look.shown)
    deciding.approve(engine, settings, change.id, bureau.admin, look.shown, alone=True)
    assert Shelf(engine).find_statute(TITLE) is None
    undone(engine, settings, bureau, change.id)
    assert everything(engine) == before
    with pytest.raises(RefusedInput, match="已经恢复过"):
        shelf.restore(engine, settings, bureau.admin, 1)


def test_a_stub_from_a_trusted_source_is_kept_aside_and_told_once(
    engine: Engine, settings: Settings, bureau: Bureau, tmp_path: Path
) -> None:
    stub = write(tmp_path / "拉取", "2010-06-01", statute(OPENING[:2], adopted="2010年6月1日"))
    before, aside = everything(engine), kept_aside(settings, "命令行:root", "拉取 https://example.invalid")
    for _ in range(2):
        (report,) = import_paths(engine, settings, [stub], kind="pull", aside=aside)
        assert report.outcome.value == "搁置" and any("大部分条文没有了" in w for w in report.doubts)
    assert everything(engine) == before
    (waiting,) = changes.listed(engine, {ChangeState.WAITING})
    assert waiting.document is None, "a list does not bring the texts"
    change = changes.opened(engine, waiting.id, bureau.admin)
    assert change.origin == "拉取 https://example.invalid" and change.file_name == stub.name
    look = deciding.look(engine, settings, change)
    deciding.approve(engine, settings, change.id, bureau.admin, look.shown)
    chosen = Shelf(engine).version_on(TITLE, date.today())
    assert chosen and chosen.version_date == date(2010, 6, 1)
    (report,) = import_paths(engine, settings, [stub], kind="pull", aside=aside)
    assert report.outcome.value == "无变化"


def test_an_older_text_or_a_part_of_a_code_is_no_stub(engine: Engine, settings: Settings, bureau: Bureau, tmp_path: Path) -> None:
    aside = kept_aside(settings, "命令行:root", "拉取")
    older = write(tmp_path / "旧", "1990-06-01", statute(OPENING[:2], adopted="1990年6月1日"))
    part = write(tmp_path / "分", "2001-03-01", statute(OPENING[:3]))
    assert [r.outcome.value for r in import_paths(engine, settings, [older, part], kind="pull", aside=aside)] == ["新版本", "已补充"]


def test_an_internal_text_never_goes_into_a_statute_that_everyone_sees(
    engine: Engine, settings: Settings, bureau: Bureau, tmp_path: Path
) -> None:
    paper = write(tmp_path / "内部", "2012-06-01", statute(OPENING[:2], adopted="2012年6月1日"))
    (report,) = import_paths(engine, settings, [paper], visibility=Visibility.INTERNAL)
    assert report.outcome.value == "拒绝" and "是公开的" in report.detail


def test_an_internal_document_does_not_end_what_the_public_reads(
    engine: Engine, settings: Settings, bureau: Bureau, tmp_path: Path
) -> None:
    ending = (*OPENING[:3], f"本办法自2015年5月1日起施行。《{TITLE}》同时废止。")
    secret = write(tmp_path / "内部", "2015-03-01", statute(ending, title="虚构密档办法"), "虚构密档办法")
    (report,) = import_paths(engine, settings, [secret], visibility=Visibility.INTERNAL)
    assert report.outcome.value == "新增"
    (version,) = Shelf(engine, internal=False).versions(TITLE)
    assert version.status_on(date.today()).value == "现行有效" and "密档" not in version.repealed_by
