"""Seals of the audit trail kept outside the database: in a file of the home, in one elsewhere, and sent by the channels.

A seal is the number and hash of the newest row. Whoever makes the trail anew without reach of every place a seal went to
is found out by it: each check compares all of them.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.desk.audit.check import Seal, check, read_seal
from assistant.desk.audit.key import NoAuditKey, key_of
from assistant.desk.audit.trail import TrailBroken
from assistant.desk.notify.channels import Channel, configured
from assistant.desk.notify.notifications import Notice, NoticeKind, notify
from assistant.errors import RefusedInput
from assistant.store import audit as sql
from assistant.store import notifications as notification_sql
from assistant.store.audit import AuditHead
from assistant.store.engine import reading, writing
from assistant.store.foreign_parts import foreign_parts
from assistant.store.notifications import Told
from assistant.store.people import accounts
from assistant.store.people.accounts import Role

log = logging.getLogger(__name__)

SEALS_FILE = "audit.seals"
#: How often it is looked whether a seal is due.
EVERY_SECONDS = 600.0
_LINK = "/admin/trail"
_ANEW = "# 自此另起"
#: The newest part of a file that is read; a line is some ninety bytes.
_READ_BYTES = 8 << 20
#: A channel's number holds so much of the hash.
_SENT_CHARS = 48


@dataclass(frozen=True, slots=True)
class Written:
    """A seal in a file: of which day it is."""

    day: date
    seal: Seal


def known_seals(settings: Settings) -> list[Seal]:
    """Return every seal in the home's file and in the one elsewhere, as far as they can be read."""
    return list(dict.fromkeys(w.seal for path in places(settings) for w in _written(path)))


def seals_in(path: Path) -> list[Seal]:
    """Return all the seals in a file an administrator names, those before a new beginning, too.

    Raises RefusedInput where it cannot be read or has none.
    """
    if not path.is_file():
        raise RefusedInput(str(path), "没有这个文件")
    found = [w.seal for w in _written(path, of_all=True)]
    if not found:
        raise RefusedInput(str(path), "里面没有封签")
    return found


def places(settings: Settings) -> list[Path]:
    """The files seals are written to: the home's own, and the one elsewhere where it is set."""
    elsewhere = [Path(settings.audit_head_file)] if settings.audit_head_file else []
    return [settings.home / SEALS_FILE, *elsewhere]


def write_seal(settings: Settings, number: int, digest: str, now: datetime | None = None) -> list[Path]:
    """Add a seal to every file and return those that could not be written."""
    line = f"{(now or datetime.now()).isoformat(timespec='seconds')} {number}:{digest}\n"
    return [path for path in places(settings) if not _added(path, line)]


def begin_anew(settings: Settings) -> None:
    """Note in every file that the seals before are of a trail that is no more; they stay to be read by people."""
    for path in places(settings):
        if _written(path):
            _added(path, f"{_ANEW} {datetime.now().isoformat(timespec='seconds')}\n")


def seal_now(engine: Engine, settings: Settings, now: datetime | None = None, *, due: bool = False) -> Seal | None:
    """Seal the trail where that is due (each day with new rows, and after so many), everywhere set; return the seal.

    The whole trail is checked once a day. One that does not check is not sealed: administrators are told instead.
    Raises TrailBroken.
    """
    moment = now or datetime.now()
    with reading(engine) as connection:
        head = sql.head_of(connection)
        if head is None:
            _alarm(engine, settings, moment)
            raise TrailBroken
        last = next(reversed(_written(settings.home / SEALS_FILE)), None)
        new_day = last is None or last.day < moment.date()
        new_rows = head.number - (last.seal.number if last else 0)
        foreign = bool(foreign_parts(connection))
        if not (due or foreign or new_rows < 0 or new_rows >= settings.audit_head_every or (new_rows and new_day)):
            return None
        broken = foreign or (_faulty(connection, settings) if new_day or due else _left(connection, head, last))
    if broken:
        _alarm(engine, settings, moment)
        return None
    seal = Seal(head.number, head.hash)
    if not seal.number:  # nothing has been recorded yet
        return seal
    for path in write_seal(settings, seal.number, seal.hash, moment):
        log.error("the seal of the audit trail could not be written to %s", path)
    _send(engine, settings, seal, moment)
    return seal


def behind(settings: Settings) -> bool:
    """True where the file elsewhere does not hold the newest seal of the home's file."""
    own, *others = ([w.seal for w in _written(path)[-1:]] for path in places(settings))
    return any(other != own for other in others)


def last_sealed(settings: Settings) -> date | None:
    """Return the day of the newest seal, None where there is none."""
    return next((w.day for w in reversed(_written(settings.home / SEALS_FILE))), None)


def _faulty(connection: Connection, settings: Settings) -> bool:
    """True where the trail does not check; a key that is not there is told elsewhere."""
    try:
        key = key_of(settings)
    except NoAuditKey:
        key = None
    return bool(check(connection, key, known_seals(settings)).faults)


def _left(connection: Connection, head: AuditHead, last: Written | None) -> bool:
    """True where the row last sealed is not there as it was: a look at one row, between the checks of the whole."""
    if last is None or last.seal.number <= head.removed_number:
        return False
    return not (sql.hash_at(connection, last.seal.number) or "").startswith(last.seal.hash)


def _alarm(engine: Engine, settings: Settings, moment: datetime) -> None:
    log.error("the audit trail does not check: run `assistant audit verify`")
    notice = Notice(f"audit:broken:{moment:%Y-%m-%d}", NoticeKind.AUDIT_BROKEN, "审计记录", _LINK)
    with writing(engine) as connection:
        notify(connection, settings, notice, [a.id for a in accounts.accounts(connection, Role.ADMIN)])


def _send(engine: Engine, settings: Settings, seal: Seal, moment: datetime) -> None:
    """Queue the seal for the channels chosen: by mail to every administrator who has an address, else once."""
    chosen = [c for c in configured(settings) if c.value in settings.audit_head_to]
    if not chosen:
        return
    told = Told(f"audit:seal:{seal.number}", NoticeKind.AUDIT_SEAL.value, f"{seal.number}-{seal.hash[:_SENT_CHARS]}", _LINK)
    with writing(engine) as connection:
        for channel in chosen:
            mailed = [a.id for a in accounts.accounts(connection, Role.ADMIN) if notification_sql.mail_address(connection, a.id)]
            for recipient in mailed if channel is Channel.MAIL else [""]:
                notification_sql.add_delivery(connection, told, channel.value, recipient, moment)


def _written(path: Path, *, of_all: bool = False) -> list[Written]:
    """The seals of a file after the last new beginning (or all); lines that are none are passed over."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _READ_BYTES))
            lines = file.read(_READ_BYTES).decode("utf-8", "replace").splitlines()
    except OSError:
        return []
    found: list[Written] = []
    for line in lines:
        if line.startswith(_ANEW):
            found = found if of_all else []
            continue
        moment, _, text = line.partition(" ")
        seal = read_seal(text)
        try:
            if seal and seal.number:
                found.append(Written(datetime.fromisoformat(moment).date(), seal))
        except ValueError:
            continue
    return found


def _added(path: Path, line: str) -> bool:
    """Add a line to a file that only its owner reads; False where that was not possible."""
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return False
    return True
