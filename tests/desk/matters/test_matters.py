"""Matters: who sees them, the whole way through, two people at once, the same form twice, nothing half done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import Engine, text

from assistant.config import Settings, load_settings
from assistant.desk.matters import attachments, matters, opinions
from assistant.desk.matters.matters import Material, MatterForm, NoMatter, Origin
from assistant.desk.matters.states import Party, State, Step
from assistant.desk.matters.steps import NotAllowed, Stale, Taken, due_day, edit, submit, take
from assistant.desk.people.accounts import Account
from assistant.errors import BadSetting, RefusedInput
from assistant.store.engine import open_engine
from assistant.store.matters.matters import Wanted
from tests.desk.persons import Bureau, make_bureau

FORM = MatterForm("虚构茶楼转让", "虚构市某茶楼转让后，许可证是否需要变更？", firm="虚构律师事务所")
BODY = "一、结论\n虚构的茶楼转让后应当办理变更，理由如下所述。\n二、理由\n虚构事实清楚，没有引用任何条文。"


@pytest.fixture
def bureau(engine: Engine) -> Bureau:
    return make_bureau(engine)


def opened(engine: Engine, owner: Account, form: MatterForm = FORM, key: str = "k0") -> str:
    return matters.open_matter(engine, owner, form, Material(), key)


def step(engine: Engine, settings: Settings, who: Account, matter_id: str, what: Step, text: str = "", key: str = "") -> matters.Matter:
    """Take a step on the version the person sees."""
    seen = matters.opened(engine, matter_id, who).matter.version
    return take(engine, settings, who, matter_id, Taken(what, seen, key or f"{what}-{seen}", text))


def sent(engine: Engine, settings: Settings, bureau: Bureau, form: MatterForm = FORM, key: str = "k0") -> str:
    matter_id = opened(engine, bureau.owner, form, key)
    submit(engine, settings, bureau.owner, matter_id, 1, f"{key}-send")
    return matter_id


def test_the_whole_way_from_draft_to_archive(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    matter_id = opened(engine, bureau.owner)
    edit(engine, settings, bureau.owner, matter_id, replace(FORM, title="虚构茶楼转让 二", days=3), 1, "e1")
    found = submit(engine, settings, bureau.owner, matter_id, 2, "s1")
    assert found.state is State.SUBMITTED and found.number == f"SX{date.today().year}-0001"
    assert found.due_on == due_day(settings, date.today(), 3)
    step(engine, settings, bureau.counsel, matter_id, Step.ACCEPT)
    step(engine, settings, bureau.counsel, matter_id, Step.ASK_MORE, "请补充转让协议")
    found = step(engine, settings, bureau.colleague, matter_id, Step.SUPPLEMENT, "协议见附件")
    assert found.state is State.ACCEPTED
    draft = opinions.save_draft(engine, bureau.counsel, matter_id, BODY, 0)
    seen = matters.opened(engine, matter_id, bureau.counsel).matter.version
    found = opinions.issue(engine, settings, bureau.counsel, matter_id, Taken(Step.ISSUE, seen, "i1"), draft.version, {})
    assert found.state is State.ANSWERED
    step(engine, settings, bureau.owner, matter_id, Step.ADOPT)
    found = step(engine, settings, bureau.owner, matter_id, Step.ARCHIVE)
    assert found.state is State.ARCHIVED and found.closed_at
    view = matters.opened(engine, matter_id, bureau.owner)
    steps = [e.step for e in view.events]
    assert steps == ["新建", "修改", "提交律师", "受理", "要求补充", "补充材料", "出具意见", "采纳", "归档"]
    assert [e.number for e in view.events] == list(range(1, 10)) and not view.steps
    assert view.opinion and view.opinion.number == f"法意〔{date.today().year}〕1号" and view.matter.title == "虚构茶楼转让 二"


def test_a_returned_matter_is_a_draft_again_and_keeps_its_number(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    matter_id = sent(engine, settings, bureau)
    first = matters.opened(engine, matter_id, bureau.owner).matter.number
    found = step(engine, settings, bureau.counsel, matter_id, Step.RETURN, "材料不全")
    assert found.state is State.DRAFT
    with pytest.raises(NoMatter):
        matters.opened(engine, matter_id, bureau.counsel)
    again = submit(engine, settings, bureau.owner, matter_id, found.version, "again")
    assert again.number == first and again.state is State.SUBMITTED


def test_a_draft_is_its_owners_alone(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    matter_id = opened(engine, bureau.owner, replace(FORM, viewers=(bureau.stranger.id,)))
    for other in (bureau.colleague, bureau.stranger, bureau.reviewer, bureau.admin, bureau.counsel):
        with pytest.raises(NoMatter):
            matters.opened(engine, matter_id, other)
        assert matters.matters(engine, other) == ([], 0) and matters.counts(engine, other) == {}
    assert [m.id for m in matters.matters(engine, bureau.owner)[0]] == [matter_id]


@pytest.mark.parametrize(
    ("share", "named", "expected"),
    [
        (True, (), {"owner", "colleague", "counsel", "partner"}),
        (False, (), {"owner", "counsel", "partner"}),
        (False, ("reviewer",), {"owner", "reviewer", "counsel", "partner"}),
        (True, ("stranger", "rival"), {"owner", "colleague", "stranger", "counsel", "partner"}),
    ],
)
def test_a_sent_matter_is_seen_by_those_it_concerns(
    engine: Engine, settings: Settings, bureau: Bureau, share: bool, named: tuple[str, ...], expected: set[str]
) -> None:
    viewers = tuple(getattr(bureau, name).id for name in named)
    matter_id = sent(engine, settings, bureau, replace(FORM, share_section=share, viewers=viewers))
    sees = set()
    for name in ("owner", "colleague", "stranger", "reviewer", "admin", "counsel", "partner", "rival"):
        person = getattr(bureau, name)
        listed = [m.id for m in matters.matters(engine, person)[0]]
        try:
            matters.opened(engine, matter_id, person)
        except NoMatter:
            assert listed == [] and matters.counts(engine, person) == {}
            with pytest.raises(NoMatter):
                take(engine, settings, person, matter_id, Taken(Step.MESSAGE, 2, "m", "在吗"))
            continue
        assert listed == [matter_id]
        sees.add(name)
    assert sees == expected


def test_people_without_a_section_do_not_share_it(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    matter_id = opened(engine, replace(bureau.owner, section=""))
    submit(engine, settings, replace(bureau.owner, section=""), matter_id, 1, "s")
    with pytest.raises(NoMatter):
        matters.opened(engine, matter_id, replace(bureau.stranger, section=""))


def test_what_was_taken_back_before_it_was_accepted_is_not_the_firms_to_see(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    early, late = sent(engine, settings, bureau, key="a"), sent(engine, settings, bureau, key="b")
    step(engine, settings, bureau.counsel, late, Step.ACCEPT)
    for matter_id in (early, late):
        assert step(engine, settings, bureau.owner, matter_id, Step.WITHDRAW, "不再需要").state is State.WITHDRAWN
    assert [m.id for m in matters.matters(engine, bureau.counsel)[0]] == [late]
    assert matters.opened(engine, late, bureau.owner).steps == ()


def test_a_step_of_another_party_is_refused_and_changes_nothing(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    matter_id = sent(engine, settings, bureau)
    for person, what in ((bureau.owner, Step.ACCEPT), (bureau.colleague, Step.WITHDRAW), (bureau.counsel, Step.ADOPT)):
        with pytest.raises(NotAllowed, match=what.value):
            step(engine, settings, person, matter_id, what, "理由")
    view = matters.opened(engine, matter_id, bureau.owner)
    assert view.matter.version == 2 and len(view.events) == 2 and view.party is Party.OWNER


def test_words_that_must_come_with_a_step(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    matter_id = sent(engine, settings, bureau)
    with pytest.raises(RefusedInput, match="写明"):
        step(engine, settings, bureau.counsel, matter_id, Step.RETURN, "  ")
    with pytest.raises(RefusedInput, match="超过上限"):
        step(engine, settings, bureau.owner, matter_id, Step.MESSAGE, "长" * 20_001)


@pytest.mark.parametrize(
    "form",
    [replace(FORM, title=" "), replace(FORM, title="长" * 101), replace(FORM, question=""), replace(FORM, days=0), replace(FORM, days=61)],
)
def test_a_form_that_lacks_something_opens_nothing(engine: Engine, bureau: Bureau, form: MatterForm) -> None:
    with pytest.raises(RefusedInput):
        opened(engine, bureau.owner, form)
    assert matters.matters(engine, bureau.owner) == ([], 0)


def test_counsel_opens_no_matters(engine: Engine, bureau: Bureau) -> None:
    with pytest.raises(NoMatter):
        opened(engine, bureau.counsel)


def test_without_counsel_a_draft_is_kept_and_not_sent(engine: Engine, settings: Settings) -> None:
    from assistant.desk.people import accounts
    from assistant.desk.people.accounts import Role

    owner = accounts.add(engine, "solo", "虚独", Role.STAFF, "科", by="test").account
    matter_id = opened(engine, owner)
    with pytest.raises(RefusedInput, match="律师账号"):
        submit(engine, settings, owner, matter_id, 1, "s")
    assert matters.opened(engine, matter_id, owner).matter.state is State.DRAFT


# ---- once, and on what was seen ------------------------------------------------------------------


def test_the_same_form_twice_makes_one_matter_and_one_message(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    assert opened(engine, bureau.owner, key="same") == opened(engine, bureau.owner, key="same")
    matter_id = sent(engine, settings, bureau, key="b")
    message = Taken(Step.MESSAGE, 2, "twice", "只说一次")
    first = take(engine, settings, bureau.owner, matter_id, message)
    assert take(engine, settings, bureau.owner, matter_id, message) == first
    assert [e.text for e in matters.opened(engine, matter_id, bureau.owner).events if e.step == "留言"] == ["只说一次"]
    assert matters.matters(engine, bureau.owner)[1] == 2


def test_a_return_sent_twice_is_no_error_though_the_firm_no_longer_sees_it(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    matter_id = sent(engine, settings, bureau)
    back = Taken(Step.RETURN, 2, "back", "材料不全")
    assert take(engine, settings, bureau.counsel, matter_id, back) == take(engine, settings, bureau.counsel, matter_id, back)


def test_who_saw_an_older_version_is_told_what_happened_and_may_send_again(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    matter_id = sent(engine, settings, bureau)
    step(engine, settings, bureau.counsel, matter_id, Step.ACCEPT)
    late = Taken(Step.MESSAGE, 2, "late", "补一句")
    with pytest.raises(Stale, match=r"虚律师已于.*受理") as told:
        take(engine, settings, bureau.owner, matter_id, late)
    assert [e.step for e in told.value.changes] == ["受理"] and told.value.matter.version == 3
    take(engine, settings, bureau.owner, matter_id, replace(late, seen=3))
    assert [e.text for e in matters.opened(engine, matter_id, bureau.owner).events if e.step == "留言"] == ["补一句"]


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Call all at the same moment in threads; return results and exceptions in their order."""
    gate, out = threading.Barrier(len(calls)), [object()] * len(calls)

    def run(place: int) -> None:
        gate.wait()
        try:
            out[place] = calls[place]()
        except Exception as error:
            out[place] = error

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return out


