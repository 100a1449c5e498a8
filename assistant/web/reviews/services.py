"""What the review pages call; they hold no logic of their own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from assistant.desk.review_readings import Readings
from assistant.library.shelf import Shelf
from assistant.review.service import Reviewer
from assistant.web.office import OfficeDesk


@dataclass(frozen=True)
class ReviewDesk(OfficeDesk):
    """The services behind the review pages."""

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
