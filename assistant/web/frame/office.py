"""What the services behind an office desk's pages have in common."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.work import Work
from assistant.library.shelf.shelf import Shelf
from assistant.web.answering import Answering


@dataclass(frozen=True)
class OfficeDesk:
    """A desk of the bureau's own people over one assistant and the workers beside it; its services hold no logic of their own."""

    assistant: Answering
    work: Work

    @property
    def settings(self) -> Settings:
        """The settings the desk runs under."""
        return self.assistant.settings

    @property
    def engine(self) -> Engine:
        """The database."""
        return self.assistant.engine

    @cached_property
    def shelf(self) -> Shelf:
        """Lookups over the library, internal documents included."""
        return Shelf(self.engine)
