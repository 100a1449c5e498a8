"""Checking the audit trail: every row against its own hash and the row before, clearing against its signature, seals against both."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.desk.audit import statements
from assistant.desk.audit.key import AuditKey
from assistant.desk.audit.trail import AuditAction
from assistant.store import audit as sql
from assistant.store.audit import AuditEvent, AuditHead
from assistant.store.engine import reading
from assistant.store.foreign_parts import ForeignPart, foreign_parts

#: Faults listed at most; a chain rewritten from its middle has one for every row.
MOST_FAULTS = 200
#: A seal may be noted down shortened to so many characters of its hash.
_SEAL = re.compile(r"\s*(\d{1,12})[:：-]([0-9a-f]{32,64})\s*")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the row's number (0 for the ends of the chain) and what it is, in Chinese."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Seal:
    """A row's number and its hash (or the beginning of it), kept outside the database."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome: how many rows, the number and hash of the newest one, what is wrong (at most MOST_FAULTS), and remarks."""

    rows: int
    first: int
    last: int
    hash: str
    faults: tuple[Fault, ...]
    remarks: tuple[str, ...] = ()

    @property
    def seal(self) -> str:
        """The newest row as `number:hash`, to be noted down outside the database and compared later."""
        return f"{self.last}:{self.hash}"


def read_seal(text: str) -> Seal | None:
    """Return the seal of a text, None where it is none."""
    found = _SEAL.fullmatch(text)
    return Seal(int(found[1]), found[2]) if found else None


def verify(engine: Engine, key: AuditKey | None = None, seals: Iterable[Seal] = ()) -> Checked:
    """Check the whole chain as it stands at one moment.

    Finds a row that was changed, removed, added or put elsewhere, a tail that was cut off, and rows emptied or removed
    without a record of it that `key` signed. The hashes need no key: who can write the database and knows this program
    can make a chain anew from the newest signed record on. `seals`, noted earlier and kept elsewhere, find that, too.
    """
    with reading(engine) as connection:
        return check(connection, key, seals)


def check(connection: Connection, key: AuditKey | None, seals: Iterable[Seal]) -> Checked:
    """Check the chain as a transaction sees it (see `verify`)."""
    checker = _Checker(sql.head_of(connection), list(seals))
    checker.take_parts(foreign_parts(connection))
    try:
        checker.take_statements(sql.of_actions(connection, [a.value for a in statements.ACTIONS]), key)
        checker.begin()
        for event in sql.chain(connection):
            checker.take(event)
    except (TypeError, ValueError):  # SQLite keeps any text in any column
        checker.unreadable()
    return checker.end()


def not_ours(part: ForeignPart) -> str:
    """Return what is to be said and done of a trigger, rule, view or policy that the program never made."""
    return (
        f"数据库里有不是本系统建立的{part.told}，能让操作不留痕；请停止服务，查明是谁建的，备份后从数据库删除它，"
        "再与备份、另存的封签对照这段时间的记录"
    )


def foreign_warnings(engine: Engine) -> list[str]:
    """Return one sentence for each trigger, rule, view or policy in the database that the program never made."""
    with engine.connect() as connection:
        return [not_ours(part) for part in foreign_parts(connection)]


class _Checker:
    """Goes along the chain once."""

    def __init__(self, head: AuditHead | None, seals: list[Seal]) -> None:
        self.head = head
        self.faults: list[Fault] = []
        self.remarks: list[str] = []
        self.rows = 0
        self.number = head.removed_number if head else 0
        self.hash = head.removed_hash if head else sql.ORIGIN
        self.first = self.number + 1
        self.seals: dict[int, list[Seal]] = {}
        for seal in (s for s in seals if s.number):
            self.seals.setdefault(seal.number, []).append(seal)
        self.limits: dict[str, str] = {}
        self.beginning = (0, sql.ORIGIN)

    def take_parts(self, parts: Iterable[ForeignPart]) -> None:
        """Name what could drop or change rows without leaving a gap in the chain."""
        for part in parts:
            self._fault(0, not_ours(part))

    def take_statements(self, events: list[AuditEvent], key: AuditKey | None) -> None:
        """Take what the key signed; what it did not sign counts for nothing, unless a later signed start of the key took it on."""
        if key is None:
            if events:
                self._fault(0, "没有审计密钥（数据目录的 audit.key），清理记录的签名无法核对，请从备份找回密钥")
            signed: list[AuditEvent] = []
        else:
            signed = [e for e in events if statements.is_signed(e, key)]
            if not signed and self.head and self.head.number:
                self._fault(0, "没有一条由本机密钥签署的记录，整条记录可能被重新编制；刚换了密钥或者数据库的，请运行 assistant audit key")
        started = max((e.number for e in signed if e.action == AuditAction.KEY), default=0)
        for event in events:
            if event in signed:
                continue
            if event.number < started:
                self.remarks.append(f"第 {event.number} 条清理记录不是由现在的密钥签署，由第 {started} 条启用密钥的记录承认")
            elif key is not None:
                self._fault(event.number, "审计清理的记录没有有效的签名，是伪造的，或者由另一把密钥签署")
        found = [s for s in map(statements.read, signed) if s is not None]
        if len(found) < len(signed):
            self._fault(0, "审计清理的记录读不出来")
        self.limits = statements.merged(found)
        if found:
            self.beginning = found[-1].beginning

    def begin(self) -> None:
        """Check where the chain begins, and the seals of what lies before."""
        head = self.head
        if head and (head.removed_number, head.removed_hash) != self.beginning:
            self._fault(0, "链的起点与经过签署的清理记录不符，开头的记录可能被删除")
        cleared = 0
        for number in [n for n in self.seals if n <= self.number]:
            for seal in self.seals.pop(number):
                if number == self.number and not self.hash.startswith(seal.hash):
                    self._fault(number, "与另行保存的封签不符，此前的记录被重新编制")
                elif number > self.beginning[0]:
                    self._fault(number, "另行保存的封签所指的记录不在了，而没有经过签署的清理记录")
                else:
                    cleared += 1
        if cleared:
            self.remarks.append(f"{cleared} 个封签所指的记录已经清理，有签署的清理记录为凭，不再逐条对照")

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
        for seal in self.seals.pop(event.number, ()):
            if not event.hash.startswith(seal.hash):
                self._fault(event.number, "与另行保存的封签不符，此前的记录被重新编制")

    def _check_row(self, event: AuditEvent) -> None:
        if event.salt is None:
            if event.at.isoformat() >= self.limits.get(event.action, ""):
                self._fault(event.number, "内容被清空，而没有经过签署的清理记录")
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
        if left := list(self.seals):
            missing = f"第 {max(left)} 条" if len(left) == 1 else f"第 {min(left)} 条等 {len(left)} 条"
            self._fault(0, f"另行保存的封签是{missing}，现在的记录里没有，末尾被删除")
        return Checked(self.rows, self.first, self.number, self.hash, tuple(self.faults), tuple(self.remarks))

    def _fault(self, number: int, text: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(number, text))
