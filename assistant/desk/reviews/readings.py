"""Files handed in for a review: read and reviewed by a worker, kept as a review of their owner's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import BinaryIO, TypeVar

from sqlalchemy import Engine

from assistant.config import Settings
from assistant.desk.people.people import OFFICE, Person
from assistant.desk.reviews import reviews
from assistant.desk.reviews.reviews import NoReview
from assistant.desk.work import Job, Work, received
from assistant.desk.work.tasks import ReviewFiles
from assistant.review.text.model import DocumentKind, Review

#: Where a review is begun.
BEGUN_AT = "/staff/reviews/new"
_MOST_FILES = 100
V = TypeVar("V")


def start(
    work: Work,
    engine: Engine,
    settings: Settings,
    person: Person,
    files: Iterable[tuple[str, BinaryIO]],
    kind: DocumentKind,
    as_of: date | None,
    opened: Callable[[str], V],
) -> Job[V]:
    """Copy the uploads aside and have them reviewed; `opened` makes the job's value of the new review's id.

    Raises RefusedInput for files that are none, too many or too large, Busy, and NoReview for who may open none.
    """
    if person.role not in OFFICE:
        raise NoReview
    inbox = received(work.place, settings, files, _MOST_FILES)

    def keep(review: Review) -> V:
        return opened(reviews.keep(engine, person, review, as_of))

    return work.submit(person.id, ReviewFiles(inbox.paths, kind, as_of), keep, clear=inbox.clear, back=BEGUN_AT)
