"""Who may open what: one table for every page and endpoint, Gradio's own included.

What the table does not name is refused. The longest prefix decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from assistant.desk.people.accounts import Role
from assistant.desk.people.people import OFFICE

EVERYONE: Final = frozenset([*Role, None])
SIGNED_IN: Final = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Rule:
    """The roles (None: nobody signed in) that may open `prefix` and what lies below it."""

    prefix: str
    roles: frozenset[Role | None]

    def covers(self, path: str) -> bool:
        """True for the prefix itself and, but for the home page, everything below it."""
        return path == self.prefix or (self.prefix != "/" and path.startswith(self.prefix.rstrip("/") + "/"))


RULES: Final = (
    Rule("/", EVERYONE),
    Rule("/static", EVERYONE),
    Rule("/favicon.ico", EVERYONE),
    Rule("/manifest.json", EVERYONE),
    Rule("/health", EVERYONE),
    Rule("/login", EVERYONE),
    Rule("/logout", EVERYONE),
    Rule("/public", EVERYONE),
    Rule("/account", SIGNED_IN),
    Rule("/staff", OFFICE),
    Rule("/onsite", OFFICE),
    Rule("/counsel", frozenset({Role.COUNSEL})),
    Rule("/admin", frozenset({Role.ADMIN})),
)


def allowed(path: str, role: Role | None) -> bool:
    """True where the table opens a path to a role; False for a path that no line covers."""
    covering = [r for r in RULES if r.covers(path)]
    return bool(covering) and role in max(covering, key=lambda r: len(r.prefix)).roles
