"""The bureau's own tables, checked and kept: 裁量基准 and 法制审核目录 by import, 职权划转 and 节假日 from their folder.

Importing a document again replaces what it left before. A row that is refused is named; where all are, nothing changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.law.penalty.benchmark import REQUIRED, BenchmarkRow, misfit, read_benchmarks
from assistant.law.penalty.power_transfer import MovedPowers, read_moved_powers
from assistant.law.penalty.provisions import parse_penalties
from assistant.law.procedure.review_catalogue import ReviewCatalogue, read_catalogue
from assistant.law.procedure.scope import LocalThreshold, Thresholds
from assistant.law.statute.model import Visibility
from assistant.law.time.calendar import OFFICIAL_CALENDAR, WorkCalendar, holiday_year
from assistant.library.shelf.shelf import Shelf
from assistant.library.tabular import ENDINGS, read_table
from assistant.store.engine import writing
from assistant.store.library import benchmarks as sql
from assistant.store.library.benchmarks import StoredBenchmark
from assistant.store.records import ShelfArticle

MOVED_POWERS, HOLIDAYS = "职权划转", "节假日"
_T = TypeVar("_T")
_kept: dict[Path, tuple[int, object]] = {}


@dataclass(frozen=True, slots=True)
class TableImport:
    """What became of a table: its name, how many rows were kept, and a Chinese line for each refused."""

    document: str
    kept: int
    refused: tuple[str, ...]


# ---- 裁量基准 ----------------------------------------------------------------------------------


def import_benchmarks(
    engine: Engine, settings: Settings, path: Path, *, visibility: Visibility = Visibility.INTERNAL, day: date | None = None
) -> TableImport:
    """Read a table of benchmarks, check each row against the penalties in force on `day`, keep those that stay within.

    Raises RefusedInput where the file is no such table.
    """
    read = read_benchmarks(read_table(path, settings, REQUIRED), path.stem)
    shelf, on = Shelf(engine), day or date.today()
    kept: list[StoredBenchmark] = []
    refused = list(read.refused)
    for row in read.rows:
        found = _checked(row, shelf, on, path.stem, visibility)
        if isinstance(found, str):
            refused.append(f"第{row.row}行《{row.title}》{row.place.label}“{row.grade}”：{found}")
        else:
            kept.append(found)
    if kept:
        with writing(engine) as connection:
            sql.replace_benchmarks(connection, path.stem, kept)
    return TableImport(path.stem, len(kept), tuple(refused))


def _checked(row: BenchmarkRow, shelf: Shelf, day: date, document: str, visibility: Visibility) -> StoredBenchmark | str:
    """The row as it is kept, or why it is refused."""
    statute = shelf.find_statute(row.title)
    if statute is None:
        return "库中没有这部法律文件，无法核对幅度"
    article = shelf.article(statute.id, row.place.number, row.place.suffix, day)
    if article is None:
        return "没有这一条"
    problem = misfit(row, parse_penalties(article.article))
    if problem:
        return problem
    return StoredBenchmark(replace(row, title=statute.title), statute.id, article.version.version_date, document, visibility)


def benchmarks_of(
    engine: Engine, article: ShelfArticle, paragraph: int | None = None, item: int | None = None, *, internal: bool = True
) -> list[StoredBenchmark]:
    """Return the rows about an article (a 款, a 项) as it stands; those the text has since outgrown are left out.

    With `internal` False the rows of internal documents are not there at all.
    """
    with engine.connect() as connection:
        rows = sql.benchmarks_of(connection, article.statute.id, article.article.number, article.article.suffix)
    provisions = parse_penalties(article.article) if rows else ()
    return [
        stored
        for stored in rows
        if (internal or stored.visibility == Visibility.PUBLIC)
        and (paragraph is None or stored.row.place.paragraph in (None, paragraph))
        and (item is None or stored.row.place.item in (None, item))
        and misfit(stored.row, provisions) is None
    ]


def imported_benchmarks(engine: Engine) -> list[tuple[str, int, str]]:
    """Return (document, rows, visibility) of every table of benchmarks imported."""
    with engine.connect() as connection:
        return sql.benchmark_documents(connection)


# ---- 重大执法决定法制审核目录 ------------------------------------------------------------------


def import_review_catalogue(engine: Engine, settings: Settings, path: Path) -> TableImport:
    """Read the bureau's review catalogue and keep the rows that can be read; raises RefusedInput where the file is none."""
    rows = read_table(path, settings, ("决定类别", "事项", "处罚种类"))
    read = read_catalogue(rows, path.stem)
    numbers = {int(line.removeprefix("第").split("行")[0]) for line in read.refused}
    good = [cells for number, cells in enumerate(rows, 1) if number not in numbers]
    if good:
        with writing(engine) as connection:
            sql.replace_review_rows(connection, path.stem, good)
    return TableImport(path.stem, len(good), read.refused)


