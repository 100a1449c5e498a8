"""`matter …`: the matters sent to the law firm, reminders, the hand-over of a matter whose owner has left."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.console import AsJson, console, show, show_json

if TYPE_CHECKING:
    from assistant.store.matters.matters import Matter

app = typer.Typer(help="提交律师的事项：列出、提醒、移交。", no_args_is_help=True)


def register(root: typer.Typer) -> None:
    """Put the commands on the app."""
    root.add_typer(app, name="matter")


@app.command("list")
def listed(
    context: typer.Context,
    state: Annotated[str, typer.Option(metavar="状态", help="只列某个状态的，如 已受理。")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="只列逾期的。")] = False,
    as_json: AsJson = False,
) -> None:
    """列出全部事项的编号、状态、提交人和期限（不含内容）。"""
    from assistant.desk.matters.handover import every
    from assistant.errors import RefusedInput
    from assistant.store.matters.matters import State

    if state and state not in list(State):
        raise RefusedInput(state, f"没有这个状态，可选：{'、'.join(State)}")
    found = every(console(context).open_library(), State(state) if state else None, date.today() if overdue else None)
    if as_json:
        show_json({"matters": [_as_json(m) for m in found]})
        return
    for matter in found:
        due = f"\t希望 {matter.due_on} 前" if matter.due_on else ""
        show(f"{matter.number or matter.id}\t{matter.state.value}\t{matter.owner_name}（{matter.section}）\t{matter.firm}{due}")
    if not found:
        show("没有事项。")


def _as_json(matter: Matter) -> dict[str, Any]:
    return {
        "id": matter.id,
        "number": matter.number,
        "state": matter.state.value,
        "owner": matter.owner_name,
        "section": matter.section,
        "firm": matter.firm,
        "due": matter.due_on.isoformat() if matter.due_on else None,
    }


@app.command("remind")
def remind(context: typer.Context) -> None:
    """提醒即将到期和已逾期的事项；网页服务开着时每天自动提醒，不必另设。"""
    from assistant.desk.matters.notices import remind as remind_all

    here = console(context)
    count = remind_all(here.open_library(), here.settings, date.today())
    show(f"已提醒 {count} 件。")


@app.command("hand-over")
def hand_over(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="编号", help="事项编号（草稿用 matter list 显示的标识）。")],
    login: Annotated[str, typer.Argument(metavar="登录名", help="接手的人。")],
) -> None:
    """把事项移交给另一个人（原提交人离岗时用）；移交记入办理过程和审计。"""
    from assistant.desk.audit.trail import console_actor
    from assistant.desk.matters.handover import hand_over as hand

    matter = hand(console(context).open_library(), number, login, console_actor())
    show(f"{matter.number or matter.id} 已移交给 {matter.owner_name}。")
