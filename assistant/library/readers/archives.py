"""The one way a ZIP from outside is read (backups, DOCX and XLSX, case files): counted and measured before anything is unpacked.

What a ZIP says of itself is not believed: its directory is read up to a bound, its members give no more bytes than they
declare, and members that other programs would read differently (doubled, linked, encrypted, hidden behind other content)
are refused.
"""

from __future__ import annotations

import stat
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from assistant.errors import RefusedInput
from assistant.limits import PARTS

_CHUNK = 1 << 20
_MB = 1 << 20
#: Bytes of the directory that one member takes at most: its names and the sizes of large ones.
_ENTRY = 1024
#: Below this much unpacked the ratio says nothing: a page of blanks packs well.
_SMALL = 32 * _MB
#: The end of a ZIP with the longest remark it may carry.
_LONGEST_END = 1 << 17
_SIGNATURE = b"PK\x03\x04"
_BROKEN = (BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, OverflowError, struct.error, zlib.error)


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold: members, bytes unpacked in all, and how many times its own size that may be."""

    members: int
    unpacked: int
    ratio: int = 200


def office_limits(unpacked_mb: int) -> Limits:
    """Return what a DOCX or XLSX may hold where it may unpack to so many megabytes."""
    return Limits(PARTS.most, unpacked_mb * _MB)


class Archive:
    """An opened ZIP whose members are known to be few and small enough; every read of one is bounded."""

    def __init__(self, opened: ZipFile, name: str, packed: int) -> None:
        self._zip = opened
        self.name = name
        self.packed = packed
        self.members = tuple(info for info in opened.infolist() if not info.is_dir())

    @property
    def unpacked(self) -> int:
        """Bytes of all members unpacked, as they declare it; no member gives more."""
        return sum(info.file_size for info in self.members)

    def member(self, name: str) -> ZipInfo | None:
        """Return the member of that name, or None."""
        return next((info for info in self.members if info.filename == name), None)

    def chunks(self, info: ZipInfo, size: int = _CHUNK) -> Iterator[bytes]:
        """Yield a member's content in pieces; raises RefusedInput where it is not what the directory says."""
        try:
            with self._zip.open(info) as part:
                while piece := part.read(size):
                    yield piece
        except _BROKEN as error:
            raise RefusedInput(self.name, "压缩内容已损坏或不完整") from error

    def read(self, info: ZipInfo, most: int) -> bytes:
        """Return a member's content; raises RefusedInput where it is larger than `most` bytes."""
        if info.file_size > most:
            raise RefusedInput(self.name, f"里面的“{shown(info.filename)}”解压后超过上限 {max(most // _MB, 1)} MB")
        return b"".join(self.chunks(info))


@contextmanager
def opened(source: Path | IO[bytes], name: str, limits: Limits) -> Iterator[Archive]:
    """Open a ZIP that keeps to the limits; raises RefusedInput under `name` for any other, and while it is read for a broken one."""
    if isinstance(source, Path):
        with source.open("rb") as file, opened(file, name, limits) as archive:
            yield archive
        return
    bounded = _Bounded(source, limits.members * _ENTRY)
    try:
        found = ZipFile(cast(IO[bytes], bounded))
    except _TooLarge as error:
        raise RefusedInput(name, f"里面的文件太多，超过上限 {limits.members} 个") from error
    except _BROKEN as error:
        raise RefusedInput(name, "文件已损坏或没有传完整，请重新选择") from error
    with found:
        bounded.most = None
        packed = source.seek(0, 2)
        _check_members(found, name, limits, packed)
        source.seek(0)
        if source.read(4) != _SIGNATURE or min(i.header_offset for i in found.infolist()) != 0:
            raise RefusedInput(name, "前面夹带了别的内容，不是正常的文件，请重新保存后再用")
        yield Archive(found, name, packed)


def shown(name: str) -> str:
    """Return a member's name as it may stand in a message: short, and without characters that cannot be printed."""
    return "".join(c for c in name if c.isprintable())[-80:]


def same_file(name: str) -> str:
    """Return what two names share that some file system takes for one: case, composed characters, dots and blanks at the end."""
    folded = unicodedata.normalize("NFC", name.casefold()).replace("\\", "/")
    return "/".join(part.rstrip(" .") for part in folded.split("/"))


def _check_members(found: ZipFile, name: str, limits: Limits, packed: int) -> None:
    infos = found.infolist()
    if not infos:
        raise RefusedInput(name, "里面没有文件")
    if len(infos) > limits.members:
        raise RefusedInput(name, f"里面有 {len(infos)} 个文件，超过上限 {limits.members} 个")
    unpacked = sum(info.file_size for info in infos)
    if unpacked > limits.unpacked:
        raise RefusedInput(
            name, f"解压后 {unpacked // _MB} MB，超过上限 {limits.unpacked // _MB} MB，疑似压缩炸弹；请另存为新文件，或者拆分后再上传"
        )
    if unpacked > max(_SMALL, packed * limits.ratio):
        raise RefusedInput(name, f"解压后是原来的 {unpacked // max(packed, 1)} 倍，疑似压缩炸弹；请另存为新文件后再上传")
    if any(info.flag_bits & 0x41 for info in infos):
        raise RefusedInput(name, "已加密，看不到内容，请去掉密码后再用")
    for info in infos:
        _check_member(info, name)
    if len({same_file(info.filename) for info in infos}) != len(infos):
        raise RefusedInput(name, "里面有重名的文件，请重新保存或重新压缩后再用")


def _check_member(info: ZipInfo, name: str) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind and not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        raise RefusedInput(name, f"里面的“{shown(info.filename)}”是链接或设备，不是文件")
    if "\x00" in info.orig_filename or not info.filename:
        raise RefusedInput(name, "里面有名称不正常的文件")
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise RefusedInput(name, f"里面的“{shown(info.filename)}”用了不常见的压缩方法，请用普通的 ZIP 重新压缩")


class _TooLarge(Exception):
    """A read of more than the bound."""


class _Bounded:
    """A file as ZipFile reads it, of which one read brings at most `most` bytes; None takes the bound away."""

    def __init__(self, source: IO[bytes], most: int | None) -> None:
        self._source = source
        self.most = most
        self.seek, self.tell, self.seekable = source.seek, source.tell, source.seekable

    def read(self, size: int = -1) -> bytes:
        if self.most is None:
            return self._source.read(size)
        most = max(self.most, _LONGEST_END)
        if size > most or len(data := self._source.read(most + 1 if size < 0 else size)) > most:
            raise _TooLarge
        return data
