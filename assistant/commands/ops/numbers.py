"""`numbers`: the figures of a year for the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.console import AsJson, console, show, show_json
from assistant.errors import RefusedInput

if TYPE_CHECKING:
    from assistant.desk.ops.numbers import NumberGroup, Numbers


def register(app: typer.Typer) -> None:
    """Put the command on the app."""
    app.command("numbers")(numbers)


def numbers(
    context: typer.Context,
    year: Annotated[int | None, typer.Option("--year", min=2000, max=2999, metavar="年份", help="哪一年（默认今年）。")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", metavar="文件", help="另存为 Excel 工作簿。")] = None,
    as_json: AsJson = False,
) -> None:
    """年度数据：咨询、合法性审查、法律顾问、法规库，按月、按年，用年度报告的表述。"""
    from assistant.desk.audit import trail
    from assistant.desk.ops.numbers import numbers as count
    from assistant.desk.ops.numbers_xlsx import as_xlsx

    here = console(context)
    engine = here.open_library()
    found = count(engine, year)
    if xlsx:
        try:
            xlsx.write_bytes(as_xlsx(found, here.settings.bureau_name))
        except OSError as error:
            raise RefusedInput(str(xlsx), f"写不了这个文件（{error.strerror or error}）") from error
        trail.note(engine, trail.console_actor(), trail.AuditAction.EXPORT, f"{found.year}年数据", {"格式": "xlsx"})
    if as_json:
        show_json(_as_json(found))
        return
    show(found.sentence)
    for group in found.groups:
        show(f"\n{group.title}\t" + "\t".join(f"{m}月" for m in range(1, 13)) + "\t合计")
        for row in (*group.rows, *group.parts):
            show(f"{row.label}（{row.unit}）\t" + "\t".join(map(str, row.months)) + f"\t{row.total}")
    if found.states:
        show("\n当年事项：" + "、".join(f"{state} {count}" for state, count in found.states.items()))
    if found.times.answered:
        show(f"答复用时：{found.times.answered} 件，平均 {found.times.mean_days} 天，中位 {found.times.median_days} 天")


def _as_json(found: Numbers) -> dict[str, Any]:
    times = {"answered": found.times.answered, "mean_days": found.times.mean_days, "median_days": found.times.median_days}
    by_year = [
        {"label": label, "unit": unit, "counts": dict(zip(map(str, found.years), counts, strict=True))}
        for label, unit, counts in found.by_year
    ]
    return {
        "year": found.year,
        "sentence": found.sentence,
        "groups": [_group_json(g) for g in found.groups],
        "matters": {"states": found.states, "times": times},
        "years": by_year,
    }


def _group_json(group: NumberGroup) -> dict[str, Any]:
    rows = [(r, True) for r in group.rows] + [(r, False) for r in group.parts]
    return {
        "title": group.title,
        "rows": [{"label": r.label, "unit": r.unit, "months": list(r.months), "total": r.total, "adds_up": adds} for r, adds in rows],
    }
