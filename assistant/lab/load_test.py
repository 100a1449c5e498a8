"""A crowd at the desks, measured: people sign in, ask, open and answer matters at once, and what was kept is counted.

The server is a process of its own on a copy of the home; the crowd are HTTP clients that do what a browser does.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import httpx
import numpy as np
from sqlalchemy import Engine

from assistant.config import SETTINGS_FILE, Settings, load_settings
from assistant.desk.people import accounts
from assistant.desk.people.accounts import Role
from assistant.errors import RefusedInput
from assistant.lab import hostile
from assistant.library.copying import copy_library
from assistant.store.engine import open_engine, writing
from assistant.store.library import census
from assistant.store.people import accounts as sql
from assistant.web.edge.access import COOKIE

#: What the crowd asks; each is a matter of a bureau's day and is worded here.
QUESTIONS = ("网吧接纳未成年人怎么处罚", "没有导游证带团怎么处理", "歌舞厅凌晨三点还在营业", "旅行社不签合同罚多少", "旅游法第三十五条")
SIGN_IN = "登录"
_FIRM = "虚构律师事务所"
_PAUSE = (1.0, 4.0)  # seconds a person reads before the next press
_LONGEST = 60.0
_NO_LIMIT = 100_000
_KEY = re.compile(r'name="key" value="(\w+)"')
_CONFIG = re.compile(r"window\.gradio_config = (\{.*?\});</script>", re.DOTALL)
_VERSION = re.compile(r'name="version" value="(\d+)"')


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a desk."""

    login: str
    password: str
    role: Role


@dataclass
class Tally:
    """What happened: times of each kind of action in milliseconds, errors, and the tokens of what was acknowledged."""

    times: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    told: int = 0
    asked: list[str] = field(default_factory=list)
    matters: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)


def measure_crowd(settings: Settings, people: int, seconds: int, say: Callable[[str], None], *, attacked: bool = False) -> dict[str, Any]:
    """Return times, errors and counts of a crowd; the home itself is only read. Raises RefusedInput for a database server.

    Where it is `attacked`, hostile clients keep at it from another address meanwhile, one of them signed in.
    """
    with _copied_home(settings) as home:
        # The whole crowd comes from one address, which no bureau does.
        (home / SETTINGS_FILE).write_text(f"sign_ins_per_minute = {_NO_LIMIT}\nsign_ins_total = {_NO_LIMIT}\n", encoding="utf-8")
        own = load_settings(home)
        engine = open_engine(own.library_url)
        say(f"开设 {people} 个账号……")
        crowd = [_account(engine, number) for number in range(people)]
        with served(home) as (address, _):
            say(f"{people} 人同时使用 {seconds} 秒……")
            tally = Tally()
            session = _session(engine, own)
            beside = partial(hostile.attacked, address, session, seconds) if attacked else _alone
            sent = asyncio.run(_play(address, crowd, seconds, tally, beside))
            kept = _kept(engine, tally)
        engine.dispose()
    failed = {"failed": len(tally.errors), "errors": tally.errors[:20]}
    return {
        "people": people,
        "seconds": seconds,
        "actions": _rows(tally),
        **failed,
        "told": tally.told,
        "kept": kept,
        "hostile": sent,
    }


def _rows(tally: Tally) -> dict[str, dict[str, float]]:
    every = {**tally.times, "合计（不含登录）": [t for name, times in tally.times.items() if name != SIGN_IN for t in times]}
    return {name: _figures(times) for name, times in every.items() if times}


def _figures(times: list[float]) -> dict[str, float]:
    p50, p95, most = np.percentile(times, [50, 95, 100]).round(1).tolist()
    return {"n": len(times), "p50_ms": p50, "p95_ms": p95, "max_ms": most}


# ---- the place -------------------------------------------------------------------------------


@contextmanager
def _copied_home(settings: Settings) -> Iterator[Path]:
    """A home with a copy of the database and the index itself, gone afterwards."""
    with TemporaryDirectory(prefix="assistant-crowd-") as folder:
        home = Path(folder)
        copy_library(settings, home)
        shutil.copytree(settings.index_dir, home / "index")
        yield home


def _account(engine: Engine, number: int) -> Person:
    role = Role.COUNSEL if number % 10 == 9 else Role.REVIEWER if number % 10 == 8 else Role.STAFF
    section = _FIRM if role is Role.COUNSEL else f"虚构科室{number % 4}"
    made = accounts.add(engine, f"crowd{number}", f"虚构{number}", role, section, by="crowd")
    with writing(engine) as connection:
        sql.change_account(connection, made.account.id, must_change=False)
    return Person(made.account.login, made.password, role)


