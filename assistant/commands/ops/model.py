"""`model`: the language model behind the written answers, tried and counted."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from assistant.commands.console import AsJson, console, show, show_json

model = typer.Typer(help="语言模型：试一试、看用量。", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Put the commands on the app."""
    app.add_typer(model, name="model")


@model.command("check")
def check(context: typer.Context, as_json: AsJson = False) -> None:
    """试用设置的语言模型：能否连上、多快、写的句子能否通过核对。"""
    from assistant.answer.model.check import check_model
    from assistant.answer.service import Assistant

    here = console(context)
    assistant = Assistant(here.settings, here.open_library())
    try:
        found = check_model(here.settings, assistant.model)
    finally:
        assistant.close()
    if as_json:
        show_json(asdict(found))
    else:
        show(f"模型：{found.model}")
        show(f"连接：{'正常' if found.reached else '不通'}")
        first = "—" if found.first_seconds is None else f"{found.first_seconds:.1f} 秒"
        show(f"用时：{found.seconds:.1f} 秒；第一句通过核对：{first}")
        show(f"句子：通过 {found.proved}，初次未通过 {found.refused}")
        show(found.line)
    if not found.reached:
        raise typer.Exit(1)


@model.command("usage")
def usage(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=1, help="最近多少天。")] = 30,
    as_json: AsJson = False,
) -> None:
    """列出语言模型的用量：次数、词元数、用时。"""
    from datetime import datetime, timedelta

    from assistant.store.model_uses import totals

    engine = console(context).open_library()
    with engine.connect() as connection:
        rows = totals(connection, datetime.now() - timedelta(days=days))
    if as_json:
        show_json({"days": days, "usage": [asdict(r) for r in rows]})
        return
    if not rows:
        show(f"最近 {days} 天没有使用语言模型。")
    for row in rows:
        show(f"{row.purpose}\t{row.calls} 次\t输入 {row.prompt_tokens} 词元\t输出 {row.reply_tokens} 词元\t共 {row.seconds:.1f} 秒")
