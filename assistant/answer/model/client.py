"""The language model behind an OpenAI-compatible address, through LlamaIndex's OpenAI-like LLM: the one door to it.

What goes through is a prompt and its inputs, whose personal data are hidden here, so that no caller can forget to. Every
call waits for a free place, has a deadline, and leaves a record of its tokens and time. Whatever goes wrong is a
ModelFailed with one Chinese line; the key is in none of them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, Queue
from threading import BoundedSemaphore, Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

from assistant.answer.masking import Masked
from assistant.answer.model.prompts import Prompt, as_plain
from assistant.config import Settings
from assistant.errors import AssistantError
from assistant.outgoing.addresses import refused_address
from assistant.outgoing.http import client

if TYPE_CHECKING:
    import httpx
    from llama_index.llms.openai_like import OpenAILike

log = logging.getLogger(__name__)
#: Characters of one reply; more is no answer.
_LONGEST_REPLY = 12_000
#: Characters of a text beside that are looked through for persons.
_MOST_BESIDE = 50_000
#: Bytes of one reply with all that the protocol puts around each piece.
_LARGEST_REPLY = 16 * 1024 * 1024


class ModelFailed(AssistantError):
    """The model cannot be reached, is busy, slow, or talks nonsense; what was there before stands."""


@dataclass(frozen=True, slots=True)
class ModelUse:
    """One call: what for, with which prompt and model, tokens in and out, seconds, and how it ended.

    `counted` is False where the server told no tokens and they were estimated from the characters.
    """

    purpose: str
    prompt_version: int
    model: str
    prompt_tokens: int
    reply_tokens: int
    counted: bool
    seconds: float
    first_seconds: float | None
    outcome: str
    at: datetime


@dataclass(slots=True)
class _Call:
    """What is known of a call while it runs."""

    started: float
    first: float | None = None
    chars: int = 0
    usage: tuple[int, int] | None = None
    finish: str = ""
    left: Event = field(default_factory=Event)


class ModelClient:
    """Calls one model; safe to share between threads."""

    def __init__(self, settings: Settings, record: Callable[[ModelUse], None] | None = None) -> None:
        self._settings = settings
        self._record = record
        self._places = BoundedSemaphore(settings.model_concurrency)

    @property
    def configured(self) -> bool:
        """True where an address and a model are set."""
        return bool(self._settings.model_url and self._settings.model_name)

    def prepare(self) -> None:
        """Load what a call needs; the first time it takes seconds, which are not the model's."""
        import llama_index.llms.openai_like
        import openai

        assert llama_index.llms.openai_like and openai

    def stream(
        self,
        prompt: Prompt,
        inputs: Mapping[str, str],
        *,
        purpose: str,
        beside: Sequence[str] = (),
        tokens: int | None = None,
        seconds: float | None = None,
    ) -> Iterator[str]:
        """Yield the reply to a prompt piece by piece; raises ModelFailed.

        Personal data of the inputs, and whatever `beside` (texts of the same matter that are not sent) tells to be such, go as
        placeholders and stand in the reply again. A reply that breaks off (no end told by the server) is a failure; one cut at
        the token limit ends quietly. `seconds` is what is left of the caller's time.
        """
        allowed = min(seconds if seconds is not None else self._settings.model_timeout, self._settings.model_timeout)
        if allowed <= 0:
            raise ModelFailed("模型超过了时限")
        self.prepare()
        asked = monotonic()
        told = {name: value if name in prompt.plain else as_plain(value) for name, value in inputs.items()}
        masked = Masked(told, [as_plain(text[:_MOST_BESIDE]) for text in beside])
        text = prompt.render(**masked.texts)
        if not self._places.acquire(timeout=allowed):
            raise ModelFailed("模型正忙，这一次没有排上")
        call = _Call(monotonic())
        outcome = "中断"
        try:
            left = max(allowed - (call.started - asked), 0.001)  # the wait for a place is part of the caller's time
            yield from masked.restoring(self._pieces(text, call, tokens or self._settings.model_reply_tokens, left))
            outcome = "完成" if call.finish != "length" else "到达长度上限"
        except ModelFailed as error:
            outcome = str(error)
            raise
        finally:
            call.left.set()
            self._keep(text, call, purpose, prompt.version, outcome)

    def complete(
        self,
        prompt: Prompt,
        inputs: Mapping[str, str],
        *,
        purpose: str,
        beside: Sequence[str] = (),
        tokens: int | None = None,
        seconds: float | None = None,
    ) -> str:
        """Return the whole reply; inputs and errors as `stream`."""
        return "".join(self.stream(prompt, inputs, purpose=purpose, beside=beside, tokens=tokens, seconds=seconds))

    def _pieces(self, text: str, call: _Call, tokens: int, seconds: float) -> Iterator[str]:
        """Yield the pieces another thread reads: a server that hangs cannot hold the caller past its time."""
        box: Queue[str | ModelFailed | None] = Queue()
        Thread(target=self._pump, args=(text, call, tokens, seconds, box), daemon=True).start()
        while True:
            left = seconds - (monotonic() - call.started)
            try:
                item = box.get(timeout=max(left, 0.001))
            except Empty:
                raise ModelFailed(f"模型在 {seconds:.0f} 秒内没有{'写完' if call.chars else '答复'}") from None
            if isinstance(item, ModelFailed):
                raise item
            if item is None:
                break
            call.first = call.first if call.first is not None else monotonic() - call.started
            call.chars += len(item)
            if call.chars > _LONGEST_REPLY:
                raise ModelFailed("模型写得过长，没有采用")
            yield item
        if not call.finish:
            raise ModelFailed("模型的答复中途断开")
        if not call.chars:
            raise ModelFailed("模型没有写出内容")

    def _pump(self, text: str, call: _Call, tokens: int, seconds: float, box: Queue[str | ModelFailed | None]) -> None:
        """Read the reply into `box` until it ends or the caller has left; the place is free again when reading ends."""
        from llama_index.core.llms import ChatMessage, MessageRole

        try:
            message = ChatMessage(role=MessageRole.USER, content=text)
            with client(self._settings.model_url, seconds=seconds, largest=_LARGEST_REPLY) as http:
                for reply in self._llm(seconds, http).stream_chat([message], max_tokens=tokens, stream_options={"include_usage": True}):
                    self._note(reply.raw, call)
                    if call.left.is_set():
                        return
                    if reply.delta:
                        box.put(reply.delta)
            box.put(None)
        except Exception as error:
            log.warning("model call failed: %s", type(error).__name__)
            box.put(ModelFailed(explained(error, seconds)))
        finally:
            self._places.release()

    def _llm(self, seconds: float, http: httpx.Client) -> OpenAILike:
        from llama_index.llms.openai_like import OpenAILike

        s = self._settings
        return OpenAILike(
            model=s.model_name,
            api_base=s.model_url,
            api_key=s.model_key or "none",
            is_chat_model=True,
            is_function_calling_model=False,
            context_window=s.model_context,
            temperature=s.model_temperature,
            timeout=seconds,
            max_retries=0,
            http_client=http,  # type: ignore[call-arg]  # a field of the class it is made of
        )

    def _note(self, raw: Any, call: _Call) -> None:
        """Take finish reason and token counts from a chunk where it has them."""
        usage = getattr(raw, "usage", None)
        if usage is not None:
            call.usage = (int(usage.prompt_tokens or 0), int(usage.completion_tokens or 0))
        for choice in getattr(raw, "choices", None) or ():
            call.finish = choice.finish_reason or call.finish

    def _keep(self, text: str, call: _Call, purpose: str, version: int, outcome: str) -> None:
        if self._record is None:
            return
        counted = call.usage is not None
        prompt, reply = call.usage or (len(text), call.chars)
        use = ModelUse(
            purpose,
            version,
            self._settings.model_name,
            prompt,
            reply,
            counted,
            monotonic() - call.started,
            call.first,
            outcome[:200],
            datetime.now(),
        )
        with suppress(Exception):
            self._record(use)


def explained(error: Exception, seconds: float) -> str:
    """Return one Chinese line for an error of the client library; it holds no key, and of the address only a host that is refused."""
    import httpx
    import openai

    refused = refused_address(error)
    if refused:
        return f"{refused}（检查 model_url）"
    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
        return f"模型在 {seconds:.0f} 秒内没有答复"
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return "模型服务拒绝了密钥（检查环境变量 ASSISTANT_MODEL_KEY）"
    if isinstance(error, openai.NotFoundError):
        return "模型服务没有这个地址或者这个模型（检查 model_url、model_name）"
    if isinstance(error, openai.RateLimitError):
        return "模型服务说请求太多"
    if isinstance(error, openai.APIStatusError):
        return f"模型服务报错（{error.status_code}）"
    if isinstance(error, openai.APIConnectionError | httpx.ConnectError):
        return "连不上模型服务（检查 model_url 和网络）"
    if isinstance(error, httpx.TransportError):
        return "模型的答复中途断开"
    return f"模型服务返回的内容读不懂（{type(error).__name__}）"
