"""The numbers of a year: counted from what was done, by month and year, in the report's words, as a workbook."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from assistant.answer.parts import Answer
from assistant.config import Settings
from assistant.desk.audit.trail import listed
from assistant.desk.chat import conversations
from assistant.desk.chat.asked_counts import ConsultingDesk, asked
from assistant.desk.ops.numbers import Numbers, numbers
from assistant.desk.ops.numbers_xlsx import as_xlsx
from assistant.store import numbers as sql
from assistant.store.engine import writing
from assistant.store.tables.matter import MatterRow, OpinionRow
from assistant.store.tables.review import ReviewRow


def _matter(number: int, sent: datetime | None, answered: datetime | None, state: str) -> dict[str, object]:
    at = sent or datetime(2026, 1, 5)
    words = {"title": "虚构", "question": "虚构", "origin": "空白", "materials": {}, "urgency": "一般", "owner": "甲", "owner_name": "甲"}
    facts = {"section": "", "share_section": False, "firm": "虚构所", "version": 1, "form_key": str(number), "working_days": 5}
    moments = {"created_at": at, "updated_at": at, "submitted_at": sent, "answered_at": answered}
    return {"id": f"m{number}", "state": state} | words | facts | moments


def _review(number: int, kind: str, at: datetime, conclusion: str) -> dict[str, object]:
    words = {
        "files": [],
        "digest": "",
        "text": "",
        "parts": [],
        "rules_version": "1",
        "library_revision": 1,
        "facts": [],
        "corrections": {},
    }
    return (
        {"id": f"r{number}", "kind": kind, "owner": "甲", "owner_name": "甲", "section": "", "state": "已出结论"}
        | words
        | {
            "created_at": at,
            "updated_at": at,
            "conclusion": conclusion,
        }
    )


@pytest.fixture
def year(engine: Engine) -> Numbers:
    with writing(engine) as connection:
        for at, desk, answered in (
            (datetime(2026, 1, 31, 23, 59), "工作台", True),
            (datetime(2026, 2, 1), "工作台", False),
            (datetime(2026, 2, 3), "公众咨询", True),
            (datetime(2025, 12, 31), "工作台", True),
        ):
            sql.add_consultation(connection, at, desk, answered)
        rows = [
            _review(1, "contract", datetime(2026, 3, 1), "通过"),
            _review(2, "contract", datetime(2026, 3, 2), ""),
            _review(3, "penalty", datetime(2026, 4, 1), "不通过"),
            _review(4, "penalty", datetime(2025, 4, 1), "通过"),
        ]
        connection.execute(ReviewRow.__table__.insert(), rows)
        matters = [
            _matter(1, datetime(2026, 5, 1), datetime(2026, 5, 3), "已出具法律意见"),
            _matter(2, datetime(2026, 5, 1), datetime(2026, 6, 1, 12), "已归档"),
            _matter(3, None, None, "草稿"),
        ]
        connection.execute(MatterRow.__table__.insert(), matters)
        opinion = {"id": "o", "matter_id": "m1", "body": "", "author": "乙", "author_name": "乙", "version": 1, "checks": []}
        moments = {"updated_at": datetime(2026, 5, 3), "issued_at": datetime(2026, 5, 3)}
        connection.execute(OpinionRow.__table__.insert(), [opinion | moments])
    return numbers(engine, 2026)


def _lines(found: Numbers, title: str) -> dict[str, tuple[int, dict[int, int]]]:
    group = next(g for g in found.groups if g.title == title)
    return {r.label: (r.total, {m: n for m, n in enumerate(r.months, 1) if n}) for r in (*group.rows, *group.parts)}


def test_what_was_done_is_counted_by_month(year: Numbers) -> None:
    asked_lines = _lines(year, "咨询")
    assert asked_lines["工作台"] == (2, {1: 1, 2: 1}) and asked_lines["公众咨询"] == (1, {2: 1}) and asked_lines["以案释法"] == (0, {})
    assert asked_lines["其中没有答复、建议提交律师或者人工办理"] == (1, {2: 1})
    reviewed = _lines(year, "合法性审查")
    assert reviewed["审查合同"] == (2, {3: 2}) and reviewed["审查行政处罚案件"] == (1, {4: 1})
    assert reviewed["结论：通过"] == (1, {3: 1}) and reviewed["结论：不通过"] == (1, {4: 1})
    counsel = _lines(year, "法律顾问")
    assert (
        counsel["提交律师事务所的事项"] == (2, {5: 2})
        and counsel["已答复的事项"] == (2, {5: 1, 6: 1})
        and counsel["出具法律意见"] == (1, {5: 1})
    )
    assert year.states == {"已出具法律意见": 1, "已归档": 1, "草稿": 1}
    assert (year.times.answered, year.times.mean_days, year.times.median_days) == (2, 16.8, 16.8)


def test_the_sentence_is_that_of_the_yearly_report(year: Numbers) -> None:
    assert year.sentence == "2026年，审查合同2件，审查行政处罚案件1件，审查文件草案0件；接受咨询3次；出具法律意见1件。"


def test_years_stand_side_by_side(year: Numbers) -> None:
    table = {label: counts for label, _, counts in year.by_year}
    assert year.years[:2] == (2025, 2026)
    assert table["咨询"][:2] == (1, 3) and table["审查行政处罚案件"][:2] == (1, 1)


def test_a_year_in_which_nothing_was_done(engine: Engine) -> None:
    found = numbers(engine, 2031)
    assert found.sentence.startswith("2031年，审查合同0件") and found.times.mean_days is None and found.years == (2031,)


def test_asking_counts_and_stays_counted_when_the_conversation_goes(engine: Engine, settings: Settings) -> None:
    one = conversations.start(engine, "甲", "怎么罚？")
    conversations.record_turn(engine, one.id, "甲", Answer("怎么罚？", date(2026, 5, 1), abstained=True, reason="没有依据"))
    asked(engine, "public", ConsultingDesk.PUBLIC, "茶馆几点关门", ["《虚构办法》第一条"], None)
    public = [e for e in listed(engine) if e.actor == "public"]
    assert len(public) == 2 and not any("茶馆" in str(e.detail) for e in public)  # the page promises to keep no words
    conversations.delete(engine, one.id, "甲")
    conversations.purge(engine, datetime(2999, 1, 1))
    lines = _lines(numbers(engine), "咨询")
    assert (lines["工作台"][0], lines["公众咨询"][0], lines["其中没有答复、建议提交律师或者人工办理"][0]) == (1, 1, 1)


def test_the_workbook_holds_the_same_numbers(year: Numbers) -> None:
    book = load_workbook(BytesIO(as_xlsx(year, "虚构局")))
    sheet = book["2026年"]
    rows = {row[0].value: [c.value for c in row[1:15]] for row in sheet.iter_rows() if row[0].value}
    assert rows["审查合同"] == ["件", 0, 0, 2, *[0] * 9, 2] and rows["工作台"] == ["次", 1, 1, *[0] * 10, 2]
    assert sheet["A2"].value == year.sentence and len(sheet._charts) == 4
    years = {row[0].value: [c.value for c in row[2:4]] for row in book["历年"].iter_rows()}
    assert years["项目"] == ["2025年", "2026年"] and years["咨询"] == [1, 3]
