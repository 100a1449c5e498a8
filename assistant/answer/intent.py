"""What an asker wishes, told by a small linear model over the question's words: law, or something to be declined.

A rule by words (`scope`) catches the plain cases; this one those that say it in their own way. It
was trained on `corpus/questions_scope/scope.jsonl` and the written questions (`train_relevance`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.search.words.tokens import character_pairs, legal_tokenizer
from assistant.shipped import INDEX

WEIGHTS = INDEX / "wish.npz"
BUCKETS = 8_192
#: Kinds of wishes; the first one is answered.
KINDS = ("law", "evasion", "injection", "personal", "elsewhere")


@dataclass(frozen=True, slots=True)
class Wish:
    """Probability of each kind, in the order of KINDS."""

    shares: NDArray[np.float32]

    def share(self, kind: str) -> float:
        """Probability of one kind."""
        return float(self.shares[KINDS.index(kind)])


def buckets(question: str) -> list[int]:
    """The hashed features of a question: words, character pairs and characters, each once."""
    chars = [c for c in question if not c.isspace()]
    tokens = [*legal_tokenizer().words(question), *character_pairs(question), *(f"c{c}" for c in chars)]
    tokens += [f"^{''.join(chars[:2])}", f"{''.join(chars[-3:])}$"]
    return sorted({int.from_bytes(hashlib.blake2b(t.encode(), digest_size=4).digest(), "little") % BUCKETS for t in tokens})


def read_wish(question: str) -> Wish | None:
    """Return the model's reading of a question, or None where its weights are not there."""
    weights = _weights()
    if weights is None:
        return None
    found = buckets(question)
    scores = weights[:, found].sum(axis=1) / max(1.0, np.sqrt(len(found))) + weights[:, -1]
    raised = np.exp(scores - scores.max())
    return Wish((raised / raised.sum()).astype(np.float32))


@lru_cache(maxsize=1)
def _weights() -> NDArray[np.float32] | None:
    """Weights (kinds, buckets + offset), stored as float16."""
    if not WEIGHTS.exists():
        return None
    stored: NDArray[np.float32] = np.load(WEIGHTS)["weights"].astype(np.float32)
    return stored if stored.shape == (len(KINDS), BUCKETS + 1) else None
