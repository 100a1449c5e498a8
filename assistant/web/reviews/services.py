"""What the review pages call; they hold no logic of their own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.review_readings import Readings
from assistant.library.shelf import Shelf
from assistant.review.service import Reviewer
from assistant.web.answering import Answering


@dataclass(frozen=True)
class ReviewDesk:
    """The services behind the review pages."""

    assistant: Answering

    @property
    def settings(self) -> Settings:
        """The settings the desk runs under."""
        return self.assistant.settings

    @property
    def engine(self) -> Engine:
        """The database."""
        return self.assistant.engine

    @cached_property
    def reviewer(self) -> Reviewer:
        """Reads documents and runs the rules."""
        return Reviewer(self.engine, self.settings)

    @cached_property
    def readings(self) -> Readings:
        """The documents being read."""
        return Readings(self.engine, self.reviewer)

    @property
    def shelf(self) -> Shelf:
        """Lookups over the library, internal documents included."""
        return self.reviewer.shelf
