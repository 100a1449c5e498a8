"""Texts and files made to cost as much as they can: one short piece again and again, as long as is asked for."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

#: A piece repeated reads as a run of what a pattern may loop over, as an opening never closed, or as thousands of one thing.
UNITS = (
    *("1", "一", "万", "1,", "330000199001011234", " ", "\t", "\n", "的", "元", "第", "、", "，", "。", "*", "|"),
    *("（", "《", "“", "【", "[1, ", "》", "第一条", "\n第一条 ", "《法》第一条", "《虚构市茶楼管理办法》第四条"),
    *("《虚构市茶楼管理办法》第一条至第七条规定的五百元", "本办法第四条", "该条第一款", "《法》（以下简称“法”）", "文旅发〔2021〕40号"),
    *("2025年3月1日", "2025年", "100元", "一百元以上三百元以下", "处罚款", "5%", "百分之五", "由", "对", "并可以", "情节严重的，"),
    *("张三、", "当事人：张三，", "执法人员：张三、李四", "某某有限公司，", "市区县镇", "浙江省县路1号", "13800000000 ", "a@"),
    *("# 标题\n", "一、立案审批表\n", "行政处罚告知书\n2025年3月1日\n", "二、现场检查笔录\n三、", "决定书", "陈述申辩"),
    # Lines that rules find something in: what is looked for among all findings, or all parties, shows here.
    "甲方：虚构甲公司，乙方：虚构乙公司，违约金30%，自签订之日起2020年1月1日生效，由仲裁委员会仲裁或者向法院起诉。",
    "\n第三条 违反本规定的，由文化和旅游局处500元以上2000元以下罚款，并可以吊销许可证。",
    "\n甲方：虚构市文旅局\n乙方：虚构茶楼有限公司\n第三条 乙方应当在30日内支付租金5000元（大写：伍仟元），逾期按日加收5%。\n",
    "\n三、行政处罚决定书\n当事人：王小明，2010年3月1日出生。经查，当事人2025年3月1日兜售茶点。罚款500元。\n",
    *("甲方", "甲方（盖章）：\n", "乙方：甲\n", "违约金", "日期：", "附件1：\n", "<a ", "&", "同时废止", "依据《"),
)


def repeated(unit: str, length: int) -> str:
    """`unit` again and again, `length` characters in all."""
    return (unit * (length // len(unit) + 1))[:length]


def halves(first: str, second: str, length: int) -> str:
    """One run after another: what loops over the first must not come back for each character of the second."""
    return repeated(first, length // 2) + repeated(second, length // 2)


def mixed(seed: int, length: int) -> str:
    """Six of the pieces in any order, the same ones for one seed."""
    chance = random.Random(seed)
    chosen = chance.sample(UNITS, 6)
    return repeated("".join(chance.choice(chosen) for _ in range(200)), length)


def texts() -> dict[str, Callable[[int], str]]:
    """Name → what makes a text of any length."""
    made: dict[str, Callable[[int], str]] = {repr(unit): lambda n, u=unit: repeated(u, n) for unit in UNITS}
    pairs = (("1", "甲"), ("\n", " "), ("《", "》"), ("（", "）"), ("“", "”"), ("由", "甲"), ("当事人", " "), ("2025年", "1"))
    made |= {f"{a!r} then {b!r}": lambda n, a=a, b=b: halves(a, b, n) for a, b in pairs}
    return made | {f"mixed {seed}": lambda n, s=seed: mixed(s, n) for seed in range(4)}


# ---- files -----------------------------------------------------------------------------------

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    "</Types>"
)
_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)


def docx_of(path: Path, body: str, before: str = "") -> Path:
    """A DOCX whose body is this WordprocessingML; `before` stands before the root element."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELS)
        archive.writestr("word/document.xml", f"<?xml version='1.0'?>{before}<w:document {_W}><w:body>{body}</w:body></w:document>")
    return path


def cell(words: str = "甲", inside: str = "") -> str:
    """A table cell; `inside` are its properties."""
    return f"<w:tc><w:tcPr>{inside}</w:tcPr><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>"


def row(*cells: str) -> str:
    """A table row of these cells."""
    return f"<w:tr>{''.join(cells)}</w:tr>"


def table(rows: str) -> str:
    """A table of these rows."""
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{rows}</w:tbl>"


def merged_down(count: int) -> str:
    """One cell merged over `count` rows."""
    begun, going_on = cell(inside='<w:vMerge w:val="restart"/>'), cell(inside="<w:vMerge/>")
    return table(row(begun, cell()) + row(going_on, cell()) * (count - 1))


def xlsx_of(path: Path, sheet: str) -> Path:
    """An XLSX whose only sheet is this SpreadsheetML."""
    import openpyxl

    data = io.BytesIO()
    openpyxl.Workbook().save(data)
    with zipfile.ZipFile(data) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in made.namelist():
            archive.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else made.read(name))
    return path


def sheet_of(cells: str, after: str = "") -> str:
    """A sheet of these rows, and what stands behind them (merged cells)."""
    return f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData>{after}</worksheet>'


def pdf_of(path: Path, content: bytes, pages: int = 1, forms: int = 0) -> Path:
    """A PDF whose pages all have the same content; with `forms`, it may draw /F, which draws itself no further."""
    from pypdf import PdfWriter
    from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, StreamObject

    writer = PdfWriter()
    stream = StreamObject()
    stream.set_data(content)
    shared = writer._add_object(stream.flate_encode())
    font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1")})
    font[NameObject("/BaseFont")] = NameObject("/Helvetica")
    resources = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/A"): writer._add_object(font)})})
    if forms:
        drawn = StreamObject()
        drawn.set_data(b"q Q " * forms)
        drawn.update({NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form")})
        drawn[NameObject("/BBox")] = ArrayObject([FloatObject(x) for x in (0, 0, 9, 9)])
        resources[NameObject("/XObject")] = DictionaryObject({NameObject("/F"): writer._add_object(drawn)})
    for _ in range(pages):
        page = writer.add_blank_page(200, 200)
        page[NameObject("/Contents")] = shared
        page[NameObject("/Resources")] = resources
    writer.write(str(path))
    return path
