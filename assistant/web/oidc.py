"""Sign-in through the bureau's OpenID provider (统一认证), by Authlib; needs the extra `oidc`.

The provider's subject says who comes; which account that is, an administrator has said once (`desk.provider_requests`).
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.routing import Route

from assistant.desk.people import accounts, provider_requests
from assistant.desk.people.accounts import SignInRefused
from assistant.desk.people.provider_requests import Waiting
from assistant.errors import MissingExtra
from assistant.web.answering import Answering
from assistant.web.edge.hosts import site_address
from assistant.web.frame.render import page
from assistant.web.sign_in import signed_in

log = logging.getLogger(__name__)

_PLACE = "/login/oidc"
_DISCOVERY = "/.well-known/openid-configuration"
#: Seconds and bytes of one answer of the provider.
_SECONDS, _LARGEST = 20, 1024 * 1024
_AWAY = "统一认证没有完成，请返回登录页再试；仍不行请用本系统的密码登录，并告诉管理员。"


def add_oidc(app: FastAPI, assistant: Answering) -> None:
    """Mount /login/oidc; raises MissingExtra where Authlib is not installed."""
    provider = _provider(assistant)
    site = assistant.settings.base_url or assistant.settings.public_url

    async def begin(request: Request) -> Response:
        back = f"{site.rstrip('/') or site_address(request, assistant.settings)}{_PLACE}/callback"
        try:
            return await provider.authorize_redirect(request, back)  # type: ignore[no-any-return]
        except Exception:
            log.exception("the sign-in provider cannot be reached")
            return _failure(app, request, _AWAY)

    async def callback(request: Request) -> Response:
        try:
            claims = (await provider.authorize_access_token(request))["userinfo"]
        except Exception:
            log.exception("the sign-in provider's answer was not accepted")
            return _failure(app, request, _AWAY)
        try:
            return await run_in_threadpool(_admit, app, assistant, request, claims)
        except SignInRefused as refused:
            return _failure(app, request, str(refused))

    # State and nonce travel in a signed cookie of these two pages alone; a restart only means to start over.
    session = Middleware(
        SessionMiddleware,
        secret_key=secrets.token_urlsafe(32),
        session_cookie="assistant_oidc",
        max_age=600,
        path=_PLACE,
        https_only=site.lower().startswith("https:"),
    )
    routes = [Route("/", begin), Route("/callback", callback)]
    app.mount(_PLACE, Starlette(routes=routes, middleware=[session]))


def _provider(assistant: Answering) -> Any:
    try:
        from authlib.integrations.starlette_client import OAuth

        from assistant.outgoing.threaded import ThreadedTransport
    except ImportError as error:
        raise MissingExtra("统一认证", "oidc", "OIDC 登录") from error
    settings = assistant.settings
    registry = OAuth()
    # Authlib closes its client after each call; the transport outlives them.
    transport = ThreadedTransport(settings.oidc_issuer, seconds=_SECONDS, largest=_LARGEST, also=settings.oidc_hosts)
    registry.register(
        "bureau",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=settings.oidc_issuer.rstrip("/") + _DISCOVERY,
        client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256", "transport": transport},
    )
    return registry.create_client("bureau")


def _admit(app: FastAPI, assistant: Answering, request: Request, claims: Mapping[str, Any]) -> Response:
    request.scope["app"] = app  # the mounted application carries no settings of its own
    found = provider_requests.admit(assistant.engine, str(claims.get("iss", "")), str(claims.get("sub", "")), claims)
    if isinstance(found, Waiting):
        return page(request, "waiting.html", 403, code=found.code, provider=assistant.settings.oidc_name)
    token = accounts.open_session(assistant.engine, assistant.settings, found, datetime.now())
    return signed_in(request, found, token, "")


def _failure(app: FastAPI, request: Request, words: str) -> Response:
    request.scope["app"] = app
    return page(request, "login.html", 401, next="", login="", problem=words, provider=app.state.settings.oidc_name)
