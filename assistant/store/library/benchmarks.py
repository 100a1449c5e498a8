"""SQL for the bureau's own tables: 裁量基准 and 重大执法决定法制审核目录."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Row, Table, delete, func, insert, select
from sqlalchemy.engine import Connection

from assistant.law.citation.table_cells import ProvisionPlace
from assistant.law.penalty.benchmark import BenchmarkRow
from assistant.store.tables.library import BenchmarkTable, ReviewCatalogueTable

_BE, _RC = (cast(Table, row.__table__) for row in (BenchmarkTable, ReviewCatalogueTable))


@dataclass(frozen=True, slots=True)
class StoredBenchmark:
    """A row of a table, the statute it is about, the version it was checked against, and who may see it."""

    row: BenchmarkRow
    statute_id: str
    version_date: date | None
    document: str
    visibility: str


def _benchmark(row: Row[Any]) -> StoredBenchmark:
    place = ProvisionPlace(row.number, row.suffix, row.paragraph, row.item)
    own = BenchmarkRow(
        row.title, place, row.act, row.grade, row.circumstances, row.range_text, row.statutory, row.source, row._mapping["row"]
    )
    return StoredBenchmark(own, row.statute_id, row.version_date, row.document, row.visibility)


def benchmarks_of(connection: Connection, statute_id: str, number: int, suffix: int) -> list[StoredBenchmark]:
    """Return the rows about one article, in the order of their tables."""
    chosen = select(_BE).where(_BE.c.statute_id == statute_id, _BE.c.number == number, _BE.c.suffix == suffix)
    return [_benchmark(r) for r in connection.execute(chosen.order_by(_BE.c.document, _BE.c.row, _BE.c.id))]


def benchmark_documents(connection: Connection) -> list[tuple[str, int, str]]:
    """Return (document, rows, visibility) of every table of benchmarks imported."""
    query = select(_BE.c.document, func.count(), func.max(_BE.c.visibility)).group_by(_BE.c.document).order_by(_BE.c.document)
    return [(r[0], r[1], r[2]) for r in connection.execute(query)]


def replace_benchmarks(connection: Connection, document: str, rows: Sequence[StoredBenchmark]) -> None:
    """Put the rows of a table in the place of those an earlier import of the same document left."""
    connection.execute(delete(_BE).where(_BE.c.document == document))
    now = datetime.now()
    values = [
        {
            "document": document,
            "visibility": stored.visibility,
            "statute_id": stored.statute_id,
            "version_date": stored.version_date,
            "row": stored.row.row,
            "title": stored.row.title,
            **stored.row.place._asdict(),
            "act": stored.row.act,
            "grade": stored.row.grade,
            "circumstances": stored.row.circumstances,
            "range_text": stored.row.range_text,
            "statutory": stored.row.statutory,
            "source": stored.row.source,
            "added_at": now,
        }
        for stored in rows
    ]
    if values:
        connection.execute(insert(_BE), values)


def review_rows(connection: Connection) -> list[tuple[str, dict[str, str]]]:
    """Return (document, cells) of every row of the review catalogues imported, in order."""
    rows = connection.execute(select(_RC).order_by(_RC.c.document, _RC.c.row))
    return [(r.document, dict(r.cells)) for r in rows]


def replace_review_rows(connection: Connection, document: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Put the rows of a review catalogue in the place of those an earlier import of the same document left."""
    connection.execute(delete(_RC).where(_RC.c.document == document))
    now = datetime.now()
    values = [{"document": document, "row": n, "cells": dict(cells), "added_at": now} for n, cells in enumerate(rows, 1)]
    if values:
        connection.execute(insert(_RC), values)
