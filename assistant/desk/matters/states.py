"""事项: its states, the steps between them, and who may take each. A pure table; what is not in it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.store.matters.matters import State

__all__ = ["TABLE", "Party", "Rule", "State", "Step", "rule", "steps"]


class Party(StrEnum):
    """What a person is to one matter; decided by `matter_people.party_of`."""

    OWNER = "提交人"
    REVIEWER = "法制审核员"
    COLLEAGUE = "同事"
    COUNSEL = "律师"
    OUTSIDER = "无关人员"


class Step(StrEnum):
    """What may be done to a matter, in the words of the buttons."""

    EDIT = "修改"
    SUBMIT = "提交律师"
    ACCEPT = "受理"
    RETURN = "退回"
    ASK_MORE = "要求补充"
    SUPPLEMENT = "补充材料"
    WRITE = "起草意见"
    ISSUE = "出具意见"
    ADOPT = "采纳"
    DECLINE = "不采纳"
    PUBLISH = "意见入库"
    ARCHIVE = "归档"
    WITHDRAW = "撤回"
    MESSAGE = "留言"


@dataclass(frozen=True, slots=True)
class Rule:
    """One step from one state: where it leads, who may take it, and whether words must come with it."""

    step: Step
    to: State
    parties: frozenset[Party]
    needs_text: bool = False


_OWNER = frozenset({Party.OWNER})
_COUNSEL = frozenset({Party.COUNSEL})
_DECIDES = frozenset({Party.OWNER, Party.REVIEWER})
_BUREAU = frozenset({Party.OWNER, Party.REVIEWER, Party.COLLEAGUE})
_ALL = _BUREAU | _COUNSEL


def _message(state: State) -> Rule:
    return Rule(Step.MESSAGE, state, _ALL, needs_text=True)


#: State → the steps that lead from it. There is no other way to change a matter.
TABLE: dict[State, tuple[Rule, ...]] = {
    State.DRAFT: (
        Rule(Step.EDIT, State.DRAFT, _OWNER),
        Rule(Step.SUBMIT, State.SUBMITTED, _OWNER),
        Rule(Step.WITHDRAW, State.WITHDRAWN, _OWNER),
    ),
    State.SUBMITTED: (
        Rule(Step.ACCEPT, State.ACCEPTED, _COUNSEL),
        Rule(Step.RETURN, State.DRAFT, _COUNSEL, needs_text=True),
        Rule(Step.WITHDRAW, State.WITHDRAWN, _OWNER, needs_text=True),
        _message(State.SUBMITTED),
    ),
    State.ACCEPTED: (
        Rule(Step.WRITE, State.ACCEPTED, _COUNSEL),
        Rule(Step.ISSUE, State.ANSWERED, _COUNSEL),
        Rule(Step.ASK_MORE, State.NEEDS_MORE, _COUNSEL, needs_text=True),
        Rule(Step.RETURN, State.DRAFT, _COUNSEL, needs_text=True),
        Rule(Step.WITHDRAW, State.WITHDRAWN, _OWNER, needs_text=True),
        _message(State.ACCEPTED),
    ),
    State.NEEDS_MORE: (
        Rule(Step.SUPPLEMENT, State.ACCEPTED, _BUREAU, needs_text=True),
        Rule(Step.WRITE, State.NEEDS_MORE, _COUNSEL),
        Rule(Step.WITHDRAW, State.WITHDRAWN, _OWNER, needs_text=True),
        _message(State.NEEDS_MORE),
    ),
    State.ANSWERED: (
        Rule(Step.ADOPT, State.ADOPTED, _DECIDES),
        Rule(Step.DECLINE, State.NOT_ADOPTED, _DECIDES, needs_text=True),
        _message(State.ANSWERED),
    ),
    State.ADOPTED: (
        Rule(Step.PUBLISH, State.ADOPTED, _DECIDES),
        Rule(Step.ARCHIVE, State.ARCHIVED, _DECIDES),
        _message(State.ADOPTED),
    ),
    State.NOT_ADOPTED: (Rule(Step.ARCHIVE, State.ARCHIVED, _DECIDES), _message(State.NOT_ADOPTED)),
    State.ARCHIVED: (),
    State.WITHDRAWN: (),
}


def rule(state: State, step: Step, party: Party) -> Rule | None:
    """Return the rule by which `party` may take `step` from `state`; None where it may not."""
    return next((r for r in TABLE[state] if r.step is step and party in r.parties), None)


def steps(state: State, party: Party) -> tuple[Rule, ...]:
    """Return the steps `party` may take from `state`, in the order of the buttons."""
    return tuple(r for r in TABLE[state] if party in r.parties)
