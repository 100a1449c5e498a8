"""Questions visitors leave: found again with number and proof, contact encrypted and deleted in time."""

from __future__ import annotations

import stat
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from assistant.config import Settings
from assistant.desk.people.attempts import MustWait
from assistant.desk.public import messages as desk
from assistant.desk.public.contact_box import KEY_FILE, ContactSealed
from assistant.errors import RefusedInput
from assistant.store.messages import LeftState

TELEPHONE = "0579-8765 4321"


def left(engine: Engine, settings: Settings, question: str = "茶楼夜里太吵找谁？", contact: str = TELEPHONE) -> desk.Left:
    return desk.leave(engine, settings, question, contact, True)


def test_question_is_found_with_the_code_or_the_last_four_digits(engine: Engine, settings: Settings) -> None:
    made = left(engine, settings)
    for proof in (made.code, made.code.lower(), "4321", "４３２１"):
        seen = desk.look_up(engine, settings, f" {made.number.lower()} ", proof)
        assert seen.question == "茶楼夜里太吵找谁？" and seen.state is LeftState.WAITING and seen.reply == ""


@pytest.mark.parametrize("proof", ["", "0000", "43210", "XXXXXXXX"])
def test_wrong_proof_and_unknown_number_are_told_alike(engine: Engine, settings: Settings, proof: str) -> None:
    made = left(engine, settings)
    with pytest.raises(desk.NotFoundHere) as wrong:
        desk.look_up(engine, settings, made.number, proof)
    with pytest.raises(desk.NotFoundHere) as unknown:
        desk.look_up(engine, settings, "LY990101-000000", made.code)
    assert str(wrong.value) == str(unknown.value)


def misses(engine: Engine, settings: Settings, number: str, address: str, count: int, proof: str = "0000") -> None:
    for _ in range(count):
        with pytest.raises(desk.NotFoundHere):
            desk.look_up(engine, settings, number, proof, address)


def test_wrong_proofs_slow_down_the_address_and_not_the_owner(engine: Engine, settings: Settings) -> None:
    made = left(engine, settings)
    misses(engine, settings, made.number, "192.0.2.1", 10)
    for number in (made.number, "LY990101-000000"):
        with pytest.raises(MustWait):
            desk.look_up(engine, settings, number, made.code, "192.0.2.1")
    for proof in (made.code, "4321"):
        assert desk.look_up(engine, settings, made.number, proof, "192.0.2.2").number == made.number


def test_a_right_proof_does_not_buy_more_wrong_ones(engine: Engine, settings: Settings) -> None:
    made, own = left(engine, settings), left(engine, settings)
    for _ in range(10):
        misses(engine, settings, made.number, "192.0.2.1", 1)
        if _ < 9:
            desk.look_up(engine, settings, own.number, own.code, "192.0.2.1")
    with pytest.raises(MustWait):
        desk.look_up(engine, settings, own.number, own.code, "192.0.2.1")


def test_four_digits_open_nothing_while_many_addresses_try_them(engine: Engine, settings: Settings) -> None:
    made = left(engine, settings)
    for n in range(4):
        misses(engine, settings, made.number, f"192.0.2.{n}", 10)
    misses(engine, settings, made.number, "192.0.2.9", 1, "4321")
    assert desk.look_up(engine, settings, made.number, made.code, "192.0.2.9").number == made.number


def test_contact_is_not_readable_in_the_database(engine: Engine, settings: Settings) -> None:
    left(engine, settings)
    settings_path = settings.home / KEY_FILE
    assert stat.S_IMODE(settings_path.stat().st_mode) == 0o600
    held = b"".join(p.read_bytes() for p in settings.home.glob("library.db*"))
    assert b"8765" not in held and b"4321" not in held
    assert desk.contact(engine, settings, 1, "u1") == TELEPHONE


