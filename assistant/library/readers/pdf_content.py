"""What a PDF does beside being read: programs started, scripts, files carried along.

Looked for twice, since readers differ in what they take for an object: in every object there is, those packed in object
streams among them, by what may follow from opening the file or pressing a link; and in the bytes, by the names that
actions of that kind bear, however they are written.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from time import monotonic
from typing import Any

from assistant.errors import MissingExtra, RefusedInput

_SAVE = "请用打印功能另存为不带这些内容的 PDF（打印到 PDF），再上传"
_MOST_OBJECTS = 100_000
_MOST_NODES = 3_000_000
#: A file that takes longer to look through than this is not looked through further.
_SECONDS = 30.0
#: What must not be anywhere in the file → what it is.
_FORBIDDEN = {
    "JavaScript": "脚本（JavaScript）",
    "Launch": "启动程序的动作",
    "ImportData": "导入数据的动作",
    "SubmitForm": "向外提交表单的动作",
    "GoToE": "打开嵌入文件的动作",
    "EmbeddedFile": "嵌入的文件",
    "EmbeddedFiles": "嵌入的文件",
    "FileAttachment": "嵌入的文件",
    "RichMedia": "嵌入的多媒体",
    "RichMediaExecute": "嵌入的多媒体",
    "XFA": "动态表单（XFA）",
}
#: Actions that may follow from a press: going to a place, a plain link, what the viewer itself does.
_BY_PRESSING = frozenset({"/GoTo", "/URI", "/Named", "/Thread", "/Hide", "/SetOCGState", "/Trans", "/GoTo3DView", "/ResetForm"})
#: Actions that may follow from opening the file or a page.
_BY_ITSELF = frozenset({"/GoTo", "/Named", "/Thread", "/SetOCGState", "/Trans", "/GoTo3DView"})
_LINK = re.compile(r"(?:https?|mailto|ftp|tel):|(?![a-z][a-z0-9+.-]*:|\\\\|//)", re.I)


def _written(name: str) -> str:
    """A pattern for a name as a PDF may write it: any of its letters as #xx."""
    return "".join(f"(?:{re.escape(c)}|#{ord(c) >> 4:x}(?i:{ord(c) & 15:x}))" for c in name)


_BY_BYTES = re.compile(("/(?:" + "|".join(_written(n) for n in _FORBIDDEN) + ")(?![A-Za-z0-9])").encode())


