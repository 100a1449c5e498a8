"""A collection that is pulled is data: nothing in it, in its repository, in this machine's settings or left in the home is obeyed."""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from assistant.config import Settings, load_settings
from assistant.errors import PullFailed
from assistant.library.sources.checkout import checkout
from assistant.library.sources.pull import Pull, pull
from tests.invented import TITLE, statute, write
from tests.library.sources.test_pull import CATALOGUE, git, titles
from tests.library.sources.test_pull import collection as collection

HTTP_BACKEND = Path(subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True).stdout.strip()) / "git-http-backend"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(tmp_path / "home")


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    from assistant.store.engine import open_engine

    settings.home.mkdir(parents=True, exist_ok=True)
    opened = open_engine(settings.library_url)
    yield opened
    opened.dispose()


def hostile(flag: Path, hooks: Path) -> str:
    """A git configuration each line of which would run a command that leaves `flag` behind."""
    hooks.mkdir(parents=True, exist_ok=True)
    touch = f"touch {shlex.quote(str(flag))}"
    for name in ("post-checkout", "post-merge", "pre-auto-gc", "reference-transaction", "post-index-change"):
        hook = hooks / name
        hook.write_text(f"#!/bin/sh\n{touch}\n")
        hook.chmod(0o755)
    return f"""
[core]
    fsmonitor = "{touch}; false"
    sshCommand = "{touch}; false"
    pager = "{touch}; cat"
    gitProxy = "{touch}"
    askPass = "{touch}"
    editor = "{touch}"
    alternateRefsCommand = "{touch}; true"
    hooksPath = {hooks}
[credential]
    helper = "!{touch}"
[filter "evil"]
    smudge = "{touch}; cat"
    process = "{touch}"
    required = true
[uploadpack]
    packObjectsHook = "{touch}; exec"
[alias]
    fetch = "!{touch}"
[gc]
    auto = 1
[diff "evil"]
    textconv = "{touch}; cat"
"""


def unharmed(flag: Path, pulling: Callable[[], Pull]) -> dict[str, int]:
    """What a pull came to, whose commands left no flag."""
    try:
        return pulling().counts
    finally:
        assert not flag.exists(), "a command of the configuration has run"


def second_text(collection: Path) -> None:
    write(collection / "部门规章", "2010-06-01", statute(("虚构的新文本。", "虚构。")))
    (collection / ".gitattributes").write_text("* filter=evil diff=evil\n")
    git(collection, "add", "-A")
    git(collection, "commit", "--quiet", "-m", "second")


# ---- what lies about -------------------------------------------------------------------------


def test_a_configuration_planted_in_the_home_does_nothing(engine: Engine, settings: Settings, collection: Path, tmp_path: Path) -> None:
    pull(engine, settings, str(collection), catalogue=CATALOGUE)
    flag = tmp_path / "flag"
    (base,) = (settings.home / "pull").iterdir()
    planted = base / "git"
    if not planted.is_dir():
        git(tmp_path, "init", "--quiet", "--bare", str(planted))
    with (planted / "config").open("a") as file:
        file.write(hostile(flag, planted / "hooks"))
    second_text(collection)
    assert unharmed(flag, lambda: pull(engine, settings, str(collection), catalogue=CATALOGUE))["新版本"] == 1
    assert not planted.exists()


def test_a_repository_on_this_disk_is_not_obeyed(engine: Engine, settings: Settings, collection: Path, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    second_text(collection)
    with (collection / ".git" / "config").open("a") as file:
        file.write(hostile(flag, tmp_path / "hooks"))
        file.write(f'[extensions]\n    partialClone = origin\n[remote "origin"]\n    url = {collection}\n    promisor = true\n')
        file.write(f'    uploadpack = "touch {flag}; git-upload-pack"\n    vcs = evil\n')
    assert unharmed(flag, lambda: pull(engine, settings, str(collection), catalogue=CATALOGUE)) == {"新增": 1, "新版本": 1}


def test_this_machines_git_settings_are_not_used(
    engine: Engine, settings: Settings, collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flag, home = tmp_path / "flag", tmp_path / "someone"
    home.mkdir()
    (home / ".gitconfig").write_text(hostile(flag, tmp_path / "hooks"))
    second_text(collection)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", f"touch {flag}")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.hooksPath")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(tmp_path / "hooks"))
    assert unharmed(flag, lambda: pull(engine, settings, str(collection), catalogue=CATALOGUE)) == {"新增": 1, "新版本": 1}