@contextmanager
def _alone() -> Iterator[dict[str, int]]:
    yield {}


def _session(engine: Engine, settings: Settings) -> dict[str, str]:
    """The cookie of somebody signed in who means harm."""
    made = accounts.add(engine, "hostile", "虚构", Role.STAFF, "虚构科室", by="crowd").account
    with writing(engine) as connection:
        sql.change_account(connection, made.id, must_change=False)
    return {COOKIE: accounts.open_session(engine, settings, made, datetime.now())}


@contextmanager
def served(home: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a server on the home, once it answers, and its process, which is ended afterwards."""
    command = [sys.executable, "-m", "assistant", "serve", "--home", str(home), "--port", "0"]
    # Nothing set up outside holds for a copy: no channel to send by, no other database, no model.
    outside = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=outside) as process:
        try:
            assert process.stdout
            found = re.search(r"：(\S+?)/（", process.stdout.readline())
            if not found:
                raise RefusedInput(str(home), "服务没有启动")
            _wait_for(found[1])
            yield found[1], process
        finally:
            process.terminate()


def _wait_for(address: str) -> None:
    """Return once the server answers: it tells its address a moment before."""
    until = time.monotonic() + _LONGEST
    while True:
        try:
            httpx.get(f"{address}/static/icon.svg", timeout=_LONGEST)
            return
        except httpx.ConnectError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


# ---- the crowd -------------------------------------------------------------------------------


async def _play(
    address: str, crowd: list[Person], seconds: int, tally: Tally, beside: Callable[[], AbstractContextManager[dict[str, int]]]
) -> dict[str, int]:
    """Everybody signs in, then all act at once for that long with what goes on beside them; returns what that tells."""
    visitors = [_Visitor(address, person, tally, number) for number, person in enumerate(crowd)]
    try:
        await asyncio.gather(*(v.attempt("登录", v.sign_in) for v in visitors))
        until = time.monotonic() + seconds
        with beside() as told:
            await asyncio.gather(*(v.stay(until) for v in visitors))
        return told
    finally:
        await asyncio.gather(*(v.client.aclose() for v in visitors))


class _Visitor:
    """One signed-in browser with the desk open in one tab. Each page asked for, form sent and question answered is an action of its own."""

    def __init__(self, address: str, person: Person, tally: Tally, number: int) -> None:
        self.person, self.tally = person, tally
        self.random = random.Random(number)
        self.client = httpx.AsyncClient(base_url=address, timeout=_LONGEST, headers={"origin": address, "accept": "text/html"})
        self.ask_event = -1
        self.session = uuid4().hex[:10]

    async def stay(self, until: float) -> None:
        """Act and read in turn until the time is over."""
        acts = {"律师留言": self._counsel}
        if self.person.role is not Role.COUNSEL:
            acts = {"提问": self._ask, "事项": self._open_matter, "留言": self._message, "列表": self._look}
        weights = [2 if name == "提问" else 1 for name in acts]
        while time.monotonic() < until:
            await asyncio.sleep(self.random.uniform(*_PAUSE))
            (name,) = self.random.choices(list(acts), weights)
            await self.attempt(name, acts[name])

    async def attempt(self, name: str, act: Callable[[], Awaitable[None]]) -> None:
        """Do something; what goes wrong is counted and never stops the visitor."""
        try:
            await act()
        except Exception as error:
            self.tally.errors.append(f"{name}：{type(error).__name__} {error}"[:200])

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.tally.times.setdefault(name, []).append((time.perf_counter() - begun) * 1000)

    async def _get(self, name: str, address: str) -> str:
        with self._timed(name):
            answer = await self.client.get(address)
            _expect(answer, 200)
        return answer.text

    async def _post(self, name: str, address: str, data: dict[str, str], *also: int) -> int:
        with self._timed(name):
            answer = await self.client.post(address, data=data)
            _expect(answer, 303, *also)
        return answer.status_code

    async def sign_in(self) -> None:
        """Sign in and open the desk. Everybody at once is more than can be hashed: one comes back as told."""
        data = {"login": self.person.login, "password": self.person.password}
        with self._timed(SIGN_IN):
            while (answer := await self.client.post("/login", data=data)).status_code == 429:
                self.tally.told += 1
                await asyncio.sleep(self.random.uniform(0.5, 1.0) * min(int(answer.headers["retry-after"]), _LONGEST))
            _expect(answer, 303)
        if self.person.role is not Role.COUNSEL:
            self.ask_event = _ask_event((await self.client.get("/staff/")).text)

    async def _ask(self) -> None:
        question = f"{self.random.choice(QUESTIONS)}（{uuid4().hex[:10]}）"
        with self._timed("提问到完整答复"):
            await self._answered(question)
        self.tally.asked.append(question)

    async def _answered(self, question: str) -> None:
        """Return when the whole answer has come; each question begins a conversation."""
        body = {"data": [question, "", ""], "fn_index": self.ask_event, "session_hash": self.session, "event_data": None}
        _expect(await self.client.post("/staff/gradio_api/queue/join", json=body), 200)
        async with self.client.stream("GET", f"/staff/gradio_api/queue/data?session_hash={self.session}") as events:
            async for line in events.aiter_lines():
                told = json.loads(line[6:]) if line.startswith("data: ") else {}
                if told.get("msg") == "process_completed":
                    assert told["success"], "the desk failed to answer"
                    return
        raise AssertionError("the answer broke off")

    async def _look(self) -> None:
        await self._get("事项列表", "/staff/matters")

    async def _open_matter(self) -> None:
        form = await self._get("新建事项的页面", "/staff/matters/new")
        firm = re.search(rf'value="([^"]*)"[^>]*>\s*{_FIRM}', form)
        key, token = _KEY.search(form), uuid4().hex
        assert key, "the form has no key"
        data = {"key": key[1], "title": token, "question": f"如何处理 {token}", "urgency": "一般", "days": "5"}
        await self._post("提交事项", "/staff/matters/new", data | {"send": "1", "share": "1", "firm": firm[1] if firm else _FIRM})
        self.tally.matters.append(token)

    async def _message(self) -> None:
        await self._said("", "/staff/matters", "/staff/matters")

    async def _counsel(self) -> None:
        await self._said("律师：", "/counsel", "/counsel/matters")

    async def _said(self, who: str, listing: str, base: str) -> None:
        """Leave a message; where somebody was quicker the page says so and it is sent again on what stands now."""
        found = re.findall(rf'href="({base}/[0-9a-f]{{32}})"', await self._get(f"{who}事项列表", listing))
        if not found:
            return
        place, token = self.random.choice(found), uuid4().hex
        for _ in range(8):
            shown = await self._get(f"{who}打开事项", place)
            key, version = _KEY.search(shown), _VERSION.search(shown)
            if f"{place}/steps/message" not in shown or not key or not version:
                return
            data = {"key": key[1], "version": version[1], "text": token}
            if await self._post(f"{who}留言", f"{place}/steps/message", data, 409) == 303:
                self.tally.messages.append(token)
                return
            self.tally.told += 1
        raise AssertionError("eight times somebody was quicker")


def _ask_event(desk: str) -> int:
    """The number of Gradio's event behind the ask button, as the desk's page tells its browser."""
    told = _CONFIG.search(desk)
    assert told, "the desk's page tells no configuration"
    config: dict[str, Any] = json.loads(told[1])
    button = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "ask")
    return next(int(d["id"]) for d in config["dependencies"] if any(t[0] == button for t in d["targets"]))


def _expect(answer: httpx.Response, *statuses: int) -> None:
    if answer.status_code not in statuses:
        raise AssertionError(f"{answer.request.method} {answer.request.url.path} → {answer.status_code}")


# ---- what was kept ---------------------------------------------------------------------------


def _kept(engine: Engine, tally: Tally) -> dict[str, dict[str, int]]:
    """For questions, matters and messages: how many were acknowledged, lost, doubled."""
    with engine.connect() as connection:
        return {
            "提问": outcome(tally.asked, census.questions_kept(connection)),
            "事项": outcome(tally.matters, census.titles_kept(connection)),
            "留言": outcome(tally.messages, census.messages_kept(connection)),
        }


def outcome(sent: list[str], kept: Counter[str]) -> dict[str, int]:
    """Return how many of what was acknowledged was lost and doubled."""
    return {"acknowledged": len(sent), "lost": sum(kept[t] == 0 for t in sent), "doubled": sum(kept[t] > 1 for t in sent)}
