"""Files in: several, ZIP, DOCX; and what is refused."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.review.text.reading import read_dossier, unspaced
from tests.invented import docx, pdf, zip_bomb


def _zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_several_files_and_a_zip_are_one_document(tmp_path: Path, settings: Settings) -> None:
    first = tmp_path / "甲.txt"
    first.write_text("虚构的第一份", encoding="utf-8")
    second = docx(tmp_path / "乙.docx", ["虚构的第二份"])
    both = read_dossier([first, second], settings)
    assert both.text == "虚构的第一份\n虚构的第二份"
    assert both.files == ("甲.txt", "乙.docx")
    packed = _zip(tmp_path / "案卷.zip", {"1.txt": first.read_bytes(), "2.docx": second.read_bytes()})
    assert read_dossier([packed], settings).text == both.text


def test_members_of_a_zip_stay_in_their_folder(tmp_path: Path, settings: Settings) -> None:
    packed = _zip(tmp_path / "a.zip", {"../../外.txt": "虚构".encode()})
    assert read_dossier([packed], settings).text == "虚构"
    assert not (tmp_path.parent / "外.txt").exists()


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _big(path: Path, megabytes: int) -> Path:
    with path.open("wb") as file:
        file.truncate(megabytes * 1024 * 1024)
    return path


def _bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * (210 * 1024 * 1024))
    return path


def _with_macro(path: Path) -> Path:
    docx(path, ["虚构"])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    return path


def _encrypted_zip(path: Path) -> Path:
    """A ZIP whose one member is marked as encrypted."""
    data = bytearray(_zip(path, {"a.txt": "虚构".encode()}).read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return _written(path, bytes(data))


#: words of the reason → how the file is made
BAD: dict[str, Callable[[Path], Path]] = {
    "炸弹": lambda d: _bomb(d / "炸弹.zip"),
    "宏": lambda d: _with_macro(d / "宏.docx"),
    "含宏或者旧版": lambda d: _written(d / "宏.docm", b"PK\x03\x04"),
    "空": lambda d: _written(d / "空.txt", b""),
    "没有读到文字": lambda d: docx(d / "白.docx", [""]),
    "不是文本": lambda d: _written(d / "图.txt", b"\x00\x01\x02" * 200),
    "上限": lambda d: _big(d / "大.pdf", 100),
    "损坏": lambda d: _written(d / "坏.zip", b"PK\x03\x04xxxx"),
    "PDF 文件已损坏": lambda d: _written(d / "图.pdf", b"\x89PNG\r\n\x1a\n" + b"x" * 400),
    "不是 DOCX": lambda d: _zip(d / "表.docx", {"xl/workbook.xml": b"<x/>"}),
    "PDF 已加密": lambda d: pdf(d / "密.pdf", "x"),
    "是加密文档": lambda d: _written(d / "密.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
    "已加密": lambda d: _encrypted_zip(d / "密.zip"),
    "压缩炸弹": lambda d: zip_bomb(d / "炸弹.docx", 210),
    "格式不支持": lambda d: _zip(d / "混.zip", {"a.exe": b"x"}),
    "里面没有文件": lambda d: _zip(d / "空.zip", {}),
    "没有这个文件": lambda d: d / "无.txt",
    "是文件夹": lambda d: d,
}


@pytest.mark.parametrize("word", BAD)
def test_bad_input_is_refused_with_the_reason(tmp_path: Path, settings: Settings, word: str) -> None:
    with pytest.raises(RefusedInput, match=word):
        read_dossier([BAD[word](tmp_path)], settings)


def test_document_with_macros_inside_a_zip_is_refused_by_its_own_name(tmp_path: Path, settings: Settings) -> None:
    packed = _zip(tmp_path / "案卷.zip", {"..\\..\\合同.docx": _with_macro(tmp_path / "a.docx").read_bytes()})
    with pytest.raises(RefusedInput, match=r"合同\.docx.*宏"):
        read_dossier([packed], settings)


def test_characters_set_apart_by_the_font_of_a_pdf_are_joined() -> None:
    assert unspaced("行 政 处 罚 决 定 书\n罚 款 2 0 0 元") == "行政处罚决定书\n罚款200元"
    assert unspaced("行\x00政\x00处\x00罚") == "行政处罚"
    assert unspaced("甲方：虚构县文化局 乙方：虚构公司") == "甲方：虚构县文化局 乙方：虚构公司"
