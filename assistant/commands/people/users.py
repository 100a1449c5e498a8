"""`user`: accounts made, disabled, given a new password, let in again after wrong ones."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.console import AsJson, console, show, show_json

if TYPE_CHECKING:
    from assistant.desk.people.accounts import NewAccount

app = typer.Typer(help="账号：开设、停用、重置密码、解除等待。", no_args_is_help=True)


class RoleWord(StrEnum):
    """The roles on the command line."""

    STAFF = "staff"
    REVIEWER = "reviewer"
    COUNSEL = "counsel"
    ADMIN = "admin"


Login = Annotated[str, typer.Argument(metavar="登录名", help="登录名，不分大小写。")]


def register(root: typer.Typer) -> None:
    """Put the commands on the app."""
    root.add_typer(app, name="user")


@app.command("add")
def add(
    context: typer.Context,
    login: Login,
    name: Annotated[str, typer.Option(help="姓名。")],
    role: Annotated[RoleWord, typer.Option(help="staff 经办，reviewer 法制审核员，counsel 律师，admin 管理员。")] = RoleWord.STAFF,
    section: Annotated[str, typer.Option(help="科室；律师写事务所。")] = "",
    as_json: AsJson = False,
) -> None:
    """开设账号，打印一次性密码（只显示这一次，第一次登录时要改）。"""
    from assistant.desk.audit.trail import console_actor
    from assistant.desk.people import accounts

    _show_new(accounts.add(console(context).open_library(), login, name, accounts.Role[role.name], section, by=console_actor()), as_json)


@app.command("reset")
def reset(context: typer.Context, login: Login, as_json: AsJson = False) -> None:
    """重置密码并解除等待，打印新的一次性密码；原来的登录全部退出。"""
    from assistant.desk.audit.trail import console_actor
    from assistant.desk.people import accounts

    _show_new(accounts.reset(console(context).open_library(), login, by=console_actor()), as_json)


@app.command("disable")
def disable(context: typer.Context, login: Login) -> None:
    """停用账号；正在用的登录立即退出，已做的事都保留。"""
    _set_disabled(context, login, True)


@app.command("enable")
def enable(context: typer.Context, login: Login) -> None:
    """恢复停用的账号，并解除等待。"""
    _set_disabled(context, login, False)


@app.command("unlock")
def unlock(context: typer.Context, login: Login) -> None:
    """解除一个账号因连续输错密码而有的等待；密码不变。"""
    from assistant.desk.audit.trail import console_actor
    from assistant.desk.people import accounts

    changed = accounts.unlock(console(context).open_library(), login, by=console_actor())
    show(f"已解除等待：{changed.login}（{changed.name}）")


@app.command("list")
def list_accounts(context: typer.Context, as_json: AsJson = False) -> None:
    """列出全部账号。"""
    from assistant.desk.people import accounts

    found = accounts.accounts(console(context).open_library())
    if as_json:
        show_json([{"login": a.login, "name": a.name, "role": a.role.value, "section": a.section, "disabled": a.disabled} for a in found])
        return
    for a in found:
        show(f"{a.login}\t{a.name}\t{a.role}\t{a.section}\t{'已停用' if a.disabled else '可用'}")
    if not found:
        show("还没有账号，运行 assistant setup 会建立第一个管理员。")


def _set_disabled(context: typer.Context, login: str, disabled: bool) -> None:
    from assistant.desk.audit.trail import console_actor
    from assistant.desk.people import accounts

    changed = accounts.set_disabled(console(context).open_library(), login, disabled, by=console_actor())
    show(f"已{'停用' if disabled else '恢复'}：{changed.login}（{changed.name}）")


def _show_new(made: NewAccount, as_json: bool) -> None:
    if as_json:
        show_json({"login": made.account.login, "password": made.password})
    else:
        show(f"登录名 {made.account.login}，一次性密码 {made.password}（只显示这一次，第一次登录时要改）")
