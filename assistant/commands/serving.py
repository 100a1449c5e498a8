"""`setup` and `serve`: the library and index made ready, and the desks served from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.console import AsJson, console, say, show, show_json

if TYPE_CHECKING:
    from assistant.library.importing import Imported

#: Seconds between two lines of progress.
_EVERY = 2.0


def register(app: typer.Typer) -> None:
    """Put the commands on the app."""
    app.command("setup")(setup)
    app.command("serve")(serve)


def setup(context: typer.Context, as_json: AsJson = False) -> None:
    """准备法规库和索引：导入随附的全国法律，建立索引。可反复运行；中断后再运行会接着做。"""
    from assistant.library.importing import import_package
    from assistant.search.build import sync_index

    here = console(context)
    engine = here.open_library()
    say("导入随附的全国法律……")
    outcomes = Counter(_changed(r) for r in import_package(engine, here.settings, _progress("法律")))
    say("建立索引……")
    synced = sync_index(engine, here.settings, say)
    if as_json:
        index = {"articles": synced.total, "analysed": synced.analysed, "embedded": synced.embedded}
        show_json({"home": str(here.settings.home), "statutes": dict(outcomes), "index": index})
    else:
        counted = "、".join(f"{name} {count}" for name, count in outcomes.items())
        show(f"已就绪：随附法律 {counted}；索引共 {synced.total} 条（本次分析 {synced.analysed}，编码 {synced.embedded}）。")


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="监听的地址（默认见设置 host）。")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="监听的端口（默认见设置 port）。")] = None,
) -> None:
    """启动网页服务并打印地址。"""
    from assistant.web.server import serve as serve_desks

    settings = console(context).settings
    serve_desks(settings, host or settings.host, settings.port if port is None else port)


def _changed(report: Imported) -> str:
    return report.outcome.value


def _progress(what: str) -> Callable[[int, int, str], None]:
    """A progress line at most every other second, and the last one always."""
    last = monotonic()

    def step(done: int, total: int, name: str) -> None:
        nonlocal last
        if done == total or monotonic() - last >= _EVERY:
            last = monotonic()
            say(f"{what} {done}/{total} {name}")

    return step
