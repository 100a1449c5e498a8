"""The shelf as the document page shows it: statutes, a statute's text on a day, versions compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from assistant.errors import NotOnShelf
from assistant.law.article_changes import exact_marks
from assistant.law.citations import parse_reference
from assistant.law.compare import folded
from assistant.law.matching import BoundedMatcher
from assistant.law.model import Article
from assistant.library.catalogue import load_catalogue
from assistant.library.shelf import Shelf
from assistant.limits import WORDS
from assistant.store import statutes as sql
from assistant.store.holding import held_back
from assistant.store.records import Statute, Version

_REWRITTEN = 0.25
#: So many articles further on an article of a changed stretch is still looked for.
_FURTHEST = 300
_SAME_ARTICLE = 0.5  # below this likeness two articles are one removed and one added, not one changed


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


@dataclass(frozen=True, slots=True)
class ArticleChange:
    """An article of the older and the newer version; None on the side that lacks it.

    `marks` are the pieces in which the two differ, empty where the text is the same.
    """

    old: Article | None
    new: Article | None
    marks: tuple[tuple[str, str], ...] = ()

    @property
    def changed(self) -> bool:
        """True where more than the number, white space or the width of characters differs: a comma may change the meaning."""
        return self.old is None or self.new is None or bool(self.marks)


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


def compared(older: OpenStatute, newer: OpenStatute) -> list[ArticleChange]:
    """Return the articles of two versions side by side, in the order of the newer text."""
    a, b = [x for _, x in older.articles], [x for _, x in newer.articles]
    left, right = [folded(x.text) for x in a], [folded(x.text) for x in b]
    out: list[ArticleChange] = []
    for op, i1, i2, j1, j2 in BoundedMatcher(left, right).get_opcodes():
        if op == "equal":
            out += [ArticleChange(x, y, exact_marks(x.text, y.text)) for x, y in zip(a[i1:i2], b[j1:j2], strict=True)]
        else:
            out += _paired(a[i1:i2], b[j1:j2])
    return out


def _paired(old: list[Article], new: list[Article]) -> list[ArticleChange]:
    """Pair the articles of a changed stretch by likeness, keeping their order."""
    out: list[ArticleChange] = []
    at = 0
    for article in new:
        likes = [(_likeness(o, article), -k) for k, o in enumerate(old[at : at + _FURTHEST])]
        best, back = max(likes, default=(0.0, 0))
        if best < _SAME_ARTICLE:
            out.append(ArticleChange(None, article))
            continue
        out += [ArticleChange(o, None) for o in old[at : at - back]]
        out.append(ArticleChange(old[at - back], article, exact_marks(old[at - back].text, article.text)))
        at += 1 - back
    return out + [ArticleChange(o, None) for o in old[at:]]


def _likeness(old: Article, new: Article) -> float:
    """0 to 1; an article that kept its number is the same one even where much of it was rewritten."""
    ratio = BoundedMatcher(folded(old.text), folded(new.text)).ratio()
    return max(ratio, _SAME_ARTICLE) if old.key == new.key and ratio >= _REWRITTEN else ratio


def _by_statute(versions: list[Version]) -> dict[str, list[Version]]:
    out: dict[str, list[Version]] = {}
    for version in versions:
        out.setdefault(version.statute_id, []).append(version)
    return out
