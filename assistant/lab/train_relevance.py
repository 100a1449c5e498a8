"""Training the models that tell an answerable question: `python -m assistant.lab.train_relevance --home HOME`.

Learns from `corpus/questions_scope/scope.jsonl`, questions written for this: some off topic, some
on matters the library does not hold, some that only look so, and plans of honest people in few
words. Embedder and ranking have not learned from them. Prints the cross-validated accuracy.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.answer.intent import BUCKETS, KINDS, buckets
from assistant.answer.relevance import COLUMNS, WEIGHTS, measure
from assistant.answer.service import Assistant
from assistant.config import load_settings
from assistant.search.question_bank import question_files, read_questions
from assistant.shipped import CORPUS

SCOPE = CORPUS / "questions_scope" / "scope.jsonl"
_FOLDS = 5
#: Share of the answerable (and hard) questions of the file that may be refused.
_REFUSED = 0.06
#: Kind of a scope question → the wish it teaches; invented statutes are told by their titles, not here.
_WISH = {
    "lookalike": "law",
    "plan": "law",
    "evasion": "evasion",
    "injection": "injection",
    "personal": "personal",
    "offtopic": "elsewhere",
    "standard": "elsewhere",
}
#: Kinds that the found articles decide, not the words alone.
_MEASURED = {"lookalike", "offtopic", "standard"}


@dataclass(frozen=True, slots=True)
class ScopeQuestion:
    """A question with whether it should be answered, and what kind of question it is."""

    question: str
    kind: str
    answerable: bool


def read_scope(path: Path = SCOPE) -> list[ScopeQuestion]:
    """The questions of the file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [ScopeQuestion(r["question"], r["kind"], bool(r["answerable"])) for r in rows]


def fit(matrix: NDArray[np.float32], label: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Logistic regression by Newton's steps with a small ridge: one weight a column, then the offset."""
    data = np.column_stack([matrix, np.ones(len(matrix))]).astype(np.float64)
    weights = np.zeros(data.shape[1])
    ridge = np.eye(data.shape[1]) * 0.5
    ridge[-1, -1] = 0.0
    for _ in range(30):
        share = 1.0 / (1.0 + np.exp(-data @ weights))
        slope = data.T @ (share - label) + ridge @ weights
        weights -= np.linalg.solve((data * (share * (1 - share))[:, None]).T @ data + ridge, slope)
    return weights.astype(np.float32)


def fit_wish(texts: list[str], kinds: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.float32]:
    """Multinomial logistic regression over hashed words: weights (kinds, buckets + offset)."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=30, max_iter=300)
    model.fit(_word_matrix(texts), kinds, sample_weight=weight)
    return np.column_stack([model.coef_, model.intercept_]).astype(np.float32)


def _word_matrix(texts: list[str]) -> Any:
    from scipy.sparse import csr_matrix

    found = [buckets(t) for t in texts]
    rows = np.repeat(np.arange(len(found)), [len(b) for b in found])
    values = np.concatenate([np.full(len(b), 1 / np.sqrt(max(1, len(b)))) for b in found])
    return csr_matrix((values, (rows, np.concatenate(found))), shape=(len(texts), BUCKETS))


def _shares(weights: NDArray[np.float32], texts: list[str]) -> NDArray[np.float32]:
    scores = _word_matrix(texts) @ weights[:, :-1].T + weights[:, -1]
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


def train_wish(scope: list[ScopeQuestion], written: list[str], out: Path) -> NDArray[np.float32]:
    """Write the wish model; return its out-of-fold shares for the scope questions, shape (scope, kinds)."""
    texts = [q.question for q in scope] + written
    kinds = np.array([KINDS.index(_WISH[q.kind]) for q in scope] + [0] * len(written))
    weight = np.array([4.0] * len(scope) + [1.0] * len(written))
    fold = np.arange(len(texts)) % _FOLDS
    shares = np.zeros((len(texts), len(KINDS)), dtype=np.float32)
    for number in range(_FOLDS):
        rest = fold != number
        weights = fit_wish([t for t, keep in zip(texts, rest, strict=True) if keep], kinds[rest], weight[rest])
        shares[~rest] = _shares(weights, [t for t, keep in zip(texts, rest, strict=True) if not keep])
    np.savez_compressed(out, weights=fit_wish(texts, kinds, weight).astype(np.float16))
    return shares[: len(scope)]


def main() -> None:
    """Train both models on the scope questions, print cross-validated shares, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=WEIGHTS.parent)
    arguments = parser.parse_args()
    assistant = Assistant(load_settings(arguments.home))
    scope = [q for q in read_scope() if q.kind in _WISH]
    written = [q.question for path in question_files() for q in read_questions(path)]
    shares = train_wish(scope, written[:: max(1, len(written) // 12_000)], arguments.out / "wish.npz")
    elsewhere = shares[:, KINDS.index("elsewhere")]
    asked = [i for i, q in enumerate(scope) if q.kind in _MEASURED]
    matrix = np.vstack(
        [measure(scope[i].question, assistant.search(scope[i].question, k=5, explain=True), float(elsewhere[i])) for i in asked]
    )
    label = np.array([scope[i].answerable for i in asked])
    fold = np.arange(len(asked)) % _FOLDS
    scores = np.zeros(len(asked), dtype=np.float32)
    for number in range(_FOLDS):
        weights = fit(matrix[fold != number], label[fold != number])
        scores[fold == number] = matrix[fold == number] @ weights[:-1] + weights[-1]
    # A question that should be answered and is not is the commoner harm: let all but a few through.
    shift = float(np.quantile(scores[label], _REFUSED))
    right = (scores > shift) == label
    report = {k: round(float(right[[n for n, i in enumerate(asked) if scope[i].kind == k]].mean()), 3) for k in sorted(_MEASURED)}
    for kind in _WISH:
        of_kind = [i for i, q in enumerate(scope) if q.kind == kind]
        report[f"wish told: {kind}"] = round(float(np.mean([shares[i].argmax() == KINDS.index(_WISH[kind]) for i in of_kind])), 3)
    body = {"features": COLUMNS, "weights": [round(float(w), 5) for w in fit(matrix, label) - np.append(np.zeros(matrix.shape[1]), shift)]}
    (arguments.out / "relevance.json").write_text(json.dumps(body) + "\n", encoding="utf-8")
    print(json.dumps(report, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
