"""What the attacks on the library share: an invented law of many articles, a bureau that serves it, and the way a file comes in."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx

from assistant.answer.service import Assistant
from assistant.config import Settings, load_settings
from assistant.desk.people.accounts import Role
from assistant.law.text.numerals import to_chinese
from assistant.library.shelf.shelf import Shelf
from assistant.library.sources.importing import import_paths
from assistant.search.index.build import needs_sync, sync_index
from assistant.store.engine import open_engine
from assistant.store.library import changes as sql
from assistant.store.library.changes import ChangeState
from tests.web.people import Site, signed_in
from tests.web.serving import served

LAW = "虚构渡船保护法"
ARTICLES = 16
ORIGIN = "虚构公报2024年第3期"
FALSE = "渡船乘客一律不得携带雨伞上船"
TRUE = "渡船应当配备足够的救生圈"


def law(count: int = ARTICLES, *, year: int = 2018, words: str = TRUE, closing: bool = True, title: str = LAW) -> str:
    """An invented law of so many articles, adopted in a year."""
    lines = [f"# {title}", "", f"（{year}年3月1日第十三届全国人民代表大会常务委员会第三次会议通过 自{year}年5月1日起施行）", ""]
    texts = [f"{words}，第{n}号渡口照此办理。" for n in range(1, count + 1)]
    if closing:
        texts[-1] = f"本法自{year}年5月1日起施行。"
    return "\n".join([*lines, *(f"第{to_chinese(n)}条 {text}\n" for n, text in enumerate(texts, 1))])


def own_paper(title: str = "虚构局渡口值班安排", words: str = "值班人员应当登记夜航暗号") -> str:
    return f"# {title}\n\n（2024年3月1日虚构局公布 自2024年5月1日起施行）\n\n第一条 {words}。\n\n第二条 本安排自2024年5月1日起施行。\n"


@dataclass
class Bureau:
    """A served application over a law of many articles, and its people; two administrators, or one."""

    site: Site
    assistant: Assistant
    second: str = ""

    def client(self, role: Role | None, token: str = "") -> httpx.Client:
        """An HTTP client of a person; `token` for one of several of a role."""
        headers = {"Cookie": f"assistant_session={token}"} if token else self.site.cookie(role)
        return httpx.Client(base_url=self.site, headers=headers, timeout=60)

    def text(self, title: str = LAW, *, internal: bool = False) -> str:
        """The whole text in force today, as the public (or the office) has it; empty where there is none."""
        shelf = Shelf(self.assistant.engine, internal=internal)
        statute = shelf.statute(title)
        version = shelf.version_on(statute.id, date.today()) if statute else None
        return "\n".join(a.article.text for a in shelf.articles(version.id)) if version else ""

    def asked(self, question: str) -> tuple[str, str]:
        """The pages that answer a question to the public and to the office (as counsel's and staff's search hold it)."""
        with self.client(None) as anyone:
            public = anyone.post("/public/ask", data={"question": question}, follow_redirects=True).text
        answer = self.assistant.ask(question, desk="staff")
        return public, "\n".join(c.quote for c in answer.citations)

    def states(self) -> dict[int, ChangeState]:
        with self.assistant.engine.connect() as connection:
            return {c.id: c.state for c in sql.changes(connection)}

    def newest(self) -> sql.Change:
        with self.assistant.engine.connect() as connection:
            return sql.changes(connection, limit=1)[0]

    def settled(self) -> None:
        """Wait until the index is up to date with the library."""
        for _ in range(600):
            if not needs_sync(self.assistant.engine, self.assistant.settings):
                return
            time.sleep(0.05)
        raise AssertionError("the index is not brought up to date")


def read(client: httpx.Client, name: str, text: str | bytes, **fields: str) -> str:
    """Bring a file in and wait until it is read; return the address of the page to confirm it on."""
    body = text.encode() if isinstance(text, str) else text
    sent = client.post("/staff/documents/import", data={"origin": ORIGIN} | fields, files={"files": (name, body)})
    assert sent.status_code == 303, sent.text
    at = sent.headers["location"]
    for _ in range(600):
        if 'data-over="1"' in client.get(at, params={"part": 1}).text:
            return at
        time.sleep(0.05)
    raise AssertionError("the file is not read")


def confirm(client: httpx.Client, at: str, **changed: str) -> httpx.Response:
    """Confirm the one draft of a page as it was read, but for the fields changed."""
    page = client.get(at).text
    number = re.search(r'value="send-(\d+)"', page)
    assert number, page
    n = number[1]
    title = re.search(rf'name="title-{n}" value="([^"]*)"', page)
    level = re.search(rf'name="level-{n}".*?<option selected>([^<]*)<', page, re.S)
    seen = re.search(rf'name="visibility-{n}" value="(\w+)" checked', page)
    assert title and seen
    fields = {"title": title[1], "level": level[1] if level else "", "visibility": seen[1], "origin": ORIGIN} | changed
    return client.post(at, data={f"{k}-{n}": v for k, v in fields.items()} | {"do": f"send-{n}"})


def bring_in(client: httpx.Client, name: str, text: str | bytes, **fields: str) -> httpx.Response:
    """Bring a file in and confirm what was read."""
    at = read(client, name, text, **{k: v for k, v in fields.items() if k in {"level", "visibility", "origin"}})
    return confirm(client, at, **fields)


def shown_of(client: httpx.Client, number: int) -> str:
    """The digest of what is shown to an administrator of a change."""
    page = client.get(f"/admin/documents/waiting/{number}").text
    found = re.search(r'name="shown" value="(\w+)"', page)
    return found[1] if found else ""


def approve(client: httpx.Client, number: int, shown: str = "", **fields: str) -> httpx.Response:
    """Approve a change as it is shown now, or as it was shown."""
    return client.post(f"/admin/documents/waiting/{number}/approve", data={"shown": shown or shown_of(client, number)} | fields)


def undo(one: httpx.Client, two: httpx.Client, number: int, **fields: str) -> httpx.Response:
    """Ask that a change is undone and have the other administrator confirm it; return the answer to who asked."""
    asked = one.post(f"/admin/documents/waiting/{number}/undo", data={"reason": "文本有误"} | fields)
    if asked.status_code == 303:
        confirmed = int(asked.headers["location"].rsplit("/", 1)[-1])
        assert approve(one, confirmed, shown_of(two, confirmed)).status_code == 400, "who asked is no second person"
        assert approve(two, confirmed).status_code == 303
    return asked


def made(home: Path, administrators: int) -> Iterator[Bureau]:
    settings: Settings = load_settings(home, bureau_name="虚构县文旅局", regions=["全国"], public_asks_per_minute=500)
    engine = open_engine(settings.library_url)
    file = home / "files" / f"{LAW}(2018-03-01).md"
    file.parent.mkdir(parents=True)
    file.write_text(law(), encoding="utf-8")
    assert [r.outcome.value for r in import_paths(engine, settings, [file], kind="package")] == ["新增"]
    sync_index(engine, settings)
    engine.dispose()
    assistant = Assistant(settings)
    with served(assistant) as site:
        site.people = {role: signed_in(assistant.engine, settings, role) for role in Role}
        second = signed_in(assistant.engine, settings, Role.ADMIN, "admin-two")[1] if administrators > 1 else ""
        yield Bureau(site, assistant, second)
    assistant.close()
