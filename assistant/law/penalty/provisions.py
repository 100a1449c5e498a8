"""罚则 of an article: one provision a 款, with its acts, the duties broken, the authority and the tiers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from assistant.law.penalty.amounts import FineRange
from assistant.law.penalty.authority import Authority, authorities
from assistant.law.penalty.kinds import PenaltyKind
from assistant.law.penalty.provision_links import ProvisionLink, find_borrowed, find_links
from assistant.law.penalty.tiers import Reading, Tier, TierReader
from assistant.law.statute.model import Article, Paragraph
from assistant.law.statute.structure import paragraphs
from assistant.law.text.numerals import fold_width

Coverage = Literal["whole", "partly", "none"]
_PENAL = re.compile(r"罚款|没收|吊销|警告|通报批评|停业|停产|拘留|暂扣|关闭|降低|处罚|撤销登记|取缔|不得(?:担任|从事)|禁")
_ITEMS_PUNISH = re.compile(r"(?:处罚|处理|罚款|处以|给予|规定|执行|标准|处分)[^，；。]{0,12}[：:]?$")
_SAYS_FINE = re.compile(r"罚款[：:]?$|(?:处以|罚款)[^，；。]{0,8}(?:标准|规定)?[：:]?$")
_FINE_OF_ITEM = re.compile(r"处[^，；。]{1,40}(?:元|倍|[%％]|分之[一二三四五六七八九十]+)(?:以下)?的?罚款")
_ABOUT_PENALTIES = re.compile(r"设定(?:行政处罚|警告|除|一定|罚款)|当场收缴|可以适用简易程序")
_REMEDIES = re.compile(r"行政复议(?:机关|决定)|申请(?:行政)?复议|不予(?:行政)?处罚")
_CONDUCT = re.compile(r"违反|擅自|行为|的，")
#: Four times what any article and paragraph of a statute has; what is longer is no provision, and is not read as one.
_LONGEST_ARTICLE, _LONGEST_PARAGRAPH = 40_000, 8_000
_SPEAKS_OF_FINES = re.compile(r"罚款")


@dataclass(frozen=True, slots=True)
class ActItem:
    """One 项 of the acts a paragraph punishes, with its offsets in the article's text."""

    number: int
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PenaltyProvision:
    """One 款 that punishes: who, for what, with what, by whom.

    `acts` is the conduct in the words of the paragraph, `items` its 项 where they list conduct. `violated`
    are the provisions named as broken, `borrowed` those whose penalties apply (依照…处罚). `coverage` says
    whether every amount and every 罚款 of the paragraph was read; `unread` holds what was not.
    """

    article: str
    number: int
    suffix: int
    paragraph: int
    acts: str
    acts_start: int
    acts_end: int
    items: tuple[ActItem, ...]
    violated: tuple[ProvisionLink, ...]
    borrowed: tuple[ProvisionLink, ...]
    authorities: tuple[Authority, ...]
    tiers: tuple[Tier, ...]
    coverage: Coverage
    start: int
    end: int
    unread: tuple[tuple[int, int], ...] = ()
    amounts_read: int = 0

    @property
    def kinds(self) -> tuple[PenaltyKind, ...]:
        """Every kind in any tier, each once, in order of the text."""
        return tuple(dict.fromkeys(k for t in self.tiers for k in t.kinds))

    @property
    def fines(self) -> tuple[FineRange, ...]:
        """Every fine of every tier, in order of the text."""
        return tuple(f for t in self.tiers for f in t.fines)


@dataclass(frozen=True, slots=True)
class Place:
    """A 款 in its article: the lead line and the lines of its 项, with offsets in the article's text."""

    paragraph: Paragraph
    lead: str
    lead_start: int
    items: tuple[ActItem, ...]

    @property
    def end(self) -> int:
        """Offset of the end of the paragraph, its items included."""
        return self.items[-1].end if self.items else self.lead_start + len(self.lead)


@lru_cache(maxsize=1024)  # the same provisions are asked about again and again
def parse_penalties(article: Article) -> tuple[PenaltyProvision, ...]:
    """Return the penalty provisions of an article, one for each 款 that punishes, in order.

    A paragraph that only borrows (依照前款规定处罚) is one too, with no tier and with `borrowed`. An article
    that punishes nothing gives ().
    """
    text = fold_width(article.text)
    if len(text) > _LONGEST_ARTICLE or not _PENAL.search(text):
        return ()
    return tuple(p for place in places(text) if len(place.lead) <= _LONGEST_PARAGRAPH and (p := _provision(article, place)) is not None)


