"""What the staff desk's pages call; they hold no logic of their own."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assistant.desk.chat.drafts import Drafts
from assistant.errors import IndexNotReady
from assistant.library.shelf.coverage import coverage
from assistant.search.suggest import suggest
from assistant.web.frame.office import OfficeDesk
from assistant.web.staff.sessions import Sessions

log = logging.getLogger(__name__)

#: The desk all of this answers for; internal papers are seen here.
STAFF = "staff"


@dataclass(frozen=True)
class StaffDesk(OfficeDesk):
    """The services behind the pages of the staff desk."""

    @cached_property
    def sessions(self) -> Sessions:
        """What each open page shows."""
        return Sessions()

    @cached_property
    def drafts(self) -> Drafts:
        """The drafts whose citations were checked last."""
        return Drafts()

    def suggestions(self, text: str) -> list[str]:
        """Return written questions like what is being typed; none before the index is built."""
        try:
            return suggest(self.assistant.searcher, text, STAFF)
        except IndexNotReady:
            return []

    def missing_on_shelf(self) -> list[str]:
        """Return the titles of the texts governing a field of enforcement that the library lacks, highest level first."""
        try:
            report = coverage(self.engine, self.settings, date.today())
        except Exception:  # a notice about gaps must never keep the desk from opening
            log.exception("no coverage report")
            return []
        gaps = {h.statute.title: f.field for f in report.fields for h in f.missing if h.governing}
        return [f"《{title}》（{field}）" for title, field in gaps.items()]
