"""What a DOCX or XLSX carries beside its text: programs, and what it would fetch or run when it is opened.

Told by the parts themselves, not by their names: a part is XML, a picture, a font, a printer's settings, or again such
a document, which is looked into; anything else in the package is a program or hides one. Of what points outside only
plain links are taken.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from xml.parsers import expat
from zipfile import ZipInfo

from assistant.errors import RefusedInput
from assistant.library.readers import archives
from assistant.library.readers.archives import Archive, Limits
from assistant.limits import ELEMENTS, PARTS

_SAVE = "请在 Word、Excel 或 WPS 里删除后另存为不含宏的 DOCX、XLSX，或者另存为 PDF，再上传"
_MACROS = f"文件里有宏或嵌入的程序，{_SAVE}"
_DEEPEST = 3
_MB = 1 << 20
_LONGEST_FIELD = 20_000
_TELLING = 1_000

#: What the parts of a document that are no XML begin with: pictures, fonts, metafiles.
_PICTURES = (
    (0, b"\x89PNG\r\n\x1a\n"),
    (0, b"\xff\xd8\xff"),
    (0, b"GIF8"),
    (0, b"BM"),
    (0, b"II*\x00"),
    (0, b"MM\x00*"),
    (0, b"\xd7\xcd\xc6\x9a"),  # WMF
    (0, b"\x01\x00\x09\x00"),  # WMF without its header
    (0, b"\x02\x00\x09\x00"),
    (40, b" EMF"),
    (8, b"WEBP"),
    (0, b"II\xbc\x01"),  # JPEG XR
    (0, b"\x00\x00\x01\x00"),  # ICO
    (4, b"ftyp"),  # HEIC
    (0, b"\x00\x01\x00\x00"),  # TrueType
    (0, b"OTTO"),
    (0, b"true"),
)
#: Parts known by the place they have, their bytes being of no fixed form: fonts made unreadable on purpose, a printer's settings.
_OPAQUE = re.compile(r"(?:word|ppt|xl)/fonts/[^/]+\.(?:odttf|fntdata)|(?:xl|word)/printersettings/[^/]+\.bin")
_XML_NAMES = (".xml", ".rels", ".vml")
#: Parts that are compressed drawings of their own: EMZ, WMZ.
_GZIP = b"\x1f\x8b"

#: Words in a content type or a relationship's type that tell of a program.
_PROGRAM_TYPES = re.compile(r"macro|vba|activex|oleobject|/control$|attachedtoolbars|dialogsheet", re.I)
_FETCHING_TYPES = re.compile(r"externallink|/connections|webextension", re.I)
#: Fields that bring in something from outside, or run something (ECMA-376 part 1, 17.16.5, and the older ones Word knows).
_FIELDS = re.compile(r'^[\s"]*(?:dde|ddeauto|import|include|includetext|link|database|data|rd|control|htmlcontrol|ocx|print)\b', re.I)
_PICTURE_FIELD = re.compile(r'^\s*includepicture\b[^"]{0,20}"?\s*(?:https?:|ftp:|file://[^/]|\\\\|//)', re.I)
#: A formula that talks to another program or fetches an address.
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_FORMULA = re.compile(r"\|[^!]{0,300}!|\b(?:webservice|rtd|call|register(?:\.id)?|exec|image|sql\.request)\s*\(", re.I)
_AUTO_NAMES = re.compile(r"(?:_xlnm\.)?auto_?(?:open|close|activate|deactivate)", re.I)
_PLAIN_LINK = re.compile(r"(?:https?|mailto|ftp|tel):", re.I)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
_LOCAL_DOCUMENT = re.compile(r"(?:file:///)?[a-z]:[^|]*\.(?:docx?|dotx?|xlsx?|wps|wpt|et|pdf|txt|jpe?g|png|html?|ppt|pptx|rtf)", re.I)
_LOCAL_TEMPLATE = re.compile(r"(?:(?:file:///)?[a-z]:[^|]*[\\/]|file:///[^|:]*/|)(?:normal\.dot[mx]?|[^\\/|:]*\.(?:dotx|wpt))", re.I)


def check_office(archive: Archive) -> None:
    """Raise RefusedInput, saying what was found and what to do, for a document that carries programs or fetches from outside."""
    _check(archive, 0, _Count(archive.name))


def _check(archive: Archive, depth: int, count: _Count) -> None:
    for info in archive.members:
        name = info.filename.lower()
        if re.search(r"vbaproject|vbadata|activex/|oleobject|macrosheets/", name):
            raise RefusedInput(archive.name, _MACROS)
        head = b"".join(_first(archive, info))
        if not head:
            continue
        if name.endswith(_XML_NAMES):
            _Part(archive.name, name, count).read(archive.chunks(info))
        elif _is_picture(head) or _OPAQUE.fullmatch(name):
            continue
        elif head.startswith(b"PK\x03\x04"):
            _check_inner(archive, info, depth, count)
        elif not _is_harmless(archive, info, head, count):
            raise RefusedInput(archive.name, f"里面夹带了“{archives.shown(info.filename)}”，不是文档的正常内容；{_SAVE}")


def _first(archive: Archive, info: ZipInfo) -> Iterator[bytes]:
    for piece in archive.chunks(info, 64):
        yield piece
        return


def _check_inner(archive: Archive, info: ZipInfo, depth: int, count: _Count) -> None:
    """A document in the document (the sheet behind a chart) keeps the same rules; anything else packed in it does not belong there."""
    if depth >= _DEEPEST:
        raise RefusedInput(archive.name, f"里面层层嵌着文件，{_SAVE}")
    data = archive.read(info, 64 * _MB)
    with archives.opened(io.BytesIO(data), archive.name, Limits(PARTS.most, 100 * _MB)) as inner:
        if inner.member("[Content_Types].xml") is None:
            raise RefusedInput(archive.name, f"里面夹带了压缩包“{archives.shown(info.filename)}”，{_SAVE}")
        _check(inner, depth + 1, count)


def _is_picture(head: bytes) -> bool:
    return any(head[at : at + len(mark)] == mark for at, mark in _PICTURES)


def _is_harmless(archive: Archive, info: ZipInfo, head: bytes, count: _Count) -> bool:
    """True for text (SVG counts as such and is looked through) and for packed drawings."""
    if head.startswith(_GZIP) and info.filename.lower().endswith((".emz", ".wmz")):
        return True
    if info.filename.lower().endswith(".svg"):
        _Part(archive.name, info.filename.lower(), count).read(archive.chunks(info))
        return True
    return False


class _Count:
    """The elements of all parts together."""

    def __init__(self, name: str) -> None:
        self._name, self._elements = name, 0

    def one(self) -> None:
        """Count one more; raises RefusedInput where a document would not have so many."""
        self._elements += 1
        if self._elements > ELEMENTS.most:
            ELEMENTS.check(self._name, self._elements)


class _Part:
    """One XML part, read through once; a document type or entities, which no Office program writes, end the reading."""

    def __init__(self, name: str, part: str, count: _Count) -> None:
        self._name, self._part, self._count = name, part, count
        self._fields: list[list[str]] = []
        self._text: list[str] | None = None
        self._is_formula = False
        self._is_relations = part.endswith(".rels")

    def read(self, pieces: Iterator[bytes]) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            for piece in pieces:
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise RefusedInput(self._name, f"文件已损坏（{archives.shown(self._part)}），请重新保存后再上传") from error
        for open_field in self._fields:
            self._check_field("".join(open_field))

    def _doctype(self, *_: object) -> None:
        raise RefusedInput(self._name, f"文件里有不正常的定义（DOCTYPE），{_SAVE}")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count.one()
        kind = tag.rsplit(" ", 1)[-1]
        if self._is_relations:
            if kind == "Relationship":
                self._relation(attributes)
        elif kind in ("Override", "Default") and self._part == "[content_types].xml":
            if _PROGRAM_TYPES.search(attributes.get("ContentType", "")):
                raise RefusedInput(self._name, _MACROS)
        elif kind in _LOOKED_AT or (kind in _FORMULAS and self._part.startswith("xl/")):
            self._look(kind, attributes)

    def _look(self, kind: str, attributes: dict[str, str]) -> None:
        by_name = {key.rsplit(" ", 1)[-1]: value for key, value in attributes.items()}
        if kind == "fldSimple":
            self._check_field(by_name.get("instr", ""))
        elif kind == "fldChar":
            if by_name.get("fldCharType") == "begin":
                self._fields.append([])
            elif self._fields:
                # What tells of a field stands at its beginning; a file may break one field off any number of times.
                self._fields[-1] = ["".join(self._fields[-1]).lstrip()[:_TELLING]]
                self._check_field(self._fields[-1][0])
                if by_name.get("fldCharType") == "end":
                    self._fields.pop()
        elif kind == "definedName":
            if _AUTO_NAMES.fullmatch(by_name.get("name", "")):
                raise RefusedInput(self._name, _MACROS)
            self._text, self._is_formula = [], True
        elif kind in ("ddeLink", "oleLink", "webPr", "dbPr"):
            raise RefusedInput(self._name, f"表格会连到别的程序或数据源取数（{kind}），请断开链接、只保留数值后另存，再上传")
        elif kind in ("script", "foreignObject"):
            if self._part.endswith(".svg"):
                raise RefusedInput(self._name, _MACROS)
        else:
            self._text, self._is_formula = [], kind not in ("instrText", "delInstrText")

    def _end(self, tag: str) -> None:
        if self._text is None:
            return
        text, self._text = "".join(self._text), None
        if self._is_formula:
            if _FORMULA.search(_QUOTED.sub("", text[:_LONGEST_FIELD])):
                raise RefusedInput(
                    self._name, f"表格里有会运行程序或联网取数的公式（{archives.shown(text)[:40]}），请只保留数值后另存，再上传"
                )
        elif self._fields:
            self._fields[-1].append(text)
        else:
            self._check_field(text)

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _check_field(self, instruction: str) -> None:
        if _FIELDS.match(instruction) or _PICTURE_FIELD.match(instruction):
            shown = archives.shown(instruction.strip())[:40]
            raise RefusedInput(
                self._name,
                f"文件里有会从外部取内容或运行程序的域（{shown}），请选中后按 Ctrl+Shift+F9 转为文字，或者另存为 PDF，再上传",
            )

    def _relation(self, attributes: dict[str, str]) -> None:
        kind, target = attributes.get("Type", ""), attributes.get("Target", "").strip()
        short = kind.rsplit("/", 1)[-1]
        if _PROGRAM_TYPES.search(kind):
            raise RefusedInput(self._name, _MACROS)
        if _FETCHING_TYPES.search(kind):
            raise RefusedInput(self._name, f"文件会取用外部的内容（{archives.shown(short)[:30]}），请断开链接、只保留数值后另存，再上传")
        if attributes.get("TargetMode", "").lower() == "external" and not _may_point(short, target):
            what = {"attachedTemplate": "外部模板", "hyperlink": "不寻常的链接", "image": "外部图片"}.get(short, "外部内容")
            raise RefusedInput(
                self._name, f"文件引用了{what}（{archives.shown(target)[:60]}），请删除引用（图片改为嵌入）后另存，或者另存为 PDF，再上传"
            )


_LOOKED_AT = frozenset(
    {"fldSimple", "fldChar", "instrText", "delInstrText", "definedName", "ddeLink", "oleLink", "webPr", "dbPr", "script", "foreignObject"}
)
#: Elements of a workbook that hold a formula; in a text document the same names are mathematics.
_FORMULAS = frozenset({"f", "formula", "formula1", "formula2"})


def _may_point(kind: str, target: str) -> bool:
    """True for what may lie outside: plain links, and places on a disk of the one who wrote that nothing is fetched from."""
    if kind == "hyperlink":
        return _is_plain_link(target)
    if kind == "attachedTemplate":
        return _LOCAL_TEMPLATE.fullmatch(target) is not None
    return target.upper() == "NULL" or not target or (kind == "image" and _LOCAL_DOCUMENT.fullmatch(target) is not None)


def _is_plain_link(target: str) -> bool:
    if _PLAIN_LINK.match(target) or _LOCAL_DOCUMENT.fullmatch(target):
        return True
    return not _SCHEME.match(target) and not target.startswith(("\\\\", "//", "/\\", "\\/"))