def test_of_several_people_at_once_one_acts_and_the_others_are_told(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    for round_ in range(5):
        matter_id = sent(engine, settings, bureau, key=f"r{round_}")
        done = at_once(
            lambda m=matter_id: take(engine, settings, bureau.counsel, m, Taken(Step.ACCEPT, 2, "a")),
            lambda m=matter_id: take(engine, settings, bureau.partner, m, Taken(Step.RETURN, 2, "b", "材料不全")),
            lambda m=matter_id: take(engine, settings, bureau.owner, m, Taken(Step.WITHDRAW, 2, "c", "不需要了")),
        )
        # Who of the firm comes after the matter was taken back or returned is told that it is no longer theirs to see.
        told = [d for d in done if isinstance(d, Stale | NoMatter)]
        assert len(told) == 2, done
        view = matters.opened(engine, matter_id, bureau.owner)
        assert view.matter.version == 3 and len(view.events) == 3
        assert view.matter.state in (State.ACCEPTED, State.DRAFT, State.WITHDRAWN)


def test_many_people_send_messages_at_once_and_none_is_lost_or_doubled(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    matter_id = sent(engine, settings, bureau)

    def say(person: Account, words: str) -> None:
        while True:
            seen = matters.opened(engine, matter_id, person).matter.version
            try:
                take(engine, settings, person, matter_id, Taken(Step.MESSAGE, seen, words, words))
                return
            except Stale:
                continue

    people = (bureau.owner, bureau.colleague, bureau.counsel, bureau.partner)
    words = [f"第{n}句" for n in range(16)]
    done = at_once(*(lambda n=n, w=w: [say(people[n % 4], w), say(people[n % 4], w)] for n, w in enumerate(words)))
    assert not [d for d in done if isinstance(d, Exception)]
    said = [e.text for e in matters.opened(engine, matter_id, bureau.owner).events if e.step == "留言"]
    assert sorted(said) == sorted(words)


def test_one_form_sent_many_times_at_once_makes_one_matter_with_one_number(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    made = at_once(*(lambda: opened(engine, bureau.owner, key="burst") for _ in range(8)))
    assert len(set(map(str, made))) == 1 and isinstance(made[0], str)
    others = [opened(engine, bureau.owner, key=f"n{n}") for n in range(6)]
    sent_ones = at_once(*(lambda m=m: submit(engine, settings, bureau.owner, m, 1, f"s{m}") for m in others))
    numbers = sorted(str(m.number) for m in sent_ones if isinstance(m, matters.Matter))
    assert numbers == [f"SX{date.today().year}-{n:04d}" for n in range(1, 7)]


#: What makes the last statement of a step fail, in the words of each database.
_BREAKING = {
    "sqlite": ["create trigger broken before insert on matter_event begin select raise(abort, 'disk'); end"],
    "postgresql": [
        "create function broken() returns trigger language plpgsql as 'begin raise exception ''disk''; end'",
        "create trigger broken before insert on matter_event for each row execute function broken()",
    ],
}


def test_a_step_that_fails_half_way_leaves_nothing(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    matter_id = opened(engine, bureau.owner)
    attachments.stage(engine, settings, bureau.owner.id, "s", "说明.txt", BytesIO("说明".encode()))
    with engine.connect() as connection:
        for statement in _BREAKING[engine.dialect.name]:
            connection.execute(text(statement))
        connection.commit()
    with pytest.raises(Exception, match="disk"):
        submit(engine, settings, bureau.owner, matter_id, 1, "s")
    with engine.connect() as connection:
        connection.execute(text("drop trigger broken" + (" on matter_event" if engine.dialect.name == "postgresql" else "")))
        connection.commit()
    view = matters.opened(engine, matter_id, bureau.owner)
    assert view.matter.version == 1 and view.matter.state is State.DRAFT and len(view.events) == 1
    assert [f.name for f in attachments.staged(engine, bureau.owner.id, "s")] == ["说明.txt"]
    found = submit(engine, settings, bureau.owner, matter_id, 1, "s")
    assert found.number == f"SX{date.today().year}-0001"  # the number of the failed attempt was not used up
    assert [f.name for files in matters.opened(engine, matter_id, bureau.owner).files.values() for f in files] == ["说明.txt"]


def test_what_was_acknowledged_is_there_after_opening_the_file_anew(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    matter_id = sent(engine, settings, bureau)
    engine.dispose()
    again = open_engine(settings.library_url)
    assert matters.opened(again, matter_id, bureau.counsel).matter.state is State.SUBMITTED
    again.dispose()


def test_every_step_is_in_the_audit_trail_and_none_of_its_words(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    from assistant.desk.audit.trail import listed

    matter_id = sent(engine, settings, bureau)
    step(engine, settings, bureau.counsel, matter_id, Step.ACCEPT)
    step(engine, settings, bureau.counsel, matter_id, Step.MESSAGE, "茶楼的秘密")
    rows = [e for e in reversed(listed(engine)) if e.action == "事项办理"]
    assert [e.details["步骤"] for e in rows] == ["新建", "提交律师", "受理", "留言"]
    assert [e.actor for e in rows] == [bureau.owner.id] * 2 + [bureau.counsel.id] * 2
    assert not [e for e in rows if "茶楼" in str(e.details) + e.target]


# ---- small things --------------------------------------------------------------------------------


def test_overdue_counts_only_while_the_opinion_is_awaited(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    found = matters.opened(engine, sent(engine, settings, bureau), bureau.owner).matter
    assert found.due_on is not None
    assert not matters.is_overdue(found, found.due_on)
    later = date.fromordinal(found.due_on.toordinal() + 1)
    assert matters.is_overdue(found, later)
    assert not matters.is_overdue(replace(found, state=State.ANSWERED), later)
    assert not matters.is_overdue(replace(found, state=State.WITHDRAWN), later)


def test_the_day_wanted_by_is_counted_in_working_days(settings: Settings) -> None:
    friday = date(2026, 11, 27)
    assert due_day(settings, friday, 1) == date(2026, 11, 30)
    assert due_day(settings, date(2026, 9, 30), 1) == date(2026, 10, 8)  # over the national holiday


def test_lists_are_filtered_by_state_and_words(engine: Engine, settings: Settings, bureau: Bureau) -> None:
    first = sent(engine, settings, bureau, key="a")
    second = opened(engine, bureau.owner, replace(FORM, title="虚构画舫%停靠"), key="b")

    def listed(**wanted: Any) -> list[str]:
        found, total = matters.matters(engine, bureau.owner, Wanted(**wanted))
        assert total == len(found)
        return [m.id for m in found]

    assert listed(states=(State.SUBMITTED,)) == [first] and listed(words="画舫% 停靠") == [second]
    assert listed(words="SX") == [first] and listed(words="%%") == []
    assert listed(overdue_on=date.today()) == [] and listed(overdue_on=date(9999, 1, 1)) == [first]
    page, total = matters.matters(engine, bureau.owner, Wanted(offset=1, limit=1))
    assert [m.id for m in page] == [first] and total == 2
    assert matters.counts(engine, bureau.owner) == {State.SUBMITTED: 1, State.DRAFT: 1}


def test_materials_are_kept_as_they_stood(engine: Engine, bureau: Bureau) -> None:
    snapshot = {"answer": "虚构的答复", "citations": [{"law": "虚构市茶楼管理办法", "article": "第五条"}]}
    material = Material(Origin.ANSWER, "7", "虚构", "虚构？", snapshot)
    matter_id = matters.open_matter(engine, bureau.owner, FORM, material, "k")
    found = matters.opened(engine, matter_id, bureau.owner).matter
    assert found.materials == snapshot and found.origin == "答复" and found.origin_ref == "7"


@pytest.mark.parametrize("pattern", ["SX{year}", "{serial}", "{month}{year}{serial}", "{year.real}{serial", "固定"])
def test_a_number_pattern_that_would_give_one_number_twice_is_refused(settings: Settings, pattern: str) -> None:
    with pytest.raises(BadSetting, match="matter_number"):
        load_settings(settings.home, matter_number=pattern)


def test_serial_numbers_begin_anew_each_year(engine: Engine, settings: Settings) -> None:
    from assistant.store.engine import writing

    with writing(engine) as connection:
        given = [matters.next_number(connection, settings, "matter", day) for day in (date(2025, 1, 2), date(2025, 9, 9), date(2026, 1, 1))]
    assert given == ["SX2025-0001", "SX2025-0002", "SX2026-0001"]
