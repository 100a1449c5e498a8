"""The rules: small functions over a context, registered under the codes of the review vocabulary."""

from __future__ import annotations

import importlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.review.text.model import DocumentKind, Finding, Severity, Span

if TYPE_CHECKING:
    from assistant.review.rules.context import Context

#: Modules whose import registers rules; a new subject is one module and one name here.
SUBJECTS = (
    "case.rules_subject",
    "case.rules_evidence",
    "case.rules_law",
    "case.rules_penalty",
    "case.rules_procedure",
    "case.rules_decision",
    "contract.rules_parties",
    "contract.rules_price",
    "contract.rules_power",
    "contract.rules_liability",
    "contract.rules_clauses",
    "contract.rules_disputes",
    "normative.rules_powers",
    "normative.rules_rights",
    "normative.rules_process",
    "normative.rules_basis",
)


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule found: a place in the text (None: something is missing) and why.

    `severity`, `articles` and `suggest` replace those of the rule where given.
    """

    start: int | None
    end: int | None
    explain: str
    severity: Severity | None = None
    articles: tuple[str, ...] = ()
    suggest: str = ""


Check = Callable[["Context"], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `code` is the id, `articles` are addresses, `suggest` the words for the mend."""

    code: str
    kinds: tuple[DocumentKind, ...]
    title: str
    question: str
    articles: tuple[str, ...]
    severity: Severity
    suggest: str
    check: Check


_RULES: list[Rule] = []


def rule(
    code: str,
    kind: DocumentKind | tuple[DocumentKind, ...],
    title: str,
    *,
    question: str,
    articles: tuple[str, ...],
    suggest: str,
    severity: Severity = Severity.SERIOUS,
) -> Callable[[Check], Check]:
    """Register the function below as a rule for one kind of document, or several."""
    kinds = kind if isinstance(kind, tuple) else (kind,)

    def register(check: Check) -> Check:
        _RULES.append(Rule(code, kinds, title, question, articles, severity, suggest, check))
        return check

    return register


@lru_cache(maxsize=1)
def all_rules() -> tuple[Rule, ...]:
    """Every rule of every subject, in order of the subjects."""
    for name in SUBJECTS:
        importlib.import_module(f"assistant.review.{name}")
    return tuple(_RULES)


@lru_cache(maxsize=1)
def rules_version() -> str:
    """A short digest of the rules' source: reviews say which rules made them."""
    folder = Path(__file__).parents[1]
    digest = sha256()
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.toml")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def run_rules(context: Context) -> tuple[Finding, ...]:
    """Run the rules for the context's kind; return findings by severity, then question, then place."""
    found = [f for r in all_rules() if context.kind in r.kinds for f in _findings(r, context)]
    return tuple(sorted(_once(found), key=lambda f: (f.severity.rank, f.question, f.place.start if f.place else -1)))


def _findings(rule: Rule, context: Context) -> Iterator[Finding]:
    for hit in rule.check(context):
        place = None if hit.start is None or hit.end is None else context.span(hit.start, hit.end)
        yield Finding(
            code=rule.code,
            title=rule.title,
            severity=hit.severity or rule.severity,
            question=rule.question,
            explain=hit.explain,
            suggest=hit.suggest or rule.suggest,
            quote=context.text[place.start : place.end] if place else "缺失",
            place=place,
            basis=context.law.quoted(hit.articles) if hit.articles else context.law.quoted_for_rules(rule.articles),
        )


def _once(findings: list[Finding]) -> list[Finding]:
    """Drop findings of one code at overlapping places: the first says it."""
    said: dict[tuple[str, int], _Said] = defaultdict(_Said)
    out: list[Finding] = []
    for one in findings:
        rank = one.severity.rank
        if not any(said[one.code, heavier].at(one.place) for heavier in range(rank + 1)):
            said[one.code, rank].add(one.place)
            out.append(one)
    return out


@dataclass(slots=True)
class _Said:
    """Where findings of one code and weight stand: stretches that do not overlap, in order, and whether one has no place."""

    placeless: bool = False
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def at(self, place: Span | None) -> bool:
        """True where one of them overlaps the place, or none of the two has one."""
        if place is None:
            return self.placeless
        after = bisect_left(self.starts, place.end)
        return after > 0 and self.ends[after - 1] > place.start

    def add(self, place: Span | None) -> None:
        """Put one more there that overlaps none."""
        if place is None:
            self.placeless = True
            return
        after = bisect_left(self.starts, place.start)
        self.starts.insert(after, place.start)
        self.ends.insert(after, place.end)
