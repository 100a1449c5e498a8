"""Accounts: who may sign in, what each may do, and the signed-in sessions.

Pages and command line call the same functions. A refusal to sign in never tells whether the login exists.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from assistant.config import Settings
from assistant.desk.audit.trail import AuditAction, record
from assistant.desk.people import attempts, holds, passwords
from assistant.desk.people.attempts import Attempt, Patience
from assistant.desk.people.gate import Wanted, passed
from assistant.desk.people.settings_trail import SYSTEM
from assistant.errors import AssistantError, RefusedInput
from assistant.store.engine import writing
from assistant.store.people import accounts as sql
from assistant.store.people import attempts as tried
from assistant.store.people.account_acts import Act, Step
from assistant.store.people.accounts import Account, Role, Session
from assistant.store.turns import NoTurn

__all__ = ["Account", "Role", "SignInRefused"]

#: The owner of everything asked before there were accounts.
BEFORE_ACCOUNTS = "local"
FIRST_LOGIN = "admin"
_LONGEST_LOGIN, _LONGEST_NAME = 60, 60
_TAKEN = "这个登录名已经有人使用，请换一个"
#: A session's last use is written down at most this often: a page makes many requests.
_TOUCH_EVERY = timedelta(seconds=60)
#: Seconds a page waits to note that a session is in use; the next page does it else.
_TOUCH_PATIENCE = 0.2


class SignInRefused(AssistantError):
    """A sign-in that failed."""


#: One sentence for every reason: it tells a stranger neither which logins exist nor which are disabled.
REFUSED = "没有登录成功：登录名或密码不对，或者账号已停用。请核对后再试，仍不行请联系管理员。"
_ADVICE = "着急的请联系管理员解除等待。"


class NoAccount(AssistantError):
    """There is no account with this login."""

    def __init__(self, login: str) -> None:
        super().__init__(f"没有登录名为“{login}”的账号，请核对后再试")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account just made or reset, with the password to hand over once; it is kept nowhere."""

    account: Account
    password: str


def add(engine: Engine, login: str, name: str, role: Role, section: str = "", *, by: str) -> NewAccount:
    """Make an account with a one-time password; `by` is who did it, for the trail.

    Raises RefusedInput for a login that is taken or cannot be one, WantsSecond for an administrator's.
    """
    made = Account(uuid4().hex, _checked_login(login), _checked_name(name), section.strip(), role, True, False, datetime.now(), None)
    password = passwords.one_time_password()
    hashed = passwords.hashed(password)
    try:
        with writing(engine) as connection:
            if sql.account_of_login(connection, made.login):
                raise RefusedInput(made.login, _TAKEN)
            wanted = Wanted(Step.ADD, made.login, made.name, made.section)
            word = passed(connection, by, wanted) if role is Role.ADMIN else {}
            sql.add_account(connection, made, hashed)
            holds.note(connection, by, made.id, Act.MADE)
            record(connection, by, AuditAction.ACCOUNT, made.login, {"做了": "开设", "角色": role.value, "科室": made.section} | word)
    except IntegrityError as error:
        raise RefusedInput(made.login, _TAKEN) from error
    return NewAccount(made, password)


def first_administrator(engine: Engine) -> NewAccount | None:
    """Make the first administrator where there is no account at all; what was asked before becomes theirs."""
    with engine.connect() as connection:
        if sql.accounts(connection):
            return None
    made = add(engine, FIRST_LOGIN, "管理员", Role.ADMIN, "办公室", by=SYSTEM)
    with writing(engine) as connection:
        sql.adopt(connection, BEFORE_ACCOUNTS, made.account.id)
    return made


def reset(engine: Engine, login: str, *, by: str) -> NewAccount:
    """Give an account a new one-time password, end its waits and its sessions.

    Raises NoAccount, and WantsSecond for another administrator's.
    """
    password = passwords.one_time_password()
    hashed = passwords.hashed(password)
    with writing(engine) as connection:
        found = _known(connection, login)
        others = found.role is Role.ADMIN and found.id != by
        word = passed(connection, by, Wanted(Step.RESET, found.login, found.name)) if others else {}
        sql.change_account(connection, found.id, password_hash=hashed, must_change=True)
        sql.end_sessions(connection, found.id)
        tried.forget(connection, found.id)
        holds.note(connection, by, found.id, Act.PASSWORD)
        record(connection, by, AuditAction.ACCOUNT, found.login, {"说明": "重置密码"} | word)
    return NewAccount(found, password)


