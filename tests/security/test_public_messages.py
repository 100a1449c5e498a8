"""Messages visitors leave: guessing slows the guesser, not the visitor, and tells nobody which numbers there are."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assistant.answer.service import Assistant
from assistant.config import load_settings
from assistant.desk.public import messages
from assistant.desk.public.messages import Left
from tests.web.serving import served

UNKNOWN = "LY990101-000000"
FREE = 10  # proofs that are looked at before an address waits


class Counter:
    """The public desk as visitors reach it, each from an address of their own."""

    def __init__(self, address: str, assistant: Assistant) -> None:
        self.client, self.assistant = httpx.Client(base_url=address, timeout=60), assistant

    def left(self) -> Left:
        """Leave a question with a telephone number that ends in 4321."""
        return messages.leave(self.assistant.engine, self.assistant.settings, "茶楼夜里太吵找谁？", "0579-87654321", True)

    def look_up(self, number: str, proof: str, host: str) -> httpx.Response:
        """Send the form from a host."""
        return self.client.post("/public/lookup", data={"number": number, "proof": proof}, headers={"X-Forwarded-For": host})


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    assistant = Assistant(load_settings(tmp_path_factory.mktemp("left"), trusted_proxies=["127.0.0.1"]))
    with served(assistant) as site:
        yield Counter(str(site), assistant)
    assistant.close()


def test_a_guesser_waits_and_the_visitor_does_not(counter: Counter) -> None:
    mine = counter.left()
    answers = [counter.look_up(mine.number, f"{n:04}", "192.0.2.1") for n in range(FREE + 5)]
    assert [a.status_code for a in answers] == [404] * FREE + [429] * 5
    assert int(answers[-1].headers["retry-after"]) >= 1 and "再试" in answers[-1].text
    assert counter.look_up(mine.number, mine.code, "192.0.2.1").status_code == 429
    for proof in ("4321", mine.code):
        assert "茶楼夜里太吵" in counter.look_up(mine.number, proof, "192.0.2.2").text


def test_guessers_at_many_addresses_do_not_reach_the_four_digits_and_the_code_opens(counter: Counter) -> None:
    mine = counter.left()
    for n in range(60):
        counter.look_up(mine.number, f"{n:04}", f"198.51.100.{n}")
    assert counter.look_up(mine.number, "4321", "198.51.100.99").status_code == 404
    assert "茶楼夜里太吵" in counter.look_up(mine.number, mine.code, "203.0.113.1").text


def test_the_answer_does_not_tell_whether_a_number_exists(counter: Counter) -> None:
    mine = counter.left()
    for _ in range(FREE + 3):
        known, unknown = (counter.look_up(number, "0000", f"192.0.2.{host}") for number, host in ((mine.number, 31), (UNKNOWN, 32)))
        assert known.status_code == unknown.status_code
        assert re.sub(r"\d+", "", known.text.replace(mine.number, "")) == re.sub(r"\d+", "", unknown.text.replace(UNKNOWN, ""))


def test_an_unknown_number_takes_as_much_work_as_a_known_one(counter: Counter) -> None:
    from sqlalchemy import event

    mine, engine = counter.left(), counter.assistant.engine
    said: list[str] = []

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        said.append(statement)

    def work(number: str, host: str) -> list[str]:
        said.clear()
        with pytest.raises(messages.NotFoundHere):
            messages.look_up(engine, counter.assistant.settings, number, "0000", host)
        return list(said)

    def cost(number: str, hosts: str) -> float:
        times = []
        for n in range(9):
            begun = time.perf_counter()
            work(number, f"{hosts}.{n}")
            times.append(time.perf_counter() - begun)
        return statistics.median(times)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert work(mine.number, "192.0.2.41") == work("LY990101-000001", "192.0.2.42")
        assert cost("LY990101-000002", "10.1.1") < 5 * max(cost(mine.number, "10.1.2"), 0.02)
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_addresses_are_kept_nowhere(counter: Counter) -> None:
    counter.look_up(UNKNOWN, "0000", "192.0.2.199")
    home: Path = counter.assistant.settings.home
    assert not any(b"192.0.2.199" in p.read_bytes() for p in home.glob("library.db*"))
