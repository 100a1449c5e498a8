"""A public statute collection kept as a checkout in the home: fetched whole or left as it was.

`<home>/pull/<hash>/git` is a bare repository, and `tree-<commit>` beside it the files of one commit.
Files are written to a folder of another name and renamed when they are all there, so that whatever
breaks off leaves the tree of the last successful fetch.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from filelock import FileLock

from assistant.errors import PullFailed

#: Seconds in which a collection must first answer; without network the answer comes sooner.
FIRST_ANSWER = 15
_ALLOWED = "file:git:http:https:ssh"
_REASONS = (
    (r"Could not resolve host|Couldn't connect|Failed to connect|unable to access|Connection (?:refused|timed out|reset)|unreachable|timed out",
     "连不上网络或对方服务器"),
    (r"Authentication failed|could not read Username|Permission denied|403", "对方要求登录或没有权限"),
    (r"not found|does not exist|does not appear to be a git repository|404", "地址不存在，或不是 git 仓库"),
    (r"dubious ownership", "文件夹属于其他用户，git 拒绝读取"),
    (r"No space left", "磁盘空间不足"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checkout:
    """The files of a collection; `commit` is empty for a plain folder."""

    folder: Path
    commit: str


def checkout(url: str, home: Path, timeout: int) -> Checkout:
    """Return the newest files of a collection, fetched within `timeout` seconds.

    `url` is a git address, or a path of a repository or of a plain folder. Raises PullFailed with
    the reason in Chinese; the checkout of an earlier time is then still what `kept` returns.
    """
    local = Path(url).expanduser()
    if local.is_dir() and not _is_repository(local):
        return Checkout(local, "")
    if not local.is_dir() and not re.match(r"^(?:[a-z][a-z0-9+]*://|[\w.-]+@[\w.-]+:)", url):
        raise PullFailed(f"拉取 {url} 失败：没有这个文件夹，也不是 git 地址")
    base = _base(url, home)
    base.mkdir(parents=True, exist_ok=True)
    with FileLock(str(base / "lock")):
        return _fetch(str(local.resolve()) if local.is_dir() else url, base, timeout)


def kept(url: str, home: Path) -> Checkout | None:
    """The checkout that an earlier fetch left, or None."""
    trees = sorted(_base(url, home).glob("tree-*"), key=lambda p: p.stat().st_mtime)
    return Checkout(trees[-1], trees[-1].name.removeprefix("tree-")) if trees else None


def _fetch(url: str, base: Path, timeout: int) -> Checkout:
    until = monotonic() + timeout
    repository = base / "git"
    answer = _git(url, ["ls-remote", "--exit-code", "--", url, "HEAD"], min(FIRST_ANSWER, timeout))
    commit = answer.split()[0]
    tree = base / f"tree-{commit}"
    if not tree.is_dir():
        if not (repository / "HEAD").exists():
            shutil.rmtree(repository, ignore_errors=True)
            _git(url, ["init", "--quiet", "--bare", str(repository)], FIRST_ANSWER)
        _git(url, [f"--git-dir={repository}", "fetch", "--quiet", "--depth=1", "--no-tags", "--", url, "HEAD"], until - monotonic())
        commit = _git(url, [f"--git-dir={repository}", "rev-parse", "FETCH_HEAD"], FIRST_ANSWER).strip()
        tree = base / f"tree-{commit}"
        _write_tree(url, repository, commit, tree, until)
    for other in base.glob("*tree-*"):
        if other != tree:
            shutil.rmtree(other, ignore_errors=True)
    return Checkout(tree, commit)


def _write_tree(url: str, repository: Path, commit: str, tree: Path, until: float) -> None:
    part = tree.with_name(f"part-{tree.name}")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    command = [
        f"--git-dir={repository}",
        f"--work-tree={part}",
        "-c",
        "core.symlinks=false",
        "checkout",
        "--quiet",
        "--force",
        commit,
        "--",
        ".",
    ]
    try:
        _git(url, command, until - monotonic())
        if not tree.is_dir():
            part.rename(tree)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _git(url: str, arguments: list[str], seconds: float) -> str:
    """Run git and return what it prints; its children go with it when the time is up."""
    environment = os.environ | {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "true",
        "GIT_SSH_COMMAND": os.environ.get("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=10"),
        "GIT_ALLOW_PROTOCOL": _ALLOWED,
        "LC_ALL": "C",
    }
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):  # set where we are run from a hook
        environment.pop(name, None)
    try:
        process = subprocess.Popen(
            ["git", "-c", "core.autocrlf=false", "-c", "core.quotepath=false", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=environment,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise PullFailed("没有安装 git，无法拉取公开法规库；可改用：assistant corpus add 文件夹") from error
    try:
        out, problem = process.communicate(timeout=max(1.0, seconds))
    except BaseException as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if isinstance(error, subprocess.TimeoutExpired):
            raise PullFailed(
                f"拉取 {url} 失败：{round(max(1.0, seconds))} 秒内没有完成（没有网络或太慢，时限见设置 pull_timeout）"
            ) from error
        raise
    if process.returncode:
        raise PullFailed(f"拉取 {url} 失败：{_reason(problem)}")
    return out


def _reason(problem: str) -> str:
    """Why git failed, in Chinese where the cause is a known one, with git's own last line."""
    lines = [line.removeprefix("fatal: ").strip() for line in problem.splitlines() if line.strip()]
    last = lines[-1] if lines else "原因不明"
    told = next((text for pattern, text in _REASONS if re.search(pattern, problem)), "")
    first = next((line for line in lines if any(re.search(pattern, line) for pattern, _ in _REASONS)), last)
    return f"{told}（{first}）" if told else last


def _is_repository(folder: Path) -> bool:
    return (folder / ".git").exists() or ((folder / "HEAD").is_file() and (folder / "objects").is_dir())


def _base(url: str, home: Path) -> Path:
    return home / "pull" / hashlib.sha256(url.encode()).hexdigest()[:16]
