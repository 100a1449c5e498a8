"""What an administrator does to matters without reading them: listing them, and handing one over when its owner has left."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import Engine

from assistant.desk.audit.trail import AuditAction, record
from assistant.desk.matters.matters import audit_name
from assistant.desk.people.accounts import NoAccount, Role
from assistant.errors import AssistantError, RefusedInput
from assistant.store.engine import writing
from assistant.store.matters import matters as sql
from assistant.store.matters.matters import Matter, State
from assistant.store.people import accounts as account_sql

HANDED_OVER = "移交"


def every(engine: Engine, state: State | None = None, overdue_on: date | None = None) -> list[Matter]:
    """Return every matter, of a state and overdue on a day where given, by number."""
    with engine.connect() as connection:
        found = sql.all_matters(connection)
    return [
        m
        for m in found
        if (state is None or m.state is state)
        and (overdue_on is None or (m.state.waits and m.due_on is not None and m.due_on < overdue_on))
    ]


def hand_over(engine: Engine, number: str, login: str, actor: str) -> Matter:
    """Make someone of the office the owner of a matter (by number or id) and return it; the trail tells it.

    Raises AssistantError where there is no such matter, NoAccount, RefusedInput for who does not work in the office.
    """
    with writing(engine) as connection:
        found = sql.matter_of_number(connection, number)
        if found is None:
            raise AssistantError(f"没有编号为“{number}”的事项，可用 assistant matter list 查看")
        heir = account_sql.account_of_login(connection, login)
        if heir is None:
            raise NoAccount(login)
        if heir.disabled or heir.role is Role.COUNSEL:
            raise RefusedInput(login, "已停用或者是律师，不能接手；请另选一位本局人员")
        now = datetime.now()
        values = {"owner": heir.id, "owner_name": heir.name, "section": heir.section, "form_key": uuid4().hex, "updated_at": now}
        if not sql.change_matter(connection, found.id, found.version, values):
            raise AssistantError("事项刚刚有变动，没有移交；请再试一次")
        event = {"matter_id": found.id, "number": found.version + 1, "step": HANDED_OVER, "actor": actor, "actor_name": "管理员"}
        event |= {"party": "管理员", "from_state": found.state.value, "to_state": found.state.value}
        event |= {"text": f"由{found.owner_name}移交给{heir.name}", "form_key": uuid4().hex, "at": now}
        sql.add_event(connection, event)
        record(connection, actor, AuditAction.MATTER, audit_name(found), {"步骤": HANDED_OVER, "由": found.owner, "到": heir.id})
        changed = sql.matter_as_kept(connection, found.id)
        assert changed is not None
        return changed
