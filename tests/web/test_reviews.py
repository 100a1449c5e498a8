"""The review pages over HTTP: permissions, uploads and their limits, words, facts, conclusion, downloads."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

import docx as word
import httpx
import pytest

from assistant.answer.service import Assistant
from assistant.config import Settings
from assistant.desk.people.accounts import Role
from assistant.web.edge.access import COOKIE
from tests.desk.reviews.test_reviews import BAD
from tests.invented import docx, pdf, zip_bomb
from tests.web.people import Site, signed_in


class Desk:
    """A client at the desk as one person."""

    def __init__(self, site: Site, token: str = "") -> None:
        self.http = httpx.Client(base_url=str(site), cookies={COOKIE: token} if token else {}, follow_redirects=True, timeout=120)

    def upload(self, *files: tuple[str, bytes], kind: str = "penalty", as_of: str = "") -> httpx.Response:
        """Post the form and follow until the reading is over."""
        answer = self.http.post(
            "/staff/reviews/new", data={"kind": kind, "as_of": as_of}, files=[("files", (name, data)) for name, data in files]
        )
        while "/work/" in str(answer.url) and 'data-over="1"' not in answer.text:
            time.sleep(0.2)
            answer = self.http.get(str(answer.url))
        return answer

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.http.post(path, data=fields)


@pytest.fixture
def desk(address: Site) -> Iterator[Desk]:
    opened = Desk(address, address.people[Role.REVIEWER][1])
    yield opened
    opened.http.close()


def finding(page: str, title: str) -> str:
    """The number of the finding of a title."""
    match = re.search(rf'id="f(\d+)"(?:(?!</article>).)*?<h4[^>]*>{re.escape(title)}', page, re.DOTALL)
    assert match, title
    return match[1]


def test_a_document_is_uploaded_and_its_review_opens(address: Site, assistant: Assistant) -> None:
    desk = Desk(address, signed_in(assistant.engine, assistant.settings, Role.REVIEWER, "reviews-first", section="执法队")[1])
    page = desk.upload(("虚构案卷.txt", BAD.encode()))
    assert page.status_code == 200 and re.search(r"/staff/reviews/[0-9a-f]{32}$", str(page.url))
    assert "Correctable" not in page.text and "条未读" not in page.text, "the count of notifications in the header is its own"
    assert 'id="unread-key"' in page.text
    for words in ("只有一名执法人员", "金额前后不一致", "看原文", "读出的事实", "青屏县响泉歌舞娱乐有限公司", "审查中"):
        assert words in page.text
    marked = re.findall(r'<a class="mark (\w+)" href="#f(\d+)"', page.text)
    assert marked and all(f'id="f{number}"' in page.text for _, number in marked)
    assert all(f'id="{target}"' in page.text for target in re.findall(r'class="to-text" href="#(m\d+)"', page.text))
    listed = desk.http.get("/staff/reviews?kind=penalty&state=open")
    assert "虚构案卷.txt" in listed.text and str(page.url).rsplit("/", 1)[1] in listed.text
    assert "虚构案卷.txt" not in desk.http.get("/staff/reviews?kind=contract").text
    assert "虚构案卷.txt" not in desk.http.get("/staff/reviews?month=1999-01").text


def test_several_files_and_a_zip_are_one_review(desk: Desk) -> None:
    half = BAD.index("第六部分")
    both = desk.upload(("1.txt", BAD[:half].encode()), ("2.txt", BAD[half:].encode()))
    assert "1.txt、2.txt" in both.text and "只有一名执法人员" in both.text
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", BAD[:half])
        archive.writestr("b.txt", BAD[half:])
    assert "a.txt、b.txt" in desk.upload(("案卷.zip", packed.getvalue())).text


def test_what_is_typed_into_a_document_is_shown_and_not_run(desk: Desk) -> None:
    hostile = BAD.replace("值班经理卓某", "值班经理<script>window.hacked=1</script>").replace("当事人：青屏县", "当事人：青屏县<b>")
    page = desk.upload(("<img src=x>.txt", hostile.encode()))
    assert "<script>window.hacked" not in page.text and "&lt;script&gt;window.hacked" in page.text
    assert "<img src=x" not in page.text


def test_numbers_of_identity_cards_are_masked_on_the_page_and_in_what_goes_out(desk: Desk) -> None:
    number = "330000198506010019"
    page = desk.upload(("案卷.txt", BAD.replace("统一社会信用代码：91330000MA0000000X", f"身份证号：{number}").encode()))
    out = desk.http.get(f"{page.url}/review.json").text
    assert number not in page.text and number not in out and "330***" in page.text


def _bad(folder: Path) -> dict[str, tuple[str, bytes]]:
    macro = docx(folder / "宏.docx", ["虚构"])
    with ZipFile(macro, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    return {
        "宏": ("宏.docx", macro.read_bytes()),
        "加密": ("密.pdf", pdf(folder / "密.pdf", "x").read_bytes()),
        "压缩炸弹": ("弹.docx", zip_bomb(folder / "弹.docx", 210).read_bytes()),
        "文字太少": ("短.txt", "虚构".encode()),
        "损坏": ("坏.zip", b"PK\x03\x04xxxx"),
        "不支持": ("表.xyz", b"MZ"),
        "上限 50 MB": ("大.txt", b"0" * (51 * 1024 * 1024)),
    }


@pytest.mark.parametrize("reason", ["宏", "加密", "压缩炸弹", "文字太少", "损坏", "不支持", "上限 50 MB"])
def test_bad_input_is_refused_as_on_the_command_line(desk: Desk, tmp_path: Path, reason: str) -> None:
    name, data = _bad(tmp_path)[reason]
    before = desk.http.get("/staff/reviews").text
    page = desk.upload((name, data))
    problem = re.search(r'role="alert">([^<]*)<', page.text)
    assert problem and reason in problem[1] and "/tmp" not in problem[1] and "inbox-" not in problem[1]
    assert page.status_code == 400
    assert re.findall(r"共 (\d+) 份", desk.http.get("/staff/reviews").text) == re.findall(r"共 (\d+) 份", before)


def test_forms_that_miss_something_are_refused(desk: Desk) -> None:
    assert "没有选择文件" in desk.http.post("/staff/reviews/new", data={"kind": "penalty"}).text
    assert "请选择行政处罚案卷" in desk.upload(("a.txt", BAD.encode()), kind="else").text
    assert "不是日期" in desk.upload(("a.txt", BAD.encode()), as_of="昨天").text


def test_an_upload_beyond_all_files_of_a_review_is_not_kept(desk: Desk, settings: Settings) -> None:
    boundary = "x"
    length = settings.max_unpacked_mb * 1024 * 1024 + 1

    def body() -> Iterator[bytes]:
        sent = 0
        while sent < length:
            piece = b"0" * min(1 << 20, length - sent)
            sent += len(piece)
            yield piece

    headers = {"content-type": f"multipart/form-data; boundary={boundary}", "content-length": str(length)}
    page = desk.http.post("/staff/reviews/new", content=body(), headers=headers)
    assert page.status_code == 400 and "合计超过上限 200 MB" in page.text


def test_words_facts_conclusion_and_downloads(desk: Desk) -> None:
    page = desk.upload(("虚构案卷.txt", BAD.encode()))
    at = str(page.url)
    one = finding(page.text, "只有一名执法人员调查、检查、询问")
    refused = desk.post(f"{at}/findings/{one}", act="reject", reason=" ")
    assert refused.status_code == 400 and "驳回理由：不能为空" in refused.text
    page = desk.post(f"{at}/findings/{one}", act="reject", reason="另有<笔录>")
    assert page.status_code == 200 and "另有&lt;笔录&gt;" in page.text and str(page.url).startswith(at)
    two = finding(page.text, "金额前后不一致")
    page = desk.post(f"{at}/findings/{two}", act="edit", severity="提示", explain="大写误写", suggest="改正大写")
    assert "大写误写" in page.text and "规则原来的文字" in page.text
    assert "撤销" in desk.post(f"{at}/findings/{two}", act="undo").text
    page = desk.post(f"{at}/facts", key="立案日期", value="2024-11-01")
    assert ("已更正" in page.text and "超过九十日" in page.text.replace("90日", "九十日").replace("90 日", "九十日")) or "over" in page.text
    assert "另有&lt;笔录&gt;" in page.text
    bad = desk.post(f"{at}/facts", key="立案日期", value="早春")
    assert bad.status_code == 400 and "不是日期" in bad.text
    assert desk.post(f"{at}/facts", key="天气", value="晴").status_code == 400
    own = {"title": "虚构的补充", "severity": "一般", "question": "程序", "explain": "补充说明", "quote": "卓某签收", "start": "10"}
    lost = desk.post(f"{at}/findings", **own, basis="《没有这部虚构办法》第一条")
    assert lost.status_code == 400 and "库里没有" in lost.text and 'value="虚构的补充"' in lost.text
    page = desk.post(f"{at}/findings", **own, basis="《虚构市茶楼管理办法》第四条")
    assert "虚构的补充" in page.text and "《虚构市茶楼管理办法》第四条" in page.text
    early = desk.post(f"{at}/conclude", conclusion="不合法")
    assert early.status_code == 400 and "没有处理" in early.text
    desk.post(f"{at}/accept-rest")
    page = desk.post(f"{at}/conclude", conclusion="修改后合法", remark="补正后作出")
    number = f"法审〔{datetime.now().year}〕"
    assert page.status_code == 200 and number in page.text and "补正后作出" in page.text
    assert desk.post(f"{at}/findings/{one}", act="undo").status_code == 409
    opinion = desk.http.get(f"{at}/opinion.docx")
    assert "合法性审查意见书（虚构案卷）.docx" in unquote(opinion.headers["content-disposition"])
    text = "\n".join(p.text for p in word.Document(io.BytesIO(opinion.content)).paragraphs)
    assert number in text and "修改后合法" in text and "虚构的补充" in text and "只有一名" not in text
    data = json.loads(desk.http.get(f"{at}/review.json").text)
    assert data["conclusion"] == "修改后合法" and {f["word"] for f in data["findings"]} >= {"rejected", "accepted", "added"}
    desk.post(f"{at}/reopen")
    assert "审查中" in desk.http.get(at).text


def test_an_article_opens_in_its_whole_statute(desk: Desk) -> None:
    page = desk.http.get("/staff/reviews/statute", params={"address": "《虚构市茶楼管理办法》第四条", "day": "2020-01-01"})
    assert page.status_code == 200 and 'class="article hit"' in page.text and "今天的状态是" in page.text
    assert desk.http.get("/staff/reviews/statute", params={"address": "《没有》第一条"}).status_code == 404
    assert desk.http.get("/staff/reviews/statute", params={"address": "《虚构市茶楼管理办法》", "day": "x"}).status_code == 404


def test_counsel_and_the_public_open_nothing_other_sections_find_nothing(address: Site, desk: Desk, assistant: Any) -> None:
    at = str(desk.upload(("案卷.txt", BAD.encode())).url)
    paths = ("", "/opinion.docx", "/review.json")
    counsel, nobody = Desk(address, address.people[Role.COUNSEL][1]), Desk(address)
    _, token = signed_in(assistant.engine, assistant.settings, Role.REVIEWER, "elsewhere", "别的科室")
    other = Desk(address, token)
    for path in paths:
        assert counsel.http.get(at + path).status_code == 403
        assert nobody.http.get(at + path, headers={"accept": "*/*"}).status_code == 401
        assert other.http.get(at + path).status_code == 404
    for person, status in ((counsel, 403), (nobody, 401), (other, 404)):
        assert person.post(f"{at}/facts", key="立案日期", value="2025-01-01").status_code == status
        assert person.post(f"{at}/accept-rest").status_code == status
    assert counsel.http.get("/staff/reviews").status_code == 403 and counsel.http.get("/staff/reviews/new").status_code == 403
    assert at.rsplit("/", 1)[1] not in other.http.get("/staff/reviews").text
    for role in (Role.STAFF, Role.ADMIN):
        assert Desk(address, address.people[role][1]).http.get(at).status_code == 200
    staff = Desk(address, address.people[Role.STAFF][1])
    assert "作出结论</button>" not in staff.http.get(at).text
    assert "由法制审核员作出" in staff.post(f"{at}/conclude", conclusion="合法").text
    stolen = staff.http.post(f"{at}/accept-rest", headers={"origin": "https://elsewhere.example"})
    assert stolen.status_code == 403


def test_uploads_leave_no_file_behind(desk: Desk, settings: Settings) -> None:
    page = desk.upload(("虚构案卷.txt", BAD.encode()))
    assert page.status_code == 200
    assert not [f for f in settings.home.rglob("*") if "虚构案卷" in f.name or f.name.startswith("inbox-")]
    assert desk.http.get("/static/../虚构案卷.txt").status_code in {403, 404}


def test_a_review_goes_to_the_law_firm_with_one_click(desk: Desk) -> None:
    page = desk.upload(("虚构案卷.txt", BAD.encode()))
    address = f"/staff/matters/new?review={str(page.url).rsplit('/', 1)[1]}"
    assert f'href="{address}"' in page.text
    form = desk.http.get(address)
    assert form.status_code == 200 and "只有一名执法人员" in form.text
