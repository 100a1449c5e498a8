"""The bureau's own example questions: proposed from liked answers or brought in a file, checked, and put into the bank.

What is taken lies in `<home>/questions/own.jsonl`, in the form of `corpus/questions`; the index is made from it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.answer.parts import Answer
from assistant.config import Settings
from assistant.desk.audit.trail import AuditAction, console_actor, note, record
from assistant.desk.chat.conversations import NoConversation
from assistant.desk.chat.records import from_record
from assistant.errors import AssistantError, RefusedInput
from assistant.law.statute.model import article_label
from assistant.law.text.same_text import folded
from assistant.library.readers.plain import decode
from assistant.library.shelf.shelf import Shelf
from assistant.limits import QUESTION_LINE, QUESTIONS
from assistant.search.question_bank import own_questions, parse_address, question_files, read_questions
from assistant.store import conversations as turns
from assistant.store import proposals as sql
from assistant.store.engine import writing
from assistant.store.proposals import Proposal, ProposalStatus

OWN_FILE = "own.jsonl"
SHORTEST, LONGEST = 4, 200
_MOST_ARTICLES = 3


class Register(StrEnum):
    """How a question is worded: in office writing, as spoken on site, or as the public asks."""

    OFFICE = "office"
    ONSITE = "onsite"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Example:
    """An example question as it goes into the bank; `articles` are addresses, the most important first."""

    question: str
    register: Register
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """One line of a file of questions; `reason` says why it was refused, empty where it was taken."""

    line: int
    question: str
    reason: str = ""


# ---- proposals -------------------------------------------------------------------------------


def propose(engine: Engine, settings: Settings, message_id: int, owner: str) -> Proposal:
    """Keep the question of an answer the user liked as a proposal, with up to three of its articles; return it.

    An answer proposed before keeps its first proposal. Raises NoConversation where the answer is not the user's,
    RefusedInput where it makes no example (not liked, no articles, too long, already one).
    """
    with writing(engine) as connection:
        message = turns.message(connection, message_id, owner)
        if message is None or not message.answer:
            raise NoConversation
        earlier = next((p for p in sql.proposals(connection) if p.message_id == message_id), None)
        if earlier:
            return earlier
        answer = from_record(message.answer)
        if not message.liked:
            raise RefusedInput("这个回答", "先标为“有用”，再推荐为示例问题")
        articles = articles_of(answer)
        if not articles:
            raise RefusedInput("这个回答", "没有依据条文，不能作示例问题")
        question = _one_line(answer.question)
        _check_words(question, _known(settings))
        return sql.add_proposal(connection, message_id, owner, question, articles, datetime.now())


def articles_of(answer: Answer) -> tuple[str, ...]:
    """Return the addresses of up to three articles an answer stands on, as it ranks them; () where it abstained."""
    found = []
    for citation in () if answer.abstained else answer.citations:
        with suppress(ValueError):  # a document kept by paragraphs has no article to name
            parse_address(citation.address)
            found.append(citation.address)
    return tuple(dict.fromkeys(found))[:_MOST_ARTICLES]


def proposed(engine: Engine, message_ids: Sequence[int]) -> dict[int, ProposalStatus]:
    """Return message id → what became of its proposal, for those that were proposed."""
    with engine.connect() as connection:
        return sql.of_messages(connection, message_ids)


def proposals(engine: Engine, status: ProposalStatus | None = None) -> list[Proposal]:
    """Return the proposals (of one status), oldest first."""
    with engine.connect() as connection:
        return sql.proposals(connection, status)


def approve(
    engine: Engine, settings: Settings, proposal_id: int, *, question: str = "", register: Register = Register.OFFICE, actor: str = ""
) -> Example:
    """Put a proposal into the bank's file, in the words of `question` where given; return what was written.

    `actor` is the user who decides, the command line where empty. The index is the caller's to bring up to date. Raises AssistantError where there is no such pending proposal,
    RefusedInput where an article is no longer on the shelf or the question is there already.
    """
    with writing(engine) as connection:
        return approve_in(connection, settings, proposal_id, question, register, actor or console_actor())


def approve_in(connection: Connection, settings: Settings, proposal_id: int, question: str, register: Register, actor: str) -> Example:
    """As `approve`, inside the caller's transaction."""
    with _only_writer(settings):
        found, example = would_be(connection, settings, proposal_id, question, register)
        sql.decide(connection, found.id, ProposalStatus.APPROVED, datetime.now())
        facts = {"结果": ProposalStatus.APPROVED.value, "问题": example.question, "条文": list(example.articles)}
        record(connection, actor, AuditAction.EXAMPLE, f"推荐 {proposal_id}", facts)
        _append(settings, [example])
        return example


