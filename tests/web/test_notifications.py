"""The pages of the notifications: whose they are, the count beside the name, the administrator's channels."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime
from typing import Any

import pytest

from assistant.answer.service import Assistant
from assistant.desk.notify import notifications
from assistant.desk.notify.notifications import Notice, NoticeKind, notify
from assistant.desk.people.accounts import Role
from assistant.store import notifications as sql
from assistant.store.engine import writing
from assistant.store.notifications import DeliveryStatus, Told
from tests.web.axe import check
from tests.web.people import Site
from tests.web.test_server import get


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def send(address: Site, path: str, role: Role, form: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
    """A request by a person of the role, redirects not followed: a POST of `form`, a GET without."""
    body = urllib.parse.urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(address + path, data=body, headers=address.cookie(role))
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=60) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read().decode()


@pytest.fixture
def told(address: Site, assistant: Assistant) -> int:
    """A notification of the reviewer's; its number."""
    user = address.account(Role.REVIEWER).id
    notifications.read_all(assistant.engine, user)
    event = f"test:{datetime.now():%H%M%S%f}"
    with writing(assistant.engine) as connection:
        notify(connection, assistant.settings, Notice(event, NoticeKind.OPINION_ISSUED, "法顾〔2026〕9号", "/staff"), [user])
    return notifications.listed(assistant.engine, user)[0].id


def test_the_list_is_ones_own_and_the_count_stands_beside_the_name(address: Site, told: int) -> None:
    _, _, body = get(address, "/staff/notifications", Role.REVIEWER)
    page = body.decode()
    assert "已出具法律意见：法顾〔2026〕9号" in page and "未读" in page and 'badge warn">1<' in page
    assert "法顾〔2026〕9号" not in get(address, "/staff/notifications", Role.STAFF)[2].decode()
    assert get(address, "/staff/notifications/unread", Role.REVIEWER)[2] == b'{"unread":1}'
    assert get(address, "/counsel/notifications", Role.COUNSEL)[0] == 200
    assert get(address, "/counsel/notifications", Role.STAFF)[0] == 403


def test_opening_leads_to_the_matter_and_marks_as_read(address: Site, told: int) -> None:
    assert get(address, f"/staff/notifications/{told}", Role.STAFF)[0] == 404
    status, headers, _ = send(address, f"/staff/notifications/{told}", Role.REVIEWER)
    assert (status, headers["location"]) == (303, "/staff")
    assert get(address, "/staff/notifications/unread", Role.REVIEWER)[2] == b'{"unread":0}'


def test_all_are_marked_as_read(address: Site, told: int) -> None:
    assert send(address, "/staff/notifications/read", Role.REVIEWER, {})[0] == 303
    assert get(address, "/staff/notifications/unread", Role.REVIEWER)[2] == b'{"unread":0}'


def test_a_wrong_address_is_refused_on_the_page(address: Site, assistant: Assistant) -> None:
    status, _, page = send(address, "/counsel/notifications/address", Role.COUNSEL, {"mail": "不是<b>地址"})
    assert status == 400 and "不是邮箱地址" in page and "不是&lt;b&gt;地址" in page
    assert send(address, "/counsel/notifications/address", Role.COUNSEL, {"mail": "lushi@suo.example"})[0] == 303
    assert notifications.mail_address(assistant.engine, address.account(Role.COUNSEL).id) == "lushi@suo.example"


def test_the_administrator_sees_a_failing_channel_and_sends_again(address: Site, assistant: Assistant) -> None:
    event = f"stuck:{datetime.now():%H%M%S%f}"
    with writing(assistant.engine) as connection:
        sql.add_delivery(connection, Told(event, "事项已提交", "8号", "/"), "钉钉", "", datetime.now())
        taken = sql.claim(connection, "x", datetime.now(), datetime.now())
        assert taken
        sql.finish(connection, taken, DeliveryStatus.FAILED, datetime.now(), "机器人没有接受：310000 <sign>")
    page = get(address, "/admin/notifications", Role.ADMIN)[2].decode()
    assert "未发出" in page and "310000 &lt;sign&gt;" in page and "事项已提交：8号" in page
    assert send(address, f"/admin/notifications/{taken.id}/again", Role.ADMIN, {})[0] == 303
    with assistant.engine.connect() as connection:
        assert taken.id not in [d.id for d in sql.deliveries(connection, [DeliveryStatus.FAILED], 99)]
    assert send(address, "/admin/notifications/99999/again", Role.ADMIN, {})[0] == 400
    assert get(address, "/admin/notifications", Role.STAFF)[0] == 403


def test_the_pages_are_usable_by_everybody(address: Site, browser: Any, told: int) -> None:
    check(browser, f"{address}/staff/notifications", cookies=[address.browser_cookie(Role.REVIEWER)])
    check(browser, f"{address}/admin/notifications", cookies=[address.browser_cookie(Role.ADMIN)])
