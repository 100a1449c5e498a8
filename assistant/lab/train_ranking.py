"""Training the ranking, and measuring search by cross-validation.

`python -m assistant.lab.train_ranking --home HOME --stard FILE [--out index/ranking.npz]`

Questions are cut into folds. For each two folds an embedder is trained without both, and the
question bank is asked without their questions: what it says of the one has then been learned from
neither. The ranking measured on a fold is trained on the four other folds so seen, so that a
fold's questions are out of everything learned. The shipped ranking is trained on all folds, each
seen by the embedder that knows the four others.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations_with_replacement
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.config import Settings, load_settings
from assistant.lab.train_vectors import STEPS, Example, TrainingSet, encode_all, load_material, narrowed, prepare, train
from assistant.search.index.snapshot import Mask, Place, Snapshot, load_snapshot
from assistant.search.ranking.candidates import blend, choose
from assistant.search.ranking.features import FEATURES, describe
from assistant.search.ranking.rank import Ranking, from_lightgbm, save_ranking, with_tail
from assistant.search.ranking.signals import measure, question_terms
from assistant.search.vectors.embed import StaticEmbedder
from assistant.search.words.thesaurus import load_thesaurus
from assistant.search.words.tokens import legal_tokenizer

FOLDS = 5
_PARAMETERS = {
    "objective": "lambdarank",
    "learning_rate": 0.06,
    "num_leaves": 15,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "lambdarank_truncation_level": 50,
    "verbosity": -1,
    "seed": 7,
    "max_bin": 63,
    "num_threads": 2,
}
_ROUNDS = 160
#: The candidates of a question, best first by the blend, that the trees learn from in any case.
_LEARNT = 250
_LIFTED = list(FEATURES).index("lifted")


@dataclass(frozen=True, slots=True)
class Query:
    """One question's candidates: feature matrix, which of them are gold, and how many golds there are."""

    example: int
    matrix: NDArray[np.float32]
    gold: NDArray[np.bool_]
    gold_count: int


class _TableEmbedder:
    """An embedder over a table that is still in memory."""

    def __init__(self, vocabulary: Sequence[str], table: NDArray[np.float32]) -> None:
        self.name, self.dimensions = "training", table.shape[1]
        self._encoder = StaticEmbedder.from_table(list(vocabulary), table)
        self.questions = self._encoder.questions
        self.passages = self._encoder.passages


class _FoldSnapshot(Snapshot):
    """The index with a fold's own article and question vectors, and without its questions in the counts."""

    article_vectors: NDArray[np.float32]
    hidden: NDArray[np.int32]

    @cached_property
    def vectors(self) -> tuple[NDArray[np.float32], ...]:
        return (self.article_vectors,)

    @cached_property
    def asked(self) -> NDArray[np.int64]:
        shown = np.ones(len(self.bank.texts), dtype=np.bool_)
        shown[self.hidden] = False
        kept = np.repeat(shown, np.diff(self.bank.starts))
        return np.bincount(self.bank.documents[kept], minlength=len(self.rows.alive))


def fold_of(examples: Sequence[Example], folds: int = FOLDS) -> list[int]:
    """The fold of each example: by a hash of its text, so that it never depends on the others."""
    import hashlib

    return [int(hashlib.md5(e.text.encode()).hexdigest(), 16) % folds for e in examples]


def fold_queries(
    snapshot: Snapshot,
    data: TrainingSet,
    places: list[int],
    table: NDArray[np.float32],
    chosen: Sequence[int],
    hidden: Sequence[int],
    allowed: Mask,
) -> list[Query]:
    """Candidates and features of the chosen examples among what is allowed, with the hidden examples out of the question bank."""
    embedder = _TableEmbedder(data.vocabulary, table)
    own = _with_vectors(snapshot, data, places, table, embedder)
    hidden_texts = {data.examples[i].text for i in hidden}
    skip = np.array([n for n, text in enumerate(own.bank.texts) if text in hidden_texts], dtype=np.int32)
    object.__setattr__(own, "hidden", skip)
    tokenizer, thesaurus = legal_tokenizer(), load_thesaurus()
    out = []
    for number in chosen:
        example = data.examples[number]
        terms = question_terms(example.text, tokenizer, thesaurus)
        signals = measure(own, terms, example.text, embedder, skip=skip)
        mixed = blend(own, signals, allowed)
        documents = choose(own, signals, mixed, allowed)
        matrix = describe(own, example.text, signals, mixed, documents)
        wanted = {places[a] for a in example.articles}
        out.append(Query(number, matrix, np.isin(documents, list(wanted)), len(wanted)))
    return out


def _with_vectors(
    snapshot: Snapshot, data: TrainingSet, places: list[int], table: NDArray[np.float32], embedder: _TableEmbedder
) -> _FoldSnapshot:
    from dataclasses import replace

    vectors = np.zeros((len(snapshot.rows.alive), table.shape[1]), dtype=np.float32)
    vectors[places] = encode_all(data.articles, table)
    bank = replace(snapshot.bank, vectors=embedder.questions(snapshot.bank.texts))
    own = _FoldSnapshot(snapshot.pointer, snapshot.segments, snapshot.rows, snapshot.edges, bank, snapshot.day)
    object.__setattr__(own, "article_vectors", vectors)
    return own


