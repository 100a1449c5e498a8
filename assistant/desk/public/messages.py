"""留言: what the public desk does not answer is left for a person, who replies under a number.

The contact is kept encrypted until its day (`purge`), the proof of the visitor only as a digest. Nothing is mailed:
the reply is read at the public desk with the number and the code, or the last four digits of the telephone.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from assistant.config import Settings
from assistant.desk.audit.trail import AuditAction, record
from assistant.desk.matters.matters import TITLE_CHARS, Material, MatterForm, Origin, open_matter
from assistant.desk.people import attempts
from assistant.desk.people.attempts import Patience
from assistant.desk.people.people import Person
from assistant.desk.public.contact_box import digest, seal, unseal
from assistant.errors import AssistantError, RefusedInput
from assistant.law.text.numerals import fold_width
from assistant.store import messages as sql
from assistant.store.engine import writing
from assistant.store.messages import LeftQuestion, LeftState

#: No letters and digits that are mistaken for one another.
_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 8
#: Who acts in the trail where nobody is signed in.
VISITOR = "public"
_CONTACT_CHARS, REPLY_CHARS = 100, 5000
_TELEPHONE = re.compile(r"^[\d\s()（）+＋\-－]{7,24}$")
#: Wrong proofs slow down the address they come from, whichever number they were for; a kiosk has many visitors.
_PATIENCE = Patience(10, timedelta(hours=1), "编号和查询码在留言时给出的页面上，忘记了的请拨打服务电话或者到窗口咨询。")
_PROOFS = "left-question"


class NotFoundHere(AssistantError):
    """No question under that number and proof; which of the two is wrong is not told."""

    def __init__(self) -> None:
        super().__init__("没有找到：请核对编号，以及查询码或者联系电话的后四位。")


@dataclass(frozen=True, slots=True)
class Left:
    """What the visitor takes along: the number and the code, shown this once."""

    number: str
    code: str
    kept_until: date


@dataclass(frozen=True, slots=True)
class Seen:
    """A question as its visitor sees it."""

    number: str
    question: str
    state: LeftState
    reply: str
    replied_at: datetime | None
    left_at: datetime


def consent_words(settings: Settings) -> str:
    """Return the sentence a visitor agrees to; it is kept with the question."""
    return (
        f"我同意{settings.bureau_name}为答复这个问题保存我的联系方式。联系方式加密保存，只有答复的工作人员能看到，"
        f"{settings.left_question_keep_days}天后自动删除。"
    )


def leave(engine: Engine, settings: Settings, question: str, contact: str, consent: bool) -> Left:
    """Keep a question with its contact and return number and code; raises RefusedInput, saying what is missing."""
    asked, reach = question.strip(), contact.strip()
    if not asked or len(asked) > settings.left_question_chars:
        raise RefusedInput("问题", f"请写明要问的事，最多 {settings.left_question_chars} 字")
    if not 5 <= len(reach) <= _CONTACT_CHARS:
        raise RefusedInput("联系方式", f"请写电话或者邮箱，最多 {_CONTACT_CHARS} 字")
    if not consent:
        raise RefusedInput("同意", "没有勾选同意，就不能保存联系方式；不想留联系方式的，请拨打服务电话或者到窗口咨询")
    purge(engine)
    now = datetime.now()
    keep_until = now.date() + timedelta(days=settings.left_question_keep_days)
    code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
    values = {"question": asked, "contact": seal(settings, reach), "consent": consent_words(settings), "consent_at": now}
    values |= {"state": LeftState.WAITING.value, "reply": "", "replied_by": "", "matter_id": ""}
    values |= {"created_at": now, "purge_on": keep_until}
    for _ in range(20):
        number = f"LY{now:%y%m%d}-{secrets.randbelow(1_000_000):06d}"
        tail = _tail(reach)
        proof = {"code_digest": digest(settings, number, code), "tail_digest": digest(settings, number, tail) if tail else ""}
        try:
            with writing(engine) as connection:
                sql.add_left(connection, values | proof | {"number": number})
                record(connection, VISITOR, AuditAction.LEFT_QUESTION, number, "留言")
            return Left(number, code, keep_until)
        except IntegrityError:  # the number is taken
            continue
    raise RefusedInput("留言", "今天的留言太多，请拨打服务电话或者到窗口咨询")


def look_up(engine: Engine, settings: Settings, number: str, proof: str, address: str = "") -> Seen:
    """Return the question of a number for who has the code or the last four digits; raises NotFoundHere, MustWait.

    The same is done and said whether or not there is such a number. Four digits can be guessed by many addresses together,
    so once several have used up their attempts on one number, its digits open nothing for a while; its code always does.
    """
    wanted = re.sub(r"\s", "", fold_width(number)).upper()[:20]
    given = re.sub(r"\s", "", fold_width(proof)).upper()[:40]
    now = datetime.now()
    about = attempts.name_of(settings, _PROOFS, wanted)
    with writing(engine) as connection:
        attempt = attempts.count(connection, _PROOFS, attempts.place_of(settings, address), _PATIENCE, now)
        held = attempts.count_everywhere(connection, about, _PATIENCE, now)
        found = sql.left_by_number(connection, wanted)
    said = digest(settings, wanted, given)
    by_code, by_tail = (
        secrets.compare_digest(said, kept) for kept in (found.code_digest if found else "", found.tail_digest if found else "")
    )
    if found is None or not (by_code or (by_tail and not held)):
        raise NotFoundHere
    with writing(engine) as connection:
        attempts.take_back(connection, attempt)
        if not held:
            attempts.take_back_everywhere(connection, about)
    return Seen(found.number, found.question, found.state, found.reply, found.replied_at, found.created_at)


# ---- the office ----------------------------------------------------------------------------------


def left_questions(engine: Engine, state: LeftState | None = None) -> list[LeftQuestion]:
    """Return the questions left, newest first, without contacts."""
    with engine.connect() as connection:
        return sql.left_questions(connection, state)


def left_question(engine: Engine, left_id: int) -> LeftQuestion:
    """Return one question; raises RefusedInput where there is none."""
    with engine.connect() as connection:
        found = sql.left_by_id(connection, left_id)
    if found is None:
        raise RefusedInput("留言", "没有这条留言，请从列表重新进入")
    return found


def contact(engine: Engine, settings: Settings, left_id: int, actor: str) -> str:
    """Return the visitor's contact; empty once deleted. Looking leaves a trace. Raises ContactSealed where the key is another."""
    found = left_question(engine, left_id)
    with writing(engine) as connection:
        record(connection, actor, AuditAction.LEFT_QUESTION, found.number, "查看联系方式")
        sealed = sql.contact_of(connection, left_id)
    return unseal(settings, sealed) if sealed and found.purge_on > date.today() else ""


