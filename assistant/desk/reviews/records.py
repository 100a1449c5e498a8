"""A review as it is kept and as it is opened again: findings with the reviewer's word, facts, what stands in the opinion."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assistant.review.text.model import ABSENT, Basis, DocumentKind, Fact, Finding, Severity, Span
from assistant.store.reviews import StoredFinding, StoredReview

#: The groups findings are shown in; what a rule names beside them comes after.
QUESTIONS: dict[DocumentKind, tuple[str, ...]] = {
    DocumentKind.PENALTY: ("主体", "事实", "证据", "事实和证据", "适用", "适用依据", "程序", "裁量"),
    DocumentKind.CONTRACT: ("主体", "权限和程序", "价款", "权利义务", "条款", "适用依据", "公平竞争", "争议解决", "形式"),
    DocumentKind.NORMATIVE: ("权限", "依据", "权利义务", "公平竞争", "程序", "形式"),
}
#: Groups a reviewer's own finding may be put in.
CHOICES: dict[DocumentKind, tuple[str, ...]] = {
    DocumentKind.PENALTY: ("主体", "事实和证据", "适用依据", "程序", "裁量"),
    DocumentKind.CONTRACT: QUESTIONS[DocumentKind.CONTRACT],
    DocumentKind.NORMATIVE: QUESTIONS[DocumentKind.NORMATIVE],
}


class Word(StrEnum):
    """The reviewer's word on a finding."""

    NONE = ""
    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"
    ADDED = "added"

    @property
    def shown(self) -> str:
        """The word as the reader sees it."""
        return {"": "未处理", "accepted": "采纳", "edited": "修改后采纳", "rejected": "驳回", "added": "审查人补充"}[self.value]


class State(StrEnum):
    """Whether a review is under way or has its conclusion."""

    OPEN = "open"
    CONCLUDED = "concluded"

    @property
    def shown(self) -> str:
        """The state as the reader sees it."""
        return {"open": "审查中", "concluded": "已出结论"}[self.value]


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """A finding of an opened review; severity, explanation and mend are the reviewer's where they wrote their own."""

    id: int
    finding: Finding
    word: Word
    reason: str
    added: bool
    word_by: str
    rule: Finding

    @property
    def stands(self) -> bool:
        """True where it goes into the opinion as a problem or hint: accepted, edited or added."""
        return self.word in (Word.ACCEPTED, Word.EDITED, Word.ADDED)

    @property
    def cannot_tell(self) -> bool:
        """True for what the rules could not see: 无法核实, never a pass."""
        return self.finding.severity is Severity.HINT and "无法核实" in self.finding.explain


@dataclass(frozen=True, slots=True)
class OpenReview:
    """A review as one person sees it: findings in the order of the groups, and those corrected facts no longer bear out."""

    stored: StoredReview
    findings: tuple[OpenFinding, ...]
    gone: tuple[OpenFinding, ...]
    facts: tuple[Fact, ...]
    may_change: bool
    may_conclude: bool
    outdated: bool = False

    @property
    def id(self) -> str:
        """The review's id."""
        return self.stored.id

    @property
    def kind(self) -> DocumentKind:
        """What was reviewed."""
        return DocumentKind(self.stored.kind)

    @property
    def state(self) -> State:
        """Under way or concluded."""
        return State(self.stored.state)

    @property
    def groups(self) -> tuple[tuple[str, tuple[OpenFinding, ...]], ...]:
        """The findings by question, heaviest first in each."""
        names = dict.fromkeys(f.finding.question for f in self.findings)
        return tuple((name, tuple(f for f in self.findings if f.finding.question == name)) for name in names)

    @property
    def open_serious(self) -> tuple[OpenFinding, ...]:
        """The 严重 and 一般 findings the reviewer has not said a word on."""
        return tuple(f for f in self.findings if f.word is Word.NONE and f.finding.severity is not Severity.HINT)

    @property
    def problems(self) -> tuple[Finding, ...]:
        """What the opinion lists as problems: 严重 and 一般 that stand."""
        return tuple(f.finding for f in self.findings if f.stands and f.finding.severity is not Severity.HINT)

    @property
    def hints(self) -> tuple[Finding, ...]:
        """What the opinion lists to be heeded: hints that stand, and what could not be verified unless it was rejected."""
        kept = (f for f in self.findings if f.finding.severity is Severity.HINT)
        return tuple(f.finding for f in kept if f.stands or (f.cannot_tell and f.word is not Word.REJECTED))

    @property
    def proposal(self) -> str:
        """合法, 修改后合法 or 不合法, as the findings not rejected come to: the reviewer decides."""
        heavy = {f.finding.severity for f in self.findings if f.word is not Word.REJECTED}
        if Severity.SERIOUS in heavy:
            return "不合法"
        return "修改后合法" if Severity.NORMAL in heavy else "合法"


