"""The pages of 以案释法: field → act → card, or one sentence; leaflets; what the phone needs to work offline."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request, Response

from assistant.desk.cards.cards import Cards
from assistant.desk.cards.finding import find_cards
from assistant.desk.cards.leaflets import NoChineseFont, qr_svg, stamp
from assistant.desk.chat.asked_counts import ConsultingDesk, asked
from assistant.errors import AssistantError
from assistant.web.answering import Answering
from assistant.web.card_files import leaflet, public_address
from assistant.web.frame.offline import add_offline
from assistant.web.frame.render import page, problem
from assistant.web.identity import current_user

#: What the desk says about itself to a phone that keeps it on its start screen.
_MANIFEST = {
    "name": "以案释法",
    "short_name": "以案释法",
    "lang": "zh-CN",
    "start_url": "/onsite",
    "scope": "/onsite",
    "display": "standalone",
    "background_color": "#f6f7f9",
    "theme_color": "#22578f",
    "icons": [{"src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
}


def add_onsite(app: FastAPI, assistant: Answering, cards: Cards) -> None:
    """Put the desk's pages on the app."""
    _add_choosing(app, assistant, cards)
    _add_cards(app, assistant, cards)
    add_offline(app, "/onsite", _MANIFEST, "onsite/offline.html")


def _add_choosing(app: FastAPI, assistant: Answering, cards: Cards) -> None:
    @app.get("/onsite")
    def start(request: Request) -> Response:
        return page(request, "onsite/home.html", fields=cards.fields(), question="")

    @app.get("/onsite/fields/{field}")
    def acts(request: Request, field: str) -> Response:
        try:
            return page(request, "onsite/field.html", found=cards.acts(field))
        except AssistantError as error:
            return problem(request, str(error))

    @app.get("/onsite/find")
    def find(request: Request, q: str = "") -> Response:
        try:
            found = find_cards(assistant, cards, q)
        except AssistantError as error:
            return page(request, "onsite/home.html", 400, fields=cards.fields(), question=q, problem=str(error))
        declined = None if found.acts or found.citations else found.said
        addresses = [c.address for c in found.citations]
        asked(assistant.engine, current_user(request).id, ConsultingDesk.ONSITE, q, addresses, declined)
        return page(request, "onsite/found.html", question=q, found=found)


def _add_cards(app: FastAPI, assistant: Answering, cards: Cards) -> None:
    settings = assistant.settings

    @app.get("/onsite/cards/{address}")
    def card(request: Request, address: str, big: str = "") -> Response:
        try:
            found = cards.card(address)
        except AssistantError as error:
            return problem(request, str(error))
        opened = public_address(request, settings, found)
        way: dict[str, Any] = {"public_address": opened, "qr": qr_svg(opened), "line": settings.service_line}
        return page(request, "onsite/card.html", card=found, stamp=stamp(found), big=bool(big), base="/onsite/cards", **way)

    @app.get("/onsite/cards/{address}/leaflet.{kind}")
    def leaflet_file(request: Request, address: str, kind: str) -> Response:
        if kind not in ("docx", "pdf"):
            return problem(request, "只有 Word（docx）和 PDF 两种。")
        try:
            return leaflet(request, settings, cards.card(address), kind)
        except NoChineseFont as error:
            return problem(request, str(error), 503)
        except AssistantError as error:
            return problem(request, str(error))