def would_be(connection: Connection, settings: Settings, proposal_id: int, question: str, register: Register) -> tuple[Proposal, Example]:
    """Return a pending proposal and the example it would make; raises as `approve`."""
    found = _pending(sql.proposal(connection, proposal_id), proposal_id)
    example = Example(_one_line(question or found.question), register, _on_shelf(Shelf(connection.engine), found.articles))
    _check_words(example.question, _known(settings))
    return found, example


def take_out(connection: Connection, settings: Settings, proposal_id: int, question: str, actor: str) -> None:
    """Take an example out of the bank's file again, its proposal not taken; raises RefusedInput where it is not in the file."""
    with _only_writer(settings):
        path = own_questions(settings) / OWN_FILE
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
        left = [line for line in lines if not line.strip() or json.loads(line).get("question") != question]
        if len(left) == len(lines):
            raise RefusedInput(question, "示例问题里已经没有这一条")
        sql.decide(connection, proposal_id, ProposalStatus.REJECTED, datetime.now())
        facts = {"结果": "撤销", "问题": question}
        record(connection, actor, AuditAction.EXAMPLE, f"推荐 {proposal_id}", facts)
        new = path.with_suffix(".new")
        new.write_text("".join(left), encoding="utf-8")
        os.replace(new, path)


def is_in_bank(settings: Settings, question: str) -> bool:
    """True where the bank holds a question in these words."""
    return folded(question) in _known(settings)


def reject(engine: Engine, proposal_id: int, actor: str = "") -> Proposal:
    """Put a proposal aside in the name of `actor` (empty: the command line); return it. Raises AssistantError where there is no such pending proposal."""
    with writing(engine) as connection:
        found = _pending(sql.proposal(connection, proposal_id), proposal_id)
        sql.decide(connection, proposal_id, ProposalStatus.REJECTED, datetime.now())
        facts = {"结果": ProposalStatus.REJECTED.value, "问题": found.question}
        record(connection, actor or console_actor(), AuditAction.EXAMPLE, f"推荐 {proposal_id}", facts)
        return found


def _pending(found: Proposal | None, proposal_id: int) -> Proposal:
    if found is None:
        raise AssistantError(f"没有编号为 {proposal_id} 的推荐，可用 assistant question list 查看")
    if found.status is not ProposalStatus.PENDING:
        raise AssistantError(f"编号 {proposal_id} 的推荐已经处理过（{found.status.value}）")
    return found


# ---- files -----------------------------------------------------------------------------------


def add_questions(engine: Engine, settings: Settings, path: Path, actor: str = "") -> list[CheckedLine]:
    """Put the questions of a JSON Lines file into the bank's file; return a line for each, refused ones with the reason.

    Raises RefusedInput where the file cannot be read, holds no line, or more than is taken at once. The index is the caller's to bring up to date.
    """
    try:
        text = decode(path.read_bytes(), path.name)
    except OSError as error:
        raise RefusedInput(str(path), f"读不了这个文件（{error.strerror or error}）") from error
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise RefusedInput(str(path), "文件里没有问题")
    QUESTIONS.check(path.name, len(lines))
    shelf, out, taken = Shelf(engine), [], []
    with _only_writer(settings):
        known = _known(settings)
        for number, line in lines:
            try:
                example = _read_line(line, shelf)
                _check_words(example.question, known)
            except RefusedInput as refused:
                out.append(CheckedLine(number, refused.name, refused.reason))
                continue
            known.add(folded(example.question))
            taken.append(example)
            out.append(CheckedLine(number, example.question))
        _append(settings, taken)
    if taken:
        note(engine, actor or console_actor(), AuditAction.EXAMPLE, path.name, {"加入": len(taken), "拒绝": len(out) - len(taken)})
    return out


