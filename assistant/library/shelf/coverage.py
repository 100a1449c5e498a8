"""What is on the shelf against what the bureau works with, and what of it is in doubt."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.law.statute.model import Level, Status
from assistant.library.catalogue import Catalogue, CatalogueStatute, load_catalogue
from assistant.library.shelf.shelf import version_on
from assistant.library.sources.pull import LAST_GOOD_PULL, LAST_PULL, Pull, last_pull
from assistant.store.library import statutes as sql
from assistant.store.records import Difference, Statute, Version


@dataclass(frozen=True, slots=True)
class Held:
    """A catalogue statute as it stands on the shelf: `status` is None where it is not there at all."""

    statute: CatalogueStatute
    governing: bool
    version: date | None = None
    status: Status | None = None
    sources: tuple[str, ...] = ()

    @property
    def missing(self) -> bool:
        """True where the shelf has no text of it, in force or not."""
        return self.status is None


@dataclass(frozen=True, slots=True)
class FieldCoverage:
    """One field of enforcement and its statutes, the governing ones first."""

    field: str
    held: tuple[Held, ...]

    @property
    def missing(self) -> tuple[Held, ...]:
        """Those not on the shelf."""
        return tuple(h for h in self.held if h.missing)


@dataclass(frozen=True, slots=True)
class Unread:
    """A version some of whose facts could not be read from its text."""

    title: str
    version: date | None
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """A statute that has no text in force: what ended it, where known, and since when."""

    title: str
    status: Status
    since: date | None
    by: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """The whole of `corpus status` on a day."""

    day: date
    counts: dict[str, int]
    fields: tuple[FieldCoverage, ...]
    unread: tuple[Unread, ...]
    ended: tuple[Ended, ...]
    differences: tuple[Difference, ...]
    last_pull: Pull | None
    last_good_pull: Pull | None


def missing_for(
    fields: Iterable[str], held: Collection[str], *, regions: Collection[str] = (), catalogue: Catalogue | None = None
) -> tuple[CatalogueStatute, ...]:
    """Return the catalogue's statutes of `fields` whose ids are not in `held`, those that govern a field first.

    `held` are statute ids (`Shelf.in_force`). With `regions` given, texts of other places are no gap.
    """
    wanted = tuple(fields)
    catalogue = load_catalogue() if catalogue is None else catalogue
    out = [s for s in catalogue.statutes if s.key not in held and set(wanted) & {*s.fields, *s.governing} and _here(s, regions)]
    return tuple(sorted(out, key=lambda s: (not set(wanted) & set(s.governing), s.level.rank, s.title)))


def coverage(engine: Engine, settings: Settings, day: date, catalogue: Catalogue | None = None) -> Coverage:
    """Return what the library holds on a day against the catalogue, with everything that is in doubt."""
    catalogue = load_catalogue() if catalogue is None else catalogue
    with engine.connect() as connection:
        statutes = {s.id: s for s in sql.statutes(connection)}
        versions: dict[str, list[Version]] = {}
        for version in sql.versions(connection):
            versions.setdefault(version.statute_id, []).append(version)
        chosen = {key: version_on(versions.get(key, ()), day) or next(iter(versions.get(key, ())), None) for key in statutes}
        sources = sql.source_kinds(connection)
        return Coverage(
            day=day,
            counts=sql.counts(connection),
            fields=tuple(_field(f.name, catalogue, chosen, sources, day, settings) for f in catalogue.fields),
            unread=tuple(u for s in statutes.values() for v in versions[s.id] if (u := _unread(s, v)).facts),
            ended=tuple(_ended(s, chosen[s.id], day) for s in statutes.values() if _has_ended(chosen[s.id], day)),
            differences=tuple(sql.differences(connection)),
            last_pull=last_pull(connection, LAST_PULL),
            last_good_pull=last_pull(connection, LAST_GOOD_PULL),
        )


def _field(
    name: str, catalogue: Catalogue, chosen: dict[str, Version | None], sources: dict[str, tuple[str, ...]], day: date, settings: Settings
) -> FieldCoverage:
    of_field = [s for s in catalogue.statutes if name in {*s.fields, *s.governing} and _here(s, settings.regions)]
    held = []
    for statute in sorted(of_field, key=lambda s: (name not in s.governing, s.level.rank, s.title)):
        version = chosen.get(statute.key)
        governing = name in statute.governing
        if version is None:
            held.append(Held(statute, governing))
        else:
            held.append(Held(statute, governing, version.version_date, version.status_on(day), sources.get(version.id, ())))
    return FieldCoverage(name, tuple(held))


def _here(statute: CatalogueStatute, regions: Collection[str]) -> bool:
    return not statute.region or not regions or statute.region in regions


def _unread(statute: Statute, version: Version) -> Unread:
    facts = list(version.warnings)
    if statute.level is None and "未能读出效力层级" not in facts:
        facts.append("未能读出效力层级")
    if statute.level is None or statute.level is not Level.CASE:
        if not statute.issuer:
            facts.append("未能读出制定机关")
        if version.effective_from is None:
            facts.append("未能读出施行日期")
    return Unread(statute.title, version.version_date, tuple(facts))


def _has_ended(version: Version | None, day: date) -> bool:
    return version is not None and version.status_on(day) in (Status.REPEALED, Status.AMENDED)


def _ended(statute: Statute, version: Version | None, day: date) -> Ended:
    assert version is not None
    status = version.status_on(day)
    since = version.repealed_from if status is Status.REPEALED else version.effective_to
    return Ended(statute.title, status, since, version.repealed_by if status is Status.REPEALED else "")
