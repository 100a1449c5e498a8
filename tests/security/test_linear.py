"""Twice the input takes twice the work: whatever is made to cost, at every place that takes words or files in.

Each way in is given a text of one kind and one of twice its length. Work is measured in CPU time of this thread, the
best of a few; what more than triples fails. A quadratic pattern or loop takes four times as long, a cubic one eight.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import httpx
import pytest

from assistant.answer.followup import standalone
from assistant.answer.model.claim_check import asks_to_check, wrong_claims
from assistant.answer.service import Assistant
from assistant.config import Settings
from assistant.desk.cases.drafts import kept_numbers, make_draft, masked_case
from assistant.desk.cases.reading import case_of
from assistant.desk.chat.drafts import check_text
from assistant.desk.people.accounts import Role
from assistant.errors import RefusedInput
from assistant.law.cases.text import cut_case
from assistant.law.citation.claims import Scope, claims
from assistant.law.citation.marked_up import segments
from assistant.law.citation.read import find_citations, parse_reference
from assistant.law.penalty.penalties import parse_penalties
from assistant.law.privacy.scan import find_personal_data
from assistant.law.privacy.told_persons import find_told
from assistant.law.proof.proof import Source, prove
from assistant.law.statute.model import Article
from assistant.law.statute.parse import parse_document
from assistant.law.statute.references import references
from assistant.law.statute.repeals import repeals
from assistant.law.text import matching
from assistant.law.text.diff import agreement, diff_marks, likeness, quote_diff
from assistant.law.text.layout import Line, drop_page_furniture, join_paragraphs
from assistant.library.readers import read_file
from assistant.library.shelf.shelf import Shelf
from assistant.library.tabular import read_table
from assistant.review.report.reviewer import Reviewer
from assistant.review.text.model import DocumentKind
from assistant.review.text.reading import Dossier
from tests.security.adversarial import cell, docx_of, halves, merged_down, pdf_of, repeated, row, sheet_of, table, texts, xlsx_of
from tests.web.people import Site

Way = Callable[[str], object]
#: Below this neither length is worth telling apart from noise, and nobody waits.
_FLOOR = 0.03
_NAMES = {"旅游法": "中华人民共和国旅游法", "办法": "虚构市茶楼管理办法"}
_DAY = date(2025, 6, 1)
_PUNISHES = "违反本办法规定，由县级以上茶楼主管部门责令改正，没收违法所得，并处一万元以上三万元以下罚款。"
_CASE = (
    "一、立案审批表\n2025年3月2日立案。\n二、现场检查笔录\n检查时间：2025年3月1日。执法人员：王小明、李小红。\n三、行政处罚决定书\n"
    "当事人：虚构茶楼有限公司。经查，当事人于2025年3月1日强行兜售茶点，违反《虚构市茶楼管理办法》第四条的规定。"
    "依据《虚构市茶楼管理办法》第五条，决定罚款五百元。\n"
)
_CONTRACT = "采购合同\n甲方：虚构市文旅局\n乙方：虚构茶楼有限公司\n第一条 乙方供应茶点。\n第二条 合同总价为5000元。\n第三条 违约责任\n"
_DRAFT = "虚构市茶楼管理规定（征求意见稿）\n第一条 为了管理茶楼，根据《虚构市茶楼管理办法》，制定本规定。\n第二条 "


def _work(way: Callable[[], object]) -> float:
    """CPU seconds of this thread for one call; being refused is an answer, too."""
    begin = time.thread_time()
    with suppress(RefusedInput):
        way()
    return time.thread_time() - begin


def _tripled(once: Callable[[], object], twice: Callable[[], object], base: float = 0.0) -> str:
    """Empty where the doubled input takes at most three times as long; else both times. `base` is what any input takes."""
    long = _work(twice)
    if long < base + _FLOOR:
        return ""
    short = _work(once)
    for _ in range(3):
        if long <= 3 * short + _FLOOR:
            return ""
        short, long = max(short, _work(once)), min(long, _work(twice))  # noise only ever adds to the longer
    return f"{short * 1000:.0f} ms → {long * 1000:.0f} ms"


def _ways(assistant: Assistant) -> dict[str, tuple[Way, int]]:
    """Each place that takes a text, and the shorter length it is tried with."""
    shelf = Shelf(assistant.engine)
    reviewer = Reviewer(assistant.engine, assistant.settings)
    sources = [Source(1, "虚构市茶楼管理办法", 5, 0, _PUNISHES)]

    def verified(text: str) -> None:
        segments(text, check_text(shelf, text, _DAY).judged)

    def drafted(text: str) -> None:
        draft = make_draft(case_of(Dossier(("案.txt",), _CASE + text, "x"), shelf), "x", text, companies=True)
        masked_case(draft, kept_numbers(draft, [0]))

    def compared(text: str) -> None:
        near = _PUNISHES * 4
        quote_diff(text[:3000], near), likeness(text, near), agreement(text, near), diff_marks(text, text[1:] + "乙")

    def laid_out(text: str) -> None:
        printed = [Line(text[i : i + 30], 0.0, i // 900) for i in range(0, len(text), 30)]
        join_paragraphs(drop_page_furniture([*printed, *(Line(x, 9.0, 0) for x in text.split("\n"))]))

    def reviewed(kind: DocumentKind, lead: str) -> Way:
        return lambda text: reviewer.review_text(lead + text, kind)

    return {
        "citations": (lambda t: find_citations(t, _NAMES), 6_000),
        "question": (lambda t: parse_reference(t, _NAMES), 3_000),
        "asked": (lambda t: assistant.ask(t), 600),
        "follow-up": (lambda t: (standalone("那怎么罚", t.split("\n")), asks_to_check(t), wrong_claims(t[:4000], _PUNISHES)), 8_000),
        "verify": (verified, 5_000),
        "penalty case": (reviewed(DocumentKind.PENALTY, _CASE), 2_000),
        "contract": (reviewed(DocumentKind.CONTRACT, _CONTRACT), 3_000),
        "draft document": (reviewed(DocumentKind.NORMATIVE, _DRAFT), 3_000),
        "statute": (lambda t: parse_document("# 虚构市茶楼办法\n\n第一条 甲。\n\n" + t), 20_000),
        "plain text": (lambda t: parse_document(t, "虚构(2020-01-01)"), 20_000),
        "penalties": (lambda t: parse_penalties.__wrapped__(Article(5, 0, _PUNISHES + t, 1)), 3_000),
        "claims": (lambda t: claims(t, Scope.PERIODS_TOO), 10_000),
        "proof": (lambda t: prove(f"违反规定的，{t[:1800]}，处一万元以上三万元以下罚款[1]。", sources, question=t[:500]), 900),
        "personal data": (lambda t: find_personal_data(t, True), 4_000),
        "told persons": (find_told, 4_000),
        "case": (drafted, 2_000),
        "published case": (lambda t: cut_case(t), 10_000),
        "links": (lambda t: (references(t, 3), repeals(parse_document(f"# 办法\n\n第一条 甲。\n\n第二条 乙{t}"))), 10_000),
        "comparison": (compared, 2_000),
        "printed lines": (laid_out, 20_000),
    }


@pytest.fixture(scope="module")
def ways(assistant: Assistant) -> dict[str, tuple[Way, int]]:
    return _ways(assistant)


@pytest.fixture(autouse=True)
def _no_collection() -> Iterator[None]:
    """The collector runs when it will: between the measurements, not in one of them."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize(
    "name",
    [
        *("citations", "question", "asked", "follow-up", "verify", "penalty case", "contract", "draft document", "statute", "plain text"),
        *(
            "penalties",
            "claims",
            "proof",
            "personal data",
            "told persons",
            "case",
            "published case",
            "links",
            "comparison",
            "printed lines",
        ),
    ],
)
def test_twice_the_text_is_twice_the_work(ways: dict[str, tuple[Way, int]], name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "_STEPS_AT_LEAST", 50_000)  # the share of the length shows sooner
    way, length = ways[name]
    ordinary = "茶楼不得向来客强行兜售茶点。" * 8
    base = min(_work(lambda: way(ordinary)) for _ in range(3))  # the first time reads what is kept
    wrong = {}
    for kind, make in texts().items():
        short, long = make(length), make(2 * length)
        if told := _tripled(lambda s=short: way(s), lambda t=long: way(t), base):
            wrong[kind] = told
    assert not wrong


