"""The facts of a draft document of rules: title, issuer, articles, basis, dates, explanatory note."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.review.text.clauses import clause_starts
from assistant.review.text.model import Fact, Span
from assistant.review.text.passages import Sentence, split_sentences

_ARTICLE = re.compile(r"^[ \t\u3000]*(?:第[一二三四五六七八九十百零\d]+条|[一二三四五六七八九十]{1,3}、)", re.MULTILINE)
_NOTE = re.compile(
    r"[ \t\u3000#【（(〔]*(?:[一二三四五六七八九十\d]+[、：:]\s*)?(?:附(?:件)?[一二\d]?[：:]?\s*)?(?:关于[^\n]{0,40})?(?:起草|制定|制订|编制|修订|送审|办理|审查|立项|文件)?(?:的)?(?:过程|情况|程序|工作)?(?:说明|情况|过程|程序|附记|备查|备注|报告)"
    r"[】）)〕]?[ \t\u3000]*(?:[：:】〕）)]|$)"
)
_PROCEDURE = re.compile(r"征求意见|合法性审[查核]|公平竞争审查|集体(?:讨论|审议)|座谈会|论证会|常务会议|办公会|党组会")
_BUREAU = re.compile(r"(?:本局|[\u4e00-\u9fff]{0,8}?文化(?:和|、)?广[\u4e00-\u9fff]{0,12}?局|[\u4e00-\u9fff]{0,6}文(?:广旅体|旅|体旅游)局)")


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What the rules of draft documents read. `note_start` is where the explanatory note begins (len(text) without one)."""

    text: str = ""
    title: str = ""
    note_start: int = 0
    bureau: str = ""

    @property
    def provisions(self) -> str:
        """The text without the explanatory note."""
        return self.text[: self.note_start]

    @property
    def note(self) -> str:
        """The explanatory note; empty without one."""
        return self.text[self.note_start :]

    @property
    def has_note(self) -> bool:
        """True where there is an explanatory note."""
        return self.note_start < len(self.text)

    @property
    def is_consultation_draft(self) -> bool:
        """True for a 征求意见稿: what follows on consultation is still to come."""
        return "征求意见稿" in self.title

    @property
    def is_joint(self) -> bool:
        """True where several bodies issue the document together."""
        return bool(re.search(r"联合(?:印发|制定|发布|发文)|(?:共同|会同)[^。]{0,20}(?:制定|印发)", self.text))

    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the provisions."""
        return split_sentences(self.provisions)

    def as_facts(self) -> tuple[Fact, ...]:
        """The facts as shown beside the findings."""
        out = [Fact("标题", self.title, Span(0, len(self.title)))]
        for match in re.finditer(r"自[^。；\n]{2,30}起(?:施行|实施|执行|生效)|有效期[^。；\n]{0,20}", self.provisions):
            out.append(Fact("施行和有效期", match.group(), Span(match.start(), match.end())))
        for match in _ARTICLE.finditer(self.provisions):
            line = self.text[match.start() : self.text.find("\n", match.start()) if "\n" in self.text[match.start() :] else len(self.text)]
            out.append(Fact("条款", line.strip()[:40], Span(match.start(), match.start() + len(line))))
        return tuple(out)


def read_document(text: str) -> DocumentFacts:
    """Return the facts of a draft document; `text` has half-width digits."""
    lines = [ln for ln in text.split("\n") if ln.strip()]
    bureau = _BUREAU.search(text)
    return DocumentFacts(text, lines[0].strip() if lines else "", _note_start(text), bureau.group() if bureau else "")


def _note_start(text: str) -> int:
    """Where the note on the drafting begins: behind the last article, the first line headed so or telling of the procedure."""
    starts = clause_starts(text)
    last = starts[-1] if starts else 0
    for match in re.finditer(r"[^\n]+", text[last:]):
        at = last + match.start()
        line = match.group()
        if _NOTE.match(line) and (at > last or not starts) and text[:at].strip():
            return at
        if at > last and len(set(_PROCEDURE.findall(line))) >= 2:
            return at
    notes = [m.start() for m in re.finditer(r"[^\n]+", text) if m.start() > 0 and re.fullmatch(_NOTE.pattern + r"\s*", m.group())]
    return next((at for at in notes if starts and at > starts[0]), len(text))
