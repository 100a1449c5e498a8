"""`setup` and `serve`: the library and index made ready, and the desks served from them."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from assistant.commands.console import AsJson, console, paced, show, show_json


def register(app: typer.Typer) -> None:
    """Put the commands on the app."""
    app.command("setup")(setup)
    app.command("serve")(serve)


def setup(context: typer.Context, as_json: AsJson = False) -> None:
    """准备法规库和索引：导入随附的全国法律，建立索引。可反复运行；中断后再运行会接着做。"""
    from assistant.desk.audit.trail import console_actor
    from assistant.desk.cases.cases import load_teaching
    from assistant.desk.changes.stubs import kept_aside
    from assistant.desk.library.imports import in_trail
    from assistant.desk.people.accounts import first_administrator
    from assistant.library.sources.importing import import_package
    from assistant.search.index.build import sync_index

    here = console(context)
    engine = here.open_library()
    tell = paced()
    tell("导入随附的全国法律……")
    actor = console_actor()
    imported = import_package(
        engine,
        here.settings,
        lambda done, total, name: tell(f"法律 {done}/{total} {name}"),
        in_trail(actor),
        kept_aside(here.settings, actor, "随程序安装的法律"),
    )
    outcomes = Counter(r.outcome.value for r in imported)
    tell("载入教学案例……")
    cases = load_teaching(engine, here.settings)
    tell("建立索引……")
    synced = sync_index(engine, here.settings, tell)
    made = first_administrator(engine)
    if as_json:
        index = {"articles": synced.total, "analysed": synced.analysed, "embedded": synced.embedded}
        first = {"login": made.account.login, "password": made.password} if made else None
        show_json(
            {
                "home": str(here.settings.home),
                "statutes": dict(outcomes),
                "cases": {o.value: n for o, n in cases.items()},
                "index": index,
                "administrator": first,
            }
        )
    else:
        counted = "、".join(f"{name} {count}" for name, count in outcomes.items())
        show(
            f"已就绪：随附法律 {counted}；教学案例 {cases.total()} 件；索引共 {synced.total} 条（本次分析 {synced.analysed}，编码 {synced.embedded}）。"
        )
        if made:
            show(f"已建立管理员账号：登录名 {made.account.login}，一次性密码 {made.password}（只显示这一次，第一次登录时要改）")


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="监听的地址（默认见设置 host）。")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="监听的端口（默认见设置 port）。")] = None,
) -> None:
    """启动网页服务并打印地址。"""
    from assistant.web.server import serve as serve_desks

    settings = console(context).settings
    serve_desks(settings, host or settings.host, settings.port if port is None else port)
