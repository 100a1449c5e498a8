"""`eval-review`: findings against labels, counted as ../shared/eval/score.py counts them."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from assistant.errors import RefusedInput
from assistant.review.report.reviewer import Reviewer
from assistant.review.text.model import DocumentKind, Review, Severity

_COUNTED = (Severity.SERIOUS.value, Severity.NORMAL.value)


@dataclass
class _Code:
    wanted: int = 0
    found: int = 0
    false: int = 0
    placed: int = 0


@dataclass
class Evaluation:
    """What was found of the labels of a folder. `placed` counts hits whose quotation touches the label's place."""

    documents: int = 0
    clean: list[int] = field(default_factory=list)
    codes: dict[str, _Code] = field(default_factory=lambda: defaultdict(_Code))
    missed: list[dict[str, str]] = field(default_factory=list)
    false: list[dict[str, str]] = field(default_factory=list)
    slowest: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The figures, overall and by code; `seconds_max` is the slowest document."""
        found = sum(c.found for c in self.codes.values())
        wanted = sum(c.wanted for c in self.codes.values())
        false = sum(c.false for c in self.codes.values())
        return {
            "n": self.documents,
            "recall": found / wanted if wanted else 1.0,
            "precision": found / max(1, found + false),
            "false_per_clean": sum(self.clean) / len(self.clean) if self.clean else 0.0,
            "placed": sum(c.placed for c in self.codes.values()) / max(1, found),
            "seconds_max": round(self.slowest, 2),
            "codes": {
                code: {
                    "wanted": c.wanted,
                    "found": c.found,
                    "false": c.false,
                    "recall": c.found / c.wanted if c.wanted else None,
                    "precision": c.found / (c.found + c.false) if c.found + c.false else None,
                }
                for code, c in sorted(self.codes.items())
            },
            "missed": self.missed,
            "false_alarms": self.false,
        }


def evaluate_folder(folder: Path, reviewer: Reviewer, out: Path | None = None) -> Evaluation:
    """Review every document of `labels.jsonl` in the folder and compare; raises RefusedInput where there is none.

    With `out` each review is written there as ID.json, for the independent scorer.
    """
    labels = folder / "labels.jsonl"
    if not labels.is_file():
        raise RefusedInput(str(folder), "没有 labels.jsonl")
    result = Evaluation()
    for line in labels.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        label = json.loads(line)
        begun = perf_counter()
        review = reviewer.review_files([folder / label["file"]], DocumentKind(label["kind"]))
        result.slowest = max(result.slowest, perf_counter() - begun)
        if out:
            out.mkdir(parents=True, exist_ok=True)
            (out / f"{label['id']}.json").write_text(json.dumps(review.as_json(), ensure_ascii=False, indent=1), encoding="utf-8")
        _count(result, label, review)
    return result


def _count(result: Evaluation, label: dict[str, Any], review: Review) -> None:
    result.documents += 1
    found = [f for f in review.findings if f.severity.value in _COUNTED]
    if not label["defects"]:
        result.clean.append(len(found))
    left = list(found)
    for defect in label["defects"]:
        if defect["severity"] not in _COUNTED:
            continue
        result.codes[defect["code"]].wanted += 1
        same = [f for f in left if f.code == defect["code"]]
        if not same:
            result.missed.append({"id": label["id"], "code": defect["code"], "where": defect["where"]})
            continue
        hit = next((f for f in same if _touches(f.quote, defect["where"])), same[0])
        left.remove(hit)
        result.codes[defect["code"]].found += 1
        result.codes[defect["code"]].placed += _touches(hit.quote, defect["where"])
    allowed = {d["code"] for d in label["defects"]} | set(label.get("allow", []))
    for extra in left:
        if extra.code not in allowed:
            result.codes[extra.code].false += 1
            result.false.append({"id": label["id"], "code": extra.code, "quote": extra.quote[:60]})


def _touches(quote: str, where: str) -> bool:
    """True where one holds the other, or they share a run of eight characters."""
    if quote in where or where in quote:
        return True
    return any(where[i : i + 8] in quote for i in range(max(1, len(where) - 7)))
