"""The page of words and questions: the bureau's own thesaurus, and proposed example questions to decide on."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Form, Request, Response

from assistant.desk import questions, words
from assistant.desk.questions import Register
from assistant.errors import AssistantError
from assistant.store.proposals import ProposalStatus
from assistant.web.answering import Answering
from assistant.web.identity import current_user
from assistant.web.render import page, redirect

_PAGE = "/admin/words"
_Field = Annotated[str, Form()]
_REGISTERS = ((Register.OFFICE, "机关书面语"), (Register.ONSITE, "现场口语"), (Register.PUBLIC, "群众"))


def add_words(app: FastAPI, assistant: Answering) -> None:
    """Put the page on the app."""
    engine, settings = assistant.engine, assistant.settings

    def shown(request: Request, status: int = 200, problem: str = "", say: str = "", law: str = "") -> Response:
        pending = questions.proposals(engine, ProposalStatus.PENDING)
        context = {"pending": pending, "entries": words.own_entries(settings), "registers": _REGISTERS}
        return page(request, "admin/words.html", status, problem=problem, say=say, law=law, **context)

    @app.get(_PAGE)
    def start(request: Request) -> Response:
        return shown(request)

    @app.post(_PAGE)
    def add(request: Request, say: _Field = "", law: _Field = "") -> Response:
        try:
            entry = words.add_entry(engine, settings, say, law, by=current_user(request).id)
        except AssistantError as error:
            return shown(request, 400, str(error), say, law)
        return redirect(request, _PAGE, f"已加入：{'、'.join(entry.say)} → {'、'.join(entry.law)}，立即生效。")

    @app.post(_PAGE + "/remove")
    def remove(request: Request, say: _Field = "") -> Response:
        try:
            entry = words.remove_entry(engine, settings, say, by=current_user(request).id)
        except AssistantError as error:
            return shown(request, 400, str(error))
        return redirect(request, _PAGE, f"已删除：{'、'.join(entry.say)} → {'、'.join(entry.law)}。要恢复请照原样再加一次。")

    @app.post(_PAGE + "/proposals/{proposal_id}")
    def decide(request: Request, proposal_id: int, act: _Field = "", question: _Field = "", wording: _Field = "office") -> Response:
        user = current_user(request).id
        try:
            if act != "approve":
                questions.reject(engine, proposal_id, actor=user)
                return redirect(request, _PAGE, "已搁置这个推荐。")
            example = questions.approve(engine, settings, proposal_id, question=question, register=Register(wording), actor=user)
        except (AssistantError, ValueError) as error:
            return shown(request, 400, str(error) if isinstance(error, AssistantError) else "请选择问法。")
        request.app.state.indexing.wake()
        return redirect(request, _PAGE, f"已采纳：{example.question}。索引在后台更新，一会儿生效。")
