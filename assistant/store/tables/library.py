"""Every table of the one database. Changed only together with a migration."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Boolean, Date, DateTime, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Declarative base of all tables."""


class StatuteRow(Base):
    """法律文件: one title, whatever its versions. The id is the title's comparison key."""

    __tablename__ = "statute"
    id: Mapped[str] = mapped_column(String(300), primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    level: Mapped[str] = mapped_column(String(20), default="")
    issuer: Mapped[str] = mapped_column(String(200), default="")
    region: Mapped[str] = mapped_column(String(60), default="")
    visibility: Mapped[str] = mapped_column(String(10), default="public")


class VersionRow(Base):
    """版本: one text of a statute. `binds_from` is the day search orders versions by."""

    __tablename__ = "version"
    id: Mapped[str] = mapped_column(String(320), primary_key=True)
    statute_id: Mapped[str] = mapped_column(ForeignKey("statute.id"), index=True)
    version_date: Mapped[date | None] = mapped_column(Date)
    promulgated: Mapped[date | None] = mapped_column(Date)
    effective_from: Mapped[date | None] = mapped_column(Date)
    binds_from: Mapped[date | None] = mapped_column(Date)
    effective_to: Mapped[date | None] = mapped_column(Date)
    closed_by_source: Mapped[str] = mapped_column(String(20), default="")
    repealed_from: Mapped[date | None] = mapped_column(Date)
    repealed_by: Mapped[str] = mapped_column(String(400), default="")
    doc_number: Mapped[str] = mapped_column(String(100), default="")
    history: Mapped[list[str]] = mapped_column(JSON, default=list)
    preamble: Mapped[str] = mapped_column(Text, default="")
    signature: Mapped[str] = mapped_column(Text, default="")
    appendix: Mapped[str] = mapped_column(Text, default="")
    has_articles: Mapped[bool] = mapped_column(Boolean, default=True)
    text_hash: Mapped[str] = mapped_column(String(32), default="", index=True)
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)


class ArticleRow(Base):
    """条: the text quoted everywhere. `id` is version id + '#' + article key."""

    __tablename__ = "article"
    id: Mapped[str] = mapped_column(String(340), primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("version.id"))
    ordinal: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer)
    suffix: Mapped[int] = mapped_column(Integer, default=0)
    part: Mapped[str] = mapped_column(String(200), default="")
    chapter: Mapped[str] = mapped_column(String(200), default="")
    section: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(32))
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    __table_args__ = (Index("ix_article_version", "version_id", "ordinal"),)


class SourceRow(Base):
    """Where a version's text came from; `digest` is of the file's bytes."""

    __tablename__ = "source"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("version.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(500))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    added_at: Mapped[datetime] = mapped_column(DateTime)


class DifferenceRow(Base):
    """Two sources of one version that disagree on an article beyond spaces and punctuation."""

    __tablename__ = "difference"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("version.id"), index=True)
    article_key: Mapped[str] = mapped_column(String(40))
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    text: Mapped[str] = mapped_column(Text)
    taken: Mapped[bool] = mapped_column(Boolean)


class RepealRow(Base):
    """A closing article's word that another statute is repealed; applied whenever that one is here."""

    __tablename__ = "repeal"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    by_version_id: Mapped[str] = mapped_column(ForeignKey("version.id"), index=True)
    target_key: Mapped[str] = mapped_column(String(300), index=True)
    article: Mapped[str] = mapped_column(String(40))


class RevisionRow(Base):
    """One row: a number that grows with every change of the library; a server watches it."""

    __tablename__ = "revision"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    number: Mapped[int] = mapped_column(Integer)


class NoteRow(Base):
    """Small facts about the library's state, by name (last pull, its outcome)."""

    __tablename__ = "note"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class ConversationRow(Base):
    """A chat of one user; kept on the server, never in the browser."""

    __tablename__ = "conversation"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(100), index=True)
    title: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(DateTime)
    updated_at: Mapped[datetime] = mapped_column(DateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(DateTime)


class MessageRow(Base):
    """One turn; an answer keeps its citations as they stood when it was given."""

    __tablename__ = "message"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    role: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    answer: Mapped[dict[str, object] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(DateTime)


class FeedbackRow(Base):
    """A like or dislike of one answer, with the user's reason; one a user and message."""

    __tablename__ = "feedback"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    owner: Mapped[str] = mapped_column(String(100))
    liked: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(DateTime)


class BenchmarkTable(Base):
    """裁量基准: one row of a bureau's table, as imported; `document` is the file it came from."""

    __tablename__ = "benchmark"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    document: Mapped[str] = mapped_column(String(300), index=True)
    visibility: Mapped[str] = mapped_column(String(10), default="internal")
    statute_id: Mapped[str] = mapped_column(String(300))
    version_date: Mapped[date | None] = mapped_column(Date)
    row: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(300))
    number: Mapped[int] = mapped_column(Integer)
    suffix: Mapped[int] = mapped_column(Integer, default=0)
    paragraph: Mapped[int | None] = mapped_column(Integer)
    item: Mapped[int | None] = mapped_column(Integer)
    act: Mapped[str] = mapped_column(Text)
    grade: Mapped[str] = mapped_column(String(100))
    circumstances: Mapped[str] = mapped_column(Text)
    range_text: Mapped[str] = mapped_column(Text)
    statutory: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(400), default="")
    added_at: Mapped[datetime] = mapped_column(DateTime)
    __table_args__ = (Index("ix_benchmark_article", "statute_id", "number", "suffix"),)


class ReviewCatalogueTable(Base):
    """重大执法决定法制审核目录: one row of the bureau's table, its cells by column; `document` is the file it came from."""

    __tablename__ = "review_catalogue"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    document: Mapped[str] = mapped_column(String(300), index=True)
    row: Mapped[int] = mapped_column(Integer)
    cells: Mapped[dict[str, str]] = mapped_column(JSON)
    added_at: Mapped[datetime] = mapped_column(DateTime)


class QuestionProposalRow(Base):
    """示例问题的推荐: a liked answer's question with its articles, until someone approves or rejects it.

    It outlives the conversation it came from; `message_id` is kept while there is one, so that an answer is proposed once.
    """

    __tablename__ = "question_proposal"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"), unique=True)
    owner: Mapped[str] = mapped_column(String(100))
    question: Mapped[str] = mapped_column(Text)
    articles: Mapped[list[str]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(10), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime)
    decided_at: Mapped[datetime | None] = mapped_column(DateTime)
