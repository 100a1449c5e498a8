"""How a stretch of a sentence lies on a reading of an article, and what does not.

The two are aligned in order: runs of at least two like tokens, quantities and turning words singly. What
of the sentence finds no place, and what of the article's touched clauses is left out and would turn the rule, is a gap.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from assistant.law.proof.readings import Clause, Part, Reading
from assistant.law.proof.tokens import Kind, Token
from assistant.law.proof.words import JOINING

_RUN_COST = 0.3
_TURN_WORTH = 2.0
_NEVER = float("-inf")
#: Characters of a clause that tell which conduct is meant.
_ENOUGH = 6
_PENALTY_WORD = r"吊销|暂扣|警告|罚款|停业|停产|关闭|拘留|没收|通报|降低|撤销"
_PENALTY_BEFORE = re.compile(rf"(?:{_PENALTY_WORD})[^，、]{{0,16}}$")
_PENALTY_AFTER = re.compile(rf"^[^，、]{{0,24}}(?:{_PENALTY_WORD})")
_HOLLOW = re.compile(r"违反|本法|规定|有下列|下列|情形|行为|之一|的")


@dataclass(frozen=True, slots=True)
class Alignment:
    """`place[i]` is the index in the reading of the i-th token of the sentence, or None. `weight` is what matched."""

    reading: Reading
    said: tuple[Token, ...]
    place: tuple[int | None, ...]
    weight: float

    @property
    def touched(self) -> frozenset[int]:
        """The clauses of the reading in which something of substance matched: two words' worth, or a quantity."""
        count: dict[int, int] = {}
        for i, j in enumerate(self.place):
            if j is None:
                continue
            token = self.said[i]
            worth = 2 if token.kind in (Kind.QUANTITY, Kind.NUMBER) else int(token.kind is Kind.CHAR and token.value not in JOINING)
            count[self.reading.clause_of[j]] = count.get(self.reading.clause_of[j], 0) + worth
        return frozenset(k for k, n in count.items() if n >= 2)


def align(said: Sequence[Token], reading: Reading) -> Alignment:
    """Return the best alignment of `said` on a reading."""
    columns = len(reading.tokens)
    like = _like(said, reading)
    runs: list[dict[int, float]] = [{}]
    best: list[list[float]] = [[0.0] * (columns + 1)]
    for i, token in enumerate(said):
        worth = _TURN_WORTH if token.turns else 1.0
        up, run_up, row, run = best[-1], runs[-1], best[-1][:], {}
        following = like[i + 1] if i + 1 < len(said) else frozenset()
        for j in like[i]:
            starts = up[j] - _RUN_COST if token.turns or j + 1 in following else _NEVER
            run[j + 1] = max(run_up.get(j, _NEVER), starts) + worth
            row[j + 1] = max(row[j + 1], run[j + 1])
        runs.append(run)
        best.append(list(accumulate(row, max)))
    return Alignment(reading, tuple(said), tuple(_trace(len(said), columns, runs, best)), best[-1][columns])


def _like(said: Sequence[Token], reading: Reading) -> list[frozenset[int]]:
    """For each token of the sentence the places in the reading it may stand on."""
    places: dict[tuple[Kind, str], list[int]] = {}
    for j, given in enumerate(reading.tokens):
        places.setdefault((given.kind, given.value), []).append(j)
    return [frozenset(j for j in places.get((t.kind, t.value), ()) if t.stands_for(reading.tokens[j])) for t in said]


def _trace(rows: int, columns: int, runs: list[dict[int, float]], best: list[list[float]]) -> list[int | None]:
    place: list[int | None] = [None] * rows
    i, j, in_run = rows, columns, False
    while i > 0 and j > 0:
        if not in_run and best[i][j] == best[i][j - 1]:
            j -= 1
        elif not in_run and best[i][j] == best[i - 1][j]:
            i -= 1
        else:
            place[i - 1] = j - 1
            in_run = runs[i - 1].get(j - 1, _NEVER) >= best[i - 1][j - 1] - _RUN_COST
            i, j = i - 1, j - 1
    return place


#: How soon after the last word said 等 must stand for what follows to be of it.
_NEAR = 3
_PASSED_OVER = ("由", "依法", "并", "在", "按照", "依照", "经", "限期", "可以", "应当", "给予", "责令", "处")


def left_out(found: Alignment) -> list[str]:
    """Return what of the reading's touched clauses was left out although it turns the rule, in the reading's words."""
    reading, touched = found.reading, found.touched
    if not touched:
        return []
    matched = {j for j in found.place if j is not None}
    out: list[str] = []
    first, last = min(touched), max(touched)
    for j, token in enumerate(reading.tokens):
        clause = reading.clause_of[j]
        if j in matched:
            if _governs_nothing(j, matched, reading):
                out.append(reading.clauses[clause].text)
            continue
        if not token.turns:
            continue
        if (
            clause in touched
            and (
                token.kind in (Kind.BAR, Kind.MAY)
                or (token.kind is Kind.NOT and not _of_what_was_skipped(j, matched, reading))
                or (token.kind is Kind.OR and (_joins(j, found) or _offers_penalties(token, reading.clauses[clause])))
            )
        ) or (first < clause < last and token.kind is Kind.NOT and reading.clauses[clause].part not in (Part.CONDUCT, Part.LISTED)):
            out.append(reading.clauses[clause].text)
    out += [c.text for k, c in enumerate(reading.clauses) if k < last and k not in touched and c.part in (Part.DEGREE, Part.ADDRESSEE)]
    return list(dict.fromkeys(out))


