"""The page 核验引用 as its templates take it: the draft cut at its citations, what is wrong, and what is found of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from assistant.desk.chat.drafts import CheckedDraft
from assistant.desk.library.documents import OpenStatute
from assistant.law.citation.verify import Judged, Verdict
from assistant.law.text.titles import short_title
from assistant.web.citation_view import STATUS_CLASS, marked_pieces, statute_body

_CLASS: Final = {Verdict.VALID: "ok", Verdict.NOT_ON_SHELF: "unknown", Verdict.AMENDED: "changed"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the draft; `numbers` are those of the citations it holds, empty for plain text."""

    text: str
    numbers: str = ""
    mark: str = ""
    verdict: str = ""
    told: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What is found of one citation: as it stands, what should stand there, and either side of what differs."""

    judged: Judged
    mark: str
    wanted: str
    ours: Markup
    theirs: Markup


@dataclass(frozen=True, slots=True)
class Opened:
    """A statute laid beside a citation."""

    document: OpenStatute
    status: str
    status_class: str
    body: Markup


def mark_of(verdict: Verdict) -> str:
    """Return a verdict's class; its word carries the meaning, not the colour."""
    return _CLASS.get(verdict, "wrong")


def pieces(draft: CheckedDraft) -> list[Piece]:
    """Return the draft in pieces; a citation tells its verdict in words, a quotation that differs is only coloured."""
    numbers = {id(j): n for n, j in enumerate(draft.judged)}
    out = []
    for segment in draft.pieces:
        if segment.verdict is None:
            out.append(Piece(segment.text))
        else:
            own = ",".join(str(numbers[id(j)]) for j in segment.judged)
            out.append(Piece(segment.text, own, mark_of(segment.verdict), segment.verdict.value, not segment.is_quote))
    return out


def counts(draft: CheckedDraft) -> list[tuple[str, str, int]]:
    """Return (class, verdict, how many) for each verdict that was given."""
    return [(mark_of(v), v.value, n) for v, n in draft.counts.items()]


def alarms(draft: CheckedDraft) -> list[tuple[int, str, Judged]]:
    """Return (number, class, citation) for what is to be corrected."""
    return [(n, mark_of(j.verdict), j) for n, j in enumerate(draft.judged) if j.verdict.is_alarm]


def found(judged: Iterable[Judged]) -> list[Found]:
    """Return what is found of one citation, or of a list that shares its place."""
    return [_found(j) for j in judged]


def opened(document: OpenStatute, hits: Iterable[str], day: date) -> Opened:
    """Return a statute as the panel shows it, the articles of `hits` marked."""
    status = document.version.status_on(day).value
    return Opened(document, status, STATUS_CLASS.get(status, ""), Markup(statute_body(document, hits)))  # escaped where it is made


def _found(judged: Judged) -> Found:
    cited = judged.citation
    asked = f"《{short_title(cited.title)}》{cited.label}" if cited.title else ""
    wanted = judged.correct or "" if judged.verdict.is_alarm and judged.correct != asked else ""
    ours, theirs = (Markup(marked_pieces(judged.diff, side)) if judged.diff else Markup("") for side in ("delete", "insert"))
    return Found(judged, mark_of(judged.verdict), wanted, ours, theirs)
