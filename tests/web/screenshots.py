"""`make screenshots`: every desk in headless Chromium, written to docs/images. Nothing in the given home is changed.

    python -m tests.web.screenshots --home HOME [--out docs/images]

HOME is set up (`assistant setup`) with the texts that the pictures should show; the pictures are taken on a copy of it.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answer.service import Assistant
from assistant.config import load_settings
from assistant.desk.people.accounts import Role
from tests.web.people import Site, signed_in
from tests.web.serving import running

PHONE, OFFICE, LARGE = (390, 844), (1366, 768), (1920, 1080)
WAIT = 120_000  # a bound against hanging


@dataclass(frozen=True)
class Shot:
    """One picture: its file, who looks, on what screen, where, and what is done there first."""

    name: str
    role: Role | None
    size: tuple[int, int]
    path: str
    before: Callable[[Any], None] = lambda page: None
    whole: bool = False


def _ask_staff(page: Any) -> None:
    page.wait_for_selector("#question textarea")
    page.fill("#question textarea", "网吧夜里还有两个初中生在上网，怎么处理？")
    page.keyboard.press("Enter")
    page.wait_for_selector(".feedback")
    page.click(".turn.answer .mark >> nth=0")
    page.wait_for_selector("#article-panel .article.hit")


def _ask_public(page: Any) -> None:
    page.fill("#question", "旅行社说人数不够不发团，团费能退吗")
    page.keyboard.press("Enter")
    page.wait_for_selector("#left-question")


def _first_card(page: Any) -> None:
    page.click(".acts a >> nth=0")
    page.wait_for_selector(".say")


def _first_card_large(page: Any) -> None:
    _first_card(page)
    page.click("text=大字给当事人看")
    page.wait_for_selector("body.big .say")


def _leave(page: Any) -> None:
    page.fill("#left-question", "想在镇上开一家游泳馆，要办什么手续，多久能批？")
    page.fill("#contact", "0579-00000000")
    page.check("#consent")
    page.click("button:has-text('留言')")
    page.wait_for_selector("[data-number]")


SHOTS = (
    Shot("home", None, OFFICE, "/"),
    Shot("staff", Role.STAFF, OFFICE, "/staff", _ask_staff),
    Shot("onsite", Role.STAFF, PHONE, "/onsite"),
    Shot("onsite-card", Role.STAFF, PHONE, "/onsite/fields/娱乐场所", _first_card, True),
    Shot("onsite-big", Role.STAFF, PHONE, "/onsite/fields/娱乐场所", _first_card_large),
    Shot("public", None, PHONE, "/public", _ask_public),
    Shot("kiosk", None, LARGE, "/public?kiosk=1"),
    Shot("left", None, PHONE, "/public/leave", _leave),
    Shot("consultations", Role.STAFF, OFFICE, "/staff/consultations"),
    Shot("reviews", Role.REVIEWER, OFFICE, "/staff/reviews"),
    Shot("matters", Role.STAFF, OFFICE, "/staff/matters"),
    Shot("counsel", Role.COUNSEL, OFFICE, "/counsel"),
    Shot("admin", Role.ADMIN, OFFICE, "/admin"),
)


@contextmanager
def served(home: Path) -> Iterator[Site]:
    """The whole application on a copy of a home, with an account a role signed in."""
    from assistant.web.server import build_app

    with tempfile.TemporaryDirectory(prefix="screenshots-") as folder:
        copy = Path(folder) / "home"
        shutil.copytree(home, copy)
        settings = load_settings(
            copy, bureau_name="示例县文化和广电旅游体育局", service_line="0579-00000000", service_window="政务服务中心二楼 A 区"
        )
        assistant = Assistant(settings)
        with running(build_app(assistant), settings) as site:
            site.people = {role: signed_in(assistant.engine, settings, role, f"picture-{role.name.lower()}") for role in Role}
            yield site
        assistant.close()


def take(browser: Any, site: Site, shot: Shot, out: Path) -> None:
    """Take one picture."""
    context = browser.new_context(viewport={"width": shot.size[0], "height": shot.size[1]}, locale="zh-CN", color_scheme="light")
    if shot.role:
        context.add_cookies([site.browser_cookie(shot.role)])
    page = context.new_page()
    page.set_default_timeout(WAIT)
    answer = page.goto(site + shot.path)
    if answer and answer.status >= 400:
        print(f"{shot.name}：{shot.path} 返回 {answer.status}，没有截图")
    else:
        shot.before(page)
        page.screenshot(path=str(out / f"{shot.name}.png"), full_page=shot.whole)
        print(f"{shot.name}.png")
    context.close()


def main() -> None:
    """Take every picture, or those named."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description="在数据目录的副本上打开每个页面，截图写入 docs/images。")
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    parser.add_argument("names", nargs="*", help="只截这几张")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    with served(chosen.home) as site, sync_playwright() as running:
        browser = running.chromium.launch(executable_path="/usr/bin/chromium", args=["--headless", "--no-sandbox", "--disable-gpu"])
        for shot in SHOTS:
            if not chosen.names or shot.name in chosen.names:
                take(browser, site, shot, chosen.out)
        browser.close()


if __name__ == "__main__":
    main()
