"""axe-core in the browser tests: names, roles and contrast of a page, light and dark, on a phone and in the office.

`check(browser, url)` opens the page in each size and colour scheme; `violations(page)` looks at a page as it stands,
after a test has clicked something open.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

#: Width and height of a phone and of an office screen.
SIZES = ((390, 844), (1366, 768))
SCHEMES = ("light", "dark")
#: What keeps somebody from using the page; lesser advice of axe-core is left to the reader.
GRAVE = frozenset({"serious", "critical"})


def violations(page: Any) -> list[str]:
    """Return the serious and critical violations of a page, one line each: rule, the elements, what axe-core says."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{v['id']}：{'，'.join(_where(n) for n in v['nodes'][:4])}（{v['help']}）" for v in found if v["impact"] in GRAVE]


def check(
    browser: Any,
    url: str,
    *,
    sizes: Sequence[tuple[int, int]] = SIZES,
    schemes: Sequence[str] = SCHEMES,
    cookies: Sequence[dict[str, Any]] = (),
    state: dict[str, Any] | None = None,
) -> None:
    """Open `url` in every size and scheme; fails on a violation and on a page wider than its screen.

    `cookies` (or `state`, playwright's storage state) sign the browser in.
    """
    for width, height in sizes:
        for scheme in schemes:
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, locale="zh-CN", storage_state=state
            )
            try:
                if cookies:
                    context.add_cookies(list(cookies))
                page = context.new_page()
                page.goto(url)
                where = f"{url}（{width}×{height}，{scheme}）"
                assert not violations(page), f"{where}\n" + "\n".join(violations(page))
                assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{where}：页面比屏幕宽"
            finally:
                context.close()


def _where(node: dict[str, Any]) -> str:
    return " ".join(str(t) for t in node["target"]) + f" {node['html'][:80]}"
