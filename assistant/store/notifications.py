"""SQL for notifications, the deliveries that wait to go out, and the users' mail addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Table, and_, delete, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from assistant.store.tables.account import AccountRow
from assistant.store.tables.notification import DeliveryRow, MailAddressRow, NotificationRow

_NO, _DE, _MA, _AC = (cast(Table, row.__table__) for row in (NotificationRow, DeliveryRow, MailAddressRow, AccountRow))


class DeliveryStatus(StrEnum):
    """What has become of a delivery."""

    WAITING = "待发送"
    SENDING = "发送中"
    SENT = "已发送"
    UNSURE = "不确定"
    FAILED = "未发出"


@dataclass(frozen=True, slots=True)
class Told:
    """What a notification says: a kind, a number and a path of this site."""

    event: str
    kind: str
    number: str
    link: str


@dataclass(frozen=True, slots=True)
class Notification:
    """A notification in a person's list."""

    id: int
    told: Told
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notification on its way out by a channel; `claim` is the token of the worker that has it."""

    id: int
    told: Told
    channel: str
    recipient: str
    status: DeliveryStatus
    attempts: int
    created_at: datetime
    next_at: datetime
    claim: str
    done_at: datetime | None
    error: str


# ---- in the page -----------------------------------------------------------------------------


def add_notification(connection: Connection, told: Told, recipient: str, now: datetime) -> bool:
    """Show an event to a person; False where it was shown to them before."""
    if connection.execute(select(_NO.c.id).where(_NO.c.event == told.event, _NO.c.recipient == recipient)).first():
        return False
    connection.execute(insert(_NO).values(recipient=recipient, created_at=now, **_told_values(told)))
    return True


def notifications(connection: Connection, recipient: str, limit: int) -> list[Notification]:
    """Return a person's notifications, newest first."""
    query = select(_NO).where(_NO.c.recipient == recipient).order_by(_NO.c.id.desc()).limit(limit)
    return [_notification(r) for r in connection.execute(query)]


def notification(connection: Connection, notification_id: int, recipient: str) -> Notification | None:
    """Return one of a person's notifications, or None."""
    row = connection.execute(select(_NO).where(_NO.c.id == notification_id, _NO.c.recipient == recipient)).first()
    return _notification(row) if row else None


def unread(connection: Connection, recipient: str) -> int:
    """How many notifications a person has not opened."""
    query = select(func.count()).select_from(_NO).where(_NO.c.recipient == recipient, _NO.c.read_at.is_(None))
    return int(connection.execute(query).scalar_one())


def mark_read(connection: Connection, recipient: str, now: datetime, notification_id: int | None = None) -> None:
    """Mark one of a person's notifications as opened, all of them where none is named."""
    change = update(_NO).where(_NO.c.recipient == recipient, _NO.c.read_at.is_(None)).values(read_at=now)
    connection.execute(change if notification_id is None else change.where(_NO.c.id == notification_id))


# ---- on the way out --------------------------------------------------------------------------


def add_delivery(connection: Connection, told: Told, channel: str, recipient: str, now: datetime) -> bool:
    """Put a delivery into the queue; False where the event went to this recipient by this channel before."""
    same = and_(_DE.c.event == told.event, _DE.c.channel == channel, _DE.c.recipient == recipient)
    if connection.execute(select(_DE.c.id).where(same)).first():
        return False
    state = {"status": DeliveryStatus.WAITING.value, "attempts": 0, "next_at": now, "claim": "", "error": ""}
    connection.execute(insert(_DE).values(channel=channel, recipient=recipient, created_at=now, **state, **_told_values(told)))
    return True


def has_work(connection: Connection, now: datetime) -> bool:
    """True where a delivery is due, or one was left half way by a worker that is gone."""
    query = select(_DE.c.id).where(or_(_due(now), _abandoned(now))).limit(1)
    return connection.execute(query).first() is not None


def claim(connection: Connection, token: str, now: datetime, until: datetime) -> Delivery | None:
    """Take the delivery that is due first, for nobody else to take before `until`; None where none is due."""
    query = select(_DE).where(_due(now)).order_by(_DE.c.next_at, _DE.c.id).limit(1).with_for_update(skip_locked=True)
    row = connection.execute(query).first()
    if row is None:
        return None
    connection.execute(update(_DE).where(_DE.c.id == row.id).values(claim=token, claimed_until=until, attempts=row.attempts + 1))
    taken = connection.execute(select(_DE).where(_DE.c.id == row.id)).one()
    return _delivery(taken)


def begin(connection: Connection, delivery: Delivery) -> bool:
    """Note that a claimed delivery goes out now; False where the claim ran out and another worker has it."""
    mine = and_(_DE.c.id == delivery.id, _DE.c.claim == delivery.claim, _DE.c.status == DeliveryStatus.WAITING.value)
    return bool(connection.execute(update(_DE).where(mine).values(status=DeliveryStatus.SENDING.value)).rowcount)


