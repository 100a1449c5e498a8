"""`left …`: the questions visitors left, and the deletion of their contacts."""

from __future__ import annotations

import typer

from assistant.commands.console import AsJson, console, show, show_json


def register(app: typer.Typer) -> None:
    """Put the commands on the app, as one group."""
    group = typer.Typer(help="公众留言：列出，删除到期的联系方式。", no_args_is_help=True, rich_markup_mode=None)
    group.command("list")(list_left)
    group.command("purge")(purge)
    app.add_typer(group, name="left")


def list_left(context: typer.Context, as_json: AsJson = False) -> None:
    """列出公众留言，每行：编号、状态、日期、问题；不显示联系方式。"""
    from assistant.desk.public import messages

    found = messages.left_questions(console(context).open_library())
    if as_json:
        rows = [{"number": q.number, "state": q.state.value, "left": q.created_at.isoformat(), "question": q.question} for q in found]
        show_json({"questions": rows})
        return
    if not found:
        show("没有留言。")
    for q in found:
        show(f"{q.number}\t{q.state.value}\t{q.created_at:%Y-%m-%d}\t{' '.join(q.question.split())}")


def purge(context: typer.Context, as_json: AsJson = False) -> None:
    """删除到期的联系方式，打印删除了几条；网页服务平时自己会做。"""
    from assistant.desk.public import messages

    count = messages.purge(console(context).open_library())
    if as_json:
        show_json({"purged": count})
        return
    show(f"删除了 {count} 条到期的联系方式。")
