"""The condition of the installation as an administrator sees it: each part, how it stands, what to do."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.audit import seals, trail
from assistant.desk.audit.key import NoAuditKey, key_of
from assistant.desk.audit.trail import AuditAction
from assistant.desk.knowledge import questions
from assistant.desk.ops.privacy import Openness, too_open
from assistant.desk.reviews.papers import template_problems
from assistant.library.shelf.coverage import coverage
from assistant.search.index.build import needs_sync, read_pointer
from assistant.store import notifications
from assistant.store.audit import AuditFilter
from assistant.store.foreign_parts import foreign_parts
from assistant.store.library import changes
from assistant.store.library import statutes as sql
from assistant.store.library.changes import ChangeState
from assistant.store.notifications import DeliveryStatus
from assistant.store.proposals import ProposalStatus

_LOW_DISK_MB = 2048
_OLD_BACKUP_DAYS = 7


class State(StrEnum):
    """How a part stands."""

    GOOD = "正常"
    WARN = "请留意"
    BAD = "有问题"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the installation; `told` says how it stands, `todo` what to do (empty where nothing)."""

    name: str
    state: State
    told: str
    todo: str = ""


def condition(engine: Engine, settings: Settings) -> list[Part]:
    """Return the parts in a fixed order; a part that cannot be looked at says so."""
    return [
        _library(engine),
        _index(engine, settings),
        _gaps(engine, settings),
        _disk(settings.home),
        _privacy(settings.home),
        _queue(engine),
        _model(settings),
        _backup(engine, datetime.now()),
        _proposals(engine),
        _settings(settings),
        _seals(settings),
        _foreign(engine),
        _changes(engine),
    ]


def _library(engine: Engine) -> Part:
    with engine.connect() as connection:
        counts = sql.counts(connection)
    told = f"法律文件 {counts['statutes']} 部，版本 {counts['versions']} 个，条文 {counts['articles']} 条"
    if not counts["statutes"]:
        return Part("法规库", State.BAD, "法规库是空的", "运行 assistant setup，或者在“文件与版本”导入文件。")
    if counts["differences"]:
        return Part("法规库", State.WARN, f"{told}；{counts['differences']} 处不同来源文字不一致", "用 assistant corpus status 逐条查看。")
    return Part("法规库", State.GOOD, told)


def _index(engine: Engine, settings: Settings) -> Part:
    pointer = read_pointer(settings.index_dir)
    if pointer is None:
        return Part("索引", State.BAD, "还没有建立索引，不能检索", "运行 assistant setup。")
    told = f"第 {pointer.generation} 次建成，向量模型 {pointer.embedder}"
    if needs_sync(engine, settings):
        return Part("索引", State.WARN, f"{told}；比法规库旧", "正在更新的请稍候；没有在更新的，运行 assistant setup。")
    return Part("索引", State.GOOD, told)


def _gaps(engine: Engine, settings: Settings) -> Part:
    report = coverage(engine, settings, date.today())
    missing = {h.statute.title for f in report.fields for h in f.missing if h.governing}
    if missing:
        shown = "、".join(f"《{t}》" for t in sorted(missing)[:5]) + ("等" if len(missing) > 5 else "")
        return Part(
            "目录缺口", State.WARN, f"各领域主要法规缺 {len(missing)} 部：{shown}", "导入这些文件，或者运行 assistant corpus pull。"
        )
    return Part("目录缺口", State.GOOD, "各领域主要法规都在库里")


def _disk(home: Path) -> Part:
    free = shutil.disk_usage(home).free // 2**20
    told = f"数据目录所在磁盘剩余 {free / 1024:.1f} GB"
    return Part("磁盘", State.GOOD, told) if free > _LOW_DISK_MB else Part("磁盘", State.BAD, told, "请清理磁盘或者换大一些的磁盘。")


def _privacy(home: Path) -> Part:
    """Whether other users of the machine may read what the home holds."""
    openness = Openness(home, left=too_open(home))
    if openness.left:
        told, _, todo = openness.told.partition("，本程序无权修改；请")
        return Part("数据目录权限", State.BAD, told, f"重启服务会自动改正；改不了的，请{todo}")
    return Part("数据目录权限", State.GOOD, "只有运行本系统的用户可以读写")


