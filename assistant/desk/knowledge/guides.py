"""办事指南 for the desks: found by words, shown with the articles they stand on."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.config import Settings
from assistant.desk.cases.cases import CaseArticle
from assistant.errors import NotOnShelf
from assistant.law.text.folding import bare
from assistant.library.shelf.shelf import Shelf
from assistant.library.sources.guides import SHIPPED, Guide, own_guides, read_guides
from assistant.search.words.tokens import character_pairs, legal_tokenizer

#: How much of a question's words a guide must share to be offered, and how sure a guide must be to stand on an answer.
_OFFERED, _SURE = 0.3, 0.55


@dataclass(frozen=True, slots=True)
class FoundGuide:
    """A guide with its likeness to what was asked, 0 to 1; an alias that was said is 1."""

    guide: Guide
    score: float


class Guides:
    """The guides of one home; read again when a file changes. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._mark: object = None
        self._kept: tuple[Guide, ...] = ()

    def all(self) -> tuple[Guide, ...]:
        """Every guide, by title; raises BadSetting for a malformed file."""
        with self._lock:
            mark = _mark((SHIPPED, own_guides(self._settings)))
            if mark != self._mark:
                self._kept, self._mark = read_guides(self._settings), mark
            return self._kept

    def find(self, words: str, limit: int = 5) -> list[FoundGuide]:
        """Return the guides that words ask for, best first; without words, all of them by title."""
        if not words.strip():
            return [FoundGuide(g, 0.0) for g in self.all()]
        scored = [FoundGuide(g, likeness(words, g)) for g in self.all()]
        return sorted((f for f in scored if f.score >= _OFFERED), key=lambda f: (-f.score, f.guide.title))[:limit]

    def asked_for(self, question: str) -> Guide | None:
        """The one guide a question surely asks for (how to apply, complain, pay …), or None."""
        best = next(iter(self.find(question, 1)), None)
        return best.guide if best and best.score >= _SURE else None

    def guide(self, name: str) -> Guide:
        """One guide by its name; raises NotOnShelf where there is none."""
        found = next((g for g in self.all() if g.name == name), None)
        if found is None:
            raise NotOnShelf("没有这份办事指南，请从列表里选")
        return found


def likeness(words: str, guide: Guide) -> float:
    """How much a guide is what words ask for: 1 where they say one of its names, else the share of their words it has."""
    asked = bare(words).text
    if any(a in asked or (len(asked) >= 2 and asked in a) for a in (bare(n).text for n in (guide.title, *guide.aliases))):
        return 1.0
    tokenizer = legal_tokenizer()
    wanted = set(tokenizer.words(words))
    named = set(tokenizer.words(" ".join((guide.title, *guide.aliases))))
    pairs, own = set(character_pairs(words)), set(character_pairs(" ".join((guide.title, *guide.aliases))))
    shared = len(wanted & named) / len(wanted) if wanted else 0.0
    near = len(pairs & own) / len(pairs) if pairs else 0.0
    return round((shared + near) / 2, 4)


def articles(shelf: Shelf, guide: Guide, day: date | None = None) -> tuple[CaseArticle, ...]:
    """The articles a guide stands on, as they read on a day (today); None where the shelf has no such text."""
    on = day or date.today()
    out = []
    for basis in guide.basis:
        statute = shelf.find_statute(basis.law)
        out.append(CaseArticle(basis, shelf.article(statute.id, basis.number, basis.suffix, on) if statute else None))
    return tuple(out)


def _mark(folders: tuple[Path, ...]) -> tuple[tuple[str, int, int], ...]:
    files = [p for folder in folders if folder.is_dir() for p in sorted(folder.glob("*.md"))]
    return tuple((str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in files)
