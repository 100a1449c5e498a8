"""`audit …`: the trail listed, checked, and cleared of what is kept no longer."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.console import AsJson, console, read_day, say, show, show_json
from assistant.errors import RefusedInput

if TYPE_CHECKING:
    from assistant.store.audit import AuditEvent


def register(app: typer.Typer) -> None:
    """Put the commands on the app, as one group."""
    group = typer.Typer(help="审计记录：查看、核验、清理。", no_args_is_help=True, rich_markup_mode=None)
    group.command("list")(list_events)
    group.command("verify")(verify)
    group.command("prune")(prune)
    group.command("seal")(seal)
    group.command("key")(start_anew)
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
    from assistant.desk.audit.trail import AuditAction, listed
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
    seal: Annotated[str, typer.Option("--seal", metavar="编号:摘要", help="以前另行记下的封签，对照它可以发现整段重新编制。")] = "",
    seals: Annotated[Path | None, typer.Option("--seals", metavar="文件", help="另行保存的封签文件，逐个对照。")] = None,
    as_json: AsJson = False,
) -> None:
    """核验审计记录：改动、缺失、调换、末尾被删、没有签署的清理都会指出；有问题时退出码为 1。"""
    from assistant.desk.audit.check import read_seal
    from assistant.desk.audit.check import verify as check
    from assistant.desk.audit.key import key_of
    from assistant.desk.audit.seals import known_seals, seals_in

    given = read_seal(seal) if seal else None
    if seal and given is None:
        raise typer.BadParameter(f"“{seal}”不是封签，应为 编号:摘要")
    here = console(context)
    kept = [*known_seals(here.settings), *(seals_in(seals) if seals else []), *([given] if given else [])]
    found = check(here.open_library(), key_of(here.settings), kept)
    if as_json:
        faults = [{"number": f.number, "fault": f.text} for f in found.faults]
        ends = {"rows": found.rows, "first": found.first, "last": found.last, "seal": found.seal, "seals": len(kept)}
        show_json({"intact": not faults} | ends | {"faults": faults, "remarks": list(found.remarks)})
    elif found.faults:
        for fault in found.faults:
            show(f"第 {fault.number} 条\t{fault.text}" if fault.number else f"整体\t{fault.text}")
        show(f"审计记录有问题：{len(found.faults)} 处。请保留现场，与备份对照。")
    else:
        for remark in found.remarks:
            show(remark)
        show(f"审计记录完整：第 {found.first} 至 {found.last} 条，共 {found.rows} 条。" if found.rows else "审计记录完整：还没有记录。")
        show(f"封签 {found.seal}（请另行保存，以后可用 --seal 对照）")
    if found.faults:
        raise typer.Exit(1)


def prune(context: typer.Context, as_json: AsJson = False) -> None:
    """清除到期的审计内容（见设置 audit_keep_days）；清除本身签署后记入，不影响核验。核验有问题时不清除。"""
    from assistant.desk.audit.clearing import prune as clear
    from assistant.desk.audit.trail import console_actor

    here = console(context)
    done = clear(here.open_library(), here.settings, console_actor())
    if as_json:
        show_json({"emptied": done.emptied, "removed": done.removed, "first": done.first})
    else:
        show(f"已清除 {done.emptied} 条的内容，移除开头 {done.removed} 条；现在自第 {done.first} 条起。")


def seal(context: typer.Context) -> None:
    """立即核验并封签，写到各个封签文件、发到设好的渠道；网页服务平时每天自己做。"""
    from assistant.desk.audit.seals import behind, seal_now

    here = console(context)
    made = seal_now(here.open_library(), here.settings, due=True)
    if made is None:
        raise RefusedInput("审计记录", "核验有问题，没有封签，请运行 assistant audit verify")
    show(f"封签 {made.number}:{made.hash}")
    if behind(here.settings):
        say(f"没有写到 {here.settings.audit_head_file}，请检查路径和权限。")


def start_anew(
    context: typer.Context,
    confirmed: Annotated[bool, typer.Option("--yes", help="核验有问题也照现在的样子承认，此后以它为准。")] = False,
) -> None:
    """启用审计密钥：换了数据库、恢复了别处的备份或者丢了密钥以后，由管理员核验并承认现有的记录，另起封签。"""
    from assistant.desk.audit import clearing
    from assistant.desk.audit import seals as audit_seals
    from assistant.desk.audit.check import verify as check
    from assistant.desk.audit.key import key_of, make_key
    from assistant.desk.audit.trail import console_actor

    here = console(context)
    engine = here.open_library()
    key = key_of(here.settings)
    faults = check(engine, key, audit_seals.known_seals(here.settings)).faults
    for fault in faults:
        show(f"第 {fault.number} 条\t{fault.text}" if fault.number else f"整体\t{fault.text}")
    if faults and not confirmed:
        raise RefusedInput("审计记录", f"核验有 {len(faults)} 处问题；查明原因后，确要照现在的样子承认，请加 --yes")
    audit_seals.begin_anew(here.settings)
    clearing.take_on(engine, here.settings, key or make_key(here.settings), console_actor())
    show("已启用审计密钥，承认了现有的记录，并另起封签；这一步已记入审计。")


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
