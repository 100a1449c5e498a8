"""`case …`: cases in, found, shown, out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.console import AsJson, Console, console, say, show, show_json
from assistant.errors import RefusedInput
from assistant.law.cases.model import CaseKind
from assistant.law.statute.model import Visibility

if TYPE_CHECKING:
    from assistant.desk.cases.drafts import Draft
    from assistant.store.cases import StoredCase

Identity = Annotated[int, typer.Argument(metavar="编号", min=1, help="案例的编号，见 case list。")]
InField = Annotated[str, typer.Option("--field", metavar="领域", help="执法领域，如 网吧、旅行社。")]
Act = Annotated[str, typer.Option("--act", metavar="行为", help="违法行为，如 接纳未成年人。")]
OfArticle = Annotated[str, typer.Option("--article", metavar="条文", help="适用了哪一条的案例，如 《娱乐场所管理条例》第四十八条。")]


def register(app: typer.Typer) -> None:
    """Put the commands on the app, as one group."""
    group = typer.Typer(help="案例：导入（隐去个人信息）、查找、查看、移出。", no_args_is_help=True, rich_markup_mode=None)
    group.command("add")(add)
    group.command("list")(list_cases)
    group.command("show")(show_case)
    group.command("search")(search)
    group.command("remove")(remove)
    group.command("restore")(restore)
    app.add_typer(group, name="case")


def add(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="文件…", help="公布的案例或本局办结的案卷（DOCX、PDF、Markdown、TXT；ZIP 为一个案卷）。")
    ],
    visibility: Annotated[Visibility, typer.Option(help="public 公众可见，internal 仅本局。")] = Visibility.INTERNAL,
    field: InField = "",
    act: Act = "",
    together: Annotated[bool, typer.Option("--together", help="这些文件是同一个案卷。")] = False,
    companies: Annotated[bool, typer.Option("--companies", help="单位名称也替换。")] = False,
    keep: Annotated[list[str] | None, typer.Option("--keep", metavar="文字", help="不替换的文字，可写多次。")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="不再逐件确认，按列出的替换入库。")] = False,
    as_json: AsJson = False,
) -> None:
    """导入案例：列出要替换的个人信息，确认后入库。"""
    from assistant.desk.audit.trail import console_actor
    from assistant.desk.cases.drafts import publish
    from assistant.desk.cases.reading import read_cases
    from assistant.library.shelf.shelf import Shelf

    here = console(context)
    engine = here.open_library()
    shelf = Shelf(engine)
    reports: list[dict[str, Any]] = []
    for group in [files] if together else [[f] for f in files]:
        try:
            draft = read_cases(
                group, here.settings, shelf, together=True, visibility=visibility, field=field, act=act, companies=companies
            )[0]
            kept = [n for n, d in enumerate(draft.found) if d.text in (keep or ())]
            if not _confirmed(draft, kept, yes or as_json, quiet=as_json):
                reports.append({"name": str(group[0]), "outcome": "未入库", "detail": "没有确认"})
                continue
            case_id, outcome = publish(engine, here.settings, draft, kept=kept, by=console_actor())
        except RefusedInput as refused:
            reports.append({"name": refused.name, "outcome": "拒绝", "detail": refused.reason})
            continue
        reports.append({"name": draft.case.title, "outcome": outcome.value, "id": case_id, "replaced": len(draft.found) - len(kept)})
    if as_json:
        show_json({"files": reports})
    else:
        for r in reports:
            detail = r.get("detail") or f"编号 {r['id']}，替换 {r['replaced']} 处"
            show(f"{r['outcome']}\t{r['name']}\t{detail}")
    if all(r["outcome"] in ("拒绝", "未入库") for r in reports):
        raise typer.Exit(1)


def _confirmed(draft: Draft, kept: list[int], yes: bool, *, quiet: bool) -> bool:
    """Show what will be replaced, and ask; with `yes` the list is shown and not asked about."""
    import sys

    from assistant.desk.cases.drafts import masked_case

    case = draft.case
    if not quiet:
        say(f"\n{case.title}（{case.kind.value}，{case.field or '领域不明'}，{case.day or '日期不明'}）")
        counted = Counter((d.kind.value, d.text, d.replacement, d.certain, n in kept) for n, d in enumerate(draft.found))
        for (kind, text, replacement, certain, stays), times in counted.items():
            shown_as = "（不替换）" if stays else replacement
            say(f"  {kind}\t{text} → {shown_as}\t{times} 处" + ("" if certain else "\t请核对"))
        for remark in case.remarks:
            say(f"  {remark}")
        shown = masked_case(draft, kept)
        say(f"  案情：{shown.facts[:200]}")
    if yes:
        return True
    if not sys.stdin.isatty():
        raise RefusedInput(case.title, "替换没有确认；请在终端里运行，或者核对后加 --yes")
    return typer.confirm("按以上替换入库？", default=False, err=True)


def list_cases(
    context: typer.Context,
    field: InField = "",
    act: Act = "",
    article: OfArticle = "",
    kind: Annotated[CaseKind | None, typer.Option(help="案例的来源。")] = None,
    as_json: AsJson = False,
) -> None:
    """列出案例，每行：编号、来源、公开范围、领域、日期、标题、适用的条文。"""
    _report(console(context), "", field, act, article, kind, 0, as_json)


def search(
    context: typer.Context,
    words: Annotated[str, typer.Argument(metavar="内容", help="一句话，如 晚上放学生进网吧。")] = "",
    field: InField = "",
    act: Act = "",
    article: OfArticle = "",
    limit: Annotated[int, typer.Option("-k", min=1, max=100, help="最多几件。")] = 10,
    as_json: AsJson = False,
) -> None:
    """按内容、领域、行为或适用的条文查找案例。"""
    _report(console(context), words, field, act, article, None, limit, as_json)


def _report(here: Console, words: str, field: str, act: str, article: str, kind: CaseKind | None, limit: int, as_json: bool) -> None:
    from assistant.answer.sections.like_cases import case_json
    from assistant.desk.cases.cases import found
    from assistant.library.shelf.shelf import Shelf
    from assistant.search.case_search import CaseSearch, Wanted

    engine = here.open_library()
    cases = found(CaseSearch(engine, here.settings), Shelf(engine), words, article=article, wanted=Wanted(field, act, kind))
    cases = cases[:limit] if limit else cases
    if as_json:
        show_json({"cases": [case_json(c.stored) | {"score": round(c.score, 4)} for c in cases]})
        return
    for c in cases:
        show(_line(c.stored))
    if not cases:
        show("没有找到案例。")


def show_case(context: typer.Context, case: Identity, as_json: AsJson = False) -> None:
    """显示一件案例和它适用的条文（按案例当时的文本）。"""
    from assistant.answer.sections.like_cases import case_json
    from assistant.desk.cases.cases import shown
    from assistant.library.shelf.shelf import Shelf

    engine = console(context).open_library()
    found = shown(engine, Shelf(engine), case)
    if as_json:
        articles: list[dict[str, Any]] = [
            {"address": a.basis.address, "role": a.basis.role.value, "text": a.found.article.text if a.found else None}
            for a in found.articles
        ]
        show_json(case_json(found.stored) | {"articles": articles})
        return
    one = found.case
    show(_line(found.stored))
    for title, text in (
        ("", one.notice),
        ("案情", one.facts),
        ("处理", one.decision),
        ("理由", one.findings),
        ("怎样改正", one.correction),
        ("道理", "\n".join(one.lesson)),
    ):
        if text:
            show(f"\n【{title}】\n{text}" if title else f"\n{text}")
    show("\n【适用的条文】")
    for a in found.articles:
        show(f"{a.basis.role.value}　{a.basis.address}\n{a.found.article.text if a.found else '库中没有这一文本'}")


def remove(context: typer.Context, case: Identity) -> None:
    """移出一件案例；可用 case restore 恢复。"""
    from assistant.desk.audit.trail import console_actor
    from assistant.desk.cases.cases import remove as take_out

    show(f"已移出\t{take_out(console(context).open_library(), case, console_actor()).case.title}")


def restore(context: typer.Context, case: Identity) -> None:
    """恢复一件移出的案例。"""
    from assistant.desk.audit.trail import console_actor
    from assistant.desk.cases.cases import restore as put_back

    show(f"已恢复\t{put_back(console(context).open_library(), case, console_actor()).case.title}")


def _line(stored: StoredCase) -> str:
    case = stored.case
    shown = "公开" if case.visibility is Visibility.PUBLIC else "内部"
    basis = "、".join(b.address for b in case.basis)
    return f"{stored.id}\t{case.kind.value}\t{shown}\t{case.field}\t{case.day or ''}\t{case.title}\t{basis}"
