"""The pages of the public desk: ask, cards, leave a question, look it up. No cookie is needed for any of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import FastAPI, Form, Request, Response

from assistant.config import Settings
from assistant.desk.cards.cards import Cards
from assistant.desk.cards.leaflets import NoChineseFont, stamp
from assistant.desk.chat.asked_counts import ConsultingDesk
from assistant.desk.chat.asked_counts import asked as asked_at
from assistant.desk.knowledge.guides import Guides, articles
from assistant.desk.public import messages
from assistant.desk.public.answer import public_answer
from assistant.desk.public.rate_limits import RateLimits
from assistant.errors import AssistantError, ComeBackLater
from assistant.library.shelf.shelf import Shelf
from assistant.limits import WORDS
from assistant.web.answering import Answering
from assistant.web.card_files import leaflet
from assistant.web.frame.offline import add_offline
from assistant.web.frame.render import page
from assistant.web.identity import PUBLIC
from assistant.web.public.guard import Guard, kiosk

_Field = Annotated[str, Form()]
#: Questions of a visit that are sent along with the next one.
_MOST_EARLIER = 3
#: Guides offered beside an answer.
_MOST_GUIDES, _ALL_GUIDES = 2, 50


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the pages are made from."""

    assistant: Answering
    cards: Cards
    guides: Guides

    @property
    def settings(self) -> Settings:
        return self.assistant.settings


def add_public(app: FastAPI, assistant: Answering, cards: Cards) -> None:
    """Put the desk's pages on the app, and the guard before them."""
    desk = _Desk(assistant, cards, Guides(assistant.settings))
    _add_asking(app, desk)
    add_offline(app, "/public/cards", None, "public/offline.html")
    _add_cards(app, desk)
    _add_guides(app, desk)
    _add_leaving(app, desk)
    app.add_middleware(Guard, limits=RateLimits(assistant.settings))


def _page(request: Request, desk: _Desk, template: str, status: int = 200, **context: Any) -> Response:
    settings = desk.settings
    reach = {"line": settings.service_line, "window": settings.service_window, "hours": settings.service_hours}
    lengths = {"most_chars": settings.public_question_chars, "most_left": settings.left_question_chars}
    shared = reach | lengths | kiosk(request) | {"consent": messages.consent_words(settings)}
    return page(request, f"public/{template}", status, **(shared | context))


def _add_asking(app: FastAPI, desk: _Desk) -> None:
    @app.get("/public")
    def start(request: Request) -> Response:
        return _page(request, desk, "home.html", fields=desk.cards.fields(), question="", earlier=[], problem="")

    @app.get("/public/ask")
    def ask_again(request: Request) -> Response:
        return start(request)

    @app.post("/public/ask")
    def ask(request: Request, question: _Field = "", earlier: Annotated[list[str] | None, Form()] = None) -> Response:
        before = [e[: desk.settings.public_question_chars] for e in (earlier or [])[-_MOST_EARLIER:]]
        try:
            answer = public_answer(desk.assistant.ask, desk.cards, desk.settings, question, before)
        except AssistantError as error:
            asked = question[: desk.settings.public_question_chars]
            return _page(request, desk, "home.html", 400, fields=desk.cards.fields(), question=asked, earlier=before, problem=str(error))
        declined = answer.reason if answer.handed_on else None
        addresses = [c.address for c in answer.citations]
        asked_at(desk.assistant.engine, PUBLIC.id, ConsultingDesk.PUBLIC, answer.question, addresses, declined)
        guides = [f.guide for f in desk.guides.find(answer.question, _MOST_GUIDES)]
        return _page(request, desk, "answer.html", answer=answer, guides=guides, earlier=[*before, answer.question][-_MOST_EARLIER:])


def _add_cards(app: FastAPI, desk: _Desk) -> None:
    @app.get("/public/fields/{field}")
    def acts(request: Request, field: str) -> Response:
        try:
            return _page(request, desk, "field.html", found=desk.cards.acts(field))
        except AssistantError as error:
            return _page(request, desk, "problem.html", 404, words=str(error))

    @app.get("/public/cards/{address}")
    def card(request: Request, address: str) -> Response:
        try:
            found = desk.cards.card(address)
        except AssistantError as error:
            return _page(request, desk, "problem.html", 404, words=str(error))
        return _page(request, desk, "card.html", card=found, stamp=stamp(found))

    @app.get("/public/cards/{address}/leaflet.{kind}")
    def leaflet_file(request: Request, address: str, kind: str) -> Response:
        try:
            if kind not in ("docx", "pdf"):
                return _page(request, desk, "problem.html", 404, words="只有 Word（docx）和 PDF 两种。")
            return leaflet(request, desk.settings, desk.cards.card(address), kind)
        except NoChineseFont:
            return _page(request, desk, "problem.html", 503, words="PDF 暂时不能生成，请改用 Word 版。")
        except AssistantError as error:
            return _page(request, desk, "problem.html", 404, words=str(error))


def _add_guides(app: FastAPI, desk: _Desk) -> None:
    shelf = Shelf(desk.assistant.engine, internal=False)

    @app.get("/public/guides")
    def guides(request: Request, words: str = "") -> Response:
        WORDS.check("查找的内容", len(words))
        asked = words[: desk.settings.public_question_chars]
        found = [f.guide for f in desk.guides.find(asked, _ALL_GUIDES)]
        return _page(request, desk, "guides.html", guides=found, words=asked)

    @app.get("/public/guides/{name}")
    def guide(request: Request, name: str) -> Response:
        try:
            found = desk.guides.guide(name)
        except AssistantError as error:
            return _page(request, desk, "problem.html", 404, words=str(error))
        return _page(request, desk, "guide.html", guide=found, articles=[a for a in articles(shelf, found) if a.found])


def _add_leaving(app: FastAPI, desk: _Desk) -> None:
    engine, settings = desk.assistant.engine, desk.settings

    @app.get("/public/leave")
    def leave_page(request: Request) -> Response:
        return _page(request, desk, "leave.html", question="", contact="", problem="")

    @app.post("/public/leave")
    def leave(request: Request, question: _Field = "", contact: _Field = "", consent: _Field = "") -> Response:
        try:
            left = messages.leave(engine, settings, question, contact, consent == "yes")
        except AssistantError as error:
            shown = {"question": question[: settings.left_question_chars], "contact": contact[:100], "problem": str(error)}
            return _page(request, desk, "leave.html", 400, **shown)
        return _page(request, desk, "left.html", left=left)

    @app.get("/public/lookup")
    def look_up_page(request: Request) -> Response:
        return _page(request, desk, "lookup.html", number="", problem="", seen=None)

    @app.post("/public/lookup")
    def look_up(request: Request, number: _Field = "", proof: _Field = "") -> Response:
        try:
            seen = messages.look_up(engine, settings, number, proof, request.client.host if request.client else "")
        except ComeBackLater as busy:
            response = _page(request, desk, "lookup.html", 429, number=number[:20], problem=str(busy), seen=None)
            response.headers["Retry-After"] = str(busy.seconds)
            return response
        except AssistantError as error:
            return _page(request, desk, "lookup.html", 404, number=number[:20], problem=str(error), seen=None)
        return _page(request, desk, "lookup.html", number=seen.number, problem="", seen=seen)
