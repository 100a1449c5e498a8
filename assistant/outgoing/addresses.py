"""Which addresses may be called. A name is resolved here, and the connection goes to the address that was looked at.

The administrator's own machine and network (loopback, private ranges) are fine; where a cloud keeps a machine's
credentials, and what reaches only neighbours on the wire, is not, however the address is written.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from assistant.errors import RefusedAddress

HTTP_SCHEMES = ("https", "http")
_METADATA = "链路本地或者云服务器元数据地址"
_NOBODY = "不是某一台机器的地址"
_SHUT = tuple(
    (ip_network(network), why)
    for network, why in (
        ("0.0.0.0/8", "不指明哪一台机器，本机请写 127.0.0.1"),
        ("::/128", "不指明哪一台机器，本机请写 127.0.0.1"),
        ("169.254.0.0/16", _METADATA),
        ("fe80::/10", _METADATA),
        ("100.64.0.0/10", "运营商与云服务的内部地址"),  # 100.100.100.200
        ("192.0.0.0/24", _METADATA),
        ("168.63.129.16/32", _METADATA),
        ("fd00:ec2::/32", _METADATA),
        ("fd20:ce::/32", _METADATA),
        ("fec0::/10", _NOBODY),
        ("224.0.0.0/4", _NOBODY),
        ("240.0.0.0/4", _NOBODY),
        ("ff00::/8", _NOBODY),
    )
)
#: Networks whose addresses carry an IPv4 address in the last four bytes.
_CARRIERS = tuple(map(ip_network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48")))


def refusal(address: str) -> str:
    """Return why a numeric address may not be called, empty where it may; raises ValueError for what is no address."""
    return next((why for each in _meant(ip_address(address.partition("%")[0])) for network, why in _SHUT if each in network), "")


def check_host(host: str) -> None:
    """Raise RefusedAddress for a host that is written as an address that may not be called, or in an odd way."""
    plain = host.strip("[]").rstrip(".")
    if not plain or any(c.isspace() or not c.isprintable() for c in plain) or plain.startswith("-"):
        raise RefusedAddress(f"地址“{host}”里没有可用的主机名")
    try:
        why = refusal(plain)
    except ValueError:
        if _is_odd(plain):
            raise RefusedAddress(f"{host} 是数字地址的另一种写法，请写成四段十进制数，如 192.168.1.5") from None
        return
    if why:
        raise RefusedAddress(f"不能访问 {host}：{why}")


def check_url(url: str, schemes: tuple[str, ...] = HTTP_SCHEMES) -> None:
    """Raise RefusedAddress for a URL of another scheme, without a host, or whose host is written as an address that is shut."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise RefusedAddress(f"{url} 不是一个网址") from error
    if parts.scheme not in schemes or not host:
        raise RefusedAddress(f"{url} 不是以 {'、'.join(f'{s}://' for s in schemes)} 开头的完整网址")
    check_host(host)


def open_addresses(host: str, port: int) -> list[str]:
    """Return the numeric addresses of a host that may be called; raises RefusedAddress where it has none of them.

    Raises OSError where the name is not known. Whoever connects goes to one of these, never to the name again.
    """
    check_host(host)
    found = list(dict.fromkeys(str(i[4][0]) for i in socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)))
    free = [address for address in found if not refusal(address)]
    if not free:
        raise RefusedAddress(f"不能访问 {host}（{'、'.join(found[:3])}）：{refusal(found[0])}")
    return free


def connected(host: str, port: int, seconds: float) -> socket.socket:
    """Return a TCP connection to a host, made to an address that may be called; raises RefusedAddress or OSError."""
    problem: OSError | None = None
    for address in open_addresses(host, port):
        try:
            return socket.create_connection((address, port), seconds)
        except OSError as error:
            problem = error
    assert problem is not None
    raise problem


def refused_address(error: BaseException | None) -> RefusedAddress | None:
    """The refusal an error of some client library came of, or None."""
    while error is not None and not isinstance(error, RefusedAddress):
        error = error.__cause__ or error.__context__
    return error


def _meant(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    """The address itself and every IPv4 address that is written into it."""
    yield address
    if isinstance(address, IPv4Address):
        return
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    last = int(address) & 0xFFFF_FFFF
    if last > 1 and any(address in network for network in _CARRIERS):
        yield IPv4Address(last)


def _is_odd(host: str) -> bool:
    """True for 2852039166, 0xa9fea9fe, 0251.0376.1 and whatever else the system reads as four bytes."""
    try:
        socket.inet_aton(host)
    except (OSError, UnicodeEncodeError):
        return False
    return True
