"""Attacks by way of templates: code in a DOCX template, in every part of it; packages that are bombs or point elsewhere."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
import httpx
import pytest

from assistant.answer.service import Assistant
from assistant.desk.matters import opinion_document
from assistant.desk.people.accounts import Role
from assistant.desk.reviews.papers import PAPERS, template_problems
from assistant.law.text.number_pattern import number_of
from assistant.review.report import opinion
from assistant.review.report.docx_template import TemplateRefused, check, fill
from tests.desk.reviews.test_reviews import BAD
from tests.web.people import Site
from tests.web.test_reviews import Desk

PAPER = opinion.PAPER
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def template(*lines: str) -> bytes:
    """A DOCX with these paragraphs."""
    document, out = docx.Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(out)
    return out.getvalue()


def changed(data: bytes, change: Callable[[dict[str, bytes]], Any]) -> bytes:
    """The package with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def refused(tmp_path: Path, data: bytes) -> str:
    """Why a template is refused."""
    path = tmp_path / "样式.docx"
    path.write_bytes(data)
    with pytest.raises(TemplateRefused) as caught:
        check(PAPER, path)
    said = str(caught.value)
    assert "样式.docx" in said and "opinion_template" in said and "随附模板" in said
    return said


def payload(marker: Path) -> str:
    """What ran a command: it would leave a file."""
    return "{{ cycler.__init__.__globals__.os.popen('touch " + str(marker) + "').read() }}"


CODE = [
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ 编号.__class__ }}",
    "{{ 编号['__class__'] }}",
    "{{ 编号|attr('__class__') }}",
    "{{ '%c'|format(1) }}",
    "{{ '{0.__class__}'.format(编号) }}",
    "{{ 编号.upper() }}",
    "{{ self._TemplateReference__context }}",
    "{{ range(10) }}",
    "{{ dict(a=1) }}",
    "{{ namespace() }}",
    "{{ request }}",
    "{{ 没有的内容 }}",
    "{% for x in 问题 %}{{ x.没有 }}{% endfor %}",
    "{% for x in 问题 %}{{ x.__class__ }}{% endfor %}",
    "{% for x in 问题 %}{{ loop.__init__ }}{% endfor %}",
    "{% for x in 问题 recursive %}{{ loop(问题) }}{% endfor %}",
    "{% for x in 编号 %}{{ x }}{% endfor %}",
    "{% for x in (编号, 日期) %}{{ x }}{% endfor %}",
    "{% include '/etc/passwd' %}",
    "{% import '/etc/passwd' as x %}",
    "{% extends '/etc/passwd' %}",
    "{% macro a() %}b{% endmacro %}",
    "{% set a = 编号 %}",
    "{% set a %}b{% endset %}",
    "{% with a = 编号 %}{{ a }}{% endwith %}",
    "{% filter upper %}a{% endfilter %}",
    "{% call a() %}b{% endcall %}",
    "{{ 问题|map(attribute='序号') }}",
    "{{ 编号|safe }}",
    "{{ 编号 is callable }}",
    "{{ 编号 is filter }}",
]
LARGE = [
    "{% for x in range(10**9) %}a{% endfor %}",
    "{{ 'a' * 10**9 }}",
    "{{ 9 * 99999999 }}",
    "{{ 编号 * 1000000 }}",
    "{{ 10 ** 10 ** 10 }}",
    "{{ '%0999999999d' % 1 }}",
    "{{ 编号|center(999999999) }}",
    "{{ 编号|indent(999999999) }}",
    "{{ [编号, 编号]|join('" + "a" * 2000 + "') }}",
    "{{ 问题|join('" + "a" * 2000 + "') }}",
    "{{ 99999999999 }}",
    "{% for a in 问题 %}{% for b in 问题 %}{% for c in 问题 %}x{% endfor %}{% endfor %}{% endfor %}",
    "{{ 编号 ~ 编号 }}",
    "{% if 编号 %}" * 60 + "{% endif %}" * 60,
    "{{ " + "(" * 3000 + "编号" + ")" * 3000 + " }}",
    "{{ 编号 }}" * 30_000,
]


@pytest.mark.parametrize("line", [*CODE, *LARGE], ids=lambda line: line[:40])
def test_what_a_form_letter_does_not_need_is_refused(tmp_path: Path, line: str) -> None:
    said = refused(tmp_path, template(line))
    assert "不能使用：" in said and ("Error" not in said or "RecursionError" in said)


def in_header(line: str) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    document.sections[0].header.paragraphs[0].text = line
    document.save(out)
    return out.getvalue()


def in_footer(line: str) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    document.sections[0].footer.paragraphs[0].text = line
    document.save(out)
    return out.getvalue()


def in_properties(line: str) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    document.core_properties.title = line
    document.save(out)
    return out.getvalue()


def in_runs(line: str) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    paragraph = document.add_paragraph()
    for index in range(0, len(line), 3):
        paragraph.add_run(line[index : index + 3])
    document.save(out)
    return out.getvalue()


