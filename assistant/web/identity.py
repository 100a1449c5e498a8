"""Who is using the desk: the one place that knows. Every page and service asks here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class User:
    """A person at a desk; `id` owns conversations and feedback, `name` is shown."""

    id: str
    name: str


#: Until sign-in comes, the one user of the machine the program runs on.
LOCAL_USER = User("local", "本机")


def current_user(request: object) -> User:
    """Return the user of a request (FastAPI's or Gradio's); today always the local one."""
    return LOCAL_USER
