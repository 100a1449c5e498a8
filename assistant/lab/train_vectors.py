"""Training the static embedder: `python -m assistant.lab.train_vectors --home HOME [--stard FILE] --out index/static`.

Needs torch (a development dependency). Seeded; anyone with a library, the shipped questions and a
STARD checkout's training file gets the same weights. The model is one vector a feature, weighted
by rarity and summed, trained with in-batch contrast on three kinds of pairs:

1. a written question and each of its articles;
2. a layperson's question of STARD and its gold articles (only where the file is given);
3. a sentence of an article against the rest of it, so that articles nobody asked about are placed.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.config import load_settings
from assistant.law.statute.model import Status
from assistant.law.text.titles import title_key
from assistant.search.question_bank import parse_address, question_files, read_questions
from assistant.search.vectors.embed import Passage, features, passage_features
from assistant.search.words.tokens import legal_tokenizer

DIMENSIONS, VOCABULARY = 256, 64_000
#: Share of the features left out at random, so that no text is known by a few of them.
_DROPPED_ASKED, _DROPPED_ARTICLE = 0.4, 0.5
STEPS = 900
#: Articles a feature must be in to be known without being asked about, and how much a question with it counts.
_OFTEN, _ASKED = 3, 20
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Example:
    """A question with the numbers of the articles that answer it."""

    text: str
    articles: tuple[int, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Bags:
    """Feature numbers and weights of many texts: bag i is `ids[starts[i]:starts[i+1]]`."""

    ids: NDArray[np.int32]
    weights: NDArray[np.float32]
    starts: NDArray[np.int64]

    def pick(self, rows: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
        """(ids, weights, offsets) of the chosen bags, as torch's EmbeddingBag takes them."""
        spans = [slice(int(self.starts[r]), int(self.starts[r + 1])) for r in rows]
        offsets = np.cumsum([0] + [s.stop - s.start for s in spans])[:-1]
        ids = np.concatenate([self.ids[s] for s in spans]) if spans else self.ids[:0]
        return ids.astype(np.int64), np.concatenate([self.weights[s] for s in spans]), offsets.astype(np.int64)

    def renumbered(self, place: NDArray[np.int32]) -> Bags:
        """The bags with each feature's new number; a feature whose place is below 0 is left out."""
        ids = place[self.ids]
        kept = ids >= 0
        starts = np.append(0, np.cumsum(kept))[self.starts]
        return Bags(ids[kept], self.weights[kept], starts.astype(np.int64))


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Everything a training run reads, as bags over one vocabulary."""

    vocabulary: list[str]
    rarity: NDArray[np.float32]
    articles: Bags
    sentences: Bags
    sentence_article: NDArray[np.int32]
    questions: Bags
    examples: list[Example]


def feature_lists(texts: Sequence[str | Passage], say: Say = lambda _: None) -> list[list[str]]:
    """Features of many texts, on all cores."""
    chunks = [list(texts[i : i + 500]) for i in range(0, len(texts), 500)]
    out: list[list[str]] = []
    with ProcessPoolExecutor() as pool:
        for part in pool.map(_features_of, chunks):
            out.extend(part)
            say(f"特征 {len(out)}/{len(texts)}")
    return out


def _features_of(texts: list[str | Passage]) -> list[list[str]]:
    tokenizer = legal_tokenizer()
    return [passage_features(t, tokenizer) if isinstance(t, Passage) else features(t, tokenizer) for t in texts]


def prepare(passages: Sequence[Passage], examples: list[Example], say: Say = lambda _: None) -> TrainingSet:
    """Make a training set from articles and questions, over every feature that any model of it may know."""
    article_features = feature_lists(passages, say)
    question_features = feature_lists([e.text for e in examples], say)
    pairs = [(i, s) for i, p in enumerate(passages) for s in _sentences(p)]
    sentence_features = feature_lists([s for _, s in pairs], say)
    held = Counter(f for bag in article_features for f in set(bag))
    asked = {f for bag in question_features for f in bag}
    vocabulary = sorted({f for f, n in held.items() if n >= _OFTEN} | asked)
    index = {f: i for i, f in enumerate(vocabulary)}
    return TrainingSet(
        vocabulary,
        _rarity(np.array([held.get(f, 0) for f in vocabulary]), len(passages)),
        _bags(article_features, index),
        _bags(sentence_features, index),
        np.array([i for i, _ in pairs], dtype=np.int32),
        _bags(question_features, index),
        examples,
    )


def narrowed(data: TrainingSet, shown: Sequence[int]) -> TrainingSet:
    """The training set with the vocabulary of a model that is shown these examples: the features met most, a question's counting more.

    What only an example that is not shown has is not in it.
    """
    size = len(data.vocabulary)
    held = np.bincount(data.articles.ids, minlength=size)
    asked = np.bincount(data.questions.pick(shown)[0], minlength=size)
    known = (held > 0) & ((held >= _OFTEN) | (asked > 0)) | (asked > 1)
    score = np.where(known, held + _ASKED * asked, 0)
    best = np.argsort(-score, kind="stable")[:VOCABULARY]
    best = best[score[best] > 0]
    place = np.full(size, -1, dtype=np.int32)
    place[best] = np.arange(len(best), dtype=np.int32)
    return replace(
        data,
        vocabulary=[data.vocabulary[i] for i in best.tolist()],
        rarity=data.rarity[best],
        articles=data.articles.renumbered(place),
        sentences=data.sentences.renumbered(place),
        questions=data.questions.renumbered(place),
    )


def _rarity(held: NDArray[np.int64], articles: int) -> NDArray[np.float32]:
    return np.log(1 + articles / (1 + held)).astype(np.float32)


def _sentences(passage: Passage) -> list[str]:
    """Up to two sentences of an article, long enough to mean something, and its headings' words."""
    parts = [s for s in passage.text.replace("\n", "。").split("。") if 12 <= len(s) <= 120]
    return parts[:1] + parts[len(parts) // 2 + 1 : len(parts) // 2 + 2]


def _bags(lists: Sequence[Sequence[str]], index: dict[str, int]) -> Bags:
    ids: list[NDArray[np.int32]] = []
    weights: list[NDArray[np.float32]] = []
    for found in lists:
        rows = [index[f] for f in found if f in index]
        unique, counts = np.unique(np.array(rows, dtype=np.int32), return_counts=True)
        ids.append(unique)
        weights.append(np.sqrt(counts).astype(np.float32))
    starts = np.cumsum([0] + [len(i) for i in ids]).astype(np.int64)
    return Bags(
        np.concatenate(ids) if ids else np.zeros(0, np.int32), np.concatenate(weights) if weights else np.zeros(0, np.float32), starts
    )


def train(
    data: TrainingSet, chosen: Sequence[int], *, steps: int, seed: int, say: Say = lambda _: None, batch: int = 768
) -> NDArray[np.float32]:
    """Return the trained table, a row a feature, from the chosen examples and all articles."""
    import torch

    torch.manual_seed(seed)
    rng = random.Random(seed)
    table = torch.nn.EmbeddingBag(len(data.vocabulary), DIMENSIONS, mode="sum")
    with torch.no_grad():
        table.weight.normal_(0, 0.1).mul_(torch.from_numpy(data.rarity).unsqueeze(1) / 5)
    optimiser = torch.optim.Adam(table.parameters(), lr=0.004, betas=(0.9, 0.98), fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.004, total_steps=steps, pct_start=0.1)
    weights = [3.0 if data.examples[i].source == "stard" else 1.0 for i in chosen]

    def encode(bags: Bags, rows: Sequence[int], dropout: float) -> torch.Tensor:
        ids, factors, offsets = bags.pick(rows)
        keep = torch.from_numpy(factors) * (torch.rand(len(factors)) > dropout)
        out = table(torch.from_numpy(ids), torch.from_numpy(offsets), per_sample_weights=keep)
        return torch.nn.functional.normalize(out, dim=1)

    for step in range(steps):
        asked = rng.choices(list(chosen), weights, k=batch * 3 // 4) if chosen else []
        plain = rng.sample(range(len(data.sentence_article)), batch - len(asked))
        left = (
            torch.cat([encode(data.questions, asked, _DROPPED_ASKED), encode(data.sentences, plain, _DROPPED_ASKED)])
            if asked
            else encode(data.sentences, plain, _DROPPED_ASKED)
        )
        gold = [_weighted(rng, data.examples[i].articles) for i in asked] + [int(data.sentence_article[i]) for i in plain]
        right = encode(data.articles, gold, _DROPPED_ARTICLE)
        scores = left @ right.T * 20.0
        gold_numbers = torch.tensor(gold)
        same = (gold_numbers[:, None] == gold_numbers[None, :]) & ~torch.eye(len(gold), dtype=torch.bool)
        for row, i in enumerate(asked):
            if len(data.examples[i].articles) > 1:
                also = torch.isin(gold_numbers, torch.tensor(data.examples[i].articles))
                same[row] |= also & (torch.arange(len(gold)) != row)
        scores = scores.masked_fill(same, -1e4)
        target = torch.arange(len(gold))
        loss = (torch.nn.functional.cross_entropy(scores, target) + torch.nn.functional.cross_entropy(scores.T, target)) / 2
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
        schedule.step()
        if step % 50 == 0 or step == steps - 1:
            say(f"第 {step}/{steps} 步，损失 {loss.item():.3f}")
    return table.weight.detach().numpy()


def _weighted(rng: random.Random, articles: tuple[int, ...]) -> int:
    """One of a question's articles, the first most often."""
    return rng.choices(articles, [1.0 / (1 + i) for i in range(len(articles))])[0]


def save(folder: Path, vocabulary: list[str], table: NDArray[np.float32]) -> None:
    """Write the table as int8 with a scale a row, and the vocabulary one feature a line."""
    folder.mkdir(parents=True, exist_ok=True)
    scales = np.maximum(np.abs(table).max(axis=1), 1e-8) / 127.0
    quantised = np.clip(np.round(table / scales[:, None]), -127, 127).astype(np.int8)
    np.savez_compressed(folder / "weights.npz", table=quantised, scales=scales.astype(np.float32))
    (folder / "vocabulary.txt").write_text("\n".join(vocabulary), encoding="utf-8")


def encode_all(bags: Bags, table: NDArray[np.float32]) -> NDArray[np.float32]:
    """Unit vectors of every bag, shape (bags, dimensions)."""
    from scipy.sparse import csr_matrix

    matrix = csr_matrix((bags.weights, bags.ids, bags.starts), shape=(len(bags.starts) - 1, len(table)))
    out = np.asarray(matrix @ table, dtype=np.float32)
    return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def load_material(home: Path, stard: Path | None) -> tuple[list[Passage], list[tuple[str, int, int]], list[Example]]:
    """Articles in force (with their addresses) of a home's library, and the questions on them."""
    from datetime import date

    from assistant.store.engine import open_engine
    from assistant.store.library import statutes as sql

    engine = open_engine(load_settings(home).library_url)
    passages, places = [], []
    with engine.connect() as connection:
        for statute in sql.statutes(connection):
            for version in sql.versions(connection, statute.id):
                if version.status_on(date.today()) is Status.IN_FORCE:
                    for _, article in sql.articles(connection, version.id):
                        heading = " ".join(x for x in (article.part, article.chapter, article.section) if x)
                        passages.append(Passage(statute.title, heading, article.text, article.number))
                        places.append((statute.id, article.number, article.suffix))
    index = {place: i for i, place in reversed(list(enumerate(places))) if place[1]}
    examples = []
    for path in question_files():
        for written in read_questions(path):
            if found := tuple(index[a] for a in written.addresses if a in index):
                examples.append(Example(written.question, found, "written"))
    if stard:
        examples += stard_examples(stard, index)
    return passages, places, examples


def stard_examples(path: Path, index: dict[tuple[str, int, int], int]) -> list[Example]:
    """The questions of a STARD training file whose gold articles are in the library."""
    out = []
    for line in path.read_text(encoding="utf-8").splitlines():
        data = json.loads(line)
        places = [parse_address(f"《{title_key(g['law'])}》{g['article']}") for g in data["gold"]]
        if found := tuple(dict.fromkeys(index[p] for p in places if p in index)):
            out.append(Example(data["question"], found, "stard"))
    return out


def main() -> None:
    """Train on everything given and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="a home whose library holds the statutes to train on")
    parser.add_argument("--stard", type=Path, help="STARD training questions (JSONL with question and gold)")
    parser.add_argument("--out", type=Path, default=Path("index/static"))
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    passages, _, examples = load_material(arguments.home, arguments.stard)
    print(f"{len(passages)} articles, {len(examples)} questions")
    data = narrowed(prepare(passages, examples, print), range(len(examples)))
    table = train(data, range(len(examples)), steps=arguments.steps, seed=arguments.seed, say=print)
    save(arguments.out, data.vocabulary, table)


if __name__ == "__main__":
    main()