def reply(engine: Engine, left_id: int, actor: str, name: str, text: str) -> None:
    """Keep the reply under the name of who gave it, in place of an earlier one; raises RefusedInput where it is empty or too long."""
    said = text.strip()
    if not said or len(said) > REPLY_CHARS:
        raise RefusedInput("答复", f"请写明，最多 {REPLY_CHARS} 字")
    found = left_question(engine, left_id)
    values = {"reply": said, "replied_by": name, "replied_at": datetime.now(), "state": LeftState.ANSWERED.value}
    with writing(engine) as connection:
        sql.change_left(connection, left_id, values)
        record(connection, actor, AuditAction.LEFT_QUESTION, found.number, {"做了": "答复", "答复": said})


def to_matter(engine: Engine, person: Person, left_id: int) -> str:
    """Open a matter for the law firm from a question, without the visitor's contact; return its id. Twice gives the same one.

    Raises RefusedInput where there is no such question.
    """
    found = left_question(engine, left_id)
    if found.matter_id:
        return found.matter_id
    title = f"公众留言 {found.number}：{' '.join(found.question.split())}"[:TITLE_CHARS]
    material = Material(Origin.PUBLIC, found.number, title, found.question)
    matter_id = open_matter(engine, person, MatterForm(title, found.question), material, f"left{found.id}")
    with writing(engine) as connection:
        sql.change_left(connection, left_id, {"matter_id": matter_id})
        record(connection, person.id, AuditAction.LEFT_QUESTION, found.number, {"做了": "转为事项", "事项": matter_id})
    return matter_id


def close(engine: Engine, left_id: int, actor: str) -> None:
    """Close a question that needs no reply; the visitor sees that it is closed."""
    found = left_question(engine, left_id)
    with writing(engine) as connection:
        sql.change_left(connection, left_id, {"state": LeftState.CLOSED.value})
        record(connection, actor, AuditAction.LEFT_QUESTION, found.number, "关闭")


def purge(engine: Engine, day: date | None = None) -> int:
    """Delete the contacts whose time has come; return how many. Runs with every question left, and every few hours (`purging`)."""
    with writing(engine) as connection:
        return sql.purge_contacts(connection, day or date.today(), datetime.now())


def _tail(reach: str) -> str:
    """The last four digits of a telephone number; empty for another kind of contact."""
    digits = re.sub(r"\D", "", fold_width(reach))
    return digits[-4:] if _TELEPHONE.match(reach) and len(digits) >= 7 else ""
