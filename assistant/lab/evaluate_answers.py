"""The figures of a labelled file: search and answers against gold articles and required facts."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.errors import RefusedInput
from assistant.law.text.numerals import to_number
from assistant.law.text.titles import short_title

Place = tuple[str, str]
_NUMERAL = r"(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千万亿]+)(?:[十百千万亿]+)?"
_UNIT = re.compile(rf"({_NUMERAL})(元|倍|日|天|年|个月|个工作日|小时|周岁|%)")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled question; `kind` is empty where the file gives none (STARD)."""

    id: str
    question: str
    gold: tuple[Place, ...]
    kind: str = ""
    must_say: tuple[str, ...] = ()
    must_not_say: tuple[str, ...] = ()


@dataclass
class Figures:
    """Named means, in the order they were added."""

    values: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, numbers: Iterable[float]) -> None:
        """Add the mean of `numbers`; nothing where there are none."""
        kept = list(numbers)
        if kept:
            self.values[name] = sum(kept) / len(kept)


def read_labelled(path: Path) -> list[Labelled]:
    """Return the questions of a labelled JSONL file; raises RefusedInput naming file and line."""
    out = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            gold = tuple(place(g) for g in data.get("gold", []))
            says = (tuple(data.get("must_say", [])), tuple(data.get("must_not_say", [])))
            out.append(Labelled(str(data["id"]), data["question"], gold, data.get("type", ""), *says))
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise RefusedInput(f"{path} 第 {number} 行", f"不是带标注的问题（{error}）") from error
    return out


def place(data: dict[str, Any]) -> Place:
    """(title, 第…条) in the form two citations are compared in."""
    return re.sub(r"[《》\s]", "", short_title(data.get("law") or "")), re.sub(r"\s", "", data.get("article") or "")


def search_figures(questions: Sequence[Labelled], hits: Callable[[str], Sequence[Place]]) -> dict[str, float]:
    """hit@5, recall@10, mrr@10 and recall@100 over questions with gold; `hits` gives 100 places a question."""
    asked = [q for q in questions if q.gold]
    found = [list(hits(q.question)) for q in asked]
    pairs = list(zip(asked, found, strict=True))
    figures = Figures()
    figures.add("hit@5", (any(g in f[:5] for g in q.gold) for q, f in pairs))
    figures.add("recall@10", (_share(q.gold, f[:10]) for q, f in pairs))
    figures.add("mrr@10", (next((1 / (i + 1) for i, p in enumerate(f[:10]) if p in q.gold), 0.0) for q, f in pairs))
    figures.add("recall@100", (_share(q.gold, f[:100]) for q, f in pairs))
    return {"n": float(len(asked)), **figures.values}


def answer_figures(questions: Sequence[Labelled], answer: Callable[[str], dict[str, Any]]) -> dict[str, float]:
    """must_say, cited_recall, cited_precision and abstain over labelled questions."""
    given = [(q, answer(q.question)) for q in questions]
    answerable = [(q, a) for q, a in given if q.kind != "abstain"]
    figures = Figures()
    figures.add("must_say", (said(q, a) for q, a in answerable if q.must_say))
    figures.add("cited_recall", (_share(q.gold, [place(c) for c in a["citations"]]) for q, a in answerable if q.gold))
    figures.add("cited_precision", (_precision(q, a) for q, a in answerable if q.gold and a["citations"]))
    figures.add("abstain", (bool(a["abstained"]) == (q.kind == "abstain") for q, a in given))
    figures.add("must_not_say", (not any(fold(m) in fold(a["answer"]) for m in q.must_not_say) for q, a in given))
    return {"n": float(len(given)), **figures.values}


def said(question: Labelled, answer: dict[str, Any]) -> float:
    """Share of the required facts that the answer's text or penalties contain."""
    text = fold(answer["answer"]) + fold(json.dumps(answer["penalties"], ensure_ascii=False))
    return sum(fold(m) in text for m in question.must_say) / len(question.must_say)


def fold(text: str) -> str:
    """Text without white space, widths and marks, with numerals before a unit as plain numbers (一万元 = 10000元)."""
    plain = re.sub(r"[\s,*_`>#|]+", "", unicodedata.normalize("NFKC", text or ""))

    def number(match: re.Match[str]) -> str:
        value = to_number(match.group(1))
        return match.group(0) if value is None else f"{value:g}{match.group(2)}"

    return _UNIT.sub(number, plain)


def _share(gold: Sequence[Place], found: Sequence[Place]) -> float:
    return sum(g in found for g in gold) / len(gold)


def _precision(question: Labelled, answer: dict[str, Any]) -> float:
    cited = [place(c) for c in answer["citations"]]
    return sum(c in question.gold for c in cited) / len(cited)
