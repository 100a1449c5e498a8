"""A question asked at a desk and its answer, as the trail keeps them and the numbers count them; every desk calls this."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.answer.parts import Answer
from assistant.desk.audit.trail import AuditAction, record
from assistant.law.privacy.scan import find_personal_data, mask
from assistant.store import numbers as sql
from assistant.store.engine import writing


class ConsultingDesk(StrEnum):
    """Where a question was asked."""

    STAFF = "工作台"
    ONSITE = "以案释法"
    PUBLIC = "公众咨询"


def consulted(connection: Connection, actor: str, desk: ConsultingDesk, answer: Answer, target: str = "") -> None:
    """Record and count a question and its answer, inside the caller's `writing` transaction.

    `target` says where they are kept (a conversation), the desk's name where they are not. Names and addresses in the
    question are masked, too. Raises TrailBroken.
    """
    addresses = [c.address for c in answer.citations]
    _kept(connection, actor, desk, (answer.question, answer.as_of), addresses, answer.reason if answer.abstained else None, target)


def asked(engine: Engine, actor: str, desk: ConsultingDesk, question: str, addresses: Sequence[str], declined: str | None) -> None:
    """Record and count a question answered at a desk that keeps nothing else of it.

    `addresses` are those of the articles shown, `declined` why there was no answer (None: there was). The public desk
    promises that the words of a question are not kept: there it is only counted that one was asked. Raises TrailBroken.
    """
    with writing(engine) as connection:
        _kept(connection, actor, desk, (question, date.today()), addresses, declined, "")


def _kept(
    connection: Connection,
    actor: str,
    desk: ConsultingDesk,
    question: tuple[str, date],
    addresses: Sequence[str],
    declined: str | None,
    target: str,
) -> None:
    words, day = question
    kept, hidden = target or desk.value, "" if desk is ConsultingDesk.PUBLIC else mask(words, find_personal_data(words))
    record(connection, actor, AuditAction.QUESTION, kept, {"问台": desk.value, "问题": hidden, "适用日期": day.isoformat()})
    told = {"条文": list(dict.fromkeys(addresses)), "未作答": declined is not None}
    record(connection, actor, AuditAction.ANSWER, kept, told | ({"原因": declined} if declined is not None else {}))
    sql.add_consultation(connection, datetime.now(), desk.value, declined is None)
