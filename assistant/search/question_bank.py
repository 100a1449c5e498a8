"""Questions written for articles: `corpus/questions/*.jsonl` and the bureau's own in the home.

A question that is like one in the bank leads to that one's articles. The bank itself depends on the
files only and is made once for them; addresses are tied to documents when an index is opened: to the
newest text that has begun to bind, so that a promulgated amendment does not take the questions away
from the text in force.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.config import Settings
from assistant.errors import BadSetting
from assistant.law.statute.parse import ARTICLE_LABEL
from assistant.law.text.numerals import to_int
from assistant.law.text.titles import title_key
from assistant.search.index.postings import Postings, mapped
from assistant.search.index.rows import Rows
from assistant.search.vectors.embed import Embedder
from assistant.search.words.analysis import count_tokens
from assistant.search.words.tokens import character_pairs, legal_tokenizer
from assistant.shipped import CORPUS

SHIPPED = CORPUS / "questions"
#: Changed when the bank is made in another way, so that one made before is made again.
_FORM = "3"
_TITLE = re.compile(r"《([^》]{1,200})》")
_ADDRESS = re.compile(r"^《(.+)》(第.+条(?:之.+)?)$")


@dataclass(frozen=True, slots=True)
class WrittenQuestion:
    """One question with the articles that answer it, the most important first."""

    question: str
    register: str
    addresses: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class QuestionBank:
    """Indexed questions; question i belongs to documents `documents[starts[i]:starts[i+1]]`, none where its statute is not on the shelf."""

    postings: Postings
    vectors: NDArray[np.float32] | None
    starts: NDArray[np.int64]
    documents: NDArray[np.int64]
    texts: list[str]

    @property
    def homeless(self) -> NDArray[np.int64]:
        """Questions that lead to no document of this shelf."""
        return np.flatnonzero(np.diff(self.starts) == 0)


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
    return hashlib.sha256("".join([_FORM, *(f"{p.name}{_file_digest(p, p.stat().st_mtime_ns)}" for p in files)]).encode()).hexdigest()[:16]


@lru_cache(maxsize=64)
def _file_digest(path: Path, _modified: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def bank_name(files: list[Path], questions: str, dictionary: str, statutes: Collection[str]) -> str:
    """The folder name of the bank of these questions for these statutes (keys), cut into words by this dictionary.

    It changes with a statute that is asked about and comes or goes, not with an article.
    """
    asked = {title_key(title) for path in files for title in _TITLE.findall(path.read_text(encoding="utf-8"))}
    marks = "\n".join([questions, dictionary, *sorted(asked.intersection(statutes))])
    return f"bank-{hashlib.sha256(marks.encode()).hexdigest()[:16]}"


def build_question_bank(folder: Path, embedder: Embedder | None, files: list[Path], statutes: Collection[str]) -> None:
    """Index the questions on these statutes into a folder, unless they are there; the embedder's vectors are added beside them."""
    if not folder.exists():
        unfinished = folder.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        known = frozenset(statutes)
        _write_questions(unfinished, [q for path in files for q in read_questions(path) if any(a[0] in known for a in q.addresses)])
        unfinished.rename(folder)
    if embedder is not None and not _vector_file(folder, embedder.name).exists():
        part = folder / "vectors.part.npy"
        np.save(part, embedder.questions(_lines(folder / "questions.txt")))
        part.rename(_vector_file(folder, embedder.name))


