"""Gradio's own endpoints: no file is read, copied, fetched or deleted through them, and no page is another's."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.routing import Mount

from assistant.answer.service import Assistant
from assistant.desk.chat import conversations
from assistant.desk.people.accounts import Role
from assistant.web.edge import gradio_pages
from assistant.web.server import build_app
from assistant.web.staff.gate import Gate
from tests.web.people import Site, signed_in
from tests.web.serving import running

JOIN, DATA = "/staff/gradio_api/queue/join", "/staff/gradio_api/queue/data"


def file_data(path: Path | str, **more: Any) -> dict[str, Any]:
    """What Gradio takes for a file that its user sent."""
    return {"path": str(path), "meta": {"_type": "gradio.FileData"}} | more


@pytest.fixture
def staff(address: Site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, headers=address.cookie(Role.STAFF), timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def events(address: Site) -> dict[int, int]:
    """How many values each event of the page takes, as Gradio's page tells it."""
    page = httpx.get(f"{address}/staff/", headers=address.cookie(Role.STAFF)).text
    config = json.loads(re.search(r"window\.gradio_config = (\{.*?\});</script>", page, re.DOTALL)[1])  # type: ignore[index]
    found = {d["id"]: len(d["inputs"]) for d in config["dependencies"]}
    assert len(found) > 10 and max(found.values()) >= 3
    return found


def joined(client: httpx.Client, number: int, data: list[Any], session: str = "attacker01", **more: Any) -> httpx.Response:
    """Send one event as the page's browser would."""
    return client.post(JOIN, json={"fn_index": number, "session_hash": session, "data": data, **more})


def copies(home: Path) -> list[Path]:
    """What Gradio has copied for serving."""
    return [p for p in (home / "uploads").rglob("*") if p.is_file()]


def test_no_event_takes_a_file_in_any_place(staff: httpx.Client, events: dict[int, int], assistant: Assistant) -> None:
    home = assistant.settings.home
    loot = home / "loot.txt"
    loot.write_text("secret")
    shapes = (file_data(loot), file_data(loot, is_stream=True), [file_data(loot)], {"x": file_data(loot)}, file_data("http://127.0.0.1:9/"))
    sent = 0
    for (number, count), shape in product(events.items(), shapes):
        for place in range(count):
            answer = joined(staff, number, [shape if n == place else "" for n in range(count)])
            sent += 1
            assert answer.status_code in (400, 429), (number, place, shape)
        assert joined(staff, number, [""] * count, event_data={"file": shape}).status_code in (400, 429)
        assert joined(staff, number, [""] * (count + 1)).status_code in (400, 429)
    assert sent > 50
    assert loot.read_text() == "secret" and not copies(home)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b'{"data":[]}', b'{"fn_index":"0","data":["\\ud800"],"session_hash":"attacker01"}']
)
def test_malformed_events_are_told_so(staff: httpx.Client, body: bytes) -> None:
    assert staff.post(JOIN, content=body, headers={"content-type": "application/json"}).status_code in (400, 429)


def test_a_question_still_gets_its_answer(address: Site, assistant: Assistant) -> None:
    _, token = signed_in(assistant.engine, assistant.settings, Role.STAFF, "honest")
    with httpx.Client(base_url=address, headers={"Cookie": f"assistant_session={token}"}, timeout=60) as client:
        assert joined(client, 0, ["茶楼强行兜售茶点罚多少", "", ""], "honest0001").status_code == 200
        heard = ""
        with client.stream("GET", DATA, params={"session_hash": "honest0001"}) as stream:
            for line in stream.iter_lines():
                heard += line
                if "process_completed" in line:
                    break
    assert "第五条" in heard


def test_results_of_another_persons_page_are_not_given(address: Site, assistant: Assistant) -> None:
    owner, thief = (
        {"Cookie": f"assistant_session={signed_in(assistant.engine, assistant.settings, Role.STAFF, name)[1]}"}
        for name in ("owner", "thief")
    )
    body = {"fn_index": 0, "session_hash": "ownerpage1", "data": ["茶楼几点打烊", "", ""]}
    assert httpx.post(address + JOIN, json=body, headers=owner).status_code == 200
    assert httpx.get(address + DATA, params={"session_hash": "ownerpage1"}, headers=thief).status_code == 404
    assert httpx.post(address + JOIN, json=body, headers=thief).status_code == 404
    assert httpx.get(address + DATA, params={"session_hash": "nobodyspage"}, headers=owner).status_code == 404


#: Every endpoint of Gradio's application, and the ways its own file and proxy routes are written.
CLOSED = [
    "/staff/config",
    "/staff/gradio_api/info",
    "/staff/gradio_api/openapi.json",
    "/staff/gradio_api/file=/etc/passwd",
    "/staff/gradio_api/file=http://127.0.0.1:9/x",
    "/staff/gradio_api/file=http://100.100.100.200/latest/meta-data",
    "/staff/gradio_api/proxy=http://127.0.0.1:9/x",
    "/staff/gradio_api/file//etc/passwd",
    "/staff/gradio_api/upload",
    "/staff/gradio_api/upload_progress?upload_id=1",
    "/staff/gradio_api/component_server",
    "/staff/gradio_api/run/0",
    "/staff/gradio_api/api/0",
    "/staff/gradio_api/call/0",
    "/staff/gradio_api/cancel",
    "/staff/gradio_api/reset",
    "/staff/gradio_api/heartbeat/attacker01",
    "/staff/gradio_api/process_recording",
    "/staff/gradio_api/vibe-edit",
    "/staff/gradio_api/stream/x",
    "/staff/gradio_api/custom_component/0/client/component/x.js",
    "/staff/monitoring",
    "/staff/svelte/../../../etc/passwd",
    "/staff/static/../../../../etc/passwd",
    "/staff/assets/..%2f..%2f..%2f..%2fetc/passwd",
    "/staff/login",
    "/staff/pwa_icon",
    "/staff/robots.txt",
]