def in_cell(line: str) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    document.add_table(rows=1, cols=1).cell(0, 0).text = "{% colspan " + line.strip("{} ") + " %}a"
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("place", [template, in_header, in_footer, in_properties, in_runs, in_cell])
def test_no_part_of_a_template_runs_code(tmp_path: Path, place: Callable[[str], bytes]) -> None:
    marker = tmp_path / "ran"
    refused(tmp_path, place(payload(marker)))
    assert not marker.exists()


def external(kind: str, target: str) -> Callable[[dict[str, bytes]], Any]:
    link = f'<Relationship Id="rX" Type="{RELS}/{kind}" Target="{target}" TargetMode="External"/></Relationships>'

    def change(parts: dict[str, bytes]) -> None:
        name = "word/_rels/document.xml.rels"
        parts[name] = parts[name].replace(b"</Relationships>", link.encode())

    return change


def in_body(xml: str) -> Callable[[dict[str, bytes]], Any]:
    return lambda parts: parts.update({"word/document.xml": parts["word/document.xml"].replace(b"<w:body>", f"<w:body>{xml}".encode())})


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
#: On each of these docxtpl's own patterns take time that grows with the square: seconds to minutes for 16,000.
SLOW = ["{{", "{{ ", "{% ", "{% colspan ", "-%} ", "{%- ", "{%p ", "{{ 编号 }} }} ", "{{ 编号 "]
PACKAGES: dict[str, Callable[[dict[str, bytes]], Any]] = {
    "macro": lambda parts: parts.update({"word/vbaProject.bin": b"x"}),
    "object": lambda parts: parts.update({"word/embeddings/oleObject1.bin": b"x"}),
    "document": lambda parts: parts.update({"word/afchunk1.html": b"<script>"}),
    "program": lambda parts: parts.update({"word/media/a.exe": b"MZ"}),
    "bomb": lambda parts: parts.update({"word/media/a.png": b"\0" * (30 << 20)}),
    "text bomb": lambda parts: parts.update({"word/extra.xml": b"<a>" + b" " * (4 << 20) + b"</a>"}),
    "many parts": lambda parts: parts.update({f"word/media/{n}.png": b"x" for n in range(500)}),
    "outside": lambda parts: parts.update({"../../a.xml": b"<a/>"}),
    "absolute": lambda parts: parts.update({"/etc/a.xml": b"<a/>"}),
    "entities": lambda parts: parts.update({"word/extra.xml": ENTITIES}),
    "template elsewhere": external("attachedTemplate", "http://127.0.0.1:9/x.dotm"),
    "picture elsewhere": external("image", "http://127.0.0.1:9/x.png"),
    "object elsewhere": external("oleObject", "file:///x.doc"),
    "link to a program": external("hyperlink", "javascript:alert(1)"),
    "DDE": in_body('<w:p><w:r><w:instrText>DDEAUTO c:\\\\x "/k"</w:instrText></w:r></w:p>'),
    "DDE in pieces": in_body("<w:p><w:r><w:instrText>DD</w:instrText></w:r><w:r><w:instrText>EAUTO x y</w:instrText></w:r></w:p>"),
    "simple field": in_body('<w:p><w:fldSimple w:instr="INCLUDETEXT c:/x"/></w:p>'),
}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_that_is_more_than_a_form_letter_is_refused(tmp_path: Path, name: str) -> None:
    refused(tmp_path, changed(template("{{ 编号 }}"), PACKAGES[name]))


@pytest.mark.parametrize("mark", SLOW)
def test_marks_that_are_not_closed_are_refused_before_they_are_sought(tmp_path: Path, mark: str) -> None:
    for data in (template(mark * 16_000), template(*[mark] * 2000), template(mark * 2, "甲" * 5000, "}}" * 2)):
        assert "标记" in refused(tmp_path, data)


def test_many_marks_and_marks_in_attributes_are_refused(tmp_path: Path) -> None:
    assert "超过" in refused(tmp_path, template("{{ 编号 }}" * 3000))
    inside = in_body('<w:p w:rsidR="{{ 编号 }}"><w:r><w:t>a</w:t></w:r></w:p>')
    assert "正文" in refused(tmp_path, changed(template("a"), inside))


def test_files_that_are_no_template_are_refused(tmp_path: Path) -> None:
    for data in (b"", b"x", b"PK\x03\x04" + b"x" * 100, template("{{ 编号 }}")[:-200], b"\0" * (6 << 20), template("{{ 编号 ")):
        refused(tmp_path, data)
    with pytest.raises(TemplateRefused, match="没有这个文件"):
        check(PAPER, tmp_path / "none.docx")
    with pytest.raises(TemplateRefused):
        check(PAPER, tmp_path)


