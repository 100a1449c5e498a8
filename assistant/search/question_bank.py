"""Questions written for articles: `corpus/questions/*.jsonl` and the bureau's own in the home.

A question that is like one in the bank leads to that one's articles. Addresses name a statute and
an article; they are tied to the newest text on the shelf.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.config import Settings
from assistant.errors import BadSetting
from assistant.law.numerals import to_int
from assistant.law.parse import ARTICLE_LABEL
from assistant.law.titles import title_key
from assistant.search.analysis import count_tokens
from assistant.search.embed import Embedder
from assistant.search.postings import Postings, mapped
from assistant.search.rows import Rows
from assistant.search.tokens import character_pairs, legal_tokenizer

SHIPPED = Path(__file__).resolve().parents[2] / "corpus" / "questions"
_ADDRESS = re.compile(r"^《(.+)》(第.+条(?:之.+)?)$")


@dataclass(frozen=True, slots=True)
class WrittenQuestion:
    """One question with the articles that answer it, the most important first."""

    question: str
    register: str
    addresses: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class QuestionBank:
    """Indexed questions; question i belongs to documents `documents[starts[i]:starts[i+1]]`."""

    postings: Postings
    vectors: NDArray[np.float32] | None
    starts: NDArray[np.int32]
    documents: NDArray[np.int32]
    texts: list[str]


def parse_address(address: str) -> tuple[str, int, int]:
    """《title》第…条 → (title key, number, suffix); raises ValueError where it is no address."""
    match = _ADDRESS.match(address)
    label = ARTICLE_LABEL.match(match.group(2)) if match else None
    number = to_int(label.group(1)) if label else None
    if match is None or label is None or not number:
        raise ValueError(f"不是条文地址：{address}")
    return title_key(match.group(1)), number, (to_int(label.group(2)) or 0) if label.group(2) else 0


def read_questions(path: Path) -> Iterator[WrittenQuestion]:
    """The questions of one file; raises BadSetting naming file and line where one is malformed."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                data = json.loads(line)
                yield WrittenQuestion(data["question"], data["register"], tuple(parse_address(a) for a in data["articles"]))
            except (ValueError, KeyError, TypeError) as error:
                raise BadSetting(f"{path} 第 {number} 行：问题格式有误（{error}）") from error


def question_files(own: Path | None = None) -> list[Path]:
    """The shipped files, then the bureau's own folder's."""
    folders = [SHIPPED, *([own] if own else [])]
    return [path for folder in folders if folder.is_dir() for path in sorted(folder.glob("*.jsonl"))]


def own_questions(settings: Settings) -> Path:
    """The folder in the home where approved questions of the bureau lie."""
    return settings.home / "questions"


def question_digest(files: list[Path]) -> str:
    """A digest of the question files as they stand; the index is stale when it changes."""
    return hashlib.sha256("".join(f"{p.name}{_file_digest(p, p.stat().st_mtime_ns)}" for p in files).encode()).hexdigest()[:16]


@lru_cache(maxsize=64)
def _file_digest(path: Path, _modified: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def build_question_bank(folder: Path, rows: Rows, embedder: Embedder | None, files: list[Path]) -> None:
    """Index the questions whose articles are on the shelf into a generation's folder."""
    places = newest_places(rows)
    texts, starts, documents = [], [0], []
    for written in (q for path in files for q in read_questions(path)):
        found = [places[a] for a in written.addresses if a in places]
        if found:
            texts.append(written.question.replace("\n", " "))
            documents.extend(found)
            starts.append(len(documents))
    tokenizer = legal_tokenizer()
    Postings.build(count_tokens([*tokenizer.words(t), *character_pairs(t)] for t in texts)).save(folder, "questions")
    (folder / "questions.txt").write_text("\n".join(texts), encoding="utf-8")
    np.savez(folder / "questions.npz", starts=np.array(starts, np.int32), documents=np.array(documents, np.int32))
    if embedder is not None:
        np.save(folder / "question-vectors.npy", embedder.questions(texts))


def load_question_bank(folder: Path) -> QuestionBank:
    """Map what `build_question_bank` wrote."""
    stored = np.load(folder / "questions.npz")
    vectors = folder / "question-vectors.npy"
    return QuestionBank(
        Postings.load(folder, "questions"),
        mapped(vectors) if vectors.exists() else None,
        stored["starts"],
        stored["documents"],
        [t for t in (folder / "questions.txt").read_text(encoding="utf-8").split("\n") if t],
    )


def newest_places(rows: Rows) -> dict[tuple[str, int, int], int]:
    """(statute key, number, suffix) → the document of the newest text that has it."""
    out: dict[tuple[str, int, int], int] = {}
    for document in np.flatnonzero(rows.alive & (rows.number > 0)).tolist():
        place = (rows.statute_ids[rows.statute[document]], int(rows.number[document]), int(rows.suffix[document]))
        if place not in out or rows.begins[document] > rows.begins[out[place]]:
            out[place] = document
    return out
