"""Written answers with a real local model: a poor lawyer, and the answer is right all the same.

`make test-llm` installs llama.cpp and a 135M model in an environment of their own and runs this; elsewhere it is skipped.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.answer.model.check import check_model
from assistant.answer.model.client import ModelClient, ModelUse
from assistant.answer.model.writing import STRUCK, Draft, Writer, sources_of
from assistant.answer.parts import Answer, Citation, Section
from assistant.config import Settings, load_settings
from assistant.law.proof.proof import prove
from assistant.law.statute.model import article_label
from tests.law.proof_recipes import statutes

PYTHON = os.environ.get("LLM_PYTHON", "")
pytestmark = [pytest.mark.llm, pytest.mark.skipif(not PYTHON, reason="没有本机模型，运行 make test-llm")]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of a llama.cpp server with the packaged model."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    script = Path(__file__).with_name("serve_model.py")
    command = [PYTHON, str(script), str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdin is not None and server.stdout is not None
        line = server.stdout.readline().strip()
        assert line.startswith("http://"), "the model server did not start"
        yield f"{line}/v1"
        server.stdin.close()
        server.wait(timeout=60)


@pytest.fixture
def settings(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("NO_PROXY", "*")
    return load_settings(tmp_path, model_url=address, model_name="smollm2", model_timeout=600.0, model_reply_tokens=96, model_context=8192)


def given(question: str, *articles: tuple[str, int]) -> Answer:
    citations = []
    for mark, (law, number) in enumerate(articles, 1):
        text = statutes()[law][(number, 0)].text
        citations.append(Citation(mark, f"{law}{number}", law, article_label(number, 0), "", "现行有效", "法律", text))
    return Answer(question, date.today(), (Section("结论", f"{citations[0].quote}[1]"),), tuple(citations))


@pytest.mark.parametrize(
    ("question", "articles"),
    [
        ("旅行社出租业务经营许可证可以吗？", (("旅游法", 30),)),
        ("同一个违法行为能罚款两次吗？", (("行政处罚法", 29),)),
    ],
)
def test_whatever_a_small_model_writes_only_proved_sentences_are_shown(
    settings: Settings, question: str, articles: tuple[tuple[str, int], ...]
) -> None:
    uses: list[ModelUse] = []
    answer = given(question, *articles)
    drafts: list[Draft] = list(Writer(settings, ModelClient(settings, uses.append)).write(answer))
    last = drafts[-1]
    assert last.done and uses and uses[0].reply_tokens > 0, (last.line, uses)
    sources = sources_of(answer.citations)
    for draft in drafts:
        for sentence in draft.passed:
            assert prove(sentence.text, sources, question=question).holds
    if last.answer is None:
        assert last.line and "\n" not in last.line
    else:
        kept = {s.text for s in last.passed} | {STRUCK}
        written = [line for s in last.answer.sections for line in s.text.splitlines()]
        assert set(written) <= kept
        quoted = "".join(c.quote for c in answer.citations)
        assert all(n in quoted for n in re.findall(r"第[一二三四五六七八九十百]+条", "".join(written)))


def test_model_check_reaches_it(settings: Settings) -> None:
    found = check_model(settings, ModelClient(settings))
    assert found.reached and found.line
