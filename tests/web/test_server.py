"""What the server says without a browser: home, health, exports, what stays closed."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from assistant.config import Settings
from assistant.desk.chat import conversations
from assistant.desk.people.accounts import Role
from tests.web.people import Site


def get(address: Site, path: str, role: Role | None = Role.STAFF) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of a GET by a person of the role."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address + path, headers=address.cookie(role)), timeout=60) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def test_home_says_where_to_go_by_who_one_is(address: Site) -> None:
    status, headers, body = get(address, "/")
    page = body.decode()
    assert status == 200 and 'href="/staff"' in page and 'href="/onsite"' in page and 'href="/counsel"' not in page
    assert "default-src 'self'" in headers["content-security-policy"] and headers["x-content-type-options"] == "nosniff"
    stranger = get(address, "/", None)[2].decode()
    assert stranger.index('href="/public"') < stranger.index('href="/staff"') and "需要登录" in stranger


def test_health_counts_library_and_index(address: Site) -> None:
    status, _, body = get(address, "/health", Role.ADMIN)
    report = json.loads(body)
    assert status == 200 and report["status"] in {"ok", "indexing"}
    assert report["library"]["statutes"] >= 2 and report["index"]["ready"]


def test_gradio_publishes_no_interface_and_no_files(address: Site, settings: Settings) -> None:
    assert get(address, "/staff/gradio_api/info")[0] == 404
    for path in ("/docs", "/openapi.json", "/staff/docs", "/staff/openapi.json"):
        status, _, body = get(address, path)
        assert status == 404 or b"swagger" not in body.lower()
    for file in (settings.home / "library.db", "/etc/passwd"):
        assert get(address, f"/staff/gradio_api/file={file}")[0] in {403, 404}
    _, _, page = get(address, "/staff/")
    assert b"https://" not in page.split(b"window.gradio_config")[0]


def test_exports_are_the_owners_only(address: Site, assistant: Any) -> None:
    from tests.desk.chat.test_conversations import an_answer

    owner = address.account(Role.STAFF).id
    mine = conversations.start(assistant.engine, owner, "我的会话")
    conversations.record_turn(assistant.engine, mine.id, owner, an_answer())
    other = conversations.start(assistant.engine, "someone", "别人的会话")
    status, headers, body = get(address, f"/staff/export/{mine.id}.md")
    assert status == 200 and "我的会话" in body.decode() and "attachment" in headers["content-disposition"]
    assert get(address, f"/staff/export/{mine.id}.docx")[2][:2] == b"PK"
    for path in (f"{other.id}.md", f"{other.id}.docx", f"{mine.id}.pdf", "x.md"):
        status, _, body = get(address, f"/staff/export/{path}")
        assert status == 404 and "别人" not in body.decode()
