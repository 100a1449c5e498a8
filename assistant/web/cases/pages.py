"""The pages of cases: the list with its filters, a case with its articles, out of use and back."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import FastAPI, Request, Response

from assistant.answer.model.wording import Wording
from assistant.desk.cases import cases, drafts
from assistant.desk.changes.asking import cases as case_asking
from assistant.desk.work import Work
from assistant.errors import NotOnShelf, RefusedInput
from assistant.law.cases.model import CaseKind
from assistant.library.catalogue import load_catalogue
from assistant.search.case_search import CaseSearch, Wanted
from assistant.web.answering import Answering
from assistant.web.frame.office import OfficeDesk
from assistant.web.frame.render import page, problem, redirect
from assistant.web.identity import current_user

HOME = "/staff/cases"
#: What is said where everyone would see what was done.
WAITS = "公众能看到的案例要由管理员批准；已提交，批准以前照旧。"
#: Cases of one page of the list.
_SHOWN = 50


@dataclass(frozen=True)
class CaseDesk(OfficeDesk):
    """The services behind the pages of cases; they hold no logic of their own."""

    @property
    def search(self) -> CaseSearch:
        """The search over the cases."""
        return self.assistant.case_search

    @property
    def fields(self) -> list[str]:
        """The fields of enforcement."""
        return [f.name for f in load_catalogue().fields]


@dataclass(frozen=True, slots=True)
class LessonForm:
    """The form of a case's lesson as it was sent, with what the model said where it was asked."""

    text: str
    wording: Wording | None = None


def add_cases(app: FastAPI, assistant: Answering, work: Work) -> None:
    """Put the pages on the app; they must come before Gradio takes the rest of /staff."""
    from assistant.web.cases.bringing_in import add_bringing_in
    from assistant.web.cases.lesson import add_lesson

    desk = CaseDesk(assistant, work)
    add_bringing_in(app, desk)
    _add_list(app, desk)
    _add_one(app, desk)
    add_lesson(app, desk)


def _add_list(app: FastAPI, desk: CaseDesk) -> None:
    @app.get(HOME)
    def listing(request: Request, q: str = "", field: str = "", article: str = "", kind: str = "", p: int = 1) -> Response:
        wanted = Wanted(field=field, kind=CaseKind(kind) if kind in list(CaseKind) else None)
        wrong = ""
        try:
            found = cases.found(desk.search, desk.shelf, q, article=article, wanted=wanted)
        except RefusedInput as refused:
            found, wrong = [], str(refused)
        last = max(1, -(-len(found) // _SHOWN))
        at = min(max(p, 1), last)
        return page(
            request,
            "cases/list.html",
            found=found[(at - 1) * _SHOWN : at * _SHOWN],
            total=len(found),
            p=at,
            last=last,
            chosen={"q": q, "field": field, "article": article, "kind": kind},
            problem=wrong,
            fields=desk.fields,
            kinds=list(CaseKind),
            waiting=drafts.kept_drafts(desk.engine, current_user(request).id),
            removed=cases.removed(desk.engine),
        )


def shown(request: Request, desk: CaseDesk, number: int, lesson: LessonForm | None = None, refused: str = "") -> Response:
    """Return the page of a case, with the form of its lesson as it was sent; raises NotOnShelf."""
    return page(
        request,
        "cases/case.html",
        400 if refused else 200,
        found=cases.shown(desk.engine, desk.shelf, number),
        lesson=lesson,
        refused=refused,
        longest=cases.LESSON_CHARS,
        model_wait=round(desk.settings.model_timeout) if desk.assistant.writes else 0,
    )


def _add_one(app: FastAPI, desk: CaseDesk) -> None:
    @app.get(HOME + "/{number}")
    def show(request: Request, number: int) -> Response:
        try:
            return shown(request, desk, number)
        except NotOnShelf as error:
            return problem(request, str(error))

    @app.post(HOME + "/{number}/remove")
    def remove(request: Request, number: int) -> Response:
        try:
            title = case_asking.title_of(desk.engine, number)
            asked = case_asking.remove(desk.engine, desk.settings, number, current_user(request))
        except NotOnShelf as error:
            return problem(request, str(error))
        if asked:
            return redirect(request, f"{HOME}/{number}", WAITS)
        return redirect(request, HOME + "#removed", f"已移出《{title}》；在“已移出”里可以恢复。")

    @app.post(HOME + "/{number}/restore")
    def restore(request: Request, number: int) -> Response:
        try:
            title = case_asking.title_of(desk.engine, number)
            asked = case_asking.restore(desk.engine, desk.settings, number, current_user(request))
        except NotOnShelf as error:
            return problem(request, str(error))
        return redirect(request, f"{HOME}#removed", WAITS) if asked else redirect(request, f"{HOME}/{number}", f"已恢复《{title}》。")
