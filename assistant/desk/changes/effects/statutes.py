"""What a change does to a statute on the shelf: seen by making it and taking it back, made, and undone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.desk.changes.model import Effect, Made, VersionFate
from assistant.errors import NotOnShelf, RefusedInput
from assistant.law.statute.article_changes import text_change
from assistant.law.statute.model import Article, Level, ParsedDocument, Visibility
from assistant.law.statute.repeals import repeals
from assistant.law.text.titles import title_key
from assistant.library.readers.document_record import from_record
from assistant.library.shelf.shelf import version_on
from assistant.library.shelf.shelving import Placed, Source, place, settle_versions, text_hash
from assistant.store.engine import trying
from assistant.store.library import statutes as sql
from assistant.store.library import withdrawals
from assistant.store.library.changes import Change, ChangeKind
from assistant.store.records import Statute, Version


@dataclass(frozen=True, slots=True)
class _Done:
    """A change made: the outcome in a word, the version it put on the shelf, the number of a withdrawal it made."""

    outcome: str
    version_id: str = ""
    withdrawal: int | None = None


@dataclass(frozen=True, slots=True)
class _Standing:
    """A statute at one moment: its versions, oldest first, and the articles of each."""

    versions: tuple[Version, ...]
    texts: dict[str, tuple[Article, ...]]
    day: date

    @property
    def binding(self) -> Version | None:
        """The version in force on the day, else the newest."""
        return version_on(self.versions, self.day) or (self.versions[-1] if self.versions else None)

    def text(self, version: Version | None) -> tuple[Article, ...]:
        return self.texts.get(version.id, ()) if version else ()

    def status(self, version_id: str) -> str:
        found = next((v for v in self.versions if v.id == version_id), None)
        return found.status_on(self.day).value if found else ""


def document_of(change: Change) -> ParsedDocument:
    """Return the text a change would bring in; raises RefusedInput where it is kept no longer."""
    if change.document is None:
        raise RefusedInput(f"《{change.title}》", "正文已不再保存，请重新导入文件")
    return from_record(change.document)


def held_digest(connection: Connection, change: Change) -> str:
    """Return the digest of all a change stands on: its statute with every text, and the days of what it would repeal."""
    held = [
        [repr(v), sql.article_digests(connection, v.id), sorted(sql.source_digests(connection, v.id)), sql.repeal_targets(connection, v.id)]
        for v in sql.versions(connection, change.target)
    ]
    values: list[Any] = [held, repr(sql.statute(connection, change.target))]
    for other in _repealed(connection, change):
        values.append([other, repr(sql.statute(connection, other)), repr(sql.versions(connection, other))])
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def look(engine: Engine, settings: Settings, change: Change, day: date | None = None) -> Effect:
    """Return what a change would do today."""
    on = day or date.today()
    with trying(engine) as connection:
        before = _standing(connection, change.target, on)
        try:
            done = _act(connection, settings, change)
        except (RefusedInput, NotOnShelf) as error:
            return Effect(facts=(f"现在不能批准：{error}",))
        after = _standing(connection, change.target, on)
    old, new, compared = _texts(change, before, after, done)
    fates = tuple(_fates(before, after))
    return Effect(tuple(_facts(change, before, done)), fates, compared, text_change(old, new))


def look_at_undo(engine: Engine, change: Change, before: dict[str, Any], day: date | None = None) -> Effect:
    """Return what undoing an approved change would do today."""
    on = day or date.today()
    with trying(engine) as connection:
        now = _standing(connection, change.target, on)
        seen = sql.statute(connection, change.target)
        try:
            undo(connection, change, before)
        except (RefusedInput, NotOnShelf) as error:
            return Effect(facts=(f"现在不能批准：{error}",))
        then = _standing(connection, change.target, on)
        shown = sql.statute(connection, change.target)
    facts = [f"谁可以看：{_seen(seen)} → {_seen(shown)}"]
    told = f"现在的 {_name(now.binding)} 与撤销以后的 {_name(then.binding)}"
    return Effect(tuple(facts), tuple(_fates(now, then)), told, text_change(now.text(now.binding), then.text(then.binding)))


def make(connection: Connection, settings: Settings, change: Change) -> Made:
    """Make a change inside the caller's transaction; raises RefusedInput or NotOnShelf where it cannot be made."""
    before = _before(connection, change)
    done = _act(connection, settings, change)
    before["withdrawal"] = done.withdrawal
    return Made(done.outcome, before, held_digest(connection, change))