def _governs_nothing(at: int, matched: set[int], reading: Reading) -> bool:
    """True for a 未, 不得 or 或者 said without the word it stands before (未经许可擅自… cut to 未擅自…)."""
    token = reading.tokens[at]
    if token.kind not in (Kind.NOT, Kind.BAR, Kind.OR) or at + 1 in matched:
        return False
    after = reading.tokens[at + 1 : at + 2]
    return bool(after) and reading.clause_of[at + 1] == reading.clause_of[at] and after[0].kind in (Kind.CHAR, Kind.ROLE)


def _joins(at: int, found: Alignment) -> bool:
    """True where both sides of an 或者 were said without it; an alternative left out whole is none."""
    placed = [(j, i) for i, j in enumerate(found.place) if j is not None]
    before = max((p for p in placed if p[0] < at), default=None)
    after = min((p for p in placed if p[0] > at), default=None)
    clause = found.reading.clause_of
    if before is None or after is None or clause[before[0]] != clause[at] or clause[after[0]] != clause[at]:
        return False
    close = found.said[before[1]].end == found.said[after[1]].start
    return after[0] - before[0] == 2 or not close


def _offers_penalties(token: Token, clause: Clause) -> bool:
    """True where an 或者 leaves the choice between two penalties: one of them alone is not what the article says."""
    before, after = clause.text[: token.start], clause.text[token.end :]
    return clause.part is Part.REST and bool(_PENALTY_BEFORE.search(before) and _PENALTY_AFTER.match(after))


def passed_over(found: Alignment) -> list[str]:
    """Return clauses in which the sentence skips a quantity or a person, other than a whole member of a list (对公民…、对法人…)."""
    reading = found.reading
    places = sorted(j for j in found.place if j is not None)
    out = []
    for one, two in pairwise(places):
        clause = reading.clause_of[one]
        skipped = reading.tokens[one + 1 : two]
        if clause != reading.clause_of[two] or not any(t.kind is Kind.QUANTITY or t.value == "对" for t in skipped):
            continue
        if "、" not in reading.clauses[clause].text[reading.tokens[one].end : skipped[0].start]:
            out.append(reading.clauses[clause].text)
    return out


def _of_what_was_skipped(at: int, matched: set[int], reading: Reading) -> bool:
    """True for a 未 or 不 inside 等… (A、B等不适宜…的场所) or in members of a list after the last one said."""
    clause = reading.clause_of[at]
    own = [j for j in range(len(reading.tokens)) if reading.clause_of[j] == clause]
    before = [j for j in own if j < at and j in matched]
    if not before:
        return False
    skipped = [reading.tokens[j] for j in own if before[-1] < j <= at]
    if any(t.value == "等" for t in skipped[:_NEAR]):
        return True
    after = [j for j in own if j > at and j in matched and reading.tokens[j].value not in JOINING]
    between = reading.clauses[clause].text[reading.tokens[before[-1]].end : reading.tokens[at].start]
    return not after and "、" in between


def entered_midway(found: Alignment) -> list[str]:
    """Return clauses the sentence comes to from another clause, passing over their beginning (another subject, another person)."""
    reading, out = found.reading, []
    places = sorted(j for j in found.place if j is not None)
    seen: set[int] = set()
    for j in places:
        clause = reading.clause_of[j]
        if clause in seen:
            continue
        skipped = [t for k, t in enumerate(reading.tokens[:j]) if reading.clause_of[k] == clause]
        words = "".join(t.value for t in skipped)
        if (seen and words and not words.startswith(_PASSED_OVER) and reading.clauses[clause].part is not Part.CONDUCT) or (
            "对" in [t.value for t in skipped if t.kind is Kind.ROLE] and reading.clauses[clause].part is Part.REST
        ):
            out.append(reading.clauses[clause].text)
        seen.add(clause)
    return out


def says_conduct(found: Alignment) -> bool:
    """True where enough of one clause of the conduct is said to tell which conduct the consequence stands under.

    违反本法规定 and 有下列行为之一的 tell nothing; a clause that names articles as broken needs their number.
    """
    reading = found.reading
    matched = {j for j in found.place if j is not None}
    announced = any(c.part is Part.CONDUCT and "下列" in c.text for c in reading.clauses)
    for k, clause in enumerate(reading.clauses):
        if clause.part is not Part.CONDUCT and not (announced and clause.part is Part.LISTED):
            continue
        own = [j for j, c in enumerate(reading.clause_of) if c == k]
        numbers = [j for j in own if reading.tokens[j].kind is Kind.NUMBER]
        if numbers:
            if any(j in matched for j in numbers):
                return True
            continue
        telling = _telling(own, reading)
        said = [j for j in telling if j in matched]
        if len(said) >= _ENOUGH or (len(said) >= 2 and len(said) >= 0.6 * len(telling)):
            return True
    return False


def _telling(own: list[int], reading: Reading) -> list[int]:
    """The characters of a clause that are not in words any conduct begins with."""
    text = "".join(reading.tokens[j].value or "#" for j in own)
    hollow = {k for m in _HOLLOW.finditer(text) for k in range(*m.span())}
    at, out = 0, []
    for j in own:
        value = reading.tokens[j].value or "#"
        if reading.tokens[j].kind is Kind.CHAR and at not in hollow:
            out.append(j)
        at += len(value)
    return out


def says_consequence(found: Alignment) -> bool:
    """True where something that follows from the conduct is said."""
    clauses = found.reading.clauses
    first = next((k for k, c in enumerate(clauses) if c.part is Part.CONDUCT), len(clauses))
    return any(k > first and clauses[k].part not in (Part.CONDUCT, Part.LISTED) for k in found.touched)
