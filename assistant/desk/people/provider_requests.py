"""People of the sign-in provider (统一认证): who they are here is said by an administrator, once.

The provider vouches for its own subject and for nothing else: user name and mail are what somebody typed there. A subject
that no account is bound to is therefore a request. It waits until an administrator has compared its code with the
person's and chosen the account.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from assistant.desk.audit.trail import AuditAction, record
from assistant.desk.people import holds
from assistant.desk.people.accounts import NoAccount, SignInRefused
from assistant.desk.people.gate import Wanted, passed
from assistant.errors import RefusedInput
from assistant.store.engine import writing
from assistant.store.people import accounts as people
from assistant.store.people import provider_requests as sql
from assistant.store.people.account_acts import Act, Step
from assistant.store.people.accounts import Account, Role
from assistant.store.people.provider_requests import ProviderRequest

#: Requests that wait at most; more are told to telephone. Those nobody looks at go after a while.
_MOST, _KEPT = 200, timedelta(days=30)
_SUBJECT_CHARS, _SHOWN_CHARS = 300, 100
_CODE_LETTERS, _CODE_LENGTH = "ABCDEFGHJKMNPQRSTUVWXYZ23456789", 6
#: Who acts in the trail where an account is not known yet.
_NOBODY = "统一认证"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A person who waits for an administrator, and the code to tell them."""

    code: str


def admit(engine: Engine, issuer: str, subject: str, said: Mapping[str, Any]) -> Account | Waiting:
    """Return the account bound to a subject, or the request that waits; raises SignInRefused where neither can be.

    `said` are the provider's other claims: shown to the administrator, never looked up.
    """
    whole = f"{issuer}|{subject}"
    if not issuer or not subject or len(whole) > _SUBJECT_CHARS:
        raise SignInRefused("统一认证没有给出可用的用户编号，请联系管理员。")
    now = datetime.now()
    with writing(engine) as connection:
        found = people.account_of_subject(connection, whole)
        if found is not None:
            if found.disabled:
                raise SignInRefused("统一认证通过了，但您在本系统的账号已停用；请联系管理员。")
            return found
        sql.purge(connection, now - _KEPT)
        names = {"name": _shown(said.get("name")), "username": _shown(said.get("preferred_username")), "mail": _shown(said.get("email"))}
        before = sql.request_of(connection, whole)
        if before is not None:
            sql.change_request(connection, before.id, **names, asked_at=now)
            return Waiting(before.code)
        if sql.waiting(connection) >= _MOST:
            raise SignInRefused("统一认证通过了，但等待确认的人太多；请联系管理员。")
        code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
        sql.add_request(connection, subject=whole, code=code, asked_at=now, **names)
        record(connection, _NOBODY, AuditAction.ACCOUNT, f"绑定申请 {code}", {"做了": "申请绑定统一认证", **names})
    return Waiting(code)


def requests(engine: Engine) -> list[ProviderRequest]:
    """Return those who wait, newest first."""
    with engine.connect() as connection:
        return sql.requests(connection)


def confirm(engine: Engine, request_id: int, login: str, *, by: str) -> Account:
    """Bind the subject of a request to the account chosen; raises RefusedInput, NoAccount, WantsSecond for an administrator's.

    A one-time password that was never used ends with it: nobody needs it any more.
    """
    with writing(engine) as connection:
        asked = _waiting(sql.request(connection, request_id))
        found = people.account_of_login(connection, login)
        if found is None:
            raise NoAccount(login)
        if found.disabled:
            raise RefusedInput(found.login, "已停用，不能绑定；请先恢复账号")
        if found.oidc_subject:
            raise RefusedInput(found.login, "已经绑定了统一认证；换人的请先解除原来的绑定")
        unused = {"password_hash": "", "must_change": False} if found.must_change else {}
        wanted = Wanted(Step.BIND, found.login, found.name, subject=asked.subject)
        word = passed(connection, by, wanted) if found.role is Role.ADMIN and found.id != by else {}
        people.change_account(connection, found.id, oidc_subject=asked.subject, **unused)
        sql.drop_request(connection, asked.id)
        holds.note(connection, by, found.id, Act.BOUND)
        facts = {"做了": "确认绑定统一认证", "申请": asked.code, "用户": asked.subject}
        record(connection, by, AuditAction.ACCOUNT, found.login, facts | word)
        return found


def refuse(engine: Engine, request_id: int, *, by: str) -> ProviderRequest:
    """Drop a request; raises RefusedInput where it is gone."""
    with writing(engine) as connection:
        asked = _waiting(sql.request(connection, request_id))
        sql.drop_request(connection, asked.id)
        record(connection, by, AuditAction.ACCOUNT, f"绑定申请 {asked.code}", {"做了": "不同意绑定统一认证", "用户": asked.subject})
        return asked


def unbind(engine: Engine, login: str, *, by: str) -> Account:
    """Take the provider's person off an account and end its sessions; raises NoAccount, RefusedInput where none is bound."""
    with writing(engine) as connection:
        found = people.account_of_login(connection, login)
        if found is None:
            raise NoAccount(login)
        if not found.oidc_subject:
            raise RefusedInput(found.login, "没有绑定统一认证")
        people.change_account(connection, found.id, oidc_subject=None)
        people.end_sessions(connection, found.id)
        record(connection, by, AuditAction.ACCOUNT, found.login, {"做了": "解除统一认证绑定", "用户": found.oidc_subject})
        return found


def _waiting(found: ProviderRequest | None) -> ProviderRequest:
    if found is None:
        raise RefusedInput("绑定申请", "已经处理过或者已过期，请刷新页面")
    return found


def _shown(value: Any) -> str:
    """A claim as it may be shown: printable, short."""
    return "".join(c for c in str(value or "") if c.isprintable())[:_SHOWN_CHARS]
