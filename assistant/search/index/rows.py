"""What every indexed article may be filtered and ranked by, as arrays in the index's order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.engine import Connection

from assistant.law.statute.model import Level, Status, Visibility
from assistant.search.index.segment import Segment
from assistant.store.library import indexing

_FAR = 99_991_231


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


def read_rows(connection: Connection, segments: Sequence[Segment], hashes: Mapping[str, str], before: Rows | None = None) -> Rows:
    """The rows of all segments' articles, from the library as it stands now.

    `hashes` are the library's articles with the hash of their text. `before` are the rows of an index whose segments are
    the first of these: what never changes of its articles (number, length) is taken from it, the rest is asked again.
    """
    ids = [i for s in segments for i in s.ids]
    out: dict[str, Any] = {name: np.zeros(len(ids), dtype=_DTYPES[name]) for name in _ARRAYS}
    out["alive"][:] = _alive(segments, hashes)
    _copy_fixed(connection, ids, out, before)
    versions = indexing.versions(connection)
    number_of = {row[0]: n for n, row in enumerate(versions)}
    version = np.array([number_of.get(i.rpartition("#")[0], -1) for i in ids], dtype=np.int64)
    out["alive"] &= version >= 0
    statutes = {key: n for n, key in enumerate(dict.fromkeys(row[1] for row in versions))}
    titles = {row[1]: row[6] for row in versions}
    regions = {region: n for n, region in enumerate(dict.fromkeys(["", *(row[8] for row in versions)]))}
    levels = {level.value: level.rank for level in Level}
    facts = {
        "statute": [statutes[row[1]] for row in versions],
        "begins": [span(row[2], row[3], row[4], row[5])[0] for row in versions],
        "ends": [span(row[2], row[3], row[4], row[5])[1] for row in versions],
        "level": [levels.get(row[7], len(levels)) for row in versions],
        "region": [regions[row[8]] for row in versions],
        "internal": [row[9] != Visibility.PUBLIC.value for row in versions],
    }
    for name, values in facts.items():
        out[name][out["alive"]] = np.array(values, dtype=_DTYPES[name])[version[out["alive"]]]
    return Rows(**out, statute_ids=list(statutes), statute_titles=[titles[key] for key in statutes], regions=list(regions))


def _alive(segments: Sequence[Segment], hashes: Mapping[str, str]) -> list[bool]:
    """Whether each document still has the library's text; a later segment holds the newer text of an id."""
    out: list[bool] = []
    taken: set[str] = set()
    for segment in reversed(segments):
        own = [hashes.get(i) == h and i not in taken for i, h in zip(segment.ids, segment.hashes, strict=True)]
        if len(segments) > 1:
            taken.update(i for i, alive in zip(segment.ids, own, strict=True) if alive)
        out = own + out
    return out


def _copy_fixed(connection: Connection, ids: list[str], out: dict[str, Any], before: Rows | None) -> None:
    """Number, suffix and length of every article: from the rows before, then from the library."""
    known = min(len(before.alive), len(ids)) if before is not None else 0
    if before is not None:
        for name in ("number", "suffix", "length"):
            out[name][:known] = getattr(before, name)[:known]
    places = {i: n for n, i in enumerate(ids[known:], known)}
    for row in indexing.sizes(connection, places):
        place = places[row[0]]
        out["number"][place], out["suffix"][place], out["length"][place] = row[1], row[2], row[3]


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
