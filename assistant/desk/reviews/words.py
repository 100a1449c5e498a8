"""The reviewer's word on a finding: accepted, edited, rejected with a reason, taken back; and findings of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine

from assistant.desk.people.people import Person
from assistant.desk.reviews.records import CHOICES, Word, finding_values
from assistant.desk.reviews.reviews import NoReview, seen, trace
from assistant.errors import RefusedInput
from assistant.review.report.reviewer import Reviewer
from assistant.review.text.model import ABSENT, Basis, DocumentKind, Finding, Severity, Span
from assistant.store import reviews as sql
from assistant.store.engine import writing
from assistant.store.reviews import StoredFinding, StoredReview

TITLE_CHARS, TEXT_CHARS, REASON_CHARS, QUOTE_CHARS = 100, 4000, 1000, 2000
OWN = "reviewer_own"


def accept(engine: Engine, person: Person, review_id: str, finding_id: int) -> None:
    """Take a finding over as the rule words it."""
    _say(engine, person, review_id, finding_id, Word.ACCEPTED)


def accept_rest(engine: Engine, person: Person, review_id: str) -> int:
    """Take over every 严重 and 一般 finding without a word; return how many."""
    with writing(engine) as connection:
        seen(connection, person, review_id, to_change=True)
        rows = [r for r in sql.findings(connection, review_id) if r.present and r.word == Word.NONE and r.severity != Severity.HINT]
        for row in rows:
            sql.change_finding(connection, review_id, row.id, **_word(person, Word.ACCEPTED))
        trace(connection, person, review_id, "采纳其余", 问题=[r.title for r in rows])
        return len(rows)


def edit(engine: Engine, person: Person, review_id: str, finding_id: int, severity: str, explain: str, suggest: str) -> None:
    """Take a finding over in the reviewer's own words; raises RefusedInput where they are missing or too long."""
    values = {"own_severity": _severity(severity), "own_explain": _text("说明", explain), "own_suggest": _text("建议", suggest)}
    _say(engine, person, review_id, finding_id, Word.EDITED, **values)


def reject(engine: Engine, person: Person, review_id: str, finding_id: int, reason: str) -> None:
    """Turn a finding down; the reason is kept with it. Raises RefusedInput without one."""
    _say(engine, person, review_id, finding_id, Word.REJECTED, reason=_text("驳回理由", reason, REASON_CHARS))


def undo(engine: Engine, person: Person, review_id: str, finding_id: int) -> None:
    """Take the word on a finding back; a finding the reviewer added goes."""
    with writing(engine) as connection:
        seen(connection, person, review_id, to_change=True)
        row = _row(sql.findings(connection, review_id), finding_id)
        if row.added:
            sql.remove_finding(connection, review_id, finding_id)
        else:
            sql.change_finding(connection, review_id, finding_id, **_word(person, Word.NONE))
        trace(connection, person, review_id, "撤销", 问题=row.title, 原处理=Word(row.word).shown)


def _say(engine: Engine, person: Person, review_id: str, finding_id: int, word: Word, **values: Any) -> None:
    with writing(engine) as connection:
        seen(connection, person, review_id, to_change=True)
        row = _row(sql.findings(connection, review_id), finding_id)
        if row.added:
            raise RefusedInput("审查人补充的问题", "不需要采纳；不要的请撤销后重新补充")
        sql.change_finding(connection, review_id, finding_id, **_word(person, word) | values)
        trace(connection, person, review_id, word.shown, 问题=row.title, **({"理由": values["reason"]} if values.get("reason") else {}))


def _word(person: Person, word: Word) -> dict[str, Any]:
    blank = dict.fromkeys(("reason", "own_severity", "own_explain", "own_suggest"), "")
    return blank | {"word": word.value, "word_by": person.id, "word_by_name": person.name, "word_at": datetime.now()}


def _row(rows: list[StoredFinding], finding_id: int) -> StoredFinding:
    found = next((r for r in rows if r.id == finding_id), None)
    if found is None:
        raise NoReview
    return found


