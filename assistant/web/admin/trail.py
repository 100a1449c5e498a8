"""The page of the audit trail: rows sought by who, what, when and words, and the chain checked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from fastapi import FastAPI, Request, Response

from assistant.desk.audit import trail as audit
from assistant.desk.audit.check import verify
from assistant.desk.audit.key import NoAuditKey, key_of
from assistant.desk.audit.seals import known_seals
from assistant.desk.audit.trail import AuditAction
from assistant.desk.people import accounts
from assistant.errors import RefusedInput
from assistant.limits import WORDS
from assistant.store.audit import AuditFilter
from assistant.web.answering import Answering
from assistant.web.frame.render import page

_PAGE = "/admin/trail"
_SHOWN = 200


def add_trail(app: FastAPI, assistant: Answering) -> None:
    """Put the page on the app."""
    engine = assistant.engine

    @app.get(_PAGE)
    def trail(request: Request, actor: str = "", action: str = "", since: str = "", until: str = "", words: str = "") -> Response:
        people = {a.id: f"{a.name}（{a.login}）" for a in accounts.accounts(engine)}
        asked = {"actor": actor, "action": action, "since": since, "until": until, "words": words}
        context: dict[str, Any] = {"people": people, "actions": list(AuditAction), "asked": asked, "limit": _SHOWN}
        try:
            WORDS.check("字词", len(words))
            chosen = AuditFilter(actor, action, _day(since), _day(until, after=1), words)
        except RefusedInput as refused:
            return page(request, "admin/trail.html", 400, found=[], problem=str(refused), **context)
        return page(request, "admin/trail.html", found=audit.listed(engine, chosen, _SHOWN), problem="", **context)

    @app.post(_PAGE + "/verify")
    def check(request: Request) -> Response:
        try:
            key, problem = key_of(assistant.settings), ""
        except NoAuditKey as error:
            key, problem = None, str(error)
        seals = known_seals(assistant.settings)
        checked = verify(engine, key, seals)
        return page(request, "admin/trail_checked.html", checked=checked, seals=len(seals), problem=problem)


def _day(text: str, after: int = 0) -> datetime | None:
    """The beginning of a day (`after` days later), None where none is given; raises RefusedInput."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise RefusedInput("日期", f"“{text}”不是日期，请写作 2026-01-31") from error
    return datetime.combine(day, datetime.min.time()) + timedelta(days=after)
