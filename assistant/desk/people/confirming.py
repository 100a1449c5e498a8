"""One administrator asks for what makes or opens an administrator's account, another one agrees, the first does it.

The second administrator gets no hold by agreeing: a one-time password is shown to who asked, and to nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.desk.audit.trail import AuditAction, record
from assistant.desk.notify.notifications import Notice, NoticeKind, notify
from assistant.desk.people import accounts, holds, provider_requests
from assistant.desk.people.accounts import NewAccount
from assistant.desk.people.gate import Wanted
from assistant.errors import RefusedInput
from assistant.store.engine import writing
from assistant.store.people import account_acts as sql
from assistant.store.people import accounts as people
from assistant.store.people import provider_requests as provider
from assistant.store.people.account_acts import AdministratorRequest, RequestState, Step
from assistant.store.people.accounts import Account, Role

#: Days after which a request nobody answered, or a word nobody used, is void.
KEPT_DAYS: Final = 7
PAGE: Final = "/admin/people"
OPEN: Final = frozenset({RequestState.WAITING, RequestState.AGREED})
#: What gives out a one-time password: the page shows it to who asked once they come back for it.
WITH_PASSWORD: Final = frozenset({Step.ADD, Step.RESET})
#: What does the same on the machine itself.
_COMMANDS: Final = {
    Step.ADD: "assistant user add {login} --name 姓名 --role admin",
    Step.RESET: "assistant user reset {login}",
    Step.ENABLE: "assistant user enable {login}",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A request as one administrator sees it: whether it is theirs, and why they cannot answer it (empty where they can)."""

    request: AdministratorRequest
    own: bool
    hindrance: str


def ask(engine: Engine, settings: Settings, wanted: Wanted, by: str) -> AdministratorRequest:
    """Put what is wanted before the other administrators; one that waits already is returned as it is.

    Raises RefusedInput where nobody is there who could agree, saying how it is done then.
    """
    now = datetime.now()
    with writing(engine) as connection:
        for open_one in sql.requests(connection, OPEN, now):
            if (open_one.asked_by, open_one.step, open_one.login, open_one.subject) == (by, wanted.step, wanted.login, wanted.subject):
                return open_one
        able = [a.id for a in _others(connection, by, wanted.login) if not holds.one_hand(connection, by, a.id, holds.reach_of(now))]
        if not able:
            raise RefusedInput(wanted.login, _alone(wanted))
        values = {"step": wanted.step.value, "login": wanted.login, "name": wanted.name, "section": wanted.section}
        values |= {"subject": wanted.subject, "asked_by": by}
        number = sql.add_request(connection, values | {"asked_at": now, "expires_at": now + timedelta(days=KEPT_DAYS)})
        found = _known(sql.request(connection, number), RequestState.WAITING)
        _record(connection, found, by, "提出")
        _tell(connection, settings, found, NoticeKind.ADMINISTRATOR_WAITING, able)
    return found


def shown(engine: Engine, by: str) -> list[Shown]:
    """Return the requests that are open, as an administrator sees them."""
    with engine.connect() as connection:
        found = sql.requests(connection, OPEN, datetime.now())
        return [Shown(r, r.asked_by == by, _hindrance(connection, r, by)) for r in found]


def agree(engine: Engine, settings: Settings, request_id: int, by: str) -> AdministratorRequest:
    """Agree to a request; what gives out no password is done at once. Raises RefusedInput, NoAccount where it cannot be."""
    now = datetime.now()
    with writing(engine) as connection:
        found = _known(sql.request(connection, request_id), RequestState.WAITING)
        if hindrance := _hindrance(connection, found, by):
            raise RefusedInput(found.login, hindrance)
        sql.change_request(
            connection,
            found.id,
            state=RequestState.AGREED.value,
            decided_by=by,
            decided_at=now,
            expires_at=now + timedelta(days=KEPT_DAYS),
        )
        _record(connection, found, by, "同意")
        _tell(connection, settings, found, NoticeKind.ADMINISTRATOR_AGREED, [found.asked_by])
    if found.step not in WITH_PASSWORD:
        _carry_out(engine, found)
    return found


