"""A verified text as DOCX: the document marked up, with a Word comment at each citation that is not simply good."""

from __future__ import annotations

import copy
import io
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.law.citation.marked_up import Segment, segments
from assistant.law.citation.verify import Judged, Verdict
from assistant.library.readers.docx import table_rows

AUTHOR, INITIALS = "法治文旅助手", "法"
#: Remarks in one document at most; Word is slow long before, and each is numbered by looking at all others.
_MOST_REMARKS = 500
#: Characters that XML refuses.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def commented_docx(text: str, judged: Sequence[Judged]) -> bytes:
    """Return `text` as a DOCX, one paragraph a line, citations marked and commented."""
    from docx import Document

    document = Document()
    cut = segments(text, judged)
    remarked = _remarked(cut)
    _head(document, judged, sum(bool(s.notes) for s in cut) > len(remarked))
    paragraph = _next_paragraph(document)
    for index, segment in enumerate(cut):
        runs = []
        for number, line in enumerate(segment.text.split("\n")):
            if number:
                paragraph = _next_paragraph(document)
            if line:
                runs.append(paragraph.add_run(_CONTROL.sub("", line)))
        if index in remarked:
            _mark(document, runs, segment)
    return _bytes(document)


def _remarked(cut: Sequence[Segment]) -> frozenset[int]:
    """The pieces that get a remark: the first of those with something to say, as many as Word opens without complaint."""
    return frozenset([i for i, segment in enumerate(cut) if segment.notes][:_MOST_REMARKS])


def _next_paragraph(document: Any) -> Any:
    """A new paragraph at the end; python-docx looks through all there are to find that place."""
    from docx.oxml import OxmlElement
    from docx.text.paragraph import Paragraph

    element = OxmlElement("w:p")
    document.element.body.sectPr.addprevious(element)
    return Paragraph(element, document._body)


def commented_copy(path: Path, text: str, judged: Sequence[Judged]) -> bytes:
    """Return the DOCX at `path` with its own layout kept, citations marked and commented where they stand.

    `text` is what `readers.read_file` made of it, which `judged` was found in. A finding whose place is
    not met again (a citation across a break) is put at the head of its line's paragraph.
    """
    from docx import Document

    document = Document(str(path))
    lines = list(_lines(document))
    starts = _starts(text)
    cut = segments(text, judged)
    for index in sorted(_remarked(cut)):
        segment = cut[index]
        number = bisect_right(starts, segment.start) - 1
        places = lines[number] if number < len(lines) else []
        wanted = segment.text.split("\n")[0]
        begin = segment.start - starts[number]
        _mark(document, _runs(places, wanted, begin), segment)
    return _bytes(document)


def _head(document: Any, judged: Sequence[Judged], more: bool) -> None:
    """One line of what was found, so that a reader knows without opening the comments; `more` where not all are there."""
    counts = {v: sum(j.verdict is v for j in judged) for v in Verdict}
    told = "、".join(f"{v.value} {n}" for v, n in counts.items() if n) or "没有找到引用"
    rest = f"批注只加到前 {_MOST_REMARKS} 处，其余请分段核验。" if more else ""
    document.add_paragraph().add_run(f"核验引用 {len(judged)} 处：{told}。{rest}").bold = True


def _starts(text: str) -> list[int]:
    starts = [0]
    for match in re.finditer("\n", text):
        starts.append(match.end())
    return starts


def _lines(document: Any) -> Iterator[list[tuple[Any, int]]]:
    """The paragraphs each line of the read text came from, with the offset in the line at which each begins.

    Kept beside `readers.docx.read`: a paragraph gives a line for each of its breaks, a table row one line.
    """
    from docx.text.paragraph import Paragraph

    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            for _ in block.text.split("\n"):
                yield [(block, 0)]
            continue
        for cells in table_rows(block):
            places, at = [], 0
            for cell in cells:
                places += [(p, at) for p in cell.paragraphs]
                at += len(cell.text.strip()) + 1
            yield places


def _runs(places: Sequence[tuple[Any, int]], wanted: str, begin: int) -> list[Any]:
    """The runs that hold exactly `wanted` in one of the paragraphs, the place nearest to `begin`; runs are cut to fit."""
    found = []
    for paragraph, at in places:
        words = "".join(run.text for run in paragraph.runs)
        found += [(abs(at + m.start() - begin), paragraph, m.start()) for m in re.finditer(re.escape(wanted), words)]
    if not found:
        return list(places[0][0].runs[:1]) if places else []
    _, paragraph, start = min(found, key=lambda f: f[0])
    return _cut(paragraph, start, start + len(wanted))


def _cut(paragraph: Any, start: int, end: int) -> list[Any]:
    """Cut the runs of a paragraph at two offsets and return those between them."""
    for offset in (start, end):
        at = 0
        for run in paragraph.runs:
            length = len(run.text)
            if at < offset < at + length:
                _split(run, offset - at)
                break
            at += length
    out, at = [], 0
    for run in paragraph.runs:
        if start <= at and at + len(run.text) <= end and run.text:
            out.append(run)
        at += len(run.text)
    return out


def _split(run: Any, at: int) -> None:
    """Cut one run in two of the same look; one with pictures or fields in it is left whole."""
    from docx.oxml.ns import qn

    plain = {qn(f"w:{name}") for name in ("rPr", "t", "tab", "br", "noBreakHyphen")}
    if any(child.tag not in plain for child in run._r):
        return
    text = run.text
    tail = copy.deepcopy(run._r)
    run._r.addnext(tail)
    run.text = text[:at]
    type(run)(tail, run._parent).text = text[at:]


def _mark(document: Any, runs: Sequence[Any], segment: Segment) -> None:
    """Colour the runs by the verdict and hang the remarks on them."""
    from docx.enum.text import WD_COLOR_INDEX

    if not runs or not segment.notes:
        return
    alarm = bool(segment.verdict and segment.verdict.is_alarm)
    for run in runs:
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW if alarm else WD_COLOR_INDEX.GRAY_25
    remark = _CONTROL.sub("", "\n".join(segment.notes))
    document.add_comment([runs[0], runs[-1]] if len(runs) > 1 else runs, text=remark, author=AUTHOR, initials=INITIALS)


def _bytes(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
