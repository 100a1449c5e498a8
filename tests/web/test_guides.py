"""Guides and like cases on the public desk: open to everyone, nothing internal, usable on a phone and a kiosk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from assistant.answer.service import Assistant
from assistant.desk.cases import cases
from assistant.law.cases.model import Case, CaseBasis, CaseKind
from assistant.law.statute.model import Visibility
from assistant.search.vectors.embed import static_embedder
from tests.web import axe
from tests.web.people import Site

LAW = "虚构市茶楼管理办法"


@pytest.fixture
def visitor(address: Site) -> Any:
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture
def like(assistant: Assistant) -> Iterator[None]:
    """A public teaching case and an internal one on the same article, for the length of a test."""
    ids = []
    for title, seen in (("茶楼强卖茶点<i>教学案", Visibility.PUBLIC), ("茶楼强卖茶点内部案", Visibility.INTERNAL)):
        made = Case(
            key=f"test:{title}{uuid4()}", title=title, kind=CaseKind.TEACHING, facts="茶楼伙计强行兜售茶点，客人投诉。", decision="罚款三百元。",
            findings="强行兜售不允许。", act="强行兜售茶点", basis=(CaseBasis(LAW, 5),), source="自编", visibility=seen,
        )  # fmt: skip
        ids.append(cases.keep(assistant.engine, static_embedder(), made, title, "test")[0])
    yield
    for number in ids:
        cases.remove(assistant.engine, number, "test")


def test_guides_are_listed_found_and_shown(visitor: Any) -> None:
    assert "怎样办网吧" in visitor.get("/public/guides").text
    found = visitor.get("/public/guides", params={"words": "旅游投诉"}).text
    assert "旅游投诉怎样提" in found and "怎样办网吧" not in found
    shown = visitor.get("/public/guides/旅游投诉")
    assert shown.status_code == 200 and "示例" in shown.text and "不满意怎么办" in shown.text
    assert visitor.get("/public/guides/没有").status_code == 404
    assert visitor.get("/public/guides", params={"words": "<script>x"}).text.count("<script>x") == 0


def test_a_question_how_to_apply_leads_to_its_guide(visitor: Any) -> None:
    answer = visitor.post("/public/ask", data={"question": "我想开书店，怎么办出版物经营许可证"})
    assert answer.status_code == 200 and "/public/guides/%E4%B9%A6%E5%BA%97%E9%9B%B6%E5%94%AE" in answer.text


def test_a_kiosk_stays_a_kiosk(visitor: Any) -> None:
    page = visitor.get("/public/guides", params={"kiosk": "1"}).text
    assert "?kiosk=1" in page and 'name="kiosk"' in page


@pytest.mark.usefixtures("like")
def test_a_visitor_is_told_public_cases_only(visitor: Any) -> None:
    answer = visitor.post("/public/ask", data={"question": "茶楼强行兜售茶点罚多少"}).text
    assert "茶楼强卖茶点&lt;i&gt;教学案" in answer and "情节虚构" in answer and "内部案" not in answer


@pytest.mark.usefixtures("like")
def test_staff_see_both_with_links_to_the_whole(assistant: Assistant) -> None:
    from assistant.web.staff.transcript import answer_parts

    answer = assistant.ask("茶楼强行兜售茶点罚多少")
    html = "".join(answer_parts(answer, 1))
    assert len(answer.cases) == 2 and html.count('href="/staff/cases/') == 2 and "<i>" not in html


def test_pages_are_accessible(browser: Any, address: Site) -> None:
    for path in ("/public/guides", "/public/guides/网吧设立"):
        axe.check(browser, f"{address}{path}")
