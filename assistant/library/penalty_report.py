"""How much of the penalties on the shelf was read: fines whole, partly, not, by level."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine

from assistant.law.penalty.penalties import CoverageReport, coverage_report
from assistant.law.statute.model import Level
from assistant.library.shelf.shelf import Shelf


def penalty_report(engine: Engine, day: date) -> dict[Level, CoverageReport]:
    """Return a report for each level that has fines, highest first, over the versions in force on a day."""
    shelf = Shelf(engine)
    in_force = shelf.in_force(day)
    by_level: dict[Level, list[str]] = {}
    for statute in shelf.statutes():
        version = shelf.version_on(statute.id, day)
        if version and statute.level and statute.level.is_law and statute.id in in_force:
            by_level.setdefault(statute.level, []).append(version.id)
    reports = {level: coverage_report(a.article for v in ids for a in shelf.articles(v)) for level, ids in by_level.items()}
    return {level: report for level, report in sorted(reports.items(), key=lambda r: r[0].rank) if report.paragraphs}
