"""A case: what happened, how it was decided and why, and the articles it stands on. No statute text is kept in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from assistant.law.statute.model import Visibility, article_label
from assistant.law.text.numerals import to_chinese


class CaseKind(StrEnum):
    """Where a case comes from; the value is shown to the reader."""

    TEACHING = "教学虚构"
    PUBLISHED = "公布案例"
    OWN = "本局案例"


class BasisRole(StrEnum):
    """What an article does in a case."""

    DUTY = "义务"
    PENALTY = "罚则"
    DISCRETION = "裁量"
    PROCEDURE = "程序"
    OTHER = "依据"


@dataclass(frozen=True, slots=True)
class CaseBasis:
    """One article a case applied. The text is read from the library on the case's day, never from here."""

    law: str
    number: int
    suffix: int = 0
    paragraph: int | None = None
    item: int | None = None
    role: BasisRole = BasisRole.OTHER

    @property
    def article(self) -> str:
        """第…条 (之…)."""
        return article_label(self.number, self.suffix)

    @property
    def address(self) -> str:
        """《…》第…条第…款第…项, as documents cite it."""
        place = f"第{to_chinese(self.paragraph)}款" if self.paragraph else ""
        place += f"第{to_chinese(self.item)}项" if self.item else ""
        return f"《{self.law}》{self.article}{place}"


@dataclass(frozen=True, slots=True)
class Case:
    """One case as it is shown. Empty parts are those its source does not have.

    `key` names it for good: a file's digest, or the name of a shipped file. `act` is the conduct in a few words,
    `day` the day of the conduct (or, where the source tells only that, of the decision).
    """

    key: str
    title: str
    kind: CaseKind
    facts: str
    decision: str
    findings: str = ""
    correction: str = ""
    lesson: tuple[str, ...] = ()
    field: str = ""
    act: str = ""
    day: date | None = None
    basis: tuple[CaseBasis, ...] = ()
    source: str = ""
    notice: str = ""
    visibility: Visibility = Visibility.INTERNAL
    remarks: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Everything that is searched, as plain lines."""
        return "\n".join(p for p in (self.title, self.act, self.facts, self.findings, self.decision, *self.lesson) if p)
