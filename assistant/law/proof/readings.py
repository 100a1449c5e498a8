"""The readings of an article: each a stretch that may be said in one breath without mixing what belongs apart.

An article often punishes several acts, or one act by degrees. A reading holds one consequence with the conduct
and the condition it stands under, so that a sentence proved by one reading cannot join the conduct of one 款
with the fine of another, or leave 情节严重的 out (立法法 第六十五条: 条分款、项、目).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from assistant.law.penalty.conditions import is_pure, read_condition
from assistant.law.proof.tokens import Kind, Token, tokens
from assistant.law.statute.structure import paragraphs
from assistant.law.text.folding import squeeze


class Part(Enum):
    """What a clause of a reading is: conduct, a degree that must be said, whom it concerns, a thing listed, or the rest."""

    CONDUCT = "行为"
    DEGREE = "条件"
    ADDRESSEE = "对象"
    LISTED = "列举"
    REST = "其余"


@dataclass(frozen=True, slots=True)
class Clause:
    """The words between two commas, and what they are."""

    text: str
    part: Part


@dataclass(frozen=True, slots=True)
class Reading:
    """Tokens in order with the clause of each. `family` names the conduct (款 and place) a consequence belongs to."""

    tokens: tuple[Token, ...]
    clause_of: tuple[int, ...]
    clauses: tuple[Clause, ...]
    paragraph: int
    items: tuple[int, ...]
    family: tuple[int, int]

    @property
    def conditioned(self) -> bool:
        """True where the reading says under what conduct its consequence follows."""
        return any(c.part is Part.CONDUCT for c in self.clauses)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of clauses with one consequence: its own condition (where it has one) and what follows."""

    condition: tuple[Clause, ...]
    rest: tuple[Clause, ...]
    number: int

    @property
    def names_conduct(self) -> bool:
        return any(c.part is Part.CONDUCT for c in self.condition)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return (*self.condition, *self.rest)


_CUT = re.compile(r"[；。;！？!?]")
_TO_PERSONS = re.compile(r"^(?:并?对|同时对|由其|其)[^，]{0,20}(?:人员|负责人|法定代表人|个人|单位|责任人|演员|经纪人)")
_GOES_ON = re.compile(
    r"^(?:并|可以|可以并|没收|吊销|责令|处|给予|予以|由|造成|构成|依法|依照|同时|取缔|撤销|降低|暂扣|罚款|有违法所得|没有违法所得|违法所得|情节)"
)
_ORDERS = re.compile(r"责令|处以?[一二三四五六七八九十百千\d]|罚款|没收|吊销|给予|应当|不得|可以|视为|承担|有权|处罚")
_PUNISHES = re.compile(r"罚款|没收|吊销|警告|责令|拘留")
_ITEM_ORDERS = re.compile(r"的，|[元倍日%％](?:以上|以下|内|的)|百分之")
_BREACH = re.compile(r"违反[^，]{0,40}规定$")


def split_stretches(text: str) -> list[Stretch]:
    """Return the stretches of one paragraph or sentence: cut at ；。, at a new condition, and at 对…人员."""
    out: list[Stretch] = []
    for piece in (p for p in _CUT.split(text) if p.strip("，：: \n")):
        words = [w for w in re.split(r"[，：:,\n]", piece) if w.strip()]
        own: list[str] = []
        for word in words:
            opens = word.endswith("的") or bool(_TO_PERSONS.match(word))
            if own and opens and not _is_condition(own):
                out.append(_stretch(own, len(out)))
                own = []
            own.append(word)
        if own:
            out.append(_stretch(own, len(out)))
    return out


def _is_condition(words: list[str]) -> bool:
    """True while what was read is still conditions (违反…规定，有下列行为之一的，情节严重的)."""
    last = max((k for k, w in enumerate(words) if w.endswith("的")), default=-1)
    return last == len(words) - 1 or (last < 0 and not any(_ORDERS.search(w) for w in words))


def _stretch(words: list[str], number: int) -> Stretch:
    last = max((k for k, w in enumerate(words) if w.endswith("的")), default=-1)
    condition = tuple(Clause(w, _condition_part(w)) for w in words[: last + 1])
    rest = [Clause(w, Part.REST) for w in words[last + 1 :]]
    if not condition and rest and _TO_PERSONS.match(rest[0].text) and len(rest) > 1 and not re.search(r"处|给予|予以", rest[0].text):
        rest[0] = Clause(rest[0].text, Part.ADDRESSEE)
    return Stretch(condition, tuple(rest), number)


def _condition_part(words: str) -> Part:
    if _TO_PERSONS.match(words):
        return Part.ADDRESSEE
    if not words.endswith("的"):
        return Part.CONDUCT
    read = read_condition(words, 0, len(words))
    return Part.DEGREE if is_pure(words) or read.is_amount or (not read.is_act and len(words) <= 20) else Part.CONDUCT


