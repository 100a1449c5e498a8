"""What the matter pages read from their forms: keys, versions, words and files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import uuid4

from anyio import to_thread
from fastapi import Depends, File, Form, UploadFile

from assistant.desk.matters import attachments, matters
from assistant.desk.matters.matters import MatterForm, Urgency
from assistant.desk.people.people import Person
from assistant.desk.work import Work
from assistant.desk.work.tasks import LookAtFile
from assistant.errors import AssistantError, RefusedInput
from assistant.web.answering import Answering
from assistant.web.frame.whole_numbers import whole_number
from assistant.web.jobs import taken

Field = Annotated[str, Form()]
Fields = Annotated[list[str], Form(default_factory=list)]
Files = Annotated[list[UploadFile], File(default_factory=list)]
_LONGEST_KEY = 64


def new_key() -> str:
    """Return the key of a form about to be shown; what is sent with it is taken once."""
    return uuid4().hex


def checked_key(key: str) -> str:
    """Return a form's key; raises RefusedInput for a form that has none."""
    if not key or len(key) > _LONGEST_KEY or not key.isalnum():
        raise RefusedInput("表单", "不完整，请刷新页面后重新填写")
    return key


def version_of(text: str) -> int:
    """Return the version a form was made on; 0, which no matter has, where it says none."""
    return whole_number(text) or 0


async def keep_files(
    assistant: Answering, work: Work, person: Person, key: str, files: Sequence[UploadFile], matter_id: str | None = None
) -> str:
    """Stage what was chosen, each file looked at by a worker; return one line for what was refused, empty where all was taken.

    A file refused does not take the others with it. Raises NoMatter, keeping nothing, where the files are for a matter
    that the person does not see.
    """
    if matter_id is not None:
        await to_thread.run_sync(matters.opened, assistant.engine, matter_id, person)
    problems = []
    for file in files:
        if file.filename:  # an empty one is the browser's way of saying that no file was chosen
            try:
                await _kept(assistant, work, person, checked_key(key), file, matter_id)
            except AssistantError as refused:
                problems.append(str(refused))
    return "；".join(problems)


async def _kept(assistant: Answering, work: Work, person: Person, key: str, file: UploadFile, matter_id: str | None) -> None:
    engine, settings = assistant.engine, assistant.settings
    await to_thread.run_sync(attachments.check_waiting, engine, settings, person.id, key, attachments.shown_name(file.filename or ""))
    incoming = await to_thread.run_sync(attachments.received, settings, file.filename or "", file.file)
    try:
        kind = await taken(await to_thread.run_sync(work.ask, person.id, LookAtFile(incoming.path, incoming.name)))
        await to_thread.run_sync(attachments.settle, engine, settings, person.id, key, incoming, kind, matter_id)
    finally:
        incoming.drop()


@dataclass(frozen=True, slots=True)
class FilledIn:
    """The fields of a matter's form as they were sent."""

    title: str = ""
    question: str = ""
    urgency: str = Urgency.NORMAL.value
    days: str = "5"
    share: bool = True
    viewers: tuple[str, ...] = ()
    firm: str = ""

    def as_form(self) -> MatterForm:
        """Return the fields as the service takes them; raises RefusedInput for what no form offers."""
        if self.urgency not in list(Urgency):
            raise RefusedInput("紧急程度", "请从列表中选择")
        days = whole_number(self.days, 3) or 0
        return MatterForm(self.title, self.question, Urgency(self.urgency), days, self.share, self.viewers, self.firm)


def filled_in(
    viewers: Fields, title: Field = "", question: Field = "", urgency: Field = "", days: Field = "", share: Field = "", firm: Field = ""
) -> FilledIn:
    """Return the fields of a matter's form as a request sends them, for FastAPI to put into a page."""
    return FilledIn(title, question, urgency, days, bool(share), tuple(viewers), firm)


Filled = Annotated[FilledIn, Depends(filled_in)]


def usable_key(key: str) -> str:
    """Return a form's key to show it again with, a new one where it is none."""
    return key if key.isalnum() and len(key) <= _LONGEST_KEY else new_key()
