"""What every indexed article may be filtered and ranked by, as arrays in the index's order."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.engine import Connection

from assistant.law.model import Level, Status, Visibility
from assistant.search.segment import Segment

_FAR = 99_991_231
_QUERY = text(
    "select a.id, a.hash, a.number, a.suffix, v.id, v.statute_id, v.binds_from, v.effective_to, v.repealed_from, v.closed_by_source,"
    " s.title, s.level, s.region, s.visibility, length(a.text)"
    " from article a join version v on v.id = a.version_id join statute s on s.id = v.statute_id"
)


@dataclass(frozen=True, slots=True)
class Rows:
    """Parallel arrays over the index's documents; days are YYYYMMDD numbers.

    `alive` is false for a text that was changed or taken off the shelf after it was indexed. A
    document is in force on a day where begins <= day < ends.
    """

    alive: NDArray[np.bool_]
    number: NDArray[np.int32]
    suffix: NDArray[np.int32]
    statute: NDArray[np.int32]
    begins: NDArray[np.int32]
    ends: NDArray[np.int32]
    level: NDArray[np.int8]
    region: NDArray[np.int16]
    internal: NDArray[np.bool_]
    length: NDArray[np.int32]
    statute_ids: list[str]
    statute_titles: list[str]
    regions: list[str]

    def save(self, folder: Path) -> None:
        """Write the arrays and name lists into a generation's folder."""
        np.savez(folder / "rows.npz", **{name: getattr(self, name) for name in _ARRAYS})
        for name in _LISTS:
            (folder / f"{name}.txt").write_text("\n".join(getattr(self, name)), encoding="utf-8")


_ARRAYS = ("alive", "number", "suffix", "statute", "begins", "ends", "level", "region", "internal", "length")
_LISTS = ("statute_ids", "statute_titles", "regions")


def load_rows(folder: Path) -> Rows:
    """Read what `Rows.save` wrote."""
    stored = np.load(folder / "rows.npz")
    lists: dict[str, Any] = {name: (folder / f"{name}.txt").read_text(encoding="utf-8").split("\n") for name in _LISTS}
    return Rows(**{name: stored[name] for name in _ARRAYS}, **lists)


def read_rows(connection: Connection, segments: list[Segment]) -> Rows:
    """The rows of all segments' articles, from the library as it stands now."""
    known = {r[0]: r for r in connection.execute(_QUERY)}
    size = sum(len(s.ids) for s in segments)
    out: dict[str, Any] = {name: np.zeros(size, dtype=_DTYPES[name]) for name in _ARRAYS}
    statutes: dict[str, int] = {}
    titles: list[str] = []
    regions: dict[str, int] = {"": 0}
    levels = {level.value: level.rank for level in Level}
    place = 0
    taken: set[str] = set()
    for segment in reversed(segments):  # a later segment holds the newer text of an id
        for index in range(len(segment.ids)):
            row = known.get(segment.ids[index])
            at = size - place - len(segment.ids) + index
            if row is None or row[1] != segment.hashes[index] or row[0] in taken:
                continue
            taken.add(row[0])
            if row[5] not in statutes:
                statutes[row[5]] = len(statutes)
                titles.append(row[10])
            out["alive"][at] = True
            out["number"][at], out["suffix"][at] = row[2], row[3]
            out["statute"][at] = statutes[row[5]]
            out["begins"][at], out["ends"][at] = span(row[6], row[7], row[8], row[9])
            out["level"][at] = levels.get(row[11], len(levels))
            out["region"][at] = regions.setdefault(row[12], len(regions))
            out["internal"][at] = row[13] != Visibility.PUBLIC.value
            out["length"][at] = row[14]
        place += len(segment.ids)
    return Rows(**out, statute_ids=list(statutes), statute_titles=titles, regions=list(regions))


_DTYPES = {
    "alive": np.bool_,
    "number": np.int32,
    "suffix": np.int32,
    "statute": np.int32,
    "begins": np.int32,
    "ends": np.int32,
    "level": np.int8,
    "region": np.int16,
    "internal": np.bool_,
    "length": np.int32,
}


def span(begins: object, ends: object, repealed: object, closed: str) -> tuple[int, int]:
    """(first day in force, first day no longer) of a version; the source's own word closes it for good."""
    first = _number(begins, 0)
    if closed in (Status.AMENDED.value, Status.REPEALED.value):
        return first, _number(ends, first)
    return first, min(_number(ends, _FAR), _number(repealed, _FAR))


def _number(day: object, otherwise: int) -> int:
    return int(str(day)[:10].replace("-", "")) if day else otherwise
