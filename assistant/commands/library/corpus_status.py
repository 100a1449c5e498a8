"""`corpus status`: coverage of the catalogue, and everything on the shelf that is in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.console import AsJson, Console, console, day_text, show, show_json
from assistant.errors import NotOnShelf

if TYPE_CHECKING:
    from assistant.library.shelf.coverage import Coverage, FieldCoverage, Held
    from assistant.library.sources.pull import Pull

#: So many of a long list are named unless all are asked for.
_NAMED = 8


def status(
    context: typer.Context,
    field: Annotated[str | None, typer.Option("--field", metavar="领域", help="只看一个执法领域。")] = None,
    full: Annotated[bool, typer.Option("--full", help="列出全部，不省略。")] = False,
    penalties: Annotated[bool, typer.Option("--penalties", help="只看罚则读出的情况：各层级的罚款条款和金额。")] = False,
    as_json: AsJson = False,
) -> None:
    """本局目录各领域的收录情况：在库的版本、缺少的文件、未读出的事项、来源不一致之处、上次拉取的结果。"""
    from assistant.library.shelf.coverage import coverage

    here = console(context)
    if penalties:
        _penalties(here, as_json)
        return
    found = coverage(here.open_library(), here.settings, date.today())
    fields = [f for f in found.fields if field in (None, f.field)]
    if field and not fields:
        raise NotOnShelf(f"目录中没有“{field}”领域，可选：{'、'.join(f.field for f in found.fields)}")
    if as_json:
        show_json(_as_json(found, fields))
        return
    counts = found.counts
    show(f"法律文件 {counts['statutes']} 件，版本 {counts['versions']} 个，条文 {counts['articles']} 条。")
    show(_pull_line(found.last_pull, found.last_good_pull))
    for of_field in fields:
        _print_field(of_field)
    if field is None:
        _print_doubts(found, full)


def _penalties(here: Console, as_json: bool) -> None:
    """How much of the fines of the texts in force was read, a line a level."""
    from assistant.library.penalty_report import penalty_report

    reports = penalty_report(here.open_library(), date.today())
    rows = [
        {"level": level.value, "paragraphs": r.paragraphs, "whole": r.whole, "partly": r.partly, "none": r.none}
        | {"amounts": r.amounts, "amounts_read": r.amounts_read}
        for level, r in reports.items()
    ]
    if as_json:
        show_json({"penalties": rows})
        return
    for row in rows:
        show(
            f"{row['level']}\t含罚款的款 {row['paragraphs']}：全部读出 {row['whole']}，部分 {row['partly']}，未读 {row['none']}；"
            f"金额 {row['amounts_read']}/{row['amounts']}"
        )


def _print_field(found: FieldCoverage) -> None:
    show(f"\n【{found.field}】在库 {len(found.held) - len(found.missing)}，缺 {len(found.missing)}")
    for held in found.held:
        mark = "★" if held.governing else "　"
        state = "缺" if held.status is None else f"{day_text(held.version)} {held.status.value}"
        show(f"  {mark}{held.statute.title}（{held.statute.level.value}）：{state}")


def _print_doubts(found: Coverage, full: bool) -> None:
    by_fact: dict[str, list[str]] = {}
    for unread in found.unread:
        for fact in unread.facts:
            by_fact.setdefault(fact, []).append(f"{unread.title}（{day_text(unread.version)}）")
    show("\n【未读出的事项】" + ("" if by_fact else "无"))
    for fact, titles in by_fact.items():
        show(f"  {fact} {len(titles)} 件：{_named(titles, full)}")
    ended = [f"{e.title}（{e.status.value}{f'，{e.since}' if e.since else ''}{f'，{e.by}' if e.by else ''}）" for e in found.ended]
    show(f"\n【只有已废止或已被修改文本的】{len(ended)} 件" + (f"：{_named(ended, full)}" if ended else ""))
    by_version: dict[str, list[str]] = {}
    for difference in found.differences:
        key = difference.article_key
        label = key if not key[0].isdigit() else f"第{key}条"
        by_version.setdefault(difference.version_id, []).append(
            f"{label}（{'采用' if difference.taken else '未采用'} {difference.source}）"
        )
    show(f"\n【来源文字不一致的】{len(by_version)} 个版本")
    rows = list(by_version.items())
    for version_id, places in rows if full else rows[:_NAMED]:
        show(f"  {version_id}：{_named(places, full)}")
    if not full and (len(rows) > _NAMED or any(len(t) > _NAMED for t in [*by_fact.values(), ended])):
        show("\n（只列出一部分，全部见 assistant corpus status --full）")


def _named(names: Sequence[str], full: bool) -> str:
    shown = names if full else names[:_NAMED]
    return "、".join(shown) + (" 等" if len(shown) < len(names) else "")


def _pull_line(last: Pull | None, good: Pull | None) -> str:
    if last is None:
        return "公开法规库：尚未拉取（assistant corpus pull）。"
    if not last.reason:
        counted = "、".join(f"{name} {count}" for name, count in last.counts.items())
        return f"公开法规库：{last.at} 拉取 {last.url}{f'（提交 {last.commit[:12]}）' if last.commit else ''}，{counted or '没有目录所列的文件'}。"
    before = f"；上次成功：{good.at}" if good else "；此前没有成功过"
    return f"公开法规库：{last.at} {last.reason}{before}。"


def _as_json(found: Coverage, fields: list[FieldCoverage]) -> dict[str, Any]:
    return {
        "as_of": found.day.isoformat(),
        "counts": found.counts,
        "fields": [
            {"field": f.field, "statutes": [_held_json(h) for h in f.held], "missing": [h.statute.title for h in f.missing]} for f in fields
        ],
        "unread": [{"law": u.title, "version": day_text(u.version), "facts": list(u.facts)} for u in found.unread],
        "ended": [{"law": e.title, "status": e.status.value, "since": str(e.since) if e.since else None, "by": e.by} for e in found.ended],
        "differences": [
            {"law": d.statute, "version": d.version_id.rsplit("@", 1)[-1], "article": d.article_key, "source": d.source, "taken": d.taken}
            for d in found.differences
        ],
        "last_pull": _pull_json(found.last_pull),
        "last_good_pull": _pull_json(found.last_good_pull),
    }


def _held_json(held: Held) -> dict[str, Any]:
    return {
        "law": held.statute.title,
        "level": held.statute.level.value,
        "governing": held.governing,
        "version": None if held.missing else day_text(held.version),
        "status": held.status.value if held.status else None,
        "sources": list(held.sources),
    }


def _pull_json(pull: Pull | None) -> dict[str, Any] | None:
    if pull is None:
        return None
    return {"at": pull.at, "url": pull.url, "commit": pull.commit, "counts": pull.counts, "reason": pull.reason}
