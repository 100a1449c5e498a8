"""Placing a parsed document on the shelf: new version, same version, or nothing new.

One call is one transaction of the caller; whatever fails leaves the shelf as it was.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy.engine import Connection

from assistant.errors import RefusedInput
from assistant.law.statute.model import Article, ParsedDocument, Visibility
from assistant.law.statute.repeals import Repeal, repeals
from assistant.law.text.same_text import digest, folded
from assistant.law.text.titles import title_key
from assistant.limits import ARTICLE_LINES, ARTICLES, KEPT_ARTICLES, PIECES, REPEALS
from assistant.store.library import statutes as sql
from assistant.store.records import Version


class Placed(StrEnum):
    """What an import did, in the words the command line prints."""

    ADDED = "新增"
    UNCHANGED = "无变化"
    NEW_VERSION = "新版本"
    MERGED = "已补充"
    REDATED = "更正日期"
    ASIDE = "搁置"
    REFUSED = "拒绝"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document comes from. `kind` is a name of the configured source order."""

    kind: str
    name: str
    digest: str
    closed_as: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document with all that can be worked out before the shelf is asked, so that the database is not held meanwhile."""

    document: ParsedDocument
    text_hash: str
    rows: tuple[tuple[str, Article, str], ...]
    repeals: tuple[Repeal, ...]

    def keyed(self, version_id: str, source_id: int) -> list[dict[str, Any]]:
        """The article rows of a version."""
        return [_row(version_id, key, article, text, source_id) for key, article, text in self.rows]


@dataclass(frozen=True, slots=True)
class Placement:
    """The outcome for one document: what happened, to which version, and where sources disagree."""

    outcome: Placed
    version_id: str
    articles: int
    disagreements: tuple[str, ...] = field(default=())


def prepare(document: ParsedDocument) -> Prepared:
    """Work out what `place` needs of a document; raises RefusedInput for more articles than any document has."""
    check_size(document)
    rows = tuple((key, a, digest(a.text, a.chapter, a.section)) for key, a in _unique(document.articles))
    ended = tuple(repeals(document))
    REPEALS.check(f"《{document.title}》", len(ended))
    return Prepared(document, text_hash(document), rows, ended)


def check_size(document: ParsedDocument) -> None:
    """Raise RefusedInput for a document of more articles, pieces or lines in one article than any has."""
    name, numbered = f"《{document.title}》", sum(1 for a in document.articles if a.number)
    ARTICLES.check(name, numbered)
    PIECES.check(name, len(document.articles) - numbered)
    ARTICLE_LINES.check(name, max((a.text.count("\n") + 1 for a in document.articles if a.number), default=0))


def place(
    connection: Connection,
    document: ParsedDocument,
    source: Source,
    *,
    order: tuple[str, ...],
    visibility: Visibility = Visibility.PUBLIC,
    prepared: Prepared | None = None,
) -> Placement:
    """Put a document on the shelf and return what came of it; `prepared` is what `prepare` made of it.

    A text equal (after folding) to one already there changes nothing. A text of a day already
    there is another print of that version: missing articles are added (the parts of a code),
    differing ones are recorded and the source that stands earlier in `order` is kept. Anything
    else is a new version, and the versions' days are settled anew. A statute keeps its visibility: raises
    RefusedInput for an internal text of a statute that everyone sees, and for more articles than the shelf keeps of one document.
    """
    ready = prepared or prepare(document)
    statute_id = title_key(document.title)
    known = sql.versions(connection, statute_id)
    same = sql.version_with_text(connection, statute_id, ready.text_hash)
    if same is None:
        same = next((v.id for v in known if v.version_date == document.version_date), None)
        outcome = Placed.MERGED if same else Placed.NEW_VERSION if known else Placed.ADDED
    else:
        outcome = Placed.UNCHANGED
    if same and source.digest in sql.source_digests(connection, same):
        return Placement(Placed.UNCHANGED, same, len(document.articles))
    _check_visibility(connection, statute_id, visibility)
    if outcome is not Placed.UNCHANGED:
        KEPT_ARTICLES.check(f"《{document.title}》", sql.article_count(connection, statute_id) + len(document.articles))
    _save_statute(connection, statute_id, document, visibility, bool(known))
    new_id = f"{statute_id}@{document.version_date or 'undated'}"
    version_id = same or new_id
    if same is None:
        _save_version(connection, version_id, statute_id, document, source, ready.text_hash)
    elif outcome is Placed.UNCHANGED and document.version_date and _states_later(known, same, document.version_date):
        sql.redate_version(connection, same, new_id, document.version_date)
        version_id, outcome = new_id, Placed.REDATED
    source_id = sql.save_source(connection, version_id, source.kind, source.name, source.digest)
    if outcome in (Placed.ADDED, Placed.NEW_VERSION):
        sql.insert_articles(connection, ready.keyed(version_id, source_id))
        disagreements: tuple[str, ...] = ()
    elif outcome is Placed.MERGED:
        changed, disagreements = _merge(connection, version_id, ready, source, source_id, order)
        outcome = Placed.MERGED if changed else Placed.UNCHANGED
        if document.effective_from:
            sql.save_version(connection, {"id": version_id, "effective_from": document.effective_from})
    else:
        disagreements = ()
    _record_repeals(connection, version_id, ready)
    settle_versions(connection, statute_id)
    for target in sql.repeal_targets(connection, version_id):
        settle_versions(connection, target)
    if outcome is not Placed.UNCHANGED:
        sql.bump_revision(connection)
    return Placement(outcome, version_id, len(document.articles), disagreements)


def _check_visibility(connection: Connection, statute_id: str, visibility: Visibility) -> None:
    held = sql.statute(connection, statute_id)
    if held and visibility is Visibility.INTERNAL and held.visibility == Visibility.PUBLIC:
        raise RefusedInput(f"《{held.title}》", "库里的同名文件是公开的，内部文本放进去公众就能看到；请另起标题，或者按公开文件导入")


def _states_later(known: list[Version], version_id: str, day: date) -> bool:
    """True where `day` is later than the date an equal text was placed under, and no other version has it.

    Collections often cut the history at the head of a text short; its latest statement is the one to keep.
    """
    own = next(v for v in known if v.id == version_id)
    return (own.version_date is None or own.version_date < day) and all(v.version_date != day for v in known)


def settle_versions(connection: Connection, statute_id: str) -> None:
    """Set each version's days from all versions: a newer text closes the older one.

    A version binds from the day its text states, else from its own date; it ends when the next
    begins. Versions older than a statute that repeals their title end with that statute's start.
    """
    ordered = sorted(sql.versions(connection, statute_id), key=lambda v: (_binds_from(v) or date.min, v.version_date or date.min))
    own = sql.statute(connection, statute_id)
    # An internal document ends nothing that the public reads: its title would stand beside the text it ended.
    seen = own.visibility if own else Visibility.INTERNAL
    repealers = [r for r in sql.repeals_of(connection, statute_id) if seen == Visibility.INTERNAL or r.visibility == Visibility.PUBLIC]
    # 修正案 of one title are added to each other; none takes the place of the one before.
    replaces = not statute_id.endswith("修正案")
    for index, version in enumerate(ordered):
        following = ordered[index + 1] if replaces and index + 1 < len(ordered) else None
        repealer = next((r for r in repealers if _older(version, r.version_date)), None)
        sql.save_version(
            connection,
            {
                "id": version.id,
                "binds_from": _binds_from(version),
                "effective_to": _binds_from(following) if following else None,
                "repealed_from": repealer.binds_from if repealer else None,
                "repealed_by": f"《{repealer.title}》{repealer.article}" if repealer else "",
            },
        )


def _binds_from(version: Version) -> date | None:
    return days_begin(version.effective_from, version.version_date)


def days_begin(stated: date | None, dated: date | None) -> date | None:
    """Return the day a text binds from: the one it states, where this is none of an older text, else its own date."""
    return stated if stated and (dated is None or stated >= dated) else dated


def _older(version: Version, day: date | None) -> bool:
    return bool(day and version.version_date and version.version_date < day)


def text_hash(document: ParsedDocument) -> str:
    """Return the hash of a whole folded text, by which it is known again."""
    return digest(*(f"{a.key}{folded(a.text)}" for a in document.articles))


def _save_statute(connection: Connection, statute_id: str, document: ParsedDocument, visibility: Visibility, known: bool) -> None:
    row: dict[str, Any] = {"id": statute_id}
    facts = {"level": document.level.value if document.level else "", "issuer": document.issuer, "region": document.region}
    if not known:
        row |= facts | {"title": document.title, "visibility": visibility.value}
    else:
        current = sql.statute(connection, statute_id)
        stated = {"level": current.level, "issuer": current.issuer, "region": current.region} if current else {}
        row |= {name: value for name, value in facts.items() if value and not stated.get(name)}
    if len(row) > 1:
        sql.save_statute(connection, row)


def _save_version(
    connection: Connection, version_id: str, statute_id: str, document: ParsedDocument, source: Source, text_hash: str
) -> None:
    sql.save_version(
        connection,
        {
            "id": version_id,
            "statute_id": statute_id,
            "version_date": document.version_date,
            "promulgated": document.promulgated,
            "effective_from": document.effective_from,
            "closed_by_source": source.closed_as,
            "repealed_by": "",
            "doc_number": document.doc_number,
            "history": list(document.history),
            "preamble": document.preamble,
            "signature": document.signature,
            "appendix": document.appendix,
            "has_articles": document.has_articles,
            "text_hash": text_hash,
            "warnings": list(document.warnings),
        },
    )


def _unique(articles: tuple[Article, ...]) -> list[tuple[str, Article]]:
    """(key, article) with a mark on keys that a source repeats (a decision that numbers twice)."""
    seen: Counter[str] = Counter()
    out = []
    for article in articles:
        seen[article.key] += 1
        out.append((article.key if seen[article.key] == 1 else f"{article.key}~{seen[article.key]}", article))
    return out


def _row(version_id: str, key: str, article: Article, text_hash: str, source_id: int) -> dict[str, Any]:
    return {
        "id": f"{version_id}#{key}",
        "version_id": version_id,
        "ordinal": article.ordinal,
        "number": article.number,
        "suffix": article.suffix,
        "part": article.part,
        "chapter": article.chapter,
        "section": article.section,
        "text": article.text,
        "hash": text_hash,
        "source_id": source_id,
    }


def _merge(
    connection: Connection, version_id: str, ready: Prepared, source: Source, source_id: int, order: tuple[str, ...]
) -> tuple[bool, tuple[str, ...]]:
    """Merge another print into a version: (anything changed, labels on which the prints disagree)."""
    if not ready.document.has_articles:
        return _merge_pieces(connection, version_id, ready, source, source_id, order)
    present = dict(sql.articles(connection, version_id))
    kinds = sql.article_sources(connection, version_id)
    fresh, differing, taken_rows, disagreements = [], [], [], []
    for (key, article, _), row in zip(ready.rows, ready.keyed(version_id, source_id), strict=True):
        article_id = row["id"]
        if article_id not in present:
            fresh.append(row)
        elif folded(present[article_id].text) != folded(article.text):
            taken = _outranks(source.kind, kinds[article_id], order)
            differing.append((key, present[article_id].text if taken else article.text, taken))
            disagreements.append(article.label)
            if taken:
                taken_rows.append({name: row[name] for name in ("id", "text", "hash", "source_id")})
    sql.save_differences(connection, version_id, source_id, differing)
    sql.update_articles(connection, taken_rows)
    sql.insert_articles(connection, fresh)
    if fresh:
        _renumber(connection, version_id)
    return bool(taken_rows or fresh), tuple(disagreements)


def _merge_pieces(
    connection: Connection, version_id: str, ready: Prepared, source: Source, source_id: int, order: tuple[str, ...]
) -> tuple[bool, tuple[str, ...]]:
    """Documents kept by paragraph are cut differently by each source: one whole text is kept."""
    kinds = set(sql.article_sources(connection, version_id).values())
    present = folded("".join(a.text for _, a in sql.articles(connection, version_id)))
    if present == folded("".join(a.text for a in ready.document.articles)):
        return False, ()
    taken = all(_outranks(source.kind, kind, order) for kind in kinds)
    sql.save_differences(connection, version_id, source_id, [("全文", "", taken)])
    if taken:
        sql.delete_articles(connection, version_id)
        sql.insert_articles(connection, ready.keyed(version_id, source_id))
    return taken, ("全文",)


def _outranks(kind: str, present: str, order: tuple[str, ...]) -> bool:
    rank = {name: i for i, name in enumerate(order)}
    return rank.get(kind, len(order)) < rank.get(present, len(order))


def _renumber(connection: Connection, version_id: str) -> None:
    """Order the articles of a code whose parts came one by one."""
    ordered = sorted(sql.articles(connection, version_id), key=lambda pair: (pair[1].number, pair[1].suffix, pair[1].ordinal))
    sql.update_articles(connection, [{"id": i, "ordinal": n} for n, (i, a) in enumerate(ordered, 1) if a.ordinal != n])


def _record_repeals(connection: Connection, version_id: str, ready: Prepared) -> None:
    known = set(sql.repeal_targets(connection, version_id))
    for repeal in ready.repeals:
        if title_key(repeal.title) not in known:
            sql.save_repeal(connection, version_id, title_key(repeal.title), repeal.article)
