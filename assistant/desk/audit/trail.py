"""The audit trail: what was done, by whom, when; chained so that no row can be changed unseen.

`record` belongs to the transaction of what it records: both are kept or neither is.
"""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.errors import AssistantError
from assistant.law.privacy.scan import mask_certain
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
    KEY = "审计密钥"


class TrailBroken(AssistantError):
    """What is recorded is not kept: nothing can be done before an administrator has looked into it."""

    def __init__(self) -> None:
        super().__init__("审计记录写不进去或者链头不见了，操作没有执行；请管理员运行 assistant audit verify 查明，或从备份恢复。")


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
