"""公众咨询 over a real server: ask without signing in, leave a question, look it up; held back where it is too much."""

from __future__ import annotations

import http.client
import re
from pathlib import Path
from typing import Any

import pytest

from assistant.config import load_settings
from assistant.desk.people.accounts import Role
from assistant.desk.public.rate_limits import RateLimits
from assistant.web.public.guard import MOST_BYTES
from tests.desk.cards.test_cards import TITLE
from tests.web.axe import check, violations
from tests.web.card_site import HOSTILE_TITLE, CardSite, guard_of

WAIT = 60_000  # a bound against hanging, not a measurement
QUESTION = f"按照《{TITLE}》第三条，夜里接纳不满十岁的茶客怎么处罚"
REACH = {"contact": "0579-8765 4321", "consent": "yes"}


@pytest.fixture
def visitor(browser: Any, card_site: CardSite) -> Any:
    """A stranger's page that remembers what went wrong and what was asked of other hosts."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", service_workers="block")
    page = context.new_page()
    page.set_default_timeout(WAIT)
    wrong: list[str] = []
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" and "status of 4" not in m.text else None)
    page.on("request", lambda r: wrong.append(r.url) if not r.url.startswith((card_site.address, "data:")) else None)
    yield page
    assert not wrong
    context.close()


def left(site: CardSite, question: str) -> tuple[str, str]:
    """Leave a question and return its number and code."""
    status, _, body = site.post("/public/leave", REACH | {"question": question})
    assert status == 200
    page = body.decode()
    number, code = re.search(r"data-number>([^<]+)<", page), re.search(r"data-code>([^<]+)<", page)
    assert number and code
    return number[1], code[1]


def test_answer_is_plain_first_then_the_articles(visitor: Any, card_site: CardSite) -> None:
    visitor.goto(f"{card_site.address}/public")
    visitor.fill("#question", QUESTION)
    visitor.click("button:has-text('提问')")
    visitor.wait_for_selector(".plain")
    headings = visitor.locator("h2").all_inner_texts()
    assert headings.index("对您来说") < headings.index("法律原文")
    assert "不允许" in visitor.locator(".plain li >> nth=0").inner_text() and "1万元到3万元" in visitor.locator(".plain").inner_text()
    assert visitor.locator("details[open] .law-text").count() == 1
    assert TITLE in visitor.locator("details >> nth=0").inner_text()
    assert visitor.context.cookies() == []
    visitor.fill("#question", "那挂价目木牌呢")
    visitor.click("button:has-text('提问')")
    visitor.wait_for_selector("h1:has-text('那挂价目木牌呢')")
    assert visitor.locator("input[name=earlier]").count() == 2
    assert visitor.evaluate("document.documentElement.scrollWidth") <= 390


def test_question_is_asked_without_cookies_or_script(card_site: CardSite) -> None:
    status, headers, body = card_site.post("/public/ask", {"question": QUESTION})
    assert status == 200 and "对您来说" in body.decode() and "set-cookie" not in {k.lower() for k in headers}
    assert headers["cache-control"] == "no-store"


def test_nothing_asked_is_kept(card_site: CardSite) -> None:
    word = "麒麟台账"
    for question in (f"茶楼的{word}要不要公示", f"《虚构{word}条例》第三条规定了什么", f"帮我写一份{word}起诉状"):
        assert card_site.post("/public/ask", {"question": question})[0] == 200
    home = card_site.assistant.settings.home
    held = [p for p in home.rglob("*") if p.is_file() and word.encode() in p.read_bytes()]
    assert held == []


@pytest.mark.parametrize("question", ["我上个月的投诉处理到哪一步了", "帮我写一份起诉状", "谁举报了我们"])
def test_what_is_for_a_person_is_handed_on_with_a_form(card_site: CardSite, question: str) -> None:
    page = card_site.post("/public/ask", {"question": question})[2].decode()
    assert "法律原文" not in page and 'action="/public/leave"' in page and "0579-00000000" in page
    assert f">{question}</textarea>" in page


def test_guides_are_listed_found_and_shown(card_site: CardSite) -> None:
    every = card_site.get("/public/guides")[2].decode()
    assert every.count('href="/public/guides/') > 10
    found = card_site.get("/public/guides?words=投诉旅行社")[2].decode()
    assert "旅游投诉" in found and found.count('href="/public/guides/') < every.count('href="/public/guides/')
    page = card_site.get("/public/guides/旅游投诉")[2].decode()
    assert "示例" in page and "0579-00000000" in page
    assert card_site.get("/public/guides/none")[0] == 404
    asked = card_site.post("/public/ask", {"question": "跟团被强制购物，投诉旅行社要什么材料"})[2].decode()
    assert 'href="/public/guides/%E6%97%85%E6%B8%B8%E6%8A%95%E8%AF%89"' in asked


def test_markup_is_shown_as_text(visitor: Any, card_site: CardSite) -> None:
    visitor.goto(f"{card_site.address}/public")
    visitor.fill("#question", "画舫<img src=x onerror='window.hacked=1'>载客能超过十人吗 <script>window.hacked=1</script>")
    visitor.click("button:has-text('提问')")
    visitor.wait_for_selector("#left-question")
    assert "<script>" in visitor.locator("h1").inner_text()
    visitor.goto(f"{card_site.address}/public")
    visitor.fill("#question", f"《{HOSTILE_TITLE}》第二条是怎么规定的")
    visitor.click("button:has-text('提问')")
    visitor.wait_for_selector(".plain")
    assert HOSTILE_TITLE in visitor.locator("details >> nth=0").inner_text()
    assert visitor.locator("main img, main script").count() == 0 and visitor.evaluate("window.hacked") is None


def test_question_is_left_answered_by_the_office_and_looked_up(visitor: Any, card_site: CardSite) -> None:
    asked = "茶楼<b>太吵</b>，找谁管？"
    visitor.goto(f"{card_site.address}/public/leave")
    visitor.fill("#left-question", asked)
    visitor.fill("#contact", REACH["contact"])
    visitor.check("#consent")
    visitor.click("button:has-text('留言')")
    number, code = visitor.locator("[data-number]").inner_text(), visitor.locator("[data-code]").inner_text()
    office = card_site.get("/staff/consultations?state=待答复", Role.STAFF)[2].decode()
    assert number in office and "茶楼&lt;b&gt;" in office and "8765" not in office
    left_id = re.search(rf'/staff/consultations/(\d+)">{number}', office)
    assert left_id
    one = f"/staff/consultations/{left_id[1]}"
    assert "8765" not in card_site.get(one, Role.REVIEWER)[2].decode()
    assert REACH["contact"] in card_site.post(f"{one}/contact", {}, Role.STAFF)[2].decode()
    assert card_site.post(f"{one}/reply", {"text": " "}, Role.STAFF)[0] == 400
    assert card_site.post(f"{one}/reply", {"text": "请到<窗口>反映。"}, Role.STAFF)[0] == 200
    visitor.goto(f"{card_site.address}/public/lookup")
    visitor.fill("#number", number)
    visitor.fill("#proof", code)
    visitor.click("button:has-text('查询')")
    shown = visitor.locator("main").inner_text()
    assert asked in shown and "请到<窗口>反映。" in shown and "已答复" in shown and "虚构经办" not in shown


def test_question_becomes_a_matter_once_and_without_the_contact(card_site: CardSite) -> None:
    number, _ = left(card_site, "想请律师看的问题")
    office = card_site.get("/staff/consultations", Role.STAFF)[2].decode()
    found = re.search(rf'/staff/consultations/(\d+)">{number}', office)
    assert found
    status, _, body = card_site.post(f"/staff/consultations/{found[1]}/matter", {}, Role.STAFF)
    page = body.decode()
    assert status == 200 and number in page and "想请律师看的问题" in page and "8765" not in page
    one = card_site.get(f"/staff/consultations/{found[1]}", Role.STAFF)[2].decode()
    linked = set(re.findall(r"/staff/matters/([0-9a-f]{32})", one))
    card_site.post(f"/staff/consultations/{found[1]}/matter", {}, Role.STAFF)
    assert len(linked) == 1 and linked == set(
        re.findall(r"/staff/matters/([0-9a-f]{32})", card_site.get(f"/staff/consultations/{found[1]}", Role.STAFF)[2].decode())
    )


def test_office_pages_of_left_questions_are_closed_to_others(card_site: CardSite) -> None:
    for path in ("/staff/consultations", "/staff/consultations/1"):
        assert card_site.get(path)[0] == 401 and card_site.get(path, Role.COUNSEL)[0] == 403
    assert card_site.get("/staff/consultations/99999", Role.STAFF)[0] == 404
    assert card_site.post("/staff/consultations/99999/reply", {"text": "x"}, Role.STAFF)[0] in {400, 404}


def test_wrong_number_or_proof_is_told_in_one_way(card_site: CardSite) -> None:
    number, code = left(card_site, "问题一")
    wrong = card_site.post("/public/lookup", {"number": number, "proof": "0000"})
    unknown = card_site.post("/public/lookup", {"number": "LY000000-000000", "proof": code})
    assert wrong[0] == unknown[0] == 404
    assert wrong[2].decode().replace(number, "") == unknown[2].decode().replace("LY000000-000000", "")
    assert "问题一" in card_site.post("/public/lookup", {"number": number, "proof": "4321"})[2].decode()


@pytest.mark.parametrize("missing", ["question", "contact", "consent"])
def test_what_is_missing_is_said_and_what_was_written_stays(card_site: CardSite, missing: str) -> None:
    fields = REACH | {"question": "写了很久的问题"}
    status, _, body = card_site.post("/public/leave", {k: v for k, v in fields.items() if k != missing})
    assert status == 400 and 'role="alert"' in body.decode()
    assert missing == "question" or "写了很久的问题" in body.decode()


def test_too_long_and_too_large_are_refused_in_words(card_site: CardSite) -> None:
    status, _, body = card_site.post("/public/ask", {"question": "问" * 301})
    assert status == 400 and "最多 300 字" in body.decode()
    body = b"x" * (MOST_BYTES + 1)
    status, told = answer_to_body(card_site, {"Content-Length": str(len(body))}, body)
    assert status == 413 and "没有接收" in told
    status, told = answer_to_body(card_site, {"Transfer-Encoding": "chunked"}, b"1\r\nx\r\n0\r\n\r\n")
    assert status == 411 and "没有接收" in told


def answer_to_body(card_site: CardSite, headers: dict[str, str], body: bytes) -> tuple[int, str]:
    """Return status and body of the answer to a question whose headers and bytes are sent as they are."""
    connection = http.client.HTTPConnection(card_site.address.removeprefix("http://"), timeout=60)
    try:
        connection.putrequest("POST", "/public/ask")
        for name, value in {"Content-Type": "application/x-www-form-urlencoded", **headers}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_a_form_from_another_site_is_refused(card_site: CardSite) -> None:
    assert card_site.post("/public/ask", {"question": QUESTION}, Origin="https://elsewhere.example")[0] == 403


@pytest.mark.parametrize("by_all", [False, True])
def test_too_many_questions_are_held_back_in_words(
    card_site: CardSite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, by_all: bool
) -> None:
    settings = load_settings(tmp_path, public_asks_per_minute=50 if by_all else 2, public_asks_total=2 if by_all else 50)
    monkeypatch.setattr(guard_of(card_site), "limits", RateLimits(settings))
    statuses = [card_site.post("/public/ask", {"question": "茶楼几点关门"})[0] for _ in range(3)]
    assert statuses == [200, 200, 429]
    status, headers, body = card_site.post("/public/ask", {"question": "茶楼几点关门"})
    assert status == 429 and 1 <= int(headers["retry-after"]) <= 60
    assert ("比较多" if by_all else "太快") in body.decode() and "<h1>" in body.decode()
    assert card_site.get("/public")[0] == 200, "reading goes on"


def test_address_in_a_header_counts_only_from_a_trusted_proxy(card_site: CardSite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(guard_of(card_site), "limits", RateLimits(load_settings(tmp_path, public_asks_per_minute=2)))
    asked = [card_site.post("/public/ask", {"question": "茶楼几点关门"}, **{"X-Forwarded-For": f"192.0.2.{n}"})[0] for n in range(3)]
    assert asked == [200, 200, 429]


def test_kiosk_has_no_way_out_and_keeps_to_itself(browser: Any, card_site: CardSite) -> None:
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(WAIT)
    for path in (
        "/public?kiosk=1",
        "/public/fields/茶楼?kiosk=1",
        f"/public/cards/{card_site.card()}?kiosk=1",
        "/public/leave?kiosk=1",
        "/public/lookup?kiosk=1",
        "/public/cards/none?kiosk=1",
    ):
        page.goto(card_site.address + path)
        ways = page.eval_on_selector_all("a[href], form[action]", "all => all.map(e => e.getAttribute('href') || e.getAttribute('action'))")
        assert ways and all(w.startswith("#") or (w.startswith("/public") and "kiosk=1" in w and "leaflet" not in w) for w in ways), (
            path,
            ways,
        )
    page.goto(card_site.address + "/public?kiosk=1")
    assert page.locator(".ask button").bounding_box()["height"] >= 48
    page.fill("#question", QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector(".plain")
    assert "kiosk=1" in page.url and page.locator("body.kiosk").count() == 1
    context.close()


def test_kiosk_returns_to_its_start_and_clears_when_left_alone(browser: Any, card_site: CardSite) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(WAIT)
    page.clock.install()
    page.goto(card_site.address + "/public/leave?kiosk=1")
    page.fill("#left-question", "不该留下的话")
    page.clock.run_for(60_000)
    page.keyboard.press("Shift")
    page.clock.run_for(60_000)
    assert "/public/leave" in page.url and page.input_value("#left-question") == "不该留下的话"
    page.clock.run_for(31_000)
    page.wait_for_url("**/public?kiosk=1")
    page.go_back()
    assert page.locator("#left-question").count() == 0 or page.input_value("#left-question") == ""
    context.close()


def test_public_card_opens_without_network(browser: Any, card_site: CardSite) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(WAIT)
    card = f"{card_site.address}/public/cards/{card_site.card()}"
    page.goto(card)
    page.evaluate("navigator.serviceWorker.ready.then(r => r.active.state)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.goto(card)
    page.wait_for_function(f"caches.match('/public/cards/{card_site.card()}').then(r => !!r)")
    context.set_offline(True)
    page.goto(card)
    assert "接纳不满十岁的茶客" in page.locator("h1").inner_text() and page.locator(".offline-note").is_visible()
    context.close()


@pytest.mark.parametrize(
    "path",
    ["/public", "/public?kiosk=1", "/public/fields/茶楼", "/public/cards/{card}", "/public/leave", "/public/lookup", "/public/cards/none"],
)
def test_accessible(browser: Any, card_site: CardSite, path: str) -> None:
    check(browser, card_site.address + path.replace("{card}", card_site.card()))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_answer_and_office_pages_are_accessible(browser: Any, card_site: CardSite, scheme: str) -> None:
    left(card_site, "一个问题")
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{card_site.address}/public")
    page.fill("#question", QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector(".plain")
    assert violations(page) == []
    context.add_cookies([card_site.address.browser_cookie(Role.STAFF)])
    page.goto(f"{card_site.address}/staff/consultations")
    assert violations(page) == []
    page.click("tbody a >> nth=0")
    page.wait_for_selector("#text")
    assert violations(page) == [] and page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
