"""The learned ranking: boosted trees trained by LightGBM, kept as arrays and evaluated with numpy.

LightGBM itself (and what it imports) is needed for training only: it costs two seconds and
150 MB to load, this file a few milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.search.features import FEATURES

WEIGHTS = Path(__file__).resolve().parents[2] / "index" / "ranking.npz"


@dataclass(frozen=True, slots=True)
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
        trees = np.arange(len(self.feature))[None, :]
        node = np.zeros((len(matrix), len(self.feature)), dtype=np.int32)
        rows = np.arange(len(matrix))[:, None]
        for _ in range(self.depth):
            inner = np.maximum(node, 0)
            goes_left = matrix[rows, self.feature[trees, inner]] <= self.threshold[trees, inner]
            child = np.where(goes_left, self.left[trees, inner], self.right[trees, inner])
            node = np.where(node < 0, node, child)
        return np.asarray(self.leaf[trees, -node - 1].sum(axis=1), dtype=np.float32)


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
    arrays = {name: getattr(ranking, name) for name in Ranking.__slots__ if name != "depth"}
    np.savez_compressed(path, names=np.array(list(FEATURES)), depth=np.array(ranking.depth), **arrays)


@lru_cache(maxsize=2)
def load_ranking(path: Path = WEIGHTS) -> Ranking | None:
    """The shipped ranking, or None where it is missing or was trained on other features."""
    if not path.exists():
        return None
    stored = np.load(path)
    if list(stored["names"]) != list(FEATURES):
        return None
    arrays = {name: stored[name] for name in Ranking.__slots__ if name != "depth"}
    return Ranking(**arrays, depth=int(stored["depth"]))
