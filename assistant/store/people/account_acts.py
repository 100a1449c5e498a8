"""SQL for what gave somebody a hold on an account, and for what waits for a second administrator."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import Row, Table, insert, select, update
from sqlalchemy.engine import Connection

from assistant.store.tables.account import AccountActRow, AccountRow, AdministratorRequestRow

_AC, _AA, _AR = (cast(Table, row.__table__) for row in (AccountRow, AccountActRow, AdministratorRequestRow))


class Act(StrEnum):
    """What gives a hold on an account."""

    MADE = "开设"
    PASSWORD = "重置密码"
    ROLE = "改变角色"
    BOUND = "绑定统一认证"


class Step(StrEnum):
    """What is done to an administrator's account, in the words it is shown in."""

    ADD = "开设管理员账号"
    RAISE = "改为管理员"
    RESET = "重置管理员密码"
    BIND = "绑定管理员的统一认证"
    ENABLE = "恢复管理员账号"


class RequestState(StrEnum):
    """What has become of a request."""

    WAITING = "待确认"
    AGREED = "已同意"
    DONE = "已办理"
    REFUSED = "未同意"
    TAKEN_BACK = "已撤回"


@dataclass(frozen=True, slots=True)
class AdministratorRequest:
    """管理员账号变动. `subject` is the provider's, where one is to be bound."""

    id: int
    step: Step
    state: RequestState
    login: str
    name: str
    section: str
    subject: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    decided_by: str
    decided_at: datetime | None


def add_act(connection: Connection, account_id: str, actor: str, act: Act, at: datetime) -> None:
    """Insert what somebody did to an account."""
    connection.execute(insert(_AA).values(account_id=account_id, actor=actor, act=act.value, at=at))


def holders(connection: Connection, since: datetime) -> dict[str, set[str]]:
    """Return the accounts that did something to each account from a moment on; what was done on the machine or to oneself is none."""
    out: dict[str, set[str]] = {}
    query = select(_AA.c.account_id, _AA.c.actor).join(_AC, _AC.c.id == _AA.c.actor).where(_AA.c.at >= since)
    for row in connection.execute(query.where(_AA.c.actor != _AA.c.account_id)):
        out.setdefault(row.account_id, set()).add(row.actor)
    return out


def ceased_since(connection: Connection, since: datetime) -> bool:
    """True where an administrator stopped being one, or was disabled, from a moment on."""
    return connection.execute(select(_AC.c.id).where(_AC.c.ceased_at >= since).limit(1)).first() is not None


def add_request(connection: Connection, values: dict[str, Any]) -> int:
    """Insert a request and return its number."""
    empty = {"name": "", "section": "", "subject": "", "decided_by": "", "state": RequestState.WAITING.value}
    made = connection.execute(insert(_AR).values(empty | values)).inserted_primary_key
    return int(made[0])  # type: ignore[index]


def request(connection: Connection, request_id: int) -> AdministratorRequest | None:
    """Return one request, or None; a number no database holds is none."""
    if not 0 < request_id < 2**31:
        return None
    row = connection.execute(select(_AR).where(_AR.c.id == request_id)).first()
    return _request(row) if row else None


def requests(connection: Connection, states: Collection[RequestState], now: datetime) -> list[AdministratorRequest]:
    """Return the requests in one of the states whose time is not up, newest first."""
    query = select(_AR).where(_AR.c.state.in_([s.value for s in states]), _AR.c.expires_at > now)
    return [_request(r) for r in connection.execute(query.order_by(_AR.c.id.desc()))]


def change_request(connection: Connection, request_id: int, **values: Any) -> None:
    """Set columns of a request."""
    connection.execute(update(_AR).where(_AR.c.id == request_id).values(**values))


def _request(row: Row[Any]) -> AdministratorRequest:
    return AdministratorRequest(**(dict(row._mapping) | {"step": Step(row.step), "state": RequestState(row.state)}))
