"""Texts brought in over the web: read, shown to who brought them, confirmed, and then put in or put before an administrator.

A text is read once. What waits is what was read, as values in the database; the file is kept beside it as evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.desk.changes import kept_files
from assistant.desk.changes.asking import changes
from assistant.desk.changes.effects import statutes as statute_effects
from assistant.desk.changes.model import DRAFT_DAYS, ORIGIN_CHARS, DecidedAlready, NoChange
from assistant.desk.changes.weighing import reasons_to_wait
from assistant.desk.matters.attachments import shown_name
from assistant.desk.people.people import Person
from assistant.errors import AssistantError, RefusedInput
from assistant.law.statute.model import Level, ParsedDocument, Visibility
from assistant.law.text.titles import short_title, title_key
from assistant.library.readers.document_record import from_record, to_record
from assistant.library.shelf.measuring import measure
from assistant.library.shelf.shelving import check_size
from assistant.library.sources.importing import Read, read_document
from assistant.store.engine import writing
from assistant.store.library import changes as sql
from assistant.store.library import statutes
from assistant.store.library.changes import OPEN_STATES, Change, ChangeKind, ChangeState
from assistant.store.records import Statute

#: Texts that one person may have lying open: what waits is kept on the disk and read by others.
MOST_OPEN: Final = 100
_SHORTEST_ORIGIN: Final = 4
_TITLE_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class Received:
    """One file as it was read: the number of its draft, or why it was refused."""

    name: str
    change_id: int | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a person says of a draft after looking at what was read."""

    title: str
    level: Level
    visibility: Visibility
    origin: str


@dataclass(frozen=True, slots=True)
class ShownDraft:
    """A draft as its owner confirms it: what was read, the doubts, why it will wait, and what the shelf holds under its title."""

    change: Change
    document: ParsedDocument
    doubts: tuple[str, ...]
    reasons: tuple[str, ...]
    held: Statute | None


def receive(
    engine: Engine,
    settings: Settings,
    person: Person,
    files: Sequence[Path],
    *,
    batch: str,
    level: Level | None,
    visibility: Visibility,
    origin: str,
    read: Read = read_document,
) -> Iterator[Received]:
    """Read files one by one and keep each as a draft of its own; a file that is refused is reported with the reason.

    `read` reads a file, wherever that is done. Raises RefusedInput, before anything is read, where no source is told.
    """
    told = checked_origin(origin)
    for path in files:
        name = shown_name(path.name)
        try:
            yield Received(name, _keep(engine, settings, person, path, batch, level, visibility, told, read))
        except RefusedInput as refused:
            yield Received(name, refused=refused.reason)
        except AssistantError as error:
            yield Received(name, refused=str(error))
        except OSError as error:
            yield Received(name, refused=f"读不了这个文件（{error.strerror or error}）")


def checked_origin(origin: str) -> str:
    """Return where a text comes from, in one line; raises RefusedInput where this is not told."""
    told = " ".join(origin.split())
    if not _SHORTEST_ORIGIN <= len(told) <= ORIGIN_CHARS:
        raise RefusedInput(
            "来源", f"请写明文本从哪里来（如 国家法律法规数据库、省政府公报 2025 年第 3 期），{_SHORTEST_ORIGIN} 至 {ORIGIN_CHARS} 字"
        )
    return told


def _keep(
    engine: Engine,
    settings: Settings,
    person: Person,
    path: Path,
    batch: str,
    level: Level | None,
    visibility: Visibility,
    origin: str,
    read: Read,
) -> int:
    document = read(path, settings, level)
    digest, key = kept_files.digest_of(path), kept_files.keep(settings, path)
    now = datetime.now()
    values = {
        "kind": ChangeKind.IMPORT.value,
        "state": ChangeState.DRAFT.value,
        "owner": person.id,
        "batch": batch,
        "target": title_key(document.title),
        "title": document.title[:300],
        "level": document.level.value if document.level else "",
        "visibility": visibility.value,
        "origin": origin,
        "file_name": shown_name(path.name),
        "file_key": key,
        "file_digest": digest,
        "document": to_record(document),
        "payload": _as_read(document),
        "created_at": now,
        "expires_at": now + timedelta(days=DRAFT_DAYS),
    }
    try:
        with writing(engine) as connection:
            if sql.count(connection, OPEN_STATES, person.id) >= MOST_OPEN:
                raise RefusedInput(path.name, f"您已有 {MOST_OPEN} 件没有办完的导入，请先核对、撤回一些")
            return sql.add(connection, values)
    except BaseException:
        (kept_files.folder(settings) / key).unlink(missing_ok=True)
        raise


