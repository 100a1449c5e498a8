"""Taking a step in a matter: who may, on which version, once; the trail, the file, the telling, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from assistant.config import Settings
from assistant.desk.audit.trail import AuditAction, record
from assistant.desk.matters import matters as service
from assistant.desk.matters import people
from assistant.desk.matters.matters import MatterForm
from assistant.desk.matters.notices import tell
from assistant.desk.matters.states import Party, Rule, Step, rule
from assistant.desk.people.people import Person
from assistant.errors import AssistantError, RefusedInput
from assistant.library.own_tables import work_calendar
from assistant.store.engine import writing
from assistant.store.matters import files as file_sql
from assistant.store.matters import matters as sql
from assistant.store.matters.matters import Event, Matter


class NotAllowed(AssistantError):
    """A step this person may not take from here."""

    def __init__(self, matter: Matter, step: Step) -> None:
        super().__init__(f"事项现在是“{matter.state.value}”，您不能“{step.value}”；请看页面上可以办理的步骤。")


class Stale(AssistantError):
    """Someone was faster: what the person saw is no longer how the matter stands. Nothing was changed."""

    def __init__(self, matter: Matter, changes: Sequence[Event]) -> None:
        self.matter = matter
        self.changes = tuple(changes)
        last = self.changes[-1] if self.changes else None
        who = f"{last.actor_name}已于{last.at:%m月%d日 %H:%M}“{last.step}”" if last else "其他人已作改动"
        super().__init__(f"您打开页面以后，{who}，您的操作没有执行，所写内容保留在下方；请看过变动后再决定。")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a person sends to take a step: the version of the matter they saw, the key of their form, their words."""

    step: Step
    seen: int
    form_key: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A step about to be made, as those who add to it in the same transaction see it."""

    connection: Connection
    matter: Matter
    party: Party
    rule: Rule
    now: datetime


#: What a step does besides moving the matter: returns further columns of the matter to set.
Also = Callable[[Moment], dict[str, Any]]


def take(engine: Engine, settings: Settings, person: Person, matter_id: str, taken: Taken, also: Also | None = None) -> Matter:
    """Take a step and return the matter as it stands then. Files staged under the form's key come with it.

    A form sent twice is taken once. Raises NoMatter, NotAllowed, RefusedInput (words or files missing), Stale; in each
    case nothing is changed.
    """
    if len(taken.text) > service.TEXT_CHARS:
        raise RefusedInput("所写内容", f"有 {len(taken.text)} 字，超过上限 {service.TEXT_CHARS} 字，请作为附件上传")
    try:
        with writing(engine) as connection:
            return _take(connection, settings, person, matter_id, taken, also)
    except IntegrityError:  # the same form, or another step, at the same moment on another server
        with engine.connect() as connection:
            if sql.event_of_form(connection, matter_id, person.id, taken.form_key):
                return _as_kept(connection, matter_id)
            found = service.seen(connection, matter_id, person)
            if found.version == taken.seen:
                raise
            raise Stale(found, sql.events(connection, matter_id, taken.seen)) from None


def _take(connection: Connection, settings: Settings, person: Person, matter_id: str, taken: Taken, also: Also | None) -> Matter:
    if sql.event_of_form(connection, matter_id, person.id, taken.form_key):
        return _as_kept(connection, matter_id)  # who took the step may no longer see what it led to
    found = service.seen(connection, matter_id, person)
    if taken.seen != found.version:
        raise Stale(found, sql.events(connection, matter_id, taken.seen))
    party = people.party_of(found, person)
    allowed = rule(found.state, taken.step, party)
    if allowed is None:
        raise NotAllowed(found, taken.step)
    text = taken.text.strip()
    if allowed.needs_text and not text:
        raise RefusedInput(taken.step.value, "请写明情况，便于对方处理")
    moment = Moment(connection, found, party, allowed, datetime.now())
    values = _moved(moment, settings) | (also(moment) if also else {})
    if not sql.change_matter(connection, matter_id, found.version, values):
        now = _as_kept(connection, matter_id)
        if sql.event_of_form(connection, matter_id, person.id, taken.form_key):
            return now
        raise Stale(now, sql.events(connection, matter_id, taken.seen))
    event_id = _note(moment, person, taken, text)
    file_sql.take_staged(connection, person.id, taken.form_key, matter_id, event_id)
    changed = _as_kept(connection, matter_id)
    facts = {"步骤": taken.step.value, "原状态": found.state.value, "现状态": changed.state.value}
    record(connection, person.id, AuditAction.MATTER, service.audit_name(changed), facts)
    tell(connection, settings, changed, taken.step, party, person.id)
    return changed


def _as_kept(connection: Connection, matter_id: str) -> Matter:
    found = sql.matter_as_kept(connection, matter_id)
    if found is None:
        raise service.NoMatter
    return found


def _moved(moment: Moment, settings: Settings) -> dict[str, Any]:
    """The columns a step sets by itself."""
    now, matter = moment.now, moment.matter
    values: dict[str, Any] = {"state": moment.rule.to.value, "updated_at": now}
    match moment.rule.step:
        case Step.SUBMIT:
            values |= {"submitted_at": now, "due_on": due_day(settings, now.date(), matter.working_days), "reminded_on": None}
            values["number"] = matter.number or service.next_number(moment.connection, settings, "matter", now.date())
        case Step.ACCEPT:
            values["accepted_at"] = now
        case Step.RETURN:
            values |= {"accepted_at": None, "due_on": None}
        case Step.ISSUE:
            values["answered_at"] = now
    if moment.rule.to.closed:
        values["closed_at"] = now
    return values


def _note(moment: Moment, person: Person, taken: Taken, text: str) -> int:
    """Write the step into the matter's trail."""
    event = {"matter_id": moment.matter.id, "number": moment.matter.version + 1, "step": taken.step.value, "actor": person.id}
    event |= {"actor_name": person.name, "party": moment.party.value, "from_state": moment.matter.state.value}
    event |= {"to_state": moment.rule.to.value, "text": text, "form_key": taken.form_key, "at": moment.now}
    return sql.add_event(moment.connection, event)


def due_day(settings: Settings, start: date, days: int) -> date:
    """Return the day by which an opinion is wanted: `days` working days after `start`, by the bureau's calendar."""
    return work_calendar(settings).add(start, days)


def edit(engine: Engine, settings: Settings, person: Person, matter_id: str, form: MatterForm, seen: int, form_key: str) -> Matter:
    """Change a draft; errors as `take`."""
    checked = service.check_form(form)

    def also(moment: Moment) -> dict[str, Any]:
        sql.set_viewers(moment.connection, matter_id, people.those_named(moment.connection, checked.viewers))
        return service.form_values(checked)

    return take(engine, settings, person, matter_id, Taken(Step.EDIT, seen, form_key), also)


def submit(engine: Engine, settings: Settings, person: Person, matter_id: str, seen: int, form_key: str, text: str = "") -> Matter:
    """Send a draft to its law firm; raises RefusedInput where nobody of the firm can sign in, otherwise as `take`."""
    open_firms = people.firms(engine)

    def also(moment: Moment) -> dict[str, Any]:
        if moment.matter.firm in open_firms:
            return {}
        if len(open_firms) != 1:
            why = "请修改草稿，选择承办的律师事务所" if open_firms else "还没有可用的律师账号，请管理员先开设；草稿已经保存"
            raise RefusedInput("提交律师", why)
        return {"firm": open_firms[0]}

    return take(engine, settings, person, matter_id, Taken(Step.SUBMIT, seen, form_key, text), also)
