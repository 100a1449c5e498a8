"""What the catalogue and the titles say of every indexed statute, as arrays made once a snapshot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.library.catalogue import Catalogue
from assistant.search.index.rows import Rows
from assistant.search.words.names import Names

Flags = NDArray[np.bool_]
#: The shortest title by which a statute counts as named in a question.
_TITLE = 4


@dataclass(frozen=True, slots=True)
class StatuteFacts:
    """By statute, in the order of `rows.statute_ids`: membership of the catalogue and of its fields.

    `belongs[field]` and `leads[field]` say which statutes belong to a field of enforcement and which
    govern it; `numbers` has the statutes of every title and catalogue name that `names` knows.
    """

    size: int
    catalogue: Catalogue
    in_catalogue: Flags
    belongs: dict[str, Flags]
    leads: dict[str, Flags]
    names: Names
    numbers: dict[str, tuple[int, ...]]

    def of_fields(self, question: str) -> tuple[Flags, Flags]:
        """(belongs to one of the question's three likeliest fields, leads one of them)."""
        belongs, leads = np.zeros(self.size, dtype=np.bool_), np.zeros(self.size, dtype=np.bool_)
        for name in self.catalogue.fields_of(question)[:3]:
            belongs |= self.belongs[name]
            leads |= self.leads[name]
        return belongs, leads

    def named(self, question: str) -> Flags:
        """Statutes whose title, or a name of theirs in the catalogue, stands in the question."""
        out = np.zeros(self.size, dtype=np.bool_)
        for name in self.names.within(question):
            out[list(self.numbers[name])] = True
        return out


def statute_facts(rows: Rows, catalogue: Catalogue) -> StatuteFacts:
    """Tie the catalogue to the statutes of an index."""
    size = len(rows.statute_ids)
    place = {key: number for number, key in enumerate(rows.statute_ids)}
    fields = {f.name for f in catalogue.fields}
    belongs, leads = ({name: np.zeros(size, dtype=np.bool_) for name in fields} for _ in range(2))
    known = np.zeros(size, dtype=np.bool_)
    numbers: dict[str, list[int]] = {}
    for number, title in enumerate(rows.statute_titles):
        if len(title) >= _TITLE:
            numbers.setdefault(title, []).append(number)
    for statute in catalogue.statutes:
        found = place.get(statute.key)
        if found is not None:
            known[found] = True
            for target, names in ((belongs, statute.fields), (leads, statute.governing)):
                for name in fields.intersection(names):
                    target[name][found] = True
            for name in (statute.title, *statute.short):
                numbers.setdefault(name, []).append(found)
    return StatuteFacts(size, catalogue, known, belongs, leads, Names(numbers), {n: tuple(v) for n, v in numbers.items()})