def undo(connection: Connection, change: Change, before: dict[str, Any]) -> None:
    """Put back what stood before a change; raises RefusedInput where the statute changed again since."""
    if held_digest(connection, change) != change.after:
        raise RefusedInput(f"《{change.title}》", "批准以后又有改动，不能整体撤销；请在这部文件的页面里逐个版本处理")
    targets = set(_repealed(connection, change))
    untouched = set(before.get("untouched", ()))  # a change of an earlier layout kept every version
    for version in sql.versions(connection, change.target):
        if version.id not in untouched:
            sql.remove_version(connection, version.id)
    for kept in before["versions"]:
        withdrawals.put_back(connection, kept)
    if untouched:
        sql.save_statute(connection, before["statute"])
    number = before.get("withdrawal") or change.payload.get("withdrawal")
    if number:
        withdrawals.mark_restored(connection, int(number), datetime.now() if change.kind is ChangeKind.WITHDRAW else None)
    _settle(connection, change, targets)


def _act(connection: Connection, settings: Settings, change: Change) -> _Done:
    """Do what a change says."""
    if change.kind is ChangeKind.IMPORT:
        document = document_of(change)
        source = Source(
            str(change.payload.get("source", "upload")), f"{change.file_name}（来源：{change.origin}）"[:500], change.file_digest
        )
        placed = place(connection, document, source, order=tuple(settings.source_order), visibility=change.visibility)
        return _Done(placed.outcome.value, placed.version_id)
    targets = set(_repealed(connection, change))
    if change.kind is ChangeKind.VISIBILITY:
        if sql.statute(connection, change.target) is None:
            raise NotOnShelf("库中没有这部法律文件，可能已被移出；请在法规库中重新查找。")
        sql.save_statute(connection, {"id": change.target, "visibility": change.visibility.value})
        done = _Done("公开" if change.visibility is Visibility.PUBLIC else "内部")
    elif change.kind is ChangeKind.WITHDRAW:
        done = _withdraw(connection, change)
    else:
        done = _restore(connection, change)
    _settle(connection, change, targets)
    return done


def _withdraw(connection: Connection, change: Change) -> _Done:
    version_id = str(change.payload["version"])
    if all(v.id != version_id for v in sql.versions(connection, change.target)):
        raise NotOnShelf("库中没有这个版本，可能已被移出；请刷新后再看。")
    return _Done("移出", version_id, withdrawals.withdraw(connection, version_id, change.owner, datetime.now()))


def _restore(connection: Connection, change: Change) -> _Done:
    found = withdrawals.withdrawal(connection, int(change.payload["withdrawal"]))
    if found is None or found.restored_at:
        raise RefusedInput("移出记录", "不存在，或者已经恢复过")
    if any(v.id == found.version_id for v in sql.versions(connection, change.target)):
        raise RefusedInput(f"《{found.title}》", "库中又有了这个版本，不用恢复")
    withdrawals.restore(connection, found.id, datetime.now())
    held = sql.statute(connection, change.target)
    if held and held.visibility != change.visibility and change.visibility is Visibility.INTERNAL:
        raise RefusedInput(f"《{found.title}》", "移出时是内部文件，现在库里的同名文件是公开的，不能恢复")
    return _Done("恢复", found.version_id)


def _settle(connection: Connection, change: Change, targets: set[str]) -> None:
    """Settle the days of the statute and of all it repeals or repealed, and count the change."""
    for one in sorted({change.target, *targets, *_repealed(connection, change)}):
        settle_versions(connection, one)
    sql.bump_revision(connection)


