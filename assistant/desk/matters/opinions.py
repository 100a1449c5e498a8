"""法律意见书: written or uploaded by counsel, its citations checked, issued under a number, kept as issued."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.desk.audit.trail import AuditAction, record
from assistant.desk.matters import attachments
from assistant.desk.matters import matters as service
from assistant.desk.matters.file_kinds import DOCX, PDF
from assistant.desk.matters.people import party_of
from assistant.desk.matters.states import Step, rule
from assistant.desk.matters.steps import Moment, NotAllowed, Taken, take
from assistant.desk.people.people import Person
from assistant.errors import AssistantError, RefusedInput
from assistant.law.citation.verify import Judged, verify_citations
from assistant.library.readers import read_file
from assistant.library.shelf.citation_shelf import CitationShelf
from assistant.library.shelf.shelf import Shelf
from assistant.store.engine import writing
from assistant.store.matters import files as file_sql
from assistant.store.matters import opinions as sql
from assistant.store.matters.files import MatterFile
from assistant.store.matters.matters import Matter
from assistant.store.matters.opinions import Opinion

SHORTEST, LONGEST = 20, 100_000
_SHORTEST_REASON = 4
_HEADING = re.compile(r"^(?:#{1,3}\s*(?P<marked>\S.*)|(?P<first>[一二三四五六七八九十]{1,3}、\S.*))$")
_SUBHEADING = re.compile(r"^[（(][一二三四五六七八九十]{1,3}[）)]\S.*$")
_HEADING_CHARS = 40


@dataclass(frozen=True, slots=True)
class Block:
    """A line of an opinion: `kind` is heading, subheading or text."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class CheckedCitation:
    """A citation of an opinion as judged; one that is an `alarm` is mended, or confirmed with a reason under its `key`."""

    key: str
    raw: str
    verdict: str
    detail: str
    correct: str | None
    alarm: bool
    reason: str = ""


class StaleOpinion(AssistantError):
    """Another of the firm saved the draft in the meantime; it is in `current`, nothing was overwritten."""

    def __init__(self, current: Opinion) -> None:
        self.current = current
        super().__init__(f"{current.author_name}已于{current.updated_at:%m月%d日 %H:%M}改过这份意见，您的稿子没有覆盖它；请对照后再保存。")


class Unconfirmed(RefusedInput):
    """An opinion with wrong citations that are neither mended nor confirmed."""

    def __init__(self, citations: Sequence[CheckedCitation]) -> None:
        self.citations = tuple(citations)
        super().__init__("出具意见", f"有 {len(citations)} 处引用与法规库不符，请改正，或逐处写明保留的理由")


def draft_of(engine: Engine, matter_id: str, person: Person) -> Opinion | None:
    """Return the opinion the firm is writing for a matter, or None; raises NoMatter, NotAllowed for who does not write it."""
    with engine.connect() as connection:
        _writer(connection, matter_id, person)
        return sql.opinion_of(connection, matter_id)


def written(engine: Engine, matter_id: str, person: Person) -> Opinion | None:
    """Return the opinion of a matter as far as it is written, for `issue`; raises NoMatter."""
    with engine.connect() as connection:
        service.seen(connection, matter_id, person)
        return sql.opinion_of(connection, matter_id)


def save_draft(engine: Engine, person: Person, matter_id: str, body: str, seen: int) -> Opinion:
    """Keep the draft as written in the page; `seen` is the version written upon, 0 for the first.

    Raises NoMatter, NotAllowed, RefusedInput for one that is too long, StaleOpinion.
    """
    return _save(engine, person, matter_id, _checked_body(body), seen, None)


def upload_draft(engine: Engine, person: Person, matter_id: str, file: MatterFile, text: str, seen: int) -> Opinion:
    """Keep a staged DOCX or PDF as the draft, with its `text` as it was read (`text_of`) for checking; errors as `save_draft`."""
    return _save(engine, person, matter_id, _checked_body(text), seen, file)


def text_of(settings: Settings, file: MatterFile) -> str:
    """Return the text of an uploaded opinion; raises RefusedInput for what is no DOCX or PDF, or cannot be read.

    The reader tells formats by their ending, so it gets a copy under a plain name.
    """
    if file.media not in (DOCX.media, PDF.media):
        raise RefusedInput(file.name, "意见书请上传 DOCX 或 PDF，或者在页面上书写")
    ending = ".docx" if file.media == DOCX.media else ".pdf"
    with TemporaryDirectory() as folder:
        copy = Path(folder) / f"opinion{ending}"
        copy.write_bytes(attachments.path_of(settings, file).read_bytes())
        try:
            return read_file(copy, settings)
        except RefusedInput as refused:
            raise RefusedInput(file.name, f"{refused.reason}；读不出文字就不能核对引用，请换一份或在页面上书写") from refused


def _checked_body(body: str) -> str:
    kept = "\n".join(line.rstrip() for line in body.replace("\r\n", "\n").split("\n")).strip()
    if len(kept) > LONGEST:
        raise RefusedInput("意见正文", f"有 {len(kept)} 字，超过上限 {LONGEST} 字")
    return kept


