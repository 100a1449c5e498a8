"""A verified text cut into segments: what is cited where and what was found, for a marked-up page or document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.law.citation.verify import Judged, Verdict


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the text in order: plain (`judged` empty), a citation, or the quotation attached to one (`is_quote`).

    The citations of one list or range share a piece (第三十条至第三十三条); `verdict` is the gravest of them.
    """

    text: str
    start: int
    end: int
    judged: tuple[Judged, ...] = ()
    is_quote: bool = False

    @property
    def verdict(self) -> Verdict | None:
        """The verdict to show: an alarm before 未收录 before 有效; None for plain text."""
        found = [j.verdict for j in self.judged]
        alarms = [v for v in found if v.is_alarm]
        return next(iter([*alarms, *(v for v in found if v is Verdict.NOT_ON_SHELF), *found]), None)

    @property
    def notes(self) -> tuple[str, ...]:
        """What to say of the piece, a line for each citation that is not simply good; () where all are."""
        return tuple(dict.fromkeys(note(j) for j in self.judged if j.verdict is not Verdict.VALID))


def segments(text: str, judged: Sequence[Judged]) -> tuple[Segment, ...]:
    """Return `text` cut at its citations, and at the quotations that do not agree; joined they are the text again."""
    spans: dict[tuple[int, int, bool], list[Judged]] = {}
    for one in judged:
        cited = one.citation
        spans.setdefault((cited.start, cited.end, False), []).append(one)
        if one.diff and cited.quote_start is not None and cited.quote_end is not None:
            spans.setdefault((cited.quote_start, cited.quote_end, True), []).append(one)
    out: list[Segment] = []
    at = 0
    for (start, end, is_quote), found in sorted(spans.items(), key=lambda s: (s[0][0], -s[0][1])):
        if start < at or end <= start:
            _join(out, start, end, found)
            continue
        if start > at:
            out.append(Segment(text[at:start], at, start))
        out.append(Segment(text[start:end], start, end, tuple(found), is_quote))
        at = end
    if at < len(text):
        out.append(Segment(text[at:], at, len(text)))
    return tuple(out)


def _join(out: list[Segment], start: int, end: int, found: Sequence[Judged]) -> None:
    """Give what overlaps an earlier piece to that piece, so that no finding is lost."""
    for index in range(len(out) - 1, -1, -1):
        piece = out[index]
        if piece.judged and piece.start < end and start < piece.end:
            out[index] = Segment(piece.text, piece.start, piece.end, (*piece.judged, *found), piece.is_quote)
            return


def note(judged: Judged) -> str:
    """A finding as a remark beside the text: verdict, what is wrong, what is right, and how a quotation differs."""
    label = judged.citation.label
    where = f"{label}　" if label else ""
    parts = [f"{where}{judged.verdict.value}：{judged.detail}"]
    if judged.correct and judged.correct not in judged.detail:
        parts.append(f"应为：{judged.correct}。")
    elif judged.current and judged.current not in judged.detail:
        parts.append(f"现为{judged.current}。")
    if judged.diff:
        parts.append("比对：" + "".join(_MARKS[op].format(piece) for op, piece in judged.diff))
    return "".join(parts)


#: 删 what the document has and the article lacks, 增 the other way round.
_MARKS = {"equal": "{}", "delete": "〔删：{}〕", "insert": "〔增：{}〕"}