def _repealed(connection: Connection, change: Change) -> list[str]:
    """The ids of the statutes that the text coming in, or any text of the statute, repeals."""
    found = {t for v in sql.versions(connection, change.target) for t in sql.repeal_targets(connection, v.id)}
    if change.document is not None:
        found |= {title_key(r.title) for r in repeals(from_record(change.document))}
    return sorted(found)


def _before(connection: Connection, change: Change) -> dict[str, Any]:
    """What stands before a change and would be lost by it, as values JSON can hold: the statute, and the versions it touches, whole."""
    versions = sql.versions(connection, change.target)
    touched: set[str] = set()
    if change.kind is ChangeKind.IMPORT:
        document = document_of(change)
        same = sql.version_with_text(connection, change.target, text_hash(document))
        touched = {v.id for v in versions if v.version_date == document.version_date or v.id == same}
    elif change.kind is ChangeKind.WITHDRAW:
        touched = {str(change.payload["version"])}
    return {
        "versions": [withdrawals.snapshot(connection, v.id) for v in versions if v.id in touched],
        "untouched": [v.id for v in versions if v.id not in touched],
        "statute": withdrawals.statute_row(connection, change.target),
    }


def _standing(connection: Connection, statute_id: str, day: date) -> _Standing:
    versions = tuple(sql.versions(connection, statute_id))
    return _Standing(versions, {v.id: tuple(a for _, a in sql.articles(connection, v.id)) for v in versions}, day)


def _texts(change: Change, before: _Standing, after: _Standing, done: _Done) -> tuple[Sequence[Article], Sequence[Article], str]:
    """The text that is compared, the one it is compared with, and how this is told."""
    if change.kind is ChangeKind.VISIBILITY:
        opened = change.visibility is Visibility.PUBLIC
        return (), after.text(after.binding), "公众将看到的全文" if opened else "公众将不再看到的全文"
    if change.kind is ChangeKind.IMPORT:
        earlier = next((v for v in before.versions if v.id == done.version_id), before.binding)
        placed = next(v for v in after.versions if v.id == done.version_id)
        told = f"库里的 {_name(earlier)} 与批准以后的 {_name(placed)}" if earlier else "库里没有同名的文件，全文都是新的"
        return before.text(earlier), after.text(placed), told
    return before.text(before.binding), after.text(after.binding), f"现在的 {_name(before.binding)} 与批准以后的 {_name(after.binding)}"


def _fates(before: _Standing, after: _Standing) -> list[VersionFate]:
    named = {v.id: _name(v) for v in (*before.versions, *after.versions)}
    return [VersionFate(name, before.status(i), after.status(i)) for i, name in named.items()]


def _facts(change: Change, before: _Standing, done: _Done) -> list[str]:
    out = []
    if change.kind is ChangeKind.IMPORT:
        document = document_of(change)
        out.append(f"入库结果：{done.outcome}")
        if document.effective_from:
            out.append(f"自 {document.effective_from} 起施行")
        held = before.text(next((v for v in before.versions if v.id == done.version_id), None))
        stops = text_change(held, document.articles).changed if done.outcome == Placed.UNCHANGED else ()
        if stops:
            labels = "、".join(c.new.label for c in stops[:20])
            out.append(f"与库里的文本只差标点（{labels}）：库里的标点不变；确属更正的，请先移出库里的版本再导入")
        ended = [r.title for r in repeals(document)]
        if ended and (change.visibility is Visibility.PUBLIC or document.level not in (None, Level.BUREAU_DOCUMENT)):
            out.append(f"文中写明废止{'、'.join(f'《{t}》' for t in ended)}")
    return out


def _seen(statute: Statute | None) -> str:
    return "（没有）" if statute is None else "公开" if statute.visibility == Visibility.PUBLIC else "内部"


def _name(version: Version | None) -> str:
    if version is None:
        return "（没有）"
    return f"{version.version_date}版本" if version.version_date else "日期不明的版本"
