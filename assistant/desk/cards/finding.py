"""Cards for one sentence about what was seen on site: by the answer's provisions, else by the articles nearest its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answer.parts import Answer, Citation, cite
from assistant.answer.scope import decline
from assistant.desk.cards.cards import Cards
from assistant.desk.cards.model import Act
from assistant.errors import RefusedInput
from assistant.search.searcher import PUBLIC, Searcher

_SEARCHED, _QUOTED = 12, 4
UNSURE = "这句话没有直接对应的规定，下面按文字最接近的列出，请核对事实再用。"


class Finding(Protocol):
    """The part of the assistant this needs."""

    @property
    def searcher(self) -> Searcher:
        """The search over the current index."""

    def ask(self, question: str, *, desk: str = "staff", history: Sequence[str] = ()) -> Answer:
        """Return the answer to a question."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a sentence leads to: cards, best first, the articles, and what is said where neither is sure."""

    acts: tuple[Act, ...] = ()
    citations: tuple[Citation, ...] = ()
    said: str = ""


def find_cards(assistant: Finding, cards: Cards, sentence: str) -> Found:
    """Return the cards for a sentence, from public documents alone.

    Raises RefusedInput for an empty or overlong sentence, IndexNotReady before `setup`.
    """
    if not sentence.strip():
        raise RefusedInput("一句话", "还没有写，请写下看到的事")
    answer = assistant.ask(sentence, desk=PUBLIC)
    if not answer.abstained:
        acts = cards.of_answer(answer)
        return Found(acts or cards.of_articles(sentence, [c.article_id for c in answer.citations], answer.as_of), answer.citations)
    declined = decline(sentence)
    if declined:
        return Found(said=declined.sentence)
    hits = assistant.searcher.search(sentence, k=_SEARCHED, as_of=answer.as_of, desk=PUBLIC)
    acts = cards.of_articles(sentence, [h.article.id for h in hits], answer.as_of)
    cited = tuple(cite(h.article, n, answer.as_of) for n, h in enumerate(hits[:_QUOTED], 1))
    return Found(acts, cited, UNSURE if acts or cited else "没有找到有关的规定，请换个说法，或者按领域找。")
