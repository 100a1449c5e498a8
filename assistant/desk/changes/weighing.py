"""Which imports wait for a second person: those that would speak as law, or that everyone would see."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy.engine import Connection

from assistant.desk.changes.acts import BRINGS_IN, OWN_LEVELS
from assistant.law.statute.look_alikes import held_like, odd_letters, reads_like_statute, seen_title
from assistant.law.statute.model import Level, ParsedDocument, Visibility
from assistant.law.statute.repeals import repeals
from assistant.law.text.titles import title_key
from assistant.library.catalogue import load_catalogue
from assistant.library.shelf.shelf import number_key
from assistant.store.library import statutes as sql
from assistant.store.people import accounts


def reasons_to_wait(
    connection: Connection, document: ParsedDocument, visibility: Visibility, read_level: Level | None, owner: str
) -> tuple[str, ...]:
    """Return why an import must be looked at by a second person; empty for an internal paper of the bureau's own.

    `read_level` is the level under which the file was read: who brings it in (`owner`) may have chosen another afterwards.
    """
    account = accounts.account(connection, owner)
    may = BRINGS_IN[account.role] if account else frozenset[Level]()
    return tuple(_reasons(connection, document, visibility, read_level, may))


def _reasons(
    connection: Connection, document: ParsedDocument, visibility: Visibility, read_level: Level | None, may: Collection[Level]
) -> Iterator[str]:
    key = title_key(document.title)
    held = sql.statute(connection, key)
    if visibility is Visibility.PUBLIC:
        yield "公众可以看到"
    if document.level not in may:
        yield f"效力层级是{document.level.value}" if document.level else "效力层级不明"
    if read_level and read_level not in OWN_LEVELS and read_level is not document.level:
        yield f"读入时的层级是{read_level.value}，与选定的不同"
    if held and (held.level not in OWN_LEVELS or held.level is Level.OPINION):
        yield f"库里已有同名的{held.level.value if held.level else '层级不明的文件'}"
    if held and held.visibility == Visibility.PUBLIC:
        yield "库里的同名文件是公开的"
    if looks_like_statute(document.title):
        yield "标题像法律、法规、规章"
    alike = list(dict.fromkeys(held_like(document.title, _names_of_law(connection, key))))
    if alike:
        yield f"标题与{_titles(alike)}相近"
    odd = odd_letters(document.title)
    if odd:
        yield f"标题里有看起来像别的字的字符（{odd[:10]}）"
    clashes = _clashes(connection, document, key)
    if clashes:
        yield f"文号{document.doc_number}与库里的{_titles(clashes)}相同"
    ended = [r.title for r in repeals(document)]
    if ended:
        yield f"写明废止{_titles(ended)}"


def _titles(titles: Sequence[str]) -> str:
    return "、".join(f"《{t}》" for t in titles[:5])


def looks_like_statute(title: str) -> bool:
    """True for a title that ends as statutes' do, or that the catalogue knows, however it is written."""
    known = {seen_title(name) for name in load_catalogue().short_names()}
    return reads_like_statute(title) or seen_title(title) in known


def _names_of_law(connection: Connection, key: str) -> list[str]:
    """The titles of what binds as law on the shelf and in the catalogue, but for the one of that id."""
    held = [s.title for s in sql.statutes(connection) if s.level not in OWN_LEVELS and s.id != key]
    return [*held, *(s.title for s in load_catalogue().statutes if s.key != key)]


def _clashes(connection: Connection, document: ParsedDocument, key: str) -> list[str]:
    """The titles of other documents that bear the document's own number."""
    number = number_key(document.doc_number)
    if not number:
        return []
    bearers = dict.fromkeys(v.statute_id for v in sql.versions(connection) if v.statute_id != key and number_key(v.doc_number) == number)
    return [s.title for s in (sql.statute(connection, one) for one in bearers) if s]
