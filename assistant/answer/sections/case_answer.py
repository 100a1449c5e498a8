"""What an enforcement answer says besides its ranges: which provision prevails, whose power it is, the steps, discretion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine

from assistant.answer.parts import Section
from assistant.answer.sections import enforcement, phrases
from assistant.answer.sections.penalty_view import Punished
from assistant.config import Settings
from assistant.law.penalty.penalties import ProvisionLink
from assistant.law.statute.model import Article
from assistant.library.shelf.shelf import Shelf
from assistant.search.searcher import PUBLIC


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """The provisions in the order to show them, and what is said beside them."""

    penalties: tuple[Punished, ...] = ()
    sections: tuple[Section, ...] = ()
    procedure: tuple[dict[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()


class CaseBuilder:
    """Builds the case part of an answer for one desk."""

    def __init__(self, engine: Engine, shelf: Shelf, settings: Settings, desk: str) -> None:
        self._engine = engine
        self._shelf = shelf
        self._settings = settings
        self._desk = desk

    def build(self, question: str, penalties: Sequence[Punished], day: date) -> CaseAnswer:
        """Order the provisions (the one that prevails first) and say whose power it is and what the steps are.

        The public desk is told what the law punishes and which text prevails, not how the bureau proceeds.
        """
        if not penalties:
            return CaseAnswer()
        alike = enforcement.same_act(penalties, question, lambda p, link: self._text_of(p, link, day))
        conflict = enforcement.conflict(enforcement.in_force(alike, day))
        lead = conflict.prevails if conflict and conflict.prevails else None
        ordered = tuple([lead, *(p for p in penalties if p is not lead)] if lead else penalties)
        warnings = (conflict.text,) if conflict else ()
        if self._desk == PUBLIC:
            return CaseAnswer(ordered, warnings=warnings)
        procedure, line = enforcement.procedure_steps(ordered[:1], self._settings)
        sections = [
            Section("本局权限", enforcement.authority_section(ordered[:2], self._settings, self._statutes(ordered[:2]), day)),
            Section("程序", line),
            Section("裁量与注意", phrases.factor_lines(enforcement.factors(question))),
            Section("裁量基准", phrases.benchmark_lines(enforcement.benchmarks_for(ordered[:2], self._engine))),
        ]
        return CaseAnswer(ordered, tuple(s for s in sections if s.text), procedure, warnings)

    def _text_of(self, own: Punished, link: ProvisionLink, day: date) -> str:
        """The text of a duty a provision names; empty where it is not on the shelf."""
        statute = self._shelf.find_statute(link.law) if link.law else own.source.statute
        found = self._shelf.article(statute.id, link.number, link.suffix, day) if statute and link.number else None
        return found.article.text if found else ""

    def _statutes(self, penalties: Sequence[Punished]) -> dict[str, Sequence[Article]]:
        """The articles of each provision's statute: a 罚则 that names no authority leaves it to the article on who is in charge."""
        return {p.source.statute.id: [a.article for a in self._shelf.articles(p.source.version.id)] for p in penalties}
