"""A card's way out of the page: its address for the QR code, and the leaflets."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request, Response

from assistant.config import Settings
from assistant.desk.cards.leaflets import leaflet_docx, leaflet_pdf
from assistant.desk.cards.model import Card
from assistant.web.edge.hosts import site_address

_KINDS = {
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", leaflet_docx),
    "pdf": ("application/pdf", leaflet_pdf),
}


def public_address(request: Request, settings: Settings, card: Card) -> str:
    """Return where the card opens without sign-in: under the address set for this site, else where it was reached."""
    return f"{site_address(request, settings)}/public/cards/{card.id}"


def leaflet(request: Request, settings: Settings, card: Card, kind: str) -> Response:
    """Return the leaflet as a download; `kind` is docx or pdf. Raises NoChineseFont."""
    media, make = _KINDS[kind]
    body = make(card, public_address(request, settings, card), settings)
    name = quote(f"以案释法-{card.title[:30]}.{kind}".replace("/", " "))
    disposition = f"attachment; filename=\"card.{kind}\"; filename*=UTF-8''{name}"
    return Response(body, media_type=media, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})
