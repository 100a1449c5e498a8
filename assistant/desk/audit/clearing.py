"""What of the audit trail is kept how long: emptied when its time is up, removed at the beginning, each time signed.

Nothing is cleared from a trail that does not check: clearing would hide what was done to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.desk.audit import statements
from assistant.desk.audit.check import check
from assistant.desk.audit.key import AuditKey, NoAuditKey, key_of, make_key
from assistant.desk.audit.seals import known_seals, write_seal
from assistant.desk.audit.trail import AuditAction, TrailBroken
from assistant.errors import AssistantError, BadSetting
from assistant.setting_words import LEAST_KEPT_DAYS
from assistant.store import audit as sql
from assistant.store.engine import reading, writing


class TrailFaulty(AssistantError):
    """The trail does not check."""

    def __init__(self, faults: int) -> None:
        super().__init__(f"审计记录核验有 {faults} 处问题，没有清理；请先运行 assistant audit verify 查明。")


@dataclass(frozen=True, slots=True)
class Pruned:
    """What a clearing did: rows emptied, rows removed at the beginning, and the first number that is left."""

    emptied: int
    removed: int
    first: int


def kept_days(settings: Settings) -> dict[AuditAction, int]:
    """Return for how many days the rows of each action are kept; 0 is for good. Raises BadSetting for an unknown action."""
    own = settings.audit_keep_days_by_action
    unknown = [name for name in own if name not in list(AuditAction)]
    if unknown:
        raise BadSetting(f"设置 audit_keep_days_by_action 里没有“{unknown[0]}”这种记录，可写：{'、'.join(AuditAction)}")
    asked = {action: own.get(action.value, settings.audit_keep_days) for action in AuditAction if action not in statements.ACTIONS}
    return {action: max(days, LEAST_KEPT_DAYS) if days else 0 for action, days in asked.items()}


def prune(engine: Engine, settings: Settings, actor: str, now: datetime | None = None) -> Pruned:
    """Empty the rows whose time is up, and remove those at the beginning of the chain that are all empty.

    What was emptied up to which moment, and where the chain now begins, is itself a signed row of the trail, so that
    `verify` can tell clearing from tampering. Nothing is recorded where nothing was due. Raises TrailBroken, TrailFaulty,
    NoAuditKey; nothing is cleared then.
    """
    moment = now or datetime.now()
    limits = {action.value: moment - timedelta(days=days) for action, days in kept_days(settings).items() if days}
    with engine.connect() as connection:
        if not sql.is_due(connection, limits):
            head = sql.head_of(connection)
            return Pruned(0, 0, head.removed_number + 1 if head else 1)
    key = start_key(engine, settings)
    with writing(engine) as connection:
        head = sql.head_of(connection, locked=True)
        if head is None:
            raise TrailBroken
        if faults := check(connection, key, known_seals(settings)).faults:
            raise TrailFaulty(len(faults))
        earlier = [s for e in _stated(connection) if statements.is_signed(e, key) and (s := statements.read(e))]
        emptied = sum(sql.empty(connection, action, before) for action, before in limits.items())
        through, last_hash = _empty_beginning(connection, head.removed_number, head.removed_hash)
        removed = sql.remove_beginning(connection, through, last_hash)
        limit = statements.merged([*earlier, statements.Statement(0, AuditAction.PRUNE, _iso(limits), (0, ""))])
        facts = {"清除": emptied, "移除": removed, "此前链头": f"{head.number}:{head.hash}"}
        statements.write(connection, key, actor, AuditAction.PRUNE, limit, facts)
    return Pruned(emptied, removed, through + 1)


def start_key(engine: Engine, settings: Settings) -> AuditKey:
    """Return the key, made where this home has none yet and no other has signed anything in this database.

    A key that is new states where the chain begins and what was cleared before there was one. Raises NoAuditKey.
    """
    key = key_of(settings)
    with reading(engine) as connection:
        stated = _stated(connection)
    if key is None:
        if other := next((statements.key_name(e) for e in reversed(stated) if statements.key_name(e)), ""):
            raise NoAuditKey(
                f"审计记录由另一把密钥（{other}）签署，本机没有这把密钥：请从备份或者另一台服务器找回 audit.key；"
                "确实没有了，请运行 assistant audit key 启用新的"
            )
        key = make_key(settings)
        take_on(engine, settings, key, "系统")
    elif not any(statements.is_signed(e, key) for e in stated) and not known_seals(settings):
        take_on(engine, settings, key, "系统")
    return key


def take_on(engine: Engine, settings: Settings, key: AuditKey, actor: str) -> None:
    """Sign the trail as it stands: what was cleared before, and where the chain begins, counts from now on."""
    with writing(engine) as connection:
        earlier = [s for s in map(statements.read, _stated(connection)) if s is not None]
        event = statements.write(
            connection, key, actor, AuditAction.KEY, statements.merged(earlier), {"说明": "启用密钥", "此前的清理": len(earlier)}
        )
    write_seal(settings, event.number, event.hash)


def _stated(connection: Connection) -> list[sql.AuditEvent]:
    return sql.of_actions(connection, [a.value for a in statements.ACTIONS])


def _empty_beginning(connection: Connection, number: int, last_hash: str) -> tuple[int, str]:
    """The last row of the beginning that is all empty or states earlier clearing (the new statement says it again)."""
    for event in sql.chain(connection):
        if event.salt is not None and event.action not in statements.ACTIONS:
            break
        number, last_hash = event.number, event.hash
    return number, last_hash


def _iso(limits: Mapping[str, datetime]) -> dict[str, str]:
    return {action: before.isoformat() for action, before in limits.items()}
