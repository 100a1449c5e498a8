"""What the store hands out: statutes, versions and articles as they stand on the shelf."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistant.law.statute.model import Article, Level, Status


@dataclass(frozen=True, slots=True)
class Statute:
    """法律文件 on the shelf."""

    id: str
    title: str
    level: Level | None
    issuer: str
    region: str
    visibility: str


@dataclass(frozen=True, slots=True)
class Version:
    """版本 of a statute, with everything needed to say its status on a day."""

    id: str
    statute_id: str
    version_date: date | None
    promulgated: date | None
    effective_from: date | None
    binds_from: date | None
    effective_to: date | None
    closed_by_source: str
    repealed_from: date | None
    repealed_by: str
    doc_number: str
    has_articles: bool
    history: tuple[str, ...] = ()
    preamble: str = ""
    signature: str = ""
    appendix: str = ""
    warnings: tuple[str, ...] = ()

    def status_on(self, day: date) -> Status:
        """时效状态 on `day`: what came later closes it, a repeal ends it, a later start keeps it waiting.

        A version whose text states no commencement of its own binds from its promulgation
        (the amendment decisions themselves state the day; the consolidated texts do not). A source
        that calls a text closed gives no day: its word counts only where the shelf knows none.
        """
        dated = self.repealed_from or self.effective_to
        if (self.repealed_from and self.repealed_from <= day) or (not dated and self.closed_by_source == Status.REPEALED):
            return Status.REPEALED
        if (self.effective_to and self.effective_to <= day) or (not dated and self.closed_by_source == Status.AMENDED):
            return Status.AMENDED
        if self.binds_from and self.binds_from > day:
            return Status.NOT_YET
        return Status.IN_FORCE


@dataclass(frozen=True, slots=True)
class ShelfArticle:
    """An article with the statute and version it stands in: the unit that is found and quoted."""

    id: str
    article: Article
    statute: Statute
    version: Version

    @property
    def address(self) -> str:
        """《title》第…条, as documents cite it."""
        return f"《{self.statute.title}》{self.article.label}"


@dataclass(frozen=True, slots=True)
class Difference:
    """An article that two sources of one version print differently."""

    statute: str
    version_id: str
    article_key: str
    source: str
    text: str
    taken: bool
