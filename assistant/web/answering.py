"""The part of the assistant that pages use; tests put a fake in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Protocol

from sqlalchemy import Engine

from assistant.answer.model.wording import Task, Wording
from assistant.answer.model.writing import Draft
from assistant.answer.parts import Answer
from assistant.config import Settings
from assistant.search.case_search import CaseSearch
from assistant.search.searcher import Searcher
from assistant.store.records import ShelfArticle


class Answering(Protocol):
    """The part of `assistant.answer.service.Assistant` the desk uses."""

    @property
    def settings(self) -> Settings:
        """The settings the assistant runs under."""

    @property
    def engine(self) -> Engine:
        """The library's database."""

    @property
    def searcher(self) -> Searcher:
        """The search over the current index."""

    @property
    def case_search(self) -> CaseSearch:
        """The search over the cases."""

    def ask(self, question: str, *, as_of: date | None = None, desk: str = "staff", history: Sequence[str] = ()) -> Answer:
        """Return the answer to a question."""

    @property
    def writes(self) -> bool:
        """True where a language model may write answers."""

    def write(self, answer: Answer, *, asked: str = "", history: Sequence[str] = ()) -> Iterator[Draft]:
        """Yield a written answer as it is proved; the last draft is done."""

    def suggest_wording(
        self, task: Task, text: str, addresses: Sequence[str] = (), *, as_of: date | None = None, beside: Sequence[str] = ()
    ) -> Wording:
        """Return the model's wording of a text where it passes the proof; raises BadSetting where no model is set up."""

    def article(self, article_id: str) -> ShelfArticle | None:
        """Return an article by id."""