def test_contact_is_deleted_on_its_day_and_the_reply_stays(engine: Engine, settings: Settings) -> None:
    made = left(engine, settings)
    desk.reply(engine, 1, "u1", "王", "可以打电话。")
    assert desk.purge(engine, made.kept_until - timedelta(days=1)) == 0
    assert desk.purge(engine, made.kept_until) == 1 and desk.purge(engine, made.kept_until) == 0
    assert desk.contact(engine, settings, 1, "u1") == "" and not desk.left_question(engine, 1).has_contact
    assert desk.look_up(engine, settings, made.number, made.code).reply == "可以打电话。"
    with pytest.raises(desk.NotFoundHere):
        desk.look_up(engine, settings, made.number, "4321")


def test_leaving_another_question_deletes_what_is_due(engine: Engine, settings: Settings) -> None:
    left(engine, settings)
    with engine.begin() as connection:
        connection.execute(text("update left_question set purge_on = :day"), {"day": date.today().isoformat()})
    left(engine, settings, "第二个问题")
    assert [q.has_contact for q in desk.left_questions(engine)] == [True, False]


def test_consent_is_asked_and_its_words_are_kept(engine: Engine, settings: Settings) -> None:
    with pytest.raises(RefusedInput, match="同意"):
        desk.leave(engine, settings, "问题", TELEPHONE, False)
    left(engine, settings)
    with engine.connect() as connection:
        assert connection.execute(text("select consent from left_question")).scalar() == desk.consent_words(settings)


@pytest.mark.parametrize(("question", "contact"), [("", TELEPHONE), ("问" * 1001, TELEPHONE), ("问题", ""), ("问题", "1" * 101)])
def test_what_is_missing_or_too_long_is_refused_and_nothing_kept(engine: Engine, settings: Settings, question: str, contact: str) -> None:
    with pytest.raises(RefusedInput):
        desk.leave(engine, settings, question, contact, True)
    assert desk.left_questions(engine) == []


def test_mail_address_is_found_by_its_code_only(engine: Engine, settings: Settings) -> None:
    made = left(engine, settings, contact="li1234@example.com")
    with pytest.raises(desk.NotFoundHere):
        desk.look_up(engine, settings, made.number, "1234")
    assert desk.look_up(engine, settings, made.number, made.code).number == made.number


def test_reply_and_closing_are_seen_by_the_visitor(engine: Engine, settings: Settings) -> None:
    made = left(engine, settings)
    with pytest.raises(RefusedInput):
        desk.reply(engine, 1, "u1", "王", "  ")
    desk.reply(engine, 1, "u1", "王", "请到窗口办理。")
    seen = desk.look_up(engine, settings, made.number, made.code)
    assert (seen.state, seen.reply) == (LeftState.ANSWERED, "请到窗口办理。") and seen.replied_at
    desk.close(engine, 1, "u1")
    assert desk.look_up(engine, settings, made.number, made.code).state is LeftState.CLOSED
    with pytest.raises(RefusedInput):
        desk.reply(engine, 99, "u1", "王", "没有")


def test_another_key_does_not_open_a_contact(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    left(engine, settings)
    (settings.home / KEY_FILE).unlink()
    with pytest.raises(ContactSealed, match=KEY_FILE):
        desk.contact(engine, settings, 1, "u1")


def test_every_step_leaves_a_trace_and_none_holds_the_contact(engine: Engine, settings: Settings) -> None:
    made = left(engine, settings)
    desk.contact(engine, settings, 1, "u1")
    desk.reply(engine, 1, "u1", "王", "可以。")
    desk.close(engine, 1, "u1")
    with engine.connect() as connection:
        rows = connection.execute(text("select actor, action, target, detail from audit_event order by number")).all()
    assert [r.actor for r in rows] == ["public", "u1", "u1", "u1"]
    assert {(r.action, r.target) for r in rows} == {("公众留言", made.number)}
    assert all("4321" not in str(r.detail) for r in rows)