def _files(folder: Path) -> dict[str, Callable[[int], Path]]:
    """Name → a file of any size that once took the square of it."""

    def plain(name: str, make: Callable[[int], str]) -> Callable[[int], Path]:
        def written(count: int) -> Path:
            path = folder / f"{count}{name}"
            path.write_text(make(count), encoding="utf-8")
            return path

        return written

    def word(make: Callable[[int], str]) -> Callable[[int], Path]:
        return lambda count: docx_of(folder / f"{count}.docx", make(count // 40))

    units = ("<a ", "<", "<!--", "<!", "</", "<p>", "<div>", "&", '<a b="', "<a b='\">", "<script>", "<a =", "</script", "&#1")
    made = {f"html {unit}": plain(".html", lambda n, u=unit: repeated(u, 20 * n)) for unit in units}
    made["html then quotes"] = plain(".html", lambda n: halves('<a b="', "'", 20 * n))
    made |= {f"txt {unit!r}": plain(".txt", lambda n, u=unit: repeated(u, 5 * n)) for unit in ("\n", "甲", "\r", "甲\n")}
    made["docx merged down"] = word(merged_down)
    made["docx wide"] = word(lambda n: table(row(cell() * 50) * (n // 25)))
    made["docx paragraphs"] = word(lambda n: "<w:p><w:r><w:t>甲</w:t></w:r></w:p>" * (4 * n))
    made["docx one paragraph"] = word(lambda n: f"<w:p>{'<w:r><w:t>甲</w:t><w:br/></w:r>' * (4 * n)}</w:p>")
    begun, apart = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
        '<w:r><w:instrText>PAGE</w:instrText><w:fldChar w:fldCharType="separate"/></w:r>',
    )
    made["docx fields"] = word(lambda n: f"<w:p>{begun}{apart * (4 * n)}</w:p>")
    made["pdf pieces"] = lambda n: pdf_of(folder / f"{n}.pdf", b"BT /A 9 Tf " + b"(a) Tj 1 1 Td " * (n // 4) + b"ET")
    made["pdf pages"] = lambda n: pdf_of(folder / f"{n}p.pdf", b"BT /A 9 Tf (a) Tj ET", n // 200)
    return made


def test_twice_the_file_is_twice_the_work(tmp_path: Path, settings: Settings) -> None:
    wrong = {}
    for kind, make in _files(tmp_path).items():
        short, long = make(10_000), make(20_000)
        if told := _tripled(lambda s=short: read_file(s, settings), lambda f=long: read_file(f, settings)):
            wrong[kind] = told
    assert not wrong


def test_twice_the_table_is_twice_the_work(tmp_path: Path, settings: Settings) -> None:
    cells = "".join(f'<c t="inlineStr"><is><t>{word}</t></is></c>' for word in ("法律文件", "条文"))

    def sheet(count: int) -> Path:
        merged = "".join(f'<mergeCell ref="A{2 * i}:A{2 * i + 1}"/>' for i in range(1, count // 4))
        return xlsx_of(tmp_path / f"{count}.xlsx", sheet_of(f"<row>{cells}</row>" * count, f"<mergeCells>{merged}</mergeCells>"))

    def words(count: int) -> Path:
        path = tmp_path / f"{count}.csv"
        path.write_text("法律文件,条文\n" + '"甲""",乙\n' * count, encoding="utf-8")
        return path

    def word(count: int) -> Path:
        return docx_of(tmp_path / f"{count}.docx", table(row(cell("法律文件"), cell("条文"))) + merged_down(count // 4))

    def read(path: Path) -> object:
        return read_table(path, settings, ("法律文件", "条文"))

    for make in (sheet, words, word):
        short, long = make(2_000), make(4_000)
        assert not _tripled(lambda s=short: read(s), lambda f=long: read(f))


def test_the_worst_documents_leave_the_pages_to_others(address: Site, tmp_path: Path) -> None:
    """Everything at once from one signed-in person; a stranger's page is answered while it is worked on."""
    bomb = docx_of(tmp_path / "宽.docx", table(row(cell(inside='<w:gridSpan w:val="1000000"/>')))).read_bytes()
    posts = [
        ("/staff/reviews/new", "contract", "合同.txt", (_CONTRACT + "1" * 25_000).encode()),
        ("/staff/reviews/new", "penalty", "案卷.txt", (_CASE + "《旅游法》第三十五条" * 500).encode()),
        ("/staff/reviews/new", "normative", "草案.html", (_DRAFT + "<a " * 200_000).encode()),
        ("/staff/reviews/new", "contract", "宽.docx", bomb),
        ("/staff/cases/new", "", "案例.txt", (_CASE + "该条第一款" * 4_000).encode()),
    ]
    statuses: list[int] = []

    def send(path: str, kind: str, name: str, data: bytes) -> None:
        with httpx.Client(base_url=str(address), headers=address.cookie(Role.REVIEWER), follow_redirects=True, timeout=100) as client:
            statuses.append(client.post(path, data={"kind": kind, "as_of": ""}, files={"files": (name, data)}).status_code)

    senders = [threading.Thread(target=send, args=post, daemon=True) for post in posts]
    for sender in senders:
        sender.start()
    answered = 0
    with httpx.Client(base_url=str(address), timeout=20) as stranger:
        while any(sender.is_alive() for sender in senders) or not answered:
            assert stranger.get("/login").status_code == 200
            answered += 1
            time.sleep(0.2)
    assert len(statuses) == len(posts) and all(status < 500 for status in statuses), statuses