def places(text: str) -> list[Place]:
    """Return the paragraphs of `text` with the offsets `structure.paragraphs` does not keep."""
    out, cursor = [], 0
    for para in paragraphs(text):
        start = text.index(para.text, cursor)
        cursor = start + len(para.text)
        items = []
        for item in para.items:
            words = "\n".join((item.text, *item.subitems))
            at = text.index(item.text, cursor)
            last = item.text
            cursor = at + len(item.text)
            for last in item.subitems:
                cursor = text.index(last, cursor) + len(last)
            items.append(ActItem(item.number, words if cursor - at == len(words) else text[at:cursor], at, cursor))
        out.append(Place(para, para.text, start, tuple(items)))
    return out


def _provision(article: Article, place: Place) -> PenaltyProvision | None:
    lead = TierReader(place.lead, place.lead_start).read()
    item_tiers = _item_readings(place, lead)
    if any(t.fines for r in item_tiers for t in r.tiers):
        lead = replace(lead, tiers=tuple(replace(t, fines=tuple(f for f in t.fines if not f.is_open)) for t in lead.tiers))
    readings = [lead, *item_tiers]
    tiers = tuple(t for r in readings for t in r.tiers)
    borrowed = find_borrowed(place.lead, place.lead_start, article.number, article.suffix, place.paragraph.number)
    if item_tiers:
        for item in place.items:
            borrowed += find_borrowed(item.text, item.start, article.number, article.suffix, place.paragraph.number)
    if not any(t.punishes for t in tiers) and not borrowed:
        return None
    if not _tells_conduct(place, lead, tiers):
        return None
    if _only_bars(tiers) and not re.search(r"处罚|吊销|违反|情节|刑|取缔|撤销|违法", place.lead):
        return None
    return _assembled(article, place, readings, tiers, borrowed, bool(item_tiers))


def _tells_conduct(place: Place, lead: Reading, tiers: tuple[Tier, ...]) -> bool:
    """False for rules about penalties themselves (设定, 收缴, 复议) and for paragraphs that name no conduct."""
    if _ABOUT_PENALTIES.search(place.lead):
        return False
    if any(not fine.is_open for tier in tiers for fine in tier.fines):
        return True
    if _REMEDIES.search(place.lead):
        return False
    return bool(lead.acts or place.items or any(t.conditions for t in tiers) or _CONDUCT.search(place.lead))


def _only_bars(tiers: tuple[Tier, ...]) -> bool:
    """True where all a paragraph says is that someone may not do something for a time: a rule of fitness, maybe no penalty."""
    return bool(tiers) and all(k is PenaltyKind.RESTRICT_PROFESSION or not k.is_penalty for t in tiers for k in t.kinds)


def _assembled(
    article: Article, place: Place, readings: list[Reading], tiers: tuple[Tier, ...], borrowed: tuple[ProvisionLink, ...], by_item: bool
) -> PenaltyProvision:
    lead = readings[0]
    acts_end = _acts_end(place, lead, tiers)
    acts = place.lead[: acts_end - place.lead_start].rstrip("，：")
    unread = tuple(u for r in readings for u in r.unread) if _speaks_of_fines(place, by_item) else ()
    count = sum(r.amounts for r in readings)
    return PenaltyProvision(
        article=article.label,
        number=article.number,
        suffix=article.suffix,
        paragraph=place.paragraph.number,
        acts=acts,
        acts_start=place.lead_start,
        acts_end=place.lead_start + len(acts),
        items=place.items,
        violated=_violated(article, place, acts, tiers, borrowed),
        borrowed=borrowed,
        authorities=_powers(place, tiers, by_item),
        tiers=tiers,
        coverage=_coverage(tiers, borrowed, unread),
        start=place.lead_start,
        end=place.end,
        unread=unread,
        amounts_read=count,
    )


def _item_readings(place: Place, lead: Reading) -> list[Reading]:
    """Readings of the items where the items themselves punish (依照下列规定处罚：（一）…处…)."""
    says_fine = bool(_SAYS_FINE.search(place.lead))
    if not place.items or not _items_punish(place, lead, says_fine):
        return []
    out = []
    for item in place.items:
        head = re.match(r"^\s*[（(][^）)]*[）)]\s*", item.text)
        skip = head.end() if head else 0
        reading = TierReader(item.text[skip:], item.start + skip, item.number, implied_fine=says_fine).read()
        tiers = tuple(_under_act(t, reading) for t in reading.tiers)
        if tiers or reading.unread:
            out.append(replace(reading, tiers=tiers))
    return out if any(t.punishes and (t.conditions or t.fines) for r in out for t in r.tiers) else []


