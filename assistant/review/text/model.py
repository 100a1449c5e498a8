"""What a legality review hands out: findings with their place and article, and the facts they rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from assistant.law.privacy.scan import mask_identity


class DocumentKind(StrEnum):
    """What is reviewed; the value is the word of the command line."""

    PENALTY = "penalty"
    CONTRACT = "contract"
    NORMATIVE = "normative"

    @property
    def shown(self) -> str:
        """The kind in the words of the reader."""
        return {"penalty": "行政处罚案卷", "contract": "合同", "normative": "文件草案"}[self.value]


class Severity(StrEnum):
    """How much a finding weighs, heaviest first."""

    SERIOUS = "严重"
    NORMAL = "一般"
    HINT = "提示"

    @property
    def rank(self) -> int:
        """0 for the heaviest."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the reviewed text, by offsets."""

    start: int
    end: int


#: Where a finding is that something is not there.
ABSENT = "缺失"


@dataclass(frozen=True, slots=True)
class Basis:
    """An article a finding stands on, quoted from the library; `text` is empty where the library lacks it."""

    law: str
    article: str
    text: str = ""
    version: str = ""

    @property
    def address(self) -> str:
        """《…》第…条."""
        return f"《{self.law}》{self.article}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the reviewer should look at.

    `place` is None where the finding is that something is missing. `question` is the group it is shown under.
    """

    code: str
    title: str
    severity: Severity
    question: str
    explain: str
    suggest: str
    quote: str = ABSENT
    place: Span | None = None
    basis: tuple[Basis, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The finding in the form of the command line; `law` and `article` are those of the first basis."""
        first = self.basis[0] if self.basis else Basis("", "")
        return {
            "code": self.code,
            "title": self.title,
            "severity": self.severity.value,
            "question": self.question,
            "quote": masked(self.quote),
            "start": self.place.start if self.place else None,
            "end": self.place.end if self.place else None,
            "law": first.law,
            "article": first.article,
            "basis": [{"law": b.law, "article": b.article, "version": b.version, "text": b.text} for b in self.basis],
            "explain": masked(self.explain),
            "suggest": masked(self.suggest),
        }


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact read from the text: its name, its value as text, and where it stands (None: given by the reviewer).

    `note` tells more of it (the event of a day). `key` names it in corrections, empty where it cannot be corrected;
    `read` is the value before a correction, None where there was none.
    """

    name: str
    value: str
    place: Span | None = None
    part: str = ""
    note: str = ""
    key: str = ""
    read: str | None = None

    def as_json(self, text: str) -> dict[str, Any]:
        """The fact with the words it was read from; numbers of identity cards are masked."""
        quote = text[self.place.start : self.place.end] if self.place else ""
        return {
            "name": self.name,
            "value": masked(self.value),
            "part": self.part,
            "note": masked(self.note),
            "key": self.key,
            "corrected": self.read is not None,
            "quote": masked(quote),
            "start": self.place.start if self.place else None,
            "end": self.place.end if self.place else None,
        }


@dataclass(frozen=True, slots=True)
class Review:
    """One reading of one document: what was read, what was found, by which rules and library; `day` is that whose law counted."""

    kind: DocumentKind
    files: tuple[str, ...]
    digest: str
    text: str
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]
    rules_version: str
    library_revision: int
    parts: tuple[str, ...] = field(default=())
    day: date | None = None

    @property
    def conclusion(self) -> str:
        """合法, 修改后合法 or 不合法 as a proposal: the reviewer decides. 严重 findings make 不合法."""
        if any(f.severity is Severity.SERIOUS for f in self.findings):
            return "不合法"
        return "修改后合法" if any(f.severity is Severity.NORMAL for f in self.findings) else "合法"

    def as_json(self) -> dict[str, Any]:
        """The review in the form of the command line."""
        return {
            "kind": self.kind.value,
            "files": list(self.files),
            "digest": self.digest,
            "rules_version": self.rules_version,
            "library_revision": self.library_revision,
            "as_of": self.day.isoformat() if self.day else None,
            "conclusion": self.conclusion,
            "findings": [f.as_json() for f in self.findings],
            "facts": {"parts": list(self.parts), "items": [f.as_json(self.text) for f in self.facts]},
        }


def masked(text: str) -> str:
    """Return the text with numbers of identity papers hidden."""
    return mask_identity(text)
