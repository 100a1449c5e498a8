"""Files sent with a form: nothing is kept for a matter that is not the person's to see, nor more than a person, or all, may have waiting."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from assistant.answer.service import Assistant
from assistant.config import Settings, load_settings
from assistant.desk.matters import attachments, matters
from assistant.desk.matters.matters import Material, MatterForm
from assistant.desk.people.accounts import Account, Role
from assistant.store.engine import writing
from assistant.store.tables.matter import MatterFileRow
from assistant.web.server import build_app
from tests.web.people import Site, signed_in
from tests.web.serving import running

LONG = 120  # a bound against hanging, not a measurement
MB = 1024 * 1024


@pytest.fixture(scope="module")
def site(assistant: Assistant) -> Iterator[Site]:
    settings = assistant.settings.model_copy(update={"worker_seconds": LONG, "waiting_person_mb": 2, "waiting_total_mb": 3})
    with running(build_app(Assistant(settings, assistant.engine)), settings) as served:
        yield served


@pytest.fixture(autouse=True)
def nothing_waits(assistant: Assistant) -> None:
    attachments.purge(assistant.engine, assistant.settings, datetime.now() + timedelta(days=30))


def person(assistant: Assistant, site: Site, role: Role, login: str) -> tuple[Account, httpx.Client]:
    account, token = signed_in(assistant.engine, assistant.settings, role, login, f"虚构科室{login}")
    return account, httpx.Client(base_url=str(site), cookies={"assistant_session": token}, timeout=LONG)


def kept(settings: Settings) -> list[Path]:
    return [p for p in (settings.home / "attachments").rglob("*") if p.is_file()]


def text(mark: str, size: int = 100) -> bytes:
    return (mark.encode() + b" plain words " * (size // 13 + 1))[:size]


def wait(client: httpx.Client, key: str, body: bytes) -> httpx.Response:
    """Send a form that is refused for its words, so that its file waits."""
    form = {"title": "", "question": "", "urgency": "一般", "days": "5", "key": key}
    return client.post("/staff/matters/new", data=form, files={"files": (f"{key}.txt", body)})


def test_nothing_is_kept_for_a_matter_that_is_not_ones_own(assistant: Assistant, site: Site) -> None:
    owner, _ = person(assistant, site, Role.STAFF, "stagedowner")
    matter = matters.open_matter(
        assistant.engine, owner, MatterForm("虚构事项", "虚构的问题？", share_section=False), Material(), "stagedopen"
    )
    before = kept(assistant.settings)
    for role, login in ((Role.STAFF, "stagedother"), (Role.COUNSEL, "stagedfirm")):
        account, client = person(assistant, site, role, login)
        base = "/counsel/matters" if role is Role.COUNSEL else "/staff/matters"
        with client:
            for place in ("steps/message", "edit", "opinion/upload"):
                for wanted in (matter, "0" * 32):
                    form = {
                        "key": f"{login}key",
                        "version": "1",
                        "text": "见附件",
                        "title": "甲",
                        "question": "乙？",
                        "urgency": "一般",
                        "days": "5",
                    }
                    answer = client.post(f"{base}/{wanted}/{place}", data=form, files={"files": ("甲.txt", text(login))})
                    assert answer.status_code in (400, 403, 404, 405, 415), (place, answer.status_code)
        assert attachments.staged(assistant.engine, account.id, f"{login}key") == []
    assert kept(assistant.settings) == before


def test_a_persons_waiting_files_have_a_bound_and_old_ones_give_way(assistant: Assistant, site: Site) -> None:
    account, client = person(assistant, site, Role.STAFF, "stagedmuch")
    with client:
        for number in range(2):
            assert "waiting_person_mb" not in wait(client, f"much{number}", text(f"m{number}", MB - 10)).text
        before = kept(assistant.settings)
        refused = wait(client, "much2", text("m2", MB - 10))
        assert refused.status_code == 400 and "waiting_person_mb" in refused.text
        assert kept(assistant.settings) == before and attachments.staged(assistant.engine, account.id, "much2") == []
        with writing(assistant.engine) as connection:
            of_first = (MatterFileRow.uploader == account.id) & (MatterFileRow.form_key == "much0")
            connection.execute(update(MatterFileRow).where(of_first).values(added_at=datetime.now() - timedelta(days=2)))
        assert "waiting_person_mb" not in wait(client, "much2", text("m2", MB - 10)).text
    assert [len(attachments.staged(assistant.engine, account.id, f"much{n}")) for n in range(3)] == [0, 1, 1]


def test_all_waiting_files_have_a_bound(assistant: Assistant, site: Site) -> None:
    for number in range(4):
        _, client = person(assistant, site, Role.STAFF, f"stagedall{number}")
        with client:
            answer = wait(client, f"all{number}", text(f"a{number}", MB - 10))
        assert ("waiting_total_mb" in answer.text) == (number == 3)


def test_what_waits_is_swept(assistant: Assistant, site: Site) -> None:
    account, client = person(assistant, site, Role.STAFF, "stagedswept")
    with client:
        wait(client, "swept", text("swept"))
    file = attachments.staged(assistant.engine, account.id, "swept")[0]
    left = assistant.settings.home / "attachments" / "incoming-left"
    left.write_bytes(b"x")
    path = attachments.path_of(assistant.settings, file)
    for old in (path, left):
        os.utime(old, (1, 1))
    attachments.purge(assistant.engine, assistant.settings, datetime.now())
    assert path.exists() and not left.exists()
    attachments.purge(assistant.engine, assistant.settings, datetime.now() + timedelta(days=attachments.STAGED_DAYS + 1))
    assert not path.exists() and attachments.staged(assistant.engine, account.id, "swept") == []


@pytest.mark.parametrize(
    ("name", "value"), [("waiting_person_mb", 0), ("waiting_person_mb", 10**6), ("waiting_total_mb", 0), ("waiting_total_mb", 10**9)]
)
def test_the_bounds_have_bounds(tmp_path: Path, name: str, value: int) -> None:
    (tmp_path / "assistant.toml").write_text(f"{name} = {value}\n", encoding="utf-8")
    made = load_settings(tmp_path)
    assert [one.name for one in made.ignored] == [name] and getattr(made, name) == Settings.model_fields[name].default