def set_disabled(engine: Engine, login: str, disabled: bool, *, by: str) -> Account:
    """Disable an account (ending its sessions) or enable it.

    Raises NoAccount, RefusedInput for the last administrator, WantsSecond where an administrator's is enabled.
    """
    with writing(engine) as connection:
        found = _known(connection, login)
        if disabled and found.role is Role.ADMIN and not found.disabled and sql.active_administrators(connection) < 2:
            raise RefusedInput(found.login, "是最后一个可用的管理员，不能停用；请先另设一个管理员")
        word: dict[str, str] = {}
        ceased: dict[str, datetime | None] = {}
        if found.role is Role.ADMIN and found.disabled is not disabled:
            word = {} if disabled else passed(connection, by, Wanted(Step.ENABLE, found.login, found.name))
            ceased = {"ceased_at": datetime.now() if disabled else None}
        sql.change_account(connection, found.id, disabled=disabled, **ceased)
        tried.forget(connection, found.id)
        if disabled:
            sql.end_sessions(connection, found.id)
        record(connection, by, AuditAction.ACCOUNT, found.login, {"说明": "停用" if disabled else "恢复"} | word)
        return _known(connection, login)


def unlock(engine: Engine, login: str, *, by: str) -> Account:
    """End the waits of an account after wrong passwords, everywhere; raises NoAccount."""
    with writing(engine) as connection:
        found = _known(connection, login)
        tried.forgive(connection, found.id)
        record(connection, by, AuditAction.ACCOUNT, found.login, "解除输错密码后的等待")
        return found


def change(engine: Engine, login: str, *, name: str, role: Role, section: str, by: str) -> Account:
    """Set an account's name, role and section.

    Raises NoAccount, RefusedInput for the last administrator, WantsSecond where it is to be an administrator's.
    """
    with writing(engine) as connection:
        found = _known(connection, login)
        if found.role is Role.ADMIN and role is not Role.ADMIN and sql.active_administrators(connection) < 2:
            raise RefusedInput(found.login, "是最后一个可用的管理员，不能改为其他角色；请先另设一个管理员")
        values: dict[str, Any] = {"name": _checked_name(name), "role": role.value, "section": section.strip()}
        word: dict[str, str] = {}
        if role is not found.role:
            if role is Role.ADMIN:
                word = passed(connection, by, Wanted(Step.RAISE, found.login, values["name"], values["section"]))
            values |= _ceasing(found, role)
            holds.note(connection, by, found.id, Act.ROLE)
        sql.change_account(connection, found.id, **values)
        changed: dict[str, Any] = {"角色": [found.role.value, role.value], "科室": [found.section, section.strip()]}
        record(connection, by, AuditAction.PERMISSION, found.login, changed | word)
        return _known(connection, login)


def accounts(engine: Engine, role: Role | None = None) -> list[Account]:
    """Return the accounts, those of one role where given."""
    with engine.connect() as connection:
        return sql.accounts(connection, role)


def waiting(engine: Engine, now: datetime | None = None) -> set[str]:
    """Return the ids of the accounts for which somebody somewhere has to wait after wrong passwords."""
    with engine.connect() as connection:
        return tried.waiting(connection, _now(now))


def sign_in(
    engine: Engine, settings: Settings, login: str, password: str, now: datetime | None = None, *, address: str = ""
) -> tuple[Account, str]:
    """Return the account and the token of a new session; raises SignInRefused, MustWait.

    Counted before the password is looked at (see `attempts`), for a name that nobody has like for any other. While an account
    waits for strangers only a one-time password is looked at: it cannot be guessed, and so a reset always lets its owner
    in. As much time is spent on every attempt that was counted.
    """
    moment, given = _now(now), password[: passwords.LONGEST + 1]
    with writing(engine) as connection:
        found = sql.account_of_login(connection, login[: _LONGEST_LOGIN + 1]) if login.isprintable() else None
        subject = found.id if found else attempts.name_of(settings, "login", login.strip().lower()[: _LONGEST_LOGIN + 1])
        attempt = attempts.begin(connection, subject, attempts.place_of(settings, address), _patience(settings), moment)
        looked_at = found is not None and not found.disabled and (found.must_change or not attempt.held)
        kept = sql.password_hash(connection, found.id) if found and looked_at else ""
    right = passwords.fits(kept, given)
    if found is None or not right:
        if found:
            _failed(engine, found, attempt)
        if attempt.held:
            raise attempts.must_wait(attempt.held, _patience(settings))
        raise SignInRefused(REFUSED)
    with writing(engine) as connection:
        attempts.let_in(connection, attempt, moment)
    return found, open_session(engine, settings, found, moment)


