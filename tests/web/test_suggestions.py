"""Suggestions at the question box in real headless Chromium: keys, press, IME, and nothing where nothing is like it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.desk.people.accounts import Role
from tests.web.people import Site
from tests.web.test_browser import Desk
from tests.web.test_server import get

LIST = "#suggestion-list [role=option]"


@pytest.fixture
def desk(browser: Any, address: Site) -> Iterator[Desk]:
    opened = Desk(browser, address, 1366, 768)
    yield opened
    assert not opened.complaints
    opened.context.close()


def test_the_route_gives_questions_of_the_bank(address: Site) -> None:
    status, headers, body = get(address, "/staff/suggest?q=%E8%8C%B6%E6%A5%BC")
    assert status == 200 and headers["cache-control"] == "no-store" and "茶楼几点打烊" in json.loads(body)
    assert json.loads(get(address, "/staff/suggest?q=%E8%8C%B6")[2]) == []


def test_keys_choose_a_question_and_fill_it_in_without_asking(desk: Desk) -> None:
    page = desk.page
    page.focus("#question textarea")
    page.keyboard.type("茶")
    page.wait_for_timeout(500)
    assert page.locator(LIST).count() == 0
    page.keyboard.type("楼")
    page.wait_for_selector(LIST)
    first = page.locator(LIST).first
    box, field = first.bounding_box(), page.locator("#question textarea").bounding_box()
    assert box and field and box["y"] + box["height"] <= field["y"] + 1
    page.keyboard.press("ArrowDown")
    assert first.get_attribute("aria-selected") == "true"
    assert page.get_attribute("#question textarea", "aria-activedescendant") == first.get_attribute("id")
    wanted = first.inner_text()
    page.keyboard.press("Enter")
    assert page.input_value("#question textarea") == wanted
    assert page.locator(LIST).count() == 0 and page.locator(".turn").count() == 0
    page.keyboard.press("Enter")
    page.wait_for_selector(".feedback")
    assert page.locator(".turn.question .said").inner_text() == wanted


def test_a_press_fills_in_and_escape_closes(desk: Desk) -> None:
    page = desk.page
    page.focus("#question textarea")
    page.keyboard.type("茶楼公示")
    page.wait_for_selector(LIST)
    page.keyboard.press("Escape")
    assert page.locator(LIST).count() == 0 and page.input_value("#question textarea") == "茶楼公示"
    page.keyboard.type("价格")
    page.click(f"{LIST} >> text=公示茶水价格")
    assert page.input_value("#question textarea") == "茶楼要不要公示茶水价格<b>"
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.fill("#question textarea", "")
    page.keyboard.type("zzzz")
    page.wait_for_timeout(600)
    assert page.locator(LIST).count() == 0


def test_letters_of_an_input_method_ask_for_nothing(desk: Desk) -> None:
    page = desk.page
    page.focus("#question textarea")
    session = desk.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "chalou", "selectionStart": 6, "selectionEnd": 6})
    page.wait_for_timeout(500)
    assert not [u for u in desk.requested if "/staff/suggest" in u]
    session.send("Input.insertText", {"text": "茶楼"})
    page.wait_for_selector(LIST)


def test_the_day_is_asked_for_in_chinese_whatever_the_browser_speaks(browser: Any, address: Site) -> None:
    context = browser.new_context(locale="en-US")
    context.add_cookies([address.browser_cookie(Role.STAFF)])
    page = context.new_page()
    page.goto(f"{address}/staff")
    page.wait_for_selector(".empty")
    field = page.locator("#as-of input")
    assert field.get_attribute("type") == "text" and "空为今天" in (field.get_attribute("placeholder") or "")
    context.close()
