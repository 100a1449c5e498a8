"""The figures of written answers, with a model that copies and one that lies; and the second look that finds a lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.answer.model.client import ModelClient
from assistant.answer.model.writing import Writer
from assistant.config import Settings, load_settings
from assistant.lab.evaluate_answers import Labelled
from assistant.lab.evaluate_written import echoes_accepted, supported, written_figures
from tests.answer.model.test_writing import BAD, GOOD, answer, first_only
from tests.model_server import ModelServer, Reply, serve


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serve(lambda prompt: Reply(GOOD)) as running:
        yield running


@pytest.fixture
def settings(server: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("NO_PROXY", "*")
    return load_settings(tmp_path, model_url=server.address, model_name="scripted", model_timeout=300.0)


def figures(settings: Settings) -> dict[str, float]:
    questions = [
        Labelled("1", "茶楼强行兜售茶点怎么处罚？", (("茶楼条例", "第七条"),), "penalty", ("800元",)),
        Labelled("2", "天气", (), "abstain"),
    ]
    return written_figures(questions, answer, Writer(settings, ModelClient(settings)).write)


def test_a_model_that_copies(settings: Settings) -> None:
    found = figures(settings)
    assert (found["n"], found["must_say"], found["cited_recall"], found["written"]) == (1, 1, 1, 1)
    assert (found["refused"], found["struck"], found["false_accepted"], found["altered_accepted"]) == (0, 0, 0, 0)
    assert found["sentences"] == 4 and found["first_sentence_s"] >= 0


def test_a_model_that_lies(settings: Settings, server: ModelServer) -> None:
    server.script = first_only("【结论】\n" + BAD)
    found = figures(settings)
    assert (found["written"], found["refused"], found["struck"], found["false_accepted"]) == (0, 1, 1, 0)
    assert found["must_say"] == 1, "the first answer stands and says it"


@pytest.mark.parametrize(
    ("sentence", "holds"),
    [
        ("可以并处200元以上800元以下罚款[1]。", True),
        ("可以并处200元以上900元以下罚款[1]。", False),
        ("暂扣茶楼许可证[1]。", False),
        ("《公安茶楼规定》规定，责令改正[1]。", True),
        ("《茶楼条例》第九条规定，责令改正[1]。", False),
        ("责令改正[5]。", False),
    ],
)
def test_the_second_look(sentence: str, holds: bool) -> None:
    assert supported(sentence, answer().citations) is holds


def test_altered_echoes_are_refused_by_the_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = GOOD.splitlines()[1]
    assert echoes_accepted(sentence, answer()) == []
    accept: Callable[..., object] = lambda *a, **k: type("P", (), {"holds": True})()  # noqa: E731
    monkeypatch.setattr("assistant.lab.evaluate_written.prove", accept)
    assert len(echoes_accepted(sentence, answer())) >= 3