def opened_findings(rows: list[StoredFinding], kind: DocumentKind) -> tuple[OpenFinding, ...]:
    """The findings of rows, in the order of the groups, heaviest first, then by place."""
    found = [_opened(row) for row in rows]
    order = {name: i for i, name in enumerate(QUESTIONS[kind])}

    def rank(one: OpenFinding) -> tuple[int, str, int, int]:
        place = one.finding.place.start if one.finding.place else -1
        return order.get(one.finding.question, len(order)), one.finding.question, one.finding.severity.rank, place

    return tuple(sorted(found, key=rank))


def _opened(row: StoredFinding) -> OpenFinding:
    place = Span(row.place_start, row.place_end) if row.place_start is not None and row.place_end is not None else None
    basis = tuple(Basis(b["law"], b["article"], b.get("text", ""), b.get("version", "")) for b in row.basis)
    rule = Finding(row.code, row.title, Severity(row.severity), row.question, row.explain, row.suggest, row.quote or ABSENT, place, basis)
    own = Finding(
        row.code,
        row.title,
        Severity(row.own_severity or row.severity),
        row.question,
        row.own_explain or row.explain,
        row.own_suggest or row.suggest,
        rule.quote,
        place,
        basis,
    )
    return OpenFinding(row.id, own if row.word == Word.EDITED else rule, Word(row.word), row.reason, row.added, row.word_by_name, rule)


def finding_values(review_id: str, finding: Finding) -> dict[str, Any]:
    """A finding of the rules as columns; no word has been said on it."""
    blank = dict.fromkeys(("word", "reason", "own_severity", "own_explain", "own_suggest", "word_by", "word_by_name"), "")
    return blank | rule_values(finding) | {"review_id": review_id, "added": False, "word_at": None}


def rule_values(finding: Finding) -> dict[str, Any]:
    """The columns of a finding that the rules fill."""
    return {
        "code": finding.code,
        "title": finding.title,
        "severity": finding.severity.value,
        "question": finding.question,
        "explain": finding.explain,
        "suggest": finding.suggest,
        "quote": finding.quote,
        "place_start": finding.place.start if finding.place else None,
        "place_end": finding.place.end if finding.place else None,
        "basis": [{"law": b.law, "article": b.article, "text": b.text, "version": b.version} for b in finding.basis],
        "present": True,
    }


def fact_values(facts: tuple[Fact, ...]) -> list[dict[str, Any]]:
    """The facts as plain values; `facts_of` gives them back."""
    return [
        {
            "name": f.name,
            "value": f.value,
            "start": f.place.start if f.place else None,
            "end": f.place.end if f.place else None,
            "part": f.part,
            "note": f.note,
            "key": f.key,
            "read": f.read,
        }
        for f in facts
    ]


def facts_of(values: list[dict[str, Any]]) -> tuple[Fact, ...]:
    """The facts of plain values."""
    return tuple(
        Fact(
            v["name"], v["value"], Span(v["start"], v["end"]) if v["start"] is not None else None, v["part"], v["note"], v["key"], v["read"]
        )
        for v in values
    )


def same_finding(row: StoredFinding, finding: Finding) -> int:
    """How surely a kept finding and a new one are the same: 0 not, 2 at the very place, 1 at one that overlaps."""
    if row.added or row.code != finding.code:
        return 0
    if finding.place is None or row.place_start is None or row.place_end is None:
        return 2 if finding.place is None and row.place_start is None else 0
    if (row.place_start, row.place_end) == (finding.place.start, finding.place.end):
        return 2
    return int(row.place_start < finding.place.end and finding.place.start < row.place_end)
