"""An answer without any language model: every sentence of law is a quotation from the shelf.

The order is fixed: what was named is checked first, then the question is searched, and what the
articles do not answer is handed on. Nothing here writes law; templates only join quotations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.answer.followup import standalone
from assistant.answer.model.claim_check import asks_to_check, wrong_claims
from assistant.answer.parts import Answer, Citation, Section, cite, narrow
from assistant.answer.relevance import answerable
from assistant.answer.scope import NOT_FOUND, OFF_TOPIC, Declined, decline
from assistant.answer.sections import phrases
from assistant.answer.sections.case_answer import CaseBuilder
from assistant.answer.sections.penalty_view import Punished, punished, shared_pairs, tier_line
from assistant.config import Settings
from assistant.law.citation.read import Citation as Named
from assistant.law.citation.verify import Judged, Verdict, verify_citations
from assistant.law.statute.kinds import Kind, question_kinds
from assistant.law.statute.model import Level
from assistant.law.statute.structure import paragraphs
from assistant.law.text.dates import days_named
from assistant.law.text.titles import title_key
from assistant.library.catalogue import load_catalogue
from assistant.library.shelf.citation_shelf import CitationShelf
from assistant.library.shelf.coverage import missing_for
from assistant.library.shelf.shelf import Shelf
from assistant.search.searcher import Hit, Searcher
from assistant.store.records import ShelfArticle

#: Articles quoted at most, and how far below the best one (in ranking score) an article may stand.
_MOST, _ALWAYS, _MARGIN = 6, 4, 3.5
_SEARCHED = 20


class Composer:
    """Builds answers for one desk over one library and index."""

    def __init__(
        self, searcher: Searcher, shelf: Shelf, citation_shelf: CitationShelf, case: CaseBuilder, settings: Settings, desk: str
    ) -> None:
        self._searcher = searcher
        self._shelf = shelf
        self._citation_shelf = citation_shelf
        self._case = case
        self._settings = settings
        self._desk = desk

    def answer(self, asked: str, *, day: date, history: Sequence[str] = ()) -> Answer:
        """Answer a question for a day; see the module for the order of things."""
        question = standalone(asked, history)
        refused = decline(asked)
        if refused:
            return self._declined(question, day, refused)
        judged = [j for j in verify_citations(question, self._citation_shelf, day) if not j.citation.doc_number]
        named = [n for n in self._searcher.references(question, self._desk) if n.title]
        absent = self._absent_statute(named, judged)
        if absent:
            return self._not_on_shelf(question, day, absent)
        found = [a for a in (self._named_article(n, day) for n in named if n.number) if a]
        wrong = [j for j in judged if j.verdict not in (Verdict.VALID, Verdict.NOT_ON_SHELF)]
        if found and not wrong:
            return self._about_named(question, day, named, found)
        hits = self._hits(question, day)
        if wrong or any(n.number for n in named):
            return self._corrected(question, day, named, wrong, found, hits)
        if not hits or not answerable(question, hits):
            fields = load_catalogue().fields_of(question)
            return self._declined(question, day, NOT_FOUND if fields else OFF_TOPIC, fields)
        return self._from_search(question, day, hits)

    def _hits(self, question: str, day: date) -> list[Hit]:
        """What the search finds. An opinion is no law: it is shown beside the answer (`like_opinions`) and never takes part in it."""
        return self._searcher.search(question, k=_SEARCHED, as_of=day, desk=self._desk, without=(Level.OPINION,), explain=True)

    # ---- what may not, or cannot, be answered ----------------------------------------------------

    def _declined(self, question: str, day: date, why: Declined, fields: Sequence[str] = ()) -> Answer:
        steps = (phrases.ASK_LAWYER,) if why is NOT_FOUND or fields else ()
        return Answer(
            question, day, (Section("", why.sentence),), abstained=True, reason=why.reason, warnings=self._missing(fields), next_steps=steps
        )

    def _absent_statute(self, named: Sequence[Named], judged: Sequence[Judged]) -> str | None:
        """The title of a statute the question is about that the shelf does not hold, or None."""
        titles = [n.title for n in named if n.title]
        held_back = [t for t in titles if self._shelf.is_held_back(t)]
        if held_back:
            return held_back[0]
        missing = [t for t in titles if self._shelf.find_statute(t) is None]
        corrected = {j.citation.title for j in judged if j.verdict in (Verdict.WRONG_TITLE, Verdict.REPEALED)}
        missing = [t for t in missing if t not in corrected]
        if missing and (len(missing) == len(titles) or any(n.number for n in named if n.title in missing)):
            return missing[0]
        return None

    def _not_on_shelf(self, question: str, day: date, title: str) -> Answer:
        known = next((s for s in load_catalogue().statutes if s.key == title_key(title)), None)
        text = phrases.known_but_missing(known.title, known.level.value) if known else phrases.unknown_statute(title)
        if self._shelf.is_held_back(title):
            return Answer(question, day, (Section("", phrases.held_back(title)),), abstained=True, reason=phrases.REASON_HELD_BACK)
        near = [] if known else self._shelf.near_titles(title)
        if near:
            text += phrases.near_titles(near)
        return Answer(
            question,
            day,
            (Section("", text),),
            abstained=True,
            reason=phrases.REASON_MISSING,
            next_steps=(phrases.ADD_TEXT, phrases.ASK_LAWYER),
        )

    def _missing(self, fields: Sequence[str]) -> tuple[str, ...]:
        """One line for each field whose governing text is not in force on the shelf."""
        if not fields:
            return ()
        held = self._shelf.in_force(date.today())
        catalogue = load_catalogue()
        gaps = missing_for(fields[:1], held, regions=self._settings.regions, catalogue=catalogue)
        leading = [s.title for s in gaps if set(fields[:1]) & set(s.governing)]
        return (phrases.missing_texts(fields[0], leading),) if leading else ()

    # ---- a question that names its article -------------------------------------------------------

    def _named_article(self, named: Named, day: date) -> ShelfArticle | None:
        statute = self._shelf.find_statute(named.title or "")
        return self._shelf.article(statute.id, named.number or 0, named.suffix, day) if statute else None

    def _about_named(self, question: str, day: date, named: Sequence[Named], found: list[ShelfArticle]) -> Answer:
        citations = []
        for number, article in enumerate(found, 1):
            asked = next(n for n in named if n.number == article.article.number and n.suffix == article.article.suffix)
            citation = cite(article, number, day, "所问条文")
            citations.append(
                narrow(citation, article.article.text, asked.paragraph, asked.item) if asked.paragraph or asked.item else citation
            )
        doubts = [phrases.claim_line(c) for a in found for c in wrong_claims(question, a.article.text)] if asks_to_check(question) else []
        lines = [*doubts, *(phrases.named_article(c) for c in citations)]
        punished = question_kinds(question) & Kind.PENALTY
        related = self._partners(question, found, self._hits(question, day), day, len(citations)) if punished else []
        penalties = self._penalties(question, found)
        return self._finish(question, day, [Section("核对" if doubts else "结论", "\n".join(lines))], [*citations, *related], penalties)

    def _corrected(
        self, question: str, day: date, named: Sequence[Named], wrong: Sequence[Judged], found: list[ShelfArticle], hits: Sequence[Hit]
    ) -> Answer:
        """Say what is wrong with what the question cites, and quote what is right."""
        lines = [phrases.judged_line(j) for j in wrong]
        titles = {title_key(n.title) for n in named if n.title} | {title_key(j.correct.split("》")[0]) for j in wrong if j.correct}
        right = [*found]
        for judged in wrong:
            right += self._address_article(judged.correct, day)
            lines += [phrases.article_count(a) for a in self._last_article(judged, day)]
        right += [h.article for h in hits if title_key(h.article.statute.title) in titles][:3]
        unique = list({a.id: a for a in right}.values())[:_MOST]
        if not unique:
            unique = [h.article for h in hits[:_ALWAYS]]
        if not lines:
            lines = [phrases.no_such_article(n.title or "", n.label) for n in named if n.number and not self._named_article(n, day)]
        citations = [cite(a, number, day, "核对依据") for number, a in enumerate(unique, 1)]
        penalties = self._penalties(question, unique[:2])
        return self._finish(question, day, [Section("核对", "\n".join(dict.fromkeys(lines)))], citations, penalties)

    def _address_article(self, address: str | None, day: date) -> list[ShelfArticle]:
        if not address:
            return []
        references = [n for n in self._searcher.references(address, self._desk) if n.number]
        return [a for a in (self._named_article(n, day) for n in references) if a]

    def _last_article(self, judged: Judged, day: date) -> list[ShelfArticle]:
        """The last article of a statute that was cited beyond its end."""
        statute = self._shelf.find_statute(judged.citation.title or "") if judged.verdict is Verdict.NO_SUCH_ARTICLE else None
        version = self._shelf.version_on(statute.id, day) if statute else None
        return list(self._shelf.articles(version.id)[-1:]) if version else []

    # ---- a question in words ---------------------------------------------------------------------

    def _from_search(self, question: str, day: date, hits: Sequence[Hit]) -> Answer:
        chosen = self._choose(hits)
        asked = question_kinds(question)
        penalties = self._penalties(question, chosen) if asked & Kind.PENALTY or not asked else []
        case = self._case.build(question, penalties, day)
        penalties = list(case.penalties)
        chosen += self._broken_duties(question, penalties[:2], chosen, day)
        earlier = self._texts_of_conduct(question, chosen[:_ALWAYS], day)
        roles = {p.source.id: "罚则" for p in penalties} | {a.id: "行为时的文本" for a in earlier}
        citations = [
            cite(a, n, day, roles.get(a.id, "依据"), _decisive(a, question, penalties)) for n, a in enumerate([*chosen, *earlier], 1)
        ]
        sections = [Section("结论", self._conclusion(question, citations, penalties))]
        if penalties:
            sections.append(Section("幅度", "\n".join(self._ranges(penalties, citations))))
        duties = [c for c in citations if c.role != "罚则"]
        if penalties and duties:
            sections.insert(1, Section("违反的义务", "；".join(f"{c.address}[{c.mark}]" for c in duties[:3])))
        answer = self._finish(question, day, [*sections, *case.sections], citations, penalties)
        warnings = (*case.warnings, *(phrases.earlier_text(a) for a in earlier), *answer.warnings)
        return replace(answer, warnings=warnings, procedure=case.procedure)

    def _penalties(self, question: str, articles: Sequence[ShelfArticle]) -> list[Punished]:
        """The provisions of the articles that punish what the question is about."""
        statutory = self._searcher.statutory_words(question)
        return [p for p in (punished(a, question, statutory) for a in articles) if p]

    def _texts_of_conduct(self, question: str, chosen: Sequence[ShelfArticle], day: date) -> list[ShelfArticle]:
        """The articles as they read when the question says it happened, where another version was then in force.

        Both texts are shown (行政处罚法 第三十七条: 从旧兼从轻); which is lighter is for the officer to say.
        """
        conduct = next((d for d in days_named(question) if d <= day), None)
        out = []
        for article in chosen if conduct else []:
            version = self._shelf.version_on(article.statute.id, conduct or day)
            if version and version.id != article.version.id and (version.binds_from or date.max) <= (conduct or day):
                older = self._shelf.moved_to(article.version.id, article.article.number, article.article.suffix, version.id)
                out += [older] if older else []
        return out

    def _broken_duties(self, question: str, penalties: Sequence[Punished], chosen: Sequence[ShelfArticle], day: date) -> list[ShelfArticle]:
        """The duties that the leading penalty provisions say were broken, where they are not quoted yet."""
        have = {a.id for a in chosen}
        found = []
        for own in penalties:
            links = [link for link in own.provision.violated if link.number and not link.law]
            duties = [self._shelf.article(own.source.statute.id, link.number, link.suffix, day) for link in links]
            ranked = sorted((d for d in duties if d and d.id not in have), key=lambda d: -shared_pairs(question, d.article.text))
            found += ranked[:1]
        return list({a.id: a for a in found}.values())

    def _choose(self, hits: Sequence[Hit]) -> list[ShelfArticle]:
        top = hits[0].score
        return [h.article for n, h in enumerate(hits[:_MOST]) if n < _ALWAYS or h.score >= top - _MARGIN]

    def _conclusion(self, question: str, citations: Sequence[Citation], penalties: Sequence[Punished]) -> str:
        """The direct reply: the decisive words of the leading article, and the consequence where it punishes."""
        if penalties:
            first = penalties[0]
            mark = next(c.mark for c in citations if c.article_id == first.source.id)
            return phrases.punished_line(first.acts, [tier_line(first.source, t) for t in first.tiers], first.source.address, mark)
        lead = citations[0]
        begin, end = lead.decisive[0] if lead.decisive else (0, len(lead.quote))
        return phrases.provides_line(lead.address, lead.quote[begin:end], lead.mark)

    def _ranges(self, penalties: Sequence[Punished], citations: Sequence[Citation]) -> list[str]:
        marks = {c.article_id: c.mark for c in citations}
        return [
            f"{p.source.address}[{marks[p.source.id]}] {tier_line(p.source, tier)}"
            for p in penalties[:3]
            for tier in p.tiers
            if tier.punishes
        ]

    def _partners(self, question: str, found: Sequence[ShelfArticle], hits: Sequence[Hit], day: date, count: int) -> list[Citation]:
        """Articles of the same statute that belong with the named ones: their duty or penalty."""
        own = {a.id for a in found}
        statutes = {a.statute.id for a in found}
        near = [h.article for h in hits if h.article.id not in own and h.article.statute.id in statutes][:2]
        return [cite(a, count + n, day, "相关条文") for n, a in enumerate(near, 1)]

    def _finish(
        self, question: str, day: date, sections: list[Section], citations: Sequence[Citation], penalties: Sequence[Punished]
    ) -> Answer:
        fields = load_catalogue().fields_of(question)
        return Answer(
            question=question,
            as_of=day,
            sections=tuple(sections),
            citations=tuple(citations),
            penalties=tuple(entry for p in penalties for entry in p.as_json()),
            warnings=self._missing(fields),
            next_steps=(phrases.CHECK_AND_EXPORT, phrases.ASK_LAWYER),
        )


def _decisive(article: ShelfArticle, question: str, penalties: Sequence[Punished]) -> tuple[tuple[int, int], ...]:
    """Spans of an article to mark: the provision that punishes, else the paragraph nearest the question."""
    text = article.article.text
    own = next((p for p in penalties if p.source.id == article.id), None)
    if own:
        return ((own.provision.start, own.provision.end),) if own.item is None else _item_span(text, own)
    found = paragraphs(text)
    if not found:
        return ()
    best = max(found, key=lambda p: shared_pairs(question, p.full_text))
    start = text.find(best.text)
    end = text.find(best.items[-1].text) + len(best.items[-1].text) if best.items else start + len(best.text)
    return ((start, end),) if start >= 0 else ()


def _item_span(text: str, own: Punished) -> tuple[tuple[int, int], ...]:
    item = next(i for i in own.provision.items if i.number == own.item)
    tiers = [(t.start, t.end) for t in own.tiers]
    return ((text.find(item.text), text.find(item.text) + len(item.text)), *tiers)