def check_pdf(path: Path, name: str) -> None:
    """Raise RefusedInput, saying what was found and what to do, for a PDF that runs something, carries files or cannot be looked into."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    _check_bytes(path.read_bytes(), name)
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise RefusedInput(name, "PDF 已加密，看不到内容，请去掉密码后再上传")
        _Walk(reader, name).go()
    except (RefusedInput, MissingExtra):
        raise
    except (
        PyPdfError,
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
        IndexError,
        AssertionError,
        ImportError,
    ) as error:
        raise RefusedInput(name, f"PDF 文件已损坏或内容不完整（{type(error).__name__}），请重新保存后再上传") from error


def _check_bytes(data: bytes, name: str) -> None:
    found = _BY_BYTES.search(data)
    if found:
        plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), found[0][1:]).decode()
        raise RefusedInput(name, f"PDF 里有{_FORBIDDEN.get(plain, '不允许的内容')}，{_SAVE}")


class _Walk:
    """Every object of a file once, each list and dictionary in it looked at."""

    def __init__(self, reader: Any, name: str) -> None:
        self._reader, self._name = reader, name
        self._left = _MOST_NODES
        self._until = monotonic() + _SECONDS

    def go(self) -> None:
        reader = self._reader
        numbers = {(n, generation) for generation, entries in reader.xref.items() for n in entries}
        numbers |= {(n, 0) for n in reader.xref_objStm}
        if len(numbers) > _MOST_OBJECTS:
            raise RefusedInput(self._name, f"PDF 的内容过多（{len(numbers)} 个对象），请拆分后再上传")
        self._look(reader.trailer)
        for number, generation in sorted(numbers):
            self._look(self._object(number, generation))

    def _object(self, number: int, generation: int) -> Any:
        """The object, or None where there is none to be read; then its bytes have been looked through."""
        from pypdf.errors import PyPdfError
        from pypdf.generic import IndirectObject

        try:
            return self._reader.get_object(IndirectObject(number, generation, self._reader))
        except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, AssertionError):
            return None

    def _look(self, root: Any) -> None:
        from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

        waiting = [root]
        while waiting:
            self._left -= 1
            if self._left < 0 or monotonic() > self._until:
                raise RefusedInput(self._name, "PDF 的内容过多，请拆分后再上传")
            one = waiting.pop()
            if isinstance(one, DictionaryObject):
                self._dictionary(one)
                if isinstance(one, StreamObject) and one.get("/Type") == "/ObjStm":
                    _check_bytes(one.get_data(), self._name)
                waiting.extend(v for v in one.values() if isinstance(v, (DictionaryObject, ArrayObject)))
            elif isinstance(one, ArrayObject):
                waiting.extend(v for v in one if isinstance(v, (DictionaryObject, ArrayObject)))

    def _dictionary(self, one: Any) -> None:
        for key in ("/S", "/Subtype", "/Type"):
            value = one.get(key)
            if isinstance(value, str) and value.removeprefix("/") in _FORBIDDEN:
                self._refuse(_FORBIDDEN[value.removeprefix("/")])
        for key in one:
            if key.removeprefix("/") in _FORBIDDEN:
                self._refuse(_FORBIDDEN[key.removeprefix("/")])
        if "/JS" in one:
            self._refuse(_FORBIDDEN["JavaScript"])
        if "/EF" in one:
            self._refuse(_FORBIDDEN["EmbeddedFile"])
        self._actions(one.get("/OpenAction"), _BY_ITSELF)
        self._actions(one.get("/A"), _BY_PRESSING)
        self._actions(one.get("/PA"), _BY_PRESSING)
        events = _resolved(one.get("/AA"))
        if isinstance(events, dict):
            for event in events.values():
                self._actions(event, _BY_ITSELF)

    def _actions(self, first: Any, allowed: frozenset[str]) -> None:
        """An action and those after it, as far as they are actions: /A and /OpenAction hold other things, too."""
        waiting, seen = [first], 0
        while waiting:
            one = _resolved(waiting.pop())
            seen += 1
            if seen > 1000:
                self._refuse("一连串的动作")
            if not isinstance(one, dict) or "/S" not in one:
                continue
            kind = str(_resolved(one.get("/S")))
            if kind.removeprefix("/") in _FORBIDDEN:
                self._refuse(_FORBIDDEN[kind.removeprefix("/")])
            if kind.startswith("/") and kind not in allowed and (one.get("/Type") == "/Action" or kind in _ACTIONS):
                self._refuse(f"会自行运行的动作（{kind[:30]}）" if kind in _BY_PRESSING else f"不允许的动作（{kind[:30]}）")
            address = _resolved(one.get("/URI"))
            if isinstance(address, (str, bytes)) and not _LINK.match(_plain(address)):
                self._refuse(f"不寻常的链接（{_plain(address)[:40]}）")
            following = _resolved(one.get("/Next"))
            waiting.extend(following if isinstance(following, list) else [following])

    def _refuse(self, what: str) -> None:
        raise RefusedInput(self._name, f"PDF 里有{what}，{_SAVE}")


#: Every kind of action there is (ISO 32000-2, 12.6.4).
_ACTIONS = _BY_PRESSING | {f"/{name}" for name in _FORBIDDEN} | {"/GoToR", "/GoToDp", "/Sound", "/Movie", "/Rendition"}


def _resolved(value: Any) -> Any:
    from pypdf.errors import PyPdfError
    from pypdf.generic import IndirectObject

    try:
        return value.get_object() if isinstance(value, IndirectObject) else value
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return None


def _plain(address: str | bytes) -> str:
    text = address.decode("latin-1") if isinstance(address, bytes) else str(address)
    return "".join(c for c in text if c.isprintable() and not c.isspace())
