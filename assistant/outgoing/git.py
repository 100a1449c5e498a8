"""Git, run on nothing but what this program wrote: no configuration of anybody's, no hook, filter, helper or monitor, one protocol.

A remote repository is fetched into a fresh repository made here; one on this disk is read as a store of objects and git is never run
inside it. Both are then read object by object: nothing is ever checked out.
"""

from __future__ import annotations

import os
import re
import resource
import selectors
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlsplit

from assistant.errors import PullFailed, RefusedAddress
from assistant.outgoing.addresses import check_host, open_addresses

#: Protocols an administrator may allow; the first one is always good.
PROTOCOLS = ("https", "http", "ssh")
_URL = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://[^\s\\\x00-\x1f\x7f]+")
_SCP = re.compile(r"(?:[\w.-]+@)?(?P<host>[A-Za-z0-9][\w.-]*):(?!:)(?!//)[^\s\\\x00-\x1f\x7f]+")
#: What git gets of the environment: how to find programs, proxies and trusted certificates, and the administrator's own ssh command.
_KEPT = ("PATH", "HOME", "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_SSH_COMMAND")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_SSH = "ssh -o BatchMode=yes -o ConnectTimeout=10"
_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.sshCommand=",
    "core.askPass=",
    "core.alternateRefsCommand=",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    "core.protectNTFS=true",
    "core.protectHFS=true",
    "credential.helper=",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "fetch.unpackLimit=1",
    "transfer.bundleURI=false",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
    "gc.auto=0",
    "maintenance.auto=false",
    "http.followRedirects=false",
)
_MEMORY = 4 * 1024**3
_REASONS = (
    (r"error: 30[1278]|redirect", "对方要求改到另一个地址，请核对后把设置 corpus_url 改成新地址"),
    (r"transport '[^']*' not allowed", "这种协议不在设置 pull_protocols 里"),
    (r"Could not resolve host|Couldn't connect|Failed to connect|unable to access|Connection (?:refused|timed out|reset)|unreachable|timed out",
     "连不上网络或对方服务器"),
    (r"Authentication failed|could not read Username|Permission denied|403", "对方要求登录或没有权限"),
    (r"not found|does not exist|does not appear to be a git repository|404", "地址不存在，或不是 git 仓库"),
    (r"No space left", "磁盘空间不足"),
    (r"File too large|died of signal|invalid index-pack output", "传来的数据不完整，或者超过设置 pull_max_mb 的上限"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remote:
    """An address git may fetch from, with what pins the connection to the addresses that were looked at."""

    url: str
    scheme: str
    pins: tuple[str, ...] = ()
    ssh: str = _SSH


def is_remote(url: str) -> bool:
    """True for what is written like a git address, allowed or not."""
    return bool(_URL.match(url) or _SCP.match(url) or "::" in url or url.startswith("-"))


def remote(url: str, protocols: Sequence[str]) -> Remote:
    """Return a git address as one that may be fetched from.

    Raises PullFailed, naming the setting, for an option, a helper (ext::), a protocol that is not allowed, or a host that is shut.
    """
    if url.startswith("-") or "::" in url.partition("[")[0]:
        raise PullFailed(f"拉取 {url} 失败：这不是法规库的地址，不予执行；请改设置 corpus_url（git 地址或者本地路径）")
    written, short = _URL.fullmatch(url), _SCP.fullmatch(url)
    scheme = written["scheme"] if written else "ssh" if short else ""
    if scheme not in PROTOCOLS or scheme not in protocols:
        allowed = "、".join(protocols) or "没有"
        raise PullFailed(f"拉取 {url} 失败：不允许这种地址（允许的协议：{allowed}，见设置 pull_protocols），请改设置 corpus_url")
    try:
        host, port = (short["host"], 22) if short else _place(url, scheme)
        check_host(host)
        try:
            addresses = open_addresses(host, port)
        except OSError:  # git says it in its own words, or a proxy knows the name
            return Remote(url, scheme)
    except RefusedAddress as error:
        raise PullFailed(f"拉取 {url} 失败：{error}，请改设置 corpus_url") from error
    if scheme == "ssh":
        known = host if port == 22 else f"[{host}]:{port}"
        return Remote(url, scheme, ssh=f"{_SSH} -o HostName={addresses[0]} -o HostKeyAlias={known}")
    places = ",".join(f"[{a}]" if ":" in a else a for a in addresses)
    return Remote(url, scheme, (f"http.curloptResolve={host}:{port}:{places}",) if not _is_numeric(host) else ())


def git(
    url: str,
    arguments: Sequence[str],
    seconds: float,
    *,
    at: Remote | None = None,
    largest: int = 1024 * 1024,
    file_size: int = 1024**3,
    stdin: bytes = b"",
) -> bytes:
    """Run git and return what it prints; `url` is what messages call the collection, `at` the one address it may speak to.

    What it prints, the files it writes, its memory and its time are bounded; its children go with it. Raises PullFailed.
    """
    settings = [part for setting in (*_SETTINGS, *(at.pins if at else ())) for part in ("-c", setting)]
    try:
        process = subprocess.Popen(
            ["git", "--no-pager", "--no-replace-objects", *settings, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(at),
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise PullFailed("没有安装 git，无法拉取公开法规库；可改用：assistant corpus add 文件夹") from error
    with suppress(OSError, ValueError):
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (file_size, file_size))
        resource.prlimit(process.pid, resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    try:
        out, problem = _spoken(process, stdin, max(1.0, seconds), largest)
    except BaseException as error:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if isinstance(error, TimeoutError):
            waited = round(max(1.0, seconds))
            raise PullFailed(f"拉取 {url} 失败：{waited} 秒内没有完成（没有网络或太慢，时限见设置 pull_timeout）") from error
        if isinstance(error, OverflowError):
            raise PullFailed(f"拉取 {url} 失败：文件太多或太大（上限见设置 pull_max_mb）") from error
        raise
    finally:
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe:
                pipe.close()
    if process.returncode:
        raise PullFailed(f"拉取 {url} 失败：{_reason(problem.decode(errors='replace'), process.returncode)}")
    return out


def _environment(at: Remote | None) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    kept |= {name: value for name, value in os.environ.items() if name.lower() in _PROXIES}
    kept.setdefault("GIT_SSH_COMMAND", at.ssh if at else _SSH)
    return kept | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_ALLOW_PROTOCOL": at.scheme if at else "none",
        "GIT_PROTOCOL_FROM_USER": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "true",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
    }


def _spoken(process: subprocess.Popen[bytes], stdin: bytes, seconds: float, largest: int) -> tuple[bytes, bytes]:
    """What it wrote, read while what it asks for is written; raises TimeoutError, and OverflowError past `largest`."""
    assert process.stdin and process.stdout and process.stderr
    until = monotonic() + seconds
    heard: dict[object, bytearray] = {process.stdout: bytearray(), process.stderr: bytearray()}
    rest = memoryview(stdin)
    with selectors.DefaultSelector() as ready:
        for pipe in heard:
            ready.register(pipe, selectors.EVENT_READ)  # type: ignore[arg-type]
        os.set_blocking(process.stdin.fileno(), False)
        ready.register(process.stdin, selectors.EVENT_WRITE)
        while ready.get_map():
            left = until - monotonic()
            if left <= 0:
                raise TimeoutError
            for key, _ in ready.select(left):
                if key.fileobj is process.stdin:
                    with suppress(BlockingIOError, BrokenPipeError):
                        rest = rest[os.write(key.fd, rest[:65536]) :] if rest else rest
                    if not rest or process.poll() is not None:
                        ready.unregister(process.stdin)
                        process.stdin.close()
                    continue
                data = os.read(key.fd, 65536)
                heard[key.fileobj] += data
                if not data:
                    ready.unregister(key.fileobj)
                if len(heard[key.fileobj]) > largest:
                    raise OverflowError
    try:
        process.wait(max(0.1, until - monotonic()))
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    return bytes(heard[process.stdout]), bytes(heard[process.stderr])


def _place(url: str, scheme: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        return parts.hostname or "", parts.port or {"https": 443, "http": 80, "ssh": 22}[scheme]
    except ValueError as error:
        raise RefusedAddress(f"{url} 不是一个网址") from error


def _is_numeric(host: str) -> bool:
    return ":" in host or bool(re.fullmatch(r"[\d.]+", host))


def _reason(problem: str, code: int) -> str:
    """Why git failed, in Chinese where the cause is a known one, with git's own last line."""
    if code == -signal.SIGXFSZ:
        return "传来的数据超过上限，见设置 pull_max_mb"
    lines = [line.removeprefix("fatal: ").strip() for line in problem.splitlines() if line.strip()]
    last = lines[-1] if lines else "原因不明"
    told = next((text for pattern, text in _REASONS if re.search(pattern, problem)), "")
    first = next((line for line in lines if any(re.search(pattern, line) for pattern, _ in _REASONS)), last)
    return f"{told}（{first}）" if told else last
