"""`notify …`: sending what is queued once, how the channels do, a test message, sending again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.console import AsJson, console, show, show_json

if TYPE_CHECKING:
    from assistant.desk.notify.delivery import ChannelState


def register(app: typer.Typer) -> None:
    """Put the commands on the app, as one group."""
    group = typer.Typer(help="通知：发送、查看渠道、测试。", no_args_is_help=True, rich_markup_mode=None)
    group.command("send")(send)
    group.command("status")(status)
    group.command("test")(test)
    group.command("again")(again)
    app.add_typer(group, name="notify")


def send(context: typer.Context, as_json: AsJson = False) -> None:
    """把到时间的通知发送一遍（服务运行时会自动发送，不必另外运行）。"""
    from assistant.desk.notify.delivery import deliver_due

    here = console(context)
    done = deliver_due(here.open_library(), here.settings)
    if as_json:
        show_json({status.value: count for status, count in done.items()})
    else:
        show("、".join(f"{status.value} {count}" for status, count in done.items()) or "没有要发送的通知。")


def status(context: typer.Context, as_json: AsJson = False) -> None:
    """各渠道的状态，和没有发出去的通知。"""
    from assistant.desk.notify.delivery import channel_states, stuck

    here = console(context)
    engine = here.open_library()
    states, left = channel_states(engine, here.settings), stuck(engine)
    if as_json:
        rows = [{"id": d.id, "channel": d.channel, "status": d.status.value, "attempts": d.attempts, "error": d.error} for d in left]
        show_json({"channels": [_as_json(s) for s in states], "stuck": rows})
        return
    for state in states:
        counted = "、".join(f"{s.value} {n}" for s, n in state.counts.items())
        parts = [
            state.channel.value,
            "已设置" if state.configured else "未设置",
            counted,
            f"最近的问题：{state.trouble}" if state.trouble else "",
        ]
        show("\t".join(p for p in parts if p))
    for d in left:
        show(f"{d.id}\t{d.channel}\t{d.status.value}\t{d.told.kind}：{d.told.number}\t已试 {d.attempts} 次\t{d.error}")


def test(
    context: typer.Context,
    login: Annotated[str, typer.Argument(metavar="登录名", help="通知谁：页面里一条，有邮箱的再发一封邮件。")],
) -> None:
    """向设置好的各渠道发一条测试通知，并说明结果。"""
    from assistant.desk.notify.delivery import channel_states, deliver_due
    from assistant.desk.notify.notifications import Notice, NoticeKind, notify
    from assistant.desk.people import accounts
    from assistant.store.engine import writing

    here = console(context)
    engine = here.open_library()
    found = next((a for a in accounts.accounts(engine) if a.login == login.strip().lower()), None)
    if found is None:
        raise accounts.NoAccount(login)
    moment = datetime.now()
    notice = Notice(f"test:{moment:%Y%m%d%H%M%S%f}", NoticeKind.TEST, f"{moment:%Y%m%d-%H%M%S}", "/")
    with writing(engine) as connection:
        notify(connection, here.settings, notice, [found.id])
    done = deliver_due(engine, here.settings)
    show(
        "、".join(f"{status.value} {count}" for status, count in done.items()) or "只在页面里通知了：没有设置其他渠道，或者收件人没有邮箱。"
    )
    for state in channel_states(engine, here.settings):
        if state.configured and state.trouble:
            show(f"{state.channel.value}\t{state.trouble}")


def again(context: typer.Context, number: Annotated[int, typer.Argument(metavar="编号", min=1, help="见 notify status。")]) -> None:
    """把一条未发出或者不确定的通知再发一次。"""
    from assistant.desk.notify.delivery import send_again

    send_again(console(context).open_library(), number)
    show("已放回队列，几秒内再发。")


def _as_json(state: ChannelState) -> dict[str, Any]:
    sent = state.last_sent.isoformat(timespec="seconds") if state.last_sent else None
    counts = {status.value: count for status, count in state.counts.items()}
    return {"channel": state.channel.value, "configured": state.configured, "counts": counts, "last_sent": sent, "trouble": state.trouble}
