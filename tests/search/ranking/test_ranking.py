"""The ranking's arrays score as LightGBM does, and BM25 does what BM25 does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.search.index.graph import Edges
from assistant.search.index.postings import Counted, Field, Postings
from assistant.search.ranking.features import FEATURES
from assistant.search.ranking.rank import from_lightgbm, load_ranking, save_ranking, with_tail
from assistant.search.words.analysis import count_tokens


def test_the_trees_score_as_lightgbm_does(tmp_path: Path) -> None:
    lightgbm = pytest.importorskip("lightgbm")
    rng = np.random.default_rng(3)
    matrix = rng.normal(size=(600, len(FEATURES))).astype(np.float32)
    label = (matrix[:, 0] + matrix[:, 3] * matrix[:, 5] > 0).astype(int)
    data = lightgbm.Dataset(matrix, label=label, group=[20] * 30)
    booster = lightgbm.train({"objective": "lambdarank", "num_leaves": 9, "verbosity": -1, "min_data_in_leaf": 5}, data, num_boost_round=25)
    save_ranking(from_lightgbm(booster.dump_model()), tmp_path / "ranking.npz")
    ranking = load_ranking(tmp_path / "ranking.npz")
    assert ranking is not None
    np.testing.assert_allclose(ranking.scores(matrix), booster.predict(matrix), rtol=1e-4, atol=1e-4)


def test_the_shipped_ranking_was_trained_on_these_features() -> None:
    assert load_ranking() is not None


def test_bm25_over_two_segments_is_bm25_over_one() -> None:
    texts = [["茶", "馆"], ["茶", "茶", "水"], ["鸟"], ["馆", "水", "水", "水"]]
    whole = Field.over([Postings.build(count_tokens(texts))])
    parts = Field.over([Postings.build(count_tokens(texts[:1])), Postings.build(count_tokens(texts[1:]))])
    query = {"茶": 1.0, "水": 0.5, "无": 1.0}
    scores, ideal = whole.scores(query)
    np.testing.assert_allclose(scores, parts.scores(query)[0], rtol=1e-6)
    assert scores[1] == max(scores) <= ideal and scores[2] == 0


def test_counted_runs_join_in_order() -> None:
    joined = Counted.concatenate([count_tokens([["a"]]), count_tokens([["b", "b"]])])
    assert joined.documents.tolist() == [0, 1] and joined.frequencies.tolist() == [1, 2]


def test_edges_are_walked_from_both_ends() -> None:
    edges = Edges(np.array([3, 1, 3], np.int32), np.array([1, 2, 0], np.int32), np.array([True, False, False]))
    places, neighbours, violated = edges.beside(np.array([1, 9, 3, 5]))
    found = sorted(zip(places.tolist(), neighbours.tolist(), violated.tolist(), strict=True))
    assert found == [(0, 2, False), (0, 3, True), (2, 0, False), (2, 1, True)]
    none = Edges(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.bool_)).beside(np.array([0, 4]))
    assert [len(part) for part in none] == [0, 0, 0]


def test_a_value_at_the_threshold_goes_left() -> None:
    tree = {"split_index": 0, "split_feature": 1, "threshold": 0.5, "left_child": {"leaf_index": 1, "leaf_value": 3.0}}
    tree["right_child"] = {"leaf_index": 0, "leaf_value": -1.0}
    matrix = np.array([[0.0, 0.5], [0.0, 0.50001]], dtype=np.float32)
    assert from_lightgbm({"tree_info": [{"tree_structure": tree}]}).scores(matrix).tolist() == [3.0, -1.0]


def test_the_tail_heeds_the_blend_and_the_first_places_do_not() -> None:
    rng = np.random.default_rng(5)
    scores, lifted = rng.normal(size=60).astype(np.float32), rng.normal(size=60).astype(np.float32)
    settled = with_tail(scores, lifted)
    before, after = np.argsort(-scores, kind="stable"), np.argsort(-settled, kind="stable")
    assert before[:20].tolist() == after[:20].tolist() and settled[after[20]] < settled[after[19]]
    assert before[20:].tolist() != after[20:].tolist()
    assert np.corrcoef(settled[after[20:]], lifted[after[20:]])[0, 1] > np.corrcoef(scores[before[20:]], lifted[before[20:]])[0, 1]
    assert with_tail(scores[:9], lifted[:9]).tolist() == scores[:9].tolist()
