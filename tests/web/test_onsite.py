"""以案释法 over a real server: three taps, one sentence, the card and its ways out."""

from __future__ import annotations

import gzip
import io
import re
import urllib.parse
import urllib.request
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader

from assistant.desk.cards.leaflets import chinese_fonts
from assistant.desk.people.accounts import Role
from tests.desk.cards.test_cards import TITLE
from tests.web.axe import check
from tests.web.card_site import HOSTILE_TITLE, CardSite

PHONE = {"width": 390, "height": 844}
WAIT = 60_000  # a bound against hanging, not a measurement


@pytest.fixture
def phone(browser: Any, card_site: CardSite) -> Any:
    """A page of a signed-in officer's phone that remembers what went wrong and what was asked of other hosts."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN", service_workers="block")
    context.add_cookies([card_site.address.browser_cookie(Role.STAFF)])
    page = context.new_page()
    page.set_default_timeout(WAIT)
    wrong: list[str] = []
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.on("request", lambda r: wrong.append(r.url) if not r.url.startswith((card_site.address, "data:")) else None)
    yield page
    assert not wrong
    context.close()


def test_strangers_and_counsel_stay_outside(card_site: CardSite) -> None:
    card = card_site.card()
    for path in (
        "/onsite",
        "/onsite/fields/茶楼",
        f"/onsite/cards/{card}",
        f"/onsite/cards/{card}/leaflet.docx",
        "/onsite/find?q=茶楼",
        "/onsite/worker.js",
    ):
        assert card_site.get(path)[0] == 401, path
        assert card_site.get(path, Role.COUNSEL)[0] == 403, path
        assert card_site.get(path, Role.REVIEWER)[0] == 200, path


def test_three_taps_from_the_desk_to_the_card(phone: Any, card_site: CardSite) -> None:
    phone.goto(f"{card_site.address}/onsite")
    phone.click("text=茶楼")
    phone.click(".acts a >> nth=0")
    assert "接纳不满十岁的茶客" in phone.locator("h1").inner_text()
    headings = phone.locator("h2").all_inner_texts()
    assert headings[:3] == ["三句话说清楚", "法律要求怎么做", "会有什么后果"] and "您的权利" in headings
    row = phone.locator(".tiers tbody tr >> nth=0").inner_text()
    assert "没收违法所得" in row and "1万元到3万元" in row
    assert phone.locator(".say li").count() == 3 and phone.locator(".say .cite").count() == 3
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.click("text=大字给当事人看")
    assert phone.evaluate("parseFloat(getComputedStyle(document.querySelector('.say li')).fontSize)") >= 24
    phone.click("text=退出大字")
    phone.wait_for_selector("text=您的权利")


def test_one_sentence_leads_to_the_card_and_its_markup_is_text(phone: Any, card_site: CardSite) -> None:
    phone.goto(f"{card_site.address}/onsite")
    phone.fill("#q", "茶楼半夜十二点还让<img src=x onerror='window.hacked=1'>九岁小孩喝茶，怎么处罚")
    phone.keyboard.press("Enter")
    phone.wait_for_selector(".acts a")
    assert "接纳不满十岁的茶客" in phone.locator(".acts a >> nth=0").inner_text()
    assert "<img" in phone.locator("h1").inner_text() and phone.evaluate("window.hacked") is None
    phone.goto(f"{card_site.address}/onsite/find?q=画舫能载几个人")
    assert HOSTILE_TITLE in phone.locator("main").inner_text() and phone.locator("main img").count() == 0
    assert phone.evaluate("window.hacked") is None


def test_nothing_asked_nothing_found_and_too_long_are_told(card_site: CardSite) -> None:
    status, _, body = card_site.get("/onsite/find?q=", Role.STAFF)
    assert status == 400 and "还没有写" in body.decode()
    assert card_site.get("/onsite/find?q=" + "问" * 2001, Role.STAFF)[0] == 400
    for path in (
        "/onsite/fields/没有的领域",
        "/onsite/cards/none",
        "/onsite/cards/00000000-1-1/leaflet.docx",
        f"/onsite/cards/{card_site.card()}/leaflet.exe",
    ):
        assert card_site.get(path, Role.STAFF)[0] == 404, path


def test_voice_is_offered_only_where_the_browser_hears(phone: Any, card_site: CardSite) -> None:
    phone.add_init_script("delete window.SpeechRecognition; delete window.webkitSpeechRecognition;")
    phone.goto(f"{card_site.address}/onsite")
    assert not phone.locator("[data-js=voice]").is_visible()


def test_voice_fills_the_sentence_and_asks(phone: Any, card_site: CardSite) -> None:
    phone.add_init_script(
        "window.SpeechRecognition = class { start() { this.onstart(); setTimeout(() => { this.onresult({results: [[{transcript: '茶楼不挂价目木牌怎么罚？'}]]}); this.onend(); }, 20); } };"
    )
    phone.goto(f"{card_site.address}/onsite")
    phone.click("[data-js=voice]")
    phone.wait_for_url("**/onsite/find?q=*")
    assert urllib.parse.unquote(phone.url).endswith("q=茶楼不挂价目木牌怎么罚")


def test_leaflets_and_code_lead_to_the_public_card(card_site: CardSite) -> None:
    card = card_site.card()
    status, headers, body = card_site.get(f"/onsite/cards/{card}/leaflet.docx", Role.STAFF)
    assert status == 200 and "attachment" in headers["content-disposition"]
    text = "\n".join(p.text for p in Document(io.BytesIO(body)).paragraphs)
    assert f"https://wenlv.example/public/cards/{card}" in text and TITLE in text
    page = card_site.get(f"/onsite/cards/{card}", Role.STAFF)[2].decode()
    assert f'href="https://wenlv.example/public/cards/{card}"' in page and '<svg viewBox="0 0 ' in page
    status, headers, body = card_site.get(f"/onsite/cards/{card}/leaflet.pdf", Role.STAFF)
    if not chinese_fonts(str(card_site.assistant.settings.home / "fonts")):
        assert status == 503 and "Word" in body.decode()
        return
    assert status == 200 and headers["content-type"] == "application/pdf"
    assert TITLE in re.sub(r"\s", "", "".join(p.extract_text() for p in PdfReader(io.BytesIO(body)).pages))


def test_a_card_with_all_it_needs_is_small(phone: Any, card_site: CardSite) -> None:
    sizes: dict[str, int] = {}
    phone.on("response", lambda r: sizes.__setitem__(r.url, len(r.body())))
    phone.goto(f"{card_site.address}/onsite/cards/{card_site.card()}", wait_until="networkidle")
    assert len(sizes) >= 4 and sum(sizes.values()) < 60_000, sizes


def test_pages_go_compressed_to_a_browser_that_takes_it(card_site: CardSite) -> None:
    request = urllib.request.Request(card_site.address + f"/public/cards/{card_site.card()}", headers={"Accept-Encoding": "gzip"})
    _, headers, body = card_site.send(request)
    assert headers["content-encoding"] == "gzip" and "接纳不满十岁的茶客" in gzip.decompress(body).decode()


def test_pages_hold_no_script_or_style_of_their_own(card_site: CardSite) -> None:
    card = card_site.card()
    for path in (
        "/onsite",
        "/onsite/fields/茶楼",
        f"/onsite/cards/{card}",
        f"/onsite/cards/{card}?big=1",
        "/public",
        f"/public/cards/{card}",
        "/",
    ):
        page = card_site.get(path, Role.STAFF)[2].decode()
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=", page), path
        assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//(?!wenlv\.example|127)", page), path


@pytest.mark.parametrize(
    "path",
    [
        "/onsite",
        "/onsite/fields/茶楼",
        "/onsite/cards/{card}",
        "/onsite/cards/{card}?big=1",
        "/onsite/find?q=茶楼不挂价目木牌怎么罚",
        "/onsite/offline",
        "/",
    ],
)
def test_accessible(browser: Any, card_site: CardSite, path: str) -> None:
    check(browser, card_site.address + path.replace("{card}", card_site.card()), cookies=[card_site.address.browser_cookie(Role.STAFF)])


def test_opened_cards_open_without_network_and_say_so(browser: Any, card_site: CardSite) -> None:
    context = browser.new_context(viewport=PHONE, locale="zh-CN")
    context.add_cookies([card_site.address.browser_cookie(Role.STAFF)])
    page = context.new_page()
    page.set_default_timeout(WAIT)
    card = f"{card_site.address}/onsite/cards/{card_site.card()}"
    page.goto(f"{card_site.address}/onsite")
    page.evaluate("navigator.serviceWorker.ready.then(r => r.active.state)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.goto(card)
    assert not page.locator(".offline-note").is_visible()
    page.wait_for_function(f"caches.match('/onsite/cards/{card_site.card()}').then(r => !!r)")
    context.set_offline(True)
    page.goto(card)
    assert "接纳不满十岁的茶客" in page.locator("h1").inner_text()
    assert page.locator(".offline-note").is_visible() and "现行文本" in page.locator(".stamp").inner_text()
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).borderRadius") == "8px", "its style is kept, too"
    page.goto(card + "?big=1")
    assert page.locator(".say li").count() == 3
    page.goto(f"{card_site.address}/onsite")
    assert "以案释法" in page.locator("h1").inner_text()
    page.goto(f"{card_site.address}/onsite/cards/00000000-1-1")
    assert "还没有打开过" in page.locator("h1").inner_text()
    context.set_offline(False)
    page.goto(card)
    assert not page.locator(".offline-note").is_visible()
    context.close()
