"""Example questions: proposed from liked answers, approved, rejected, brought in a file, and found in the bank."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.answer.parts import Answer, Citation
from assistant.config import Settings
from assistant.desk.chat import conversations
from assistant.desk.knowledge import questions
from assistant.errors import AssistantError, RefusedInput
from assistant.library.sources.importing import import_paths
from assistant.search.question_bank import own_questions, read_questions
from assistant.store.proposals import ProposalStatus
from tests.invented import statute, write

ADDRESS = "《虚构茶馆管理办法》第二条"
QUESTION = "虚构茶馆没有热水怎么办"


@pytest.fixture
def shelf(engine: Engine, settings: Settings, tmp_path: Path) -> Engine:
    """An older text with four articles and the one in force, which has two."""
    write(tmp_path / "库")
    write(tmp_path / "库", "2011-03-01", statute(("虚构的新文本。", "虚构的热水。"), adopted="2011年3月1日"))
    list(import_paths(engine, settings, [tmp_path / "库"]))
    return engine


def answered(
    engine: Engine, question: str = QUESTION, *, articles: tuple[str, ...] = ("第二条", "第一条"), liked: bool | None = True
) -> int:
    """Keep an answer of the user 甲 and return its message's id."""
    cited = tuple(
        Citation(n, f"x#{n}", "虚构茶馆管理办法", a, "2011-03-01", "现行有效", "部门规章", "虚构的热水。")
        for n, a in enumerate(articles, 1)
    )
    answer = Answer(question, date.today(), (), cited)
    opened = conversations.start(engine, "甲", question)
    message = conversations.record_turn(engine, opened.id, "甲", answer)
    conversations.give_feedback(engine, message, "甲", liked)
    return message


def written(settings: Settings) -> list[str]:
    path = own_questions(settings) / questions.OWN_FILE
    return [q.question for q in read_questions(path)] if path.exists() else []


def test_a_liked_answer_is_proposed_once_and_approved(shelf: Engine, settings: Settings) -> None:
    message = answered(shelf)
    proposal = questions.propose(shelf, settings, message, "甲")
    assert questions.propose(shelf, settings, message, "甲") == proposal
    assert proposal.articles == (ADDRESS, "《虚构茶馆管理办法》第一条")
    assert questions.proposed(shelf, [message]) == {message: ProposalStatus.PENDING}
    assert written(settings) == []
    example = questions.approve(shelf, settings, proposal.id)
    assert written(settings) == [QUESTION] == [example.question]
    assert questions.proposals(shelf)[0].status is ProposalStatus.APPROVED
    assert questions.proposals(shelf, ProposalStatus.PENDING) == []
    with pytest.raises(AssistantError, match="已经处理过"):
        questions.approve(shelf, settings, proposal.id)


def test_what_makes_no_example_is_refused(shelf: Engine, settings: Settings) -> None:
    for message, why in (
        (answered(shelf, liked=None), "有用"),
        (answered(shelf, liked=False), "有用"),
        (answered(shelf, articles=("前言",)), "依据条文"),
        (answered(shelf, "虚" * 300), "200 字"),
    ):
        with pytest.raises(RefusedInput, match=why):
            questions.propose(shelf, settings, message, "甲")
    with pytest.raises(conversations.NoConversation):
        questions.propose(shelf, settings, answered(shelf), "乙")


def test_the_wording_may_be_changed_and_a_second_one_alike_is_refused(shelf: Engine, settings: Settings) -> None:
    first = questions.propose(shelf, settings, answered(shelf, "张三的茶馆没热水"), "甲")
    second = questions.propose(shelf, settings, answered(shelf, "李四的茶馆没热水"), "甲")
    questions.approve(shelf, settings, first.id, question="某虚构茶馆没热水", register=questions.Register.ONSITE)
    with pytest.raises(RefusedInput, match="已经有了"):
        questions.approve(shelf, settings, second.id, question="某虚构茶馆没热水？")
    assert questions.proposals(shelf, ProposalStatus.PENDING)[0].id == second.id
    questions.reject(shelf, second.id)
    assert questions.proposals(shelf, ProposalStatus.PENDING) == [] and written(settings) == ["某虚构茶馆没热水"]


def test_an_article_that_left_the_text_cannot_be_approved(shelf: Engine, settings: Settings) -> None:
    proposal = questions.propose(shelf, settings, answered(shelf, articles=("第四条",)), "甲")
    with pytest.raises(RefusedInput, match="现行文本没有这一条"):
        questions.approve(shelf, settings, proposal.id)
    assert written(settings) == [] and questions.proposals(shelf, ProposalStatus.PENDING) == [proposal]


def test_a_proposal_outlives_its_conversation(shelf: Engine, settings: Settings) -> None:
    proposal = questions.propose(shelf, settings, answered(shelf), "甲")
    for one in conversations.conversations(shelf, "甲"):
        conversations.delete(shelf, one.id, "甲")
    conversations.purge(shelf, datetime.now() + timedelta(days=30))
    assert [p.message_id for p in questions.proposals(shelf)] == [None]
    assert questions.approve(shelf, settings, proposal.id).question == QUESTION


def test_a_file_is_taken_line_by_line(shelf: Engine, settings: Settings, tmp_path: Path) -> None:
    rows: list[object] = [
        {"question": "虚构热水何时供应", "register": "public", "articles": [ADDRESS]},
        {"question": "虚构热水何时供应？", "register": "public", "articles": [ADDRESS]},
        {"question": "虚构的第四条怎么说", "register": "office", "articles": ["《虚构茶馆管理办法》第四条"]},
        {"question": "别的文件怎么说", "register": "office", "articles": ["《没有这部虚构文件》第一条"]},
        {"question": "没有语体的问题", "articles": [ADDRESS]},
        {"question": "语体不对的问题", "register": "chat", "articles": [ADDRESS]},
        {"question": "没有条文的问题", "register": "office", "articles": []},
        {"question": "地址不对的问题", "register": "office", "articles": ["第二条"]},
    ]
    file = tmp_path / "更多.jsonl"
    file.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows) + "\n不是 JSON\n", encoding="utf-8")
    own_questions(settings).mkdir()
    (own_questions(settings) / questions.OWN_FILE).write_text(
        json.dumps({"question": "原有的虚构问题", "register": "public", "articles": [ADDRESS]}, ensure_ascii=False), encoding="utf-8"
    )
    lines = questions.add_questions(shelf, settings, file)
    assert [x.line for x in lines] == list(range(1, 10))
    told = ("", "已经有了", "现行文本没有", "库中没有", "JSON", "register", "至少要有", "不是条文地址", "JSON")
    for line, why in zip(lines, told, strict=True):
        assert why in line.reason and bool(why) == bool(line.reason), line
    assert written(settings) == ["原有的虚构问题", "虚构热水何时供应"]
    assert questions.add_questions(shelf, settings, file)[0].reason == "示例问题里已经有了"


def test_a_file_without_questions_is_refused(shelf: Engine, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "空.jsonl").write_text("\n", encoding="utf-8")
    for name in ("空.jsonl", "无.jsonl"):
        with pytest.raises(RefusedInput):
            questions.add_questions(shelf, settings, tmp_path / name)