def test_what_a_bureau_needs_is_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "own.docx"
    link = changed(
        template(
            "{{ 编号 }}",
            "{%p if 结论说明 %}",
            "{{ 结论说明|trim }}",
            "{%p else %}",
            "没有说明",
            "{%p endif %}",
            "{%p for x in 问题 if x.等级 == '严重' %}",
            "{{ loop.index }}/{{ loop.length }} {{ x.标题|default('无') }} {{ x['依据'] }}",
            "{%p endfor %}",
            "共{{ 问题|length }}项，{{ 更正|join('；') }}",
        ),
        external("hyperlink", "https://example.cn/"),
    )
    path.write_bytes(link)
    entry = dict.fromkeys(PAPER.sample["问题"][0], "") | {"等级": "严重", "标题": "<b>甲</b>{{ 7*7 }}\x01", "依据": "某条"}
    words = dict(PAPER.sample) | {"编号": "法审1号", "结论说明": "", "问题": [entry, entry | {"等级": "提示"}], "更正": ["一", "二"]}
    text = [p.text for p in docx.Document(io.BytesIO(fill(PAPER, path, words))).paragraphs]
    assert text == ["法审1号", "没有说明", "1/1 <b>甲</b>{{ 7*7 }} 某条", "共2项，一；二"]


def test_the_packaged_templates_are_held_to_the_same(tmp_path: Path) -> None:
    for paper in PAPERS:
        check(paper, None)
        assert paper.packaged.is_file()


def test_the_documented_words_are_the_words_given() -> None:
    from assistant.config import Settings
    from assistant.review.text.model import DocumentKind, Review

    review = Review(DocumentKind.PENALTY, ("a",), "0" * 64, "", (), (), "1", "1", ())
    words = opinion.opinion_words(review, Settings())
    assert set(words) == set(opinion.PAPER.sample)
    assert {n for n, v in words.items() if isinstance(v, list)} == {n for n, v in opinion.PAPER.sample.items() if isinstance(v, list)}
    source = Path(opinion_document.__file__).read_text(encoding="utf-8")
    assert all(f'"{name}":' in source for name in opinion_document.PAPER.sample if name not in ("问题",))


def test_the_page_on_templates_names_every_word_and_filter() -> None:
    from assistant.review.report import docx_template

    page = (Path(__file__).resolve().parents[2] / "docs" / "templates.md").read_text(encoding="utf-8")
    for paper in PAPERS:
        fields = [n for v in paper.sample.values() if isinstance(v, list) and isinstance(v[0], dict) for n in v[0]]
        assert all(name in page for name in (*paper.sample, *fields))
    assert "、".join(docx_template._FILTERS) in page and "、".join(docx_template._TESTS) in page


@pytest.mark.parametrize(
    "pattern",
    ["{year.__class__}{serial}", "{serial:0999999999d}{year}", "{year!r}{serial}", "{0}{year}{serial}", "{year:{serial}}{serial}", "{", "{year}{serial}}",
     "{serial:>9}{year}", "{serial:9_d}{year}", "甲" * 61 + "{year}{serial}", "{year}\n{serial}"],
)  # fmt: skip
def test_a_number_pattern_has_two_fields_and_a_width(pattern: str) -> None:
    with pytest.raises(ValueError, match="编号样式"):
        number_of(pattern, 2026, 1)


def test_number_patterns_that_are_meant_work() -> None:
    made = [
        number_of(p, 2026, 7) for p in ("法审〔{year}〕{serial}号", "SX{year}-{serial:04d}", "{{{year}}}-{serial:3}", "{year:d}/{serial:d}")
    ]
    assert made == ["法审〔2026〕7号", "SX2026-0007", "{2026}-  7", "2026/7"]


# ---- over HTTP -------------------------------------------------------------------------------


@pytest.fixture
def desk(address: Site) -> Iterator[Desk]:
    opened = Desk(address, address.people[Role.REVIEWER][1])
    yield opened
    opened.http.close()


def test_a_malicious_template_runs_nothing_on_the_server_and_the_packaged_one_is_offered(
    address: Site, assistant: Assistant, desk: Desk, tmp_path: Path
) -> None:
    marker, path = tmp_path / "ran", tmp_path / "恶意.docx"
    path.write_bytes(template(payload(marker)))
    with httpx.Client(base_url=str(address), headers=address.cookie(Role.ADMIN), timeout=60) as admin:
        assert admin.post("/admin/settings/opinion_template", data={"value": str(path)}).status_code == 400
    page = desk.upload(("虚构案卷.txt", BAD.encode()))
    assert page.status_code == 200
    assert assistant.settings.opinion_template is None
    assistant.settings.__dict__["opinion_template"] = path  # as the file or the environment would set it
    try:
        answer = desk.http.get(f"{page.url}/opinion.docx")
        assert not marker.exists()
        assert answer.status_code == 409 and "恶意.docx" in answer.text and "调用" in answer.text and "用随附模板导出" in answer.text
        assert "opinion_template" in template_problems(assistant.settings)[0]
        offered = re.search(r'href="([^"]+\?template=packaged)"', answer.text)
        assert offered
        packaged = desk.http.get(offered[1])
        assert packaged.status_code == 200 and docx.Document(io.BytesIO(packaged.content)).paragraphs and not marker.exists()
        with httpx.Client(base_url=str(address), headers=address.cookie(Role.ADMIN), timeout=60) as admin:
            assert "恶意.docx" in admin.get("/admin").text
    finally:
        assistant.settings.__dict__["opinion_template"] = None
