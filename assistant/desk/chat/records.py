"""An answer as it is kept in a conversation: everything needed to show it again as it was given."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from assistant.answer.parts import Answer, Citation, Section


def to_record(answer: Answer) -> dict[str, Any]:
    """Return the answer as plain JSON values; `from_record` gives it back."""
    return asdict(answer) | {"as_of": answer.as_of.isoformat()}


def from_record(record: dict[str, Any]) -> Answer:
    """Return the answer of a record; what a later version added to the record is ignored."""
    return Answer(
        question=str(record.get("question", "")),
        as_of=date.fromisoformat(record["as_of"]),
        sections=tuple(Section(s["title"], s["text"]) for s in record.get("sections", ())),
        citations=tuple(_citation(c) for c in record.get("citations", ())),
        abstained=bool(record.get("abstained")),
        reason=str(record.get("reason", "")),
        penalties=tuple(record.get("penalties", ())),
        procedure=tuple(record.get("procedure", ())),
        cases=tuple(record.get("cases", ())),
        warnings=tuple(record.get("warnings", ())),
        next_steps=tuple(record.get("next_steps", ())),
        note=str(record.get("note", "")),
        opinions=tuple(_citation(o) for o in record.get("opinions", ())),
    )


def _citation(record: dict[str, Any]) -> Citation:
    known = {name: value for name, value in record.items() if name in Citation.__slots__}
    return Citation(**(known | {"decisive": tuple((int(a), int(b)) for a, b in record.get("decisive", ()))}))
