"""Notifications: shown in the page always, and queued for the channels that are set up.

A notification says what happened to which number and where to look; there is no field that could carry the text of a
matter. `notify` belongs to the transaction of what it tells of, and only writes: sending is the worker's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.desk.notify.channels import Channel, configured
from assistant.errors import AssistantError, RefusedInput
from assistant.store import notifications as sql
from assistant.store.engine import writing
from assistant.store.notifications import Notification, Told

_NUMBER = re.compile(r"[\w〔〕\[\]()（）·.—–-]{1,60}")
_LINK = re.compile(r"/[A-Za-z0-9/_.-]*(?:\?[a-z_]+=[A-Za-z0-9_-]+)?(?:#[A-Za-z0-9_-]+)?")
_EVENT = re.compile(r"[\x21-\x7e]{1,120}")
_MAIL = re.compile(r"[^@\s<>,;:\"()\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,180}[A-Za-z0-9])?")
#: How many a person's list shows.
SHOWN = 200


class NoticeKind(StrEnum):
    """What a notification may tell, in the words it is shown in."""

    MATTER_SUBMITTED = "事项已提交"
    MATTER_ACCEPTED = "事项已受理"
    MATTER_RETURNED = "事项已退回"
    MATTER_NEEDS_MORE = "事项需要补充材料"
    MATTER_SUPPLEMENTED = "事项已补充材料"
    MATTER_MESSAGE = "事项有新留言"
    MATTER_WITHDRAWN = "事项已撤回"
    MATTER_DUE = "事项即将到期"
    MATTER_OVERDUE = "事项已逾期"
    OPINION_ISSUED = "已出具法律意见"
    OPINION_TAKEN = "法律意见已采纳"
    OPINION_NOT_TAKEN = "法律意见未采纳"
    MATTER_ARCHIVED = "事项已归档"
    PUBLIC_QUESTION = "公众留言待办理"
    REVIEW_DONE = "合法性审查已完成"
    EXAMPLE_PROPOSED = "示例问题待审核"
    CHANGE_WAITING = "法规库变动待批准"
    CHANGE_DONE = "法规库变动已批准"
    CHANGE_REJECTED = "法规库变动未批准"
    CHANGE_EXPIRED = "法规库变动已过期"
    CHANGE_UNDONE = "法规库变动已撤销"
    CHANGE_ALONE = "法规库变动由一人确认"
    ADMINISTRATOR_WAITING = "管理员账号变动待确认"
    ADMINISTRATOR_AGREED = "管理员账号变动已同意"
    ADMINISTRATOR_REFUSED = "管理员账号变动未同意"
    CHANNEL_FAILING = "通知渠道发送失败"
    AUDIT_SEAL = "审计封签"
    AUDIT_BROKEN = "审计记录核验有问题"
    TEST = "测试通知"


@dataclass(frozen=True, slots=True)
class Notice:
    """One event to tell of.

    `event` names it once and for all in ASCII (`matter:12:step:3`): it is told to nobody twice. `number` is how people
    know the thing (the matter's number), `link` its path on this site. Raises ValueError where one of them could hold
    anything else.
    """

    event: str
    kind: NoticeKind
    number: str
    link: str

    def __post_init__(self) -> None:
        for value, form, name in ((self.event, _EVENT, "event"), (self.number, _NUMBER, "number"), (self.link, _LINK, "link")):
            if not form.fullmatch(value):
                raise ValueError(f"{name} of a notification cannot be {value[:40]!r}")


class NoNotification(AssistantError):
    """The user has no such notification."""

    def __init__(self) -> None:
        super().__init__("没有找到这条通知，请回到通知列表。")


def notify(connection: Connection, settings: Settings, notice: Notice, recipients: Iterable[str]) -> int:
    """Tell an event to users (by id), inside the caller's `writing` transaction; return how many were not told before.

    Mail goes to each who has an address, a robot's or system's channel gets the event once.
    """
    now, told = datetime.now(), Told(notice.event, notice.kind.value, notice.number, notice.link)
    channels, count = configured(settings), 0
    for user in dict.fromkeys(recipients):
        count += sql.add_notification(connection, told, user, now)
        if Channel.MAIL in channels and sql.mail_address(connection, user):
            sql.add_delivery(connection, told, Channel.MAIL.value, user, now)
    for channel in channels if count else ():
        if channel is not Channel.MAIL:
            sql.add_delivery(connection, told, channel.value, "", now)
    return count


def listed(engine: Engine, user: str) -> list[Notification]:
    """Return a user's notifications, newest first, at most SHOWN."""
    with engine.connect() as connection:
        return sql.notifications(connection, user, SHOWN)


def unread(engine: Engine, user: str) -> int:
    """How many notifications a user has not opened."""
    with engine.connect() as connection:
        return sql.unread(connection, user)


def opened(engine: Engine, user: str, notification_id: int) -> Notification:
    """Return a user's notification and mark it as read; raises NoNotification."""
    with engine.connect() as connection:
        found = sql.notification(connection, notification_id, user)
    if found is None:
        raise NoNotification
    if found.read_at is None:
        with writing(engine) as connection:
            sql.mark_read(connection, user, datetime.now(), notification_id)
    return found


def read_all(engine: Engine, user: str) -> None:
    """Mark all of a user's notifications as read."""
    with writing(engine) as connection:
        sql.mark_read(connection, user, datetime.now())


def mail_address(engine: Engine, user: str) -> str:
    """Return where a user is mailed, empty where nowhere."""
    with engine.connect() as connection:
        return sql.mail_address(connection, user)


def set_mail_address(engine: Engine, user: str, address: str) -> None:
    """Keep where a user is mailed (empty: nowhere); raises RefusedInput for what is no address."""
    kept = address.strip()
    if kept and not _MAIL.fullmatch(kept):
        raise RefusedInput("邮箱", "不是邮箱地址，请写成 name@example.cn 的样子，或留空")
    with writing(engine) as connection:
        sql.save_mail_address(connection, user, kept)
