"""Statutes invented for tests: no word of them is law. Real text is read from ../shared/corpus only."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
NO_CORPUS = "../shared/corpus 不在检出目录旁"

TITLE = "虚构茶馆管理办法"
ISSUER = "虚构部"
OPENING = (
    "为了测试程序，虚构本办法。",
    "茶馆应当备有虚构的热水。",
    "违反本办法的，由虚构部门给予虚构的警告。",
    "本办法自2001年5月1日起施行。",
)


def statute(
    articles: tuple[str, ...] = OPENING, *, title: str = TITLE, adopted: str = "2001年3月1日", history: tuple[str, ...] = ()
) -> str:
    """An invented statute as Markdown in the layout of a public collection."""
    lines = [f"# {title}", "", f"{adopted} {ISSUER}令第3号公布", ""]
    for line in history:
        lines += [line, ""]
    lines += ["<!-- INFO END -->", "", "## 第一章 虚构总则", ""]
    for number, text in enumerate(articles, 1):
        lines += [f"第{'零一二三四五六七八九'[number]}条 {text}", ""]
    return "\n".join(lines)


def write(folder: Path, day: str = "2001-03-01", text: str | None = None, title: str = TITLE) -> Path:
    """Write an invented statute under the file name a collection would give it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{title}({day}).md"
    path.write_text(text if text is not None else statute(title=title), encoding="utf-8")
    return path


def pdf(path: Path, password: str = "") -> Path:
    """A PDF of one empty page, encrypted where a password is given."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="AES-256")
    writer.write(str(path))
    return path


def docx(path: Path, lines: list[str]) -> Path:
    """A DOCX of these paragraphs."""
    import docx as word

    document = word.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(path))
    return path


def zip_bomb(path: Path, megabytes: int) -> Path:
    """A small file with the parts of a DOCX that unpack to `megabytes`."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * (megabytes * 1024 * 1024))
    path.write_bytes(data.getvalue())
    return path
