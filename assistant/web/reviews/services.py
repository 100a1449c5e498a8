"""What the review pages call; they hold no logic of their own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from assistant.library.shelf.shelf import Shelf
from assistant.review.report.reviewer import Reviewer
from assistant.web.frame.office import OfficeDesk


@dataclass(frozen=True)
class ReviewDesk(OfficeDesk):
    """The services behind the review pages."""

    @cached_property
    def reviewer(self) -> Reviewer:
        """Looks articles up for what a reviewer adds; documents are read by the workers."""
        return Reviewer(self.engine, self.settings)

    @property
    def shelf(self) -> Shelf:
        """Lookups over the library, internal documents included."""
        return self.reviewer.shelf