def finish(connection: Connection, delivery: Delivery, status: DeliveryStatus, now: datetime, error: str = "") -> None:
    """Note how sending a claimed delivery ended."""
    mine = and_(_DE.c.id == delivery.id, _DE.c.claim == delivery.claim)
    connection.execute(update(_DE).where(mine).values(status=status.value, done_at=now, error=error, claimed_until=None))


def postpone(connection: Connection, delivery: Delivery, next_at: datetime, error: str) -> None:
    """Put a claimed delivery back into the queue until a later moment."""
    mine = and_(_DE.c.id == delivery.id, _DE.c.claim == delivery.claim)
    values = {"status": DeliveryStatus.WAITING.value, "next_at": next_at, "error": error, "claimed_until": None, "claim": ""}
    connection.execute(update(_DE).where(mine).values(values))


def leave_abandoned(connection: Connection, now: datetime, error: str) -> list[Delivery]:
    """Mark as unsure what a worker that is gone was sending, and return it; it may have gone out, so it is not sent again."""
    found = [_delivery(r) for r in connection.execute(select(_DE).where(_abandoned(now)))]
    for delivery in found:
        finish(connection, delivery, DeliveryStatus.UNSURE, now, error)
    return found


def requeue(connection: Connection, delivery_id: int, now: datetime) -> bool:
    """Put a delivery that failed or is unsure back into the queue; False where there is no such one."""
    stuck = _DE.c.status.in_([DeliveryStatus.FAILED.value, DeliveryStatus.UNSURE.value])
    values = {"status": DeliveryStatus.WAITING.value, "attempts": 0, "next_at": now, "claim": "", "claimed_until": None, "done_at": None}
    return bool(connection.execute(update(_DE).where(_DE.c.id == delivery_id, stuck).values(values)).rowcount)


def deliveries(connection: Connection, statuses: Iterable[DeliveryStatus], limit: int) -> list[Delivery]:
    """Return the deliveries of the given states, newest first."""
    query = select(_DE).where(_DE.c.status.in_([s.value for s in statuses])).order_by(_DE.c.id.desc()).limit(limit)
    return [_delivery(r) for r in connection.execute(query)]


def delivery_counts(connection: Connection) -> dict[tuple[str, str], int]:
    """Return (channel, status) → how many deliveries."""
    rows = connection.execute(select(_DE.c.channel, _DE.c.status, func.count()).group_by(_DE.c.channel, _DE.c.status))
    return {(r[0], r[1]): int(r[2]) for r in rows}


def last_sent(connection: Connection) -> dict[str, datetime]:
    """Return channel → when it last sent something."""
    rows = connection.execute(
        select(_DE.c.channel, func.max(_DE.c.done_at)).where(_DE.c.status == DeliveryStatus.SENT.value).group_by(_DE.c.channel)
    )
    return {r[0]: r[1] for r in rows}


# ---- addresses -------------------------------------------------------------------------------


def mail_address(connection: Connection, user: str) -> str:
    """Return where a user is mailed; their login where it is an address, empty where none is known."""
    query = select(_MA.c.address, _AC.c.login).select_from(_AC.outerjoin(_MA, _MA.c.user_id == _AC.c.id)).where(_AC.c.id == user)
    row = connection.execute(query).first()
    if row is None:
        return ""
    return str(row.address or (row.login if "@" in row.login else ""))


def save_mail_address(connection: Connection, user: str, address: str) -> None:
    """Keep where a user is mailed; an empty address is forgotten."""
    connection.execute(delete(_MA).where(_MA.c.user_id == user))
    if address:
        connection.execute(insert(_MA).values(user_id=user, address=address))


def _due(now: datetime) -> ColumnElement[bool]:
    unclaimed = or_(_DE.c.claimed_until.is_(None), _DE.c.claimed_until < now)
    return and_(_DE.c.status == DeliveryStatus.WAITING.value, _DE.c.next_at <= now, unclaimed)


def _abandoned(now: datetime) -> ColumnElement[bool]:
    return and_(_DE.c.status == DeliveryStatus.SENDING.value, _DE.c.claimed_until < now)


def _told_values(told: Told) -> dict[str, str]:
    return {"event": told.event, "kind": told.kind, "number": told.number, "link": told.link}


def _told(row: Row[Any]) -> Told:
    return Told(row.event, row.kind, row.number, row.link)


def _notification(row: Row[Any]) -> Notification:
    return Notification(row.id, _told(row), row.created_at, row.read_at)


def _delivery(row: Row[Any]) -> Delivery:
    state = DeliveryStatus(row.status)
    return Delivery(
        row.id, _told(row), row.channel, row.recipient, state, row.attempts, row.created_at, row.next_at, row.claim, row.done_at, row.error
    )