def refuse(engine: Engine, settings: Settings, request_id: int, by: str) -> AdministratorRequest:
    """Close a request, by another administrator or (taken back) by who asked; raises RefusedInput where it is closed."""
    with writing(engine) as connection:
        found = sql.request(connection, request_id)
        found = _known(found, *(OPEN if found and found.asked_by == by else {RequestState.WAITING}))
        own = found.asked_by == by
        state = RequestState.TAKEN_BACK if own else RequestState.REFUSED
        sql.change_request(connection, found.id, state=state.value, decided_by=by, decided_at=datetime.now())
        _record(connection, found, by, "撤回" if own else "不同意")
        if not own:
            _tell(connection, settings, found, NoticeKind.ADMINISTRATOR_REFUSED, [found.asked_by])
    return found


def collect(engine: Engine, request_id: int, by: str) -> NewAccount:
    """Do what was agreed to and return the one-time password, once, to who asked; raises RefusedInput, NoAccount."""
    with engine.connect() as connection:
        found = _known(sql.request(connection, request_id), RequestState.AGREED)
    if found.asked_by != by or found.step not in WITH_PASSWORD:
        raise RefusedInput(found.login, "由提出的管理员办理")
    if found.step is Step.ADD:
        return accounts.add(engine, found.login, found.name, Role.ADMIN, found.section, by=by)
    return accounts.reset(engine, found.login, by=by)


def _carry_out(engine: Engine, request: AdministratorRequest) -> None:
    """Do what needs no password handed over, in the name of who asked."""
    by = request.asked_by
    if request.step is Step.RAISE:
        accounts.change(engine, request.login, name=request.name, role=Role.ADMIN, section=request.section, by=by)
    elif request.step is Step.ENABLE:
        accounts.set_disabled(engine, request.login, False, by=by)
    else:
        with engine.connect() as connection:
            asked = provider.request_of(connection, request.subject)
        provider_requests.confirm(engine, asked.id if asked else 0, request.login, by=by)


def _others(connection: Connection, by: str, login: str) -> list[Account]:
    """The administrators who can sign in, but for who asks and whose account it is about."""
    return [a for a in people.accounts(connection, Role.ADMIN) if not a.disabled and a.id != by and a.login != login]


def _hindrance(connection: Connection, request: AdministratorRequest, by: str) -> str:
    """Why somebody cannot agree to a request; empty where they can."""
    if request.asked_by == by:
        return "是您自己提出的，要由另一名管理员确认"
    if by not in {a.id for a in _others(connection, request.asked_by, request.login)}:
        return "要由另一名管理员确认，不能是账号本人"
    asker = people.account(connection, request.asked_by)
    if asker is None or asker.disabled or asker.role is not Role.ADMIN:
        return "提出的人已经不是可用的管理员，不能再办理；请不同意这一项"
    if holds.one_hand(connection, request.asked_by, by, holds.reach_of(request.asked_at)):
        return (
            f"您的账号和提出人的账号在 {holds.HOLD_DAYS} 天内有开设、改角色或者重置密码的关系（包括经过别的账号），不能确认；"
            "请由别的管理员确认，或者到期后重新提出"
        )
    return ""


def _alone(wanted: Wanted) -> str:
    command = _COMMANDS.get(wanted.step, "assistant user reset {login}").format(login=wanted.login)
    if wanted.step in {Step.RAISE, Step.BIND}:
        command = "assistant user --help 里的命令"
    return (
        f"{wanted.step}要由另一名管理员确认，现在没有可以确认的人（另一名管理员就是账号本人、已停用，或者 {holds.HOLD_DAYS} 天内"
        f"由您开设、重置过密码、改过角色）；请在服务器上运行 {command}，或者到期后再提出"
    )


def _known(found: AdministratorRequest | None, *states: RequestState) -> AdministratorRequest:
    if found is None or found.state not in states or found.expires_at <= datetime.now():
        raise RefusedInput("管理员账号变动", "已经处理过或者已过期，请刷新页面")
    return found


def _record(connection: Connection, request: AdministratorRequest, by: str, did: str) -> None:
    facts = {"做了": f"{did}{request.step}", "变动": request.id, "提出人": request.asked_by}
    record(connection, by, AuditAction.PERMISSION, request.login, facts)


def _tell(connection: Connection, settings: Settings, request: AdministratorRequest, kind: NoticeKind, recipients: list[str]) -> None:
    event = f"administrator:{request.id}:{kind.name.lower()}"
    notify(connection, settings, Notice(event, kind, f"账号变动{request.id}", PAGE), recipients)
