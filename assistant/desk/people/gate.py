"""What gives somebody an administrator's account passes here: on the web only with a second administrator's word.

The functions that change accounts ask themselves, in their own transaction: no page can leave the question out. The command
line passes: who uses it holds the machine. So does a bureau's only administrator, where none lost theirs in the last days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from assistant.desk.people.holds import HOLD_DAYS
from assistant.errors import AssistantError
from assistant.store.people import account_acts as sql
from assistant.store.people import accounts
from assistant.store.people.account_acts import RequestState, Step


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done to an administrator's account; `subject` is the provider's, where one is to be bound."""

    step: Step
    login: str
    name: str = ""
    section: str = ""
    subject: str = ""


class WantsSecond(AssistantError):
    """Another administrator has to agree first; `wanted` is what to."""

    def __init__(self, wanted: Wanted) -> None:
        super().__init__(f"{wanted.step}要由另一名管理员确认；请在“账号”页面提出，或者在服务器上用命令行办理。")
        self.wanted = wanted


def passed(connection: Connection, by: str, wanted: Wanted) -> dict[str, str]:
    """Return whose word it rests on, for the trail: it is used up by this. Empty where none is needed; raises WantsSecond."""
    if accounts.account(connection, by) is None:
        return {}
    now = datetime.now()
    for request in sql.requests(connection, {RequestState.AGREED}, now):
        if (request.asked_by, request.step, request.login, request.subject) == (by, wanted.step, wanted.login, wanted.subject):
            sql.change_request(connection, request.id, state=RequestState.DONE.value)
            return {"确认人": request.decided_by}
    if needs_second(connection):
        raise WantsSecond(wanted)
    return {}


def needs_second(connection: Connection) -> bool:
    """True where there is more than one administrator who can sign in, or was in the last days."""
    lately = datetime.now() - timedelta(days=HOLD_DAYS)
    return accounts.active_administrators(connection) > 1 or sql.ceased_since(connection, lately)
