"""One stretch of a sentence against the readings of the articles it cites: proved, or the gap in words.

A gap is `kind|words`: the name of a fault, or `words` where plain words of the sentence have no place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from assistant.law.proof.address import Addressed
from assistant.law.proof.align import Alignment, align, entered_midway, left_out, passed_over, says_conduct, says_consequence
from assistant.law.proof.readings import Reading, readings
from assistant.law.proof.tokens import Kind, Token, tokens
from assistant.law.proof.words import GLUE, JOINING, covered
from assistant.law.text.titles import title_key

#: Readings tried at most, those first that share most with the sentence.
_TRIED = 8
#: … and of these only such as share at least this much of what the nearest shares.
_NEAR = 0.6


class Cited(Protocol):
    """What is needed of a source here."""

    @property
    def mark(self) -> int: ...
    @property
    def law(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def suffix(self) -> int: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Ground:
    """What a stretch stands on: the article, its reading, and how much of it was said."""

    source: Cited
    reading: Reading
    weight: float
    conduct: bool


def prove_stretch(
    clauses: Sequence[str],
    sources: Sequence[Cited],
    addressed: Addressed,
    before: Sequence[Ground],
    synonyms: Mapping[str, Sequence[str]],
) -> list[Ground] | str:
    """Return what the stretch stands on, or the gap of the attempt that came nearest."""
    gaps: list[tuple[float, str]] = []
    for source in sources:
        found = _by_one(clauses, source, addressed, before, synonyms)
        if isinstance(found, Ground):
            return [found]
        gaps.append(found)
    if len(sources) > 1:
        joined = _by_two(clauses, sources, addressed, before, synonyms)
        if joined:
            return joined
    return max(gaps, key=lambda g: g[0])[1]


def _by_one(
    clauses: Sequence[str], source: Cited, addressed: Addressed, before: Sequence[Ground], synonyms: Mapping[str, Sequence[str]]
) -> Ground | tuple[float, str]:
    said_text = "，".join(_in_statute_words(c, source.text, synonyms) for c in clauses)
    said = [t for t in tokens(said_text) if t.kind is not Kind.BREAK]
    if not said:
        return (0.0, "EMPTY|")
    worst = (-1.0, "UNSUPPORTED|" + said_text[:30])
    for reading in _nearest(said, source, addressed):
        found = align(said, reading)
        gap = _gap(found, said_text)
        if not gap:
            gap = _context(found, source, addressed, before)
        if not gap:
            return Ground(source, reading, found.weight, says_conduct(found))
        worst = max(worst, (found.weight, gap), key=lambda g: g[0])
    return worst


def _by_two(
    clauses: Sequence[str],
    sources: Sequence[Cited],
    addressed: Addressed,
    before: Sequence[Ground],
    synonyms: Mapping[str, Sequence[str]],
) -> list[Ground] | None:
    """A duty of one article followed by the consequence of another that names it as broken."""
    for cut in range(1, len(clauses)):
        for first in sources:
            duty = _by_one(clauses[:cut], first, addressed, before, synonyms)
            if not isinstance(duty, Ground):
                continue
            for second in sources:
                if second is first:
                    continue
                rest = _by_one(clauses[cut:], second, addressed, [*before, duty], synonyms)
                if isinstance(rest, Ground) and _links(rest, duty):
                    return [duty, rest]
    return None


def _nearest(said: Sequence[Token], source: Cited, addressed: Addressed) -> list[Reading]:
    """The readings that share most pairs with what is said, of the 款 and 项 named where they are."""
    named = (source.number, source.suffix) in addressed.named
    pairs = {(a.value, b.value) for a, b in pairwise(said)}
    fitting = []
    for reading in readings(source.text):
        if named and addressed.paragraph and reading.paragraph != addressed.paragraph:
            continue
        if named and addressed.item and addressed.item not in reading.items:
            continue
        own = {(a.value, b.value) for a, b in pairwise(reading.tokens)}
        fitting.append((len(pairs & own), -len(reading.tokens), reading))
    fitting.sort(key=lambda f: f[:2], reverse=True)
    most = fitting[0][0] if fitting else 0
    return [r for shared, _, r in fitting[:_TRIED] if shared and shared >= most * _NEAR]


def _in_statute_words(clause: str, text: str, synonyms: Mapping[str, Sequence[str]]) -> str:
    for said, law in synonyms.items():
        official = next((w for w in law if w in text), None)
        if official and said in clause and said not in text and official not in clause:
            clause = clause.replace(said, official)
    return clause


def _gap(found: Alignment, said_text: str) -> str:
    """What of the stretch has no place in the reading, or what it leaves out that would turn it."""
    glued = covered(said_text, GLUE)
    touched_text = "".join(found.reading.clauses[k].text for k in found.touched)
    words: list[str] = []
    for i, token in enumerate(found.said):
        if found.place[i] is not None and not _alone(found, i):
            continue
        by_glue = all(glued[token.start : token.end])
        if token.kind is Kind.CHAR:
            fine = token.value in "罚款" and "罚款" in touched_text and "罚款" in said_text
            if not (by_glue or token.value in JOINING or fine):
                words.append(token.value)
        elif token.kind is Kind.QUANTITY:
            return f"NUMBER|{said_text[token.start : token.end]}"
        elif token.kind is Kind.NUMBER:
            if not by_glue:
                return f"NUMBER|{said_text[max(0, token.start - 1) : token.end + 1]}"
        elif token.kind is Kind.ROLE:
            if not by_glue:
                words.append(token.value)
        elif token.kind is not Kind.MUST:
            return f"MODALITY|{said_text[max(0, token.start - 4) : token.end + 6]}"
    if words:
        return "words|" + "".join(words)
    lost = left_out(found)
    if lost:
        kind = "CONDITION" if lost[0].endswith("的") else "MODALITY"
        return f"{kind}|条文写的是“{lost[0][:40]}”"
    midway = entered_midway(found) or passed_over(found)
    return f"MIXED|条文写的是“{midway[0][:40]}”" if midway else ""


def _alone(found: Alignment, i: int) -> bool:
    """True for a character matched without a neighbour: it proves nothing."""
    if found.said[i].turns:
        return False
    here = found.place[i]
    assert here is not None
    after = found.place[i + 1] if i + 1 < len(found.place) else None
    prior = found.place[i - 1] if i else None
    return after != here + 1 and prior != here - 1


def _context(found: Alignment, source: Cited, addressed: Addressed, before: Sequence[Ground]) -> str:
    """Whether the consequence is said of its own conduct: in the same breath, just before, or under its address."""
    if not found.reading.conditioned or says_conduct(found) or not says_consequence(found):
        return ""
    last = before[-1] if before else None
    if last is None:
        named = (source.number, source.suffix) in addressed.named
        return "" if named else "CONDITION|没有写明是什么行为的后果"
    if last.source.mark == source.mark:
        return "" if last.reading.family == found.reading.family else "MIXED|这一后果不属于前面所写的行为"
    ground = Ground(source, found.reading, found.weight, False)
    return "" if _links(ground, last) else "MIXED|前后引用的两条没有对应关系"


def _links(consequence: Ground, duty: Ground) -> bool:
    """True where the conduct of the consequence names the article of the duty as broken."""
    conduct = "".join(c.text for c in consequence.reading.clauses if c.part.name == "CONDUCT")
    if title_key(consequence.source.law) != title_key(duty.source.law) and title_key(duty.source.law) not in conduct:
        return False
    found = tokens(conduct)
    return any(
        t.kind is Kind.NUMBER and t.value == str(duty.source.number) and found[k - 1].value == "第" for k, t in enumerate(found) if k
    )
