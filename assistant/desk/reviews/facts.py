"""Facts of a review set right by the reviewer: the rules run again, the words said on findings are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.desk.people.people import Person
from assistant.desk.reviews.records import fact_values, facts_of, finding_values, rule_values, same_finding
from assistant.desk.reviews.reviews import seen, trace
from assistant.errors import RefusedInput
from assistant.review.correct.corrections import checked
from assistant.review.report.reviewer import Reviewer
from assistant.review.text.model import DocumentKind, Fact, Finding, Review
from assistant.review.text.reading import Dossier
from assistant.store import reviews as sql
from assistant.store.engine import writing
from assistant.store.reviews import StoredReview


def correct(engine: Engine, reviewer: Reviewer, person: Person, review_id: str, key: str, value: str | None) -> None:
    """Set a fact right (None: take the correction back) and run the rules again.

    Words the reviewer said on findings that are still found are kept. Raises RefusedInput, naming the fact, for one
    that cannot be set or a value that cannot be its.
    """
    _run_again(engine, reviewer, person, corrected(engine, person, review_id, key, value))


def run_again(engine: Engine, reviewer: Reviewer, person: Person, review_id: str) -> None:
    """Run today's rules on today's library, with the facts as corrected."""
    _run_again(engine, reviewer, person, as_it_stands(engine, person, review_id))


# ---- the same in three steps, for whoever has the rules run elsewhere ----------------------------


@dataclass(frozen=True, slots=True)
class Rerun:
    """A review about to be run again: as it is kept, and the facts to run it on."""

    stored: StoredReview
    corrections: dict[str, str]

    @property
    def dossier(self) -> Dossier:
        """The document as it was read."""
        return Dossier(tuple(self.stored.files), self.stored.text, self.stored.digest)

    @property
    def kind(self) -> DocumentKind:
        """What is reviewed."""
        return DocumentKind(self.stored.kind)


def corrected(engine: Engine, person: Person, review_id: str, key: str, value: str | None) -> Rerun:
    """Return a review to be run again with one fact set right, or a correction taken back; errors as `correct`."""
    stored = as_it_stands(engine, person, review_id).stored
    corrections = {k: v for k, v in stored.corrections.items() if k != key}
    if value is not None:
        corrections[key] = checked(DocumentKind(stored.kind), facts_of(stored.facts), key, value)
    return Rerun(stored, corrections)


def as_it_stands(engine: Engine, person: Person, review_id: str) -> Rerun:
    """Return a review to be run again with its facts as they are; raises NoReview, ReviewClosed."""
    with engine.connect() as connection:
        stored = seen(connection, person, review_id, to_change=True)
    return Rerun(stored, stored.corrections)


def settle(engine: Engine, person: Person, rerun: Rerun, review: Review, kept: dict[str, str]) -> None:
    """Keep what came of it; raises RefusedInput where another corrected the review meanwhile."""
    stored = rerun.stored
    with writing(engine) as connection:
        now = seen(connection, person, stored.id, to_change=True)
        if now.corrections != stored.corrections:
            raise RefusedInput("更正", "这份审查刚才被别人更正过，请刷新后再改")
        changes: dict[str, Any] = {"facts": fact_values(review.facts), "corrections": kept, "law_day": review.day}
        changes |= {"rules_version": review.rules_version, "library_revision": review.library_revision, "updated_at": datetime.now()}
        sql.change_review(connection, stored.id, **changes)
        _merge(connection, stored.id, review.findings)
        changed = {k: kept.get(k, "（撤销更正）") for k in {*kept, *stored.corrections} if kept.get(k) != stored.corrections.get(k)}
        trace(connection, person, stored.id, "更正事实" if changed else "重新审查", 更正=changed, 规则版本=review.rules_version)


def _run_again(engine: Engine, reviewer: Reviewer, person: Person, rerun: Rerun) -> None:
    settle(engine, person, rerun, *reviewed(reviewer, rerun.dossier, rerun.kind, rerun.stored.as_of, rerun.corrections))


def reviewed(
    reviewer: Reviewer, dossier: Dossier, kind: DocumentKind, as_of: date | None, corrections: dict[str, str]
) -> tuple[Review, dict[str, str]]:
    """Return the review on the corrections, and those of them that stay; the ones newer rules no longer read a fact for are let go."""
    try:
        return reviewer.review(dossier, kind, as_of, corrections), corrections
    except RefusedInput:
        facts = reviewer.review(dossier, kind, as_of).facts
        kept = {k: v for k, v in corrections.items() if _still_fits(kind, facts, k, v)}
        return reviewer.review(dossier, kind, as_of, kept), kept


def _still_fits(kind: DocumentKind, facts: tuple[Fact, ...], key: str, value: str) -> bool:
    try:
        checked(kind, facts, key, value)
    except RefusedInput:
        return False
    return True


def _merge(connection: Connection, review_id: str, found: Sequence[Finding]) -> None:
    """Lay new findings over the kept ones: the same keep the reviewer's word, what is no longer found is set aside."""
    left = [r for r in sql.findings(connection, review_id) if not r.added]
    new = list(found)
    for least in (2, 1):
        for finding in list(new):
            same = next((r for r in left if same_finding(r, finding) >= least), None)
            if same:
                left.remove(same)
                new.remove(finding)
                sql.change_finding(connection, review_id, same.id, **rule_values(finding))
    for row in left:
        sql.change_finding(connection, review_id, row.id, present=False)
    for finding in new:
        sql.add_finding(connection, finding_values(review_id, finding))
