"""Every address the program calls: the host the administrator wrote and no other, nothing that leads to a cloud's metadata, bounded."""

from __future__ import annotations

import ast
import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.answer.model.client import ModelClient, ModelFailed
from assistant.answer.model.prompts import load_prompts
from assistant.answer.service import Assistant
from assistant.config import LIVE_SETTINGS, SETTINGS_FILE, Settings, load_settings
from assistant.desk.notify.channels import Channel, NotSent, send
from assistant.desk.people.accounts import Role
from assistant.errors import BadSetting, RefusedAddress
from assistant.outgoing.addresses import check_host, check_url, open_addresses
from assistant.outgoing.http import client
from assistant.outgoing.mail import smtp
from assistant.search.vectors.vectors import VectorStore
from assistant.store.notifications import Delivery, DeliveryStatus, Told
from tests.desk.receivers import Receiver, http_receiver
from tests.web.people import Site
from tests.web.serving import served

ROOT = Path(__file__).resolve().parents[2] / "assistant"
METADATA = "169.254.169.254"

SHUT = [
    METADATA,
    "169.254.0.23",
    "100.100.100.200",
    "100.64.0.1",
    "192.0.0.192",
    "168.63.129.16",
    "0.0.0.0",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "fd20:ce::254",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "::169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "224.0.0.1",
    "255.255.255.255",
    "ff02::1",
]
ODD = ["2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "127.1", "0x7f.0.0.1", "010.0.0.1", "1"]
OPEN = ["127.0.0.1", "::1", "10.1.2.3", "192.168.1.5", "172.16.0.9", "fd12:3456::1", "223.5.5.5", "2400:3200::1"]


@pytest.mark.parametrize("address", SHUT)
def test_addresses_that_are_shut(address: str) -> None:
    with pytest.raises(RefusedAddress):
        check_host(address)
    with pytest.raises(RefusedAddress):
        open_addresses(address, 80)
    with pytest.raises(RefusedAddress):
        check_url(f"http://[{address}]/" if ":" in address else f"http://{address}/")


@pytest.mark.parametrize("address", ODD)
def test_addresses_written_in_an_odd_way(address: str) -> None:
    with pytest.raises(RefusedAddress, match="四段十进制"):
        check_host(address)


@pytest.mark.parametrize("address", OPEN)
def test_the_bureaus_own_machines_and_the_internet_are_open(address: str) -> None:
    check_host(address)
    assert open_addresses(address, 80) == [address]


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "gopher://127.0.0.1/", "//127.0.0.1/", "127.0.0.1:80", "http:///x", "javascript:alert(1)"]
)
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(RefusedAddress):
        check_url(url)


# ---- settings --------------------------------------------------------------------------------

ADDRESSES = ["model_url", "chroma_url", "oidc_issuer", "dingtalk_url", "wecom_url", "webhook_url"]
#: Live settings that are free text: shown as words, never opened, called or run.
WORDS = {"bureau_name", "hearing_source", "review_number"}


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_setting_that_leads_to_metadata_stops_the_start(name: str, tmp_path: Path) -> None:
    for url in (f"http://{METADATA}/latest", "http://[::ffff:a9fe:a9fe]", "http://2852039166"):
        with pytest.raises(BadSetting, match=name):
            load_settings(tmp_path, **{name: url})
    with pytest.raises(BadSetting, match="smtp_host"):
        load_settings(tmp_path, smtp_host=METADATA)
    with pytest.raises(BadSetting, match="database_url"):
        load_settings(tmp_path, database_url=f"postgresql+psycopg://u:p@{METADATA}:5432/db")
    with pytest.raises(BadSetting, match="oidc_hosts"):
        load_settings(tmp_path, oidc_hosts=["file:///x"])
    assert getattr(load_settings(tmp_path, **{name: "http://127.0.0.1:9"}), name)


