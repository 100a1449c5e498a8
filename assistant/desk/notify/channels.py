"""The ways a notification leaves the program: mail, DingTalk and WeCom robots, and another system's JSON endpoint.

Each says whether what was handed over went out for certain, for certain did not, or may have.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

import httpx

from assistant.config import Settings
from assistant.errors import AssistantError, RefusedAddress
from assistant.outgoing.http import client
from assistant.outgoing.mail import smtp
from assistant.store.notifications import Delivery

#: Bytes a robot's answer may have; it is one line.
_LARGEST_ANSWER = 64 * 1024


class Channel(StrEnum):
    """The channels, in the words the administrator sees."""

    MAIL = "邮件"
    DINGTALK = "钉钉"
    WECOM = "企业微信"
    WEBHOOK = "接口推送"


class NotSent(AssistantError):
    """The notification for certain did not go out; it may be tried again."""


class MaybeSent(AssistantError):
    """The notification was handed over, but whether it was taken is unknown; trying again could send it twice."""


def configured(settings: Settings) -> list[Channel]:
    """Return the channels that are set up."""
    addresses = {
        Channel.MAIL: settings.smtp_host,
        Channel.DINGTALK: settings.dingtalk_url,
        Channel.WECOM: settings.wecom_url,
        Channel.WEBHOOK: settings.webhook_url,
    }
    return [channel for channel, address in addresses.items() if address]


def send(settings: Settings, delivery: Delivery, address: str = "") -> None:
    """Send a delivery by its channel, to `address` where that is mail; raises NotSent or MaybeSent, naming the reason."""
    channel = Channel(delivery.channel)
    if channel not in configured(settings):
        raise NotSent(f"{channel}没有设置，请在设置里补上，或者不再使用这个渠道")
    _SENDERS[channel](settings, delivery, address)


def text_of(settings: Settings, delivery: Delivery) -> str:
    """Return what a notification says: kind, number and link, two lines."""
    return f"{delivery.told.kind}：{delivery.told.number}\n{settings.site_url}{delivery.told.link}"


# ---- mail ------------------------------------------------------------------------------------


def _mail(settings: Settings, delivery: Delivery, address: str) -> None:
    if not address:
        raise NotSent("收件人没有邮箱地址")
    message = _message(settings, delivery, address)
    server: smtplib.SMTP | None = None
    try:
        server = _connected(settings)
        sender = parseaddr(str(message["From"]))[1]
        for reply in (server.mail(sender), server.rcpt(address)):
            if reply[0] not in (250, 251):
                raise smtplib.SMTPResponseException(*reply)
    except RefusedAddress as error:
        raise NotSent(f"{error}，请改设置 smtp_host") from error
    except (OSError, smtplib.SMTPException) as error:
        _closed(server)
        raise NotSent(f"邮件服务器没有接受：{_reason(error)}") from error
    try:
        code, answer = server.data(message.as_bytes(policy=SMTP))
    except smtplib.SMTPDataError as error:  # refused before the text was handed over
        raise NotSent(f"邮件服务器没有接受：{_reason(error)}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise MaybeSent(f"邮件已交给服务器，没有等到答复：{_reason(error)}") from error
    finally:
        _closed(server)
    if code != 250:
        raise NotSent(f"邮件服务器没有接受：{code} {answer.decode(errors='replace')}")


def _message(settings: Settings, delivery: Delivery, address: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = f"{delivery.told.kind}：{delivery.told.number}"
    message["From"] = settings.smtp_from or settings.smtp_user
    message["To"] = address
    message["Date"] = format_datetime(datetime.now().astimezone())
    # The same for every attempt: a server that got it already can tell.
    known = hashlib.sha256(f"{delivery.told.event}|{delivery.recipient}".encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{known}@fazhi-wenlv>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text_of(settings, delivery) + "\n\n本邮件由系统自动发出，请点开链接登录后查看，不要直接回复。\n", cte="base64")
    return message


def _connected(settings: Settings) -> smtplib.SMTP:
    trusted = ssl.create_default_context() if settings.smtp_security != "none" else None
    host, port, seconds = settings.smtp_host, settings.smtp_port, settings.notify_timeout
    server = smtp(host, port, seconds=seconds, tls=trusted if settings.smtp_security == "tls" else None)
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=trusted)
        server.ehlo_or_helo_if_needed()
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
    except BaseException:
        _closed(server)
        raise
    return server


def _closed(server: smtplib.SMTP | None) -> None:
    if server is not None:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


# ---- robots and other systems ----------------------------------------------------------------


def _dingtalk(settings: Settings, delivery: Delivery, _address: str) -> None:
    url = settings.dingtalk_url
    if settings.dingtalk_secret:
        moment = str(round(datetime.now().timestamp() * 1000))
        signed = urlencode({"timestamp": moment, "sign": dingtalk_sign(moment, settings.dingtalk_secret)})
        url += ("&" if "?" in url else "?") + signed
    _said_yes(_posted(settings, url, _as_text(settings, delivery)))


def dingtalk_sign(moment: str, secret: str) -> str:
    """Return a DingTalk robot's signature of a moment (milliseconds as text): HMAC-SHA256, base64."""
    return base64.b64encode(hmac.digest(secret.encode(), f"{moment}\n{secret}".encode(), "sha256")).decode()


