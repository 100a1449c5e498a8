"""事项: opened by the office, seen by those it concerns, sent to the law firm. Steps are in `matter_steps`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from assistant.config import Settings
from assistant.desk.audit.trail import AuditAction, record
from assistant.desk.matters import people
from assistant.desk.matters.states import Party, Rule, State, Step, steps
from assistant.desk.people.accounts import Role
from assistant.desk.people.people import Person
from assistant.errors import AssistantError, RefusedInput
from assistant.law.text.number_pattern import number_of
from assistant.store.engine import writing
from assistant.store.matters import files as file_sql
from assistant.store.matters import matters as sql
from assistant.store.matters import opinions as opinion_sql
from assistant.store.matters.files import MatterFile
from assistant.store.matters.matters import Event, Matter, Viewer, Wanted
from assistant.store.matters.opinions import Opinion

TITLE_CHARS, QUESTION_CHARS, TEXT_CHARS = 100, 20_000, 20_000
MOST_DAYS = 60


class Urgency(StrEnum):
    """How pressing a matter is, as its owner says."""

    NORMAL = "一般"
    URGENT = "紧急"
    IMMEDIATE = "特急"


class Origin(StrEnum):
    """What a matter was opened from."""

    ANSWER = "答复"
    REVIEW = "合法性审查"
    PUBLIC = "公众留言"
    BLANK = "自拟"


class NoMatter(AssistantError):
    """There is no such matter, or it is not this person's to see; the two are not told apart."""

    def __init__(self) -> None:
        super().__init__("没有找到这个事项，可能已被撤回，或者不在您可以查看的范围内；请从事项列表重新进入。")


@dataclass(frozen=True, slots=True)
class Material:
    """What a new matter starts from: `snapshot` is kept as JSON exactly as it stood and never changed afterwards."""

    origin: Origin = Origin.BLANK
    ref: str = ""
    title: str = ""
    question: str = ""
    snapshot: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MatterForm:
    """What the owner fills in; `days` are working days, `viewers` the ids of named colleagues."""

    title: str
    question: str
    urgency: Urgency = Urgency.NORMAL
    days: int = 5
    share_section: bool = True
    viewers: tuple[str, ...] = ()
    firm: str = ""


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """A matter as one person sees it: its trail with files, the opinion (the firm's draft only for the firm), what may be done."""

    matter: Matter
    party: Party
    viewers: tuple[Viewer, ...]
    events: tuple[Event, ...]
    files: dict[int, list[MatterFile]]
    opinion: Opinion | None
    steps: tuple[Rule, ...]

    def may(self, step: Step) -> bool:
        """True where the person may take a step now."""
        return any(r.step is step for r in self.steps)


def open_matter(engine: Engine, person: Person, form: MatterForm, material: Material, form_key: str) -> str:
    """Keep a new draft of the person's and return its id; a form sent twice makes one matter.

    Files staged under `form_key` come with it. Raises RefusedInput for what is missing or too long.
    """
    if party_of_office(person) is None:
        raise NoMatter
    checked = check_form(form)
    try:
        with writing(engine) as connection:
            known = sql.matter_of_form(connection, person.id, form_key)
            return known or _add(connection, person, checked, material, form_key)
    except IntegrityError:  # the same form at the same moment on another server
        with engine.connect() as connection:
            known = sql.matter_of_form(connection, person.id, form_key)
        if known is None:
            raise
        return known


def _add(connection: Connection, person: Person, form: MatterForm, material: Material, form_key: str) -> str:
    now, matter_id = datetime.now(), uuid4().hex
    values = form_values(form) | {"id": matter_id, "number": None, "origin": material.origin.value, "origin_ref": material.ref}
    values |= {"materials": material.snapshot, "state": State.DRAFT.value, "owner": person.id, "owner_name": person.name}
    values |= {"section": person.section, "version": 1, "form_key": form_key, "created_at": now, "updated_at": now}
    sql.add_matter(connection, values)
    sql.set_viewers(connection, matter_id, people.those_named(connection, form.viewers))
    event = {"matter_id": matter_id, "number": 1, "step": OPENED, "actor": person.id, "actor_name": person.name, "party": Party.OWNER.value}
    event |= {"from_state": "", "to_state": State.DRAFT.value, "text": "", "form_key": form_key, "at": now}
    event_id = sql.add_event(connection, event)
    file_sql.take_staged(connection, person.id, form_key, matter_id, event_id)
    record(connection, person.id, AuditAction.MATTER, f"事项 {matter_id}", {"步骤": OPENED, "来源": material.origin.value})
    return matter_id


