"""Who is who to a matter: the part a person has in it, whom it may be shown to, and who hears of a step."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.desk.matters.states import Party
from assistant.desk.people.accounts import Role
from assistant.desk.people.people import OFFICE, Person
from assistant.store.matters import matters as sql
from assistant.store.matters.matters import Matter, Sight, Viewer
from assistant.store.people import accounts as account_sql
from assistant.store.people.accounts import Account


def sight_of(person: Person) -> Sight | None:
    """Return whose eyes a person sees matters with; None for who sees none at all (the public)."""
    if person.role is Role.COUNSEL:
        return Sight(person.id, firm=person.section)
    return Sight(person.id, person.section) if person.role in OFFICE else None


def party_of(matter: Matter, person: Person) -> Party:
    """Return what a person is to a matter they were found to see: seeing is checked before, by `store.matters.visible`."""
    if person.role is Role.COUNSEL:
        return Party.COUNSEL if matter.firm == person.section else Party.OUTSIDER
    if person.role not in OFFICE:
        return Party.OUTSIDER
    if matter.owner == person.id:
        return Party.OWNER
    return Party.REVIEWER if person.role is Role.REVIEWER else Party.COLLEAGUE


def firms(engine: Engine) -> list[str]:
    """Return the law firms that have someone who can sign in, by name."""
    with engine.connect() as connection:
        return sorted({a.section for a in account_sql.accounts(connection, Role.COUNSEL) if not a.disabled})


def colleagues(engine: Engine, person: Person) -> list[Viewer]:
    """Return the office's people who may be named to see a matter: all who can sign in but the person, by section and name."""
    with engine.connect() as connection:
        found = account_sql.accounts(connection)
    return [Viewer(a.id, f"{a.name}（{a.section}）" if a.section else a.name) for a in found if _in_office(a) and a.id != person.id]


def those_named(connection: Connection, user_ids: Sequence[str]) -> list[Viewer]:
    """Return the colleagues of some ids who are in the office and can sign in; others are left out."""
    wanted = set(user_ids)
    return [Viewer(a.id, a.name) for a in account_sql.accounts(connection) if a.id in wanted and _in_office(a)]


def hear_of(connection: Connection, matter: Matter, actor_id: str, to_counsel: bool, to_bureau: bool) -> list[str]:
    """Return the ids of those to be told of a step: the firm's people, the owner and the named colleagues, never the actor."""
    told = []
    if to_counsel:
        told += [a.id for a in account_sql.accounts(connection, Role.COUNSEL) if not a.disabled and a.section == matter.firm]
    if to_bureau:
        told += [matter.owner, *(v.user_id for v in sql.viewers(connection, matter.id))]
    return [user for user in dict.fromkeys(told) if user != actor_id]


def _in_office(account: Account) -> bool:
    return account.role in OFFICE and not account.disabled