def _queue(engine: Engine) -> Part:
    with engine.connect() as connection:
        counts = notifications.delivery_counts(connection)
    by_status: Counter[str] = Counter()
    for (_, status), count in counts.items():
        by_status[status] += count
    waiting, failed = by_status[DeliveryStatus.WAITING], by_status[DeliveryStatus.FAILED] + by_status[DeliveryStatus.UNSURE]
    told = f"待发送 {waiting} 条，没有发出 {failed} 条"
    if failed:
        return Part("通知队列", State.WARN, told, "到“通知渠道”看原因，改好以后重发。")
    return Part("通知队列", State.GOOD, told)


def _model(settings: Settings) -> Part:
    if not (settings.model_url and settings.model_name):
        return Part("语言模型", State.GOOD, "没有设置；答复不使用模型，全部功能照常")
    return Part("语言模型", State.GOOD, f"{settings.model_name}（{settings.model_url}）", "是否可用：运行 assistant model check。")


def _backup(engine: Engine, now: datetime) -> Part:
    """How long ago the last backup was made, as the audit trail tells."""
    last = next(iter(trail.listed(engine, AuditFilter(action=AuditAction.BACKUP), 1)), None)
    todo = "运行 assistant backup 文件，并把文件存到别的机器上。"
    if last is None:
        return Part("备份", State.WARN, "还没有备份过", todo)
    days = (now - last.at).days
    told = f"{last.at:%Y-%m-%d %H:%M}，{days} 天前"
    return Part("备份", State.WARN, told, todo) if days > _OLD_BACKUP_DAYS else Part("备份", State.GOOD, told)


def _changes(engine: Engine) -> Part:
    with engine.connect() as connection:
        waiting = changes.count(connection, {ChangeState.WAITING})
    if waiting:
        return Part("待批准的变动", State.WARN, f"{waiting} 项法规库变动等待批准", "到“文件与版本”的“待批准的变动”看对照，再决定。")
    return Part("待批准的变动", State.GOOD, "没有等待批准的变动")


def _proposals(engine: Engine) -> Part:
    waiting = len(questions.proposals(engine, ProposalStatus.PENDING))
    if waiting:
        return Part("待审推荐", State.WARN, f"{waiting} 个推荐的示例问题等待审定", "到“词语与问题”审定。")
    return Part("待审推荐", State.GOOD, "没有待审的示例问题")


def _settings(settings: Settings) -> Part:
    """Stored values that are not used, and templates that cannot be."""
    wrong = [f"{i.name}（{i.reason}）" for i in settings.ignored]
    papers = template_problems(settings)
    if wrong:
        told = f"assistant.toml 里有不能用的值，已改用默认值：{'、'.join(wrong)}"
        return Part("设置", State.WARN, told, "到“设置”改好，或者运行 assistant settings reset。")
    if papers:
        return Part("设置", State.WARN, papers[0], "改好模板文件，或者去掉这项设置。")
    return Part("设置", State.GOOD, "没有不能用的设置")


def _seals(settings: Settings) -> Part:
    """When the trail was last sealed, and whether the seal reached the place elsewhere."""
    try:
        if key_of(settings) is None:
            return Part(
                "审计封签", State.WARN, "还没有审计密钥，到期的审计内容不能清理", "重新启动服务；仍没有的，运行 assistant audit key。"
            )
    except NoAuditKey as error:
        return Part("审计封签", State.BAD, "审计密钥不能用", str(error))
    day, elsewhere = seals.last_sealed(settings), settings.audit_head_file
    told = f"最近一次封签 {day:%Y-%m-%d}" if day else "还没有封签"
    if day and seals.behind(settings):
        return Part("审计封签", State.WARN, f"{told}，没有写到 {elsewhere}", "检查那里的路径和权限，再运行 assistant audit seal。")
    if not elsewhere and not settings.audit_head_to:
        return Part("审计封签", State.WARN, f"{told}，只写在数据目录里", "用设置 audit_head_file 或 audit_head_to 另外存一份到本机之外。")
    return Part("审计封签", State.GOOD, told)


def _foreign(engine: Engine) -> Part:
    """Whether the database does something on its own that this program never asked for."""
    with engine.connect() as connection:
        found = foreign_parts(connection)
    if found:
        shown = "、".join(p.told for p in found[:5]) + (f"等 {len(found)} 个" if len(found) > 5 else "")
        todo = "它们能让操作不留痕：请停止服务，查明是谁建的，从数据库删除，再运行 assistant audit verify。"
        return Part("数据库", State.BAD, f"里面有不是本系统建立的{shown}", todo)
    return Part("数据库", State.GOOD, "没有不是本系统建立的触发器、规则或者视图")
