"""Whether a written sentence of law is proved by the articles it cites; what is not proved is refused.

Pure and deterministic, and it fails closed: every word, number and turn of a sentence must lie, in order, on one
reading of one cited article (`proof_readings`), or be a word that only joins (`proof_words`). Nothing is taken on trust
because it sounds right; a true sentence in words of its own may be refused, an untrue one should not pass.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from assistant.law.penalty.provisions import parse_penalties
from assistant.law.proof.address import Addressed, read_addresses
from assistant.law.proof.quantities import read_quantities
from assistant.law.proof.stretch import Ground, prove_stretch
from assistant.law.proof.words import about_law, advice_only, is_fact, repeats
from assistant.law.statute.model import Article
from assistant.law.text.folding import squeeze


class Fault(StrEnum):
    """Why a sentence is refused, in the words shown to the reader and sent back to the model."""

    NO_CITATION = "说到法律而没有注明依据"
    NO_SUCH_MARK = "引用的编号不存在"
    WRONG_ARTICLE = "所写的条文与引用的编号不是同一条"
    QUOTE = "引号里的话与条文不一致"
    NUMBER = "数字、期限或幅度与所引条文不一致"
    AUTHORITY = "所写的机关不在所引条文中"
    PENALTY = "所写的处罚种类不在所引条文中，或者不属于这一情形"
    MODALITY = "改变了条文的“应当、可以、不得、或者、未”等用语"
    CONDITION = "漏掉或者换掉了条文规定的条件"
    UNSUPPORTED = "有的话在所引条文中找不到"
    MIXED = "把不同条文的内容连在一起"
    EMPTY = "没有写出条文的内容"


@dataclass(frozen=True, slots=True)
class Source:
    """An article a sentence may cite: its mark [n], the statute's title, its number and its text to the letter."""

    mark: int
    law: str
    number: int
    suffix: int
    text: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The verdict on one sentence. `detail` names the words that failed; `marks` are the citations in it."""

    fault: Fault | None
    detail: str = ""
    marks: tuple[int, ...] = field(default=())

    @property
    def holds(self) -> bool:
        """True where the sentence may be shown."""
        return self.fault is None

    @property
    def reason(self) -> str:
        """One Chinese line: why it was refused; empty where it was not."""
        if self.fault is None:
            return ""
        return f"{self.fault.value}：{self.detail}" if self.detail else self.fault.value


#: A longer sentence is none that could be proved; its words are not looked at.
LONGEST = 2_000
#: Twice the longest article of any statute; what a longer one says is not proved by it.
LONGEST_SOURCE = 6_000
_MARKS = re.compile(r"(?:[\[［【]\s*\d{1,3}(?:\s*[,，、]\s*\d{1,3})*\s*[\]］】]\s*)+")
_DIGITS = re.compile(r"\d{1,3}")
_QUOTED = re.compile(r"“([^”]{2,})”|「([^」]{2,})」|『([^』]{2,})』|\"([^\"]{2,})\"|‘([^’]{2,})’")
_ELLIPSIS = re.compile(r"…+|\.{3,}")
_FINE_AFTER = re.compile(r"^[^，；。]{0,4}罚款")
_AUTHORITY = re.compile(r"部门|机关|机构|政府|委员会|公安|法院|局|海关")
_PENALTY = re.compile(r"罚|没收|吊销|暂扣|警告|拘留|停业|停产|关闭|取缔|通报|责令|降低|撤销")


def prove(sentence: str, sources: Sequence[Source], *, question: str = "", synonyms: Mapping[str, Sequence[str]] | None = None) -> Proof:
    """Return whether `sentence` is proved by the articles its [n] marks cite.

    `question` are the words asked, which a clause that only takes them up (您所问的…的行为) may repeat; `synonyms`
    maps everyday words to those of the statutes (网吧), which may stand for them.
    """
    if len(sentence) > LONGEST:
        return Proof(Fault.UNSUPPORTED, f"一句话有 {len(sentence)} 字，超过 {LONGEST} 字")
    text = squeeze(sentence).text.strip()
    known = {s.mark: s for s in sources}
    groups = [(m.start(), m.end(), [int(d) for d in _DIGITS.findall(m.group())]) for m in _MARKS.finditer(text)]
    marks = tuple(dict.fromkeys(n for _, _, group in groups for n in group))
    missing = [n for n in marks if n not in known]
    if missing:
        return Proof(Fault.NO_SUCH_MARK, f"[{missing[0]}]", marks)
    if any(len(known[n].text) > LONGEST_SOURCE for n in marks):
        return Proof(Fault.UNSUPPORTED, f"所引条文超过 {LONGEST_SOURCE} 字，不能核对", marks)
    if not groups:
        allowed = not about_law(text) and advice_only(text, squeeze(question).text)
        return Proof(None) if allowed else Proof(Fault.NO_CITATION)
    rest = text[groups[-1][1] :].strip("。；，！？.;,!? ")
    if rest and (about_law(rest) or not advice_only(rest, squeeze(question).text)):
        return Proof(Fault.NO_CITATION, rest, marks)
    return _prove_parts(text, groups, known, marks, squeeze(question).text, synonyms or {})


def _prove_parts(
    text: str,
    groups: list[tuple[int, int, list[int]]],
    known: Mapping[int, Source],
    marks: tuple[int, ...],
    question: str,
    synonyms: Mapping[str, Sequence[str]],
) -> Proof:
    begin = 0
    before: list[Ground] = []
    for start, end, numbers in groups:
        part, begin = text[begin:start].strip("，；。： "), end
        proof, grounds = _prove_part(part, [known[n] for n in dict.fromkeys(numbers)], before, question, synonyms)
        if proof.fault:
            return Proof(proof.fault, proof.detail, marks)
        before += grounds
    return Proof(None, "", marks)


def _prove_part(
    part: str, sources: list[Source], before: list[Ground], question: str, synonyms: Mapping[str, Sequence[str]]
) -> tuple[Proof, list[Ground]]:
    """Prove the words before one group of marks; `before` is what earlier parts of the sentence stand on."""
    if not re.search(r"[\u4e00-\u9fff]", part):
        return Proof(Fault.EMPTY), []
    for own in (next(g for g in m.groups() if g) for m in _QUOTED.finditer(part)):
        pieces = [p for p in _ELLIPSIS.split(own) if p]
        if not any(all(p in squeeze(s.text).text for p in pieces) for s in sources):
            return Proof(Fault.QUOTE, own[:40]), []
    unread = _unread_fine(part, sources)
    if unread:
        return Proof(Fault.NUMBER, unread), []
    addressed = read_addresses(part, [(s.law, s.number, s.suffix, s.text) for s in sources])
    if addressed.wrong:
        return Proof(Fault.WRONG_ARTICLE, addressed.wrong), []
    return _prove_words(addressed, sources, before, question, synonyms)


def _prove_words(
    addressed: Addressed, sources: list[Source], before: list[Ground], question: str, synonyms: Mapping[str, Sequence[str]]
) -> tuple[Proof, list[Ground]]:
    grounds: list[Ground] = []
    for stretch in addressed.stretches():
        clauses = [c for c in stretch if not (is_fact(c) and _repeats(c, question))]
        if not clauses:
            continue
        found = prove_stretch(clauses, sources, addressed, [*before, *grounds], synonyms)
        if isinstance(found, str):
            return _explain(found), []
        grounds += found
    if not any(g.weight >= 4 for g in grounds):
        return Proof(Fault.EMPTY), []
    return Proof(None), grounds


def _repeats(clause: str, question: str) -> bool:
    """True where a clause about the facts has only words of the question, and nothing of its own."""
    return repeats(clause.replace("本案", ""), question)


def _explain(gap: str) -> Proof:
    """The fault a gap (`kind|words`) amounts to."""
    kind, _, words = gap.partition("|")
    if kind == "words":
        if _AUTHORITY.search(words):
            return Proof(Fault.AUTHORITY, words)
        return Proof(Fault.PENALTY if _PENALTY.search(words) else Fault.UNSUPPORTED, words)
    return Proof(Fault[kind], words)


def _unread_fine(part: str, sources: Sequence[Source]) -> str:
    """A fine in yuan or multiples that no parsed penalty range of the cited articles has; empty where all agree.

    A second look besides the alignment: the conclusion may not contradict the range (行政处罚法 第四条, 第五条).
    """
    fines = [f for s in sources for p in parse_penalties(Article(s.number, s.suffix, s.text, 1)) if p.coverage == "whole" for f in p.fines]
    ranges = {(f.floor, f.ceiling) for f in fines} | {(f.times_floor, f.times_ceiling) for f in fines} | {(None, f.cap) for f in fines}
    if not fines:
        return ""
    for q in read_quantities(part):
        if q.unit not in ("元", "倍") or not _FINE_AFTER.match(part[q.end :]) or q.bound in ("max", "min", "ge"):
            continue
        if (q.low, q.high) not in ranges:
            return part[q.start : q.end]
    return ""
