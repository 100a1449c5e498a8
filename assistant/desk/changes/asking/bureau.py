"""What an administrator asks of the settings and words that decide what people are told: it waits for a second person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.changes import deciding
from assistant.desk.changes.asking import changes
from assistant.desk.changes.effects.bureau import ADD, REMOVE
from assistant.desk.changes.second_person import Say, may_decide
from assistant.desk.changes.telling import tell_administrators
from assistant.desk.knowledge import questions, thesaurus
from assistant.desk.knowledge.questions import Register
from assistant.desk.people import settings_file
from assistant.desk.people.people import Person
from assistant.errors import RefusedInput
from assistant.law.statute.model import Visibility
from assistant.store.engine import writing
from assistant.store.library.changes import Change, ChangeKind
from assistant.store.people.accounts import Role

_TITLE_CHARS = 300


def ask_setting(engine: Engine, settings: Settings, by: Person, name: str, text: str) -> Change:
    """Put a new value of a setting (empty: its default) before a second administrator; raises RefusedInput, BadSetting."""
    _check_administrator(by)
    tried = settings_file.tried(settings.home, name, text, by.id)
    if tried.before == tried.after:
        raise RefusedInput(name, "与现在的值一样，没有改动")
    return _ask(engine, settings, by.id, ChangeKind.SETTING, name, name, {"name": name, "value": text.strip()})


def ask_word(engine: Engine, settings: Settings, by: Person, say: str, law: str) -> Change:
    """Put a new entry of the bureau's own words before a second administrator; raises RefusedInput for words that cannot be one."""
    _check_administrator(by)
    entry = thesaurus.new_entry(settings, say, law)
    return _ask_word(engine, settings, by, ADD, entry.say, entry.law)


def ask_word_out(engine: Engine, settings: Settings, by: Person, say: str) -> Change:
    """Put before a second administrator that an entry goes; raises RefusedInput where there is none."""
    _check_administrator(by)
    entry = thesaurus.entry_of(settings, say)
    return _ask_word(engine, settings, by, REMOVE, entry.say, entry.law)


def take_up(engine: Engine, settings: Settings, by: Person, proposal_id: int, question: str, register: Register) -> Change:
    """Take a proposed example question up: at once where somebody else proposed it in these words, else before a second person.

    Raises AssistantError where there is no such pending proposal, RefusedInput where it cannot be an example.
    """
    _check_administrator(by)
    with writing(engine) as connection:
        found, example = questions.would_be(connection, settings, proposal_id, question, register)
    payload = {"proposal": proposal_id, "question": example.question, "register": register.value, "articles": list(example.articles)}
    owner = found.owner if found.owner and example.question == " ".join(found.question.split()) else by.id
    change = _ask(engine, settings, owner, ChangeKind.QUESTION, str(proposal_id), example.question, payload, tell=owner == by.id)
    if owner == by.id:
        return change
    if may_decide(engine, change, by) is Say.DECIDE:
        return deciding.approve(engine, settings, change.id, by, deciding.look(engine, settings, change).shown)
    with writing(engine) as connection:
        tell_administrators(connection, settings, change)
    return change


def _ask_word(engine: Engine, settings: Settings, by: Person, do: str, say: tuple[str, ...], law: tuple[str, ...]) -> Change:
    payload = {"do": do, "say": " ".join(say), "law": " ".join(law)}
    return _ask(engine, settings, by.id, ChangeKind.WORDS, " ".join(say)[:_TITLE_CHARS], "、".join(say), payload)


def _ask(
    engine: Engine, settings: Settings, owner: str, kind: ChangeKind, target: str, title: str, payload: dict[str, Any], *, tell: bool = True
) -> Change:
    values = {"target": target, "title": title[:_TITLE_CHARS], "visibility": Visibility.PUBLIC.value, "payload": payload}
    with writing(engine) as connection:
        return changes.ask(connection, settings, owner, kind, values, tell=tell)


def _check_administrator(by: Person) -> None:
    if by.role is not Role.ADMIN:
        raise RefusedInput("设置", "只有管理员可以这样做")
