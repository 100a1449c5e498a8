"""The audit trail: what was done, by whom, when; chained so that no row can be changed unseen.

`record` belongs to the transaction of what it records: both are kept or neither is.
"""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.errors import AssistantError, BadSetting
from assistant.law.personal_data import mask_certain
from assistant.store import audit as sql
from assistant.store.audit import AuditEvent, AuditFilter
from assistant.store.engine import writing

ACTOR_CHARS, TARGET_CHARS = 100, 500


class AuditAction(StrEnum):
    """Everything that leaves a trace, in the words the trail shows."""

    SIGN_IN = "登录"
    SIGN_IN_FAILED = "登录失败"
    SIGN_OUT = "退出登录"
    QUESTION = "提问"
    ANSWER = "答复"
    VERIFY = "核验引用"
    DOCUMENT = "法规库变动"
    OWN_TABLE = "本局表格变动"
    EXAMPLE = "示例问题"
    WORDS = "词语变动"
    REVIEW = "合法性审查"
    MATTER = "事项办理"
    OPINION = "法律意见"
    CASE = "案例变动"
    LEFT_QUESTION = "公众留言"
    EXPORT = "导出"
    ACCOUNT = "账号变动"
    PERMISSION = "权限变动"
    SETTINGS = "设置变动"
    BACKUP = "备份"
    RESTORE = "恢复"
    PRUNE = "审计清理"


class TrailBroken(AssistantError):
    """The head of the chain is missing: nothing can be recorded before an administrator has looked into it."""

    def __init__(self) -> None:
        super().__init__("审计记录的链头不见了，操作没有执行；请管理员运行 assistant audit verify 查明，或从备份恢复。")


@dataclass(frozen=True, slots=True)
class Pruned:
    """What a clearing did: rows emptied, rows removed at the beginning, and the first number that is left."""

    emptied: int
    removed: int
    first: int


def record(connection: Connection, actor: str, action: AuditAction, target: str, detail: Mapping[str, Any] | str = "") -> AuditEvent:
    """Add what was done to the trail, inside the caller's `writing` transaction; return the row.

    `actor` is the user's id; `target` names what was acted on, `detail` says more (values that JSON can hold). Identity,
    telephone, account and plate numbers in both are masked before they are stored. Raises TrailBroken.
    """
    facts = {"说明": detail} if isinstance(detail, str) and detail else dict(detail or {})
    event = sql.append(connection, datetime.now(), action.value, actor[:ACTOR_CHARS], mask_certain(target)[:TARGET_CHARS], _masked(facts))
    if event is None:
        raise TrailBroken
    return event


def note(engine: Engine, actor: str, action: AuditAction, target: str, detail: Mapping[str, Any] | str = "") -> AuditEvent:
    """Record what has no transaction of its own (a download, a check); return the row. Raises TrailBroken."""
    with writing(engine) as connection:
        return record(connection, actor, action, target, detail)


def console_actor() -> str:
    """Return the actor of a command: the command line and the account of the machine it ran under."""
    try:
        return f"命令行:{getpass.getuser()}"[:ACTOR_CHARS]
    except (OSError, KeyError):  # a container's user may have no name
        return "命令行"


def listed(engine: Engine, chosen: AuditFilter | None = None, limit: int = 100) -> list[AuditEvent]:
    """Return the newest rows that fit, newest first."""
    with engine.connect() as connection:
        return sql.events(connection, chosen or AuditFilter(), limit)


def _masked(value: Any) -> Any:
    """A JSON value with the personal data in every text of it hidden; names of fields stay."""
    if isinstance(value, str):
        return mask_certain(value)
    if isinstance(value, Mapping):
        return {name: _masked(inner) for name, inner in value.items()}
    return [_masked(inner) for inner in value] if isinstance(value, list | tuple) else value


# ---- how long what is kept -------------------------------------------------------------------


def kept_days(settings: Settings) -> dict[AuditAction, int]:
    """Return for how many days the rows of each action are kept; 0 is for good. Raises BadSetting for an unknown action."""
    own = settings.audit_keep_days_by_action
    unknown = [name for name in own if name not in list(AuditAction)]
    if unknown:
        raise BadSetting(f"设置 audit_keep_days_by_action 里没有“{unknown[0]}”这种记录，可写：{'、'.join(AuditAction)}")
    return {action: own.get(action.value, settings.audit_keep_days) for action in AuditAction if action is not AuditAction.PRUNE}


def prune(engine: Engine, settings: Settings, actor: str, now: datetime | None = None) -> Pruned:
    """Empty the rows whose time is up, and remove those at the beginning of the chain that are all empty.

    What was emptied up to which moment, and where the chain now begins, is itself a row of the trail, so that
    `verify` can tell clearing from tampering. Nothing is recorded where nothing was due.
    """
    moment = now or datetime.now()
    limits = {action.value: moment - timedelta(days=days) for action, days in kept_days(settings).items() if days}
    with writing(engine) as connection:
        head = sql.head_of(connection, locked=True)
        if head is None:
            raise TrailBroken
        emptied = sum(sql.empty(connection, action, before) for action, before in limits.items())
        earlier = sql.of_action(connection, AuditAction.PRUNE.value)
        through, last_hash = _empty_beginning(connection, head.removed_number, head.removed_hash)
        if not emptied and through == head.removed_number:
            return Pruned(0, 0, head.removed_number + 1)
        removed = sql.remove_beginning(connection, through, last_hash)
        facts = {"清除": emptied, "截止": _merged(earlier, limits), "起点": through, "起点摘要": last_hash}
        record(connection, actor, AuditAction.PRUNE, "审计记录", facts)
        return Pruned(emptied, removed, through + 1)


def _empty_beginning(connection: Connection, number: int, last_hash: str) -> tuple[int, str]:
    """The last row of the beginning that is all empty or tells of earlier clearing (the new one tells it again)."""
    for event in sql.chain(connection):
        if event.salt is not None and event.action != AuditAction.PRUNE.value:
            break
        number, last_hash = event.number, event.hash
    return number, last_hash


def _merged(earlier: list[AuditEvent], limits: Mapping[str, datetime]) -> dict[str, str]:
    """The latest moment up to which each action was ever cleared."""
    out = {action: before.isoformat() for action, before in limits.items()}
    for event in earlier:
        for action, before in event.details["截止"].items():
            out[action] = max(out.get(action, ""), before)
    return out
