"""The parts of a DOCX template, looked at before any of it is used: how many, how large, what kind, what they point to."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

#: Bytes of the file, of everything unpacked, of one part that is text; and how many parts there may be.
MOST_FILE, MOST_UNPACKED, MOST_TEXT, MOST_PARTS = 5 << 20, 20 << 20, 2 << 20, 300
#: How many marks ({{ }}, {% %}, {# #}) a part may have, and how long one may be.
MOST_MARKS, MOST_MARK = 2000, 1000
_MARK = re.compile(r"\{[{%#]|[}%#]\}")
_CLOSED_BY = {"{{": "}}", "{%": "%}", "{#": "#}"}
_TEXT = frozenset({".xml", ".rels"})
#: A form letter is text, pictures and fonts; whatever else a package may carry (macros, objects, other documents) is not.
_KINDS = _TEXT | {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".odttf"}
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LINKS = frozenset({"http", "https", "mailto"})
#: Fields that show what the document itself knows. Others fetch, run or include.
_FIELD_WORDS = frozenset(
    [
        "PAGE",
        "NUMPAGES",
        "SECTION",
        "SECTIONPAGES",
        "DATE",
        "TIME",
        "CREATEDATE",
        "SAVEDATE",
        "PRINTDATE",
        "TITLE",
        "SUBJECT",
        "AUTHOR",
        "TOC",
        "TC",
        "REF",
        "PAGEREF",
        "NOTEREF",
        "STYLEREF",
        "SEQ",
        "HYPERLINK",
        "SYMBOL",
        "QUOTE",
        "=",
        "IF",
        "FORMTEXT",
    ]
)


class DocxRefused(Exception):
    """Why a template is refused, in Chinese."""


def check_parts(path: Path) -> bytes:
    """Return the file's bytes, whose every part is within bounds and of a kind a form letter has; raises DocxRefused."""
    data = _read(path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name, content in _parts(archive):
                if _kind(name) in _TEXT:
                    _check_text(name, content)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise DocxRefused("不是 DOCX 文件，或者文件已损坏、加了密") from error
    return data


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_FILE + 1)
    except OSError as error:
        raise DocxRefused(f"读不了这个文件（{'没有这个文件' if isinstance(error, FileNotFoundError) else '请检查路径和权限'}）") from error
    if len(data) > MOST_FILE:
        raise DocxRefused(f"文件超过 {MOST_FILE >> 20} MB")
    return data


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Every part, unpacked as far as the bounds allow: what the package says of its own sizes is not believed."""
    members = archive.infolist()
    if len(members) > MOST_PARTS:
        raise DocxRefused(f"里面的部分超过 {MOST_PARTS} 个")
    left, seen = MOST_UNPACKED, set[str]()
    for member in members:
        name = member.filename
        if member.is_dir():
            continue
        _check_name(name, seen)
        limit = min(left, MOST_TEXT if _kind(name) in _TEXT else MOST_UNPACKED)
        with archive.open(member) as opened:
            content = opened.read(limit + 1)
        if len(content) > limit:
            raise DocxRefused(f"解压后太大（{name}），疑似压缩炸弹")
        left -= len(content)
        yield name, content


def _check_name(name: str, seen: set[str]) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or name.lower() in seen:
        raise DocxRefused(f"里面有不正常的路径（{name[:60]}）")
    seen.add(name.lower())
    if _kind(name) not in _KINDS:
        raise DocxRefused(f"里面有宏、对象或者别的文件（{name[:60]}），请去掉后另存")


def _kind(name: str) -> str:
    """The ending of a name with its dot; `_rels/.rels` ends in `.rels`."""
    return f".{name.rpartition('.')[2].lower()}"


def _check_text(name: str, content: bytes) -> None:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise DocxRefused(f"里面的 {name} 已损坏") from error
    if root.getroottree().docinfo.doctype:
        raise DocxRefused(f"里面的 {name} 带有实体定义")
    if name.endswith(".rels"):
        _check_links(root)
    else:
        _check_fields(root)
        _check_marks(root)


def _check_links(root: Any) -> None:
    """Nothing is fetched from elsewhere when the paper is opened; a link to be clicked may be there."""
    for link in root:
        if link.get("TargetMode", "") == "External":
            followed = link.get("Type", "").endswith("/hyperlink") and urlsplit(link.get("Target", "")).scheme.lower() in _LINKS
            if not followed:
                raise DocxRefused(f"引用了外部的模板、图片或者对象（{link.get('Target', '')[:60]}），请改为放在文件里")
        elif link.get("Type", "").endswith("/aFChunk"):
            raise DocxRefused("嵌入了别的文件（altChunk），请把内容直接写在模板里")


def _check_fields(root: Any) -> None:
    codes = [e.get(f"{_WORD}instr", "") for e in root.iter(f"{_WORD}fldSimple")]
    open_code = ""
    for element in root.iter(f"{_WORD}instrText", f"{_WORD}fldChar"):
        if element.tag == f"{_WORD}instrText":
            open_code += element.text or ""
        elif open_code:
            codes.append(open_code)
            open_code = ""
    for code in (*codes, open_code):
        word = re.match(r"\s*(=|[^\s\\\"=]*)", code)
        if word and word[1] and word[1].upper() not in _FIELD_WORDS:
            raise DocxRefused(f"用了不允许的域“{word[1][:30]}”")


def _check_marks(root: Any) -> None:
    """Every mark is closed, soon, and before the next: what finds them does not go to the end of the text for each."""
    for element in root.iter():
        if any(_MARK.search(value) for value in element.attrib.values()):
            raise DocxRefused("标记只能写在正文的文字里")
    count, opened, begin = 0, "", 0
    for mark in _MARK.finditer("".join(root.itertext())):
        if not opened:
            opened, begin, count = mark[0], mark.start(), count + 1
        elif mark[0] == _CLOSED_BY[opened] and mark.end() - begin <= MOST_MARK:
            opened = ""
        else:
            break
        if opened not in ("", *_CLOSED_BY) or count > MOST_MARKS:
            break
    else:
        if not opened:
            return
    raise DocxRefused(f"标记（如 {{{{ }}}}、{{% %}}）没有配对、太长，或者超过 {MOST_MARKS} 个")
