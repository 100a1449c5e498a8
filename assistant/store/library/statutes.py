"""SQL for statutes, versions, articles and their sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, delete, func, insert, literal, select, update
from sqlalchemy.engine import Connection

from assistant.law.statute.model import Article, Level, Visibility
from assistant.store.library.holding import held_back
from assistant.store.records import Difference, ShelfArticle, Statute, Version
from assistant.store.tables.library import ArticleRow, DifferenceRow, NoteRow, RepealRow, RevisionRow, SourceRow, StatuteRow, VersionRow

_ST, _VE, _AR, _SO, _DI, _RE = (
    cast(Table, row.__table__) for row in (StatuteRow, VersionRow, ArticleRow, SourceRow, DifferenceRow, RepealRow)
)
_CHUNK = 900  # below SQLite's oldest limit of bound values in one statement


def _statute(row: Row[Any]) -> Statute:
    return Statute(row.id, row.title, Level(row.level) if row.level else None, row.issuer, row.region, row.visibility)


def _version(row: Row[Any]) -> Version:
    return Version(
        id=row.id,
        statute_id=row.statute_id,
        version_date=row.version_date,
        promulgated=row.promulgated,
        effective_from=row.effective_from,
        binds_from=row.binds_from,
        effective_to=row.effective_to,
        closed_by_source=row.closed_by_source,
        repealed_from=row.repealed_from,
        repealed_by=row.repealed_by,
        doc_number=row.doc_number,
        has_articles=row.has_articles,
        history=tuple(row.history or ()),
        preamble=row.preamble,
        signature=row.signature,
        appendix=row.appendix,
        warnings=tuple(row.warnings or ()),
    )


def _article(row: Row[Any]) -> Article:
    return Article(row.number, row.suffix, row.text, row.ordinal, row.part, row.chapter, row.section)


# ---- reading ---------------------------------------------------------------------------------


def statute(connection: Connection, statute_id: str) -> Statute | None:
    """Return one statute by id, or None."""
    row = connection.execute(select(_ST).where(_ST.c.id == statute_id)).first()
    return _statute(row) if row else None


def statutes(connection: Connection) -> list[Statute]:
    """Return every statute, by level and title."""
    found = [_statute(r) for r in connection.execute(select(_ST))]
    return sorted(found, key=lambda s: (s.level.rank if s.level else 99, s.title))


def internal_ids(connection: Connection) -> frozenset[str]:
    """Return the ids of the statutes that the public does not see."""
    return frozenset(connection.execute(select(_ST.c.id).where(_ST.c.visibility == Visibility.INTERNAL.value)).scalars())


def versions(connection: Connection, statute_id: str | None = None) -> list[Version]:
    """Return the versions of one statute (or of all), oldest first; undated ones come first."""
    query = select(_VE)
    if statute_id is not None:
        query = query.where(_VE.c.statute_id == statute_id)
    found = [_version(r) for r in connection.execute(query)]
    return sorted(found, key=lambda v: (v.statute_id, v.binds_from or date.min, v.version_date or date.min))


def articles(connection: Connection, version_id: str) -> list[tuple[str, Article]]:
    """Return (id, article) of a version in the order of the text."""
    rows = connection.execute(select(_AR).where(_AR.c.version_id == version_id).order_by(_AR.c.ordinal))
    return [(r.id, _article(r)) for r in rows]


def articles_by_id(connection: Connection, ids: Sequence[str]) -> dict[str, ShelfArticle]:
    """Return the shelf articles of the given ids; unknown ids are left out."""
    rows: list[Row[Any]] = []
    for start in range(0, len(ids), _CHUNK):
        rows += connection.execute(select(_AR).where(_AR.c.id.in_(ids[start : start + _CHUNK]))).all()
    version_ids = sorted({r.version_id for r in rows})
    found_versions = {}
    for start in range(0, len(version_ids), _CHUNK):
        chosen = select(_VE).where(_VE.c.id.in_(version_ids[start : start + _CHUNK]))
        found_versions.update({r.id: _version(r) for r in connection.execute(chosen)})
    statute_ids = sorted({v.statute_id for v in found_versions.values()})
    found_statutes = {}
    for start in range(0, len(statute_ids), _CHUNK):
        some = select(_ST).where(_ST.c.id.in_(statute_ids[start : start + _CHUNK]))
        found_statutes.update({r.id: _statute(r) for r in connection.execute(some)})
    out = {}
    for row in rows:
        version = found_versions[row.version_id]
        out[row.id] = ShelfArticle(row.id, _article(row), found_statutes[version.statute_id], version)
    return out


def article_hashes(connection: Connection) -> Iterable[Row[str, str, str]]:
    """Every article as (id, version_id, hash), in a fixed order; what an index compares itself with."""
    return connection.execute(select(_AR.c.id, _AR.c.version_id, _AR.c.hash).order_by(_AR.c.version_id, _AR.c.ordinal))


def differences(connection: Connection) -> list[Difference]:
    """Return every article that two sources of one version print differently."""
    query = (
        select(_DI, _ST.c.title, _SO.c.name)
        .join(_VE, _VE.c.id == _DI.c.version_id)
        .join(_ST, _ST.c.id == _VE.c.statute_id)
        .join(_SO, _SO.c.id == _DI.c.source_id)
    )
    return [Difference(r.title, r.version_id, r.article_key, r.name, r.text, r.taken) for r in connection.execute(query)]


def counts(connection: Connection) -> dict[str, int]:
    """Return how many statutes, versions, articles and differences the library holds."""
    tables = {"statutes": _ST, "versions": _VE, "articles": _AR, "differences": _DI}
    return {name: connection.execute(select(func.count()).select_from(t)).scalar_one() for name, t in tables.items()}


def public_counts(connection: Connection) -> dict[str, int]:
    """Return how many public statutes, versions and articles the library holds; internal ones and those held back do not count here."""
    public = (_ST.c.visibility == Visibility.PUBLIC.value) & _ST.c.id.not_in(held_back(connection))
    versions = select(_VE.c.id).join(_ST, _ST.c.id == _VE.c.statute_id).where(public)
    chosen = {
        "statutes": select(func.count()).select_from(_ST).where(public),
        "versions": select(func.count()).select_from(versions.subquery()),
        "articles": select(func.count()).select_from(_AR).where(_AR.c.version_id.in_(versions)),
    }
    return {name: connection.execute(query).scalar_one() for name, query in chosen.items()}


def article_count(connection: Connection, statute_id: str) -> int:
    """Return how many articles the shelf holds of a statute, all its versions together."""
    query = select(func.count()).select_from(_AR).join(_VE, _VE.c.id == _AR.c.version_id).where(_VE.c.statute_id == statute_id)
    return connection.execute(query).scalar_one()


def article_digests(connection: Connection, version_id: str) -> list[tuple[str, str, str, int]]:
    """Return (id, hash, part, ordinal) of the articles of a version: the same ones mean the same text."""
    query = select(_AR.c.id, _AR.c.hash, _AR.c.part, _AR.c.ordinal).where(_AR.c.version_id == version_id).order_by(_AR.c.ordinal, _AR.c.id)
    return [(r.id, r.hash, r.part, r.ordinal) for r in connection.execute(query)]


def source_digests(connection: Connection, version_id: str) -> set[str]:
    """Return the byte digests of every source of a version."""
    return set(connection.execute(select(_SO.c.digest).where(_SO.c.version_id == version_id)).scalars())


def source_names(connection: Connection, version_id: str) -> list[tuple[str, str]]:
    """Return (kind, name) of every source of a version, first added first."""
    rows = connection.execute(select(_SO.c.kind, _SO.c.name).where(_SO.c.version_id == version_id).order_by(_SO.c.id))
    return [(r.kind, r.name) for r in rows]


def source_kinds(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Return version id → kinds of its sources, each once, for every version."""
    found: dict[str, list[str]] = {}
    for row in connection.execute(select(_SO.c.version_id, _SO.c.kind).order_by(_SO.c.id)):
        kinds = found.setdefault(row.version_id, [])
        if row.kind not in kinds:
            kinds.append(row.kind)
    return {version_id: tuple(kinds) for version_id, kinds in found.items()}