def _write_questions(folder: Path, written: list[WrittenQuestion]) -> None:
    tokenizer = legal_tokenizer()
    texts = [w.question.replace("\n", " ") for w in written]
    Postings.build(count_tokens([*tokenizer.words(t), *character_pairs(t)] for t in texts)).save(folder, "questions")
    (folder / "questions.txt").write_text("\n".join(texts), encoding="utf-8")
    addresses = [a for w in written for a in w.addresses]
    keys = {key: n for n, key in enumerate(dict.fromkeys(key for key, _, _ in addresses))}
    (folder / "statutes.txt").write_text("\n".join(keys), encoding="utf-8")
    np.savez(
        folder / "addresses.npz",
        question=np.repeat(np.arange(len(written)), [len(w.addresses) for w in written]),
        statute=np.array([keys[key] for key, _, _ in addresses], dtype=np.int64),
        number=np.array([number for _, number, _ in addresses], dtype=np.int64),
        suffix=np.array([suffix for _, _, suffix in addresses], dtype=np.int64),
    )


def load_question_bank(folder: Path, rows: Rows, embedder: str, day: date, older: Path) -> QuestionBank:
    """Map what `build_question_bank` wrote and tie it to the documents of a day.

    Until the next sync an index of the layout before is read as it is: its bank lay in the generation's folder (`older`).
    """
    if not (folder / "questions.txt").exists():
        return _load_older(older)
    stored, texts = np.load(folder / "addresses.npz"), _lines(folder / "questions.txt")
    known = {key: n for n, key in enumerate(rows.statute_ids)}
    statutes = np.array([known.get(key, -1) for key in _lines(folder / "statutes.txt")] or [-1], dtype=np.int64)[stored["statute"]]
    documents = Places.on(rows, day).find(statutes, stored["number"], stored["suffix"])
    found = documents >= 0
    starts = np.append(0, np.cumsum(np.bincount(stored["question"][found], minlength=len(texts)))).astype(np.int64)
    vectors = _vector_file(folder, embedder)
    return QuestionBank(
        Postings.load(folder, "questions"), mapped(vectors) if embedder and vectors.exists() else None, starts, documents[found], texts
    )


def _load_older(generation: Path) -> QuestionBank:
    stored, vectors = np.load(generation / "questions.npz"), generation / "question-vectors.npy"
    starts, documents = stored["starts"].astype(np.int64), stored["documents"].astype(np.int64)
    own = mapped(vectors) if vectors.exists() else None
    return QuestionBank(Postings.load(generation, "questions"), own, starts, documents, _lines(generation / "questions.txt"))


def _vector_file(folder: Path, embedder: str) -> Path:
    return folder / f"vectors-{embedder}.npy"


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line]


@dataclass(frozen=True, slots=True)
class Places:
    """Addresses of a shelf on a day: sorted keys, each with the document of the newest text that binds or last bound.

    An article that only texts to come have is found in the first of them.
    """

    keys: NDArray[np.int64]
    documents: NDArray[np.int64]

    @classmethod
    def on(cls, rows: Rows, day: date) -> Places:
        """The addresses of the living, numbered articles."""
        numbered = np.flatnonzero(rows.alive & (rows.number > 0))
        keys = _keys(rows.statute[numbered], rows.number[numbered], rows.suffix[numbered])
        begins = rows.begins[numbered].astype(np.int64)
        preferred = np.where(begins <= day.year * 10_000 + day.month * 100 + day.day, begins, -begins)
        order = np.lexsort((preferred, keys))
        last = np.flatnonzero(np.append(np.diff(keys[order]) != 0, True)) if len(order) else order
        return cls(keys[order][last], numbered[order][last])

    def find(self, statutes: NDArray[Any], numbers: NDArray[Any], suffixes: NDArray[Any]) -> NDArray[np.int64]:
        """The documents of many addresses; -1 where there is none."""
        if not len(self.keys):
            return np.full(len(statutes), -1, dtype=np.int64)
        wanted = _keys(statutes, numbers, suffixes)
        place = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where((self.keys[place] == wanted) & (statutes >= 0), self.documents[place], -1)


def _keys(statutes: NDArray[Any], numbers: NDArray[Any], suffixes: NDArray[Any]) -> NDArray[np.int64]:
    return (statutes.astype(np.int64) << 40) | (numbers.astype(np.int64) << 12) | suffixes.astype(np.int64)
