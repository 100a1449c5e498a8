"""Cases: found, shown with their articles, taken out of use and put back; the shipped ones loaded."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.audit.trail import AuditAction, console_actor, record
from assistant.errors import NotOnShelf, RefusedInput
from assistant.law.cases.model import Case, CaseBasis
from assistant.law.citation.read import parse_reference
from assistant.law.privacy.scan import certain_data
from assistant.law.statute.model import Visibility
from assistant.law.text.titles import title_key
from assistant.library.shelf.shelf import Shelf
from assistant.library.sources.teaching import teaching_cases
from assistant.limits import WORDS
from assistant.search.case_search import CaseSearch, FoundCase, Place, Wanted, case_vector
from assistant.search.vectors.embed import Embedder, load_embedder
from assistant.store import cases as sql
from assistant.store.cases import StoredCase
from assistant.store.engine import writing
from assistant.store.records import ShelfArticle

LESSON_CHARS = 2000


class CaseOutcome(StrEnum):
    """What became of a case that was handed in."""

    ADDED = "新增"
    UNCHANGED = "已有"
    UPDATED = "更新"


@dataclass(frozen=True, slots=True)
class CaseArticle:
    """An article a case applied, as it read on the case's day; None where the library has no such text."""

    basis: CaseBasis
    found: ShelfArticle | None


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case with the articles it applied."""

    stored: StoredCase
    articles: tuple[CaseArticle, ...]

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.stored.case


def place_of(shelf: Shelf, words: str) -> Place:
    """The article (or, number 0, the whole statute) that words name: 娱乐场所管理条例 第四十八条, with or without 《》.

    Raises RefusedInput where they name none, or are overlong.
    """
    WORDS.check("条文", len(words))
    named = next((c for c in parse_reference(words, shelf.names()) if c.title), None)
    if named is None:
        statute = shelf.find_statute(words)
        if statute is None:
            raise RefusedInput(words[:60], "没有读出是哪部法的哪一条，请写作《…》第…条")
        return statute.id, 0, 0
    statute = shelf.find_statute(named.title or "")
    return (statute.id if statute else title_key(named.title or "")), named.number or 0, named.suffix


def found(search: CaseSearch, shelf: Shelf, words: str = "", *, article: str = "", wanted: Wanted | None = None) -> list[FoundCase]:
    """Return the cases that fit; `article` is in words. Raises RefusedInput where it names no article, or either is overlong."""
    WORDS.check("检索词", len(words))
    ask = wanted or Wanted()
    if article.strip():
        ask = replace(ask, article=place_of(shelf, article.strip()))
    return search.find(words, ask)


def shown(engine: Engine, shelf: Shelf, case_id: int, *, public_only: bool = False) -> ShownCase:
    """Return one case with its articles; raises NotOnShelf where there is none in use, or not for the public."""
    with engine.connect() as connection:
        stored = sql.case(connection, case_id)
    if stored is None or stored.removed_at or (public_only and stored.case.visibility is not Visibility.PUBLIC):
        raise NotOnShelf(f"没有编号为 {case_id} 的案例，可能已被移出；可用 assistant case list 查看")
    return ShownCase(stored, articles_of(shelf, stored.case))


def articles_of(shelf: Shelf, case: Case) -> tuple[CaseArticle, ...]:
    """The articles a case applied, in the text of its day (of today where it tells none)."""
    day = case.day or date.today()
    out = []
    for basis in case.basis:
        statute = shelf.find_statute(basis.law)
        article = shelf.article(statute.id, basis.number, basis.suffix, day) if statute else None
        out.append(CaseArticle(basis, article))
    return tuple(out)


def keep(engine: Engine, embedder: Embedder, case: Case, digest: str, by: str) -> tuple[int, CaseOutcome]:
    """Store a case under its key and return its number. One that is there unchanged stays as it is."""
    with writing(engine) as connection:
        there = sql.case_of_key(connection, case.key)
        if there and there.digest == digest and there.case.visibility is case.visibility:
            return there.id, CaseOutcome.UNCHANGED
        vector = case_vector(embedder, case)
        if there is None:
            case_id, outcome = sql.add_case(connection, case, digest, vector, by, datetime.now()), CaseOutcome.ADDED
        else:
            case_id, outcome = there.id, CaseOutcome.UPDATED
            sql.replace_case(connection, there.id, case, digest, vector, datetime.now())
        facts = {"结果": outcome.value, "来源": case.kind.value, "可见": case.visibility.value}
        record(connection, by, AuditAction.CASE, f"案例 {case_id} {case.title}", facts)
        return case_id, outcome


def load_teaching(engine: Engine, settings: Settings) -> Counter[CaseOutcome]:
    """Bring the shipped teaching cases in; those the bureau removed stay removed. Safe to run again.

    Raises BadSetting for a malformed file.
    """
    embedder = load_embedder(settings)
    return Counter(keep(engine, embedder, t.case, t.digest, console_actor())[1] for t in teaching_cases())


def removed(engine: Engine) -> list[StoredCase]:
    """The cases taken out of use, newest first."""
    with engine.connect() as connection:
        return sql.cases(connection, removed=True)


def edit_lesson(engine: Engine, case_id: int, text: str, by: str) -> StoredCase:
    """Keep other words for what a case teaches, a sentence a line, and return the case.

    Raises NotOnShelf where there is none in use, RefusedInput for no words, too many, or (in a public case) a number of
    a person.
    """
    checked_lesson(text, public=False)
    with writing(engine) as connection:
        stored = sql.case(connection, case_id)
        if stored is None or stored.removed_at:
            raise NotOnShelf(f"没有编号为 {case_id} 的案例，可能已被移出")
        lesson = checked_lesson(text, public=stored.case.visibility is Visibility.PUBLIC)
        sql.set_lesson(connection, case_id, lesson, datetime.now())
        record(connection, by, AuditAction.CASE, f"案例 {case_id} {stored.case.title}", "修改说给当事人听的话")
    return stored


def checked_lesson(text: str, *, public: bool) -> list[str]:
    """Return the sentences of a lesson; raises RefusedInput for none, too many words, or (in a public case) a number of a person."""
    lesson = [line.strip() for line in text.splitlines() if line.strip()]
    if not lesson or len(text) > LESSON_CHARS:
        raise RefusedInput("说给当事人听", f"应有 1 至 {LESSON_CHARS} 字")
    bare = certain_data(text)
    if public and bare:
        raise RefusedInput("说给当事人听", f"公开案例不能写{bare[0].kind.value}，请改写后再保存")
    return lesson


def remove(engine: Engine, case_id: int, by: str) -> StoredCase:
    """Take a case out of use (it can be put back) and return it; raises NotOnShelf where there is none in use."""
    return _switch(engine, case_id, by, remove=True)


def restore(engine: Engine, case_id: int, by: str) -> StoredCase:
    """Put a removed case back and return it; raises NotOnShelf where there is none removed."""
    return _switch(engine, case_id, by, remove=False)


def _switch(engine: Engine, case_id: int, by: str, *, remove: bool) -> StoredCase:
    with writing(engine) as connection:
        stored = sql.case(connection, case_id)
        if stored is None or bool(stored.removed_at) is remove:
            raise NotOnShelf(f"没有编号为 {case_id} 的{'' if remove else '已移出的'}案例")
        sql.set_removed(connection, case_id, remove, datetime.now())
        record(connection, by, AuditAction.CASE, f"案例 {case_id} {stored.case.title}", "移出" if remove else "恢复")
        return stored
