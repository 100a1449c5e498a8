"""The people of the web tests: one account a role, signed in, and the address they work at."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.people import accounts
from assistant.desk.people.accounts import Account, Role
from assistant.store.engine import writing
from assistant.store.people import accounts as sql
from assistant.web.edge.access import COOKIE


class Site(str):
    """The address of a served application with the session tokens of one account a role."""

    people: dict[Role, tuple[Account, str]]

    def cookie(self, role: Role | None) -> dict[str, str]:
        """Return the request headers of a person of the role; none for a stranger."""
        return {"Cookie": f"{COOKIE}={self.people[role][1]}"} if role else {}

    def account(self, role: Role) -> Account:
        """Return the account of the person of the role."""
        return self.people[role][0]

    def browser_cookie(self, role: Role) -> dict[str, str]:
        """Return the session as playwright's add_cookies takes it."""
        return {"name": COOKIE, "value": self.people[role][1], "url": str(self)}


def signed_in(engine: Engine, settings: Settings, role: Role, login: str = "", section: str = "执法队") -> tuple[Account, str]:
    """Make an account that has changed its first password, and return it with a session's token."""
    made = accounts.add(engine, login or role.name.lower(), f"虚构{role.value}", role, section, by="test").account
    with writing(engine) as connection:
        sql.change_account(connection, made.id, must_change=False)
    return made, accounts.open_session(engine, settings, made, datetime.now())
