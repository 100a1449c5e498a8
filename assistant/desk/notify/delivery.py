"""Sending what is queued: claimed by one worker, tried again with growing pauses, sent at most once.

A worker that dies before it began to send leaves a claim that runs out, and another sends. One that dies while
sending leaves a delivery that may have gone out: it is marked as unsure and not sent again unless an administrator
says so; the person has the notification in the page either way.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.notify import channels
from assistant.desk.notify.channels import Channel, MaybeSent, NotSent
from assistant.desk.notify.notifications import NoticeKind
from assistant.errors import RefusedInput
from assistant.store import notifications as sql
from assistant.store.engine import writing
from assistant.store.notifications import Delivery, DeliveryStatus, Told
from assistant.store.people import accounts
from assistant.store.people.accounts import Role

log = logging.getLogger(__name__)

#: Pauses before another attempt: this, doubled each time, up to the longest.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
#: Seconds between two looks at the queue.
POLL_SECONDS = 3.0
_ABANDONED = "发送时程序中断，可能已经发出；为免重复没有再发"
ADMIN_LINK = "/admin/notifications"


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A channel as the administrator sees it: set up or not, how many in each state, the last success, the last trouble."""

    channel: Channel
    configured: bool
    counts: dict[DeliveryStatus, int]
    last_sent: datetime | None
    trouble: str

    @property
    def failing(self) -> bool:
        """True where something could not be sent, may not have been, or waits after a failed attempt."""
        return bool(self.trouble)


def deliver_due(engine: Engine, settings: Settings, now: datetime | None = None) -> Counter[DeliveryStatus]:
    """Send everything that is due; return how many ended in which state (待发送: to be tried again)."""
    done: Counter[DeliveryStatus] = Counter()
    with engine.connect() as connection:
        if not sql.has_work(connection, now or datetime.now()):
            return done
    moment = now or datetime.now()
    with writing(engine) as connection:
        left = sql.leave_abandoned(connection, moment, _ABANDONED)
    for abandoned in left:
        done[DeliveryStatus.UNSURE] += 1
        _tell_administrators(engine, abandoned.channel, moment)
    while (delivery := claim(engine, settings, now)) is not None:
        done[_deliver(engine, settings, delivery, now)] += 1
    return done


def claim(engine: Engine, settings: Settings, now: datetime | None = None) -> Delivery | None:
    """Take the delivery that is due first for as long as sending can last; None where none is due."""
    moment = now or datetime.now()
    with writing(engine) as connection:
        return sql.claim(connection, uuid4().hex, moment, moment + lease(settings))


def lease(settings: Settings) -> timedelta:
    """How long a claim holds: longer than any sending, whose steps (connect, sign in, hand over) each have the time-out."""
    return timedelta(seconds=60 + 8 * settings.notify_timeout)


def _deliver(engine: Engine, settings: Settings, delivery: Delivery, now: datetime | None) -> DeliveryStatus:
    with writing(engine) as connection:
        if not sql.begin(connection, delivery):
            return delivery.status
        address = sql.mail_address(connection, delivery.recipient) if delivery.channel == Channel.MAIL else ""
    try:
        channels.send(settings, delivery, address)
    except NotSent as error:
        return _not_sent(engine, settings, delivery, str(error), now)
    except Exception as error:  # what is not known to have failed may have gone out
        if not isinstance(error, MaybeSent):
            log.exception("a delivery by %s failed in an unforeseen way", delivery.channel)
        return _ended(engine, delivery, DeliveryStatus.UNSURE, now, str(error) if isinstance(error, MaybeSent) else repr(error)[:300])
    return _ended(engine, delivery, DeliveryStatus.SENT, now)


def _not_sent(engine: Engine, settings: Settings, delivery: Delivery, reason: str, now: datetime | None) -> DeliveryStatus:
    if delivery.attempts >= settings.notify_attempts:
        return _ended(engine, delivery, DeliveryStatus.FAILED, now, reason)
    pause = min(FIRST_PAUSE * 2 ** min(delivery.attempts - 1, 20), LONGEST_PAUSE)
    with writing(engine) as connection:
        sql.postpone(connection, delivery, (now or datetime.now()) + pause, reason)
    return DeliveryStatus.WAITING


def _ended(engine: Engine, delivery: Delivery, status: DeliveryStatus, now: datetime | None, error: str = "") -> DeliveryStatus:
    moment = now or datetime.now()
    with writing(engine) as connection:
        sql.finish(connection, delivery, status, moment, error)
    if status is not DeliveryStatus.SENT:
        _tell_administrators(engine, delivery.channel, moment)
    return status


def _tell_administrators(engine: Engine, channel: str, now: datetime) -> None:
    """In the page only, and once a day: a channel that fails must not be told of by itself."""
    told = Told(f"channel:{Channel(channel).name}:{now:%Y-%m-%d}", NoticeKind.CHANNEL_FAILING.value, channel, ADMIN_LINK)
    with writing(engine) as connection:
        for account in accounts.accounts(connection, Role.ADMIN):
            sql.add_notification(connection, told, account.id, now)


# ---- what the administrator sees and does ----------------------------------------------------


def channel_states(engine: Engine, settings: Settings) -> list[ChannelState]:
    """Return every channel's state."""
    with engine.connect() as connection:
        counts, sent = sql.delivery_counts(connection), sql.last_sent(connection)
        open_ones = sql.deliveries(connection, (DeliveryStatus.FAILED, DeliveryStatus.UNSURE, DeliveryStatus.WAITING), 10_000)
    ready = channels.configured(settings)
    states = []
    for channel in Channel:
        own = {status: counts[channel.value, status.value] for status in DeliveryStatus if (channel.value, status.value) in counts}
        trouble = next((d.error for d in open_ones if d.channel == channel and d.error), "")
        states.append(ChannelState(channel, channel in ready, own, sent.get(channel.value), trouble))
    return states


def stuck(engine: Engine, limit: int = 100) -> list[Delivery]:
    """Return what was not sent, may have been, or waits after a failed attempt, newest first."""
    with engine.connect() as connection:
        found = sql.deliveries(connection, (DeliveryStatus.FAILED, DeliveryStatus.UNSURE, DeliveryStatus.WAITING), limit * 10)
    return [d for d in found if d.status is not DeliveryStatus.WAITING or d.error][:limit]


def send_again(engine: Engine, delivery_id: int) -> None:
    """Put a delivery that failed or is unsure back into the queue; raises RefusedInput where it is neither."""
    with writing(engine) as connection:
        if not sql.requeue(connection, delivery_id, datetime.now()):
            raise RefusedInput(f"第 {delivery_id} 条", "不是未发出或者不确定的通知，不用再发")
