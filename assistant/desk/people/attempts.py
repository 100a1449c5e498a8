"""Attempts to prove something with a secret: counted before the secret is looked at, then slowed down, never locked out.

A lock on a name is a weapon: five wrong passwords by anybody keep its owner out. So a failure counts against the *place* it
comes from (a network address, a signed-in session): after the free ones each further attempt from there waits, twice as
long each time. The owner at another place notices nothing.

Someone spread over many addresses has the free attempts at each. What strangers' places try is therefore counted for the
subject as a whole, too: each place may add its free attempts, and only when several places have used theirs up does the
subject itself wait, again twice as long each time. Places it was let in from before are exempt from that, so that an attack
on a name slows down strangers and not its owner.

Counting takes a write transaction of its own before the check: fifty attempts at once are fifty counts one after the other,
and all but the free ones are refused before anything is compared.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from assistant.config import Settings
from assistant.desk.public.contact_box import digest
from assistant.desk.public.rate_limits import network
from assistant.errors import ComeBackLater, wait_words
from assistant.store.engine import writing
from assistant.store.people import attempts as sql
from assistant.store.people.attempts import Tried

#: The place that stands for all of them.
EVERYWHERE: Final = "*"
#: Places that must use up their free attempts before the subject as a whole waits.
_PLACES: Final = 4
_FIRST_WAIT: Final = timedelta(minutes=1)
#: A place with no attempt for this long begins anew; one that was let in stays known for longer.
_FORGOTTEN_AFTER: Final = timedelta(hours=24)
_KNOWN_FOR: Final = timedelta(days=90)


class MustWait(ComeBackLater):
    """Too many failures here; nothing was compared."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How many failures are free, the longest wait, and what the person is told to do besides waiting."""

    free: int
    longest: timedelta
    advice: str

    def wait(self, failures: int) -> timedelta:
        """Return how long the next attempt waits after so many failures."""
        over = failures - self.free
        return min(_FIRST_WAIT * 2 ** min(over, 20), self.longest) if over >= 0 else timedelta(0)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt that was counted. `held` is how many seconds the subject still waits for strangers (0: it does not)."""

    subject: str
    place: str
    failures: int
    wait: timedelta
    shared: bool = False
    held: int = 0


def place_of(settings: Settings, address: str) -> str:
    """Return the place an address is, as a keyed digest: addresses are kept nowhere."""
    return digest(settings, "place", network(address))


def name_of(settings: Settings, kind: str, name: str) -> str:
    """Return the subject of a name that stands for nothing we have, counted like any other: waiting tells nobody what exists."""
    return digest(settings, kind, name)


def count(connection: Connection, subject: str, place: str, patience: Patience, now: datetime) -> Attempt:
    """Count an attempt at a place as failed, inside the caller's `writing` transaction; raises MustWait."""
    here = _standing(connection, subject, place, now)
    if here.wait_until and here.wait_until > now:
        raise must_wait(_seconds(here.wait_until, now), patience)
    failures = here.failures + 1
    wait = patience.wait(failures)
    sql.put(connection, subject, place, Tried(failures, now + wait if wait else None, now, here.let_in_at))
    return Attempt(subject, place, failures, wait)


def count_everywhere(connection: Connection, subject: str, patience: Patience, now: datetime, *, only_if_many: bool = False) -> int:
    """Count an attempt for the subject as a whole; return how many seconds it is held (then it was not counted), else 0.

    `only_if_many`: the place has given its share; it counts only once the subject waits.
    """
    total = replace(patience, free=patience.free * _PLACES)
    all_places = _standing(connection, subject, EVERYWHERE, now)
    if all_places.wait_until and all_places.wait_until > now:
        return _seconds(all_places.wait_until, now)
    if not only_if_many or all_places.failures >= total.free:
        failures = all_places.failures + 1
        wait = total.wait(failures)
        sql.put(connection, subject, EVERYWHERE, Tried(failures, now + wait if wait else None, now, None))
    return 0


def begin(connection: Connection, subject: str, place: str, patience: Patience, now: datetime) -> Attempt:
    """Count an attempt at a place and, from a place unknown to the subject, for the subject as a whole; raises MustWait."""
    here = sql.tried(connection, subject, place)
    attempt = count(connection, subject, place, patience, now)
    if here and here.let_in_at and now - here.let_in_at < _KNOWN_FOR:
        return attempt
    beyond = attempt.failures > patience.free
    held = count_everywhere(connection, subject, patience, now, only_if_many=beyond)
    return replace(attempt, shared=not held and not beyond, held=held)


def let_in(connection: Connection, attempt: Attempt, now: datetime) -> None:
    """The attempt was right: its place begins anew and is known from now on."""
    sql.put(connection, attempt.subject, attempt.place, Tried(0, None, now, now))
    if attempt.shared:
        take_back_everywhere(connection, attempt.subject)


def take_back(connection: Connection, attempt: Attempt) -> None:
    """The attempt was right, which forgives none of the failures before it; a wait that another attempt set meanwhile stays."""
    here = sql.tried(connection, attempt.subject, attempt.place)
    if here:
        wait_until = None if here.failures == attempt.failures else here.wait_until
        sql.put(connection, attempt.subject, attempt.place, replace(here, failures=max(0, here.failures - 1), wait_until=wait_until))


def take_back_everywhere(connection: Connection, subject: str) -> None:
    """One attempt counted for the subject as a whole was right."""
    all_places = sql.tried(connection, subject, EVERYWHERE)
    if all_places:
        sql.put(connection, subject, EVERYWHERE, replace(all_places, failures=max(0, all_places.failures - 1)))


def known(engine: Engine, settings: Settings, address: str) -> bool:
    """True for an address from which somebody has signed in of late."""
    with engine.connect() as connection:
        return sql.let_in_since(connection, place_of(settings, address), datetime.now() - _KNOWN_FOR)


def purge(engine: Engine, now: datetime) -> int:
    """Remove what no longer counts; return how many rows."""
    with writing(engine) as connection:
        return sql.purge(connection, now - _FORGOTTEN_AFTER, now - _KNOWN_FOR)


def must_wait(seconds: int, patience: Patience) -> MustWait:
    """Return the refusal of an attempt that comes too early."""
    return MustWait(f"连续输错的次数太多，请等{wait_words(seconds)}再试；{patience.advice}", seconds)


def _standing(connection: Connection, subject: str, place: str, now: datetime) -> Tried:
    """What stands about a place, its failures forgotten where the last is long ago."""
    found = sql.tried(connection, subject, place)
    if found is None:
        return Tried(0, None, now, None)
    return found if now - found.counted_at < _FORGOTTEN_AFTER else Tried(0, None, now, found.let_in_at)


def _seconds(until: datetime, now: datetime) -> int:
    return max(1, math.ceil((until - now).total_seconds()))
