"""What a worker is asked to do: frozen, picklable, and the same wherever it is done."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import file_digest
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.library.shelf.shelf import Shelf
from assistant.review.report.reviewer import Reviewer

T = TypeVar("T", covariant=True)


@dataclass(frozen=True)
class Bench:
    """What a task works with. The search index is not on it: none of the tasks searches."""

    settings: Settings
    engine: Engine

    @cached_property
    def reviewer(self) -> Reviewer:
        """Reads documents and runs the rules."""
        return Reviewer(self.engine, self.settings)

    @property
    def shelf(self) -> Shelf:
        """Lookups over the library, internal documents included."""
        return self.reviewer.shelf


class Task(ABC, Generic[T]):
    """One piece of work; subclasses are frozen dataclasses at the top of a module, so that they can be sent."""

    #: What is done, as its owner reads it.
    kind: ClassVar[str]

    @property
    @abstractmethod
    def name(self) -> str:
        """What it is done to, as its owner calls it."""

    @abstractmethod
    def run(self, bench: Bench) -> T:
        """Do it; raises AssistantError (RefusedInput, naming the file) for what cannot be done."""

    def content(self) -> Hashable:
        """What the result hangs on beside library, settings and day; None where it is never kept for the next who asks."""
        return None


def digests(paths: Sequence[Path]) -> tuple[tuple[str, str], ...]:
    """Return name and SHA-256 of files: two uploads of the same document are the same content."""
    out = []
    for path in paths:
        with path.open("rb") as opened:
            out.append((path.name, file_digest(opened, "sha256").hexdigest()))
    return tuple(out)
