"""Pages from templates: everything put into one is escaped, and each knows who is looking."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from assistant.review.report.docx_template import TemplateRefused
from assistant.web.citation_view import day_word, version_word
from assistant.web.frame.navigation import ADMIN_TABS, notifications_of, places_of
from assistant.web.identity import current_user

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {"day": day_word, "version": version_word, "moment": lambda m: f"{m:%Y-%m-%d %H:%M}" if m else ""}
_TEMPLATES.globals |= {"admin_tabs": ADMIN_TABS}
_NOTICE: Final = "assistant_notice"
_LONGEST_NOTICE: Final = 300
#: How a download asks for the packaged template in the place of the bureau's own.
PACKAGED: Final = "packaged"
NO_STORE: Final = {"Cache-Control": "no-store"}


def page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a template filled in; never cached, since it shows what its reader may see."""
    user = current_user(request)
    notice = unquote(request.cookies.get(_NOTICE, ""))
    places, path = places_of(user), request.url.path
    here = max((p.address for p in places if path == p.address or path.startswith(p.address + "/")), key=len, default="")
    shared = {"user": user, "path": path, "places": places, "here": here, "notice": notice}
    unread = request.app.state.unread(user.id) if user.role and hasattr(request.app.state, "unread") else 0
    awaiting = request.app.state.waiting(user) if user.role and hasattr(request.app.state, "waiting") else {}
    shared |= {"bell": notifications_of(user), "unread": unread, "awaiting": awaiting}
    shared |= {"bureau": request.app.state.settings.bureau_name}
    # Not merged: a page that takes a name of the frame for its own fails at once.
    body = _TEMPLATES.get_template(template).render(**shared, **context)
    response = HTMLResponse(body, status_code=status, headers=NO_STORE)
    if notice:
        response.delete_cookie(_NOTICE)
    return response


def redirect(request: Request, path: str, notice: str = "") -> RedirectResponse:
    """Send the browser on with a GET; `notice` is one sentence shown there once."""
    response = RedirectResponse(path, status_code=303, headers=NO_STORE)
    if notice:
        response.set_cookie(_NOTICE, quote(notice[:_LONGEST_NOTICE]), max_age=60, httponly=True, samesite="lax")
    return response


def problem(request: Request, words: str, status: int = 404) -> HTMLResponse:
    """Return the page that says why something is not there or was not done."""
    return page(request, "problem.html", status, words=words, instead="")


def template_problem(request: Request, refused: TemplateRefused) -> HTMLResponse:
    """Return the page that says why the bureau's template cannot be used, with the way to the paper in the packaged one."""
    return page(request, "problem.html", 409, words=str(refused), instead=f"{request.url.path}?template={PACKAGED}")
