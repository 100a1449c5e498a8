"""The files of a home, kind by kind: what a backup holds, and the only names a restore may write."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.config import SETTINGS_FILE, Settings

#: Where the bureau's own tables lie in a backup, wherever they lie on the disk.
TABLES_DIR: Final = "tables"
#: The settings of a backup, put under this name where they are not to take effect by themselves.
OTHER_SETTINGS: Final = "assistant.from-backup.toml"
#: A bare name: no path, no hidden file, nothing that a file system reads differently from how it is written.
_NAME: Final = r"(?![. ])[^/\\:*?\"<>|\x00-\x1f\x7f]{0,150}[^/\\:*?\"<>|\x00-\x1f\x7f. ]"
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HomeFile:
    """A kind of file in a home: what it is, and the paths it has there."""

    kind: str
    paths: re.Pattern[str]


HOME_FILES: Final = tuple(
    HomeFile(kind, re.compile(paths))
    for kind, paths in (
        ("附件", r"attachments/[0-9a-f]{2}/[0-9a-f]{64}"),
        ("等待审定的文件", rf"waiting/(?:[0-9a-z-]{{1,64}}/)?{_NAME}"),
        ("本局的示例问题", rf"questions/{_NAME}\.jsonl"),
        ("本局的办事指南", rf"guides/{_NAME}\.md"),
        ("本局的表格", rf"{TABLES_DIR}/{_NAME}\.(?:xlsx|csv|docx)"),
        ("字体", rf"fonts/{_NAME}\.(?:ttf|otf|ttc)"),
        ("本局的词语", r"thesaurus\.toml"),
        ("本局的审查参数", r"review\.toml"),
        ("联系方式的密钥", r"contact\.key"),
        ("审计记录的密钥", r"audit\.key"),
        ("审计记录的封签", r"audit\.seals"),
        ("设置", re.escape(SETTINGS_FILE)),
        ("设置的改动", r"settings\.changes\.jsonl"),
        ("备份里的设置", re.escape(OTHER_SETTINGS)),
    )
)


def kind_of(path: str) -> str:
    """Return what kind of file a path inside a home is; empty for one no home of this program has."""
    if path != unicodedata.normalize("NFC", path) or any(_DEVICE.fullmatch(part) for part in path.split("/")):
        return ""
    return next((f.kind for f in HOME_FILES if f.paths.fullmatch(path)), "")


def own_files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Yield (path inside the backup, path on the disk) of every file that belongs to the home and is no derived one."""
    home = settings.home
    for name, file in _walk(home, home):
        if kind_of(name) and not (name.startswith(f"{TABLES_DIR}/") and settings.tables_dir):
            yield name, file
    if settings.tables_dir:
        for name, file in _walk(settings.own_tables, settings.own_tables):
            if kind_of(f"{TABLES_DIR}/{name}"):
                yield f"{TABLES_DIR}/{name}", file


def place_of(settings: Settings, name: str) -> Path:
    """Return where a file of a backup belongs on the disk; raises ValueError for a name no home has."""
    if not kind_of(name):
        raise ValueError(name)
    if name.startswith(f"{TABLES_DIR}/") and settings.tables_dir:
        return settings.own_tables / name.removeprefix(f"{TABLES_DIR}/")
    return settings.home / name


def _walk(folder: Path, root: Path) -> Iterator[tuple[str, Path]]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.is_symlink():
            continue
        if path.is_dir():
            yield from _walk(path, root)
        elif path.is_file():
            yield path.relative_to(root).as_posix(), path
