"""Files → one text: DOCX, PDF and TXT, several of one case together, or a ZIP of them."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from zipfile import ZipInfo

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.library.progress import tell
from assistant.library.readers import READERS, archives, read_file
from assistant.library.readers.archives import Archive, Limits
from assistant.limits import REVIEWED, check_text

_MOST_FILES = 200
#: What a ZIP may hold with the files that are passed over: those of the system that packed it.
_MOST_MEMBERS = 1000
_PACKED = (".zip", ".rar", ".7z", ".gz", ".tar", ".tgz", ".bz2", ".xz")


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is reviewed: the files' names, their text joined in order, and the digest of their bytes."""

    files: tuple[str, ...]
    text: str
    digest: str


def read_dossier(paths: Sequence[Path], settings: Settings) -> Dossier:
    """Return the files as one document; raises RefusedInput, naming the file and the reason, for what cannot be read."""
    if not paths:
        raise RefusedInput("审查", "没有给出文件")
    files = [pair for path in paths for pair in _files(path, settings)]
    if not files:
        raise RefusedInput("、".join(str(p) for p in paths), "压缩包里没有可以审查的文件")
    digest = sha256()
    for path in paths:
        digest.update(path.read_bytes())
    text = "\n".join(text.strip("\n") for _, text in files)
    check_text("、".join(name for name, _ in files[:3]), text, REVIEWED)
    return Dossier(tuple(name for name, _ in files), text, digest.hexdigest())


def _files(path: Path, settings: Settings) -> list[tuple[str, str]]:
    if path.is_dir():
        raise RefusedInput(str(path), "是文件夹，请给出文件或者 ZIP")
    if not path.is_file():
        raise RefusedInput(str(path), "没有这个文件")
    limit = settings.max_file_mb * 1024 * 1024
    if path.stat().st_size > limit:
        raise RefusedInput(
            str(path), f"文件 {path.stat().st_size // (1024 * 1024)} MB，超过上限 {settings.max_file_mb} MB（设置 max_file_mb）"
        )
    if path.suffix.lower() == ".zip":
        return _archive(path, settings)
    return [(path.name, _read(path, settings))]


def _read(path: Path, settings: Settings, name: str = "") -> str:
    """The text of one file, `name` to its owner; documents with macros are refused before anything is opened."""
    tell(f"正在读取 {name or path.name}")
    if path.suffix.lower() in (".docm", ".dotm", ".doc", ".xlsm", ".exe"):
        raise RefusedInput(path.name, "含宏或者旧版的文档不予读取，请另存为 DOCX、PDF 或 TXT")
    text = read_file(path, settings)
    if path.suffix.lower() == ".pdf":
        text = unspaced(text)
    if path.suffix.lower() == ".txt" and _garbled(text):
        raise RefusedInput(path.name, "不是文本文件")
    return text


def unspaced(text: str) -> str:
    """The text of a PDF without the spaces or null characters that some fonts put between all characters."""
    text = text.replace("\x00", "")
    written = len(re.findall(r"[\u4e00-\u9fff]", text))
    apart = len(re.findall(r"[\u4e00-\u9fff] (?=[\u4e00-\u9fff])", text))
    return re.sub(r"(?<=\S) (?=\S)", "", text) if written and apart > written * 0.4 else text


def _garbled(text: str) -> bool:
    """True where a plain file is no text at all: many control characters."""
    sample = text[:4000]
    return sum(1 for c in sample if ord(c) < 32 and c not in "\t\r\n\f") > len(sample) * 0.02


def _archive(path: Path, settings: Settings) -> list[tuple[str, str]]:
    """The documents of a ZIP in the order of their names; nothing is unpacked outside a temporary folder."""
    limits = Limits(_MOST_MEMBERS, settings.max_unpacked_mb * 1024 * 1024)
    with archives.opened(path, str(path), limits) as archive, tempfile.TemporaryDirectory() as folder:
        infos = [i for i in archive.members if not _name(i.filename).startswith((".", "__")) and "__MACOSX" not in i.filename]
        _check(path, infos)
        return [_member(archive, info, Path(folder), index, settings) for index, info in enumerate(infos)]


def _check(path: Path, infos: list[ZipInfo]) -> None:
    if len(infos) > _MOST_FILES:
        raise RefusedInput(str(path), f"压缩包里有 {len(infos)} 个文件，超过上限 {_MOST_FILES} 个")
    names = [_name(i.filename) for i in infos]
    packed = [n for n in names if PurePosixPath(n).suffix.lower() in _PACKED]
    if packed:
        raise RefusedInput(str(path), f"压缩包里还有压缩包“{archives.shown(packed[0])}”，请解开后把其中的文件直接放进一个 ZIP 再上传")
    wrong = [n for n in names if PurePosixPath(n).suffix.lower() not in READERS]
    if wrong:
        raise RefusedInput(str(path), f"压缩包里的 {archives.shown(wrong[0])} 格式不支持（可审查 {'、'.join(sorted(READERS))}）")


def _member(archive: Archive, info: ZipInfo, folder: Path, index: int, settings: Settings) -> tuple[str, str]:
    """One document of the archive. It is written under a name of our own: that in the archive may point anywhere."""
    name = archives.shown(_name(info.filename))
    target = folder / f"{index}{PurePosixPath(name).suffix.lower()}"
    limit = settings.max_file_mb * 1024 * 1024
    if info.file_size > limit:
        raise RefusedInput(name, f"超过上限 {settings.max_file_mb} MB（设置 max_file_mb）")
    with target.open("wb") as written:
        for piece in archive.chunks(info):
            written.write(piece)
    try:
        return name, _read(target, settings, name)
    except RefusedInput as error:
        raise RefusedInput(name, error.reason) from error


def _name(filename: str) -> str:
    """The file's name as its maker wrote it, without its folders: ZIPs made on Chinese Windows hold GBK read as cp437, and may hold \\."""
    try:
        written = filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        written = filename
    return PurePosixPath(written.replace("\\", "/")).name
