"""What a procedure is made of: steps in order, whether each is due, and answers with reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from assistant.law.time.calendar import WorkCalendar
from assistant.law.time.deadlines import Due, Limit, due


class Need(StrEnum):
    """Whether a step belongs to this case."""

    REQUIRED = "应当"
    OPTIONAL = "可以"
    CONDITIONAL = "视情形"
    NOT_APPLICABLE = "不适用"


class Answer(StrEnum):
    """The answer to a question of procedure; LOCAL where the statute leaves the line to a local standard."""

    YES = "是"
    NO = "否"
    LOCAL = "以本地标准为准"
    UNKNOWN = "待查明"

    @property
    def need(self) -> Need:
        """The need of the step the question stands for."""
        return {Answer.YES: Need.REQUIRED, Answer.NO: Need.NOT_APPLICABLE}.get(self, Need.CONDITIONAL)


@dataclass(frozen=True, slots=True)
class Ruling:
    """An answer, why, and the articles it stands on; true in a condition only where the answer is 是."""

    answer: Answer
    reasons: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.answer is Answer.YES


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what, by whom, within what time, on which articles.

    `code` is stable for programs. `due` is the last day of the first limit, None where its start is not known.
    `articles` are addresses; those of the limits are among them.
    """

    code: str
    title: str
    who: str
    need: Need = Need.REQUIRED
    articles: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    due: date | None = None
    condition: str = ""
    note: str = ""
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Add the articles the limits stand on, each once."""
        limits = [a for limit in self.limits for a in (limit.article, limit.counted_by) if a]
        object.__setattr__(self, "articles", tuple(dict.fromkeys([*self.articles, *limits])))

    def to_dict(self) -> dict[str, Any]:
        """The step for JSON: step, who, limit, due (ISO day or None), articles, note; and code, need, condition, warnings."""
        return {
            "step": self.title,
            "who": self.who,
            "limit": "；".join(limit.text for limit in self.limits),
            "due": self.due.isoformat() if self.due else None,
            "articles": list(self.articles),
            "note": self.note,
            "code": self.code,
            "need": self.need.value,
            "condition": self.condition,
            "warnings": list(self.warnings),
        }


def timed(step: Step, calendar: WorkCalendar, start: date | None, done: date | None = None, more: int = 0) -> Step:
    """Return `step` with the last day of its first limit counted from `start`.

    Where `done` is known and lies past that day, a warning says so.
    """
    found = due(step.limits[0], start, calendar, more) if step.limits else Due()
    warnings = step.warnings + found.warnings
    if found.day and done and done > found.day:
        warnings += (f"{step.title}：{done.isoformat()}已超过{found.day.isoformat()}的期限",)
    return replace(step, due=found.day, warnings=warnings)


def join(*lines: str) -> str:
    """Join the lines of a note that say something."""
    return "；".join(line for line in lines if line)
