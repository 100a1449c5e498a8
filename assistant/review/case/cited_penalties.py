"""The penalty provisions a decision stands on, as the library has them, with the paragraph and item cited."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.law.citation.read import Citation
from assistant.law.penalty.penalties import PenaltyProvision, parse_penalties
from assistant.law.text.around import since
from assistant.law.text.titles import title_key
from assistant.review.case.sections import Part, Section
from assistant.review.rules.context import Context
from assistant.store.records import ShelfArticle

#: Statutes on procedure: what they are cited for is no penalty of their own.
PROCEDURAL = frozenset(title_key(t) for t in ("行政处罚法", "行政复议法", "行政诉讼法", "行政强制法", "罚款决定与罚款收缴分离实施办法"))


@dataclass(frozen=True, slots=True)
class CitedProvision:
    """One citation of the decision with its article; `provisions` are the paragraphs cited that punish."""

    citation: Citation
    article: ShelfArticle
    provisions: tuple[PenaltyProvision, ...]
    violated: bool

    @property
    def item(self) -> int | None:
        """The 项 cited."""
        return self.citation.item


def cited_provisions(context: Context, section: Section) -> list[CitedProvision]:
    """The substantive articles a section cites, in order, those of the general statutes on procedure left out.

    `violated` tells the duty broken (违反《…》) from the ground of the penalty (依据《…》).
    """
    text = context.text[: section.end]
    out = []
    for cited in context.law.citations(text):
        if cited.start < section.start or not cited.title or title_key(cited.title) in PROCEDURAL:
            continue
        article = context.law.cited(cited)
        if article is None:
            continue
        out.append(CitedProvision(cited, article, _places(article, cited), _is_duty(context.folded, cited)))
    return out


def grounds(context: Context, section: Section) -> list[CitedProvision]:
    """The articles cited as ground of the penalty and which punish; the same place only once."""
    out: list[CitedProvision] = []
    for one in cited_provisions(context, section):
        place = (one.article.id, one.citation.paragraph, one.item)
        seen = {(o.article.id, o.citation.paragraph, o.item) for o in out}
        if not one.violated and one.provisions and place not in seen:
            out.append(one)
    return out


def _places(article: ShelfArticle, cited: Citation) -> tuple[PenaltyProvision, ...]:
    found = parse_penalties(article.article)
    if cited.paragraph:
        return tuple(p for p in found if p.paragraph == cited.paragraph)
    if cited.item:
        with_item = tuple(p for p in found if any(i.number == cited.item for i in p.items) or any(t.item == cited.item for t in p.tiers))
        return with_item or found
    return found


def _is_duty(text: str, cited: Citation) -> bool:
    """True where the words before the citation in its sentence say 违反 and not 依据."""
    sentence = text[since(text, cited.start, "。；\n") : cited.start]
    duty = max((m.end() for m in re.finditer(r"违反(?:了)?", sentence)), default=-1)
    ground = max((m.end() for m in re.finditer(r"依据|根据|按照|依照|应按|适用|构成|属", sentence)), default=-1)
    return duty > ground


def decision_sections(context: Context) -> tuple[Section, ...]:
    """The decision, or where there is none the notice."""
    decision = context.case.decision
    return (decision,) if decision else context.case.parts(Part.NOTICE)[:1]
