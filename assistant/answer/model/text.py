"""A model's stream of text → sentences under the headings asked for, as each is finished.

Pure: knows nothing of law and trusts nothing. A sentence ends at 。！？； is no end; [n] marks after the full stop belong
to the sentence before them; what stands in quotation marks is not cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SECTIONS = ("结论", "理由", "步骤", "疑问")
_NAMES = "|".join(SECTIONS)
#: 【理由】 at the beginning of a line, or a line that is nothing but the name.
_HEADING = re.compile(rf"^[\s#*>]*(?:【\s*({_NAMES})\s*】|({_NAMES})(?=\s*[:：]?[\s*]*$))[\s*:：]*")
_BULLET = re.compile(r"^\s*(?:[-*•·]\s+|\d{1,2}[.．、)）]\s*|[（(]\d{1,2}[)）]\s*|[一二三四五六七八九十]{1,2}、\s*)")
_MARK = r"(?:[\[［【]\s*\d{1,3}(?:\s*[,，、]\s*\d{1,3}){0,20}\s*[\]］】]\s*)+"
_MARKS = re.compile(rf"(?<!\s)\s*+{_MARK}")
_MARKS_HERE = re.compile(rf"\s*{_MARK}")
_MAYBE_MARK = re.compile(r"\s*+[\[［【]?[\d,，、\s]*+$")
_THINK = re.compile(r"^\s*<think>.*?(?:</think>|\Z)", re.DOTALL)
_ENDS = "。！？!?\n"
_PAIRS = {"“": "”", "「": "」", "『": "』"}
_EMPHASIS = re.compile(r"\*\*|__|`")
#: A reply of more sentences, or a sentence of more characters, is no answer.
MOST_SENTENCES, LONGEST_SENTENCE = 40, 600


@dataclass(frozen=True, slots=True)
class Piece:
    """One finished sentence and the heading it stands under."""

    section: str
    text: str


class SentenceReader:
    """Takes the stream in pieces of any size and gives sentences."""

    def __init__(self) -> None:
        self._rest = ""
        self._section = SECTIONS[0]
        self._thinking: bool | None = None

    def feed(self, text: str) -> list[Piece]:
        """Return the sentences finished by `text`."""
        self._rest += text
        if not self._past_thinking():
            return []
        return self._cut(final=False)

    def finish(self, *, whole: bool = True) -> list[Piece]:
        """Return what is left as sentences; with `whole` False a last one without its end is dropped."""
        if not self._past_thinking():
            return []
        out = self._cut(final=True)
        last, self._rest = self._rest.strip(), ""
        return [*out, *self._piece(last)] if last and whole else out

    def _past_thinking(self) -> bool:
        """False while the model still thinks aloud (<think>…</think>); what it thought is thrown away."""
        start = self._rest.lstrip()
        if self._thinking is None and len(start) < len("<think>") and "<think>".startswith(start):
            return False
        self._thinking = start.startswith("<think>") if self._thinking is None else self._thinking
        if self._thinking:
            if "</think>" not in self._rest:
                return False
            self._rest, self._thinking = _THINK.sub("", self._rest, count=1), False
        return True

    def _cut(self, *, final: bool) -> list[Piece]:
        out: list[Piece] = []
        while (end := _end_of_sentence(self._rest, final)) is not None:
            out += self._piece(self._rest[:end])
            self._rest = self._rest[end:]
        return out

    def _piece(self, text: str) -> list[Piece]:
        heading = _HEADING.match(text)
        if heading:
            self._section = next(g for g in heading.groups() if g)
            text = text[heading.end() :]
        plain = _EMPHASIS.sub("", _BULLET.sub("", text.strip())).strip()
        plain = _MARKS.sub(lambda m: "".join(f"[{int(n)}]" for n in re.findall(r"\d+", m.group())), plain)
        return [Piece(self._section, plain)] if re.search(r"\w", plain) else []


def _end_of_sentence(text: str, final: bool) -> int | None:
    """Where the first sentence of `text` ends, its marks included; None where that is not known yet."""
    closing: list[str] = []
    for at, char in enumerate(text):
        if at >= 4 * LONGEST_SENTENCE:
            return at  # no sentence: what was read is not read again with every piece that comes
        if char in _PAIRS:
            closing.append(_PAIRS[char])
        elif closing and char == closing[-1]:
            closing.pop()
        elif char in _ENDS and (not closing or char == "\n"):
            marks = _MARKS_HERE.match(text, at + 1)
            end = marks.end() if marks else at + 1
            if not final and _MAYBE_MARK.match(text, end) and char != "\n":
                return None
            return end
    return None
