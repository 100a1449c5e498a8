"""Every state × party × step: the table against one written out by hand."""

from __future__ import annotations

from itertools import product

import pytest

from assistant.desk.matters.states import TABLE, Party, State, Step, rule, steps

OW, RE, CO, LA = Party.OWNER, Party.REVIEWER, Party.COLLEAGUE, Party.COUNSEL
#: (state, step) → (where it leads, who may); everything else is refused to everyone.
ALLOWED = {
    ("草稿", "修改"): ("草稿", {OW}),
    ("草稿", "提交律师"): ("已提交", {OW}),
    ("草稿", "撤回"): ("已撤回", {OW}),
    ("已提交", "受理"): ("已受理", {LA}),
    ("已提交", "退回"): ("草稿", {LA}),
    ("已提交", "撤回"): ("已撤回", {OW}),
    ("已提交", "留言"): ("已提交", {OW, RE, CO, LA}),
    ("已受理", "要求补充"): ("需补充", {LA}),
    ("已受理", "退回"): ("草稿", {LA}),
    ("已受理", "起草意见"): ("已受理", {LA}),
    ("已受理", "出具意见"): ("已出具意见", {LA}),
    ("已受理", "撤回"): ("已撤回", {OW}),
    ("已受理", "留言"): ("已受理", {OW, RE, CO, LA}),
    ("需补充", "补充材料"): ("已受理", {OW, RE, CO}),
    ("需补充", "起草意见"): ("需补充", {LA}),
    ("需补充", "撤回"): ("已撤回", {OW}),
    ("需补充", "留言"): ("需补充", {OW, RE, CO, LA}),
    ("已出具意见", "采纳"): ("已采纳", {OW, RE}),
    ("已出具意见", "不采纳"): ("未采纳", {OW, RE}),
    ("已出具意见", "留言"): ("已出具意见", {OW, RE, CO, LA}),
    ("已采纳", "意见入库"): ("已采纳", {OW, RE}),
    ("已采纳", "归档"): ("已归档", {OW, RE}),
    ("已采纳", "留言"): ("已采纳", {OW, RE, CO, LA}),
    ("未采纳", "归档"): ("已归档", {OW, RE}),
    ("未采纳", "留言"): ("未采纳", {OW, RE, CO, LA}),
}


@pytest.mark.parametrize(("state", "party", "step"), list(product(State, Party, Step)))
def test_a_step_is_allowed_only_where_the_table_says(state: State, party: Party, step: Step) -> None:
    found = rule(state, step, party)
    leads, who = ALLOWED.get((state.value, step.value), ("", set()))
    assert (found is not None) == (party in who)
    assert found is None or found.to.value == leads
    assert (step in {r.step for r in steps(state, party)}) == (party in who)


def test_every_state_has_its_line_and_closed_states_lead_nowhere() -> None:
    assert set(TABLE) == set(State)
    assert {s for s in State if not TABLE[s]} == {s for s in State if s.closed} == {State.ARCHIVED, State.WITHDRAWN}
    assert {s for s in State if s.waits} == {State.SUBMITTED, State.ACCEPTED, State.NEEDS_MORE}


def test_every_state_but_the_first_is_reached_by_a_step() -> None:
    assert {r.to for rules in TABLE.values() for r in rules} == set(State)


def test_a_step_occurs_once_in_a_state_and_an_outsider_has_none() -> None:
    for state, rules in TABLE.items():
        assert len({r.step for r in rules}) == len(rules)
        assert not steps(state, Party.OUTSIDER)


def test_turning_down_and_asking_must_come_with_words() -> None:
    needing = {r.step for rules in TABLE.values() for r in rules if r.needs_text}
    assert needing == {Step.RETURN, Step.ASK_MORE, Step.SUPPLEMENT, Step.DECLINE, Step.WITHDRAW, Step.MESSAGE}
