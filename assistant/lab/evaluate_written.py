"""The figures of written answers: what they say and cite, what was refused, how fast, and whether anything false passed.

What passed is looked at again by a check that shares nothing with the proof but the articles, and every sentence that
passed is altered and handed back to the proof, which must refuse it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answer.model.writing import Draft, sources_of
from assistant.answer.parts import Answer, Citation
from assistant.lab.evaluate_answers import Labelled, fold, place, said
from assistant.law.proof.proof import prove

_MARK = re.compile(r"\[(\d+)\]")
_TITLE = re.compile(r"《[^》]*》")
_QUANTITY = re.compile(r"\d+(?:\.\d+)?(?:元|倍|日|天|个月|年|个工作日|小时|周岁|%)")
_ARTICLE = re.compile(r"第[零一二三四五六七八九十百千\d]+条(?:之[一二三四五六七八九十]+)?")
_WORDS = (
    "吊销",
    "暂扣",
    "没收",
    "警告",
    "通报批评",
    "拘留",
    "停业整顿",
    "停产停业",
    "关闭",
    "取缔",
    "罚款",
    "不得",
    "可以",
    "公安",
    "市场监督",
    "人民法院",
)
_ALTERATIONS: tuple[tuple[str, str], ...] = (
    (r"(?<=[\d一二三四五六七八九十])万元", "千元"), (r"(?<=[元倍日年])以下", "以上"), (r"(\d)(?=[日元倍年])", r"\g<1>7"),
    (r"([一二三四五六七八九])(?=[日倍年])", r"十\1"), ("应当", "可以"), ("不得", "可以"), ("可以", "应当"), ("吊销", "暂扣"), ("警告", "拘留"),
    ("未", ""), ("主管部门", "公安机关"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tried:
    """One question: the answer that stands in the end, and the last draft of the written one."""

    question: Labelled
    answer: Answer
    last: Draft

    @property
    def sentences(self) -> list[str]:
        """The sentences that passed."""
        return [s.text for s in self.last.passed]


def written_figures(
    questions: Sequence[Labelled], ask: Callable[[str], Answer], write: Callable[[Answer], Iterable[Draft]]
) -> dict[str, float]:
    """Return the figures over the questions that are to be answered.

    `written` is the share of answers the model's took the place of; `refused` the share of its sentences refused at
    first, `struck` for good; `false_accepted` sentences the second look does not find in the cited articles, and
    `altered_accepted` altered echoes the proof let pass: both counts, and both should be 0. `first_sentence_s` is the
    mean in seconds.
    """
    tried = list(_try(questions, ask, write))
    answers: list[tuple[Labelled, dict[str, Any]]] = [(t.question, t.answer.as_json()) for t in tried]
    sentences = sum(len(t.last.sentences) for t in tried)
    firsts = [t.last.first_seconds for t in tried if t.last.first_seconds is not None]
    figures = {
        "n": float(len(tried)),
        "must_say": _mean(said(q, a) for q, a in answers if q.must_say),
        "cited_recall": _mean(_recall(q, a) for q, a in answers if q.gold),
        "written": _mean(float(t.last.answer is not None) for t in tried),
        "sentences": float(sentences),
        "refused": sum(t.last.refused for t in tried) / sentences if sentences else 0.0,
        "struck": sum(t.last.struck for t in tried) / sentences if sentences else 0.0,
        "false_accepted": float(sum(not supported(s, t.answer.citations) for t in tried for s in t.sentences)),
        "altered_accepted": float(sum(len(echoes_accepted(s, t.answer)) for t in tried for s in t.sentences)),
    }
    return figures | ({"first_sentence_s": _mean(firsts)} if firsts else {})


def _try(questions: Sequence[Labelled], ask: Callable[[str], Answer], write: Callable[[Answer], Iterable[Draft]]) -> Iterator[Tried]:
    for question in questions:
        if question.kind == "abstain":
            continue
        first = ask(question.question)
        last = Draft(done=True)
        for draft in write(first):
            last = draft
        yield Tried(question, last.answer or first, last)


def supported(sentence: str, citations: Sequence[Citation]) -> bool:
    """True where every quantity, article number and weighty word of a sentence stands in the articles it cites, taken as text."""
    marks = {int(m) for m in _MARK.findall(sentence)}
    cited = [c for c in citations if c.mark in marks]
    words = _MARK.sub("", sentence)
    if len(cited) != len(marks):
        return False
    text = fold("".join(c.quote for c in cited))
    numbers = set(_QUANTITY.findall(fold(words))) - set(_QUANTITY.findall(text))
    known = {c.article for c in cited} | set(_ARTICLE.findall("".join(c.quote for c in cited)))
    named = {a for a in _ARTICLE.findall(words) if a not in known}
    outside = _TITLE.sub("", words)
    return not numbers and not named and all(w in text for w in _WORDS if w in outside)


def echoes_accepted(sentence: str, answer: Answer) -> list[str]:
    """Return altered forms of a proved sentence that the proof accepts although they say something else."""
    sources = sources_of(answer.citations)
    out = []
    for pattern, put in _ALTERATIONS:
        altered = re.sub(pattern, put, sentence, count=1)
        if altered != sentence and _MARK.search(altered) and prove(altered, sources, question="").holds:
            out.append(altered)
    return out


def _recall(question: Labelled, answer: dict[str, Any]) -> float:
    found = [place(c) for c in answer["citations"]]
    return sum(g in found for g in question.gold) / len(question.gold)


def _mean(numbers: Iterable[float]) -> float:
    kept = list(numbers)
    return sum(kept) / len(kept) if kept else 0.0
