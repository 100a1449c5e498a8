"""What an answer is made of, and its one form as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from assistant.law.statute.structure import paragraphs
from assistant.store.records import ShelfArticle

#: The heading over opinions wherever an answer is shown.
OPINIONS = "可参考的法律意见（不是法律依据）"


@dataclass(frozen=True, slots=True)
class Citation:
    """An article as an answer cites it. The only place where a stored article becomes a citation on screen.

    `mark` is the [n] of the text; `decisive` are (start, end) spans of the quote to highlight;
    `role` says what the article does for the answer (罚则, 义务, 依据 …).
    """

    mark: int
    article_id: str
    law: str
    article: str
    version: str
    status: str
    level: str
    quote: str
    paragraph: int | None = None
    item: int | None = None
    decisive: tuple[tuple[int, int], ...] = ()
    role: str = ""

    @property
    def address(self) -> str:
        """《title》第…条, as documents cite it."""
        return f"《{self.law}》{self.article}"

    def as_json(self) -> dict[str, Any]:
        """The fixed form of the command line."""
        return {
            "law": self.law,
            "article": self.article,
            "paragraph": self.paragraph,
            "item": self.item,
            "version": self.version,
            "status": self.status,
            "quote": self.quote,
        }


@dataclass(frozen=True, slots=True)
class Section:
    """One titled part of an answer; `text` is plain lines with [n] marks."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer, its sections in the order they are shown; `note` says where a model wrote some of them.

    `opinions` are the law firm's on like questions: shown apart, never a basis; their marks follow those of the citations.
    """

    question: str
    as_of: date
    sections: tuple[Section, ...] = ()
    citations: tuple[Citation, ...] = ()
    abstained: bool = False
    reason: str = ""
    penalties: tuple[dict[str, Any], ...] = ()
    procedure: tuple[dict[str, Any], ...] = ()
    cases: tuple[dict[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = field(default=())
    note: str = ""
    opinions: tuple[Citation, ...] = ()

    @property
    def text(self) -> str:
        """The answer as plain text: sections with their titles, then the quoted articles."""
        parts = [f"【{s.title}】{s.text}" if s.title else s.text for s in self.sections]
        if self.citations:
            quoted = [f"[{c.mark}] {c.address}（{c.version}，{c.status}）\n{c.quote}" for c in self.citations]
            parts.append("【依据】\n" + "\n".join(quoted))
        if self.opinions:
            parts.append(f"【{OPINIONS}】\n" + "\n".join(f"[{o.mark}] {o.address}（{o.version}）\n{o.quote}" for o in self.opinions))
        parts += [f"【注意】{w}" for w in self.warnings]
        if self.next_steps:
            parts.append("【下一步】" + "；".join(self.next_steps))
        if self.note:
            parts.append(f"【说明】{self.note}")
        return "\n\n".join(parts)

    def as_json(self) -> dict[str, Any]:
        """The fixed form of the command line; `opinions` are there only where there are any."""
        return {
            "answer": self.text,
            "abstained": self.abstained,
            "reason": self.reason,
            "citations": [c.as_json() for c in self.citations],
            "penalties": list(self.penalties),
            "procedure": list(self.procedure),
            "cases": list(self.cases),
            "warnings": list(self.warnings),
        } | ({"opinions": [_opinion_json(o) for o in self.opinions]} if self.opinions else {})


def _opinion_json(opinion: Citation) -> dict[str, Any]:
    return {"title": opinion.law, "part": opinion.article, "issued": opinion.version, "text": opinion.quote}


def cite(found: ShelfArticle, mark: int, day: date, role: str = "", decisive: tuple[tuple[int, int], ...] = ()) -> Citation:
    """Return the citation of a shelf article, quoted whole and to the letter."""
    return Citation(
        mark=mark,
        article_id=found.id,
        law=found.statute.title,
        article=found.article.label,
        version=str(found.version.version_date or "未注明日期"),
        status=found.version.status_on(day).value,
        level=found.statute.level.value if found.statute.level else "",
        quote=found.article.text,
        decisive=decisive,
        role=role,
    )


def narrow(citation: Citation, text: str, paragraph: int | None, item: int | None) -> Citation:
    """Return the citation with 款 and 项 set, and their span marked decisive."""
    for para in paragraphs(text):
        if paragraph in (None, para.number):
            wanted = next((i.text for i in para.items if i.number == item), para.text if item is None else None)
            start = text.find(wanted) if wanted else -1
            if wanted and start >= 0:
                return replace(citation, paragraph=paragraph, item=item, decisive=((start, start + len(wanted)),))
    return replace(citation, paragraph=paragraph, item=item)
