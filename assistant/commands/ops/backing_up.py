"""`backup` and `restore`: everything of the home and the database in one archive, and back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.console import AsJson, console, paced, say, show, show_json

Archive = Annotated[Path, typer.Argument(metavar="文件", help="备份文件（.zip）。")]

if TYPE_CHECKING:
    from assistant.desk.ops.restore import Restored


def register(app: typer.Typer) -> None:
    """Put the commands on the app."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(context: typer.Context, file: Archive, as_json: AsJson = False) -> None:
    """备份数据库、附件、本局的文件和设置；服务运行时也可以做。"""
    from assistant.desk.audit.trail import console_actor
    from assistant.desk.ops.backup import backup as make

    here = console(context)
    done = make(here.open_library(), here.settings, file, console_actor())
    if as_json:
        facts = {"path": str(done.path), "size": done.size, "rows": done.rows, "files": done.files}
        show_json(facts | {"left_out": list(done.left_out)})
        return
    show(f"已备份到 {done.path}：{sum(done.rows.values())} 行数据，{done.files} 个文件，{done.size / 1_048_576:.1f} MB。")
    if done.left_out:
        say(f"数据目录里有 {len(done.left_out)} 个文件不是本系统使用的，没有备份：{_listed(done.left_out)}")


def restore(
    context: typer.Context,
    file: Archive,
    force: Annotated[bool, typer.Option("--force", help="数据目录里已有数据时也恢复；原有的先另存在旁边。")] = False,
    with_settings: Annotated[bool, typer.Option("--with-settings", help="备份里的设置也生效；不加时只放在旁边供核对。")] = False,
    check: Annotated[bool, typer.Option("--check", help="只核对备份是否完好，不恢复。")] = False,
    as_json: AsJson = False,
) -> None:
    """恢复备份；损坏的、不完整的拒绝，不动现有的数据。"""
    from assistant.desk.audit.trail import console_actor
    from assistant.desk.ops import restore as service
    from assistant.search.index.build import sync_index

    here = console(context)
    if check:
        found = service.check(file)
        rows, files = sum(found["rows"].values()), sum(name.startswith("files/") for name in found["parts"])
        facts = {"made_at": found["made_at"], "rows": rows, "files": files}
        show_json(facts) if as_json else show(f"备份完好：{found['made_at']} 所作，{rows} 行数据，{files} 个文件。")
        return
    here.open_library().dispose()
    done = service.restore(here.settings, file, console_actor(), force=force, with_settings=with_settings)
    if not as_json:
        _tell(done)
    say("已恢复，更新索引……")
    synced = sync_index(here.open_library(), here.settings, paced())
    if as_json:
        index = {"analysed": synced.analysed, "embedded": synced.embedded}
        before = str(done.before) if done.before else None
        facts = {"made_at": done.made_at, "rows": done.rows, "files": done.files, "before": before, "index": index}
        people = {"administrators": list(done.administrators)}
        show_json(facts | people | {"settings": done.settings, "left_out": list(done.left_out)})


def _tell(done: Restored) -> None:
    """What an administrator must know of a restore: what came back, what did not, and who may do everything now."""
    show(f"已恢复 {done.made_at} 的备份：{done.rows} 行数据，{done.files} 个文件。")
    if done.before:
        show(f"原有的数据另存在 {done.before}")
    if done.settings:
        show(done.settings)
    if done.left_out:
        show(f"备份里有 {len(done.left_out)} 个文件没有恢复（不是本系统使用的，或者内容已损坏）：{_listed(done.left_out)}")
    show(f"现在的管理员账号：{'、'.join(done.administrators) or '没有'}；请核对。所有人都要重新登录。")


def _listed(names: Sequence[str]) -> str:
    """The first names of a list, in one line and without what a terminal would take for a command."""
    shown = "、".join("".join(c for c in name if c.isprintable()) for name in names[:5])
    return f"{shown}等" if len(names) > 5 else shown