def review_catalogue(engine: Engine) -> ReviewCatalogue:
    """Return the review catalogue kept in the library; without rows where none was imported."""
    with engine.connect() as connection:
        stored = sql.review_rows(connection)
    tables: dict[str, list[Mapping[str, str]]] = {}
    for document, cells in stored:
        tables.setdefault(document, []).append(cells)
    return ReviewCatalogue(tuple(row for document, table in tables.items() for row in read_catalogue(table, document).rows))


def imported_catalogues(engine: Engine) -> list[tuple[str, int]]:
    """Return (document, rows) of every review catalogue imported."""
    with engine.connect() as connection:
        names = [name for name, _ in sql.review_rows(connection)]
    return [(name, names.count(name)) for name in dict.fromkeys(names)]


def remove_table(engine: Engine, document: str) -> bool:
    """Take every row of a document out, benchmarks and review catalogue alike; False where there was none."""
    with writing(engine) as connection:
        known = {name for name, _, _ in sql.benchmark_documents(connection)} | {name for name, _ in sql.review_rows(connection)}
        sql.replace_benchmarks(connection, document, ())
        sql.replace_review_rows(connection, document, ())
    return document in known


# ---- settings and the folder of own tables -----------------------------------------------------


def thresholds(settings: Settings, catalogue: ReviewCatalogue | None = None) -> Thresholds:
    """Return the bureau's lines for 较大数额 as set, none by default, with its review catalogue."""
    source = settings.hearing_source
    fines = (settings.hearing_fine_citizen, settings.hearing_fine_organisation, settings.hearing_fine_sole_trader)
    taken = (settings.hearing_confiscation_citizen, settings.hearing_confiscation_organisation)
    return Thresholds(
        LocalThreshold(*fines, source=source) if any(v is not None for v in fines) else None,
        LocalThreshold(*taken, source=source) if any(v is not None for v in taken) else None,
        catalogue or ReviewCatalogue(),
    )


def moved_powers(settings: Settings) -> MovedPowers:
    """Return the table of powers moved between authorities; empty where the bureau has none.

    What cannot be read, rows or the whole file, is told in `refused`: an answer says so and goes on.
    """
    path = _own_table(settings, MOVED_POWERS)
    if path is None:
        return MovedPowers()
    try:
        return _once(path, lambda: read_moved_powers(read_table(path, settings, ("法律文件", "行使机关")), path.stem))
    except RefusedInput as error:
        return MovedPowers(refused=(error.reason,))


def work_calendar(settings: Settings) -> WorkCalendar:
    """Return the official calendar, the years of the bureau's own table of holidays in their place.

    Columns 年份, 放假, 上班, 依据; days as 月-日 or 月-日~月-日, apart by blanks or 、. Raises RefusedInput where
    the table cannot be read: days counted without it could be wrong.
    """
    path = _own_table(settings, HOLIDAYS)
    return OFFICIAL_CALENDAR if path is None else _once(path, lambda: _calendar(path, settings))


def _calendar(path: Path, settings: Settings) -> WorkCalendar:
    years = []
    for number, cells in enumerate(read_table(path, settings, ("年份", "放假", "上班")), 1):
        try:
            year = int(cells["年份"].removesuffix("年"))
            years.append(holiday_year(year, cells.get("依据", "") or path.stem, _days(cells["放假"]), _days(cells["上班"])))
        except ValueError as error:
            raise RefusedInput(str(path), f"第{number}行：{error}") from error
    return WorkCalendar((*OFFICIAL_CALENDAR.years, *years))


def _days(cell: str) -> Sequence[str]:
    return cell.replace("、", " ").replace("，", " ").replace(",", " ").split()


def _own_table(settings: Settings, stem: str) -> Path | None:
    found = (settings.own_tables / f"{stem}{ending}" for ending in ENDINGS)
    return next((path for path in found if path.is_file()), None)


def _once(path: Path, read: Callable[[], _T]) -> _T:
    """What `read` makes of a file, kept until the file changes."""
    stamp = path.stat().st_mtime_ns
    kept = _kept.get(path)
    if kept is None or kept[0] != stamp:
        kept = _kept[path] = (stamp, read())
    return kept[1]  # type: ignore[return-value]
