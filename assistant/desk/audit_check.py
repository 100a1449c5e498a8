"""Checking the audit trail: every row against its own hash, the row before, and the two ends kept apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Engine

from assistant.desk.audit import AuditAction
from assistant.store import audit as sql
from assistant.store.audit import AuditEvent, AuditHead
from assistant.store.engine import reading

#: Faults listed at most; a chain rewritten from its middle has one for every row.
MOST_FAULTS = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the row's number (0 for the ends of the chain) and what it is, in Chinese."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome: how many rows, the number and hash of the newest one, and what is wrong (at most MOST_FAULTS)."""

    rows: int
    first: int
    last: int
    hash: str
    faults: tuple[Fault, ...]

    @property
    def seal(self) -> str:
        """The newest row as `number:hash`, to be noted down outside the database and compared later."""
        return f"{self.last}:{self.hash}"


def verify(engine: Engine, seal: str = "") -> Checked:
    """Check the whole chain as it stands at one moment.

    Finds a row that was changed, removed, added or put elsewhere, a tail that was cut off, and rows emptied or removed
    without a record of it. The hashes need no key: who can write the database and knows this program can make a chain
    anew from some row on. `seal`, noted earlier from another run and kept elsewhere, finds that, too.
    """
    with reading(engine) as connection:
        head = sql.head_of(connection)
        cleared = sql.of_action(connection, AuditAction.PRUNE.value)
        checker = _Checker(head, cleared, seal)
        try:
            for event in sql.chain(connection):
                checker.take(event)
        except (TypeError, ValueError):  # SQLite keeps any text in any column
            checker.unreadable()
    return checker.end()


class _Checker:
    """Goes along the chain once."""

    def __init__(self, head: AuditHead | None, cleared: Iterable[AuditEvent], seal: str) -> None:
        self.head = head
        self.faults: list[Fault] = []
        self.rows = 0
        self.number = head.removed_number if head else 0
        self.hash = head.removed_hash if head else sql.ORIGIN
        self.first = self.number + 1
        self.sealed_number, self.sealed_hash = _parts(seal)
        self.seal_seen = self.sealed_number == 0
        self.limits: dict[str, str] = {}
        beginning = (0, sql.ORIGIN)
        for event in cleared:
            try:
                for action, before in event.details["截止"].items():
                    self.limits[action] = max(self.limits.get(action, ""), before)
                beginning = (int(event.details["起点"]), str(event.details["起点摘要"]))
            except (AttributeError, KeyError, TypeError, ValueError):
                self._fault(event.number, "审计清理的记录读不出来")
        if head and (head.removed_number, head.removed_hash) != beginning:
            self._fault(0, "链的起点与审计清理的记录不符，开头的记录可能被删除")
        if self.sealed_number and self.sealed_number <= self.number:
            self.seal_seen = True  # cleared since; there is nothing left to compare
            if self.sealed_number == self.number and self.sealed_hash != self.hash:
                self._fault(self.number, "与另行保存的封签不符，此前的记录被重新编制")

    def take(self, event: AuditEvent) -> None:
        """Check the next row."""
        if self.rows == 0 and self.head is None:  # without the head, the first row there is must do
            self.number, self.hash, self.first = event.number - 1, event.previous, event.number
        self.rows += 1
        if event.number != self.number + 1:
            missing = f"第 {self.number + 1} 条" if event.number == self.number + 2 else f"第 {self.number + 1} 至 {event.number - 1} 条"
            self._fault(event.number, f"此前的{missing}缺失" if event.number > self.number else "编号不在应在的位置")
        elif event.previous != self.hash:
            self._fault(event.number, "与前一条不相接，前一条被改动、替换或者顺序被调换")
        self._check_row(event)
        self.number, self.hash = event.number, event.hash
        if event.number == self.sealed_number:
            self.seal_seen = True
            if event.hash != self.sealed_hash:
                self._fault(event.number, "与另行保存的封签不符，此前的记录被重新编制")

    def _check_row(self, event: AuditEvent) -> None:
        if event.salt is None:
            if event.at.isoformat() >= self.limits.get(event.action, ""):
                self._fault(event.number, "内容被清空，而没有相应的清理记录")
        elif sql.content_digest(event.actor or "", event.target or "", event.detail or "", event.salt) != event.content:
            self._fault(event.number, "内容被改动（操作人、对象或者详情）")
        if sql.row_hash(event.number, event.at, event.action, event.content, event.previous) != event.hash:
            self._fault(event.number, "记录被改动（时间、种类或者摘要）")

    def unreadable(self) -> None:
        """Note that a row of the batch that follows cannot be read; what comes after it is not checked."""
        self._fault(self.number + 1, "自此以后有记录读不出来，格式被破坏")

    def end(self) -> Checked:
        """Check the end of the chain and return the outcome."""
        if self.head is None:
            self._fault(0, "链头不见了，末尾是否完整无法判断")
        elif self.head.number > self.number:
            self._fault(0, f"末尾缺失：链头记着第 {self.head.number} 条，最后一条是第 {self.number} 条")
        elif (self.head.number, self.head.hash) != (self.number, self.hash):
            self._fault(0, "链头与最后一条不符，末尾被添加或者替换")
        if not self.seal_seen:
            self._fault(0, f"另行保存的封签是第 {self.sealed_number} 条，现在的记录到不了这一条，末尾被删除")
        return Checked(self.rows, self.first, self.number, self.hash, tuple(self.faults))

    def _fault(self, number: int, text: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(number, text))


def _parts(seal: str) -> tuple[int, str]:
    number, _, digest = seal.partition(":")
    return (int(number), digest.strip()) if number.strip().isdigit() else (0, "")
