"""`corpus …`: documents in, and what is on the shelf."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands.console import AsJson, AsOf, Console, console, day_text, paced, say, show, show_json
from assistant.commands.library import own_tables
from assistant.commands.library.corpus_status import status
from assistant.errors import NotOnShelf, PullFailed
from assistant.law.statute.model import Level, Visibility

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from assistant.library.shelf.shelf import Shelf
    from assistant.library.sources.importing import Imported
    from assistant.store.records import ShelfArticle, Statute, Version


def register(app: typer.Typer) -> None:
    """Put the commands on the app, as one group."""
    group = typer.Typer(help="法规库：导入、拉取、查看。", no_args_is_help=True, rich_markup_mode=None)
    group.command("add")(add)
    group.command("pull")(pull)
    group.command("list")(list_statutes)
    group.command("show")(show_statute)
    group.command("status")(status)
    own_tables.register(group)
    app.add_typer(group, name="corpus")


def add(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="路径…", help="文件或文件夹（Markdown、TXT、HTML、DOCX、PDF）。")],
    level: Annotated[Level | None, typer.Option(help="文件没有写明时的效力层级。")] = None,
    visibility: Annotated[Visibility, typer.Option(help="public 公开，internal 内部（不向公众显示）。")] = Visibility.PUBLIC,
    as_json: AsJson = False,
) -> None:
    """导入文件或文件夹，每个文件一行：新增、无变化、新版本、已补充，或者拒绝及原因。"""
    from assistant.desk.audit.trail import console_actor
    from assistant.desk.library.imports import import_documents

    here = console(context)
    engine = here.open_library()
    reports = []
    for imported in import_documents(engine, here.settings, paths, console_actor(), level=level, visibility=visibility):
        reports.append(imported)
        if not as_json:
            show(_line(imported))
        _warn(imported)
    index = _sync(engine, here)
    if as_json:
        show_json({"files": [_file_json(r) for r in reports], "index": index})
    if not reports:
        say("没有找到可以导入的文件。")
    if all(_refused(r) for r in reports):
        raise typer.Exit(1)


def pull(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="[地址]", help="git 地址或本地路径（默认见设置 corpus_url）。")] = "",
    everything: Annotated[bool, typer.Option("--all", help="导入全部，不限于本局目录所列。")] = False,
    as_json: AsJson = False,
) -> None:
    """拉取公开法规库，导入本局目录所列的法律、法规、规章。没有网络时说明后退出，原有内容不变。"""
    from assistant.desk.audit.trail import console_actor
    from assistant.desk.changes.stubs import kept_aside
    from assistant.desk.library.imports import in_trail
    from assistant.library.sources.pull import pull as fetch

    here = console(context)
    engine = here.open_library()
    say(f"拉取 {url or here.settings.corpus_url} ……")
    reports: list[Imported] = []

    def report(imported: Imported) -> None:
        reports.append(imported)
        if not as_json:
            show(_line(imported))
        _warn(imported)

    actor = console_actor()
    aside = kept_aside(here.settings, actor, f"拉取 {url or here.settings.corpus_url}"[:300])
    try:
        done = fetch(engine, here.settings, url, everything=everything, report=report, taken=in_trail(actor), aside=aside)
    except PullFailed:
        missing = _missing_count(engine, here)
        if missing:
            say(f"目录所列尚有 {missing} 件不在库中，可联网后再试，或用 assistant corpus add 导入文件；详见 assistant corpus status。")
        raise
    index = _sync(engine, here)
    if as_json:
        summary = {"at": done.at, "url": done.url, "commit": done.commit, "counts": done.counts}
        show_json({**summary, "files": [_file_json(r) for r in reports], "index": index})
    else:
        counted = "、".join(f"{name} {count}" for name, count in done.counts.items()) or "没有目录所列的文件"
        show(f"已拉取{f'（提交 {done.commit[:12]}）' if done.commit else ''}：{counted}。")


def list_statutes(
    context: typer.Context,
    level: Annotated[Level | None, typer.Option(help="只列这一层级。")] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """列出库中的法律文件及其版本。"""
    shelf = _shelf(console(context))
    day = as_of or date.today()
    rows = [(s, shelf.versions(s.id)) for s in shelf.statutes() if level in (None, s.level)]
    if as_json:
        show_json({"statutes": [_statute_json(s, versions, day) for s, versions in rows]})
        return
    for statute, versions in rows:
        dated = "；".join(f"{day_text(v.version_date)} {v.status_on(day).value}" for v in versions)
        show(f"{statute.level.value if statute.level else '层级不明'}\t{statute.title}\t{dated}")


def show_statute(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="名称", help="法律文件的名称或简称。")],
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """显示一件法律文件在某一天的文本（默认今天）。"""
    shelf = _shelf(console(context))
    statute = shelf.require_statute(name)
    day = as_of or date.today()
    versions = shelf.versions(statute.id)
    # Without a day asked for, a text that has yet to begin is better than none.
    version = shelf.version_on(statute.id, day) or (versions[0] if as_of is None else None)
    if version is None:
        raise NotOnShelf(f"《{statute.title}》在 {day} 的文本不在库中，最早的版本自 {day_text(versions[0].binds_from)} 起")
    articles = shelf.articles(version.id)
    if as_json:
        body = _statute_json(statute, versions, day)
        show_json(body | _version_json(version, day) | {"articles": [_article_json(a) for a in articles]})
    else:
        _print_statute(statute, version, articles, day)


def _print_statute(statute: Statute, version: Version, articles: tuple[ShelfArticle, ...], day: date) -> None:
    show(f"{statute.title}（{day_text(version.version_date)}，{version.status_on(day).value}）")
    facts = [statute.level.value if statute.level else "", statute.issuer, statute.region, version.doc_number]
    facts.append(f"{version.effective_from} 起施行" if version.effective_from else "")
    facts.append(f"{version.effective_to} 起由新版本代替" if version.effective_to else "")
    facts.append(f"{version.repealed_from} 起由{version.repealed_by}废止" if version.repealed_from else "")
    show("　".join(f for f in facts if f))
    place = ("", "", "")
    for found in articles:
        article = found.article
        here = (article.part, article.chapter, article.section)
        for before, heading in zip(place, here, strict=True):
            if heading and heading != before:
                show(f"\n{heading}")
        place = here
        show(f"{article.label}　{article.text}" if article.number else article.text)
    for tail in (version.signature, version.appendix):
        if tail:
            show(f"\n{tail}")


def _shelf(here: Console) -> Shelf:
    from assistant.library.shelf.shelf import Shelf

    return Shelf(here.open_library())


def _sync(engine: Engine, here: Console) -> dict[str, int]:
    """Bring the index up to date where the library changed; the counts of what was done, in articles."""
    from assistant.search.index.build import needs_sync, sync_index

    if not needs_sync(engine, here.settings):
        return {"analysed": 0, "embedded": 0}
    say("更新索引……")
    synced = sync_index(engine, here.settings, paced())
    return {"analysed": synced.analysed, "embedded": synced.embedded}


def _missing_count(engine: Engine, here: Console) -> int:
    from assistant.library.shelf.coverage import coverage

    found = coverage(engine, here.settings, date.today())
    return len({held.statute.key for of_field in found.fields for held in of_field.missing})


def _refused(imported: Imported) -> bool:
    from assistant.library.shelf.shelving import Placed

    return imported.outcome is Placed.REFUSED


def _warn(imported: Imported) -> None:
    """Say on the side what is doubtful about a text: the report keeps one line a file."""
    if imported.doubts:
        say(f"注意 《{imported.title}》：{'；'.join(imported.doubts)}。")


def _line(imported: Imported) -> str:
    what = f"《{imported.title}》{imported.version}，{imported.articles} 条" if imported.title else ""
    return f"{imported.outcome.value}\t{imported.name}\t" + "　".join(x for x in (what, imported.detail) if x)


def _file_json(imported: Imported) -> dict[str, Any]:
    return {
        "name": imported.name,
        "outcome": imported.outcome.value,
        "law": imported.title,
        "version": imported.version,
        "articles": imported.articles,
        "detail": imported.detail,
        "doubts": list(imported.doubts),
    }


def _statute_json(statute: Statute, versions: list[Version], day: date) -> dict[str, Any]:
    return {
        "law": statute.title,
        "level": statute.level.value if statute.level else "",
        "issuer": statute.issuer,
        "region": statute.region,
        "visibility": statute.visibility,
        "versions": [_version_json(v, day) for v in versions],
    }


def _version_json(version: Version, day: date) -> dict[str, Any]:
    return {
        "version": day_text(version.version_date),
        "status": version.status_on(day).value,
        "doc_number": version.doc_number,
        "effective_from": _iso(version.effective_from),
        "effective_to": _iso(version.effective_to),
        "repealed_from": _iso(version.repealed_from),
        "repealed_by": version.repealed_by,
    }


def _article_json(found: ShelfArticle) -> dict[str, Any]:
    article = found.article
    place = {"part": article.part, "chapter": article.chapter, "section": article.section}
    return {"id": found.id, "article": article.label, **place, "text": article.text}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
