"""Text → vectors. The shipped static model by default, any sentence-transformers model by configuration."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.config import Settings
from assistant.errors import BadSetting
from assistant.search.words.tokens import Tokenizer, character_pairs, legal_tokenizer
from assistant.shipped import INDEX

WEIGHTS = INDEX / "static"
STATIC = "static"
#: Characters of an article's text that are indexed, and that a transformer is given.
TEXT_LIMIT, PASSAGE_LIMIT = 2_000, 1_000
Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """What the index asks of a model; vectors are rows of unit length."""

    name: str
    dimensions: int

    def passages(self, passages: Sequence[Passage]) -> Vectors:
        """Vectors of articles, shape (passages, dimensions)."""

    def questions(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, shape (texts, dimensions)."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What is indexed of one article: its statute's title, its headings and its text."""

    title: str
    heading: str
    text: str
    number: int

    @property
    def full(self) -> str:
        """Title, headings and the beginning of the text in one, for models that take plain text."""
        return f"{self.title} {self.heading} {self.text}"[:PASSAGE_LIMIT]


def features(text: str, tokenizer: Tokenizer) -> list[str]:
    """What the static model knows a text by: words, characters and character pairs, each kind marked."""
    chars = [c for c in text if "\u4e00" <= c <= "\u9fff"]
    return [f"w{w}" for w in tokenizer.words(text)] + [f"p{p}" for p in character_pairs(text)] + [f"c{c}" for c in chars]


def passage_features(passage: Passage, tokenizer: Tokenizer) -> list[str]:
    """Features of an article: those of its title and headings, and of its text."""
    return features(f"{passage.title} {passage.heading}", tokenizer) + features(passage.text[:TEXT_LIMIT], tokenizer)


class StaticEmbedder:
    """A learned vector per feature, weighted and summed: no network, no torch.

    The table is stored as int8 with one scale a row; see `index/static/README.md` for its making.
    """

    def __init__(self, vocabulary: list[str], table: NDArray[np.int8] | Vectors, scales: Vectors) -> None:
        self._rows = {feature: row for row, feature in enumerate(vocabulary)}
        self._table = table
        self._scales = scales
        self._tokenizer = legal_tokenizer()
        self.dimensions = int(table.shape[1])
        self.name = f"{STATIC}-{hashlib.sha256(scales.tobytes()).hexdigest()[:8]}"

    @classmethod
    def load(cls, folder: Path = WEIGHTS) -> StaticEmbedder:
        """The model of a folder: `vocabulary.txt` and `weights.npz`."""
        stored = np.load(folder / "weights.npz")
        return cls((folder / "vocabulary.txt").read_text(encoding="utf-8").split("\n"), stored["table"], stored["scales"])

    @classmethod
    def from_table(cls, vocabulary: list[str], table: Vectors) -> StaticEmbedder:
        """A model over a table in memory, as training has it."""
        return cls(vocabulary, table, np.ones(len(table), dtype=np.float32))

    def passages(self, passages: Sequence[Passage]) -> Vectors:
        """Vectors of articles, shape (passages, dimensions)."""
        return self._encode([passage_features(p, self._tokenizer) for p in passages])

    def questions(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, shape (texts, dimensions); one table serves both sides."""
        return self._encode([features(t, self._tokenizer) for t in texts])

    def _encode(self, bags: list[list[str]]) -> Vectors:
        out = np.zeros((len(bags), self.dimensions), dtype=np.float32)
        for place, bag in enumerate(bags):
            counted = Counter(row for row in map(self._rows.get, bag) if row is not None)
            if counted:
                rows = np.fromiter(counted.keys(), dtype=np.int64)
                weights = np.sqrt(np.fromiter(counted.values(), dtype=np.float32)) * self._scales[rows]
                vector = weights @ self._table[rows].astype(np.float32)
                out[place] = vector / (np.linalg.norm(vector) or 1.0)
        return out


class TransformerEmbedder:
    """Any sentence-transformers model, by name or folder, with its query and passage prefixes."""

    def __init__(self, settings: Settings) -> None:
        try:
            from sentence_transformers import SentenceTransformer

            self._model: Any = SentenceTransformer(settings.embedding)
        except ImportError as error:
            raise BadSetting("外部向量模型需要 sentence-transformers，请运行：pip install sentence-transformers") from error
        except (OSError, ValueError) as error:
            raise BadSetting(f"向量模型 {settings.embedding} 读取失败：{str(error).splitlines()[0][:200]}") from error
        self._settings = settings
        self.dimensions = int(self._model.get_embedding_dimension() or 0)
        marks = json.dumps([settings.embedding, settings.embedding_query_prefix, settings.embedding_passage_prefix, self.dimensions])
        self.name = f"st-{hashlib.sha256(marks.encode()).hexdigest()[:12]}"

    def passages(self, passages: Sequence[Passage]) -> Vectors:
        """Vectors of articles, shape (passages, dimensions)."""
        return self._encode([self._settings.embedding_passage_prefix + p.full for p in passages])

    def questions(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, shape (texts, dimensions)."""
        return self._encode([self._settings.embedding_query_prefix + t for t in texts])

    def _encode(self, texts: list[str]) -> Vectors:
        encoded = self._model.encode(
            texts, batch_size=self._settings.embedding_batch, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return np.asarray(encoded, dtype=np.float32)


@lru_cache(maxsize=2)
def static_embedder() -> StaticEmbedder:
    """The shipped model, loaded once a process."""
    return StaticEmbedder.load()


def load_embedder(settings: Settings) -> Embedder:
    """Return the configured model; raises BadSetting where it cannot be loaded."""
    return static_embedder() if settings.embedding == STATIC else TransformerEmbedder(settings)
