"""Up to two cases like the one asked about, beside an answer: they illustrate it and change nothing else in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assistant.answer.parts import Answer, Citation, Section
from assistant.law.text.titles import title_key
from assistant.search.case_search import CaseSearch, Place, Wanted
from assistant.search.searcher import PUBLIC
from assistant.store.cases import StoredCase

#: Title of the part of an answer that tells them.
SECTION = "以案释法"
_MOST = 2
#: Characters of a part that the answer shows; the whole case is one click away.
_SHOWN = 160


def with_cases(answer: Answer, search: CaseSearch, desk: str) -> Answer:
    """Return the answer with like cases (`cases` and the part 以案释法); unchanged where it abstained or none is like.

    Cases are chosen by the articles the answer cites, 罚则 first, then by likeness. The public desk gets public ones.
    """
    if answer.abstained or not answer.citations:
        return answer
    found = search.like(answer.question, _cited(answer.citations), Wanted(public_only=desk == PUBLIC), _MOST)
    if not found:
        return answer
    section = Section(SECTION, "\n".join(case_lines(f.stored) for f in found))
    return replace(answer, cases=tuple(case_json(f.stored) for f in found), sections=(*answer.sections, section))


def _cited(citations: Sequence[Citation]) -> list[Place]:
    """The articles cited, penalty provisions first."""
    ordered = sorted(citations, key=lambda c: (c.role != "罚则", c.mark))
    return list(dict.fromkeys(p for c in ordered if (p := _place(c))))


def _place(citation: Citation) -> Place | None:
    """The place an article id names: …#48 or …#120-1; None for an unnumbered piece."""
    number, _, suffix = citation.article_id.rpartition("#")[2].partition("-")
    return (title_key(citation.law), int(number), int(suffix or 0)) if number.isdigit() else None


def case_lines(stored: StoredCase) -> str:
    """A case as the answer tells it, in plain lines: what happened, how it was decided, what it teaches."""
    case = stored.case
    head = f"《{case.title}》（{case.kind.value}）"
    parts = [f"{head}{_short(case.facts)}", f"处理：{_short(case.decision)}" if case.decision else ""]
    parts.append(f"道理：{''.join(case.lesson[:1])}" if case.lesson else "")
    return "\n".join(p for p in parts if p)


def _short(text: str) -> str:
    """The beginning of a text, whole sentences where they fit."""
    line = "".join(text.split("\n"))
    if len(line) <= _SHOWN:
        return line
    cut = line.rfind("。", 0, _SHOWN)
    return line[: cut + 1] if cut > 0 else line[:_SHOWN] + "……"


def case_json(stored: StoredCase) -> dict[str, Any]:
    """A case in the form of the command line; articles by address only."""
    case = stored.case
    return {
        "id": stored.id,
        "title": case.title,
        "kind": case.kind.value,
        "notice": case.notice,
        "field": case.field,
        "act": case.act,
        "day": case.day.isoformat() if case.day else None,
        "facts": case.facts,
        "decision": case.decision,
        "findings": case.findings,
        "correction": case.correction,
        "lesson": list(case.lesson),
        "basis": [{"law": b.law, "article": b.article, "address": b.address, "role": b.role.value} for b in case.basis],
        "source": case.source,
        "visibility": case.visibility.value,
    }
