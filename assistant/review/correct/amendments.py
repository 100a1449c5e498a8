"""A text with stretches rewritten, and the way back: places in the new text as places in the one handed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.review.text.model import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """Words to stand in place of a stretch of the text; an empty stretch is an insertion."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Amended:
    """The text after the edits; `pieces` are (new start, new end, old start, old end, rewritten) in order."""

    text: str
    pieces: tuple[tuple[int, int, int, int, bool], ...]

    def back(self, span: Span) -> Span | None:
        """The stretch of the original text a place of the new one stands for; None for words that were only inserted."""
        start, end = self._old(span.start, False), self._old(max(span.start, span.end - 1), True)
        return Span(start, end) if end > start else None

    def _old(self, at: int, last: bool) -> int:
        for new_start, new_end, old_start, old_end, rewritten in self.pieces:
            if new_start <= at < new_end:
                if rewritten:
                    return old_end if last else old_start
                return old_start + at - new_start + (1 if last else 0)
        return self.pieces[-1][3] if self.pieces else 0


def amend(text: str, edits: Iterable[Edit]) -> Amended:
    """Return the text with the edits made; of edits that overlap the first by place is kept."""
    out: list[str] = []
    pieces: list[tuple[int, int, int, int, bool]] = []
    at = new = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if edit.start < at:
            continue
        for words, old_end, rewritten in ((text[at : edit.start], edit.start, False), (edit.words, edit.end, True)):
            if words or rewritten:
                pieces.append((new, new + len(words), at, old_end, rewritten))
            out.append(words)
            new, at = new + len(words), old_end
    if at < len(text):
        pieces.append((new, new + len(text) - at, at, len(text), False))
        out.append(text[at:])
    return Amended("".join(out), tuple(pieces))
