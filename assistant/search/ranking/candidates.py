"""Which documents are worth ranking: a fixed blend of the signals, lifted by what stands around a document."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.search.index.snapshot import Mask, Snapshot
from assistant.search.ranking.signals import Signals

Scores = NDArray[np.float32]
_BASE = {"words": 0.5, "pairs": 0.8, "heading": 0.3, "dense": 1.2, "bank_dense": 1.0, "bank_words": 0.8, "bank_votes": 0.1}
#: How much the statute's and the neighbourhood's share add to the blend.
_STATUTE, _AROUND = 0.4, 1.0
#: The best documents that tell which statutes are meant, and the articles on each side that count as the neighbourhood.
_TELLING, _REACH = 300, 3
#: Candidates each signal brings (the vectors twice as many), and those the lifted blend brings.
_EACH, _LIFTED = 100, 500
#: The best candidates whose references are followed.
_LEADERS = 25


@dataclass(frozen=True, slots=True)
class Blend:
    """Over all documents: `base` is the blend itself; `lifted` adds the shares (0 to 1) of statute and neighbourhood.

    Shares and lifted blend are 0 for what is not allowed: nothing hidden, of another day or another place has a say.
    """

    base: Scores
    lifted: Scores
    statute: Scores
    around: Scores


def blend(snapshot: Snapshot, signals: Signals, allowed: Mask) -> Blend:
    """Blend the signals; an article whose statute and neighbours are also about the question is lifted."""
    base = _base(signals)
    open_to = np.flatnonzero(allowed)
    own, statutes = base[open_to], snapshot.rows.statute[open_to]
    share = np.zeros(len(snapshot.rows.statute_ids) + 1, dtype=np.float64)
    telling = _top(own, _TELLING)
    np.add.at(share, statutes[telling], own[telling].astype(np.float64) ** 3)
    share = np.sqrt(share / max(float(share.max()), 1e-9))
    whole = np.zeros((3, len(base)), dtype=np.float32)
    whole[1, open_to] = share[statutes]
    whole[2, open_to] = _around(own)
    whole[0, open_to] = own + _STATUTE * whole[1, open_to] + _AROUND * whole[2, open_to]
    return Blend(base, *whole)


def choose(snapshot: Snapshot, signals: Signals, mixed: Blend, allowed: Mask, depth: float = 1.0) -> NDArray[np.int64]:
    """The allowed documents worth ranking, ascending: the best of each signal and of the blend, and what the best refer to.

    `depth` multiplies how many each of them brings.
    """
    open_to = np.flatnonzero(allowed)
    chosen = np.zeros(len(allowed), dtype=np.bool_)
    each = round(_EACH * depth)
    for scores, count in (
        (signals.words, each),
        (signals.pairs, each),
        (signals.dense, each * 2),
        (signals.bank_dense, each),
        (signals.bank_words, each // 2),
        (mixed.lifted, round(_LIFTED * depth)),
    ):
        chosen[open_to[_top(scores[open_to], count)]] = True
    found = np.flatnonzero(chosen)
    leaders = found[np.argsort(-mixed.base[found], kind="stable")[:_LEADERS]]
    _, beside, _ = snapshot.edges.beside(leaders)
    chosen[beside[allowed[beside]]] = True
    return np.flatnonzero(chosen)


def _base(signals: Signals) -> Scores:
    out = (
        _BASE["words"] * signals.words
        + _BASE["pairs"] * signals.pairs
        + _BASE["heading"] * signals.heading
        + _BASE["dense"] * np.maximum(signals.dense, 0)
        + _BASE["bank_dense"] * signals.bank_dense
        + _BASE["bank_words"] * signals.bank_words
        + _BASE["bank_votes"] * np.minimum(signals.bank_votes, 5)
    )
    return np.asarray(out, dtype=np.float32)


def _around(own: Scores) -> Scores:
    """The mean of the squared scores of a document and its neighbours in the order of the index, as a share of the highest square."""
    squares = np.maximum(own, 0).astype(np.float64) ** 2
    total = np.append(0.0, np.cumsum(squares))
    places = np.arange(len(own))
    window = total[np.minimum(places + _REACH + 1, len(own))] - total[np.maximum(places - _REACH, 0)]
    return np.asarray(window / (2 * _REACH + 1) / max(float(squares.max(initial=0.0)), 1e-9), dtype=np.float32)


def _top(scores: Scores, count: int) -> NDArray[np.int64]:
    """Places of the `count` highest scores above 0, in no order."""
    top = np.argpartition(-scores, count - 1)[:count] if count < len(scores) else np.arange(len(scores))
    return np.asarray(top[scores[top] > 0], dtype=np.int64)