def version_with_text(connection: Connection, statute_id: str, text_hash: str) -> str | None:
    """Return the id of the statute's version whose whole folded text has this hash, or None."""
    query = select(_VE.c.id).where(_VE.c.statute_id == statute_id, _VE.c.text_hash == text_hash)
    return connection.execute(query).scalar()


def article_sources(connection: Connection, version_id: str) -> dict[str, str]:
    """Return article id → kind of the source its text was taken from."""
    query = select(_AR.c.id, _SO.c.kind).join(_SO, _SO.c.id == _AR.c.source_id).where(_AR.c.version_id == version_id)
    return {r.id: r.kind for r in connection.execute(query)}


def latest_successors(connection: Connection, most: int) -> list[tuple[Statute, Version, datetime]]:
    """Return the versions brought in last whose statute has an older one, with their statute and the time they came in."""
    came = select(_SO.c.version_id, func.min(_SO.c.added_at).label("came")).group_by(_SO.c.version_id).subquery()
    older = select(_VE.c.statute_id).group_by(_VE.c.statute_id).having(func.count() > 1)
    query = (
        select(_VE.c.id, _VE.c.statute_id, came.c.came)
        .join(came, came.c.version_id == _VE.c.id)
        .where(_VE.c.statute_id.in_(older))
        .order_by(came.c.came.desc(), _VE.c.version_date.desc())
    )
    out: list[tuple[Statute, Version, datetime]] = []
    seen: set[str] = set()
    for row in connection.execute(query):
        if row.statute_id in seen:
            continue
        seen.add(row.statute_id)
        ordered = versions(connection, row.statute_id)
        owner = statute(connection, row.statute_id)
        if owner and ordered[0].id != row.id:
            out.append((owner, next(v for v in ordered if v.id == row.id), row.came))
        if len(out) >= most:
            break
    return out


