"""Files of every format → the same text; bad files refused in one Chinese line that says why."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.config import Settings, load_settings
from assistant.errors import RefusedInput
from assistant.law.statute.model import Article, ParsedDocument
from assistant.law.statute.parse import parse_document
from assistant.law.text.same_text import folded
from assistant.library.readers import read_file
from assistant.library.shelf.shelving import Placed
from assistant.library.sources.importing import Imported, import_paths, read_document
from tests.invented import OPENING, TITLE, docx, pdf, statute, write, zip_bomb


def texts(articles: tuple[Article, ...]) -> list[tuple[str, str]]:
    return [(a.label, folded(a.text)) for a in articles]


def refusal(engine: Engine, settings: Settings, path: Path) -> str:
    reports = list(import_paths(engine, settings, [path]))
    assert [r.outcome for r in reports] == [Placed.REFUSED], reports
    assert "\n" not in reports[0].detail and reports[0].name == str(path)
    return reports[0].detail


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, settings: Settings, encoding: str) -> None:
    path = tmp_path / f"{TITLE}(2001-03-01).txt"
    path.write_bytes(statute().encode(encoding))
    assert [a.text for a in read_document(path, settings).articles] == list(OPENING)


def test_html(tmp_path: Path, settings: Settings) -> None:
    body = "".join(f"<p>　　{line}</p>" for line in statute().splitlines() if line and not line.startswith("<!--"))
    page = f"<html><head><title>网站</title><script>第九条 不是条文</script></head><body><nav>首页</nav>{body}</body></html>"
    path = tmp_path / f"{TITLE}(2001-03-01).html"
    path.write_text(page.replace("# ", "").replace("#", ""), encoding="utf-8")
    assert [a.text for a in read_document(path, settings).articles] == list(OPENING)


def test_docx(tmp_path: Path, settings: Settings) -> None:
    lines = [line.lstrip("# ") for line in statute().splitlines() if line and not line.startswith("<!--")]
    path = docx(tmp_path / f"{TITLE}(2001-03-01).docx", lines)
    assert [a.text for a in read_document(path, settings).articles] == list(OPENING)


def samples() -> list[str]:
    from tests.invented import CORPUS

    return sorted(p.name for p in (CORPUS / "格式样本").glob("*.*") if p.suffix != ".md") if CORPUS.is_dir() else []


@pytest.mark.parametrize("name", samples())
def test_the_same_statute_in_every_format(corpus: Path, corpus_documents: list[ParsedDocument], settings: Settings, name: str) -> None:
    if "扫描件" in name and importlib.util.find_spec("rapidocr") is None:
        pytest.skip("未安装 ocr 组件")
    sample = parse_document(read_file(corpus / "格式样本" / name, settings), Path(name).stem)
    same = [d for d in corpus_documents if d.title == sample.title]
    if "扫描件" in name:
        assert any([a.label for a in d.articles] == [a.label for a in sample.articles] for d in same)
    else:
        assert any(texts(d.articles) == texts(sample.articles) for d in same)


def test_empty_file(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    path = tmp_path / "空.md"
    path.touch()
    assert refusal(engine, settings, path) == "文件是空的"


def test_no_such_file(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    assert "没有这个文件" in refusal(engine, settings, tmp_path / "无.md")


def test_truncated_docx(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    path = docx(tmp_path / "残.docx", [TITLE])
    path.write_bytes(path.read_bytes()[:-400])
    assert "已损坏" in refusal(engine, settings, path)


def test_a_file_that_only_is_called_docx(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    path = tmp_path / "旧.docx"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"0" * 600)
    assert "加密文档或旧版 DOC" in refusal(engine, settings, path)


def test_encrypted_pdf(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    assert "已加密" in refusal(engine, settings, pdf(tmp_path / "密.pdf", "secret"))


def test_damaged_pdf(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    path = tmp_path / "坏.pdf"
    path.write_bytes(b"%PDF-1.7\n" + b"0" * 200)
    assert "已损坏" in refusal(engine, settings, path)


def test_a_page_without_text_or_image(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    said = refusal(engine, settings, pdf(tmp_path / "白.pdf"))
    assert "没有文字也没有图像" in said or "pip install" in said


def test_a_scan_without_the_ocr_extra_says_what_to_install(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(RefusedInput, match=r"pip install 'fazhi-wenlv\[ocr\]'"):
        read_file(pdf(tmp_path / "扫描.pdf"), settings)


def test_a_file_too_large(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    path = tmp_path / "大.txt"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 200 * 1024 * 1024)
    assert "200 MB，超过上限 50 MB" in refusal(engine, settings, path)


def test_a_zip_bomb(tmp_path: Path, engine: Engine) -> None:
    small = load_settings(tmp_path / "home", max_unpacked_mb=4)
    assert "压缩炸弹" in refusal(engine, small, zip_bomb(tmp_path / "炸.docx", 5))


def test_no_law(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    path = tmp_path / "日记.txt"
    path.write_text("今天天气不错。\n去公园走了走。\n", encoding="utf-8")
    assert "不像法律文件" in refusal(engine, settings, path)
    binary = tmp_path / "图.txt"
    binary.write_bytes(bytes(range(256)) * 20)
    assert "不是文本文件" in refusal(engine, settings, binary)


def test_a_link_out_of_the_folder_is_refused_and_the_rest_goes_on(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    folder, outside = tmp_path / "库", write(tmp_path / "别处", title="别处的虚构办法")
    write(folder)
    (folder / "链接.md").symlink_to(outside)
    found = {Path(r.name).name: r for r in import_paths(engine, settings, [folder])}
    assert found["链接.md"].outcome is Placed.REFUSED and "文件夹之外" in found["链接.md"].detail
    assert found[f"{TITLE}(2001-03-01).md"].outcome is Placed.ADDED


def test_a_bad_file_does_not_stop_the_batch(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    folder = tmp_path / "库"
    write(folder)
    (folder / "一.md").touch()
    (folder / "二.xlsx").write_bytes(b"x")
    (folder / "README.md").write_text("说明", encoding="utf-8")
    reports: list[Imported] = list(import_paths(engine, settings, [folder]))
    assert sorted(r.outcome.value for r in reports) == ["拒绝", "拒绝", "新增"]
