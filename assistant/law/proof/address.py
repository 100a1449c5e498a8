"""The addresses in a sentence (《…》第…条第…款): each must be that of the article it cites.

An address of the cited article itself is taken out of the words to be proved; a reference to another article may
stand only where the cited article refers to it in the same words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.law.citation.read import Citation, find_citations
from assistant.law.proof.readings import split_stretches
from assistant.law.text.titles import title_key

_BREACH = re.compile(r"(?:违反了?|依照|按照|根据|依据|适用|属于|符合)?(?:了)?$")
_REFERS = re.compile(r"(?:违反了?|依照|按照|适用|除|本法|本条例|本办法|本规定|前款|、|和|或者|至)(?:中华人民共和国)?$")
#: 规定 after the address says nothing of the article, and must not be looked for in it.
_SAYS = re.compile(r"(?:的)?(?:明确)?(?:规定)?(?!的)[，,：:]?")
_OWN_WORD = re.compile(r"本法|本条例|本办法|本规定|本规则|本细则")

Cited = tuple[str, int, int, str]


@dataclass(frozen=True, slots=True)
class Addressed:
    """The words without the addresses of the cited articles. `named` are (number, suffix) the words name as cited.

    `paragraph` and `item` are those named; `wrong` is an address that is not that of a cited article.
    """

    words: str
    named: frozenset[tuple[int, int]]
    paragraph: int | None = None
    item: int | None = None
    wrong: str = ""

    def stretches(self) -> list[list[str]]:
        """The words as stretches of clauses, cut where an article would be cut."""
        return [[c.text for c in s.clauses] for s in split_stretches(self.words)]


def read_addresses(part: str, sources: Sequence[Cited]) -> Addressed:
    """Return the words of `part` that remain to be proved, and what they name; `sources` are the articles it cites."""
    cuts: list[tuple[int, int, str]] = []
    named: set[tuple[int, int]] = set()
    paragraph = item = None
    for found in find_citations(part, {law: law for law, _, _, _ in sources}):
        verdict = _judge(found, part, sources)
        if verdict == "own":
            if found.number is not None:
                named.add((found.number, found.suffix))
                paragraph, item = found.paragraph or paragraph, found.item or item
            lead = _BREACH.search(part[: found.start])
            says = _SAYS.match(part[found.end :]) if not (lead and "违反" in lead.group()) else None
            cuts.append((found.start - len(lead.group()) if lead else found.start, found.end + (says.end() if says else 0), ""))
        elif verdict == "refers":
            label = found.label or ""
            cuts.append((found.start, found.end, f"本法{label}"))
        elif verdict == "wrong":
            return Addressed(part, frozenset(), wrong=found.raw)
    words = part
    for start, end, put in sorted(set(cuts), reverse=True):
        words = words[:start] + put + words[end:]
    return Addressed(words, frozenset(named), paragraph, item)


def _judge(found: Citation, part: str, sources: Sequence[Cited]) -> str:
    """`own`: the cited article; `refers`: another of its statute, referred to; `words`: to be proved as words; `wrong`."""
    before = part[: found.start]
    own_word = bool(_OWN_WORD.match(found.raw)) or bool(_OWN_WORD.search(before[-4:]))
    laws = {title_key(law) for law, _, _, _ in sources}
    if found.title and title_key(found.title) not in laws:
        bare = found.title.strip("《》")
        return "words" if any(bare in text for _, _, _, text in sources) else "wrong"
    if found.number is None:
        return "own" if found.title else "words"
    is_cited = any((found.number, found.suffix) == (n, s) for _, n, s, _ in sources)
    if is_cited and not own_word:
        return "own"
    if found.title_source in ("bracketed", "short") and found.title:
        return "refers" if _REFERS.search(before) else "wrong"
    return "words" if own_word or _REFERS.search(before) else "wrong"