def revision(connection: Connection) -> int:
    """Return the library's revision number; it grows with every change."""
    return connection.execute(select(RevisionRow.number).where(RevisionRow.id == 1)).scalar() or 0


def note(connection: Connection, name: str) -> str:
    """Return a stored fact about the library by name, empty where there is none."""
    return connection.execute(select(NoteRow.value).where(NoteRow.name == name)).scalar() or ""


# ---- writing ---------------------------------------------------------------------------------


def save_statute(connection: Connection, row: dict[str, Any]) -> None:
    """Insert a statute, or replace the facts of the one with its id."""
    if connection.execute(select(_ST.c.id).where(_ST.c.id == row["id"])).first():
        connection.execute(update(_ST).where(_ST.c.id == row["id"]).values(row))
    else:
        connection.execute(insert(_ST).values(row))


def save_version(connection: Connection, row: dict[str, Any]) -> None:
    """Insert a version, or update the columns given of the one with its id."""
    if connection.execute(select(_VE.c.id).where(_VE.c.id == row["id"])).first():
        connection.execute(update(_VE).where(_VE.c.id == row["id"]).values(row))
    else:
        connection.execute(insert(_VE).values(row))


def save_source(connection: Connection, version_id: str, kind: str, name: str, digest: str) -> int:
    """Record where a text came from; return the source's id."""
    result = connection.execute(insert(_SO).values(version_id=version_id, kind=kind, name=name, digest=digest, added_at=datetime.now()))
    return int(cast(Row[Any], result.inserted_primary_key)[0])


def insert_articles(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert article rows (column name → value)."""
    if rows:
        connection.execute(insert(_AR), list(rows))


def update_articles(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Replace columns of articles, the same ones of each; `id` names the article."""
    if rows:
        columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "id"}
        changed = update(_AR).where(_AR.c.id == bindparam("own_id")).values(columns)
        connection.execute(changed, [{"own_id": r["id"]} | {f"new_{n}": v for n, v in r.items() if n != "id"} for r in rows])


def delete_articles(connection: Connection, version_id: str) -> None:
    """Remove every article of a version (a document kept by paragraph that is replaced whole)."""
    connection.execute(delete(_AR).where(_AR.c.version_id == version_id))


