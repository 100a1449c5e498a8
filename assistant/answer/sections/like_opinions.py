"""Up to two opinions of the law firm on like questions, beside an answer: told apart from the law and never part of its basis."""

from __future__ import annotations

from dataclasses import replace

from assistant.answer.parts import Answer, Citation, cite
from assistant.answer.relevance import answerable
from assistant.answer.sections.phrases import ASK_LAWYER
from assistant.law.statute.model import Level
from assistant.search.searcher import PUBLIC, Hit, Searcher

#: What stands where a statute has its 时效状态, and what the opinion does for the answer.
STATUS, ROLE = "法律意见", "供参考，不是法律依据"
_MOST = 2
_LOOKED_AT = 6


def with_opinions(answer: Answer, searcher: Searcher, desk: str) -> Answer:
    """Return the answer with opinions on like questions; unchanged where none is like, and always for the public desk.

    An answer that was handed on to a lawyer gets them too: it may have been asked before.
    """
    if desk == PUBLIC or (answer.abstained and ASK_LAWYER not in answer.next_steps):
        return answer
    found = _like(answer, searcher, desk)
    first = max((c.mark for c in answer.citations), default=0) + 1
    return replace(answer, opinions=tuple(_as_opinion(h, first + n, answer) for n, h in enumerate(found))) if found else answer


def _like(answer: Answer, searcher: Searcher, desk: str) -> list[Hit]:
    """The likest piece of each opinion on a like question, the likest first."""
    if not searcher.holds(Level.OPINION, answer.question, answer.as_of, desk):
        return []
    hits = searcher.search(answer.question, k=_LOOKED_AT, as_of=answer.as_of, desk=desk, levels=(Level.OPINION,), explain=True)
    if not hits or not answerable(answer.question, hits):
        return []
    likest = {h.article.statute.id: h for h in reversed(hits)}
    return sorted(likest.values(), key=lambda h: -h.score)[:_MOST]


def _as_opinion(hit: Hit, mark: int, answer: Answer) -> Citation:
    return replace(cite(hit.article, mark, answer.as_of, ROLE), status=STATUS)
