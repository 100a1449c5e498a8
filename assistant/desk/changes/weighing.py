"""Which imports wait for a second person: those that would speak as law, or that everyone would see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sqlalchemy.engine import Connection

from assistant.desk.changes.acts import OWN_LEVELS
from assistant.law.model import Level, ParsedDocument, Visibility
from assistant.law.repeals import repeals
from assistant.law.titles import title_key
from assistant.library.catalogue import load_catalogue
from assistant.store import statutes as sql

#: How the titles of statutes end. A paper of the bureau so named waits, too: it would be cited like one.
_STATUTE_NAME: Final = re.compile(
    r"(?:宪法|法典|法|条例|规定|办法|细则|规则|解释|修正案|(?:修改|废止).{0,60}决定)(?:[（(][^（）()]{1,12}[）)])?\W*$"
)


def reasons_to_wait(connection: Connection, document: ParsedDocument, visibility: Visibility, read_level: Level | None) -> tuple[str, ...]:
    """Return why an import must be looked at by a second person; empty for an internal paper of the bureau's own.

    `read_level` is the level under which the file was read: who brings it in may have chosen another afterwards.
    """
    return tuple(_reasons(connection, document, visibility, read_level))


def _reasons(connection: Connection, document: ParsedDocument, visibility: Visibility, read_level: Level | None) -> Iterator[str]:
    key = title_key(document.title)
    held = sql.statute(connection, key)
    if visibility is Visibility.PUBLIC:
        yield "公众可以看到"
    if document.level not in OWN_LEVELS:
        yield f"效力层级是{document.level.value}" if document.level else "效力层级不明"
    if read_level and read_level not in OWN_LEVELS and read_level is not document.level:
        yield f"读入时的层级是{read_level.value}，与选定的不同"
    if held and (held.level not in OWN_LEVELS or held.level is Level.OPINION):
        yield f"库里已有同名的{held.level.value if held.level else '层级不明的文件'}"
    if held and held.visibility == Visibility.PUBLIC:
        yield "库里的同名文件是公开的"
    if looks_like_statute(document.title):
        yield "标题像法律、法规、规章"
    ended = [r.title for r in repeals(document)]
    if ended:
        yield f"写明废止{'、'.join(f'《{t}》' for t in ended[:5])}"


def looks_like_statute(title: str) -> bool:
    """True for a title that ends as statutes' do, or that the catalogue knows."""
    key = title_key(title)
    known = {title_key(name) for name in load_catalogue().short_names()}
    return bool(_STATUTE_NAME.search(key)) or key in known
