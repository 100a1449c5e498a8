"""What a matter starts from: an answer or a review as it stands now, kept with the matter and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from assistant.answer.parts import Citation
from assistant.desk.chat import conversations
from assistant.desk.chat.conversations import NoConversation, short_title
from assistant.desk.chat.exports import full_address
from assistant.desk.chat.records import from_record
from assistant.desk.matters.matters import TITLE_CHARS, Material, Origin
from assistant.desk.people.people import Person
from assistant.desk.reviews import reviews


@dataclass(frozen=True, slots=True)
class Part:
    """One titled part of a snapshot, as pages and documents show it."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """An article as it was quoted: its address, version and status, and the text."""

    address: str
    version: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A snapshot made readable: its heading, parts and quotations."""

    heading: str
    parts: tuple[Part, ...] = ()
    quoted: tuple[Quoted, ...] = ()


def from_answer(engine: Engine, person: Person, message_id: int) -> Material:
    """Return the material of an answer in one of the person's conversations; raises NoConversation.

    What the answer could not say is said in the question, so that the firm knows where it stopped.
    """
    message = conversations.message(engine, message_id, person.id)
    if message is None or not message.answer:
        raise NoConversation
    answer = from_record(message.answer)
    asked = answer.question
    if answer.abstained and answer.reason:
        asked += f"\n（本系统没有给出答复：{answer.reason}）"
    return Material(Origin.ANSWER, str(message_id), short_title(answer.question)[:TITLE_CHARS], asked, dict(message.answer))


def from_review(engine: Engine, person: Person, review_id: str) -> Material:
    """Return the material of a review the person may see; raises NoReview."""
    made = reviews.as_matter_material(reviews.opened(engine, person, review_id))
    return Material(Origin.REVIEW, made.ref, made.title[:TITLE_CHARS], made.question, made.snapshot)


def shown(origin: str, snapshot: dict[str, Any]) -> Shown | None:
    """Return a snapshot as it is shown; None where the matter came with none."""
    if not snapshot:
        return None
    if origin == Origin.ANSWER:
        answer = from_record(snapshot)
        parts = [Part(s.title, s.text) for s in answer.sections] + [Part("注意", w) for w in answer.warnings]
        if answer.reason and not answer.sections:
            parts.append(Part("", answer.reason))
        heading = f"系统答复（适用日期 {answer.as_of:%Y-%m-%d}）" + ("：未能回答" if answer.abstained else "")
        return Shown(heading, tuple(parts), tuple(_quoted(c) for c in answer.citations))
    found = [Part(f"［{f.get('word', '')}］{f.get('title', '')}", str(f.get("explain", ""))) for f in snapshot.get("findings", ())]
    head = [Part("审查结论", str(snapshot.get("conclusion", ""))), Part("送审材料", "、".join(snapshot.get("files", ())))]
    cited = [
        Quoted(f"《{c['law']}》{c['article']}", str(c.get("version", "")), str(c.get("quote", ""))) for c in snapshot.get("citations", ())
    ]
    return Shown("合法性审查", tuple(p for p in [*head, *found] if p.text or p.title), tuple(cited))


def _quoted(citation: Citation) -> Quoted:
    return Quoted(full_address(citation), f"{citation.version}，{citation.status}", citation.quote)
