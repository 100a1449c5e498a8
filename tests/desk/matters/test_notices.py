"""Who hears of a step and of a day that has come, and that a notification says nothing of what a matter is about."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.matters import matters
from assistant.desk.matters.handover import every, hand_over
from assistant.desk.matters.matters import Material, MatterForm, NoMatter
from assistant.desk.matters.notices import remind
from assistant.desk.matters.states import State, Step
from assistant.desk.matters.steps import Stale, Taken, submit, take
from assistant.desk.notify import notifications
from assistant.desk.people.accounts import Account
from assistant.errors import AssistantError, RefusedInput
from assistant.library.own_tables import work_calendar
from tests.desk.persons import Bureau, make_bureau


@pytest.fixture
def bureau(engine: Engine) -> Bureau:
    return make_bureau(engine)


@pytest.fixture
def matter_id(engine: Engine, settings: Settings, bureau: Bureau) -> str:
    form = MatterForm("虚构的秘密标题", "虚构的秘密问题？", viewers=(bureau.reviewer.id,), firm="虚构律师事务所")
    made = matters.open_matter(engine, bureau.owner, form, Material(), "k")
    submit(engine, settings, bureau.owner, made, 1, "s")
    return made


def heard(engine: Engine, person: Account) -> list[str]:
    """What a person was told, first told first."""
    return [n.told.kind for n in reversed(notifications.listed(engine, person.id))]


def test_the_other_side_and_the_named_hear_of_a_step_and_the_actor_does_not(
    engine: Engine, settings: Settings, bureau: Bureau, matter_id: str
) -> None:
    take(engine, settings, bureau.counsel, matter_id, Taken(Step.ACCEPT, 2, "a"))
    take(engine, settings, bureau.counsel, matter_id, Taken(Step.ASK_MORE, 3, "b", "秘密的要求"))
    assert heard(engine, bureau.counsel) == ["事项已提交"] and heard(engine, bureau.partner) == ["事项已提交"]
    assert heard(engine, bureau.owner) == ["事项已受理", "事项需要补充材料"]
    assert heard(engine, bureau.reviewer) == ["事项已提交", "事项已受理", "事项需要补充材料"]
    for stranger in (bureau.stranger, bureau.rival, bureau.admin, bureau.colleague):
        assert heard(engine, stranger) == []


def test_a_notification_is_a_number_and_a_link_each_can_open(engine: Engine, settings: Settings, bureau: Bureau, matter_id: str) -> None:
    take(engine, settings, bureau.counsel, matter_id, Taken(Step.ACCEPT, 2, "a"))
    (to_firm,), (to_owner,) = notifications.listed(engine, bureau.counsel.id), notifications.listed(engine, bureau.owner.id)
    assert to_firm.told.link == f"/counsel/matters/{matter_id}" and to_owner.told.link == f"/staff/matters/{matter_id}"
    assert to_firm.told.number == to_owner.told.number == f"SX{date.today().year}-0001"
    assert "秘密" not in repr(to_firm) + repr(to_owner)


def test_a_step_that_is_not_taken_is_not_told_and_one_taken_is_told_once(
    engine: Engine, settings: Settings, bureau: Bureau, matter_id: str
) -> None:
    with pytest.raises(Stale):
        take(engine, settings, bureau.counsel, matter_id, Taken(Step.ACCEPT, 1, "a"))
    assert heard(engine, bureau.owner) == []
    for _ in range(2):
        take(engine, settings, bureau.counsel, matter_id, Taken(Step.ACCEPT, 2, "b"))
    assert heard(engine, bureau.owner) == ["事项已受理"]


def test_a_returned_matter_is_told_to_its_owner(engine: Engine, settings: Settings, bureau: Bureau, matter_id: str) -> None:
    take(engine, settings, bureau.counsel, matter_id, Taken(Step.RETURN, 2, "r", "材料不全"))
    assert heard(engine, bureau.owner) == ["事项已退回"]


def test_a_draft_taken_back_is_told_to_nobody(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    form = MatterForm("虚构", "虚构？", viewers=(bureau.reviewer.id,), firm="虚构律师事务所")
    made = matters.open_matter(engine, bureau.owner, form, Material(), "d")
    take(engine, settings, bureau.owner, made, Taken(Step.WITHDRAW, 1, "w"))
    assert heard(engine, bureau.reviewer) == heard(engine, bureau.counsel) == []


def test_a_pattern_with_other_characters_does_not_stop_a_step(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    own = settings.model_copy(update={"matter_number": "事项/{year} 第{serial}件"})
    made = matters.open_matter(engine, bureau.owner, MatterForm("虚构", "虚构？", firm="虚构律师事务所"), Material(), "d")
    assert submit(engine, own, bureau.owner, made, 1, "w").number == f"事项/{date.today().year} 第1件"
    assert notifications.listed(engine, bureau.counsel.id)[0].told.number == f"事项{date.today().year}第1件"


def test_both_sides_are_reminded_once_a_working_day_before_and_after_the_day(
    engine: Engine, settings: Settings, bureau: Bureau, matter_id: str
) -> None:
    due = matters.opened(engine, matter_id, bureau.owner).matter.due_on
    assert due
    calendar = work_calendar(settings)
    early, before, after = calendar.add(due, -3), calendar.add(due, -1), calendar.add(due, 1)
    assert remind(engine, settings, early) == 0
    assert [remind(engine, settings, day) for day in (before, before, after, after)] == [1, 0, 1, 0]
    assert heard(engine, bureau.owner) == ["事项即将到期", "事项已逾期"]
    assert heard(engine, bureau.counsel) == ["事项已提交", "事项即将到期", "事项已逾期"]
    day_off = next(after + timedelta(days=n) for n in range(1, 8) if not calendar.is_workday(after + timedelta(days=n)))
    assert remind(engine, settings, day_off) == 0


def test_nothing_is_reminded_of_once_the_firm_is_not_awaited(engine: Engine, settings: Settings, bureau: Bureau, matter_id: str) -> None:
    take(engine, settings, bureau.owner, matter_id, Taken(Step.WITHDRAW, 2, "w", "不需要了"))
    assert remind(engine, settings, date(2099, 1, 5)) == 0


def test_a_matter_is_handed_over_when_its_owner_leaves(engine: Engine, settings: Settings, bureau: Bureau, matter_id: str) -> None:
    number = matters.opened(engine, matter_id, bureau.owner).matter.number or ""
    found = hand_over(engine, number, bureau.stranger.login, "命令行:虚构")
    assert found.owner == bureau.stranger.id and found.version == 3
    assert matters.opened(engine, matter_id, bureau.stranger).events[-1].text == "由虚经办移交给虚旁人"
    with pytest.raises(NoMatter):
        matters.opened(engine, matter_id, bureau.owner)
    with pytest.raises(RefusedInput, match="不能接手"):
        hand_over(engine, number, bureau.counsel.login, "x")
    with pytest.raises(AssistantError, match="没有编号"):
        hand_over(engine, "SX1", bureau.owner.login, "x")
    assert [m.id for m in every(engine, State.SUBMITTED)] == [matter_id] and every(engine, State.DRAFT) == []
    assert [m.id for m in every(engine, overdue_on=date(2099, 1, 1))] == [matter_id]
