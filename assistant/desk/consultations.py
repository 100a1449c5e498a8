"""A question asked at a desk and its answer, as the trail keeps them; every desk that answers calls this."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.engine import Connection

from assistant.answer.model import Answer
from assistant.desk.audit import AuditAction, record
from assistant.law.personal_data import find_personal_data, mask


class ConsultingDesk(StrEnum):
    """Where a question was asked."""

    STAFF = "工作台"
    ONSITE = "以案释法"
    PUBLIC = "公众咨询"


def consulted(connection: Connection, actor: str, desk: ConsultingDesk, answer: Answer, target: str = "") -> None:
    """Record a question and its answer, inside the caller's `writing` transaction.

    `target` says where they are kept (a conversation), the desk's name where they are not. Names and addresses in the
    question are masked, too. Raises TrailBroken.
    """
    kept = target or desk.value
    question = mask(answer.question, find_personal_data(answer.question))
    asked = {"问台": desk.value, "问题": question, "适用日期": answer.as_of.isoformat()}
    record(connection, actor, AuditAction.QUESTION, kept, asked)
    told = {"条文": list(dict.fromkeys(c.address for c in answer.citations)), "未作答": answer.abstained}
    record(connection, actor, AuditAction.ANSWER, kept, told | ({"原因": answer.reason} if answer.abstained else {}))
