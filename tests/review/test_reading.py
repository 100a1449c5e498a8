"""Files in: several, ZIP, DOCX; and what is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from assistant.config import Settings
from assistant.errors import RefusedInput
from assistant.review.reading import read_dossier
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


def _bad(tmp_path: Path) -> dict[str, Path]:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * (210 * 1024 * 1024))
    (tmp_path / "炸弹.zip").write_bytes(bomb.getvalue())
    macro = docx(tmp_path / "宏.docx", ["虚构"])
    with zipfile.ZipFile(macro, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    (tmp_path / "空.txt").write_bytes(b"")
    (tmp_path / "图.txt").write_bytes(b"\x00\x01\x02" * 200)
    (tmp_path / "大.txt").write_bytes(b"0" * (51 * 1024 * 1024))
    (tmp_path / "坏.zip").write_bytes(b"PK\x03\x04xxxx")
    return {
        "炸弹": tmp_path / "炸弹.zip",
        "宏": macro,
        "空": tmp_path / "空.txt",
        "文本": tmp_path / "图.txt",
        "上限": tmp_path / "大.txt",
        "损坏": tmp_path / "坏.zip",
        "加密": pdf(tmp_path / "密.pdf", "x"),
        "压缩炸弹": zip_bomb(tmp_path / "炸弹.docx", 210),
        "格式不支持": _zip(tmp_path / "混.zip", {"a.exe": b"x"}),
        "没有这个文件": tmp_path / "无.txt",
    }


@pytest.mark.parametrize("word", ["炸弹", "宏", "空", "文本", "上限", "损坏", "加密", "压缩炸弹", "格式不支持", "没有这个文件"])
def test_bad_input_is_refused_with_the_reason(tmp_path: Path, settings: Settings, word: str) -> None:
    with pytest.raises(RefusedInput, match=word):
        read_dossier([_bad(tmp_path)[word]], settings)
