"""What a change is to the desks: what it would do, what was shown of it, and why something was refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assistant.errors import AssistantError
from assistant.law.statute.article_changes import TextChange
from assistant.store.library.changes import Change

#: Days after which a change nobody decided on is dropped, and after which a text nobody sent on is.
WAITING_DAYS, DRAFT_DAYS = 30, 7
ORIGIN_CHARS, REASON_CHARS = 300, 300


class NoChange(AssistantError):
    """There is no such change, or it is not this person's to see."""

    def __init__(self) -> None:
        super().__init__("没有这项变动，或者不是您可以查看的；请回到列表。")


class DecidedAlready(AssistantError):
    """A change that somebody decided on, took back, or that ran out in the meantime."""

    def __init__(self, change: Change) -> None:
        super().__init__(f"这项变动已经处理过（{change.state.value}），没有再做什么；请刷新后再看。")


class ShownAnew(AssistantError):
    """What the change stands on is not what was shown any more."""

    def __init__(self) -> None:
        super().__init__("您看过以后法规库又有变动，刚才看到的对照已经不准；没有批准。请看下面新的对照，再决定。")


@dataclass(frozen=True, slots=True)
class VersionFate:
    """One version of a statute before and after a change: its status on the day, empty where it is not there."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change would do, as it is shown: in facts, in versions, and article by article."""

    facts: tuple[str, ...] = ()
    versions: tuple[VersionFate, ...] = ()
    compared: str = ""
    text: TextChange | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """A change as it is shown to who decides: `shown` names exactly this, and is what a decision must name;
    `hidden` are the statutes the public does not see until then."""

    change: Change
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]
    effect: Effect
    shown: str
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A change as it was made: its outcome, what stood before (values JSON can hold), and the digest of what stands now."""

    outcome: str
    before: dict[str, Any]
    after: str
