"""An adopted opinion put into the library: personal data hidden first, kept as an internal document of level 法律意见.

It is found again by the next like question, always marked as an opinion; it never stands as a basis of law and never
reaches the public desk (`Visibility.INTERNAL`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.audit.trail import AuditAction, record
from assistant.desk.matters import matters as service
from assistant.desk.matters.matters import OpenMatter
from assistant.desk.matters.opinions import Block, blocks
from assistant.desk.matters.states import Step
from assistant.desk.matters.steps import Moment, NotAllowed, Taken, take
from assistant.desk.people.people import Person
from assistant.errors import RefusedInput
from assistant.law.privacy.scan import PersonalData, find_personal_data, mask
from assistant.law.statute.model import Article, Level, ParsedDocument, Visibility
from assistant.law.text.titles import title_key
from assistant.library.shelf.shelving import Source, place
from assistant.store.library import statutes
from assistant.store.matters import opinions as sql

_TITLE_CHARS, _HEADING_CHARS = 60, 100
_MOST_WORDS = 50
#: Put in place of words a person adds to what was found.
HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Preview:
    """The text as issued beside the text as it would be published; `found` is what may be hidden, by number."""

    title: str
    original: str
    masked: str
    found: tuple[PersonalData, ...]
    hidden: frozenset[int]
    words: tuple[str, ...]

    def places(self) -> list[tuple[str, int | None]]:
        """Return the original cut at what was found: (piece, its number or None)."""
        out: list[tuple[str, int | None]] = []
        at = 0
        for number, data in enumerate(self.found):
            out += [(self.original[at : data.start], None), (self.original[data.start : data.end], number)]
            at = data.end
        return [(piece, number) for piece, number in [*out, (self.original[at:], None)] if piece]


def preview(
    engine: Engine,
    matter_id: str,
    person: Person,
    hidden: Collection[int] | None = None,
    words: Sequence[str] = (),
    title: str = "",
    find: Callable[[str], tuple[PersonalData, ...]] | None = None,
) -> Preview:
    """Return how an adopted opinion would be published, with the pieces of `hidden` (all where None) and further `words` hidden.

    `find` finds the personal data of the text; it is done here where none is given. Raises NoMatter, NotAllowed.
    """
    found = _adopted(engine, matter_id, person)
    original = source_text(found)
    data = find(original) if find else find_personal_data(original, companies=True)
    chosen = frozenset(range(len(data))) if hidden is None else frozenset(n for n in hidden if 0 <= n < len(data))
    extra = tuple(dict.fromkeys(w.strip() for w in words if w.strip()))[:_MOST_WORDS]
    gone = [d for n, d in enumerate(data) if n in chosen]
    text = _without(_everywhere(mask(original, gone), gone), extra)
    own_title = title.strip() or _everywhere(_masked_title(found), gone)
    return Preview(_without(own_title, extra)[:_TITLE_CHARS], original, text, data, chosen, extra)


def original(engine: Engine, matter_id: str, person: Person) -> str:
    """Return the text `preview` looks for personal data in; raises NoMatter, NotAllowed."""
    return source_text(_adopted(engine, matter_id, person))


def _adopted(engine: Engine, matter_id: str, person: Person) -> OpenMatter:
    found = service.opened(engine, matter_id, person)
    if not found.may(Step.PUBLISH) or found.opinion is None:
        raise NotAllowed(found.matter, Step.PUBLISH)
    return found


def _everywhere(text: str, hidden: Sequence[PersonalData]) -> str:
    """The text with what is hidden in one place hidden wherever else it stands: a name is told as one only beside a word like 当事人."""
    for data in sorted(hidden, key=lambda d: len(d.text), reverse=True):
        text = text.replace(data.text, data.replacement)
    return text


def source_text(found: OpenMatter) -> str:
    """Return what is published of an opinion: the question as it was put, then the opinion."""
    body = found.opinion.body if found.opinion else ""
    return f"问题：{found.matter.question}\n{body}"


def _masked_title(found: OpenMatter) -> str:
    """The matter's title, what identifies people hidden; the reader sees it and may change it."""
    title = found.matter.title
    return mask(title, find_personal_data(title, companies=True))


def _without(text: str, words: Sequence[str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, HIDDEN)
    return text


def publish(engine: Engine, settings: Settings, person: Person, matter_id: str, taken: Taken, confirmed: Preview) -> str:
    """Put a confirmed preview into the library and return the statute's id; the index is the caller's to bring up to date.

    Errors as `take`; RefusedInput where the opinion is published already or nothing is left to publish.
    """
    done: list[str] = []

    def also(moment: Moment) -> dict[str, Any]:
        opinion = sql.opinion_of(moment.connection, matter_id)
        if opinion is None or opinion.issued_at is None or opinion.statute_id:
            raise RefusedInput("意见入库", "这份意见已经入库，可在法规库中查看" if opinion and opinion.statute_id else "没有可以入库的意见")
        document = _document(confirmed, opinion.number or "", moment.matter.firm, opinion.issued_at.date())
        if statutes.statute(moment.connection, title_key(document.title)):
            raise RefusedInput("意见入库", "库里已有同名的文件，请改标题")
        digest = hashlib.sha256(confirmed.masked.encode()).hexdigest()
        source = Source("upload", f"法律意见书 {opinion.number}", digest)
        place(moment.connection, document, source, order=tuple(settings.source_order), visibility=Visibility.INTERNAL)
        done.append(title_key(document.title))
        values = {"statute_id": done[0], "published_at": moment.now, "published_by": person.id}
        sql.change_opinion(moment.connection, opinion.id, opinion.version, values)
        facts = {"事项": moment.matter.number, "隐去": len(confirmed.hidden), "另行隐去": len(confirmed.words)}
        record(moment.connection, person.id, AuditAction.OPINION, f"入库 {opinion.number}", facts)
        return {}

    take(engine, settings, person, matter_id, taken, also)
    return done[0] if done else ""


def _document(confirmed: Preview, number: str, firm: str, issued: date) -> ParsedDocument:
    """The document as the shelf keeps it: by paragraph, whatever articles it quotes, so that none of them is taken for its own."""
    pieces: list[Article] = []
    heading = ""
    for block in _joined(blocks(confirmed.masked)):
        if block.kind == "heading":
            heading = block.text[:_HEADING_CHARS]
        else:
            pieces.append(Article(0, 0, block.text, len(pieces) + 1, chapter=heading))
    if not pieces:
        raise RefusedInput("意见入库", "没有可以入库的正文")
    title = f"法律意见书（{number}）：{confirmed.title}"
    return ParsedDocument(title, tuple(pieces), Level.OPINION, issuer=firm, version_date=issued, effective_from=issued)


def _joined(lines: Sequence[Block]) -> list[Block]:
    """Subheadings stay with the lines after them: a piece that is found should tell what it is about."""
    out: list[Block] = []
    for block in lines:
        if out and block.kind == "text" and out[-1].kind == "subheading":
            out[-1] = Block("text", f"{out[-1].text}\n{block.text}")
        else:
            out.append(block)
    return out
