"""`corpus benchmark` and `corpus review-catalogue`: the bureau's own tables, checked and kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.console import AsJson, AsOf, Console, console, show, show_json
from assistant.errors import RefusedInput
from assistant.law.statute.model import Visibility

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from assistant.library.own_tables import TableImport

Table = Annotated[Path | None, typer.Argument(metavar="[文件]", help="表格：.xlsx、.csv 或 .docx；不写则列出已有的。")]
Remove = Annotated[str | None, typer.Option("--remove", metavar="名称", help="移出以前导入的一张表（导入时的文件名，不带后缀）。")]


def register(group: typer.Typer) -> None:
    """Put the commands on the group `corpus`."""
    group.command("benchmark")(benchmark)
    group.command("review-catalogue")(catalogue)


def benchmark(
    context: typer.Context,
    file: Table = None,
    visibility: Annotated[
        Visibility, typer.Option("--visibility", help="public 公开，internal 内部（不向公众显示）。")
    ] = Visibility.INTERNAL,
    remove: Remove = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """导入本局裁量基准：逐行核对是否在法定幅度以内，超出的拒绝并指明。"""
    from assistant.library.own_tables import import_benchmarks, imported_benchmarks

    here = console(context)
    engine = here.open_library()
    if file is None and remove is None:
        rows = [{"document": name, "rows": count, "visibility": seen} for name, count, seen in imported_benchmarks(engine)]
        _list(rows, as_json)
        return
    _run(here, engine, file, remove, as_json, lambda path: import_benchmarks(engine, here.settings, path, visibility=visibility, day=as_of))


def catalogue(context: typer.Context, file: Table = None, remove: Remove = None, as_json: AsJson = False) -> None:
    """导入本局重大执法决定法制审核目录，据以确定哪些决定须经法制审核和集体讨论。"""
    from assistant.library.own_tables import import_review_catalogue, imported_catalogues

    here = console(context)
    engine = here.open_library()
    if file is None and remove is None:
        _list([{"document": name, "rows": count} for name, count in imported_catalogues(engine)], as_json)
        return
    _run(here, engine, file, remove, as_json, lambda path: import_review_catalogue(engine, here.settings, path))


def _run(here: Console, engine: Engine, file: Path | None, remove: str | None, as_json: bool, take: Callable[[Path], TableImport]) -> None:
    """Remove a table, or import one and say what became of each row."""
    from assistant.desk.audit.trail import AuditAction, console_actor, note
    from assistant.library.own_tables import remove_table

    if remove is not None:
        if file is not None:
            raise typer.BadParameter("--remove 和文件二者取一")
        if not remove_table(engine, remove):
            raise RefusedInput(remove, "没有导入过这张表")
        note(engine, console_actor(), AuditAction.OWN_TABLE, remove, "移出")
        show_json({"removed": remove}) if as_json else show(f"已移出：{remove}")
        return
    assert file is not None
    done = take(file)
    if done.kept:
        note(engine, console_actor(), AuditAction.OWN_TABLE, done.document, {"导入行数": done.kept, "拒绝行数": len(done.refused)})
    if as_json:
        show_json({"document": done.document, "kept": done.kept, "refused": list(done.refused)})
    else:
        for line in done.refused:
            show(f"拒绝\t{line}")
        show(f"{done.document}：导入 {done.kept} 行，拒绝 {len(done.refused)} 行。" + ("" if done.kept else "原有的表没有改动。"))
    if not done.kept:
        raise typer.Exit(1)


def _list(rows: list[dict[str, object]], as_json: bool) -> None:
    if as_json:
        show_json({"documents": rows})
        return
    for row in rows:
        show("\t".join(str(v) for v in row.values()))
    if not rows:
        show("还没有导入；样式见 corpus/templates。")
