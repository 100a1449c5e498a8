"""Wording from a model: a plainer sentence, a suggestion for a clause, through the same proof as an answer.

Only words are asked for. What comes back may say of law only what the given articles prove, and may not bring in a
number, a date or a statute that is neither in the text nor in the articles.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.answer.model.client import ModelClient, ModelFailed
from assistant.answer.model.prompts import load_prompts
from assistant.answer.model.text import SentenceReader
from assistant.answer.model.writing import numbered, sources_of
from assistant.answer.parts import Citation
from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.law.proof.proof import prove
from assistant.law.proof.tokens import Kind, tokens
from assistant.law.proof.words import law_words
from assistant.law.text.folding import squeeze

_LONGEST = 2_000
_NUMBERS = re.compile(r"[零一二三四五六七八九十百千万亿两\d]+(?:\.\d+)?")
_LINK = re.compile(r"https?:|www\.|<[a-zA-Z/]|[{}]")


class Task(StrEnum):
    """What may be asked for."""

    PLAINER = "改得更通俗易懂，意思不变"
    CLAUSE = "把这条合同条款的意思写得更清楚、没有歧义，意思不变"
    OPINION = "改成合法性审查意见的书面语，意思不变"


@dataclass(frozen=True, slots=True)
class Wording:
    """The text suggested (empty where there is none) and, where there is none, one line that says why."""

    text: str
    line: str = ""


def suggest(
    settings: Settings, client: ModelClient, task: Task, text: str, citations: Sequence[Citation] = (), beside: Sequence[str] = ()
) -> Wording:
    """Return the model's wording of `text` where it passes, else an empty one with the reason.

    `beside` are other texts of the matter, for the persons they name. Raises RefusedInput for an empty or overlong text. Never raises for what the model does.
    """
    given = text.strip()
    if not given or len(given) > _LONGEST:
        raise RefusedInput("要改写的文字", f"应有 1 至 {_LONGEST} 字")
    articles, sources = numbered(sources_of(citations), citations, settings.model_context) if citations else ("（没有）", [])
    prompt = load_prompts()["wording"]
    try:
        inputs = {"task": task.value, "text": given, "articles": articles}
        reply = client.complete(prompt, inputs, purpose="改写文字", beside=beside)
    except ModelFailed as error:
        return Wording("", f"{error}，没有建议文字")
    reader = SentenceReader()
    sentences = [p.text for p in (*reader.feed(reply), *reader.finish())]
    known = squeeze(given).text
    if _turns("".join(sentences)) != _turns(given):
        return Wording("", "模型的文字改动了“应当、可以、不得、或者、不”等用语，没有采用")
    for sentence in sentences:
        if not _repeats_law(sentence, known) and not _adds_nothing(sentence, known) and not prove(sentence, sources, question=known).holds:
            return Wording("", "模型的文字没有通过核对（说到了原文和条文里没有的内容），没有采用")
    return Wording("".join(sentences)) if sentences else Wording("", "模型没有写出文字")


def _repeats_law(sentence: str, known: str) -> bool:
    """True for a sentence that stands in the text as it is."""
    return squeeze(sentence).text.strip("。；，") in known


def _adds_nothing(sentence: str, known: str) -> bool:
    """True where a sentence says nothing of law and has no number, name or link that the text has not."""
    plain = squeeze(sentence).text
    if _LINK.search(plain) or "[" in plain or len(plain) > 2 * len(known) + 40:
        return False
    return law_words(plain) <= law_words(known) and set(_NUMBERS.findall(plain)) <= set(_NUMBERS.findall(known))


def _turns(text: str) -> Counter[Kind]:
    """How often the text permits, forbids, denies and leaves a choice."""
    return Counter(t.kind for t in tokens(text) if t.kind in (Kind.BAR, Kind.MAY, Kind.NOT, Kind.OR))
