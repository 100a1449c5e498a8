"""Wording asked of the language model for a form at the desk: a proposal that passed the proof, or a line that says why not.

Nothing is stored but that it was asked: who asked saves the words, or not. The public desk has no way here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from sqlalchemy import Engine

from assistant.answer.model.wording import Task, Wording
from assistant.desk.audit.trail import AuditAction, note
from assistant.desk.cases import cases
from assistant.desk.people.people import Person
from assistant.desk.reviews import reviews
from assistant.desk.reviews.records import Word
from assistant.errors import RefusedInput
from assistant.library.shelf.shelf import Shelf

_MARK = re.compile(r"\[\d+\]")
_SENTENCE_END = re.compile(r"(?<=[。！？])(?![”』」）。！？]|$)")


class Suggesting(Protocol):
    """The part of `assistant.answer.service.Assistant` that proposes wording."""

    @property
    def engine(self) -> Engine:
        """The database."""

    def suggest_wording(
        self, task: Task, text: str, addresses: Sequence[str] = (), *, as_of: date | None = None, beside: Sequence[str] = ()
    ) -> Wording:
        """Return the model's wording where it passes the proof."""


def for_finding(model: Suggesting, person: Person, review_id: str, finding_id: int, text: str) -> Wording:
    """Return a wording of the suggestion a reviewer is editing; it may speak of the finding's articles as of the review's day.

    Raises NoReview, ReviewClosed; RefusedInput for a finding that is dealt with and for a text empty or too long; BadSetting
    where no model is set up.
    """
    found = reviews.opened(model.engine, person, review_id)
    if not found.may_change:
        raise reviews.ReviewClosed
    one = next((f for f in found.findings if f.id == finding_id), None)
    if one is None:
        raise reviews.NoReview
    if one.word is not Word.NONE:
        raise RefusedInput("这项问题", "已经处理过，要改写的请先撤销")
    addresses = [b.address for b in one.finding.basis]
    day = found.stored.as_of or found.stored.law_day
    wording = _plain(model.suggest_wording(Task.OPINION, text, addresses, as_of=day, beside=[found.stored.text]), text)
    detail = {"动作": "请模型改写", "问题": one.finding.title, "结果": _outcome(wording)}
    note(model.engine, person.id, AuditAction.REVIEW, f"审查 {review_id}", detail)
    return wording


def for_lesson(model: Suggesting, shelf: Shelf, by: str, case_id: int, text: str) -> Wording:
    """Return a plainer wording of a case's lesson, one sentence a line; it may speak of the case's articles as of its day.

    Raises NotOnShelf where there is no such case in use, RefusedInput and BadSetting as `for_finding`.
    """
    case = cases.shown(model.engine, shelf, case_id).case
    addresses = [b.address for b in case.basis]
    wording = _plain(model.suggest_wording(Task.PLAINER, text, addresses, as_of=case.day, beside=[case.text]), text)
    note(model.engine, by, AuditAction.CASE, f"案例 {case_id} {case.title}", {"动作": "请模型改写", "结果": _outcome(wording)})
    return replace(wording, text="\n".join(_SENTENCE_END.split(wording.text)))


def _plain(wording: Wording, given: str) -> Wording:
    """Without the numbers of the articles, which mean nothing in a form; where the text itself had such numbers, as it is."""
    return wording if _MARK.search(given) else replace(wording, text=_MARK.sub("", wording.text))


def _outcome(wording: Wording) -> str:
    return "给出建议文字" if wording.text else "没有建议文字"