def test_a_repository_that_borrows_from_another_is_refused(settings: Settings, collection: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--shared", str(collection), str(tmp_path / "borrower"))
    with pytest.raises(PullFailed, match="借用别的仓库"):
        checkout(str(tmp_path / "borrower"), settings)


# ---- what is in it ---------------------------------------------------------------------------


def entry(collection: Path, mode: str, digest: str, name: str) -> str:
    return f"{mode} {'tree' if mode == '040000' else 'commit' if mode == '160000' else 'blob'} {digest}\t{name}\n"


def hashed(collection: Path, *arguments: str, stdin: bytes = b"") -> str:
    done = subprocess.run(["git", *arguments], cwd=collection, input=stdin, capture_output=True, check=True)
    return done.stdout.decode().strip()


def commit_tree(collection: Path, lines: str) -> None:
    tree = hashed(collection, "mktree", "--missing", stdin=lines.encode())
    commit = git(collection, "commit-tree", tree, "-m", "made")
    git(collection, "update-ref", "HEAD", commit)


def test_only_regular_files_with_plain_names_are_taken(engine: Engine, settings: Settings, collection: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    text = hashed(collection, "hash-object", "-w", "--stdin", stdin=statute(("虚构。", "虚构。")).encode())
    link = hashed(collection, "hash-object", "-w", "--stdin", stdin=str(tmp_path / "secret").encode())
    inner = hashed(collection, "mktree", stdin=entry(collection, "100644", text, "config").encode())
    lines = (
        entry(collection, "100644", text, f"{TITLE}(2001-03-01).md")
        + entry(collection, "120000", link, f"{TITLE}(2012-01-01).md")
        + entry(collection, "160000", "1" * 40, f"{TITLE}(2013-01-01).md")
        + entry(collection, "100644", text, "..")
        + entry(collection, "100644", text, "a\\..\\b.md")
        + entry(collection, "100644", text, "SAME.md")
        + entry(collection, "100644", text, "same.md")
        + entry(collection, "040000", inner, ".GIT")
    )
    commit_tree(collection, lines)
    taken = checkout(str(collection), settings)
    assert sorted(p.name for p in taken.folder.rglob("*")) == ["SAME.md", f"{TITLE}(2001-03-01).md"]
    assert not any(p.is_symlink() for p in settings.home.rglob("*"))
    assert {name for name, _ in taken.left_out} >= {f"{TITLE}(2012-01-01).md", f"{TITLE}(2013-01-01).md", "..", "same.md", ".GIT/config"}


def test_a_tree_that_unfolds_without_end_is_refused(settings: Settings, collection: Path) -> None:
    digest = hashed(collection, "hash-object", "-w", "--stdin", stdin=b"x")
    lines = "".join(entry(collection, "100644", digest, f"f{n}") for n in range(10))
    for _ in range(8):
        tree = hashed(collection, "mktree", stdin=lines.encode())
        lines = "".join(entry(collection, "040000", tree, f"d{n}") for n in range(10))
    commit_tree(collection, lines)
    with pytest.raises(PullFailed, match=r"pull_max_mb|pull_timeout"):
        checkout(str(collection), settings.model_copy(update={"pull_timeout": 30}))


def test_files_too_large_are_left_out_and_too_much_in_all_is_refused(settings: Settings, collection: Path) -> None:
    (collection / "large.md").write_bytes(b"0" * 3_000_000)
    git(collection, "add", "-A")
    git(collection, "commit", "--quiet", "-m", "large")
    taken = checkout(str(collection), settings.model_copy(update={"max_file_mb": 2}))
    assert ("large.md", "超过 2 MB") in taken.left_out and not (taken.folder / "large.md").exists()
    (collection / "more.md").write_bytes(b"1" * 3_000_000)
    git(collection, "add", "-A")
    git(collection, "commit", "--quiet", "-m", "more")
    with pytest.raises(PullFailed, match="pull_max_mb"):
        checkout(str(collection), settings.model_copy(update={"pull_max_mb": 4}))


# ---- addresses -------------------------------------------------------------------------------

EVIL = [
    "--upload-pack=touch x",
    "-oProxyCommand=touch x",
    "ext::sh -c touch% x",
    "fd::7",
    "transport::https://example.com/x",
    "https://example.com/a b",
    "ssh://-oProxyCommand=touch/x",
    "git://example.com/x",
    "file:///etc",
    "ftp://example.com/x",
    "http://example.com/x",
    "git@example.com:x.git",
    "https://169.254.169.254/latest",
    "https://[::ffff:169.254.169.254]/x",
    "https://2852039166/x",
    "https://0xa9fea9fe/x",
    "https://100.100.100.200/x",
]


@pytest.mark.parametrize("url", EVIL)
def test_an_address_that_is_none_is_refused_before_git_is_started(settings: Settings, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: Any, **__: Any) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", started)
    with pytest.raises(PullFailed, match="corpus_url"):
        checkout(url, settings)


def names(monkeypatch: pytest.MonkeyPatch, known: dict[str, str]) -> list[str]:
    """Let names stand for addresses; returns the names that are asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        asked.append(str(host))
        return real(known.get(host, host), port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_a_name_that_leads_to_metadata_is_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, {"collection.example": "169.254.169.254"})
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("a process was started"))
    with pytest.raises(PullFailed, match=r"元数据.*corpus_url"):
        checkout("https://collection.example/x", settings)


# ---- a server that speaks git ----------------------------------------------------------------


@dataclass
class GitServer:
    """A running server: its port, the paths asked for, and where it sends them on, if anywhere."""

    port: int = 0
    paths: list[str] = field(default_factory=list)
    moved: str = ""


@contextmanager
def git_server(root: Path) -> Iterator[GitServer]:
    """Serve the repositories of a folder by git's own smart HTTP."""
    state = GitServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.paths.append(self.path)
            if state.moved:
                self.send_response(302)
                self.send_header("Location", state.moved + self.path)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            environment = os.environ | {
                "GIT_PROJECT_ROOT": str(root), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query,
                "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""), "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            }  # fmt: skip
            done = subprocess.run([str(HTTP_BACKEND)], input=body, capture_output=True, env=environment, check=True)
            head, _, answer = done.stdout.partition(b"\r\n\r\n")
            status = re.search(rb"(?m)^Status: (\d+)", head)
            self.send_response(int(status[1]) if status else 200)
            for line in head.decode().splitlines():
                name, _, value = line.partition(": ")
                if name != "Status":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def remote(collection: Path) -> Iterator[GitServer]:
    with git_server(collection.parent) as state:
        yield state


@pytest.fixture
def over_http(settings: Settings) -> Settings:
    return settings.model_copy(update={"pull_protocols": ["http"], "pull_timeout": 60})


def test_the_connection_goes_to_the_address_that_was_looked_at(
    engine: Engine, over_http: Settings, remote: GitServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(monkeypatch, {"collection.example": "127.0.0.1"})
    done = pull(engine, over_http, f"http://collection.example:{remote.port}/collection/.git", catalogue=CATALOGUE)
    assert done.counts == {"新增": 1} and titles(engine) == {TITLE}, "git does not know the name; it came by the pinned address"


def test_a_redirect_is_not_followed(over_http: Settings, remote: GitServer, collection: Path) -> None:
    with git_server(collection.parent) as other:
        remote.moved = f"http://127.0.0.1:{other.port}"
        with pytest.raises(PullFailed, match=r"另一个地址.*corpus_url"):
            checkout(f"http://127.0.0.1:{remote.port}/collection/.git", over_http)
        assert remote.paths and not other.paths


def test_a_pack_over_the_limit_is_broken_off(over_http: Settings, remote: GitServer, collection: Path) -> None:
    (collection / "noise.md").write_bytes(os.urandom(3_000_000))
    git(collection, "add", "-A")
    git(collection, "commit", "--quiet", "-m", "noise")
    with pytest.raises(PullFailed, match="pull_max_mb"):
        checkout(f"http://127.0.0.1:{remote.port}/collection/.git", over_http.model_copy(update={"pull_max_mb": 1}))
    (base,) = (over_http.home / "pull").iterdir()
    assert [p.name for p in base.iterdir()] == ["lock"]


def test_what_is_fetched_again_is_not_read_from_what_was_left(
    engine: Engine, over_http: Settings, remote: GitServer, collection: Path
) -> None:
    url = f"http://127.0.0.1:{remote.port}/collection/.git"
    pull(engine, over_http, url, catalogue=CATALOGUE)
    second_text(collection)
    assert pull(engine, over_http, url, catalogue=CATALOGUE).counts == {"无变化": 1, "新版本": 1}
    count = len(remote.paths)
    assert pull(engine, over_http, url, catalogue=CATALOGUE).counts == {"无变化": 2}
    assert len(remote.paths) - count <= 2, "what has not changed is not fetched again"