def _as_read(document: ParsedDocument) -> dict[str, str]:
    """Title and level under which a text was read: what is said of it later does not make one forget them."""
    return {"read_title": document.title, "read_level": document.level.value if document.level else ""}


def shown(engine: Engine, change: Change) -> ShownDraft:
    """Return a draft with what is to be looked at before it is confirmed."""
    document = statute_effects.document_of(change)
    with engine.connect() as connection:
        held = statutes.statute(connection, change.target)
        reasons = reasons_to_wait(connection, document, change.visibility, read_level(change), change.owner)
        found = measure(connection, document).doubts
    return ShownDraft(change, document, found, reasons, held)


def read_level(change: Change) -> Level | None:
    """The level under which a text was read, or None."""
    named = change.payload.get("read_level", "")
    return Level(named) if named else None


def drafts(engine: Engine, person: Person, batch: str = "") -> list[Change]:
    """Return the texts a person has yet to confirm (of one batch), oldest first."""
    with engine.connect() as connection:
        return list(reversed(sql.changes(connection, {ChangeState.DRAFT}, owner=person.id, batch=batch, with_text=True)))


def confirm(engine: Engine, settings: Settings, person: Person, change_id: int, said: Confirmed, read: Read = read_document) -> Change:
    """Take a person's word on a draft: an internal paper of the bureau's own is put in at once, anything else waits.

    Return the change as it is then. Raises NoChange, DecidedAlready, RefusedInput where the word cannot be taken, and
    FileChanged where the file is to be read again and is not what it was.
    """
    with engine.connect() as connection:
        change = sql.change(connection, change_id)
    _check_own(change, person)
    assert change is not None
    document = _as_confirmed(settings, change, said, read)
    check_size(document)
    values = {
        "target": title_key(document.title),
        "title": document.title,
        "level": said.level.value,
        "visibility": said.visibility.value,
        "origin": checked_origin(said.origin),
        "document": to_record(document),
    }
    with engine.connect() as connection:  # what takes long is done before others have to wait
        measured_at, found = statutes.revision(connection), measure(connection, document).doubts
    with writing(engine) as connection:
        _check_own(sql.change(connection, change_id), person)
        _check_held(connection, document, said.visibility)
        if statutes.revision(connection) != measured_at:
            found = measure(connection, document).doubts
        sql.update_change(connection, change_id, **values, doubts=list(found))
        changed = sql.change(connection, change_id)
        assert changed is not None
        if reasons_to_wait(connection, document, said.visibility, read_level(changed), person.id):
            return changes.sent(connection, settings, changed)
        placed = _put_in(connection, settings, changed)
    kept_files.drop(settings, placed)
    return placed


def _check_own(change: Change | None, person: Person) -> None:
    if change is None or change.owner != person.id or change.kind is not ChangeKind.IMPORT:
        raise NoChange
    if change.state is not ChangeState.DRAFT:
        raise DecidedAlready(change)


def _check_held(connection: Connection, document: ParsedDocument, visibility: Visibility) -> None:
    """A statute keeps its visibility: to change it is another step, on its own page."""
    held = statutes.statute(connection, title_key(document.title))
    if held and held.visibility == Visibility.PUBLIC and visibility is Visibility.INTERNAL:
        raise RefusedInput(f"《{held.title}》", "库里的同名文件是公开的，新文本也会公开：请选“公开”，或者改标题")
    if held and held.visibility == Visibility.INTERNAL and visibility is Visibility.PUBLIC:
        raise RefusedInput(f"《{held.title}》", "库里的同名文件是内部的：请选“内部”；要公开，由管理员在这部文件的页面办理")


def _as_confirmed(settings: Settings, change: Change, said: Confirmed, read: Read) -> ParsedDocument:
    """The document under the title and level that were confirmed; read again where another level means another reading."""
    document = from_record(change.document or {})
    title = short_title("".join(c for c in " ".join(said.title.split()) if c.isprintable()))
    if not 2 <= len(title) <= _TITLE_CHARS:
        raise RefusedInput("标题", f"应有 2 至 {_TITLE_CHARS} 字")
    if said.level is not document.level and Level.CASE in (said.level, document.level):
        with kept_files.under_own_name(settings, change) as path:
            document = read(path, settings, said.level)
    return replace(document, title=title, level=said.level)


def _put_in(connection: Connection, settings: Settings, change: Change) -> Change:
    made = statute_effects.make(connection, settings, change)
    changes.record_step(connection, change, change.owner, "直接入库", {"结果": made.outcome})
    return changes.closed(connection, change, ChangeState.PLACED, change.owner, outcome=made.outcome, before=made.before, after=made.after)