def open_session(engine: Engine, settings: Settings, account: Account, now: datetime) -> str:
    """Begin a session of an account and return its token: 256 random bits, only their hash is kept."""
    token = secrets.token_urlsafe(32)
    with writing(engine) as connection:
        sql.purge_sessions(connection, now - _idle(settings), now - _longest(settings))
        sql.change_account(connection, account.id, signed_in_at=now)
        sql.add_session(connection, _digest(token), account.id, now)
        record(connection, account.id, AuditAction.SIGN_IN, account.login)
    return token


def session_of(engine: Engine, settings: Settings, token: str, now: datetime | None = None) -> Session | None:
    """Return the live session of a token, or None where it ran out, was ended, or its account is disabled."""
    moment = _now(now)
    with engine.connect() as connection:
        found = sql.session(connection, _digest(token)) if token else None
    if found is None or found.account.disabled:
        return None
    if moment - found.seen_at > _idle(settings) or moment - found.created_at > _longest(settings):
        return None
    if moment - found.seen_at > _TOUCH_EVERY:
        with suppress(NoTurn), writing(engine, patience=_TOUCH_PATIENCE) as connection:  # a page does not wait for it
            sql.touch_session(connection, _digest(token), moment)
    return found


def sign_out(engine: Engine, token: str) -> None:
    """End the session of a token."""
    with writing(engine) as connection:
        found = sql.session(connection, _digest(token))
        if found:
            sql.end_session(connection, _digest(token))
            record(connection, found.account.id, AuditAction.SIGN_OUT, found.account.login)


def change_password(engine: Engine, settings: Settings, account: Account, old: str, new: str, token: str) -> None:
    """Set the account's password and end its other sessions; raises RefusedInput, MustWait.

    A wrong old password is a wrong attempt of this session alone: who found a screen unlocked cannot try for long, and
    keeps nobody else from changing or signing in.
    """
    about = (account.name, account.section, settings.bureau_name, *settings.regions)
    passwords.check_new_password(new, account.login, *about, administrator=account.role is Role.ADMIN)
    now = datetime.now()
    with writing(engine) as connection:
        attempt = attempts.count(connection, account.id, _digest(token), _patience(settings), now)
        kept = sql.password_hash(connection, account.id)
    if not passwords.fits(kept, old[: passwords.LONGEST + 1]):
        _failed(engine, account, attempt)
        raise RefusedInput("原密码", "不对，请重新输入")
    with writing(engine) as connection:
        attempts.take_back(connection, attempt)
    if old == new:
        raise RefusedInput("新密码", "不能与原密码相同")
    hashed = passwords.hashed(new)
    with writing(engine) as connection:
        sql.change_account(connection, account.id, password_hash=hashed, must_change=False)
        sql.end_sessions(connection, account.id, but=_digest(token))
        record(connection, account.id, AuditAction.ACCOUNT, account.login, "修改密码")


def _failed(engine: Engine, account: Account, attempt: Attempt) -> None:
    """Put a wrong password into the trail, with the wait it brought; one that was not looked at is no news."""
    if attempt.held:
        return
    minutes = int(attempt.wait.total_seconds() // 60)
    with writing(engine) as connection:
        record(connection, account.id, AuditAction.SIGN_IN_FAILED, account.login, f"此处须等{minutes}分钟再试" if minutes else "")


def _ceasing(account: Account, role: Role) -> dict[str, Any]:
    """What is kept of an administrator who is to have another role, or of somebody who is to be one."""
    if role is Role.ADMIN:
        return {"ceased_at": None}
    return {"ceased_at": datetime.now()} if account.role is Role.ADMIN and not account.disabled else {}


def _patience(settings: Settings) -> Patience:
    return Patience(settings.lockout_failures, timedelta(minutes=settings.lockout_minutes), _ADVICE)


def _known(connection: Connection, login: str) -> Account:
    found = sql.account_of_login(connection, login)
    if found is None:
        raise NoAccount(login)
    return found


def _checked_login(login: str) -> str:
    kept = login.strip().lower()
    if not kept or len(kept) > _LONGEST_LOGIN or any(c.isspace() or not c.isprintable() for c in kept):
        raise RefusedInput("登录名", f"不能为空、不能有空格，最多 {_LONGEST_LOGIN} 个字符")
    return kept


def _checked_name(name: str) -> str:
    kept = " ".join(name.split())
    if not kept or len(kept) > _LONGEST_NAME:
        raise RefusedInput("姓名", f"不能为空，最多 {_LONGEST_NAME} 个字")
    return kept


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _idle(settings: Settings) -> timedelta:
    return timedelta(minutes=settings.session_idle_minutes)


def _longest(settings: Settings) -> timedelta:
    return timedelta(hours=settings.session_hours)


def _now(now: datetime | None) -> datetime:
    return now or datetime.now()
