"""以案释法: fields, their acts, and the card of one act; only public documents, whoever asks.

A card is shown to the person concerned and opens on their own phone, so this service never sees internal papers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from threading import RLock

from sqlalchemy import Engine

from assistant.answer.parts import Answer
from assistant.answer.sections.penalty_view import Punished, shared_pairs
from assistant.answer.sections.power import power_of
from assistant.config import Settings
from assistant.desk.cards.model import Act, Card, CardId, FieldActs, LikeCase, Quote, read_card_id, statute_mark
from assistant.desk.cards.questions import Described, everyday_words
from assistant.desk.cards.quotes import quote, quote_address
from assistant.desk.cards.rights import rights
from assistant.desk.cards.words import CORRECTION, consequences, correction, sayings
from assistant.errors import NotOnShelf
from assistant.law.penalty.penalties import PenaltyKind, PenaltyProvision, ProvisionLink, parse_penalties
from assistant.law.penalty.plain_words import act_words, names_only_an_article
from assistant.law.statute.model import Status
from assistant.law.statute.structure import paragraphs
from assistant.library.catalogue import Catalogue, load_catalogue
from assistant.library.own_tables import thresholds
from assistant.library.shelf.shelf import Shelf
from assistant.search.question_bank import parse_address
from assistant.search.words.tokens import character_pairs
from assistant.store.records import ShelfArticle, Statute

#: Fields that are not about conduct met on an inspection.
_NOT_ON_SITE = ("行政程序", "合同")
#: Share of an act's character pairs a duty must have to stand beside it without being named.
_NEAR = 0.45
_MOST_DUTIES, _MOST_FOUND = 3, 6
#: Finds like cases for a card, best first; only cases the public may see.
CaseFinder = Callable[[Card], Sequence[LikeCase]]


class Cards:
    """Cards over one library; safe to share between threads."""

    def __init__(self, engine: Engine, settings: Settings, cases: CaseFinder | None = None, catalogue: Catalogue | None = None) -> None:
        self._settings = settings
        self._catalogue = catalogue or load_catalogue()
        self._shelf = Shelf(engine, internal=False)
        self._cases = cases
        self._lock = RLock()
        self._acts: dict[tuple[str, date, int], FieldActs] = {}
        self._broken: dict[str, list[tuple[Punished, frozenset[tuple[int, int]]]]] = {}

    # ---- three taps ------------------------------------------------------------------------------

    def fields(self) -> tuple[str, ...]:
        """Return the fields of enforcement to choose from, in the catalogue's order."""
        return tuple(f.name for f in self._catalogue.fields if f.name not in _NOT_ON_SITE)

    def acts(self, field: str, day: date | None = None) -> FieldActs:
        """Return the acts of a field: this bureau's first, those most asked about on top; raises NotOnShelf for no such field."""
        if field not in self.fields():
            raise NotOnShelf(f"没有“{field}”这个领域，请从列表里选")
        on = day or date.today()
        key = (field, on, hash(tuple(v for s in self._governing(field) for v in self._shelf.versions(s.id))))
        with self._lock:
            kept = self._acts.get(key)
        if kept is None:
            kept = self._read_acts(field, on)
            with self._lock:
                if len(self._acts) > 200:
                    self._acts.clear()
                self._acts[key] = kept
        return kept

    def _read_acts(self, field: str, day: date) -> FieldActs:
        found: dict[str, Act] = {}
        for statute in self._governing(field):
            for source in self._in_force(statute, day):
                for act in self._acts_of(source, day):
                    found.setdefault(str(act.id), act)
        ordered = sorted(found.values(), key=lambda a: -a.asked)
        missing = tuple(s.title for s in self._catalogue.governing(field) if self._shelf.statute(s.title) is None)
        own, others = [a for a in ordered if a.own is not False], [a for a in ordered if a.own is False]
        return FieldActs(field, tuple(own), tuple(others), missing)

    def _governing(self, field: str) -> list[Statute]:
        """The field's leading texts on the shelf; where none of them is, the others of the field."""
        catalogue = self._catalogue
        leading = [s for c in catalogue.governing(field) if (s := self._shelf.statute(c.title))]
        return leading or [s for c in catalogue.statutes if field in c.fields and (s := self._shelf.statute(c.title))]

    def _in_force(self, statute: Statute, day: date) -> tuple[ShelfArticle, ...]:
        version = self._shelf.version_on(statute.id, day)
        return self._shelf.articles(version.id) if version and version.status_on(day) is Status.IN_FORCE else ()

    def _acts_of(self, source: ShelfArticle, day: date) -> list[Act]:
        """The acts of an article, told in everyday words where somebody wrote them."""
        found = _acts_in(source)
        if not found:
            return []
        described = [Described(f.acts, self._duty_numbers(f, day) if len(found) > 1 else frozenset()) for f in found]
        asked = everyday_words(source, described)
        return [self._act(f, day, *words) for f, words in zip(found, asked, strict=True)]

    def _act(self, found: Punished, day: date, everyday: str = "", asked: int = 0) -> Act:
        source = found.source
        own = power_of(found, self._settings, [a.article for a in self._shelf.articles(source.version.id)], day).own
        return Act(_id_of(found), self._title(found, day), everyday, source.address, own, asked)

    def _duty_numbers(self, found: Punished, day: date) -> frozenset[tuple[int, int]]:
        named = {(link.number, link.suffix) for link in self._named_links(found) if link.number and not link.law}
        near = None if named else self._near_article(found, day)
        return frozenset(named or ({(near.article.number, near.article.suffix)} if near else set()))

    # ---- one sentence ----------------------------------------------------------------------------

    def of_answer(self, answer: Answer) -> tuple[Act, ...]:
        """Return the cards for the provisions an answer (of the public desk) punishes by, in its order, each once.

        Where the answer leaves open which 项 it is, the one likest the question comes first.
        """
        out: dict[str, Act] = {}
        for entry in answer.penalties:
            source = self._article(f"《{entry['law']}》{entry['article']}", answer.as_of)
            acts = [f for f in _acts_in(source) if f.provision.paragraph == entry.get("paragraph")] if source else []
            item = entry.get("item")
            named = [f for f in acts if item is not None and f.item == item]
            for found in named or sorted(acts, key=lambda f: -shared_pairs(answer.question, f.acts)):
                act = self._act(found, answer.as_of)
                out.setdefault(str(act.id), act)
        return tuple(out.values())[:_MOST_FOUND]

    def of_articles(self, sentence: str, article_ids: Sequence[str], day: date) -> tuple[Act, ...]:
        """Return the cards for articles found by a sentence, in their order: of a 罚则 the act likest it, of a duty those who break it."""
        out: dict[str, Act] = {}
        for source in (self._shelf.article_by_id(i) for i in article_ids):
            if source is None or source.version.status_on(day) is not Status.IN_FORCE:
                continue
            place = (source.article.number, source.article.suffix)
            breaking = _acts_in(source) or [f for f, duties in self._breakers(source, day) if place in duties]
            for found in sorted(breaking, key=lambda f: -shared_pairs(sentence, f.acts))[:2]:
                act = self._act(found, day)
                out.setdefault(str(act.id), act)
        return tuple(out.values())[:_MOST_FOUND]

    def _breakers(self, source: ShelfArticle, day: date) -> list[tuple[Punished, frozenset[tuple[int, int]]]]:
        """Every act that a text of the catalogue punishes, with the (条, 之) of the duties it breaks."""
        version = source.version.id
        if all(s.key != source.statute.id for s in self._catalogue.statutes):
            return []
        with self._lock:
            kept = self._broken.get(version)
        if kept is None:
            every = [f for a in self._shelf.articles(version) for f in _acts_in(a)]
            kept = [(f, self._duty_numbers(f, day)) for f in every]
            with self._lock:
                if len(self._broken) > 100:
                    self._broken.clear()
                self._broken[version] = kept
        return kept

    # ---- the card --------------------------------------------------------------------------------

    def card(self, address: str, day: date | None = None) -> Card:
        """Return the card of an id as the texts in force on a day (today) have it; raises NotOnShelf, saying why, where there is none."""
        on = day or date.today()
        found = self._find(address, on)
        source, tiers = found.source, found.tiers
        card_id = _id_of(found)
        lines = thresholds(self._settings)
        granted = rights(self._shelf, tiers, lines, on)
        duties = self._duties(found, on)
        penalty = quote(source, on, found.provision.paragraph if len(source.article.text.split("\n")) > 1 else None)
        named = tuple(dict.fromkeys(a.text for t in tiers for a in (t.authorities or found.provision.authorities)))
        title = self._title(found, on)
        card = Card(
            id=card_id,
            title=title,
            field=self._field_of(source.statute.title),
            penalty=penalty,
            duties=duties,
            consequences=consequences(source, tiers),
            borrowed=tuple(q for link in found.provision.borrowed if (q := self._linked(source, link, on))),
            authority="；".join(named),
            correction=correction(source, tiers),
            correction_quotes=tuple(q for a in CORRECTION if (q := quote_address(self._shelf, a, on))),
            rights=granted,
            sayings=sayings(title, source.address, [d.address for d in duties], tiers, granted, "或者".join(named[:1])),
            shown_on=on,
            text_from=source.version.binds_from,
        )
        return replace(card, cases=tuple(self._cases(card))[:2]) if self._cases else card

    def _find(self, address: str, day: date) -> Punished:
        wanted = read_card_id(address)
        statute = next((s for s in self._shelf.statutes() if statute_mark(s.id) == wanted.statute), None) if wanted else None
        source = self._shelf.article(statute.id, wanted.number, wanted.suffix, day) if statute and wanted else None
        if wanted is None or source is None or source.version.status_on(day) is not Status.IN_FORCE:
            raise NotOnShelf("没有这张卡片：地址不完整，或者这部法规已经废止、修改。请回到以案释法重新查找。")
        for provision in _punishing(source):
            if provision.paragraph == wanted.paragraph:
                item = wanted.item if any(i.number == wanted.item for i in provision.items) else None
                if item == wanted.item:
                    return Punished(source, provision, item)
        raise NotOnShelf(f"{source.address}的现行文本里没有这张卡片所说的情形，可能已经修改。请回到以案释法重新查找。")

    def _title(self, found: Punished, day: date) -> str:
        """The act in the article's words; one that only names an article is told by what that article begins with."""
        if found.item is None and found.provision.items:
            return f"{found.source.address}列出的{len(found.provision.items)}种情形"
        title = act_words(found.acts)
        if not names_only_an_article(title):
            return title
        duties = self._named_duties(found, day)
        first = duties[0].text.split("\n")[0].split("。")[0] if duties else ""
        return f"{title}（{first}）" if first else title

    def _duties(self, found: Punished, day: date) -> tuple[Quote, ...]:
        """What the law asks: the provisions named as broken, else the article of the statute that is likest the act's words."""
        named = self._named_duties(found, day)
        return named or self._near_duty(found, day)

    def _named_links(self, found: Punished) -> list[ProvisionLink]:
        """The provisions named as broken by the paragraph or by the 项 of the act, not those of other 项."""
        provision = found.provision
        own = next((i for i in provision.items if i.number == found.item), None)
        others = [i for i in provision.items if i is not own]
        return [k for k in provision.violated if own is None or not any(i.start <= k.start < i.end for i in others)]

    def _named_duties(self, found: Punished, day: date) -> tuple[Quote, ...]:
        quotes = [q for link in self._named_links(found) if link.number and (q := self._linked(found.source, link, day))]
        return tuple({q.address: q for q in quotes}.values())[:_MOST_DUTIES]

    def _near_duty(self, found: Punished, day: date) -> tuple[Quote, ...]:
        best = self._near_article(found, day)
        if best is None:
            return ()
        wanted = _pairs(act_words(found.acts))
        parts = paragraphs(best.article.text)
        likest = max(parts, key=lambda p: len(wanted & _pairs(p.full_text))).number if len(parts) > 1 else None
        return (quote(best, day, likest, near=True),)

    def _near_article(self, found: Punished, day: date) -> ShelfArticle | None:
        """The article of the same statute, itself no 罚则, that has most of the act's words, where it has enough of them."""
        wanted = _pairs(act_words(found.acts))
        best, share = None, _NEAR
        for source in self._in_force(found.source.statute, day) if wanted else ():
            here = len(wanted & _pairs(source.article.text)) / len(wanted) if source.article.number else 0.0
            if here > share and not _punishing(source):
                best, share = source, here
        return best

    def _linked(self, source: ShelfArticle, link: ProvisionLink, day: date) -> Quote | None:
        statute = self._shelf.find_statute(link.law) if link.law else source.statute
        article = self._shelf.article(statute.id, link.number, link.suffix, day) if statute and link.number else None
        return quote(article, day, link.paragraph, link.items) if article else None

    def _article(self, address: str, day: date) -> ShelfArticle | None:
        try:
            title, number, suffix = parse_address(address)
        except ValueError:
            return None
        statute = self._shelf.statute(title)
        return self._shelf.article(statute.id, number, suffix, day) if statute else None

    def _field_of(self, title: str) -> str:
        found = next((s for s in self._catalogue.statutes if s.title == title), None)
        led = found.governing or found.fields if found else ()
        return next((f for f in led if f not in _NOT_ON_SITE), "")


def _punishing(source: ShelfArticle) -> tuple[PenaltyProvision, ...]:
    return tuple(p for p in parse_penalties(source.article) if any(t.punishes for t in p.tiers))


def _acts_in(source: ShelfArticle) -> list[Punished]:
    """The acts an article punishes, a 项 each where it lists them; what only bars someone from a trade is no act met on site."""
    found: list[Punished] = []
    for provision in _punishing(source):
        if {k for t in provision.tiers for k in t.kinds if k.is_penalty} != {PenaltyKind.RESTRICT_PROFESSION}:
            listed = [i.number for i in provision.items if any(t.item in (None, i.number) for t in provision.tiers)]
            found += [Punished(source, provision, item) for item in (listed or (None,))]
    return found


def _id_of(found: Punished) -> CardId:
    article = found.source.article
    return CardId(statute_mark(found.source.statute.id), article.number, article.suffix, found.provision.paragraph, found.item)


@lru_cache(maxsize=8192)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(character_pairs(text))