def _items_punish(place: Place, lead: Reading, says_fine: bool) -> bool:
    """True where items order something: the lead sends to them, or they carry amounts of fines themselves."""
    if any(_FINE_OF_ITEM.search(i.text) for i in place.items) and all(f.is_open for t in lead.tiers for f in t.fines):
        return True
    if says_fine or _ITEMS_PUNISH.search(place.lead):
        return not any(t.fines and not says_fine for t in lead.tiers)
    return not any(t.punishes for t in lead.tiers) and bool(re.search(r"[给处]|违反|行为|情形|措施", place.lead))


def _under_act(tier: Tier, reading: Reading) -> Tier:
    """A tier of an item stands under the conduct its item begins with."""
    acts = tuple(c for c in reading.acts[:1] if c not in tier.conditions)
    return replace(tier, conditions=(*acts, *tier.conditions))


def _acts_end(place: Place, lead: Reading, tiers: tuple[Tier, ...]) -> int:
    """Where the words of the conduct end: before the first clause that orders something, or before its 由."""
    end = lead.acts_end
    if not lead.tiers and place.lead_start < end < place.lead_start + len(place.lead):
        return _before_addressee(place, end)
    if lead.tiers:
        if end > place.lead_start:
            return _before_addressee(place, end)
        first = [a.start - 1 for a in lead.tiers[0].authorities if a.start > place.lead_start]
        return min([*first, *(m.start for m in lead.tiers[0].measures), *(f.start for f in lead.tiers[0].fines)])
    found = re.search(r"由[^，；。]{2,40}?(?:按照|依照|处|给予|依据|责令|，|：|$)|(?:依照|按照)", place.lead)
    return place.lead_start + (found.start() if found else len(place.lead))


def _before_addressee(place: Place, end: int) -> int:
    words = place.lead[: end - place.lead_start]
    cut = re.search(r"，对[^，]{2,30}，$", words)
    return end if not cut else place.lead_start + cut.start()


def _violated(
    article: Article, place: Place, acts: str, tiers: tuple[Tier, ...], borrowed: tuple[ProvisionLink, ...]
) -> tuple[ProvisionLink, ...]:
    """Provisions named in the words of the conduct: of the paragraph, its items, and tiers with conduct of their own."""
    at = (article.number, article.suffix, place.paragraph.number)
    links = list(find_links(acts, place.lead_start, *at))
    for item in place.items:
        ends = [t.start for t in tiers if t.item == item.number]
        links += find_links(item.text[: max(0, min(ends) - item.start)] if ends else item.text, item.start, *at)
    for condition in dict.fromkeys(c for t in tiers for c in t.conditions if c.is_act):
        links += find_links(condition.text, condition.start, *at)
    taken = {(b.start, b.end) for b in borrowed}
    seen: dict[tuple[int, int, int, int | None], ProvisionLink] = {}
    for link in links:
        if (link.start, link.end) not in taken:
            seen.setdefault((link.start, link.number, link.suffix, link.paragraph), link)
    return tuple(sorted(seen.values(), key=lambda x: x.start))


def _powers(place: Place, tiers: tuple[Tier, ...], by_item: bool) -> tuple[Authority, ...]:
    """The authorities named, in order, each once."""
    found = [replace(a, start=a.start + place.lead_start, end=a.end + place.lead_start) for a in authorities(place.lead)]
    found += [a for t in tiers if by_item and t.item is not None for a in t.authorities]
    out: dict[str, Authority] = {}
    for authority in found:
        out.setdefault(authority.text, authority)
    return tuple(out.values())


def _speaks_of_fines(place: Place, by_item: bool) -> bool:
    return bool(_SPEAKS_OF_FINES.search(place.lead)) or (by_item and any("罚款" in i.text for i in place.items))


def _coverage(tiers: tuple[Tier, ...], borrowed: tuple[ProvisionLink, ...], unread: tuple[tuple[int, int], ...]) -> Coverage:
    if not unread:
        return "whole"
    return "partly" if any(t.punishes for t in tiers) or borrowed else "none"


def punishing(
    provisions: Iterable[PenaltyProvision], number: int, suffix: int = 0, paragraph: int | None = None
) -> tuple[PenaltyProvision, ...]:
    """Return those of `provisions` (of one statute) that name 第`number`条 of the same statute as broken.

    With `paragraph` a provision that names another 款 of it is left out; one that names the whole article stays.
    """
    return tuple(
        p
        for p in provisions
        if any(
            not v.law and (v.number, v.suffix) == (number, suffix) and (paragraph is None or v.paragraph in (None, paragraph))
            for v in p.violated
        )
    )
