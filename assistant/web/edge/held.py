"""Which connections are held, and which one goes where there are too many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Generic, TypeVar

_One = TypeVar("_One")


class Held(Generic[_One]):
    """The open connections of a server by where they come from, and those of them that have asked for nothing yet.

    Where there are too many, the one that has been silent the longest goes and the newcomer stays: who only opens
    connections pushes out their own, while a browser asks the moment it is connected.
    """

    def __init__(self, per_address: int, in_all: int, proxies: Sequence[str]) -> None:
        self._per_address, self._in_all = per_address, in_all
        self._proxies = _Proxies(proxies)
        self._place: dict[_One, str] = {}
        self._open: defaultdict[str, int] = defaultdict(int)
        #: Dicts, for their order: the first has been silent the longest.
        self._silent: dict[_One, None] = {}
        self._silent_of: defaultdict[str, dict[_One, None]] = defaultdict(dict)

    def taken(self, one: _One, address: str) -> list[_One]:
        """Remember a connection; return those to close for it, itself where no other can go."""
        place = place_of(address)
        self._place[one] = place
        self._open[place] += 1
        self.silent(one)
        leave: list[_One] = []
        if self._open[place] > self._per_address and address not in self._proxies:
            leave.append(next(iter(self._silent_of[place])))
            self.gone(leave[-1])
        if len(self._place) > self._in_all:
            leave.append(next(iter(self._silent)))
            self.gone(leave[-1])
        return leave

    def asking(self, one: _One) -> None:
        """A request of this connection is being answered."""
        if place := self._place.get(one):
            self._silent.pop(one, None)
            self._silent_of[place].pop(one, None)

    def silent(self, one: _One) -> None:
        """This connection is waited for."""
        if place := self._place.get(one):
            self._silent[one] = self._silent_of[place][one] = None

    def gone(self, one: _One) -> None:
        """Forget a connection; one already forgotten is no fault."""
        self.asking(one)
        if place := self._place.pop(one, ""):
            self._open[place] -= 1
            if not self._open[place]:
                del self._open[place]
                self._silent_of.pop(place, None)


def place_of(address: str) -> str:
    """Return what counts as one place: an address, of IPv6 the network that one household or office is given."""
    try:
        told = ip_address(address.partition("%")[0])
    except ValueError:
        return address or "unknown"
    if not isinstance(told, IPv6Address):
        return str(told)
    return str(told.ipv4_mapped or IPv6Network((told, 64), strict=False))


class _Proxies:
    """The reverse proxies, whose connections are many people's: addresses, networks, or `*` for all."""

    def __init__(self, told: Sequence[str]) -> None:
        self._all = "*" in told
        self._words = frozenset(told)
        self._networks = [n for n in map(_network, told) if n is not None]

    def __contains__(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return self._all or address in self._words
        return self._all or any(found in network for network in self._networks)


def _network(told: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(told, strict=False)
    except ValueError:
        return None
