"""Lines that may be headings: their numbering in any style, their words, and where their body begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.law.text.numerals import to_int

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_ROMAN = {c: i for i, c in enumerate("ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ", 1)}
_CN = "一二三四五六七八九十"
_FORMAL = "壹贰叁肆伍陆柒捌玖拾"
#: Numbering before a heading, by style. The order is that of trial.
_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("【n】", re.compile(rf"[【〖\[〔]\s*(?P<n>\d{{1,2}}|[{_CN}]{{1,3}})\s*[】〗\]〕]\s*")),
    ("#", re.compile(r"#{1,4}\s*(?P<n>(?!))?")),
    ("第n部分", re.compile(rf"第(?P<n>[{_CN}]{{1,3}}|\d{{1,2}})(?:部分|章|节|编|卷|册|项|件|份|步)[、：:]?\s*")),
    ("第n条", re.compile(rf"第(?P<n>[{_CN}百零]{{1,6}}|\d{{1,3}})条[、：:]?\s*")),
    ("条款n", re.compile(rf"(?:条款|条目)(?P<n>[{_CN}]{{1,3}}|\d{{1,2}})[、：:.．]?\s*")),
    ("第n ", re.compile(rf"第(?P<n>[{_CN}]{{1,3}}|\d{{1,2}})\s*(?:[、：:．.]|(?=\s))\s*")),
    ("文书n", re.compile(rf"(?:文书|材料|卷宗|附卷|表|目录?)\s*(?P<n>[{_CN}]{{1,3}}|\d{{1,2}})[、：:.．]?\s*(?=\S)")),
    ("（n）", re.compile(rf"[（(](?P<n>[{_CN}]{{1,3}}|\d{{1,2}}|[{_STEMS}])[)）]\s*")),
    ("字、", re.compile(rf"(?P<n>[{_CN}]{{1,3}}|[{_STEMS}]|[{_FORMAL}]{{1,2}})\s*[、.．:：]\s*")),
    ("字 ", re.compile(rf"(?P<n>[{_CN}]{{1,3}}|[{_STEMS}子丑寅卯]|[{_FORMAL}]{{1,2}})\s+")),
    ("数.", re.compile(r"(?P<n>\d{1,2})\s*[、.．)）]\s*(?!\d)")),
    ("数 ", re.compile(r"(?P<n>\d{1,2})\s+(?!\d)")),
    ("罗", re.compile(r"(?P<n>[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ]|[IVX]{1,4})[、.．\s]\s*")),
    ("①", re.compile(r"(?P<n>[①-⑳])\s*")),
    ("●", re.compile(r"(?P<b>[○●◎◆◇■□▲△▶▪•·★※＊*\-—])\s*(?P<n>(?!))?")),
)
_OPEN = re.compile(r"[【〖\[〔]\s{0,8}(?P<words>[^【】〖〗\[\]〔〕\n]{2,34})\s{0,8}[】〗\]〕]")
_WORDS = re.compile(
    r"(?P<words>[^\n，。；：:、（(〔\[【\s]{2,30}(?:[（(][^）)\n]{1,6}[)）](?=[^\n，。；：:、（(〔\[【\s]))?[^\n，。；：:、（(〔\[【\s]{0,12})"
)
#: A line of a table of contents: the page stands at its end.
_CONTENTS = re.compile(r"[\u4e00-\u9fff）)][\s.…·—_-]+\d{1,3}(?:\s*[-—~]\s*\d{1,3})?$")
_NOTE = re.compile(r"\s*[（(〔\[][^）)\]\n]{0,40}[)）〕\]][^\n，。；：:（(]{0,10}")
_DATE = re.compile(r"\d{4}\s*年|\d{1,2}\s*月\s*\d{1,2}|[〇零○]\s*[一二三四五六七八九]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that may be a heading.

    `style` is that of its numbering ("" without one), `number` its place in the row where the style counts,
    `tail` what stands after the words on the line ("" for nothing, "：", "。", "…" for running text),
    `start` and `body` are where the line and the text under it begin.
    """

    style: str
    number: int | None
    words: str
    tail: str
    start: int
    body: int


def heading_lines(text: str) -> Iterator[Line]:
    """Every line of `text` (half-width digits) that has the shape of a heading, in order."""
    for match in re.finditer(r"[^\n]+", text):
        found = _line(match.group(), match.start())
        if found:
            yield found


def _line(line: str, offset: int) -> Line | None:
    at = len(line) - len(line.lstrip(" \t\u3000"))
    bracket = _OPEN.match(line, at)
    if bracket and not re.fullmatch(rf"\d{{1,4}}|[{_CN}]{{1,3}}", bracket["words"].strip()):
        words = re.sub(rf"^(?:[{_CN}]{{1,3}}|\d{{1,2}})[、.．\s]\s*", "", bracket["words"].strip())
        return Line("【】", None, words, "", offset + at, offset + bracket.end())
    style, number, begin = numbering(line, at)
    words, end, tail = _words(line, begin)
    if not words or _DATE.match(words):
        return None
    return Line(style, number, words, tail, offset + at, offset + end)


def numbering(line: str, at: int) -> tuple[str, int | None, int]:
    """(style, number, where the words begin) of the numbering a line opens with at `at`; style is empty without one."""
    for style, pattern in _MARKS:
        match = pattern.match(line, at)
        if match and match.end() > at:
            shown = style + (match.groupdict().get("b") or "")
            return shown, _number(match["n"]), match.end()
    return "", None, at


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if text in "子丑寅卯":
        return len(_STEMS) + "子丑寅卯".index(text) + 1
    if text in _STEMS:
        return _STEMS.index(text) + 1
    if text in _ROMAN:
        return _ROMAN[text]
    if re.fullmatch("[IVX]+", text):
        values = [{"I": 1, "V": 5, "X": 10}[c] for c in text]
        return sum(-v if v < max(values[i:], default=0) else v for i, v in enumerate(values))
    if "①" <= text <= "⑳":
        return ord(text) - ord("①") + 1
    return to_int(text)


def _words(line: str, at: int) -> tuple[str, int, str]:
    """(words, where they and a bracketed note end, tail): the whole of a short line, else what stands before a stop."""
    rest = line[at:].rstrip()
    if _CONTENTS.search(rest):
        return "", at, ""
    spaced = re.fullmatch(r"(?:\S\s+){2,}\S", rest)
    if spaced:
        return re.sub(r"\s+", "", rest), len(line), ""
    if 2 <= len(rest) <= 30 and not re.search(r"[。；：:，（(〔\[]|\s", rest):
        return rest, len(line), ""
    match = _WORDS.match(line, at)
    if not match:
        return "", at, ""
    end = match.end()
    note = _NOTE.match(line, end)
    if note and re.match(r"\s*(?:[：:。]|$)", line[note.end() :]):
        end = note.end()
    tail = line[end:].lstrip()
    if not tail:
        return match["words"], len(line), ""
    if tail[0] in "：:。":
        return match["words"], end + len(line[end:]) - len(tail) + 1, "：" if tail[0] in "：:" else "。"
    return match["words"], match.end(), "…"
