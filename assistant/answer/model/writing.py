"""An answer written by a model from the articles an answer already cites, shown sentence by sentence once proved.

The deterministic answer stands until the written one has passed, and stands for good where the model is slow, down or
talks nonsense. A sentence that is not proved is rewritten once with the reason, then struck and marked; past a share
struck, or without a proved conclusion, nothing of it is kept.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from time import monotonic

from assistant.answer.followup import gated
from assistant.answer.model.client import ModelClient, ModelFailed
from assistant.answer.model.prompts import Prompt, load_prompts
from assistant.answer.model.text import LONGEST_SENTENCE, MOST_SENTENCES, SECTIONS, Piece, SentenceReader
from assistant.answer.parts import Answer, Citation, Section
from assistant.config import Settings
from assistant.law.citation.grammar import next_article
from assistant.law.proof.proof import Proof, Source, prove
from assistant.search.words.thesaurus import load_thesaurus

log = logging.getLogger(__name__)
#: Sentences rewritten at most in one answer.
_REWRITES = 6
_REWRITE_TOKENS = 300
#: Deterministic sections the written ones take the place of.
_REPLACED = ("结论", "违反的义务")
STRUCK = "〔有一句没有通过核对，已删去〕"


class State(StrEnum):
    """Where a written sentence stands."""

    PASSED = "通过"
    PENDING = "核对中"
    STRUCK = "删去"


@dataclass(frozen=True, slots=True)
class Written:
    """One sentence: its text (empty once struck), the heading it stands under, and why it was refused at first."""

    section: str
    text: str
    state: State
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A written answer as far as it has come. `answer` is set once it has passed; `line` says so where it will not."""

    sentences: tuple[Written, ...] = ()
    citations: tuple[Citation, ...] = ()
    done: bool = False
    answer: Answer | None = None
    line: str = ""
    refused: int = 0
    rewritten: int = 0
    first_seconds: float | None = None

    @property
    def passed(self) -> tuple[Written, ...]:
        """The sentences that may be shown."""
        return tuple(s for s in self.sentences if s.state is State.PASSED)

    @property
    def struck(self) -> int:
        """How many were struck."""
        return sum(s.state is State.STRUCK for s in self.sentences)


def may_write(answer: Answer) -> bool:
    """True where there is something to write from: an answer with its articles, that corrects nothing and declines nothing."""
    return bool(answer.citations) and not answer.abstained and bool(answer.sections) and answer.sections[0].title == "结论"


def sources_of(citations: Sequence[Citation]) -> list[Source]:
    """Return the cited articles as what sentences are proved by; unnumbered pieces prove nothing and are left out."""
    out = []
    for citation in citations:
        unit = next_article(citation.article, 0)
        if unit and unit.start == 0:
            out.append(Source(citation.mark, citation.law, unit.numbers[0].value, unit.suffix, citation.quote))
    return out


def numbered(sources: Sequence[Source], citations: Sequence[Citation], room: int) -> tuple[str, list[Source]]:
    """Return the articles as the model gets them, and those that fit into `room` characters; the first always does."""
    addresses = {c.mark: c.address for c in citations}
    parts: list[str] = []
    kept: list[Source] = []
    for source in sources:
        part = f"[{source.mark}] {addresses[source.mark]}\n{source.text}"
        if kept and sum(map(len, parts)) + len(part) > room:
            break
        parts.append(part)
        kept.append(source)
    return "\n\n".join(parts), kept


def rewritten(client: ModelClient, question: str, history: Sequence[str]) -> str | None:
    """Return a follow-up as one question in the model's words, where they pass the gate; None where there are none."""
    prompt = load_prompts()["followup"]
    inputs = {"history": "\n".join(history[-4:]), "question": question}
    try:
        return gated(client.complete(prompt, inputs, purpose="改写追问", beside=history, tokens=120), question, history)
    except ModelFailed:
        return None


class Writer:
    """Writes answers with one model."""

    def __init__(self, settings: Settings, client: ModelClient, purpose: str = "撰写答复") -> None:
        self._settings = settings
        self._client = client
        self._purpose = purpose
        self._prompts: Mapping[str, Prompt] = load_prompts()
        client.prepare()

    def write(self, answer: Answer, beside: Sequence[str] = ()) -> Iterator[Draft]:
        """Yield the draft each time a sentence has passed or been judged; the last one is done.

        `beside` are the conversation's earlier questions, for the persons they name. Never raises for what the model does: the last draft's `line` says in one line why the first answer stands.
        """
        yield from _Writing(self._settings, self._client, self._prompts, answer, self._purpose, beside).run()


