"""The learned ranking: boosted trees trained by LightGBM, kept as arrays and evaluated with numpy.

LightGBM itself (and what it imports) is needed for training only: it costs two seconds and
150 MB to load, this file a few milliseconds. All trees are evaluated at once over bit masks of
leaves (QuickScorer, Lucchese et al. 2015): walking 160 trees node by node took half of a search.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.search.ranking.features import FEATURES
from assistant.shipped import INDEX

WEIGHTS = INDEX / "ranking.npz"


_ARRAYS = ("feature", "threshold", "left", "right", "leaf")
#: Places that the trees alone fill, and how much the blend counts beside them further down.
_HEAD, _TAIL = 20, 0.5
#: The narrowest number that has a bit for every leaf of a tree.
_MASKS = ((16, np.uint16), (32, np.uint32), (64, np.uint64))


@dataclass(frozen=True, slots=True)
class _Masks:
    """The trees as QuickScorer reads them; a tree's leaves are numbered from the left, one bit each.

    `thresholds[f]` are the values that feature f is compared with, ascending; row n of `keeps[f]`
    has, a tree each, the leaves that stay reachable for a value above exactly n of them. The leaf
    reached is the leftmost that every feature keeps; `leaf` has the values in that numbering.
    """

    thresholds: tuple[NDArray[np.float32], ...]
    keeps: tuple[NDArray[Any], ...]
    leaf: NDArray[np.float32]


@dataclass(frozen=True)
class Ranking:
    """All trees as arrays (trees, nodes); a negative child is a leaf: leaf number is -child - 1."""

    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    leaf: NDArray[np.float32]
    depth: int

    def scores(self, matrix: NDArray[np.float32]) -> NDArray[np.float32]:
        """The sum of all trees for each row of a feature matrix; higher is better."""
        masks = self._masks
        reached: NDArray[Any] | None = None
        for column, (thresholds, keeps) in enumerate(zip(masks.thresholds, masks.keeps, strict=True)):
            if len(thresholds):
                kept = keeps[np.searchsorted(thresholds, matrix[:, column])]
                reached = kept if reached is None else np.bitwise_and(reached, kept, out=reached)
        if reached is None:
            return np.full(len(matrix), masks.leaf[:, 0].sum(), dtype=np.float32)
        lowest = np.bitwise_count((reached & (~reached + 1)) - 1)
        return np.asarray(masks.leaf[np.arange(len(masks.leaf)), lowest].sum(axis=1), dtype=np.float32)

    @cached_property
    def _masks(self) -> _Masks:
        trees, leaves = self.leaf.shape
        kind = next(k for bits, k in _MASKS if leaves <= bits)
        ordered = np.zeros((trees, leaves), dtype=np.float32)
        cuts: dict[int, list[tuple[float, int, int]]] = {}
        for tree in range(trees):
            order: list[int] = []
            self._walk(tree, 0, order, cuts)
            ordered[tree, : len(order)] = self.leaf[tree, order]
        thresholds, keeps = [], []
        for feature in range(max(cuts, default=-1) + 1):
            values = np.unique(np.array([c[0] for c in cuts.get(feature, [])], dtype=np.float32))
            table = np.full((len(values) + 1, trees), np.iinfo(kind).max, dtype=kind)
            for value, tree, removed in cuts.get(feature, []):
                table[np.searchsorted(values, np.float32(value)) + 1, tree] &= kind(np.iinfo(kind).max - removed)
            thresholds.append(values)
            keeps.append(np.bitwise_and.accumulate(table, axis=0))
        return _Masks(tuple(thresholds), tuple(keeps), ordered)

    def _walk(self, tree: int, node: int, order: list[int], cuts: dict[int, list[tuple[float, int, int]]]) -> None:
        """Number the leaves under a node from the left; note which leaves a value above its threshold rules out."""
        if node < 0:
            order.append(-node - 1)
            return
        first = len(order)
        self._walk(tree, int(self.left[tree, node]), order, cuts)
        removed = (1 << len(order)) - (1 << first)
        cuts.setdefault(int(self.feature[tree, node]), []).append((float(self.threshold[tree, node]), tree, removed))
        self._walk(tree, int(self.right[tree, node]), order, cuts)


def with_tail(scores: NDArray[np.float32], lifted: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scores whose order beyond the first places also heeds the blend.

    The trees are trained to put the best first and care little how the hundredth place is filled; there the blend, which
    they saw as one feature among many, knows more. The first places keep their scores, all others stay below them.
    """
    if len(scores) <= _HEAD:
        return scores
    first = np.argpartition(-scores, _HEAD - 1)[:_HEAD]
    mixed = _standard(scores) + _TAIL * _standard(lifted)
    out = mixed - np.float32(mixed.max()) + scores[first].min() - np.float32(1e-3)
    out[first] = scores[first]
    return np.asarray(out, dtype=np.float32)


def _standard(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray((scores - scores.mean()) / max(float(scores.std()), 1e-9), dtype=np.float32)


def from_lightgbm(model: dict[str, Any]) -> Ranking:
    """Arrays of a dumped LightGBM model (`Booster.dump_model()`)."""
    trees = [t["tree_structure"] for t in model["tree_info"]]
    nodes = max(_count(t, "split_index") for t in trees) or 1
    leaves = max(_count(t, "leaf_value") for t in trees)
    shape = (len(trees), nodes)
    feature, left, right = np.zeros(shape, np.int32), np.full(shape, -1, np.int32), np.full(shape, -1, np.int32)
    threshold, leaf = np.zeros(shape, np.float32), np.zeros((len(trees), leaves), np.float32)
    depth = 1

    def fill(tree: int, node: dict[str, Any], level: int) -> int:
        nonlocal depth
        depth = max(depth, level)
        if "leaf_value" in node:
            number = int(node.get("leaf_index", 0))
            leaf[tree, number] = node["leaf_value"]
            return -number - 1
        index = int(node["split_index"])
        feature[tree, index], threshold[tree, index] = node["split_feature"], node["threshold"]
        left[tree, index] = fill(tree, node["left_child"], level + 1)
        right[tree, index] = fill(tree, node["right_child"], level + 1)
        return index

    for number, tree in enumerate(trees):
        fill(number, tree, 0)
    return Ranking(feature, threshold, left, right, leaf, depth + 1)


def _count(node: dict[str, Any], key: str) -> int:
    own = 1 if key in node else 0
    return own + sum(_count(node[child], key) for child in ("left_child", "right_child") if child in node)


def save_ranking(ranking: Ranking, path: Path = WEIGHTS) -> None:
    """Write the arrays with the names of the features they were trained on."""
    arrays = {name: getattr(ranking, name) for name in _ARRAYS}
    np.savez_compressed(path, names=np.array(list(FEATURES)), depth=np.array(ranking.depth), **arrays)


@lru_cache(maxsize=2)
def load_ranking(path: Path = WEIGHTS) -> Ranking | None:
    """The shipped ranking, or None where it is missing or was trained on features that are no longer there.

    Features that came after it was trained are passed over.
    """
    if not path.exists():
        return None
    stored = np.load(path)
    names, own = list(FEATURES), [str(name) for name in stored["names"]]
    if not set(own) <= set(names):
        return None
    arrays = {name: stored[name] for name in _ARRAYS}
    arrays["feature"] = np.array([names.index(name) for name in own], dtype=np.int32)[arrays["feature"]]
    return Ranking(**arrays, depth=int(stored["depth"]))
