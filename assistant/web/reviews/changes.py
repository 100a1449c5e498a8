"""What the forms of a review change: words on findings, own findings, facts, the conclusion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Protocol

from fastapi import FastAPI, Form, Request, Response

from assistant.answer.model.wording import Wording
from assistant.desk.knowledge import wordings
from assistant.desk.reviews import conclusion as review_conclusion
from assistant.desk.reviews import facts, words
from assistant.desk.reviews.facts import Rerun
from assistant.desk.reviews.reviews import NoReview, ReviewClosed
from assistant.desk.reviews.words import OwnFinding
from assistant.desk.work import Job
from assistant.desk.work.tasks import ReviewAgain
from assistant.errors import AssistantError, RefusedInput
from assistant.review.text.model import Review
from assistant.web.frame.render import problem, redirect
from assistant.web.frame.whole_numbers import whole_number
from assistant.web.identity import current_user
from assistant.web.jobs import Outcome, answered
from assistant.web.reviews.services import ReviewDesk
from assistant.web.reviews.view import Editing

_Field = Annotated[str, Form()]


class Show(Protocol):
    """Shows the page of a review, with what was refused, the finding being written and the one being edited."""

    def __call__(
        self,
        request: Request,
        review_id: str,
        *,
        refused: AssistantError | None = None,
        own: OwnFinding | None = None,
        editing: Editing | None = None,
    ) -> Response: ...


def add_changes(app: FastAPI, desk: ReviewDesk, show: Show) -> None:
    """Put what the forms post to on the app; `show` shows the page again with the reason of a refusal."""
    _add_words(app, desk, show)
    _add_wording(app, desk, show)
    _add_facts(app, desk, show)
    _add_conclusion(app, desk, show)


def _done(request: Request, show: Show, review_id: str, act: Callable[[], str], at: str, own: OwnFinding | None = None) -> Response:
    """Do it, then show the review at the place named with what was done; or say what was refused."""
    try:
        notice = act()
    except RefusedInput as refused:
        return show(request, review_id, refused=refused, own=own)
    return redirect(request, f"/staff/reviews/{review_id}#{at}", notice)


def _add_words(app: FastAPI, desk: ReviewDesk, show: Show) -> None:
    @app.post("/staff/reviews/{review_id}/findings/{finding_id}")
    def word(
        request: Request,
        review_id: str,
        finding_id: int,
        act: _Field = "",
        reason: _Field = "",
        severity: _Field = "",
        explain: _Field = "",
        suggest: _Field = "",
    ) -> Response:
        user, one = current_user(request), (review_id, finding_id)

        def do() -> str:
            if act == "accept":
                words.accept(desk.engine, user, *one)
                return "已采纳。"
            if act == "edit":
                words.edit(desk.engine, user, *one, severity, explain, suggest)
                return "已按您的文字采纳。"
            if act == "reject":
                words.reject(desk.engine, user, *one, reason)
                return "已驳回，理由已留存。"
            if act == "undo":
                words.undo(desk.engine, user, *one)
                return "已撤销。"
            raise RefusedInput("操作", "没有这个操作，请从页面上的按钮进行")

        return _done(request, show, review_id, do, f"f{finding_id}" if act != "undo" else "findings")

    @app.post("/staff/reviews/{review_id}/findings")
    def add(
        request: Request,
        review_id: str,
        title: _Field = "",
        severity: _Field = "",
        question: _Field = "",
        explain: _Field = "",
        suggest: _Field = "",
        quote: _Field = "",
        start: _Field = "",
        basis: _Field = "",
    ) -> Response:
        at = whole_number(start)
        own = OwnFinding(title, severity, question, explain, suggest, quote, at, basis)

        def do() -> str:
            words.add(desk.engine, desk.reviewer, current_user(request), review_id, own)
            return "已补充一项问题。"

        return _done(request, show, review_id, do, "findings", own)

    @app.post("/staff/reviews/{review_id}/accept-rest")
    def accept_rest(request: Request, review_id: str) -> Response:
        def do() -> str:
            return f"已采纳其余 {words.accept_rest(desk.engine, current_user(request), review_id)} 项。"

        return _done(request, show, review_id, do, "findings")


def _add_wording(app: FastAPI, desk: ReviewDesk, show: Show) -> None:
    @app.post("/staff/reviews/{review_id}/findings/{finding_id}/wording")
    def wording(
        request: Request,
        review_id: str,
        finding_id: int,
        act: _Field = "",
        severity: _Field = "",
        explain: _Field = "",
        suggest: _Field = "",
        proposed: _Field = "",
    ) -> Response:
        if not desk.assistant.writes:
            return problem(request, "没有设置语言模型，不能请模型改写；请自己修改文字。")
        form = Editing(finding_id, severity, explain, proposed if act == "take" else suggest)
        if act in ("take", "leave"):
            return show(request, review_id, editing=form)
        try:
            said = wordings.for_finding(desk.assistant, current_user(request), review_id, finding_id, suggest)
        except RefusedInput as refused:
            return show(request, review_id, refused=refused, editing=replace(form, wording=Wording("", str(refused))))
        return show(request, review_id, editing=replace(form, wording=said))


def _add_facts(app: FastAPI, desk: ReviewDesk, show: Show) -> None:
    @app.post("/staff/reviews/{review_id}/facts")
    async def fact(request: Request, review_id: str, key: _Field = "", value: _Field = "", act: _Field = "") -> Response:
        user, new = current_user(request), None if act == "undo" else value
        done = "更正已撤销，规则已重新运行。" if act == "undo" else "事实已更正，规则已重新运行；您处理过的问题仍保留。"
        return await _rerun(request, desk, show, lambda: facts.corrected(desk.engine, user, review_id, key, new), "facts", done)

    @app.post("/staff/reviews/{review_id}/again")
    async def again(request: Request, review_id: str) -> Response:
        user = current_user(request)
        done = "已按现行规则和法规库重新审查。"
        return await _rerun(request, desk, show, lambda: facts.as_it_stands(desk.engine, user, review_id), "findings", done)


async def _rerun(request: Request, desk: ReviewDesk, show: Show, prepared: Callable[[], Rerun], at: str, done: str) -> Response:
    """Have the rules run again by a worker, then show the review at the place named; or say what was refused."""
    user, review_id = current_user(request), str(request.path_params["review_id"])

    def start() -> Job[Outcome]:
        rerun = prepared()
        task = ReviewAgain(rerun.dossier, rerun.kind, rerun.stored.as_of, tuple(rerun.corrections.items()))
        address = f"/staff/reviews/{review_id}"

        def finish(result: tuple[Review, dict[str, str]]) -> Outcome:
            facts.settle(desk.engine, user, rerun, *result)
            return Outcome(f"{address}#{at}", done)

        return desk.work.submit(user.id, task, finish, back=address)

    def refused(error: AssistantError) -> Response:
        if isinstance(error, NoReview | ReviewClosed):
            raise error
        return show(request, review_id, refused=error)

    return await answered(request, start, refused)


def _add_conclusion(app: FastAPI, desk: ReviewDesk, show: Show) -> None:
    @app.post("/staff/reviews/{review_id}/conclude")
    def conclude(request: Request, review_id: str, conclusion: _Field = "", remark: _Field = "") -> Response:
        def do() -> str:
            pattern = desk.settings.review_number
            number = review_conclusion.conclude(desk.engine, pattern, current_user(request), review_id, conclusion, remark)
            return f"已作出结论，意见书编号 {number}。"

        return _done(request, show, review_id, do, "conclusion")

    @app.post("/staff/reviews/{review_id}/reopen")
    def reopen(request: Request, review_id: str) -> Response:
        def do() -> str:
            review_conclusion.reopen(desk.engine, current_user(request), review_id)
            return "已重新打开，可以修改；编号保留。"

        return _done(request, show, review_id, do, "conclusion")