def fit(queries: Sequence[Query], weights: Sequence[float]) -> Ranking:
    """LambdaMART over the candidates of many questions."""
    import lightgbm

    kept = [(_thinned(q), w) for q, w in zip(queries, weights, strict=True) if q.gold.any()]
    data = lightgbm.Dataset(
        np.vstack([q.matrix for q, _ in kept]),
        label=np.concatenate([q.gold for q, _ in kept]).astype(int),
        group=[len(q.gold) for q, _ in kept],
        weight=np.concatenate([np.full(len(q.gold), w) for q, w in kept]),
        feature_name=list(FEATURES),
    )
    booster = lightgbm.train(_PARAMETERS, data, num_boost_round=_ROUNDS)
    return from_lightgbm(booster.dump_model())


def _thinned(query: Query) -> Query:
    """The candidates worth learning from: the golds, the best by the blend, and a fifth of the others."""
    kept = query.gold.copy()
    kept[np.argsort(-query.matrix[:, _LIFTED], kind="stable")[:_LEARNT]] = True
    kept[::5] = True
    return Query(query.example, query.matrix[kept], query.gold[kept], query.gold_count)


def figures(queries: Sequence[Query], ranking: Ranking | None) -> dict[str, float]:
    """hit@5, recall@10, mrr@10, recall@100 and the share of gold articles among the candidates."""
    rows: list[tuple[float, float, float, float, float]] = []
    for query in queries:
        lifted = query.matrix[:, _LIFTED]
        scores = with_tail(ranking.scores(query.matrix), lifted) if ranking else lifted
        gold = query.gold[np.argsort(-scores, kind="stable")]
        first = int(np.argmax(gold)) if gold.any() else 10**6
        rows.append(
            (
                float(gold[:5].any()),
                gold[:10].sum() / query.gold_count,
                1 / (first + 1) if first < 10 else 0.0,
                gold[:100].sum() / query.gold_count,
                gold.sum() / query.gold_count,
            )
        )
    names = ("hit@5", "recall@10", "mrr@10", "recall@100", "candidates")
    return {"n": len(rows), **{n: round(float(v), 4) for n, v in zip(names, np.mean(rows, axis=0), strict=True)}}


@dataclass(frozen=True, slots=True)
class Bench:
    """What every fold is measured with."""

    settings: Settings
    data: TrainingSet
    addresses: list[Place]
    folds: list[int]
    steps: int
    written: int

    def seen_by_neither(self, pair: tuple[int, int]) -> dict[tuple[int, int], list[Query]]:
        """(fold, the other fold) → the questions of the fold as an embedder and a bank see them that know neither fold."""
        import torch

        torch.set_num_threads(1)  # another pair is being trained beside this one
        snapshot = load_snapshot(self.settings.index_dir)
        places = [max(0, d) for d in snapshot.documents_at(self.addresses).tolist()]
        hidden = [i for i, fold in enumerate(self.folds) if fold in pair]
        shown = [i for i, fold in enumerate(self.folds) if fold not in pair]
        data = narrowed(self.data, shown)
        table = train(data, shown, steps=self.steps, seed=7)
        allowed = snapshot.in_force(date.today()) & snapshot.in_regions(self.settings.regions)
        out = {}
        for fold, other in dict.fromkeys([pair, pair[::-1]]):
            chosen = self._some([i for i in hidden if self.folds[i] == fold])
            out[fold, other] = fold_queries(snapshot, data, places, table, chosen, hidden, allowed)
        return out

    def _some(self, numbers: list[int]) -> list[int]:
        """All of STARD's and an even share of the written questions."""
        own = [i for i in numbers if self.data.examples[i].source == "written"]
        step = max(1, len(own) // max(1, self.written))
        return [i for i in numbers if self.data.examples[i].source != "written"] + own[::step][: self.written]


def main() -> None:
    """Cross-validate, train the shipped ranking, write it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="a home with library and index")
    parser.add_argument("--stard", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("index/ranking.npz"))
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--written", type=int, default=300, help="written questions a fold that the ranking learns from")
    arguments = parser.parse_args()
    passages, addresses, examples = load_material(arguments.home, arguments.stard)
    data = prepare(passages, examples, print)
    bench = Bench(load_settings(arguments.home), data, addresses, fold_of(examples), arguments.steps, arguments.written)
    seen: dict[tuple[int, int], list[Query]] = {}
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        for found in pool.map(bench.seen_by_neither, combinations_with_replacement(range(FOLDS), 2)):
            seen |= found
            print("不含", *next(iter(found)), flush=True)
    report: dict[str, list[dict[str, float]]] = {}
    for fold in range(FOLDS):
        learnt = [q for other in range(FOLDS) if other != fold for q in seen[other, fold]]
        ranking = fit(learnt, [_weight(examples[q.example]) for q in learnt])
        for source in ("stard", "written"):
            own = [q for q in seen[fold, fold] if examples[q.example].source == source]
            report.setdefault(source, []).append(figures(own, ranking))
            report.setdefault(f"{source}, unranked", []).append(figures(own, None))
    pooled = [q for fold in range(FOLDS) for q in seen[fold, fold]]
    save_ranking(fit(pooled, [_weight(examples[q.example]) for q in pooled]), arguments.out)
    print(json.dumps({name: {"all": _mean(parts), "folds": parts} for name, parts in report.items()}, ensure_ascii=False, indent=1))


def _weight(example: Example) -> float:
    return 1.5 if example.source == "stard" else 1.0


def _mean(parts: list[dict[str, float]]) -> dict[str, float]:
    total = sum(p["n"] for p in parts)
    return {"n": total, **{k: round(sum(p[k] * p["n"] for p in parts) / total, 4) for k in parts[0] if k != "n"}}


if __name__ == "__main__":
    main()