def save_differences(connection: Connection, version_id: str, source_id: int, rows: Sequence[tuple[str, str, bool]]) -> None:
    """Record that a source prints articles (key, text) differently, and whether its text was taken."""
    values = [{"version_id": version_id, "source_id": source_id, "article_key": k, "text": t, "taken": taken} for k, t, taken in rows]
    if values:
        connection.execute(insert(_DI), values)


def save_repeal(connection: Connection, by_version_id: str, target_key: str, article: str) -> None:
    """Record that a version's closing article repeals a title."""
    connection.execute(insert(_RE).values(by_version_id=by_version_id, target_key=target_key, article=article))


def repeals_of(connection: Connection, statute_id: str) -> list[Row[Any]]:
    """Return (binds_from, version_date, title, visibility, article) of every version that repeals this statute."""
    query = (
        select(_VE.c.binds_from, _VE.c.version_date, _ST.c.title, _ST.c.visibility, _RE.c.article)
        .join(_VE, _VE.c.id == _RE.c.by_version_id)
        .join(_ST, _ST.c.id == _VE.c.statute_id)
        .where(_RE.c.target_key == statute_id)
    )
    return list(connection.execute(query))


def repealed_titles(connection: Connection) -> set[str]:
    """Return the ids of all statutes that some version repeals, on the shelf or not."""
    return set(connection.execute(select(_RE.c.target_key).distinct()).scalars())


def repeal_targets(connection: Connection, by_version_id: str) -> list[str]:
    """Return the ids of statutes a version repeals, on the shelf or not."""
    return list(connection.execute(select(_RE.c.target_key).where(_RE.c.by_version_id == by_version_id)).scalars())


def redate_version(connection: Connection, version_id: str, new_id: str, version_date: date) -> None:
    """Give a version, and all that hangs on it, the id and date that a better source states."""
    row = dict(connection.execute(select(_VE).where(_VE.c.id == version_id)).mappings().one())
    connection.execute(insert(_VE).values({**row, "id": new_id, "version_date": version_date}))
    renamed = literal(f"{new_id}#").concat(func.substr(_AR.c.id, len(version_id) + 2))
    connection.execute(update(_AR).where(_AR.c.version_id == version_id).values(id=renamed, version_id=new_id))
    for table, column in ((_SO, _SO.c.version_id), (_DI, _DI.c.version_id), (_RE, _RE.c.by_version_id)):
        connection.execute(update(table).where(column == version_id).values({column.name: new_id}))
    connection.execute(delete(_VE).where(_VE.c.id == version_id))


def remove_version(connection: Connection, version_id: str) -> None:
    """Take a version off the shelf with its articles and sources; the statute goes with its last version."""
    statute_id = connection.execute(select(_VE.c.statute_id).where(_VE.c.id == version_id)).scalar_one()
    for table in (_DI, _AR, _SO):
        connection.execute(delete(table).where(table.c.version_id == version_id))
    connection.execute(delete(_RE).where(_RE.c.by_version_id == version_id))
    connection.execute(delete(_VE).where(_VE.c.id == version_id))
    if not connection.execute(select(_VE.c.id).where(_VE.c.statute_id == statute_id)).first():
        connection.execute(delete(_ST).where(_ST.c.id == statute_id))


def bump_revision(connection: Connection) -> None:
    """Count one more change of the library."""
    current = revision(connection)
    if current:
        connection.execute(update(RevisionRow).where(RevisionRow.id == 1).values(number=current + 1))
    else:
        connection.execute(insert(RevisionRow).values(id=1, number=1))


def save_note(connection: Connection, name: str, value: str) -> None:
    """Store a fact about the library under a name, replacing the one before."""
    if not connection.execute(update(NoteRow).where(NoteRow.name == name).values(value=value)).rowcount:
        connection.execute(insert(NoteRow).values(name=name, value=value))


def drop_note(connection: Connection, name: str) -> None:
    """Remove a stored fact about the library, where there is one."""
    connection.execute(delete(NoteRow).where(NoteRow.name == name))
