"""Every refusal and failure as its reader expects it: a page that says what to do, or JSON where JSON was asked."""

from __future__ import annotations

import logging
from typing import Final
from uuid import uuid4

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import AssistantError
from assistant.web.frame.render import problem

log = logging.getLogger(__name__)

_WORDS: Final = {
    400: "请求不完整，请返回上一页重试。",
    403: "您的账号不能打开这个页面；请从首页重新进入。",
    404: "没有这个页面，可能已经删除或者地址有误；请从首页重新进入。",
    405: "这个地址不能这样打开；请从首页重新进入。",
    413: "提交的内容太大，没有接收；请缩短内容，或者分几次上传。",
    429: "操作太快了，请等一会儿再试。",
    503: "服务正忙，请稍后再试。",
}
_MALFORMED: Final = "地址或者表单里有不认识的内容（编号、页码或者日期），请返回上一页，从页面上的链接和按钮操作。"


def told(request: HTTPConnection, status: int, words: str) -> Response:
    """Return a refusal: the page for a browser, JSON where JSON was asked, else one line of text."""
    accepted = request.headers.get("accept", "")
    if "text/html" in accepted and request.scope["type"] == "http":
        return problem(Request(request.scope), words, status)
    if "application/json" in accepted:
        return JSONResponse({"detail": words}, status_code=status)
    return PlainTextResponse(words, status_code=status)


def add_error_pages(app: FastAPI) -> None:
    """Have the application answer what its routes refuse, cannot read, or fail at."""

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        response = told(request, error.status_code, _WORDS.get(error.status_code, "请求没有完成，请返回上一页重试。"))
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> Response:
        return told(request, 400, _MALFORMED)

    @app.exception_handler(AssistantError)
    def expected(request: Request, error: AssistantError) -> Response:
        return told(request, 400, str(error))

    # Numbers that no column holds and text that no encoding has come from a request, never from a link of ours.
    @app.exception_handler(OverflowError)
    @app.exception_handler(UnicodeError)
    @app.exception_handler(DataError)
    def beyond(request: Request, error: Exception) -> Response:
        return told(request, 400, _MALFORMED)

    @app.exception_handler(ClientDisconnect)
    def left(request: Request, error: Exception) -> Response:
        return told(request, 400, _WORDS[400])  # nobody is there to read it


class Failures:
    """ASGI middleware: what fails below it unexpectedly is logged under a number, and its reader told that number and no more.

    Below the one that sets the headers of every answer: Starlette's own handler stands outside of all middleware.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer 500 where it failed before it was answered."""
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            number = uuid4().hex[:8]
            log.error("a page failed, number %s: %s", number, scope["path"], exc_info=error)
            words = f"页面出了错，没有完成；请再试一次，仍不行请把编号 {number} 告诉管理员。"
            await _failed(HTTPConnection(scope), words)(scope, receive, send)


def _failed(request: HTTPConnection, words: str) -> Response:
    """The page of a failure; one line of text where no page can be made (the database is away)."""
    try:
        return told(request, 500, words)
    except Exception:
        log.exception("the page that tells of a failure failed, too")
        return PlainTextResponse(words, status_code=500)
