"""Whether the found articles answer the question at all: a small logistic rule over the best hits' features."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.answer.intent import read_wish
from assistant.search.ranking.features import FEATURES
from assistant.search.searcher import Hit
from assistant.shipped import INDEX

WEIGHTS = INDEX / "relevance.json"
#: Features of the best five hits whose largest values tell an answerable question.
USED = ("words", "pairs", "heading", "dense", "bank_words", "bank_dense", "bank_votes", "field_match", "statute_named")
#: All columns of the rule, in order.
COLUMNS = [*USED, "length", "elsewhere"]
_TOP = 5
_NOTHING = dict.fromkeys(FEATURES, 0.0)
#: Until weights are trained: an answer needs a blend at least this high and some likeness of meaning.
_LEAST_BASE, _LEAST_DENSE = 0.95, 0.36


def answerable(question: str, hits: Sequence[Hit]) -> bool:
    """Return whether the best hits are about the question; exact references always are."""
    if hits[0].exact:
        return True
    measured = measure(question, hits)
    weights = load_weights()
    if weights is None:
        base = max((h.why or {}).get("base", 0.0) for h in hits[:_TOP])
        return base >= _LEAST_BASE and float(measured[USED.index("dense")]) >= _LEAST_DENSE
    return float(weights[:-1] @ measured + weights[-1]) > 0


def measure(question: str, hits: Sequence[Hit], elsewhere: float | None = None) -> NDArray[np.float32]:
    """The largest value of each used feature among the best hits, the question's length (log), and how
    much its words sound like matters the library does not hold (`elsewhere`; read from the words where not given)."""
    rows = [[(h.why or _NOTHING)[name] for name in USED] for h in hits[:_TOP]] or [[0.0] * len(USED)]
    if elsewhere is None:
        wish = read_wish(question)
        elsewhere = wish.share("elsewhere") if wish else 0.0
    return np.append(np.max(np.array(rows, dtype=np.float32), axis=0), [np.log1p(len(question)), elsewhere]).astype(np.float32)


@lru_cache(maxsize=1)
def load_weights() -> NDArray[np.float32] | None:
    """The trained weights (one a feature, then the offset), or None where there are none for these features."""
    if not WEIGHTS.exists():
        return None
    data = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return np.array(data["weights"], dtype=np.float32) if data["features"] == COLUMNS else None
