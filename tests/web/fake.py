"""A small assistant with the interface of `assistant.answer.service.Assistant`, over a real library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from assistant.answer.model.wording import Task, Wording
from assistant.answer.model.writing import Draft
from assistant.answer.parts import Answer, Section, cite
from assistant.config import Settings
from assistant.errors import AssistantError, BadSetting
from assistant.search.case_search import CaseSearch
from assistant.store.engine import open_engine
from assistant.store.library import statutes as sql
from assistant.store.records import ShelfArticle


class FakeAssistant:
    """Answers with the first articles that share two characters with the question."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine = open_engine(settings.library_url)
        self.case_search = CaseSearch(self.engine, settings)
        self.histories: list[list[str]] = []

    def ask(self, question: str, *, as_of: date | None = None, desk: str = "staff", history: Sequence[str] = ()) -> Answer:
        day = as_of or date.today()
        self.histories.append(list(history))
        if "出错" in question:
            raise RuntimeError("invented")
        if "拒绝" in question:
            raise AssistantError("这个问题不能回答；请换个问法。")
        with self.engine.connect() as connection:
            ids = [i for v in sql.versions(connection) if v.status_on(day).value == "现行有效" for i, _ in sql.articles(connection, v.id)]
            found = list(sql.articles_by_id(connection, ids).values())
        pairs = {question[k : k + 2] for k in range(len(question) - 1)}
        found.sort(key=lambda a: -sum(p in a.article.text + a.statute.title for p in pairs))
        cited = tuple(cite(a, n, day, "依据", ((0, min(12, len(a.article.text))),)) for n, a in enumerate(found[:2], 1))
        sections = (Section("", "应当依照下列规定处理[1][2]。"), Section("处罚", "见罚则[1]。"))
        return Answer(question, day, sections, cited, warnings=("核对版本。",), next_steps=("先行调查取证。",))

    writes = False

    def write(self, answer: Answer, *, asked: str = "", history: Sequence[str] = ()) -> Iterator[Draft]:
        yield Draft(done=True)

    def suggest_wording(
        self, task: Task, text: str, addresses: Sequence[str] = (), *, as_of: date | None = None, beside: Sequence[str] = ()
    ) -> Wording:
        raise BadSetting("没有设置语言模型")

    def article(self, article_id: str) -> ShelfArticle | None:
        with self.engine.connect() as connection:
            return sql.articles_by_id(connection, [article_id]).get(article_id)

    def close(self) -> None:
        self.engine.dispose()
