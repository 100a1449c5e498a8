"""Bringing files, folders and the packaged statutes into the library, one transaction a file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.errors import AssistantError, RefusedInput
from assistant.law.statute.model import Level, ParsedDocument, Visibility
from assistant.law.statute.parse import parse_document
from assistant.library.readers import READERS, read_file
from assistant.library.shelf.measuring import measure
from assistant.library.shelf.shelving import Placed, Placement, Prepared, Source, check_size, place, prepare
from assistant.library.sources.packaged import packaged_documents
from assistant.store.engine import writing

Progress = Callable[[int, int, str], None]
#: Told of an import inside its transaction, so that what it writes is taken together with the document or not at all.
Taken = Callable[[Connection, "Imported"], None]
#: Reads a file as `read_document` does, here or elsewhere.
Read = Callable[[Path, Settings, Level | None], ParsedDocument]
#: Keeps a text that would take the place of one with more than twice its articles, inside the transaction: it is not placed.
#: Given are the document, its source, its file where it has one, and what is doubtful about it.
Aside = Callable[[Connection, ParsedDocument, Source, Path | None, tuple[str, ...]], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """One line of an import's report."""

    name: str
    outcome: Placed
    title: str = ""
    version: str = ""
    articles: int = 0
    detail: str = ""
    doubts: tuple[str, ...] = ()
    digest: str = ""


def import_paths(
    engine: Engine,
    settings: Settings,
    paths: Iterable[Path],
    *,
    kind: str = "upload",
    level: Level | None = None,
    visibility: Visibility = Visibility.PUBLIC,
    keep: Callable[[Path], bool] = lambda _: True,
    taken: Taken | None = None,
    read: Read | None = None,
    aside: Aside | None = None,
) -> Iterator[Imported]:
    """Import files and folders, yielding one report a file as it is done.

    A file that cannot be taken is reported as refused with the reason; the rest goes on. What
    was reported is committed: an interrupted import goes on where it stopped. `taken` is told of each file taken;
    `read` reads a file, `read_document` where none is given; with `aside`, a text that would lose most of the articles held goes there and changes nothing.
    """
    for path in paths:
        if not path.exists():
            yield Imported(str(path), Placed.REFUSED, detail="没有这个文件或文件夹")
            continue
        for file, refusal in _files(path):
            if not keep(file):
                continue
            if refusal:
                yield Imported(str(file), Placed.REFUSED, detail=refusal)
            else:
                yield _import_file(engine, settings, file, kind, level, visibility, taken, aside, read or read_document)


def import_package(
    engine: Engine, settings: Settings, progress: Progress | None = None, taken: Taken | None = None, aside: Aside | None = None
) -> list[Imported]:
    """Import the packaged national statutes, one transaction each; already placed ones are quick. `taken`, `aside` as for files."""
    documents = list(packaged_documents())
    out = []
    for index, (document, source) in enumerate(documents, 1):
        ready = prepare(document)
        with writing(engine) as connection:
            name = f"{source.name}：{document.title}"
            out.append(_placed(connection, settings, name, ready, source, None, Visibility.PUBLIC, aside))
            if taken:
                taken(connection, out[-1])
        if progress:
            progress(index, len(documents), document.title)
    return out


def _files(path: Path) -> Iterator[tuple[Path, str]]:
    """(file, reason to refuse or '') for a file or every file of a folder, in a fixed order."""
    if path.is_file():
        yield path, ""
        return
    root = path.resolve()
    for file in sorted(p for p in path.rglob("*") if p.is_symlink() or p.is_file()):
        if any(part.startswith(".") for part in file.relative_to(path).parts):
            continue
        if not file.resolve().is_relative_to(root):
            yield file, "链接指向文件夹之外，不予导入"
        elif file.is_file() and file.name.lower() not in {"readme.md", "license", "license.md"} and file.suffix.lower() in READERS:
            yield file, ""
        elif file.is_file() and file.suffix.lower() in {".doc", ".wps", ".ofd", ".rtf", ".xlsx", ".xls", ".jpg", ".png"}:
            yield file, f"不支持的格式（可导入 {'、'.join(sorted(READERS))}）"


def _import_file(
    engine: Engine,
    settings: Settings,
    file: Path,
    kind: str,
    level: Level | None,
    visibility: Visibility,
    taken: Taken | None,
    aside: Aside | None,
    read: Read,
) -> Imported:
    try:
        document = read(file, settings, level)
        source = Source(kind, file.name, hashlib.sha256(file.read_bytes()).hexdigest())
        ready = prepare(document)
        with writing(engine) as connection:
            report = _placed(connection, settings, str(file), ready, source, file, visibility, aside)
            if taken:
                taken(connection, report)
    except RefusedInput as error:
        return Imported(str(file), Placed.REFUSED, detail=error.reason)
    except AssistantError as error:
        return Imported(str(file), Placed.REFUSED, detail=str(error))
    except OSError as error:
        return Imported(str(file), Placed.REFUSED, detail=f"读不了这个文件（{error.strerror or error}）")
    return report


def _placed(
    connection: Connection,
    settings: Settings,
    name: str,
    ready: Prepared,
    source: Source,
    file: Path | None,
    visibility: Visibility,
    aside: Aside | None,
) -> Imported:
    """Put a document on the shelf, or aside; the report says what is doubtful about it either way."""
    document = ready.document
    measured = measure(connection, document, source)
    if aside and measured.stub:
        aside(connection, document, source, file, measured.doubts)
        told = "比库里的少一大半条文，没有替换，留给管理员决定"
        return Imported(name, Placed.ASIDE, document.title, _day(document), len(document.articles), told, measured.doubts, source.digest)
    placement = place(connection, document, source, order=tuple(settings.source_order), visibility=visibility, prepared=ready)
    found = () if placement.outcome is Placed.UNCHANGED else measured.doubts
    return replace(_report(name, document, placement), doubts=found, digest=source.digest)


def _day(document: ParsedDocument) -> str:
    return str(document.version_date or "undated")


def read_document(file: Path, settings: Settings, level: Level | None = None) -> ParsedDocument:
    """Return the parsed document of a file; raises RefusedInput where it is no legal document, or larger than any."""
    document = parse_document(read_file(file, settings), file.stem, level or folder_level(file))
    if not document.articles:
        raise RefusedInput(str(file), "没有读到正文")
    check_size(document)
    known = document.level or document.version_date or document.doc_number
    if not document.has_articles and not known:
        raise RefusedInput(str(file), "不像法律文件（没有条文、公布机关、日期或文号）；确需入库请用 --level 指明效力层级")
    return document


def folder_level(file: Path) -> Level | None:
    """The level a collection's folder names (LawRefBook layout: 法律/, 行政法规/, 案例/ …)."""
    names = {level.value: level for level in Level}
    return next((names[part] for part in reversed(file.parent.parts) if part in names), None)


def _report(name: str, document: ParsedDocument, placement: Placement) -> Imported:
    notes = list(document.warnings)
    if placement.disagreements:
        shown = "、".join(placement.disagreements[:5]) + ("等" if len(placement.disagreements) > 5 else "")
        notes.append(f"与已有文本不同：{shown}")
    version = placement.version_id.rsplit("@", 1)[-1]
    return Imported(name, placement.outcome, document.title, version, placement.articles, "；".join(notes))