@pytest.mark.parametrize("path", CLOSED)
def test_nothing_else_of_gradio_is_open(staff: httpx.Client, path: str) -> None:
    for method in ("GET", "POST", "HEAD", "PUT", "DELETE"):
        answer = staff.request(method, path, content=b"{}" if method == "POST" else None)
        assert answer.status_code in (400, 403, 404, 405, 415), (method, path)
        assert "root:" not in answer.text


def test_every_route_of_gradio_is_behind_the_gate(assistant: Assistant) -> None:
    mounted = [r for r in build_app(assistant).routes if isinstance(r, Mount) and r.path == "/staff"]
    assert len(mounted) == 1 and isinstance(mounted[0].app, Gate)


def test_without_the_gate_gradio_itself_refuses_paths(assistant: Assistant) -> None:
    """The second lock holds alone: Gradio's check of paths, which a mounted Blocks leaves out, is on."""
    application = build_app(assistant)
    mounted = next(r for r in application.routes if isinstance(r, Mount) and r.path == "/staff")
    mounted.app = mounted._base_app
    loot = assistant.settings.home / "loot2.txt"
    loot.write_text("secret")
    _, token = signed_in(assistant.engine, assistant.settings, Role.STAFF, "second")
    with (
        running(application, assistant.settings) as site,
        httpx.Client(base_url=site, headers={"Cookie": f"assistant_session={token}"}, timeout=60) as client,
    ):
        assert joined(client, 0, [file_data(loot), "", ""], "attacker02").status_code == 200
        heard = ""
        with client.stream("GET", DATA, params={"session_hash": "attacker02"}) as stream:
            for line in stream.iter_lines():
                heard += line
                if "process_completed" in line:
                    break
    assert '"success":false' in heard.replace(" ", "")
    assert not copies(assistant.settings.home)


def test_one_person_holds_neither_the_memory_nor_the_turn_of_others(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    application = build_app(assistant)
    mounted = application.routes[-1]
    assert isinstance(mounted, Mount) and isinstance(mounted.app, Gate)
    queue = mounted.app._pages._queue
    _, token = signed_in(assistant.engine, assistant.settings, Role.STAFF, f"flood-{uuid4().hex[:6]}")
    _, other = signed_in(assistant.engine, assistant.settings, Role.STAFF, f"calm-{uuid4().hex[:6]}")
    with running(application, assistant.settings) as site:
        cookies = [{"Cookie": f"assistant_session={t}"} for t in (token, other)]
        with (
            httpx.Client(base_url=site, headers=cookies[0], timeout=60) as flood,
            httpx.Client(base_url=site, headers=cookies[1], timeout=60) as calm,
        ):
            answers = [joined(flood, 0, ["茶楼几点打烊", "", ""], f"flood{n:05}") for n in range(120)]
            statuses = Counter(a.status_code for a in answers)
            assert all("还在回答" in a.text for a in answers if a.status_code == 429)
            assert statuses[200] + statuses[429] == 120 and 1 <= statuses[200] <= gradio_pages.UNREAD_AT_MOST
            assert joined(calm, 0, ["茶楼几点打烊", "", ""], "calm000001").status_code == 200
            assert _heard(calm, "calm000001")
            # Nobody listened: after a while what waits is dropped, and its sender may ask again.
            monkeypatch.setattr(gradio_pages, "PATIENCE", 0.0)
            assert joined(flood, 0, ["茶楼几点打烊", "", ""], "flood88888").status_code == 200
            assert set(queue.pending_messages_per_session) <= {"flood88888"}
            assert set(queue.pending_event_ids_session) <= {"flood88888", "calm000001"}


def _heard(client: httpx.Client, session: str) -> bool:
    with client.stream("GET", DATA, params={"session_hash": session}) as stream:
        return any("process_completed" in line for line in stream.iter_lines())


def test_a_conversation_has_an_end_that_is_told(address: Site, assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "MOST_QUESTIONS", 1)
    account, token = signed_in(assistant.engine, assistant.settings, Role.STAFF, f"long-{uuid4().hex[:6]}")
    with httpx.Client(base_url=address, headers={"Cookie": f"assistant_session={token}"}, timeout=60) as client:
        assert joined(client, 0, ["茶楼几点打烊", "", ""], "longone001").status_code == 200 and _heard(client, "longone001")
        (kept,) = conversations.conversations(assistant.engine, account.id)
        assert joined(client, 0, ["茶楼几点打烊", "", kept.id], "longone002").status_code == 200 and _heard(client, "longone002")
        assert len(conversations.messages(assistant.engine, kept.id, account.id)) == 2


@pytest.mark.parametrize("query", ["page=2", "page=x&c=1", "__theme=light", "c=" + "x" * 3000, "view=api&page=%00"])
def test_the_page_is_asked_by_nothing_but_a_conversation(staff: httpx.Client, query: str) -> None:
    assert staff.get(f"/staff/?{query}").status_code in (200, 400, 414)


def test_a_number_of_thousands_of_digits_is_no_page(staff: httpx.Client) -> None:
    assert staff.get("/staff/notifications/" + "9" * 5000).status_code == 404