@lru_cache(maxsize=512)
def readings(text: str) -> tuple[Reading, ...]:
    """Return the readings of an article's text."""
    out: list[Reading] = []
    shown = squeeze(text).text
    for para in paragraphs(shown):
        if para.items:
            out += _with_items(para.text, [(i.number, "\n".join((i.text, *i.subitems))) for i in para.items], para.number)
        else:
            out += _plain(split_stretches(para.text), para.number, ())
    return tuple(out)


def _plain(stretches: list[Stretch], paragraph: int, items: tuple[int, ...], lead: tuple[Clause, ...] = ()) -> list[Reading]:
    out = []
    for stretch in stretches:
        parent = _parent(stretches, stretch)
        shared = parent.condition if parent else _shared_breach(stretches, stretch)
        family = (paragraph, (parent or stretch).number)
        out.append(_reading((*lead, *shared, *stretch.clauses), paragraph, items, family))
        if parent and parent.number == stretch.number - 1 and not stretch.condition:
            out.append(_reading((*lead, *parent.clauses, *stretch.clauses), paragraph, items, family))
    return out


def _parent(stretches: list[Stretch], stretch: Stretch) -> Stretch | None:
    """The stretch whose conduct this one goes on from (情节严重的…, 对直接负责的主管人员…); None where it stands alone."""
    if stretch.names_conduct or not stretch.number:
        return None
    opening = stretch.clauses[0]
    goes_on = opening.part is not Part.REST or _GOES_ON.match(opening.text) or _TO_PERSONS.match(opening.text)
    before = [s for s in stretches[: stretch.number] if s.names_conduct]
    return before[-1] if goes_on and before else None


def _shared_breach(stretches: list[Stretch], stretch: Stretch) -> tuple[Clause, ...]:
    """违反本法规定 of the first stretch, which governs the conduct of the later ones too."""
    if not stretch.number or not stretch.names_conduct:
        return ()
    return tuple(c for c in stretches[0].condition[:1] if _BREACH.search(c.text))


def _with_items(lead: str, items: list[tuple[int, str]], paragraph: int) -> list[Reading]:
    """Readings of a paragraph with 项: those that order something stand each for itself, others list conduct or things."""
    stretches = split_stretches(lead)
    numbers = tuple(n for n, _ in items)
    if not stretches or (not _PUNISHES.search(lead) and any(_ITEM_ORDERS.search(text) for _, text in items)):
        return [r for n, text in items for r in _ordering(stretches, split_stretches(text), paragraph, n)]
    listed = tuple(Clause(w, Part.CONDUCT) for _, text in items for w in re.split(r"[，：:；。,\n]", text) if w.strip())
    out = []
    for stretch in stretches:
        parent = _parent(stretches, stretch)
        family = (paragraph, (parent or stretch).number)
        if stretch.names_conduct or parent:
            before = (parent or stretch).condition
            own = stretch.condition if parent else ()
            out.append(_reading((*before, *listed, *own, *stretch.rest), paragraph, numbers, family))
        things = tuple(Clause(c.text, Part.LISTED) for c in listed)
        placed = _at_their_place(stretch, things)
        if placed:
            out.append(_reading(placed, paragraph, numbers, family))
        out.append(_reading((*(parent.condition if parent else ()), *stretch.clauses, *things), paragraph, numbers, family))
    return out


def _ordering(lead: list[Stretch], item: list[Stretch], paragraph: int, number: int) -> list[Reading]:
    """Readings of one 项 that orders something itself; where it has its own condition, that of the lead need not be said."""
    head = tuple(c for s in lead for c in s.clauses)
    if item and item[0].condition:
        head = _as_conduct(head)
        item = [Stretch(_as_conduct(item[0].condition), item[0].rest, 0), *item[1:]]
    return _plain(item, paragraph, (number,), head)


def _as_conduct(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    return tuple(Clause(c.text, Part.CONDUCT if c.part is Part.DEGREE else c.part) for c in clauses)


def _at_their_place(stretch: Stretch, things: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """The clauses with the listed things where 下列 announces them: 拟作出（一）…行政处罚决定的，应当…"""
    for k, clause in enumerate(stretch.clauses):
        before, word, after = clause.text.partition("下列")
        if word and clause.part is Part.REST and before:
            tail = (Clause(after, Part.REST),) if after else ()
            return (*stretch.clauses[:k], Clause(before, Part.REST), *things, *tail, *stretch.clauses[k + 1 :])
    return ()


def _reading(clauses: tuple[Clause, ...], paragraph: int, items: tuple[int, ...], family: tuple[int, int]) -> Reading:
    found = [(token, k) for k, clause in enumerate(clauses) for token in tokens(clause.text) if token.kind is not Kind.BREAK]
    return Reading(tuple(t for t, _ in found), tuple(k for _, k in found), clauses, paragraph, items, family)