class _Writing:
    """One answer being written."""

    def __init__(
        self, settings: Settings, client: ModelClient, prompts: Mapping[str, Prompt], answer: Answer, purpose: str, beside: Sequence[str]
    ) -> None:
        self._purpose = purpose
        self._beside = (*beside, answer.question)
        self._settings = settings
        self._client = client
        self._prompts = prompts
        self._answer = answer
        room = max(500, settings.model_context - settings.model_reply_tokens - 1_500)
        self._articles, self._sources = numbered(sources_of(answer.citations), answer.citations, room)
        self._synonyms = load_thesaurus().expand(answer.question)
        self._started = monotonic()
        self._draft = Draft(citations=answer.citations)

    def run(self) -> Iterator[Draft]:
        if not self._sources:
            yield Draft(done=True, line="没有可供撰写的条文，保留原答复")
            return
        try:
            yield from self._read()
            yield from self._rewrite()
        except ModelFailed as error:
            yield replace(self._draft, done=True, line=f"{error}，以上为不使用模型的答复")
            return
        yield self._finished()

    def _left(self) -> float:
        return self._settings.model_timeout - (monotonic() - self._started)

    def _read(self) -> Iterator[Draft]:
        prompt = self._prompts["answer"]
        inputs = {"question": self._answer.question, "day": self._answer.as_of.isoformat(), "articles": self._articles}
        reader = SentenceReader()
        for delta in self._client.stream(prompt, inputs, purpose=self._purpose, beside=self._beside, seconds=self._left()):
            for piece in reader.feed(delta):
                yield self._judge(piece)
        # A last sentence without its end may be half of one.
        for piece in reader.finish(whole=False):
            yield self._judge(piece)

    def _judge(self, piece: Piece) -> Draft:
        if len(self._draft.sentences) >= MOST_SENTENCES:
            raise ModelFailed("模型写得过长，没有采用")
        proof = self._prove(piece.text)
        state = State.PASSED if proof.holds else State.PENDING
        written = Written(piece.section, piece.text, state, proof.reason)
        first = self._draft.first_seconds
        if first is None and proof.holds:
            first = monotonic() - self._started
        self._draft = replace(
            self._draft,
            sentences=(*self._draft.sentences, written),
            refused=self._draft.refused + (not proof.holds),
            first_seconds=first,
        )
        return self._draft

    def _prove(self, text: str) -> Proof:
        if len(text) > LONGEST_SENTENCE:
            return prove("", self._sources)
        return prove(text, self._sources, question=self._answer.question, synonyms=self._synonyms)

    def _rewrite(self) -> Iterator[Draft]:
        """Have each refused sentence rewritten once; what fails again, or finds no time, is struck."""
        tries = 0
        for index, written in enumerate(self._draft.sentences):
            if written.state is not State.PENDING:
                continue
            put = replace(written, text="", state=State.STRUCK)
            if tries < _REWRITES and self._left() > 1 and not self._hopeless():
                tries += 1
                text = self._again(written)
                if text:
                    put = replace(written, text=text, state=State.PASSED)
            sentences = self._draft.sentences
            self._draft = replace(
                self._draft,
                sentences=(*sentences[:index], put, *sentences[index + 1 :]),
                rewritten=self._draft.rewritten + (put.state is State.PASSED),
            )
            yield self._draft

    def _hopeless(self) -> bool:
        """True where even if every sentence left to rewrite came out well, too many are struck already."""
        return self._draft.struck > self._settings.model_struck_share * len(self._draft.sentences)

    def _again(self, written: Written) -> str:
        """The sentence rewritten, where it is one and proved; else empty."""
        prompt = self._prompts["rewrite"]
        inputs = {"sentence": written.text, "reason": written.reason, "articles": self._articles}
        try:
            reply = self._client.complete(
                prompt, inputs, purpose="改写一句", beside=self._beside, tokens=_REWRITE_TOKENS, seconds=self._left()
            )
        except ModelFailed:
            return ""
        reader = SentenceReader()
        pieces = [*reader.feed(reply), *reader.finish()]
        return pieces[0].text if len(pieces) == 1 and self._prove(pieces[0].text).holds else ""

    def _finished(self) -> Draft:
        draft = self._draft
        total, struck = len(draft.sentences), draft.struck
        concluded = any(s.section == SECTIONS[0] and "[" in s.text for s in draft.passed)
        if not total:
            return replace(draft, done=True, line="模型没有按格式作答，以上为不使用模型的答复")
        if struck > self._settings.model_struck_share * total or not concluded:
            why = "结论没有通过核对" if not concluded else f"{total} 句里有 {struck} 句没有通过核对"
            return replace(draft, done=True, line=f"模型写的答复没有采用（{why}），以上为不使用模型的答复")
        return replace(draft, done=True, answer=self._composed(draft))

    def _composed(self, draft: Draft) -> Answer:
        """The answer with the written sections in the place of the first ones; everything else of it stays."""
        sections = [Section(name, "\n".join(lines)) for name in SECTIONS if (lines := shown_lines(draft, name))]
        kept = [s for s in self._answer.sections if s.title not in _REPLACED]
        struck = f"，删去 {draft.struck} 句" if draft.struck else ""
        note = f"结论和理由由模型撰写，逐句与条文核对通过 {len(draft.passed)} 句{struck}。法律以条文原文为准。"
        return replace(self._answer, sections=(*sections, *kept), note=note)


def shown_lines(draft: Draft, section: str) -> list[str]:
    """The lines of a section as they may be shown: proved sentences, and a mark for each one struck."""
    out = [s.text if s.state is State.PASSED else STRUCK for s in draft.sentences if s.section == section and s.state is not State.PENDING]
    return out if any(line != STRUCK for line in out) else []
