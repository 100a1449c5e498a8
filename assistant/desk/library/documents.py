"""The shelf as the document page shows it: statutes, and a statute's text on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from assistant.errors import NotOnShelf
from assistant.law.citation.read import parse_reference
from assistant.law.statute.model import Article
from assistant.law.text.same_text import folded
from assistant.library.catalogue import load_catalogue
from assistant.library.shelf.shelf import Shelf
from assistant.limits import WORDS
from assistant.store.library import statutes as sql
from assistant.store.library.holding import held_back
from assistant.store.records import Statute, Version


@dataclass(frozen=True, slots=True)
class ListedStatute:
    """A statute in the list: its current status and the fields of enforcement it belongs to."""

    statute: Statute
    versions: int
    newest: Version
    status: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenStatute:
    """One version of a statute with its articles (id, article) and its sister versions, newest first."""

    statute: Statute
    version: Version
    versions: tuple[Version, ...]
    articles: tuple[tuple[str, Article], ...]


def listed(engine: Engine, words: str = "", level: str = "", field: str = "", day: date | None = None) -> list[ListedStatute]:
    """Return the statutes whose title holds every word, of a level and a field where given; raises RefusedInput for overlong words."""
    WORDS.check("检索词", len(words))
    on, wanted = day or date.today(), words.strip("《》 ").lower().split()
    fields = {s.key: s.fields for s in load_catalogue().statutes}
    with engine.connect() as connection:
        statutes, by_statute = sql.statutes(connection), _by_statute(sql.versions(connection))
    out = []
    for statute in statutes:
        versions, own = by_statute.get(statute.id, []), fields.get(statute.id, ())
        fits = all(w in statute.title.lower() for w in wanted) and (not level or statute.level == level)
        if versions and fits and (not field or field in own):
            shown = version_on(versions, on)
            out.append(ListedStatute(statute, len(versions), shown, shown.status_on(on).value, own))
    return out


def is_held_back(engine: Engine, statute_id: str) -> bool:
    """True where the public does not see a statute for now, because a change about it waits."""
    with engine.connect() as connection:
        return statute_id in held_back(connection)


def opened(engine: Engine, statute_id: str, version_id: str = "", day: date | None = None) -> OpenStatute:
    """Return a version of a statute with its whole text: the one named, else the one that binds on `day`.

    Raises NotOnShelf where the library holds no such statute or version.
    """
    with engine.connect() as connection:
        statute = sql.statute(connection, statute_id)
        versions = sql.versions(connection, statute_id)
        if statute is None or not versions:
            raise NotOnShelf("库中没有这部法律文件，可能已被移出；请在法规库中重新查找。")
        named = [v for v in versions if v.id == version_id]
        if version_id and not named:
            raise NotOnShelf("库中没有这个版本，可能已被移出；请另选版本。")
        version = named[0] if named else version_on(versions, day or date.today())
        articles = sql.articles(connection, version.id)
    return OpenStatute(statute, version, tuple(reversed(versions)), tuple(articles))


def opened_at(engine: Engine, shelf: Shelf, address: str, day: date) -> tuple[OpenStatute, list[str]]:
    """Return the statute an address (《…》第…条) names as it binds on a day, and the ids of the articles it points at.

    Where that text has no such article, the newest one that has is opened; a statute named alone points at none.
    Raises NotOnShelf where the library holds no such statute.
    """
    named = next((c for c in parse_reference(address, {}) if c.title), None)
    statute = shelf.require_statute(named.title if named and named.title else address)
    versions = shelf.versions(statute.id)
    binding = shelf.version_on(statute.id, day)
    ordered = [v for v in (binding, *reversed(versions)) if v]
    if named and named.number:
        for version in ordered:
            article = shelf.article_in(version.id, named.number, named.suffix)
            if article:
                return opened(engine, statute.id, version.id), [article.id]
    return opened(engine, statute.id, ordered[0].id if ordered else "", day), []


def version_on(versions: list[Version], day: date) -> Version:
    """Return the version that binds on a day: the last one in force, else the last that ever was, else the first."""
    begun = [v for v in versions if not (v.binds_from and v.binds_from > day)]
    in_force = [v for v in begun if v.status_on(day).value == "现行有效"]
    return (in_force or begun or versions[:1])[-1]


def found_in(document: OpenStatute, words: str) -> list[str]:
    """Return the ids of the articles whose text holds every word, spaces and punctuation aside; raises RefusedInput for overlong words."""
    WORDS.check("检索词", len(words))
    wanted = [folded(w) for w in words.split() if folded(w)]
    texts = ((i, folded(f"{a.label}{a.chapter}{a.section}{a.text}")) for i, a in document.articles)
    return [i for i, text in texts if wanted and all(w in text for w in wanted)]


def _by_statute(versions: list[Version]) -> dict[str, list[Version]]:
    out: dict[str, list[Version]] = {}
    for version in versions:
        out.setdefault(version.statute_id, []).append(version)
    return out
