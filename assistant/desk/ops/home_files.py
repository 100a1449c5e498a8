"""The kinds of file a home holds that belong to the bureau: what a backup takes, and so all that a restore may write.

One table for both. A kind that is not in it is neither saved nor brought back; a new one is one line here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.config import SETTINGS_FILE, Settings

TABLES_DIR, ATTACHMENTS_DIR = "tables", "attachments"
#: The settings of a backup, put under this name: they lie beside those in effect until somebody has looked at them.
OTHER_SETTINGS = "assistant.from-backup.toml"
_MB = 1 << 20
#: One part of a path as every file system takes it: letters and figures, no sign that means something to one of them.
_PART = r"(?![ .~])[^\x00-\x1f\x7f-\x9f/\\:*?\"<>|\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]{1,150}(?<![ .])"
#: Names that mean a device on Windows, with whatever ending.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HomeFile:
    """A kind of file: how it is called, the pattern of its whole name below the home, and how large one may be."""

    shown: str
    pattern: re.Pattern[str]
    largest: int


def _kind(shown: str, pattern: str, megabytes: int) -> HomeFile:
    return HomeFile(shown, re.compile(pattern.replace("NAME", _PART)), megabytes * _MB)


ATTACHMENT = _kind("附件", rf"{ATTACHMENTS_DIR}/([0-9a-f]{{2}})/\1[0-9a-f]{{62}}", 2048)
TABLE = _kind("本局的表格", rf"{TABLES_DIR}/NAME\.(?i:xlsx|csv|docx)", 200)
SETTINGS = _kind("设置", re.escape(SETTINGS_FILE), 1)
SETTINGS_CHANGES = _kind("设置的改动", r"settings\.changes\.jsonl", 20)
#: Every kind of file that is saved and brought back.
HOME_FILES = (
    ATTACHMENT,
    TABLE,
    SETTINGS,
    _kind("示例问题", r"questions/NAME\.jsonl", 200),
    _kind("办事指南", r"guides/NAME\.md", 20),
    _kind("文书模板", r"(?:templates/)?NAME\.(?i:docx)", 50),
    _kind("字体", r"fonts/(?:NAME/)?NAME\.(?i:ttf|otf|ttc|otc)", 200),
    _kind("词语", r"thesaurus\.toml", 20),
    _kind("审查知识", r"review\.toml", 20),
    _kind("等待批准的文件", r"waiting/[0-9a-f]{32}", 2048),
    _kind("联系方式的密钥", r"contact\.key", 1),
    _kind("审计记录的密钥", r"audit\.key", 1),
    _kind("审计记录的封签", r"audit\.seals", 50),
    SETTINGS_CHANGES,
)
#: What else the program puts into a home: the database, what is derived from it, what is passing, what can be fetched again.
PROGRAM_OWN = re.compile(
    r"(?:index|chroma|uploads|incoming|pull|restoring|work|tmp|logs|made-[^/]*)(?:/.*)?|library\.db(?:-wal|-shm|-journal)?"
    r"|assistant\.from-backup\.toml|attachments/incoming-[^/]*|waiting/again-.*|(?:.*/)?[^/]*\.(?:lock|new)|(?:contact|audit)\.key\.[^/]*",
    re.DOTALL,
)


def kind_of(name: str) -> HomeFile | None:
    """Return the kind a file of that name below the home is of; None for a name that no backup writes."""
    if unicodedata.normalize("NFC", name) != name or len(name.encode(errors="replace")) > 400:
        return None
    if any(_DEVICE.fullmatch(part.split(".")[0].rstrip(" ")) for part in name.split("/")):
        return None
    return next((kind for kind in HOME_FILES if kind.pattern.fullmatch(name)), None)


def place_of(settings: Settings, name: str) -> Path:
    """Return where a file of a known kind lies: in the home, or the tables in a folder of their own."""
    if settings.tables_dir and TABLE.pattern.fullmatch(name):
        return settings.own_tables / name.removeprefix(f"{TABLES_DIR}/")
    return settings.home / name


def own_files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Yield (name below the home, path on the disk) of every file that a backup takes."""
    return ((name, path) for name, path in _files(settings) if kind_of(name) and not path.is_symlink())


def other_files(settings: Settings) -> Iterator[str]:
    """Yield the names of files that somebody put into the home and no backup takes: to be told, not to be lost unseen."""
    return (n for n, path in _files(settings) if (not kind_of(n) or path.is_symlink()) and not PROGRAM_OWN.fullmatch(n))


def _files(settings: Settings) -> Iterator[tuple[str, Path]]:
    home = settings.home
    own_tables = settings.tables_dir is not None and settings.own_tables.resolve() != (home / TABLES_DIR).resolve()
    for path in _walk(home):
        name = path.relative_to(home).as_posix()
        if not (own_tables and name.startswith(f"{TABLES_DIR}/")):
            yield name, path
    if own_tables:
        for path in _walk(settings.own_tables):
            yield f"{TABLES_DIR}/{path.relative_to(settings.own_tables).as_posix()}", path


def _walk(folder: Path, below: str = "") -> Iterator[Path]:
    """The files of a folder, links not followed; folders that are the program's own are not gone into."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        name = f"{below}{path.name}"
        if path.is_symlink() or path.is_file():
            yield path
        elif path.is_dir() and not path.name.startswith(".") and not PROGRAM_OWN.fullmatch(f"{name}/"):
            yield from _walk(path, f"{name}/")
