"""The audit trail: kept with what it records, chained, masked, cleared in time; every kind of tampering found."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from assistant.answer.parts import Answer
from assistant.config import Settings, load_settings
from assistant.desk.audit.check import read_seal, verify
from assistant.desk.audit.clearing import kept_days, prune
from assistant.desk.audit.key import key_of
from assistant.desk.audit.trail import AuditAction, TrailBroken, listed, note, record
from assistant.desk.chat import conversations
from assistant.desk.knowledge import questions
from assistant.desk.library.imports import import_documents
from assistant.desk.people.settings_trail import note_settings
from assistant.errors import BadSetting
from assistant.store import audit as sql
from assistant.store.audit import AuditFilter
from assistant.store.engine import open_engine, writing
from tests.invented import write


@pytest.fixture
def trail(engine: Engine) -> Engine:
    """A database with a trail of six rows."""
    for number in range(1, 7):
        note(
            engine,
            "甲" if number % 2 else "乙",
            AuditAction.QUESTION if number < 4 else AuditAction.EXPORT,
            f"对象{number}",
            {"序": number},
        )
    return engine


def change(engine: Engine, statement: str) -> None:
    with writing(engine) as connection:
        assert connection.execute(text(statement)).rowcount


def faults(engine: Engine, seal: str = "", home: Path | None = None) -> list[tuple[int, str]]:
    found = read_seal(seal)
    key = key_of(load_settings(home)) if home else None
    return [(f.number, f.text) for f in verify(engine, key, [found] if found else []).faults]


def test_an_untouched_trail_is_intact(trail: Engine) -> None:
    found = verify(trail)
    assert (found.rows, found.first, found.last, found.faults) == (6, 1, 6, ())
    assert faults(trail, found.seal) == []


def test_an_empty_trail_is_intact(engine: Engine) -> None:
    assert verify(engine).faults == () and verify(engine).rows == 0


@pytest.mark.parametrize(
    ("statement", "number", "said"),
    [
        ("update audit_event set actor = '丙' where number = 3", 3, "内容被改动"),
        ("update audit_event set target = '别的' where number = 3", 3, "内容被改动"),
        ("update audit_event set detail = '{}' where number = 3", 3, "内容被改动"),
        ("update audit_event set action = '导出' where number = 3", 3, "记录被改动"),
        ("update audit_event set at = '2020-01-01 00:00:00.000000' where number = 3", 3, "记录被改动"),
        ("update audit_event set hash = content where number = 3", 4, "与前一条不相接"),
        ("delete from audit_event where number = 3", 4, "此前的第 3 条缺失"),
        ("delete from audit_event where number in (3, 4)", 5, "此前的第 3 至 4 条缺失"),
        ("delete from audit_event where number = 1", 2, "此前的第 1 条缺失"),
        ("delete from audit_event where number > 4", 0, "末尾缺失"),
        ("delete from audit_event", 0, "末尾缺失"),
        ("delete from audit_head", 0, "链头不见了"),
        ("update audit_head set number = 5", 0, "链头与最后一条不符"),
        ("update audit_head set hash = 'x'", 0, "链头与最后一条不符"),
        ("update audit_event set actor = null, target = null, detail = null, salt = null where number = 2", 2, "没有经过签署的清理记录"),
        ("update audit_head set removed_number = 2, removed_hash = (select hash from audit_event where number = 2)", 0, "起点"),
    ],
)
def test_tampering_is_found(trail: Engine, statement: str, number: int, said: str) -> None:
    change(trail, statement)
    assert any(n == number and said in t for n, t in faults(trail)), faults(trail)


def test_rows_put_in_another_order_are_found(trail: Engine) -> None:
    with writing(trail) as connection:
        for before, after in ((3, 99), (4, 3), (99, 4)):
            connection.execute(text("update audit_event set number = :b where number = :a"), {"a": before, "b": after})
    assert {n for n, _ in faults(trail)} >= {3, 4}


def test_a_row_added_past_the_head_is_found(trail: Engine) -> None:
    change(
        trail,
        "insert into audit_event select 7, at, action, actor, target, detail, salt, content, hash, hash from audit_event where number = 6",
    )
    assert any("链头" in t for _, t in faults(trail))


def test_the_tail_cut_off_with_the_head_set_back_is_found_by_a_seal_kept_elsewhere(trail: Engine) -> None:
    seal = verify(trail).seal
    change(trail, "delete from audit_event where number > 4")
    change(trail, "update audit_head set number = 4, hash = (select hash from audit_event where number = 4)")
    assert faults(trail) == []  # what the chain alone cannot tell
    assert "末尾被删除" in faults(trail, seal)[0][1]
    for number in range(3):
        note(trail, "甲", AuditAction.EXPORT, f"补写{number}")
    assert faults(trail, seal)[0] == (6, "与另行保存的封签不符，此前的记录被重新编制")


def test_a_broken_moment_is_said_not_raised(trail: Engine) -> None:
    if trail.dialect.name != "sqlite":
        pytest.skip("只有 SQLite 能在时间列里存任意文字")
    change(trail, "update audit_event set at = '不是时间' where number = 3")
    assert any("读不出来" in t for _, t in faults(trail))


def test_a_record_is_kept_with_what_it_records_or_not_at_all(trail: Engine) -> None:
    with pytest.raises(RuntimeError), writing(trail) as connection:
        record(connection, "甲", AuditAction.MATTER, "事项")
        raise RuntimeError
    assert verify(trail).rows == 6 and faults(trail) == []


def test_without_its_head_nothing_can_be_recorded(trail: Engine) -> None:
    change(trail, "delete from audit_head")
    with pytest.raises(TrailBroken, match="audit verify"):
        note(trail, "甲", AuditAction.EXPORT, "对象")


def test_writers_at_once_make_one_chain(settings: Settings, engine: Engine) -> None:
    engines = [open_engine(settings.library_url) for _ in range(4)]

    def write_some(of: Engine) -> None:
        for number in range(15):
            note(of, "甲", AuditAction.EXPORT, str(number))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write_some, engines))
    for one in engines:
        one.dispose()
    assert verify(engine).rows == 60 and faults(engine) == []


def test_personal_data_are_masked_before_they_are_stored(engine: Engine) -> None:
    asked = "电话13812345678，身份证33072319800101123X，车牌浙G12345，固话0579-87654321，怎么罚？"
    note(engine, "甲", AuditAction.QUESTION, "13912345678", {"问题": asked, "列": ["13812345678", 3]})
    with engine.connect() as connection:
        stored = " ".join(map(str, connection.execute(text("select target, detail from audit_event")).one()))
    assert not any(x in stored for x in ("13812345678", "13912345678", "33072319800101123X", "G12345", "87654321"))
    assert "怎么罚" in stored and verify(engine).faults == ()


def test_listing_filters(trail: Engine) -> None:
    assert [e.number for e in listed(trail)] == [6, 5, 4, 3, 2, 1]
    assert [e.number for e in listed(trail, AuditFilter(actor="甲", action="导出"))] == [5]
    assert [e.number for e in listed(trail, AuditFilter(words="对象2"))] == [2]
    assert [e.number for e in listed(trail, AuditFilter(words="%"))] == []
    tomorrow = datetime.now() + timedelta(days=1)
    assert listed(trail, AuditFilter(since=tomorrow)) == [] and len(listed(trail, AuditFilter(until=tomorrow), 4)) == 4


# ---- what is kept how long -------------------------------------------------------------------


def test_clearing_by_kind_keeps_the_chain_whole(trail: Engine, tmp_path: Path) -> None:
    kept = load_settings(tmp_path, audit_keep_days_by_action={"提问": 180})
    later = datetime.now() + timedelta(days=181)
    done = prune(trail, kept, "管理员", later)
    assert (done.emptied, done.removed, done.first) == (3, 3, 4)  # the questions stood at the beginning
    found = verify(trail, key_of(kept))
    assert found.faults == () and (found.first, found.last) == (4, 8)  # 7 starts the key, 8 states the clearing
    assert prune(trail, kept, "管理员", later).emptied == 0 and verify(trail).last == 8
    note(trail, "甲", AuditAction.QUESTION, "又问")
    note(trail, "甲", AuditAction.EXPORT, "又导出")
    done = prune(trail, kept, "管理员", later + timedelta(days=181))
    assert (done.emptied, done.removed) == (1, 0)  # an export is before it: emptied where it stands
    assert faults(trail, home=tmp_path) == []
    assert [e.actor for e in listed(trail) if e.action == "提问"] == [None]
    everything = load_settings(tmp_path, audit_keep_days=180)
    assert prune(trail, everything, "管理员", later + timedelta(days=400)).removed == 8  # 4 to 11: earlier statements, too
    assert faults(trail, home=tmp_path) == [] and verify(trail).rows == 1


def test_what_is_gone_after_a_clearing_is_still_found(trail: Engine, tmp_path: Path) -> None:
    prune(trail, load_settings(tmp_path, audit_keep_days_by_action={"提问": 180}), "管理员", datetime.now() + timedelta(days=181))
    change(trail, "delete from audit_event where number = 4")
    assert faults(trail, home=tmp_path)[0][0] == 5
    change(trail, "update audit_head set removed_number = 4, removed_hash = (select previous from audit_event where number = 5)")
    assert "起点" in faults(trail, home=tmp_path)[0][1]


def test_an_unknown_kind_in_the_settings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="没有“问”"):
        kept_days(load_settings(tmp_path, audit_keep_days_by_action={"问": 200}))
    days = kept_days(load_settings(tmp_path, audit_keep_days=190, audit_keep_days_by_action={"提问": 0}))
    assert (days[AuditAction.QUESTION], days[AuditAction.EXPORT]) == (0, 190) and AuditAction.PRUNE not in days


# ---- who calls it ----------------------------------------------------------------------------


def test_a_question_and_its_answer_leave_two_rows(engine: Engine) -> None:
    one = conversations.start(engine, "甲", "怎么罚？")
    conversations.record_turn(
        engine, one.id, "甲", Answer("当事人张三丰，男，电话13812345678，怎么罚？", date(2024, 5, 1), abstained=True, reason="没有依据")
    )
    answered, asked = listed(engine)
    assert (asked.action, asked.actor, asked.target) == ("提问", "甲", f"会话 {one.id}")
    assert asked.details["问台"] == "工作台" and "怎么罚" in asked.details["问题"] and "13812345678" not in asked.details["问题"]
    assert "张三丰" not in asked.details["问题"]
    assert (answered.action, answered.details["未作答"], answered.details["原因"]) == ("答复", True, "没有依据")


def test_an_import_that_changes_the_library_is_recorded(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    file = write(tmp_path / "库")
    for _ in range(2):
        list(import_documents(engine, settings, [file, tmp_path / "无"], "甲"))
    (event,) = listed(engine)
    assert (event.action, event.actor, event.target) == ("法规库变动", "甲", "《虚构茶馆管理办法》")
    assert (event.details["结果"], event.details["文件"], event.details["条数"]) == ("新增", file.name, 4)


def test_questions_brought_in_are_recorded(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    list(import_documents(engine, settings, [write(tmp_path / "库")], "甲"))
    file = tmp_path / "问题.jsonl"
    line = {"question": "虚构茶馆要备什么水", "register": "office", "articles": ["《虚构茶馆管理办法》第二条"]}
    file.write_text(json.dumps(line, ensure_ascii=False) + "\n{}\n", encoding="utf-8")
    questions.add_questions(engine, settings, file, "乙")
    assert (listed(engine)[0].action, listed(engine)[0].actor, listed(engine)[0].details) == ("示例问题", "乙", {"加入": 1, "拒绝": 1})


def test_changed_settings_are_recorded_with_both_values_and_secrets_without(engine: Engine, tmp_path: Path) -> None:
    assert note_settings(engine, load_settings(tmp_path, bureau_name="甲局", smtp_password="geheim-1")) == []
    assert note_settings(engine, load_settings(tmp_path, bureau_name="甲局", smtp_password="geheim-1")) == []
    changed = note_settings(engine, load_settings(tmp_path, bureau_name="乙局", smtp_password="geheim-2"))
    assert changed == ["bureau_name", "smtp_password"]
    secret, plain = listed(engine)
    assert (plain.action, plain.target, plain.details["原值"], plain.details["新值"]) == ("设置变动", "bureau_name", "甲局", "乙局")
    assert secret.target == "smtp_password"
    with engine.connect() as connection:
        assert sql.events(connection, AuditFilter(words="geheim"), 9) == []
        assert "geheim" not in " ".join(map(str, connection.execute(text("select value from note")).scalars()))
