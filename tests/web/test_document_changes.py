"""The pages on which documents come in and are decided on, read by everyone: names, contrast, and no wider than a phone."""

from __future__ import annotations

from typing import Any

import httpx

from assistant.answer.service import Assistant
from assistant.desk.people.accounts import Role
from assistant.store.library import changes as sql
from tests.security.bureau import bring_in, read
from tests.web.axe import check
from tests.web.conftest import NEW
from tests.web.people import Site

#: The invented statute of the home with one article gone, one changed, and one that tries to be markup.
SHORT = (
    NEW.replace("2023年6月1日", "2024年6月1日")
    .replace("七时至二十二时", "八时至二十二时")
    .replace("第四条 茶楼不得向来客强行兜售茶点。\n\n", "第四条 <script>window.hacked=1</script>茶楼应当安静。\n\n")
)


def test_the_pages_can_be_read_by_everyone(browser: Any, address: Site, assistant: Assistant) -> None:
    staff, admin = (address.browser_cookie(role) for role in (Role.STAFF, Role.ADMIN))
    with httpx.Client(base_url=address, headers=address.cookie(Role.STAFF), timeout=60) as client:
        bring_in(client, "茶楼.md", SHORT, visibility="public")
        with assistant.engine.connect() as connection:
            number = sql.changes(connection, limit=1)[0].id
        batch = read(client, "茶楼二.md", SHORT, visibility="public")
        shown = httpx.get(f"{address}/admin/documents/waiting/{number}", headers=address.cookie(Role.ADMIN)).text
        assert "&lt;script&gt;" in shown and "<script>window" not in shown and "<del>七</del>" in shown
        for path, cookie in (
            ("/staff/documents", staff),
            (batch, staff),
            (f"/staff/documents/changes/{number}", staff),
            ("/admin/documents/waiting", admin),
            (f"/admin/documents/waiting/{number}", admin),
        ):
            check(browser, address + path, cookies=[cookie])
        with assistant.engine.connect() as connection:
            owned = sql.changes(connection, sql.OPEN_STATES, owner=address.account(Role.STAFF).id)
        left = [c.id for c in owned if c.id >= number]
        assert len(left) == 2
        for one in left:
            client.post(f"/staff/documents/changes/{one}/take-back")
