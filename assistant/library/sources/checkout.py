"""A public statute collection kept in the home: fetched whole or left as it was.

`<home>/pull/<hash>/tree-<commit>` holds the files of one commit, regular files with checked names and nothing else. The
repository they come through is made anew for each fetch and thrown away, so that nothing left lying there is ever
obeyed. Files are written to a folder of another name and renamed when they are all there: whatever breaks off leaves
the tree of the last successful fetch.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from filelock import FileLock

from assistant.config import Settings
from assistant.errors import PullFailed
from assistant.outgoing.git import Remote, git, is_remote, remote

#: Seconds in which a collection must first answer; without network the answer comes sooner.
FIRST_ANSWER = 15
#: Files of a collection, folders within folders, and bytes of the list of them.
_MOST_FILES, _DEEPEST, _LONGEST_LIST = 50_000, 12, 32 * 1024 * 1024
_BATCH = 16 * 1024 * 1024
_COMMIT = re.compile(r"[0-9a-f]{40}")
_REF = re.compile(r"refs/(?:[\w.-]+/)*[\w.-]+")
_REGULAR = (b"100644", b"100755")


@dataclass(frozen=True, slots=True)
class Checkout:
    """The files of a collection and, by name, why others of it were left out; `commit` is empty for a plain folder."""

    folder: Path
    commit: str
    left_out: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Blob:
    hash: str
    size: int
    name: str


def checkout(url: str, settings: Settings) -> Checkout:
    """Return the newest files of a collection, fetched within the time that is set.

    `url` is a git address of an allowed protocol, or a path of a repository or of a plain folder. Raises PullFailed with
    the reason in Chinese; the checkout of an earlier time is then still what `kept` returns.
    """
    local = Path(url).expanduser()
    if local.is_dir() and not _is_repository(local):
        return Checkout(local, "")
    if not local.is_dir() and not is_remote(url):
        raise PullFailed(f"拉取 {url} 失败：没有这个文件夹，也不是 git 地址（见设置 corpus_url）")
    at = None if local.is_dir() else remote(url, settings.pull_protocols)
    base = _base(url, settings.home)
    base.mkdir(parents=True, exist_ok=True)
    with FileLock(str(base / "lock")):
        return _fetched(url, at, local, base, settings)


def kept(url: str, home: Path) -> Checkout | None:
    """The checkout that an earlier fetch left, or None."""
    trees = sorted(_base(url, home).glob("tree-*"), key=lambda p: p.stat().st_mtime)
    return Checkout(trees[-1], trees[-1].name.removeprefix("tree-")) if trees else None


def _fetched(url: str, at: Remote | None, local: Path, base: Path, settings: Settings) -> Checkout:
    until = monotonic() + settings.pull_timeout
    objects, commit = (None, _newest(url, at, settings)) if at else _local_head(url, local.resolve())
    tree = base / f"tree-{commit}"
    left_out: tuple[tuple[str, str], ...] = ()
    with _fresh(url, base) as repository:
        if at and not tree.is_dir():
            fetch = [
                f"--git-dir={repository}",
                "fetch",
                "--quiet",
                "--depth=1",
                "--no-tags",
                "--no-recurse-submodules",
                "--",
                at.url,
                "HEAD",
            ]
            git(url, fetch, until - monotonic(), at=at, file_size=settings.pull_max_mb * 1024**2)
            commit = _commit(url, git(url, [f"--git-dir={repository}", "rev-parse", "FETCH_HEAD"], FIRST_ANSWER))
            tree = base / f"tree-{commit}"
        elif objects:
            (repository / "objects" / "info").mkdir(parents=True, exist_ok=True)
            (repository / "objects" / "info" / "alternates").write_text(f"{objects}\n", encoding="utf-8")
        if not tree.is_dir():
            left_out = _write_tree(url, repository, commit, tree, until, settings)
    for other in base.iterdir():
        if other.is_dir() and other != tree:
            shutil.rmtree(other, ignore_errors=True)
    return Checkout(tree, commit, left_out)


def _newest(url: str, at: Remote, settings: Settings) -> str:
    answer = git(url, ["ls-remote", "--exit-code", "--", at.url, "HEAD"], min(FIRST_ANSWER, settings.pull_timeout), at=at)
    return _commit(url, answer.split()[0])


@contextmanager
def _fresh(url: str, base: Path) -> Iterator[Path]:
    """An empty repository whose configuration git has just written itself, removed afterwards."""
    repository = Path(tempfile.mkdtemp(prefix="git-", dir=base))
    try:
        git(url, ["init", "--quiet", "--bare", "--template=", "--object-format=sha1", str(repository)], FIRST_ANSWER)
        yield repository
    finally:
        shutil.rmtree(repository, ignore_errors=True)


def _write_tree(url: str, repository: Path, commit: str, tree: Path, until: float, settings: Settings) -> tuple[tuple[str, str], ...]:
    """Write the regular files of a commit and return which were left out, with the reason."""
    blobs, left_out = _listed(url, repository, commit, until, settings)
    part = tree.with_name(f"part-{tree.name}")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        for batch in _batches(blobs):
            for blob, data in _read(url, repository, batch, until):
                place = part / blob.name
                place.parent.mkdir(parents=True, exist_ok=True)
                with place.open("xb") as file:
                    file.write(data)
        part.rename(tree)
    except OSError as error:
        raise PullFailed(f"拉取 {url} 失败：写不了文件（{error.strerror or error}）") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return left_out


def _listed(url: str, repository: Path, commit: str, until: float, settings: Settings) -> tuple[list[_Blob], tuple[tuple[str, str], ...]]:
    """The files of a commit that are taken, and the others with the reason; raises PullFailed where they are too many or too large."""
    command = [f"--git-dir={repository}", "ls-tree", "-r", "-z", "-l", "--full-tree", commit]
    listed = git(url, command, until - monotonic(), largest=_LONGEST_LIST)
    blobs: list[_Blob] = []
    left_out: list[tuple[str, str]] = []
    known: set[str] = set()
    for line in listed.split(b"\0")[:-1]:
        facts, _, raw = line.partition(b"\t")
        mode, _, digest, size = facts.split()
        name = raw.decode("utf-8", errors="replace")
        reason = _unfit(mode, raw, known) or ("" if int(size) <= settings.max_file_mb * 1024**2 else f"超过 {settings.max_file_mb} MB")
        if reason:
            left_out.append(("".join(c if c.isprintable() else "�" for c in name), reason))
            continue
        known.add(_folded(name))
        blobs.append(_Blob(digest.decode(), int(size), name))
    if len(blobs) + len(left_out) > _MOST_FILES or sum(b.size for b in blobs) > settings.pull_max_mb * 1024**2:
        raise PullFailed(f"拉取 {url} 失败：有 {len(blobs)} 个文件，太多或太大（最多 {_MOST_FILES} 个，合计上限见设置 pull_max_mb）")
    return blobs, tuple(left_out)


def _unfit(mode: bytes, raw: bytes, known: set[str]) -> str:
    """Why an entry is not taken; empty for a regular file with a plain name."""
    if mode not in _REGULAR:
        return "是链接或者子仓库，不予导入"
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        return "文件名不是 UTF-8"
    parts = name.split("/")
    if len(parts) > _DEEPEST or any(not p.strip(" .") or len(p.encode()) > 240 or p.lower() == ".git" for p in parts):
        return "文件名或者文件夹不合规"
    if "\\" in name or any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co") for c in name):
        return "文件名里有不该有的字符"
    return "与另一个文件只差大小写" if _folded(name) in known else ""


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _batches(blobs: list[_Blob]) -> Iterator[list[_Blob]]:
    batch: list[_Blob] = []
    for blob in blobs:
        if batch and sum(b.size for b in batch) + blob.size > _BATCH:
            yield batch
            batch = []
        batch.append(blob)
    if batch:
        yield batch


def _read(url: str, repository: Path, blobs: list[_Blob], until: float) -> Iterator[tuple[_Blob, bytes]]:
    """The contents of some files, as long as the list said."""
    asked = "".join(f"{b.hash}\n" for b in blobs).encode()
    largest = sum(b.size + 100 for b in blobs)
    said = git(url, [f"--git-dir={repository}", "cat-file", "--batch"], until - monotonic(), largest=largest, stdin=asked)
    at = 0
    for blob in blobs:
        start = said.find(b"\n", at) + 1
        if said[at : start - 1] != f"{blob.hash} blob {blob.size}".encode():
            raise PullFailed(f"拉取 {url} 失败：仓库里的文件不完整（{blob.name}）")
        at = start + blob.size + 1
        yield blob, said[start : at - 1]


# ---- a repository on this disk ---------------------------------------------------------------


def _local_head(url: str, folder: Path) -> tuple[Path, str]:
    """Where a repository on this disk keeps its objects, and its newest commit; read as files, without git."""
    place = folder / ".git" if (folder / ".git").exists() else folder
    if place.is_file():
        place = (folder / _short(place).removeprefix("gitdir:").strip()).resolve()
    shared = place / _short(place / "commondir").strip() if (place / "commondir").is_file() else place
    objects = (shared / "objects").resolve()
    if (objects / "info" / "alternates").exists() or "\n" in str(objects):
        raise PullFailed(f"拉取 {url} 失败：这个仓库借用别的仓库的文件，请改用完整的仓库（git clone --no-local）")
    head = _short(place / "HEAD").strip()
    name = head.removeprefix("ref:").strip()
    if head.startswith("ref:"):
        head = _of_ref(shared, name)
    if not _COMMIT.fullmatch(head):
        raise PullFailed(f"拉取 {url} 失败：读不出这个仓库的最新提交，它可能是空的，或者不是 git 仓库")
    return objects, head


def _of_ref(shared: Path, name: str) -> str:
    if not _REF.fullmatch(name) or ".." in name:
        return ""
    loose = _short(shared / name).strip()
    if loose:
        return loose
    packed = _short(shared / "packed-refs", 8 * 1024 * 1024)
    return next((line.partition(" ")[0] for line in packed.splitlines() if line.partition(" ")[2] == name), "")


def _short(file: Path, most: int = 4096) -> str:
    """The text of a small file; empty where there is none."""
    try:
        with file.open("rb") as opened:
            return opened.read(most).decode("utf-8", errors="replace")
    except OSError:
        return ""


def _commit(url: str, answer: bytes) -> str:
    found = answer.decode(errors="replace").strip()
    if not _COMMIT.fullmatch(found):
        raise PullFailed(f"拉取 {url} 失败：对方的答复不是 git 的答复")
    return found


def _is_repository(folder: Path) -> bool:
    return (folder / ".git").exists() or ((folder / "HEAD").is_file() and (folder / "objects").is_dir())


def _base(url: str, home: Path) -> Path:
    return home / "pull" / hashlib.sha256(url.encode()).hexdigest()[:16]
