"""The HTTP client for an address an administrator has set: that host alone, no redirect, a bounded time and size."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from assistant.errors import RefusedAddress
from assistant.outgoing.addresses import HTTP_SCHEMES, check_host, check_url, open_addresses
from assistant.outgoing.budget import Budget, TooMuch

#: Bytes of one answer where the caller says nothing else.
LARGEST = 8 * 1024 * 1024
_PORTS = {"http": 80, "https": 443}
Origin = tuple[str, str, int | None]


def client(
    url: str, *, seconds: float, largest: int = LARGEST, also: Iterable[str] = (), headers: Mapping[str, str] | None = None
) -> httpx.Client:
    """Return a client that calls the host of `url` (and of the URLs in `also`) and no other.

    `seconds` and `largest` bound a whole exchange. Calls raise RefusedAddress for another host or an address that is shut, and
    what httpx raises. The administrator's HTTPS_PROXY and NO_PROXY hold.
    """
    transport = Transport([url, *also], seconds, largest)
    return httpx.Client(transport=transport, timeout=seconds, follow_redirects=False, trust_env=False, headers=dict(headers or {}))


class Transport(httpx.BaseTransport):
    """Sends requests to the origins it was made for; what comes back is neither compressed nor longer than allowed."""

    def __init__(self, urls: Iterable[str], seconds: float, largest: int) -> None:
        self._origins: set[Origin] = set()
        for url in urls:
            check_url(url)
            self._origins.add(_origin(httpx.URL(url)))
        self._network = _Network(seconds, largest)
        self._pools: dict[str, httpx.HTTPTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; raises RefusedAddress and what httpx raises."""
        if request.url.scheme not in HTTP_SCHEMES or _origin(request.url) not in self._origins:
            raise RefusedAddress(f"不能访问 {request.url.host}：它不是设置里写的主机（对方要求转到别处的，请核对设置里的地址）")
        request.headers["Accept-Encoding"] = "identity"
        response = self._through(request.url).handle_request(request)
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            response.close()
            raise httpx.ReadError("对方的答复是压缩的，没有读", request=request)
        return response

    def close(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            pool.close()

    def _through(self, url: httpx.URL) -> httpx.HTTPTransport:
        proxy = proxy_for(url.scheme, url.host)
        if proxy:
            _check_behind_proxy(url.host, url.port or _PORTS[url.scheme])
        if proxy not in self._pools:
            self._pools[proxy] = _transport(self._network, proxy)
        return self._pools[proxy]


def proxy_for(scheme: str, host: str) -> str:
    """The proxy that the administrator's environment gives for a host; empty where it is called directly."""
    found = getproxies()
    proxy = "" if proxy_bypass(host) else found.get(scheme) or found.get("all") or ""
    if proxy:
        check_url(proxy if "://" in proxy else f"http://{proxy}")
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def _check_behind_proxy(host: str, port: int) -> None:
    """A proxy resolves names itself; what this machine knows of the name is looked at all the same."""
    try:
        open_addresses(host, port)
    except OSError:
        check_host(host)


def _transport(network: _Network, proxy: str) -> httpx.HTTPTransport:
    trusted: ssl.SSLContext = httpx.create_ssl_context()
    made = httpx.HTTPTransport(verify=trusted)
    if proxy:
        made._pool = httpcore.HTTPProxy(proxy, ssl_context=trusted, network_backend=network)
    else:
        made._pool = httpcore.ConnectionPool(ssl_context=trusted, network_backend=network)
    return made


def _origin(url: httpx.URL) -> Origin:
    return url.scheme, url.host.lower(), url.port or _PORTS.get(url.scheme)


class _Network(httpcore.NetworkBackend):
    """Connects to addresses that may be called."""

    def __init__(self, seconds: float, largest: int) -> None:
        self._seconds, self._largest = seconds, largest
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None, socket_options: Any = None
    ) -> httpcore.NetworkStream:
        """Return a stream to one of the host's addresses that may be called."""
        budget = Budget(self._seconds, self._largest)
        try:
            addresses = open_addresses(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"找不到主机 {host}（{error.strerror or error}）") from error
        problem: Exception | None = None
        for address in addresses:
            try:
                return _Stream(self._inner.connect_tcp(address, port, budget.left(timeout), local_address, socket_options), budget)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
            except TimeoutError as error:
                raise httpcore.ConnectTimeout(str(error)) from error
        assert problem is not None
        raise problem


class _Stream(httpcore.NetworkStream):
    """A connection whose exchanges are bounded; a request that follows an answer begins a new one."""

    def __init__(self, inner: httpcore.NetworkStream, budget: Budget) -> None:
        self._inner, self._budget, self._answered = inner, budget, False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what came; empty at the end."""
        try:
            data = self._inner.read(max_bytes, self._budget.left(timeout))
            self._budget.took(len(data))
        except TimeoutError as error:
            raise httpcore.ReadTimeout(str(error)) from error
        except TooMuch as error:
            raise httpcore.ReadError(str(error)) from error
        self._answered = True
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send."""
        if self._answered:
            self._budget.renew()
            self._answered = False
        try:
            self._inner.write(buffer, self._budget.left(timeout))
        except TimeoutError as error:
            raise httpcore.WriteTimeout(str(error)) from error

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Return the encrypted stream; the certificate is checked against the name, not the address."""
        try:
            return _Stream(self._inner.start_tls(ssl_context, server_hostname, self._budget.left(timeout)), self._budget)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error

    def get_extra_info(self, info: str) -> Any:
        """What the connection knows of itself."""
        return self._inner.get_extra_info(info)
