"""Written answers on the staff desk: the first answer at once, proved sentences as they come, replaced only when all has passed."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.answer.model.wording import Task
from assistant.answer.service import Assistant
from assistant.config import Settings
from assistant.desk.people.accounts import Role
from assistant.errors import BadSetting
from assistant.store.model_uses import totals
from tests.model_server import ModelServer, Reply, serve
from tests.web.people import Site, signed_in
from tests.web.serving import served

QUESTION = "茶楼强行兜售茶点罚多少"
WAIT = 60_000  # a bound against hanging, not a measurement
TRUE = "强行兜售茶点的，由茶楼主管部门处200元以上800元以下的罚款[{n}]。"
FALSE = "强行兜售茶点的，由茶楼主管部门处200元以上9000元以下的罚款[{n}]。"


def mark(prompt: str) -> str:
    """The number under which the penalty article was sent."""
    found = re.search(r"\[(\d)\] 《虚构市茶楼管理办法》第五条", prompt)
    assert found, prompt
    return found[1]


def true_reply(prompt: str) -> str:
    return "【结论】\n" + TRUE.format(n=mark(prompt)) + "\n【疑问】\n建议先核实事实和证据。\n建议核实现场情况。\n"


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with serve(lambda prompt: Reply(true_reply(prompt))) as running:
        yield running


@pytest.fixture(scope="module")
def written_assistant(settings: Settings, model: ModelServer) -> Iterator[Assistant]:
    made = Assistant(settings.model_copy(update={"model_url": model.address, "model_name": "scripted", "model_timeout": 300.0}))
    yield made
    made.close()


@pytest.fixture(scope="module")
def written_site(written_assistant: Assistant) -> Iterator[Site]:
    with served(written_assistant) as site:
        site.people = {Role.STAFF: signed_in(written_assistant.engine, written_assistant.settings, Role.STAFF, login="written-staff")}
        yield site


@pytest.fixture
def page(browser: Any, written_site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("NO_PROXY", "*")
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.add_cookies([written_site.browser_cookie(Role.STAFF)])
    opened = context.new_page()
    opened.set_default_timeout(WAIT)
    opened.goto(f"{written_site}/staff")
    opened.wait_for_selector(".empty")
    yield opened
    context.close()


def ask(page: Any, question: str = QUESTION) -> None:
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")


def test_the_first_answer_stands_while_the_model_writes_and_is_then_replaced(
    page: Any, model: ModelServer, written_assistant: Assistant
) -> None:
    gate = threading.Event()
    model.script = lambda prompt: Reply(true_reply(prompt), gate=gate)
    ask(page)
    page.wait_for_selector(".written .mark")
    shown = page.locator(".turn.answer").inner_text()
    assert "二百元以上八百元以下" in shown, "the first answer is there in full"
    assert "200元以上800元以下" in page.locator(".written").inner_text(), "the proved sentence is there before the model has ended"
    first = page.locator(".turn.answer section.part").first
    top = first.bounding_box()["y"]
    page.wait_for_timeout(200)
    assert first.bounding_box()["y"] == top, "what is read does not move"
    gate.set()
    page.wait_for_selector(".written-note")
    conclusion = page.locator(".turn.answer section.part").first.inner_text()
    assert "200元以上800元以下" in conclusion and page.locator(".written").count() == 0
    assert "由模型撰写" in page.locator(".written-note").inner_text()
    page.reload()
    page.wait_for_selector("#conversation-list button")
    page.click("#conversation-list button >> nth=0")
    page.wait_for_selector(".written-note")
    assert "200元以上800元以下" in page.locator(".turn.answer section.part").first.inner_text(), "it is kept as shown"
    with written_assistant.engine.connect() as connection:
        assert ("撰写答复", 1) in [(t.purpose, t.calls) for t in totals(connection)]


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (Reply(status=503), "报错"),
        (Reply("【结论】\n不用处罚。\n你好[1]。\n"), "没有采用"),
        (Reply("<script>window.hacked=1</script>。\n<img src=x onerror='window.hacked=1'>[1]。\n"), "没有采用"),
    ],
)
def test_whatever_the_model_does_the_first_answer_stays_with_one_line(page: Any, model: ModelServer, reply: Reply, says: str) -> None:
    model.script = lambda prompt: Reply("无法改写") if "没有通过的原因" in prompt else reply
    ask(page)
    page.wait_for_selector(".written-note")
    line = page.locator(".written-note")
    assert line.count() == 1 and says in line.inner_text() and "不使用模型的答复" in line.inner_text()
    shown = page.locator(".turn.answer").inner_text()
    assert "二百元以上八百元以下" in shown and "不用处罚" not in shown
    assert page.evaluate("window.hacked") is None
    assert page.locator(".feedback").count() == 1


def test_a_false_sentence_never_appears(page: Any, model: ModelServer) -> None:
    model.script = lambda prompt: Reply(
        "无法改写" if "没有通过的原因" in prompt else true_reply(prompt) + "【步骤】\n" + FALSE.format(n=mark(prompt)) + "\n"
    )
    ask(page)
    page.wait_for_selector(".written-note")
    assert "9000" not in page.locator("#transcript").inner_text()
    assert "删去 1 句" in page.locator(".written-note").inner_text()


def test_a_writer_does_not_write_into_another_conversation(page: Any, model: ModelServer) -> None:
    gate = threading.Event()
    model.script = lambda prompt: Reply(true_reply(prompt), gate=gate)
    ask(page)
    page.wait_for_selector(".written .mark")
    page.click("#new-conversation")
    page.wait_for_selector(".empty")
    gate.set()
    page.wait_for_timeout(1500)
    assert page.locator(".empty").count() == 1 and page.locator(".turn").count() == 0


def test_wording_for_pages_goes_through_the_same_proof(written_assistant: Assistant, model: ModelServer, assistant: Assistant) -> None:
    address = "《虚构市茶楼管理办法》第五条"
    model.script = lambda prompt: Reply(f"请改正。{TRUE.format(n=1)}")
    assert "200元以上800元以下" in written_assistant.suggest_wording(Task.OPINION, "请改正。", [address]).text
    model.script = lambda prompt: Reply(f"请改正。{FALSE.format(n=1)}")
    refused = written_assistant.suggest_wording(Task.OPINION, "请改正。", [address])
    assert refused.text == "" and "没有采用" in refused.line
    with pytest.raises(BadSetting, match="model_url"):
        assistant.suggest_wording(Task.OPINION, "请改正。")
