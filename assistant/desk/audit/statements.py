"""Signed statements in the audit trail: what was cleared, and where the chain has begun since.

A statement stands in the chain like any other row. Its signature covers its place there and the hash of the row before,
and so the whole chain up to it: no part of a signed past can be put together anew without the key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from assistant.desk.audit.key import AuditKey
from assistant.desk.audit.trail import AuditAction, TrailBroken
from assistant.store import audit as sql
from assistant.store.audit import AuditEvent

ACTIONS = (AuditAction.PRUNE, AuditAction.KEY)
_SIGNATURE, _KEY = "签名", "密钥"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a statement says: up to when each action was cleared, and the last row that was removed at the beginning."""

    number: int
    action: AuditAction
    limits: Mapping[str, str]
    beginning: tuple[int, str]


def write(
    connection: Connection, key: AuditKey, actor: str, action: AuditAction, limits: Mapping[str, str], facts: Mapping[str, Any]
) -> AuditEvent:
    """Add a signed statement that the chain begins where its head says; return the row. Raises TrailBroken."""
    head = sql.head_of(connection, locked=True)
    if head is None:
        raise TrailBroken
    at, number, target = datetime.now(), head.number + 1, "审计记录"
    said = dict(facts) | {"截止": dict(limits), "起点": head.removed_number, "起点摘要": head.removed_hash, _KEY: key.name}
    signature = key.sign(_words(number, at, action, actor, target, head.hash, said))
    event = sql.append(connection, at, action.value, actor, target, said | {_SIGNATURE: signature})
    assert event is not None
    return event


def read(event: AuditEvent) -> Statement | None:
    """Return what a row states, signed or not; None where it cannot be read."""
    try:
        details = event.details
        limits = {str(action): str(datetime.fromisoformat(before)) for action, before in details["截止"].items()}
        iso = {action: datetime.fromisoformat(before).isoformat() for action, before in limits.items()}
        return Statement(event.number, AuditAction(event.action), iso, (int(details["起点"]), str(details["起点摘要"])))
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def is_signed(event: AuditEvent, key: AuditKey) -> bool:
    """True where a row bears this key's signature of what it says and where it stands."""
    try:
        said = event.details
        signature = said.pop(_SIGNATURE, None)
        words = _words(event.number, event.at, event.action, event.actor or "", event.target or "", event.previous, said)
    except (AttributeError, TypeError, ValueError):
        return False
    return key.signed(words, signature)


def key_name(event: AuditEvent) -> str:
    """Return by which key a row says that it is signed, empty where by none."""
    try:
        return str(event.details.get(_KEY, ""))
    except (TypeError, ValueError):
        return ""


def merged(statements: list[Statement]) -> dict[str, str]:
    """The latest moment up to which each action was ever cleared."""
    out: dict[str, str] = {}
    for statement in statements:
        for action, before in statement.limits.items():
            out[action] = max(out.get(action, ""), before)
    return out


def _words(number: int, at: datetime, action: str, actor: str, target: str, previous: str, said: Mapping[str, Any]) -> str:
    parts = [number, at.isoformat(timespec="microseconds"), str(action), actor, target, previous, said]
    return json.dumps(parts, ensure_ascii=False, sort_keys=True)