def _save(engine: Engine, person: Person, matter_id: str, body: str, seen: int, file: MatterFile | None) -> Opinion:
    with writing(engine) as connection:
        matter = _writer(connection, matter_id, person)
        current = sql.opinion_of(connection, matter_id)
        if current and current.version != seen:
            if current.body == body and current.author == person.id:  # the same form sent twice
                return current
            raise StaleOpinion(current)
        values = {"body": body, "author": person.id, "author_name": person.name, "updated_at": datetime.now()}
        values["file_id"] = file.id if file else None
        if file:
            file_sql.keep_for(connection, file.id, matter.id, f"opinion-{file.id}")
        if current is None:
            sql.add_opinion(connection, values | {"id": uuid4().hex, "matter_id": matter_id, "version": 1, "checks": []})
        elif not sql.change_opinion(connection, current.id, seen, values):
            newest = sql.opinion_of(connection, matter_id)
            raise StaleOpinion(newest or current)
        kept = sql.opinion_of(connection, matter_id)
        assert kept is not None
        return kept


def _writer(connection: Connection, matter_id: str, person: Person) -> Matter:
    """The matter, where the person may write its opinion now."""
    matter = service.seen(connection, matter_id, person)
    if rule(matter.state, Step.WRITE, party_of(matter, person)) is None:
        raise NotAllowed(matter, Step.WRITE)
    return matter


def check(engine: Engine, text: str, day: date) -> tuple[CheckedCitation, ...]:
    """Return every citation of a text as judged for a day, in order of place.

    A law firm writes the text and reads the outcome: internal documents are not there for it, or their words could be asked out.
    """
    judged = verify_citations(text, CitationShelf(Shelf(engine, internal=False)), day)
    seen: dict[str, int] = {}
    out = []
    for one in judged:
        base = f"{one.citation.raw}|{one.verdict.value}|{one.correct}"
        seen[base] = seen.get(base, 0) + 1
        out.append(_checked(one, hashlib.sha256(f"{base}|{seen[base]}".encode()).hexdigest()[:12]))
    return tuple(out)


def _checked(one: Judged, key: str) -> CheckedCitation:
    return CheckedCitation(key, one.citation.raw, one.verdict.value, one.detail, one.correct, one.verdict.is_alarm)


def issue(
    engine: Engine,
    settings: Settings,
    person: Person,
    matter_id: str,
    taken: Taken,
    seen: int,
    reasons: Mapping[str, str],
    checked: Callable[[str, date], Sequence[CheckedCitation]] | None = None,
) -> Matter:
    """Issue the draft at version `seen` under the next number, dated today; the step's errors are those of `take`.

    `reasons` are by citation key; `checked` judges the draft's citations, `check` where none is given. Raises Unconfirmed while a wrong citation has none, RefusedInput where there is
    nothing written, StaleOpinion where the draft changed since it was checked.
    """
    today = date.today()
    draft = written(engine, matter_id, person)
    if draft and draft.issued_at is None and draft.version != seen:
        raise StaleOpinion(draft)
    body = draft.body if draft else ""
    if len(body) < SHORTEST:
        raise RefusedInput("意见正文", f"至少写 {SHORTEST} 字，请先写好并保存")
    confirmed = _confirmed(checked(body, today) if checked else check(engine, body, today), reasons)

    def also(moment: Moment) -> dict[str, Any]:
        current = sql.opinion_of(moment.connection, matter_id)
        assert current is not None
        number = service.next_number(moment.connection, settings, "opinion", today)
        values = {"number": number, "checks": [asdict(c) for c in confirmed], "issued_at": moment.now, "author": person.id}
        if not sql.change_opinion(moment.connection, current.id, seen, values | {"author_name": person.name}):
            raise StaleOpinion(current)
        if current.file_id:
            file_sql.keep_for(moment.connection, current.file_id, matter_id, taken.form_key)
        facts = {"事项": moment.matter.number, "引用": len(confirmed), "保留并说明理由": sum(bool(c.reason) for c in confirmed)}
        record(moment.connection, person.id, AuditAction.OPINION, f"出具 {number}", facts)
        return {}

    return take(engine, settings, person, matter_id, taken, also)


def _confirmed(citations: Sequence[CheckedCitation], reasons: Mapping[str, str]) -> list[CheckedCitation]:
    """The citations with the reasons given; raises Unconfirmed."""
    given = {key: " ".join(reason.split())[:500] for key, reason in reasons.items()}
    open_ones = [c for c in citations if c.alarm and len(given.get(c.key, "")) < _SHORTEST_REASON]
    if open_ones:
        raise Unconfirmed(open_ones)
    return [
        CheckedCitation(c.key, c.raw, c.verdict, c.detail, c.correct, c.alarm, given.get(c.key, "") if c.alarm else "") for c in citations
    ]


def blocks(body: str) -> list[Block]:
    """Return an opinion's lines with what each is: `一、…` and `# …` are headings, （一）… is a subheading where it is short."""
    out = []
    for line in (piece.strip() for piece in body.split("\n")):
        if not line:
            continue
        heading = _HEADING.match(line)
        short = len(line) <= _HEADING_CHARS and not line.endswith(("。", "；", "，", "："))
        if heading and (heading["marked"] or short):
            out.append(Block("heading", heading["marked"] or line))
        else:
            out.append(Block("subheading" if short and _SUBHEADING.match(line) else "text", line))
    return out
