"""Whoever acts at a desk, and the roles of the bureau's own people."""

from __future__ import annotations

from typing import Final, Protocol

from assistant.desk.people.accounts import Role

#: The roles of the bureau's own people; counsel and the public are outside.
OFFICE: Final = frozenset({Role.STAFF, Role.REVIEWER, Role.ADMIN})


class Person(Protocol):
    """Whoever acts: a page's signed-in user, or an account on the command line. Counsel's section is their firm."""

    @property
    def id(self) -> str:
        """The account's id."""

    @property
    def name(self) -> str:
        """The name shown."""

    @property
    def role(self) -> Role | None:
        """The account's role; None for the public."""

    @property
    def section(self) -> str:
        """The 科室, for counsel the firm."""
