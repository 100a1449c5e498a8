"""What a new version changed, article by article, and what cites the changed articles and wants a look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.library.comparing import ArticleChange, compared
from assistant.desk.library.documents import OpenStatute, opened
from assistant.errors import NotOnShelf
from assistant.law.statute.model import Article
from assistant.law.text.titles import title_key
from assistant.search.question_bank import own_questions, question_files, read_questions
from assistant.store import cases, reviews
from assistant.store.cases import StoredCase
from assistant.store.library import statutes as sql
from assistant.store.records import Statute, Version


@dataclass(frozen=True, slots=True)
class Citing:
    """Something that cites a changed article: what kind of thing, how it is called, which article, where it opens."""

    kind: str
    name: str
    article: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Amendment:
    """A version beside the one before it; `older` is None for the first text of a statute."""

    newer: OpenStatute
    older: OpenStatute | None
    changes: tuple[ArticleChange, ...]

    @property
    def changed(self) -> tuple[ArticleChange, ...]:
        """The articles that are not the same."""
        return tuple(c for c in self.changes if c.changed)


def amendment(engine: Engine, version_id: str) -> Amendment:
    """Return what a version changed in the one before it; raises NotOnShelf."""
    with engine.connect() as connection:
        version = next((v for v in sql.versions(connection) if v.id == version_id), None)
    if version is None:
        raise NotOnShelf("库中没有这个版本，可能已被移出；请刷新后再看。")
    newer = opened(engine, version.statute_id, version_id)
    before = _before(newer)
    if before is None:
        return Amendment(newer, None, ())
    older = opened(engine, version.statute_id, before.id)
    return Amendment(newer, older, tuple(compared(older, newer)))


def latest(engine: Engine, most: int = 20) -> list[tuple[Statute, Version, datetime]]:
    """Return the versions brought in last that follow an earlier one, with the day they came in."""
    with engine.connect() as connection:
        return sql.latest_successors(connection, most)


def citing(engine: Engine, settings: Settings, found: Amendment) -> list[Citing]:
    """Return the cases, reviews and written questions that stand on an article that was changed or is gone."""
    wanted = {(c.old.number, c.old.suffix): c.old for c in found.changed if c.old}
    key = found.newer.statute.id
    with engine.connect() as connection:
        applied = cases.citing(connection, key, wanted)
        reviewed = reviews.citing(connection, key, {a.label for a in wanted.values()})
    return [
        *(Citing("案例", c.case.title, _articles(c, key, wanted), f"/staff/cases/{c.id}") for c in applied),
        *(Citing("审查", name, article, f"/staff/reviews/{number}") for number, name, article in reviewed),
        *_questions(settings, key, wanted),
    ]


def _articles(applied: StoredCase, key: str, wanted: dict[tuple[int, int], Article]) -> str:
    """The changed articles of the statute that a case applied."""
    own = (wanted.get((b.number, b.suffix)) for b in applied.case.basis if title_key(b.law) == key)
    return "、".join(dict.fromkeys(a.label for a in own if a))


def _questions(settings: Settings, key: str, wanted: dict[tuple[int, int], Article]) -> Iterable[Citing]:
    for path in question_files(own_questions(settings)):
        for question in read_questions(path):
            hit = next((wanted[n, s] for title, n, s in question.addresses if title == key and (n, s) in wanted), None)
            if hit:
                yield Citing("示例问题", question.question, hit.label)


def _before(document: OpenStatute) -> Version | None:
    """The sister version that came just before; versions are kept newest first."""
    at = [v.id for v in document.versions].index(document.version.id)
    return document.versions[at + 1] if at + 1 < len(document.versions) else None