def _wecom(settings: Settings, delivery: Delivery, _address: str) -> None:
    _said_yes(_posted(settings, settings.wecom_url, _as_text(settings, delivery)))


def _webhook(settings: Settings, delivery: Delivery, _address: str) -> None:
    told = delivery.told
    body = {"event": told.event, "kind": told.kind, "number": told.number, "link": settings.site_url + told.link}
    _posted(settings, settings.webhook_url, body | {"at": delivery.created_at.isoformat(timespec="seconds")}, settings.webhook_secret)


def webhook_signature(secret: str, moment: str, body: bytes) -> str:
    """Return the value of X-Assistant-Signature: HMAC-SHA256 over the timestamp header, a full stop and the body."""
    return "sha256=" + hmac.digest(secret.encode(), moment.encode() + b"." + body, "sha256").hex()


def _as_text(settings: Settings, delivery: Delivery) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": text_of(settings, delivery)}}


def _posted(settings: Settings, url: str, document: dict[str, Any], secret: str = "") -> httpx.Response:
    body = json.dumps(document, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if secret:
        moment = str(int(datetime.now().timestamp()))
        headers |= {"X-Assistant-Timestamp": moment, "X-Assistant-Signature": webhook_signature(secret, moment, body)}
    try:
        with client(url, seconds=settings.notify_timeout, largest=_LARGEST_ANSWER) as caller:
            answer = caller.post(url, content=body, headers=headers)
    except RefusedAddress as error:
        raise NotSent(str(error)) from error
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise NotSent(f"连不上：{_reason(error)}") from error
    except httpx.HTTPError as error:
        raise MaybeSent(f"已发出，没有等到答复：{_reason(error)}") from error
    if not answer.is_success:
        raise NotSent(f"对方没有接受：HTTP {answer.status_code}")
    return answer


def _said_yes(answer: httpx.Response) -> None:
    """Both robots answer 200 with an error code of their own where they did not take the message."""
    try:
        document = answer.json()
        code, words = document["errcode"], str(document.get("errmsg", ""))
    except (ValueError, KeyError, TypeError) as error:
        raise NotSent("对方的答复不是机器人的答复，请核对 Webhook 地址") from error
    if code != 0:
        raise NotSent(f"机器人没有接受：{code} {words[:200]}")


def _reason(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:300]


_SENDERS: dict[Channel, Callable[[Settings, Delivery, str], None]] = {
    Channel.MAIL: _mail,
    Channel.DINGTALK: _dingtalk,
    Channel.WECOM: _wecom,
    Channel.WEBHOOK: _webhook,
}
