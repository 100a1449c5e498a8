"""The facts of a penalty case file, each with its place: party, officers, dates with events, parts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.review.case.days import Event as Event
from assistant.review.case.days import read_days
from assistant.review.case.officers import Crew, crews
from assistant.review.case.parties import Party as Party
from assistant.review.case.parties import read_parties
from assistant.review.case.sections import Papers, Part, read_papers
from assistant.review.text.model import Fact, Span


@dataclass(frozen=True, slots=True)
class CaseFacts(Papers):
    """What the rules of penalty cases read. Days are None where the text does not tell."""

    parties: tuple[Party, ...] = ()
    crews: tuple[Crew, ...] = ()
    filed: Event | None = None
    discovered: Event | None = None
    conduct: Event | None = None
    ongoing: bool = False
    notice: Event | None = None
    heard: Event | None = None
    decided: Event | None = None
    served: Event | None = None
    waiver: Span | None = None
    summary: bool = False
    extra: tuple[Fact, ...] = field(default=())

    @property
    def party(self) -> Party | None:
        """The party of the decision, else the first named."""
        return next((p for p in self.parties if p.part is Part.DECISION), self.parties[0] if self.parties else None)

    @property
    def is_person(self) -> bool:
        """True where the party is a natural person."""
        return bool(self.party and self.party.is_person)

    def as_facts(self) -> tuple[Fact, ...]:
        """The facts as shown beside the findings."""
        out = [Fact("当事人", p.name, Span(p.start, p.end), p.part.value) for p in self.parties]
        for crew in self.crews:
            for o in crew.officers:
                out.append(Fact("执法人员", f"{o.name}（{o.number or '无证号'}）", Span(o.start, o.end), crew.part.value))
        named = {
            "立案日期": self.filed,
            "发现日期": self.discovered,
            "违法行为日期": self.conduct,
            "告知日期": self.notice,
            "听证日期": self.heard,
            "决定日期": self.decided,
            "送达日期": self.served,
        }
        out += [Fact(name, e.day.isoformat(), Span(e.start, e.end)) for name, e in named.items() if e]
        return (*out, *self.extra)


def read_case(text: str) -> CaseFacts:
    """Return the facts of a case file; `text` has half-width digits."""
    papers = read_papers(text)
    days = read_days(papers)
    return CaseFacts(
        text=text,
        sections=papers.sections,
        parties=read_parties(papers),
        crews=crews(text, papers.sections),
        filed=days.filed,
        discovered=days.discovered,
        conduct=days.conduct,
        ongoing=days.ongoing,
        notice=days.notice,
        heard=days.heard,
        decided=days.decided,
        served=days.served,
        waiver=days.waiver,
        summary=_is_summary(papers),
    )


def _is_summary(papers: Papers) -> bool:
    """True for a decision made on the spot (行政处罚法 第五十一条)."""
    decision = papers.decision
    told = re.search(
        r"当场(?:行政)?处罚决定书|适用简易程序|简易程序(?:行政)?(?:处罚|案?卷|案件)|当场(?:作出|给予|决定)[^。；，]{0,10}(?:罚款|警告|处罚)",
        papers.text,
    )
    return bool(told or (decision and "当场" in decision.heading))