#: The first line of every trail.
OPENED = "新建"


def check_form(form: MatterForm) -> MatterForm:
    """Return the form with its words trimmed; raises RefusedInput, naming the field."""
    title, question = " ".join(form.title.split()), form.question.strip()
    if not title or len(title) > TITLE_CHARS:
        raise RefusedInput("标题", f"请写明，最多 {TITLE_CHARS} 字")
    if not question or len(question) > QUESTION_CHARS:
        raise RefusedInput("需要律师答复的问题", f"请写明，最多 {QUESTION_CHARS} 字")
    if not 1 <= form.days <= MOST_DAYS:
        raise RefusedInput("希望答复的工作日数", f"应在 1 至 {MOST_DAYS} 之间")
    return MatterForm(title, question, form.urgency, form.days, form.share_section, form.viewers, form.firm)


def form_values(form: MatterForm) -> dict[str, Any]:
    """Return a checked form as columns of the matter."""
    return {
        "title": form.title,
        "question": form.question,
        "urgency": form.urgency.value,
        "working_days": form.days,
        "share_section": form.share_section,
        "firm": form.firm,
    }


def party_of_office(person: Person) -> Role | None:
    """Return the role of a person of the bureau; None for counsel and the public, who open no matters."""
    return person.role if person.role in (Role.STAFF, Role.REVIEWER, Role.ADMIN) else None


def matters(engine: Engine, person: Person, wanted: Wanted | None = None) -> tuple[list[Matter], int]:
    """Return the matters a person sees that fit, last changed first, and how many fit in all."""
    sight = people.sight_of(person)
    if sight is None:
        return [], 0
    with engine.connect() as connection:
        return sql.matters(connection, sight, wanted or Wanted())


def counts(engine: Engine, person: Person) -> dict[State, int]:
    """Return how many matters a person sees in each state; states without any are left out."""
    sight = people.sight_of(person)
    if sight is None:
        return {}
    with engine.connect() as connection:
        return sql.state_counts(connection, sight)


def seen(connection: Connection, matter_id: str, person: Person) -> Matter:
    """Return a matter the person may see; raises NoMatter."""
    sight = people.sight_of(person)
    found = sql.matter(connection, matter_id, sight) if sight else None
    if found is None:
        raise NoMatter
    return found


def opened(engine: Engine, matter_id: str, person: Person) -> OpenMatter:
    """Return a matter with everything the person may see of it; raises NoMatter."""
    with engine.connect() as connection:
        found = seen(connection, matter_id, person)
        party = people.party_of(found, person)
        opinion = opinion_sql.opinion_of(connection, matter_id)
        files: dict[int, list[MatterFile]] = {}
        for file in file_sql.files_of(connection, matter_id):
            files.setdefault(file.event_id or 0, []).append(file)
        return OpenMatter(
            found,
            party,
            tuple(sql.viewers(connection, matter_id)),
            tuple(sql.events(connection, matter_id)),
            files,
            opinion if opinion and (opinion.issued_at or party is Party.COUNSEL) else None,
            steps(found.state, party),
        )


def file_of(engine: Engine, matter_id: str, file_id: int, person: Person) -> MatterFile:
    """Return a file of a matter the person sees; raises NoMatter where it is not theirs to have."""
    with engine.connect() as connection:
        found = seen(connection, matter_id, person)
        file = file_sql.file(connection, file_id)
        if file is None or file.matter_id != found.id or file.event_id is None:
            raise NoMatter
        return file


def audit_name(matter: Matter) -> str:
    """Return how the audit trail names a matter: by number and id, never by what it is about."""
    return f"事项 {matter.number or '（未编号）'} {matter.id}"


def is_overdue(matter: Matter, today: date) -> bool:
    """True where an opinion is awaited and the day it was wanted by has passed."""
    return matter.state.waits and matter.due_on is not None and matter.due_on < today


def next_number(connection: Connection, settings: Settings, series: str, day: date) -> str:
    """Return the next number of the series `matter` or `opinion` in the day's year; it is given once."""
    pattern = settings.matter_number if series == "matter" else settings.opinion_number
    return number_of(pattern, day.year, sql.next_serial(connection, series, day.year))
