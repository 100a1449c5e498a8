"""A scripted OpenAI-compatible server: real HTTP, real server-sent events, replies good and bad.

A script is a function of the request's prompt that says what to send: text (streamed a few characters at a time) or
one of the ways a server goes wrong.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What the server sends. `breaks` closes the connection midway, `pause` waits before every piece, `gate` waits for an event before its last quarter."""

    text: str = ""
    status: int = 200
    body: bytes | None = None
    breaks: bool = False
    pause: float = 0.0
    finish: str = "stop"
    usage: bool = True
    piece: int = 7
    gate: threading.Event | None = None


@dataclass
class ModelServer:
    """A running server: its address, the requests it got, and the script (which may be changed between requests)."""

    script: Callable[[str], Reply]
    address: str = ""
    prompts: list[str] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


@contextmanager
def serve(script: Callable[[str], Reply]) -> Iterator[ModelServer]:
    """Serve a script on a free port."""
    state = ModelServer(script)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            data = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            prompt = "\n".join(str(m["content"]) for m in data["messages"])
            state.requests.append(data)
            state.prompts.append(prompt)
            state.keys.append(self.headers.get("Authorization", ""))
            reply = state.script(prompt)
            with suppress(BrokenPipeError, ConnectionResetError):
                _send(self, reply)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.address = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    if reply.status != 200 or reply.body is not None:
        body = reply.body if reply.body is not None else json.dumps({"error": {"message": "虚构的错误", "type": "x"}}).encode()
        handler.send_response(reply.status)
        handler.send_header("Content-Type", "application/json" if reply.status != 200 else "text/event-stream")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
        return
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.close_connection = True
    pieces = [reply.text[k : k + reply.piece] for k in range(0, len(reply.text), reply.piece)]
    for count, piece in enumerate(pieces):
        if reply.breaks and count >= len(pieces) // 2:
            return
        if reply.gate is not None and count == len(pieces) * 3 // 4:
            reply.gate.wait(30)
        if reply.pause:
            time.sleep(reply.pause)
        _event(handler, {"choices": [{"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}]})
    _event(handler, {"choices": [{"index": 0, "delta": {}, "finish_reason": reply.finish}]})
    if reply.usage:
        _event(handler, {"choices": [], "usage": {"prompt_tokens": 321, "completion_tokens": 45, "total_tokens": 366}})
    handler.wfile.write(b"data: [DONE]\n\n")
    handler.wfile.flush()


def _event(handler: BaseHTTPRequestHandler, choice: dict[str, Any]) -> None:
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "scripted", **choice}
    handler.wfile.write(f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode())
    handler.wfile.flush()