def _read_line(line: str, shelf: Shelf) -> Example:
    """The example of one line; raises RefusedInput, named by the question where one can be read."""
    QUESTION_LINE.check(line.strip()[:60], len(line))
    try:
        data: Any = json.loads(line)
        question, register, articles = data["question"], data["register"], data["articles"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RefusedInput(line.strip()[:60], "不是带 question、register、articles 的 JSON") from error
    if not isinstance(question, str) or not isinstance(articles, list) or not all(isinstance(a, str) for a in articles):
        raise RefusedInput(line.strip()[:60], "question 应为文字，articles 应为条文地址的列表")
    if register not in list(Register):
        raise RefusedInput(_one_line(question), f"register 应为 {'、'.join(Register)} 之一")
    try:
        return Example(_one_line(question), Register(register), _on_shelf(shelf, articles))
    except RefusedInput as refused:
        raise RefusedInput(_one_line(question), f"{refused.name}：{refused.reason}") from refused


# ---- checks ----------------------------------------------------------------------------------


def _check_words(question: str, known: set[str]) -> None:
    if not SHORTEST <= len(question) <= LONGEST:
        raise RefusedInput(question[:60] or "（空）", f"示例问题应有 {SHORTEST} 至 {LONGEST} 字")
    if folded(question) in known:
        raise RefusedInput(question, "示例问题里已经有了")


def _on_shelf(shelf: Shelf, addresses: Sequence[str]) -> tuple[str, ...]:
    """The addresses with the statutes' own titles; raises RefusedInput for one whose article does not bind today."""
    out = []
    for address in addresses:
        try:
            title, number, suffix = parse_address(address)
        except ValueError as error:
            raise RefusedInput(address[:60], "不是条文地址，应写作《…》第…条") from error
        statute = shelf.find_statute(title)
        if statute is None:
            raise RefusedInput(address, "库中没有这部法律文件")
        if shelf.article(statute.id, number, suffix, date.today()) is None:
            raise RefusedInput(address, "现行文本没有这一条")
        out.append(f"《{statute.title}》{article_label(number, suffix)}")
    if not out:
        raise RefusedInput("articles", "至少要有一条条文")
    return tuple(dict.fromkeys(out))


def _known(settings: Settings) -> set[str]:
    return {folded(q.question) for path in question_files(own_questions(settings)) for q in read_questions(path)}


def _one_line(text: str) -> str:
    return " ".join(text.split())


# ---- the file --------------------------------------------------------------------------------


@contextmanager
def _only_writer(settings: Settings) -> Iterator[None]:
    from filelock import FileLock

    folder = own_questions(settings)
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(str(folder / "writer.lock")):
        yield


def _append(settings: Settings, examples: Sequence[Example]) -> None:
    """Write the examples to the end of the bank's file; a last line left without its end is ended first."""
    if not examples:
        return
    path = own_questions(settings) / OWN_FILE
    begun = path.exists() and path.stat().st_size and not path.read_bytes().endswith(b"\n")
    rows = [
        json.dumps({"question": e.question, "register": e.register.value, "articles": list(e.articles)}, ensure_ascii=False)
        for e in examples
    ]
    with path.open("a", encoding="utf-8") as file:
        file.write(("\n" if begun else "") + "\n".join(rows) + "\n")
        file.flush()
        os.fsync(file.fileno())
