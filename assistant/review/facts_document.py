"""The facts of a draft document of rules: title, issuer, articles, basis, dates, explanatory note."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.review.model import Fact, Span
from assistant.review.passages import Sentence, split_sentences

_ARTICLE = re.compile(r"^[ \t\u3000]*(?:第[一二三四五六七八九十百零\d]+条|[一二三四五六七八九十]{1,3}、)", re.MULTILINE)
_NOTE = re.compile(
    r"^[ \t\u3000#【（(]*(?:[一二三四五六七八九十附件\d]+[、：:]\s*)?(?:起草|制定|修订|送审|关于[^\n]{0,40})?(?:说明|起草情况|起草过程|报告)[】）)：: ]*$",
    re.MULTILINE,
)
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
    notes = [m for m in _NOTE.finditer(text) if m.start() > 0 and text[: m.start()].strip()]
    articles = [m.start() for m in _ARTICLE.finditer(text)]
    first = articles[0] if articles else 0
    after = next((m.start() for m in notes if m.start() > first), len(text))
    bureau = _BUREAU.search(text)
    return DocumentFacts(text, lines[0].strip() if lines else "", after, bureau.group() if bureau else "")
