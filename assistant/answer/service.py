"""The one way in for pages and command line: search and answers over one library and index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from functools import cached_property

from sqlalchemy import Engine

from assistant.answer.compose import Composer
from assistant.answer.model.client import ModelClient, ModelUse
from assistant.answer.model.wording import Task, Wording, suggest
from assistant.answer.model.writing import Draft, Writer, may_write, rewritten
from assistant.answer.parts import Answer, Citation, cite
from assistant.answer.sections.case_answer import CaseBuilder
from assistant.answer.sections.like_cases import with_cases
from assistant.answer.sections.like_opinions import with_opinions
from assistant.config import Settings
from assistant.errors import BadSetting, RefusedInput
from assistant.library.shelf.citation_shelf import CitationShelf
from assistant.library.shelf.shelf import Shelf
from assistant.limits import HISTORY
from assistant.search.case_search import CaseSearch
from assistant.search.searcher import PUBLIC, Hit, Searcher
from assistant.store.engine import open_engine, writing
from assistant.store.model_uses import add_use
from assistant.store.records import ShelfArticle


class Assistant:
    """Opens library and index when first needed; safe to share between threads."""

    def __init__(self, settings: Settings, engine: Engine | None = None) -> None:
        self.settings = settings
        self._given = engine

    @cached_property
    def engine(self) -> Engine:
        """The library database."""
        self.settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._given or open_engine(self.settings.library_url)

    @cached_property
    def searcher(self) -> Searcher:
        """The search over the current index."""
        return Searcher(self.engine, self.settings)

    @cached_property
    def case_search(self) -> CaseSearch:
        """The search over the cases."""
        return CaseSearch(self.engine, self.settings)

    @cached_property
    def _composers(self) -> dict[str, Composer]:
        return {}

    def ask(self, question: str, *, as_of: date | None = None, desk: str = "staff", history: Sequence[str] = ()) -> Answer:
        """Answer a question; `history` are the conversation's earlier questions, oldest first.

        Raises RefusedInput for an empty or overlong question or conversation, IndexNotReady before `setup`.
        """
        HISTORY.check("对话中之前的问题", len(history))
        earlier = [q[: self.settings.max_question_chars] for q in history]
        answer = self._composer(desk).answer(self._checked(question), day=as_of or date.today(), history=earlier)
        return with_opinions(with_cases(answer, self.case_search, desk), self.searcher, desk)

    @property
    def writes(self) -> bool:
        """True where a language model is set up to write answers."""
        return bool(self.settings.model_url and self.settings.model_name)

    @cached_property
    def model(self) -> ModelClient:
        """The language model, every use of it recorded."""
        return ModelClient(self.settings, self._record_use)

    def write(self, answer: Answer, *, asked: str = "", history: Sequence[str] = ()) -> Iterator[Draft]:
        """Yield the model's answer as it comes, each sentence proved; the last draft is done. Raises nothing of the model's.

        With a `history` the model first says what was `asked` in one question; where that differs, the answer it
        works from is sought anew.
        """
        if not self.writes or not may_write(answer):
            yield Draft(done=True)
            return
        if history and asked:
            question = rewritten(self.model, asked, history)
            if question and question != answer.question:
                again = self.ask(question, as_of=answer.as_of)
                answer = again if may_write(again) else answer
        yield from Writer(self.settings, self.model).write(answer, (*history, asked))

    def suggest_wording(
        self, task: Task, text: str, addresses: Sequence[str] = (), *, as_of: date | None = None, beside: Sequence[str] = ()
    ) -> Wording:
        """Return the model's wording of a text, where it passes; `addresses` (《…》第…条) are the articles it may speak of.

        `beside` are other texts of the matter: whoever they name is hidden from the model in `text`, too.

        For the pages of reviews and cases; an address that is not on the shelf `as_of` that day (today) is left out. Raises RefusedInput for
        a text that is empty or too long, BadSetting where no model is set up.
        """
        if not self.writes:
            raise BadSetting("没有设置语言模型（model_url、model_name），不能建议文字")
        shelf, day = Shelf(self.engine), as_of or date.today()
        citations: list[Citation] = []
        for address in addresses:
            for named in self.searcher.references(address):
                statute = shelf.find_statute(named.title or "")
                found = shelf.article(statute.id, named.number or 0, named.suffix, day) if statute and named.number else None
                citations += [cite(found, len(citations) + 1, day)] if found else []
        return suggest(self.settings, self.model, task, text, citations, beside)

    def _record_use(self, use: ModelUse) -> None:
        with writing(self.engine) as connection:
            add_use(connection, asdict(use))

    def search(self, question: str, *, k: int = 10, as_of: date | None = None, desk: str = "staff", explain: bool = False) -> list[Hit]:
        """Return the k best articles for a question; errors as `ask`."""
        return self.searcher.search(self._checked(question), k=k, as_of=as_of, desk=desk, explain=explain)

    def article(self, article_id: str, *, desk: str = "staff") -> ShelfArticle | None:
        """One article by id; None where it is not on the shelf or not for this desk."""
        return Shelf(self.engine, internal=desk != PUBLIC).article_by_id(article_id)

    def close(self) -> None:
        """Let the database go."""
        self.engine.dispose()

    def _composer(self, desk: str) -> Composer:
        if desk not in self._composers:
            shelf = Shelf(self.engine, internal=desk != PUBLIC)
            case = CaseBuilder(self.engine, shelf, self.settings, desk)
            self._composers[desk] = Composer(self.searcher, shelf, CitationShelf(shelf), case, self.settings, desk)
        return self._composers[desk]

    def _checked(self, question: str) -> str:
        text = question.strip()
        if not text:
            raise RefusedInput("问题", "没有内容，请写下要问的事")
        if len(text) > self.settings.max_question_chars:
            raise RefusedInput("问题", f"有 {len(text)} 字，超过上限 {self.settings.max_question_chars} 字，请缩短后再问")
        return text
