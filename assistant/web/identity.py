"""Who is using the desk: the one place that knows. Every page and service asks here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assistant.desk.people.accounts import Account, Role

#: Where the access check leaves the user of a request.
SCOPE_KEY = "assistant.user"


@dataclass(frozen=True, slots=True)
class User:
    """A person at a desk; `id` owns conversations and feedback, `name` is shown. The public has no role."""

    id: str
    name: str
    role: Role | None = None
    section: str = ""
    login: str = ""
    must_change: bool = False


PUBLIC = User("public", "公众")


def user_of(account: Account) -> User:
    """Return the user an account stands for."""
    return User(account.id, account.name, account.role, account.section, account.login, account.must_change)


def current_user(request: Any) -> User:
    """Return the user of a request (FastAPI's or Gradio's), as the access check found it; PUBLIC where nobody signed in."""
    plain = getattr(request, "request", None) or request
    found = plain.scope.get(SCOPE_KEY, PUBLIC)
    assert isinstance(found, User)
    return found
