"""How a contract is laid out: its clauses in whatever numbering, where they end, and the attachments behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.law.text.numerals import to_int
from assistant.review.contract.parties import signature_start
from assistant.review.text.headings import numbering

_ATTACHED = re.compile(
    r"^[ \t\u3000]*(?:附件|附表|附录|附图)\s*(?P<n>[一二三四五六七八九十\d]{0,3}|[A-H](?![A-Za-z]))\s*(?:[：:、.．]|[ \t\u3000]|《|$)(?P<rest>[^\n]*)",
    re.MULTILINE,
)
_PLAIN = re.compile(r"^[ \t\u3000]*附\s*(?:[：:]|(?=[\u4e00-\u9fff]{2,12}[：:]))(?P<rest>[^\n]*)", re.MULTILINE)
_REFERS = re.compile(r"附(?:件|表)\s*(?P<n>[一二三四五六七八九十]{1,3}|\d{1,2}|[A-H](?![A-Za-z]))(?:\s*《(?P<title>[^》\n]{1,30})》)?")
_END = re.compile(r"^[ \t\u3000]*[（(]?(?:以下无正文|签署页|签字盖章页|本页无正文)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Clause:
    """One 条 of a contract: number as written, title, place and text with its heading."""

    number: int
    title: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset after it."""
        return self.start + len(self.text)


def body_end(text: str, names: tuple[str, ...] = ()) -> int:
    """Where the clauses end: at the first attachment, signature (of a side or one of `names`) or note of the end behind the last clause."""
    starts = [at for _, at in _clause_starts(text, len(text))]
    last = max((at for at in starts if at < len(text)), default=len(text) // 3)
    ends = [
        *(m.start() for m in _ATTACHED.finditer(text, last + 1) if not _speaks(m)),
        *(m.start() for m in _PLAIN.finditer(text, last + 1)),
        *(m.start() for m in _END.finditer(text, last + 1)),
        *(m.start() for m in _named_lists(text, last + 1)),
    ]
    signed = signature_start(text, min(last + 1, len(text)), names)
    return min([*ends, *([signed] if signed is not None else [])], default=len(text))


def _speaks(match: re.Match[str]) -> bool:
    """True for a sentence about attachments (附件与本合同具有同等效力) and not the head of one."""
    return bool(re.match(r"\s*(?:与|是|作为|同|为|均|和|及|应|经|所|构成|具有|份)", match["rest"]))


def _named_lists(text: str, after: int) -> Iterator[re.Match[str]]:
    """Lines behind the clauses that open with a title the clauses name in 《》 (《设备清单》：…)."""
    named = set(re.findall(r"《([^》\n]{2,24}(?:表|单|书|细则|标准|方案|清单|图))》", text[:after]))
    for title in named:
        line = re.compile(rf"^[ \t\u3000]*[《【]?{re.escape(title)}[》】]?[ \t\u3000]*(?:[：:（(]|$)", re.MULTILINE)
        yield from line.finditer(text, after)


def _clause_starts(text: str, end: int) -> list[tuple[int, int]]:
    """(number, offset) of the lines that open a clause: those of the numbering with the longest row 1, 2, 3 …"""
    rows: dict[str, list[tuple[int, int]]] = {}
    plain: dict[str, list[tuple[int, int]]] = {}
    for match in re.finditer(r"[^\n]+", text[:end]):
        at = len(match.group()) - len(match.group().lstrip(" \t\u3000"))
        style, number, begin = numbering(match.group(), at)
        if not style or begin >= len(match.group()):
            continue
        if number is None:
            row = plain.setdefault(style, [])
            row.append((len(row) + 1, match.start() + at))
            continue
        row = rows.setdefault(style, [])
        if number == 1 and (not row or row[-1][0] < 3):
            row[:] = [(1, match.start() + at)]
        elif row and row[-1][0] < number <= row[-1][0] + 2:
            row.append((number, match.start() + at))
    for match in re.finditer(
        r"^[ \t\u3000]*(?:[【〔〖\[][^】〕〗\]\n\d]{2,14}[】〕〗\]]|(?P<label>(?!\S{0,6}(?:方|人|代表|日期|地址|住所|电话|账号|代码|银行|编号))[\u4e00-\u9fff]{2,8}[：:]))",
        text[:end],
        re.MULTILINE,
    ):
        row = plain.setdefault("：" if match["label"] else "【】", [])
        row.append((len(row) + 1, match.start()))
    best = max(rows.values(), key=lambda row: (len(row), -row[0][1] if row else 0), default=[])
    if len(best) >= 3:
        return best
    return max(plain.values(), key=len, default=[]) if plain else best


def clause_starts(text: str) -> tuple[int, ...]:
    """Where the numbered points of a paper begin, by the numbering with the longest row."""
    return tuple(at for _, at in _clause_starts(text, len(text)))


def read_clauses(text: str, end: int) -> tuple[Clause, ...]:
    """Return the clauses before `end`."""
    found = _clause_starts(text, end)
    out = []
    for index, (number, at) in enumerate(found):
        stop = found[index + 1][1] if index + 1 < len(found) else end
        line = text[at : text.find("\n", at, stop) if "\n" in text[at:stop] else stop]
        _, _, begin = numbering(line, 0)
        begin = begin or len(line) - len(line.lstrip(" \u3000【〔〖["))
        title = re.split(r"[。；：:，\s]", line[begin:].strip(" \u3000【】〔〕"))[0]
        out.append(Clause(number, re.split(r"[】〕〗\]]", title)[0][:24], text[at:stop], at))
    return tuple(out)


def _ordinal(written: str) -> int | None:
    """The number of an attachment; 附件A is the first."""
    return ord(written) - ord("A") + 1 if written.isascii() and written.isalpha() else to_int(written)


def read_attached(text: str, end: int) -> tuple[tuple[int, int, str], ...]:
    """(number, offset, words) of every attachment behind the clauses; number 0 where it has none."""
    out = []
    for match in _ATTACHED.finditer(text, end):
        if _speaks(match):
            continue
        number = _ordinal(match["n"]) if match["n"] else None
        if number is not None:
            out.append((number, match.start(), match.group().strip()))
            continue
        listed = [to_int(n) for n in re.findall(r"(?:^|[；;，\s])(\d{1,2}|[一二三四五六七八九十])[.．、]", match["rest"])]
        out += [(n, match.start(), match.group().strip()) for n in listed if n] or [(0, match.start(), match.group().strip())]
    for match in [*_PLAIN.finditer(text, end), *_named_lists(text, end)]:
        out.append((0, match.start(), match.group().strip()))
    return tuple(out)


def read_referred(text: str, end: int) -> tuple[tuple[int, int, int], ...]:
    """(number, start, end) of every numbered attachment the clauses speak of, those left out whose title stands behind the clauses."""
    out = []
    for match in _REFERS.finditer(text, 0, end):
        number = _ordinal(match["n"])
        if number and not (match["title"] and match["title"] in text[end:]):
            out.append((number, match.start(), match.end()))
    return tuple(out)
