"""The server killed in the middle of work: what was acknowledged is there after the next start, once."""

from __future__ import annotations

import os
import re
import signal
import threading
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from assistant.config import load_settings
from assistant.desk.audit import check
from assistant.desk.audit.key import key_of
from assistant.desk.audit.seals import known_seals
from assistant.desk.people import accounts
from assistant.desk.people.accounts import Role
from assistant.lab.load_test import outcome, served
from assistant.store.engine import open_engine, writing
from assistant.store.library import census
from assistant.store.people import accounts as sql
from assistant.web.edge.access import COOKIE

_FIRST_ROUND, _SENDERS = 12, 3  # acknowledged matters before the kill; people sending at once


def send(address: str, token: str, acknowledged: list[str], enough: threading.Event) -> None:
    """Open matters one after the other until the server is gone; note each that was acknowledged."""
    with httpx.Client(base_url=address, headers={"Cookie": f"{COOKIE}={token}"}, timeout=60) as client:
        while True:
            title = uuid4().hex
            try:
                form = client.get("/staff/matters/new").text
                key = re.search(r'name="key" value="(\w+)"', form)
                assert key
                data = {"key": key[1], "title": title, "question": f"如何处理 {title}", "urgency": "一般", "days": "5"}
                answer = client.post("/staff/matters/new", data=data)
            except httpx.HTTPError:
                return
            assert answer.status_code == 303, answer.text[:300]
            acknowledged.append(title)
            if len(acknowledged) >= _FIRST_ROUND:
                enough.set()


@pytest.mark.skipif(os.name != "posix", reason="kill -9 需要 POSIX 系统")
def test_nothing_acknowledged_is_lost_when_the_server_is_killed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    settings = load_settings(home)
    home.mkdir()
    engine = open_engine(settings.library_url)
    tokens = []
    for number in range(_SENDERS):
        made = accounts.add(engine, f"sender{number}", f"虚构{number}", Role.STAFF, "执法队", by="test").account
        with writing(engine) as connection:
            sql.change_account(connection, made.id, must_change=False)
        tokens.append(accounts.open_session(engine, settings, made, datetime.now()))
    engine.dispose()
    acknowledged: list[str] = []
    enough = threading.Event()
    with served(home) as (address, process):
        senders = [threading.Thread(target=send, args=(address, token, acknowledged, enough)) for token in tokens]
        for sender in senders:
            sender.start()
        assert enough.wait(120)
        process.send_signal(signal.SIGKILL)
        for sender in senders:
            sender.join(60)
    with served(home) as (address, _):
        page = httpx.get(f"{address}/staff/matters", headers={"Cookie": f"{COOKIE}={tokens[0]}"}, timeout=60)
        assert page.status_code == 200, "the session and the desk are there again"
    engine = open_engine(settings.library_url)
    with engine.connect() as connection:
        kept = outcome(acknowledged, census.titles_kept(connection))
    assert kept == {"acknowledged": len(acknowledged), "lost": 0, "doubled": 0} and len(acknowledged) >= _FIRST_ROUND
    assert not check.verify(engine, key_of(settings), known_seals(settings)).faults
    engine.dispose()
