"""What is longer, wider or deeper than any document is refused before it is worked on, and the refusal says what to do."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from assistant import limits
from assistant.answer.service import Assistant
from assistant.cli import app
from assistant.config import Settings
from assistant.desk.cases import cases
from assistant.desk.chat.drafts import check_text
from assistant.desk.knowledge.questions import add_questions
from assistant.desk.library import documents
from assistant.desk.people.accounts import Role
from assistant.errors import RefusedInput
from assistant.library.readers import archives, office_content, pdf, read_file
from assistant.library.shelf.shelf import Shelf
from assistant.library.tabular import read_table
from assistant.review.report.reviewer import Reviewer
from assistant.review.text.model import DocumentKind
from tests.security.adversarial import cell, docx_of, pdf_of, row, sheet_of, table, xlsx_of
from tests.web.people import Site

_DTD = '<!DOCTYPE d [<!ENTITY a "哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'


def _bombs(folder: Path) -> dict[str, tuple[Path, str]]:
    """Name → a file, and words of the refusal it meets."""
    wide = table(row(cell(inside='<w:gridSpan w:val="1000000"/>')))
    rows = table(row(cell("长" * 2000, inside='<w:gridSpan w:val="900"/>')))
    deep = "<w:tbl><w:tr><w:tc>" * 300 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 300
    (folder / "长.txt").write_text("字\n" * (limits.FILE.most // 2 + 1), encoding="utf-8")
    (folder / "一行.md").write_text("字" * (limits.LINE.most + 1), encoding="utf-8")
    parts = folder / "部件.docx"
    docx_of(parts, "<w:p/>")
    with zipfile.ZipFile(parts, "a") as more:
        for number in range(50):
            more.writestr(f"x{number}", "")
    return {
        "a text": (folder / "长.txt", "超过上限 1,000,000 字，请按篇、章拆分"),
        "a line": (folder / "一行.md", "有一行长 100,001 字，超过上限 100,000 字"),
        "a merged cell": (docx_of(folder / "宽.docx", wide), "超过上限 1,000 列"),
        "a cell a thousand times": (docx_of(folder / "多.docx", rows), "超过上限 1,000,000 字"),
        "tables in tables": (docx_of(folder / "深.docx", deep), "已损坏或内容不完整"),
        "entities": (docx_of(folder / "实体.docx", "<w:p><w:r><w:t>&b;</w:t></w:r></w:p>", _DTD), "不正常的定义（DOCTYPE）"),
        "elements": (docx_of(folder / "元素.docx", "<w:p/>" * 6_000), "超过上限 3,000 个元素"),
        "parts": (parts, "超过上限 50 个"),
        "pages": (pdf_of(folder / "页.pdf", b"", 31), "超过上限 30 页"),
        "one content for all pages": (pdf_of(folder / "同.pdf", b"% " + b"x" * 20_000 + b"\nq Q", 20), "字节页面内容"),
        "operations": (pdf_of(folder / "令.pdf", b"/F Do " * 100, 5, forms=1), "个绘制指令"),
    }


def test_files_beyond_any_document_are_refused(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    # What takes long to make is tried with less.
    for place, name, most in (
        (office_content, "ELEMENTS", 3_000),
        (archives, "PARTS", 50),
        (pdf, "PAGES", 30),
        (pdf, "OPERATIONS", 30_000),
    ):
        monkeypatch.setattr(place, name, replace(getattr(place, name), most=most))
    monkeypatch.setattr(pdf, "CONTENT", replace(pdf.CONTENT, most=200_000))
    for name, (path, words) in _bombs(tmp_path).items():
        with pytest.raises(RefusedInput) as refused:
            read_file(path, settings)
        assert words in str(refused.value) and path.name in refused.value.name, (name, str(refused.value))


def test_tables_beyond_any_table_are_refused(tmp_path: Path, settings: Settings) -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row>'
    merged = xlsx_of(tmp_path / "合并.xlsx", sheet_of(cells, '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'))
    far = xlsx_of(tmp_path / "远.xlsx", sheet_of('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    (tmp_path / "多.csv").write_text(("," * 999 + "\n") * (limits.CELLS.most // 1000 + 1), encoding="utf-8")
    wide = docx_of(tmp_path / "宽.docx", table(row(cell(inside='<w:gridSpan w:val="1000000"/>'))))
    for path in (merged, far, tmp_path / "多.csv", wide):
        with pytest.raises(RefusedInput, match=r"超过上限 (300,000 格|1,000 列)"):
            read_table(path, settings, ("一", "二"))
    (tmp_path / "引号.csv").write_text('"' + "字" * 200_000, encoding="utf-8")
    with pytest.raises(RefusedInput):
        read_table(tmp_path / "引号.csv", settings, ("一", "二"))


def test_every_kind_of_words_has_a_length(assistant: Assistant, tmp_path: Path) -> None:
    shelf, settings = Shelf(assistant.engine), assistant.settings
    reviewer = Reviewer(assistant.engine, settings)
    (tmp_path / "问题.jsonl").write_text("{}\n" * (limits.QUESTIONS.most + 1), encoding="utf-8")
    (tmp_path / "一行.jsonl").write_text(json.dumps({"question": "问" * limits.QUESTION_LINE.most}, ensure_ascii=False), encoding="utf-8")
    ways: dict[str, Callable[[], object]] = {
        "核验": lambda: check_text(shelf, "字\n" * limits.DRAFT.most, date(2025, 6, 1)),
        "审查": lambda: reviewer.review_text("字\n" * limits.REVIEWED.most, DocumentKind.CONTRACT),
        "提问": lambda: assistant.ask("问" * (settings.max_question_chars + 1)),
        "对话": lambda: assistant.ask("怎么罚", history=["问"] * (limits.HISTORY.most + 1)),
        "检索": lambda: documents.listed(assistant.engine, "词" * (limits.WORDS.most + 1)),
        "案例": lambda: cases.found(assistant.case_search, shelf, "词" * (limits.WORDS.most + 1)),
        "条文": lambda: cases.place_of(shelf, "词" * (limits.WORDS.most + 1)),
        "问题文件": lambda: add_questions(assistant.engine, settings, tmp_path / "问题.jsonl"),
    }
    for name, way in ways.items():
        with pytest.raises(RefusedInput, match=r"有 [\d,]+ .+超过上限 [\d,]+ .+，请") as refused:
            way()
        assert refused.value.reason, name
    told = add_questions(assistant.engine, settings, tmp_path / "一行.jsonl")
    assert [line.reason for line in told] and "超过上限 20,000 行" not in told[0].reason and "请缩短这一行" in told[0].reason


def test_the_command_line_refuses_alike(assistant: Assistant) -> None:
    done = CliRunner().invoke(app, ["--home", str(assistant.settings.home), "verify", "-"], input="字\n" * limits.DRAFT.most)
    assert isinstance(done.exception, RefusedInput) and "超过上限 300,000 字，请拆分后分几次核验" in str(done.exception)


def test_the_pages_refuse_and_say_why(address: Site, assistant: Assistant, tmp_path: Path) -> None:
    wide = docx_of(tmp_path / "宽.docx", table(row(cell(inside='<w:gridSpan w:val="1000000"/>')))).read_bytes()
    posts = (
        ("合同.docx", wide, "超过上限 1,000 列"),
        ("合同.txt", ("字\n" * limits.REVIEWED.most).encode(), "超过上限 300,000 字，请去掉不需要审查的材料"),
        ("合同.md", ("字" * (limits.LINE.most + 1)).encode(), "请在编辑软件里分段后再试"),
    )
    with httpx.Client(base_url=str(address), headers=address.cookie(Role.REVIEWER), follow_redirects=True, timeout=60) as desk:
        for name, data, words in posts:
            answer = desk.post("/staff/reviews/new", data={"kind": "contract", "as_of": ""}, files={"files": (name, data)})
            while "/reading/" in str(answer.url):
                answer = desk.get(str(answer.url))
            assert words in answer.text, (name, answer.status_code)
        answer = desk.get("/staff/cases", params={"q": "词" * (limits.WORDS.most + 1)})
        assert "请只写关键的词语" in answer.text
    with httpx.Client(base_url=str(address), headers=address.cookie(Role.ADMIN), timeout=60) as admin:
        for path, name in (("/admin/documents", "q"), ("/admin/trail", "words")):
            answer = admin.get(path, params={name: "词" * (limits.WORDS.most + 1)}, headers={"accept": "text/html"})
            assert answer.status_code == 400 and "超过上限 500 字，请只写关键的词语" in answer.text, path
