"""`audit …`: the trail listed, checked, and cleared of what is kept no longer."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.console import AsJson, console, read_day, show, show_json

if TYPE_CHECKING:
    from assistant.store.audit import AuditEvent


def register(app: typer.Typer) -> None:
    """Put the commands on the app, as one group."""
    group = typer.Typer(help="审计记录：查看、核验、清理。", no_args_is_help=True, rich_markup_mode=None)
    group.command("list")(list_events)
    group.command("verify")(verify)
    group.command("prune")(prune)
    app.add_typer(group, name="audit")


def list_events(
    context: typer.Context,
    actor: Annotated[str, typer.Option("--actor", metavar="用户", help="只列这个用户的。")] = "",
    action: Annotated[str, typer.Option("--action", metavar="种类", help="只列这一种，如 提问、导出、法规库变动。")] = "",
    since: Annotated[date | None, typer.Option("--since", parser=read_day, metavar="日期", help="自这一天起。")] = None,
    until: Annotated[date | None, typer.Option("--until", parser=read_day, metavar="日期", help="到这一天为止（含当天）。")] = None,
    words: Annotated[str, typer.Option("--words", metavar="字词", help="对象或者详情里有这些字词的。")] = "",
    limit: Annotated[int, typer.Option("-n", min=1, max=100_000, help="最多列多少条，最新的在前。")] = 100,
    as_json: AsJson = False,
) -> None:
    """列出审计记录，每行：编号、时间、用户、种类、对象、详情；最新的在前。"""
    from assistant.desk.audit import AuditAction, listed
    from assistant.store.audit import AuditFilter

    if action and action not in list(AuditAction):
        raise typer.BadParameter(f"没有“{action}”这种记录，可选：{'、'.join(AuditAction)}")
    begin = datetime.combine(since, time()) if since else None
    end = datetime.combine(until + timedelta(days=1), time()) if until else None
    found = listed(console(context).open_library(), AuditFilter(actor, action, begin, end, words), limit)
    if as_json:
        show_json({"events": [_as_json(e) for e in found]})
        return
    for event in found:
        show(f"{event.number}\t{event.at:%Y-%m-%d %H:%M:%S}\t{_shown(event)}")
    if not found:
        show("没有符合条件的记录。")


def verify(
    context: typer.Context,
    seal: Annotated[str, typer.Option("--seal", metavar="编号:摘要", help="以前核验时另行记下的封签，对照它可以发现整段重新编制。")] = "",
    as_json: AsJson = False,
) -> None:
    """核验审计记录：改动、缺失、调换、末尾被删都会指出；有问题时退出码为 1。"""
    from assistant.desk.audit_check import verify as check

    if seal and not (seal.partition(":")[0].isdigit() and seal.partition(":")[2]):
        raise typer.BadParameter(f"“{seal}”不是封签，应为 编号:摘要")
    found = check(console(context).open_library(), seal)
    if as_json:
        faults = [{"number": f.number, "fault": f.text} for f in found.faults]
        show_json(
            {"intact": not faults, "rows": found.rows, "first": found.first, "last": found.last, "seal": found.seal, "faults": faults}
        )
    elif found.faults:
        for fault in found.faults:
            show(f"第 {fault.number} 条\t{fault.text}" if fault.number else f"整体\t{fault.text}")
        show(f"审计记录有问题：{len(found.faults)} 处。请保留现场，与备份对照。")
    else:
        show(f"审计记录完整：第 {found.first} 至 {found.last} 条，共 {found.rows} 条。" if found.rows else "审计记录完整：还没有记录。")
        show(f"封签 {found.seal}（请另行保存，以后可用 --seal 对照）")
    if found.faults:
        raise typer.Exit(1)


def prune(context: typer.Context, as_json: AsJson = False) -> None:
    """清除到期的审计内容（见设置 audit_keep_days）；清除本身也记入，不影响核验。"""
    from assistant.desk.audit import console_actor
    from assistant.desk.audit import prune as clear

    here = console(context)
    done = clear(here.open_library(), here.settings, console_actor())
    if as_json:
        show_json({"emptied": done.emptied, "removed": done.removed, "first": done.first})
    else:
        show(f"已清除 {done.emptied} 条的内容，移除开头 {done.removed} 条；现在自第 {done.first} 条起。")


def _shown(event: AuditEvent) -> str:
    if event.salt is None:
        return f"（已清除）\t{event.action}"
    facts = "；".join(f"{name}：{_text(value)}" for name, value in event.details.items())
    return "\t".join(x for x in (event.actor, event.action, event.target, facts) if x)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _as_json(event: AuditEvent) -> dict[str, Any]:
    return {
        "number": event.number,
        "at": event.at.isoformat(timespec="seconds"),
        "actor": event.actor,
        "action": event.action,
        "target": event.target,
        "detail": event.details,
        "hash": event.hash,
        "cleared": event.salt is None,
    }
