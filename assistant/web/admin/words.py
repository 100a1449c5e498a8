"""The page of words and questions: the bureau's own thesaurus, and proposed example questions to decide on."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Form, Request, Response

from assistant.desk.changes.asking import bureau
from assistant.desk.knowledge import questions, thesaurus
from assistant.desk.knowledge.questions import Register
from assistant.errors import AssistantError
from assistant.store.library.changes import Change, ChangeState
from assistant.store.proposals import ProposalStatus
from assistant.web.answering import Answering
from assistant.web.documents.deciding import PAGE
from assistant.web.frame.render import page, redirect
from assistant.web.identity import current_user

_PAGE = "/admin/words"
_Field = Annotated[str, Form()]
_REGISTERS = ((Register.OFFICE, "机关书面语"), (Register.ONSITE, "现场口语"), (Register.PUBLIC, "群众"))


def add_words(app: FastAPI, assistant: Answering) -> None:
    """Put the page on the app."""
    engine, settings = assistant.engine, assistant.settings

    def shown(request: Request, status: int = 200, problem: str = "", say: str = "", law: str = "") -> Response:
        pending = questions.proposals(engine, ProposalStatus.PENDING)
        context = {"pending": pending, "entries": thesaurus.own_entries(settings), "registers": _REGISTERS}
        return page(request, "admin/words.html", status, problem=problem, say=say, law=law, **context)

    @app.get(_PAGE)
    def start(request: Request) -> Response:
        return shown(request)

    @app.post(_PAGE)
    def add(request: Request, say: _Field = "", law: _Field = "") -> Response:
        try:
            asked = bureau.ask_word(engine, settings, current_user(request), say, law)
        except AssistantError as error:
            return shown(request, 400, str(error), say, law)
        return _waits(request, asked)

    @app.post(_PAGE + "/remove")
    def remove(request: Request, say: _Field = "") -> Response:
        try:
            asked = bureau.ask_word_out(engine, settings, current_user(request), say)
        except AssistantError as error:
            return shown(request, 400, str(error))
        return _waits(request, asked)

    @app.post(_PAGE + "/proposals/{proposal_id}")
    def decide(request: Request, proposal_id: int, act: _Field = "", question: _Field = "", wording: _Field = "office") -> Response:
        user = current_user(request)
        try:
            if act != "approve":
                questions.reject(engine, proposal_id, actor=user.id)
                return redirect(request, _PAGE, "已搁置这个推荐。")
            asked = bureau.take_up(engine, settings, user, proposal_id, question, Register(wording))
        except (AssistantError, ValueError) as error:
            return shown(request, 400, str(error) if isinstance(error, AssistantError) else "请选择问法。")
        if asked.state is ChangeState.WAITING:
            return _waits(request, asked)
        request.app.state.indexing.wake()
        return redirect(request, _PAGE, f"已采纳：{asked.title}。索引在后台更新，一会儿生效。")


def _waits(request: Request, asked: Change) -> Response:
    """Show what was asked for: words and examples steer what the public is answered, so a second administrator confirms them."""
    return redirect(request, f"{PAGE}/{asked.id}", "已提交，由另一名管理员批准以后生效；在那以前照旧。")