# ---- findings of the reviewer -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OwnFinding:
    """What a reviewer adds: `quote` is copied from the document (empty: something is missing), `start` where it was selected.

    `basis` holds addresses (《…》第…条), one a line.
    """

    title: str
    severity: str
    question: str
    explain: str
    suggest: str = ""
    quote: str = ""
    start: int | None = None
    basis: str = ""


def add(engine: Engine, reviewer: Reviewer, person: Person, review_id: str, own: OwnFinding) -> int:
    """Keep a finding of the reviewer's and return its id.

    Raises RefusedInput where a field is missing, the quotation is not in the document, or the library has no such article.
    """
    with engine.connect() as connection:
        stored = seen(connection, person, review_id, to_change=True)
    finding = _finding(reviewer, stored, own)
    with writing(engine) as connection:
        seen(connection, person, review_id, to_change=True)
        trace(connection, person, review_id, Word.ADDED.shown, 问题=finding.title)
        return sql.add_finding(connection, finding_values(review_id, finding) | _word(person, Word.ADDED) | {"added": True})


def _finding(reviewer: Reviewer, stored: StoredReview, own: OwnFinding) -> Finding:
    place = _located(stored.text, own.quote, own.start)
    question = own.question if own.question in CHOICES[DocumentKind(stored.kind)] else ""
    if not question:
        raise RefusedInput("类别", f"请在 {'、'.join(CHOICES[DocumentKind(stored.kind)])} 中选择一个")
    return Finding(
        OWN,
        _text("标题", own.title, TITLE_CHARS),
        Severity(_severity(own.severity)),
        question,
        _text("说明", own.explain),
        _text("建议", own.suggest, needed=False),
        stored.text[place.start : place.end] if place else ABSENT,
        place,
        looked_up(reviewer, own.basis, stored.as_of or stored.law_day),
    )


def looked_up(reviewer: Reviewer, addresses: str, day: date | None = None) -> tuple[Basis, ...]:
    """The articles of addresses, one a line, quoted from the library; raises RefusedInput for one it has not."""
    lines = [line.strip(" \t\u3000，；;") for line in addresses.splitlines() if line.strip()]
    found = reviewer.quoted(tuple(lines), day)
    for line, basis in zip(lines, found, strict=True):
        if not basis.text:
            raise RefusedInput("依据", f"库里没有“{line}”，请写作 《行政处罚法》第四十条，或者先核对名称和条号")
    return found


def _located(text: str, quote: str, start: int | None) -> Span | None:
    """Where the quotation stands: at `start` where it does, else its place nearest to it; white space may differ.

    A * stands for any character: numbers of identity papers are copied masked.
    """
    words = quote.strip()
    if not words:
        return None
    if len(words) > QUOTE_CHARS:
        raise RefusedInput("原文", f"最多 {QUOTE_CHARS} 字，请只引有问题的一段")
    pattern = re.compile(r"\s*".join("." if c == "*" else re.escape(c) for c in re.sub(r"\s+", "", words)))
    if start is not None and (match := pattern.match(text, max(0, start))):
        return Span(match.start(), match.end())
    near = sorted(pattern.finditer(text), key=lambda m: abs(m.start() - (start or 0)))
    if not near:
        raise RefusedInput("原文", "文件里没有这段文字，请从文件中选取或者逐字抄录；缺失的内容请留空")
    return Span(near[0].start(), near[0].end())


def _severity(value: str) -> str:
    if value not in list(Severity):
        raise RefusedInput("严重程度", f"请在 {'、'.join(Severity)} 中选择一个")
    return value


def _text(name: str, value: str, longest: int = TEXT_CHARS, needed: bool = True) -> str:
    kept = value.strip()
    if needed and not kept:
        raise RefusedInput(name, "不能为空，请写明")
    if len(kept) > longest:
        raise RefusedInput(name, f"有 {len(kept)} 字，最多 {longest} 字")
    return kept