def test_no_address_path_command_or_secret_is_set_on_the_web(address: Site, assistant: Assistant) -> None:
    """Whatever is text and may be set on the page is words; every other setting is refused there, over HTTP, to an administrator."""
    text = {n for n in LIVE_SETTINGS if not any(t in str(Settings.model_fields[n].annotation) for t in ("int", "float", "bool"))}
    assert text <= WORDS
    file = assistant.settings.home / SETTINGS_FILE
    before = file.read_bytes() if file.exists() else None
    headers = address.cookie(Role.ADMIN) | {"Origin": str(address)}
    with httpx.Client(base_url=str(address), headers=headers, timeout=60, trust_env=False) as http:
        for name in sorted(set(Settings.model_fields) - LIVE_SETTINGS):
            refused = http.post(f"/admin/settings/{name}", data={"value": "http://127.0.0.1:9/x"})
            assert refused.status_code == 400, name
    assert (file.read_bytes() if file.exists() else None) == before


# ---- names -----------------------------------------------------------------------------------


class Names:
    """What names stand for, one answer after another, and which were asked for; and which connections were tried."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.known: dict[str, list[str]] = {}
        self.asked: list[str] = []
        self.tried: list[str] = []
        real, connect = socket.getaddrinfo, socket.socket.connect

        def resolve(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
            name = host.decode() if isinstance(host, bytes) else str(host)
            answers = self.known.get(name)
            if answers:
                self.asked.append(name)
                host = answers.pop(0) if len(answers) > 1 else answers[0]
            return real(host, port, *rest, **more)

        def connecting(sock: socket.socket, address: Any) -> Any:
            self.tried.append(str(address[0]))
            if str(address[0]).startswith("169.254"):
                raise ConnectionRefusedError(111, "not in a test")
            return connect(sock, address)

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        monkeypatch.setattr(socket.socket, "connect", connecting)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return Names(monkeypatch)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with http_receiver() as box:
        yield box


def delivery(channel: Channel) -> Delivery:
    told = Told("matter:7", "事项提交", "法顾〔2026〕7号", "/counsel/matters/7")
    now = datetime(2026, 1, 1)
    return Delivery(1, told, channel.value, "someone", DeliveryStatus.SENDING, 1, now, now, "claim", None, "")


def asked_model(settings: Settings) -> None:
    ModelClient(settings).complete(load_prompts()["followup"], {"history": "虚构", "question": "虚构"}, purpose="试")


def callers(settings: Settings, url: str, host: str) -> list[tuple[str, Callable[[], Any], type[Exception]]]:
    """Every way the program calls an address, with the error it tells."""
    at = settings.model_copy(
        update={"model_url": url, "model_name": "m", "dingtalk_url": url, "wecom_url": url, "webhook_url": url, "smtp_host": host, "smtp_from": "a@b.example", "model_timeout": 20.0}
    )  # fmt: skip
    return [
        ("model", lambda: asked_model(at), ModelFailed),
        ("mail", lambda: send(at, delivery(Channel.MAIL), "x@y.example"), NotSent),
        ("dingtalk", lambda: send(at, delivery(Channel.DINGTALK)), NotSent),
        ("wecom", lambda: send(at, delivery(Channel.WECOM)), NotSent),
        ("webhook", lambda: send(at, delivery(Channel.WEBHOOK)), NotSent),
        ("chroma", lambda: VectorStore(url, "static"), BadSetting),
    ]


@pytest.fixture
def plain(tmp_path: Path) -> Settings:
    return load_settings(tmp_path / "home")


def test_a_name_that_leads_to_metadata_is_not_called(plain: Settings, names: Names) -> None:
    names.known = {"inside.example": [METADATA]}
    for name, call, error in callers(plain, "http://inside.example", "inside.example"):
        with pytest.raises(error, match="不能访问"):
            call()
        assert not names.tried, name
    assert names.asked


def test_a_name_is_resolved_once_and_the_connection_goes_there(names: Names, receiver: Receiver) -> None:
    """A name that answers with our machine first and with the metadata address from then on: rebinding."""
    port = receiver.url.split(":")[2].split("/")[0]
    names.known = {"turning.example": ["127.0.0.1", METADATA]}
    with client(f"http://turning.example:{port}", seconds=10) as http:
        assert http.post(f"http://turning.example:{port}/x", content=b"{}").status_code == 200
    assert names.asked == ["turning.example"] and names.tried == ["127.0.0.1"]
    assert receiver.requests[0].headers["Host"] == f"turning.example:{port}"


def test_sign_in_does_not_call_metadata(names: Names, tmp_path: Path) -> None:
    pytest.importorskip("authlib", reason="没有安装 oidc 组件")
    names.known = {"login.example": [METADATA]}
    settings = load_settings(tmp_path / "home", oidc_issuer="http://login.example", oidc_client_id="desk", oidc_client_secret="s")
    desk = Assistant(settings)
    with served(desk) as site:
        answer = httpx.get(f"{site}/login/oidc/", timeout=60, trust_env=False)
    desk.close()
    assert answer.status_code == 401 and "没有完成" in answer.text
    assert names.asked and METADATA not in names.tried


def test_sign_in_calls_no_host_that_the_provider_names(tmp_path: Path, receiver: Receiver) -> None:
    pytest.importorskip("authlib", reason="没有安装 oidc 组件")
    import httpx2

    from assistant.outgoing.threaded import ThreadedTransport

    async def call(url: str, also: tuple[str, ...] = ()) -> int:
        transport = ThreadedTransport("http://127.0.0.1:9", seconds=10, also=also)
        async with httpx2.AsyncClient(transport=transport) as http:
            return (await http.post(url, content=b"{}")).status_code

    with pytest.raises(RefusedAddress):
        asyncio.run(call(receiver.url))
    assert not receiver.requests
    assert asyncio.run(call(receiver.url, (receiver.url,))) == 200 and len(receiver.requests) == 1


# ---- redirects -------------------------------------------------------------------------------


@contextmanager
def speaking(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that says what it is told to say to whoever connects; gives its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def accept() -> None:
        while not ended.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    def serve(connection: socket.socket) -> None:
        with connection:
            try:
                answer(connection)
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        ended.set()
        listener.close()


def redirecting(to: str) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(f"HTTP/1.1 307 Moved\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())

    return answer


def test_no_caller_follows_a_redirect(plain: Settings, receiver: Receiver) -> None:
    with speaking(redirecting(receiver.url)) as port:
        for name, call, error in callers(plain, f"http://127.0.0.1:{port}", "127.0.0.1"):
            if name != "mail":
                with pytest.raises(error):
                    call()
    assert not receiver.requests


def test_a_library_that_follows_redirects_is_stopped_all_the_same(receiver: Receiver) -> None:
    with speaking(redirecting(receiver.url)) as port, client(f"http://127.0.0.1:{port}", seconds=10) as http:
        with pytest.raises(RefusedAddress, match="不是设置里写的主机"):
            http.get(f"http://127.0.0.1:{port}/", follow_redirects=True)
        with pytest.raises(RefusedAddress):
            http.get(receiver.url)
    assert not receiver.requests


# ---- time and size ---------------------------------------------------------------------------


def dripping(head: bytes) -> Callable[[socket.socket], None]:
    """A byte now and then, for ever."""

    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(head)
        while True:
            connection.sendall(b"x")
            threading.Event().wait(0.1)

    return answer


def endless(head: bytes, line: bytes = b"x" * 65536) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(head)
        while True:
            connection.sendall(line)

    return answer


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"])
def test_one_byte_at_a_time_buys_no_time(head: bytes) -> None:
    with speaking(dripping(head)) as port, client(f"http://127.0.0.1:{port}", seconds=1) as http, pytest.raises(httpx.ReadTimeout):
        http.get(f"http://127.0.0.1:{port}/")


def test_an_endless_answer_is_broken_off() -> None:
    with (
        speaking(endless(b"HTTP/1.1 200 OK\r\n\r\n")) as port,
        client(f"http://127.0.0.1:{port}", seconds=60, largest=1_000_000) as http,
        pytest.raises(httpx.ReadError, match="超过"),
    ):
        http.get(f"http://127.0.0.1:{port}/")


def test_a_compressed_answer_is_not_unpacked() -> None:
    def answer(connection: socket.socket) -> None:
        asked = connection.recv(65536).lower()
        assert b"accept-encoding: identity" in asked
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nbomb")

    with speaking(answer) as port, client(f"http://127.0.0.1:{port}", seconds=10) as http, pytest.raises(httpx.ReadError, match="压缩"):
        http.get(f"http://127.0.0.1:{port}/")


def test_a_connection_that_is_used_again_has_its_time_anew() -> None:
    def answer(connection: socket.socket) -> None:
        while connection.recv(65536):
            threading.Event().wait(0.4)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with speaking(answer) as port, client(f"http://127.0.0.1:{port}", seconds=2) as http:
        assert [http.get(f"http://127.0.0.1:{port}/").text for _ in range(7)] == ["ok"] * 7


@pytest.mark.parametrize("talk", [endless(b"250-", b"x" * 70 + b"\r\n250-"), dripping(b"")])
def test_a_mail_server_without_end_is_broken_off(talk: Callable[[socket.socket], None]) -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(b"220 hello\r\n")
        talk(connection)

    with speaking(answer) as port, pytest.raises(OSError):
        smtp("127.0.0.1", port, seconds=1).ehlo_or_helo_if_needed()


# ---- proxies ---------------------------------------------------------------------------------


def test_the_administrators_proxy_holds_and_is_looked_at_too(names: Names, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = "http://" + receiver.url.split("/")[2]
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.setenv("no_proxy", "own.example")
    names.known = {"inside.example": [METADATA], "own.example": [METADATA], "proxy.example": [METADATA]}
    with client("http://far.example", seconds=10) as http:
        assert http.post("http://far.example/x", content=b"{}").status_code == 200
    assert receiver.requests[0].path == "http://far.example/x"
    for shut in ("http://inside.example", f"http://{METADATA}", "http://own.example"):
        with pytest.raises(RefusedAddress), client(shut, seconds=10) as http:
            http.post(shut, content=b"{}")
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    with pytest.raises(RefusedAddress), client("http://far.example", seconds=10) as http:
        http.post("http://far.example/x", content=b"{}")
    assert len(receiver.requests) == 1


# ---- one place -------------------------------------------------------------------------------

#: Names of libraries by which something outside is reached, and where they may be imported to call it.
CALLING = {
    "httpx", "httpx2", "httpcore", "requests", "aiohttp", "urllib3", "urllib.request", "http.client", "smtplib", "ftplib", "telnetlib", "imaplib",
    "poplib", "nntplib", "socket", "socketserver", "asyncio.streams", "subprocess", "websockets", "paramiko", "pycurl", "xmlrpc.client",
    "llama_index.llms.openai_like", "openai", "chromadb", "authlib", "huggingface_hub", "gradio_client",
}  # fmt: skip
#: Beside `assistant/outgoing`: what a module uses of such a library, and nothing else of it.
USES = {
    "answer/model/client.py": {"httpx.Client", "httpx.TimeoutException", "httpx.ConnectError", "httpx.TransportError", "openai.*", "llama_index.llms",
                               "llama_index.llms.openai_like.*"},
    "desk/notify/channels.py": {"httpx.ConnectError", "httpx.ConnectTimeout", "httpx.PoolTimeout", "httpx.InvalidURL", "httpx.UnsupportedProtocol", "httpx.HTTPError",
                         "httpx.Response", "smtplib.SMTP", "smtplib.SMTPException", "smtplib.SMTPDataError", "smtplib.SMTPResponseException"},
    "search/vectors/chroma_client.py": {"chromadb.api.client.Client", "chromadb.config.Settings"},
    "search/vectors/vectors.py": {"chromadb.PersistentClient", "chromadb.config.Settings", "chromadb.api.shared_system_client.SharedSystemClient"},
    "lab/baselines.py": {"chromadb.PersistentClient", "chromadb.config.Settings"},
    # Processes of the program's own, and the pair of sockets to each worker.
    "child.py": {"subprocess.Popen", "subprocess.DEVNULL", "subprocess.PIPE"},
    "desk/work/process.py": {"socket.socketpair", "socket.socket"},
    "web/oidc.py": {"authlib.integrations.starlette_client.OAuth"},
    "web/server.py": {"socket.*"},  # listens
    "lab/load_test.py": {"httpx.*", "subprocess.*"},  # the load test: calls the server it has started itself
    "lab/hostile.py": {"httpx.*", "subprocess.*", "asyncio.open_connection"},
}  # fmt: skip


def uses(path: Path) -> set[str]:
    """Every name of a calling library that a module uses, dotted; `lib.*` where it takes what cannot be told."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bound: dict[str, str] = {}
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                if library(name.name):
                    bound[(name.asname or name.name).split(".")[0]] = name.name if name.asname else name.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.module and library(node.module):
            found |= {f"{node.module}.{name.name}" for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{name.name}" for name in node.names if library(f"{node.module}.{name.name}")}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("__import__", "import_module")):
            called = ast.unparse(node)
            found |= set() if "'assistant." in called else {f"dynamic:{called}"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in bound:
            found.add(f"{bound[node.value.id]}.{node.attr}")
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("os.system", "os.popen", "os.execv", "os.spawnv", "os.posix_spawn"):
            found.add(ast.unparse(node.func))
    return found


def library(module: str) -> bool:
    return any(module == name or module.startswith(name + ".") for name in CALLING)


def allowed(name: str, listed: set[str]) -> bool:
    return any(name == each or (each.endswith(".*") and name.startswith(each[:-1])) for each in listed)


def test_nothing_calls_out_but_through_the_one_place() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted(ROOT.rglob("*.py"))
        if path.relative_to(ROOT).parts[0] != "outgoing"
        for name in sorted(uses(path))
        if not allowed(name, USES.get(path.relative_to(ROOT).as_posix(), set()))
    ]
    assert not wrong


def test_what_is_let_use_a_library_gives_it_the_checked_client() -> None:
    """In the few modules that name a calling library, every construction that would call takes the client of `outgoing`."""
    model, oidc, chroma = (
        (ROOT / name).read_text(encoding="utf-8") for name in ("answer/model/client.py", "web/oidc.py", "search/vectors/chroma_client.py")
    )
    calls = {
        ast.unparse(c.func): {k.arg for k in c.keywords} for t in (model, oidc) for c in ast.walk(ast.parse(t)) if isinstance(c, ast.Call)
    }
    assert "http_client" in calls["OpenAILike"] and "client_kwargs" in calls["registry.register"]
    assert '"transport": transport' in oidc and "ThreadedTransport(" in oidc and "._session = made" in chroma
    for name in ("desk/notify/channels.py", "answer/model/client.py"):
        tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
        made = {ast.unparse(c.func) for c in ast.walk(tree) if isinstance(c, ast.Call)}
        assert not made & {"httpx.Client", "httpx.post", "httpx.get", "httpx.request", "smtplib.SMTP", "smtplib.SMTP_SSL", "openai.OpenAI"}


def test_the_walk_finds_what_it_looks_for(tmp_path: Path) -> None:
    odd = tmp_path / "odd.py"
    odd.write_text(
        "import urllib.request as u\nfrom urllib import request\nimport httpx\nfrom socket import create_connection\n"
        "import importlib\nimportlib.import_module('requests')\nimport os\nos.system('curl')\nhttpx.get('x')\nu.urlopen('x')\n"
    )
    assert uses(odd) == {
        "urllib.request.urlopen", "urllib.request", "httpx.get", "socket.create_connection", "dynamic:importlib.import_module('requests')", "os.system"
    }  # fmt: skip
