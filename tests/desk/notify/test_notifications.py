"""Notifications: told once, without the text of a matter; sent through real receivers, tried again, at most once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine, text

from assistant.config import Settings, load_settings
from assistant.desk.notify import delivery, notifications
from assistant.desk.notify.channels import Channel, dingtalk_sign
from assistant.desk.notify.notifications import NoNotification, Notice, NoticeKind, notify
from assistant.desk.notify.recurring import Recurring
from assistant.desk.people import accounts
from assistant.desk.people.accounts import Role
from assistant.errors import RefusedInput
from assistant.store.engine import open_engine, writing
from assistant.store.notifications import DeliveryStatus
from tests.desk.receivers import Mailbox, Receiver, http_receiver, local_certificate, only, smtp_server

ROOT = Path(__file__).resolve().parents[3]
NOTICE = Notice("matter:7:step:1", NoticeKind.MATTER_SUBMITTED, "法顾〔2026〕7号", "/counsel/matters/7")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with smtp_server() as box:
        yield box


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with http_receiver() as box:
        yield box


@pytest.fixture
def people(engine: Engine) -> dict[str, str]:
    """login → id; the lawyer has an address, the reviewer's login is one, the administrator has none."""
    made = {
        login: accounts.add(engine, login, f"虚构{role.value}", role, by="命令行").account.id
        for login, role in (("lawyer", Role.COUNSEL), ("shen@ju.example", Role.REVIEWER), ("admin", Role.ADMIN))
    }
    notifications.set_mail_address(engine, made["lawyer"], "lushi@suo.example")
    return made


def with_channels(settings: Settings, **changes: Any) -> Settings:
    return load_settings(settings.home, base_url="https://fz.example", notify_timeout=5.0, **changes)


def tell(engine: Engine, settings: Settings, *users: str, notice: Notice = NOTICE) -> int:
    with writing(engine) as connection:
        return notify(connection, settings, notice, users)


def states(engine: Engine) -> list[tuple[str, str, int]]:
    with engine.connect() as connection:
        return [tuple(r) for r in connection.execute(text("select channel, status, attempts from delivery order by id"))]


# ---- in the page -----------------------------------------------------------------------------


def test_a_person_sees_each_event_once_until_read(engine: Engine, settings: Settings, people: dict[str, str]) -> None:
    lawyer, admin = people["lawyer"], people["admin"]
    assert tell(engine, settings, lawyer, lawyer, admin) == 2 and tell(engine, settings, lawyer) == 0
    assert notifications.unread(engine, lawyer) == 1
    (one,) = notifications.listed(engine, lawyer)
    assert (one.told.kind, one.told.number, one.told.link) == ("事项已提交", "法顾〔2026〕7号", "/counsel/matters/7")
    with pytest.raises(NoNotification):
        notifications.opened(engine, admin, one.id)
    notifications.opened(engine, lawyer, one.id)
    assert (notifications.unread(engine, lawyer), notifications.unread(engine, admin)) == (0, 1)
    notifications.read_all(engine, admin)
    assert notifications.unread(engine, admin) == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"number": "当事人说，他没有卖酒"},
        {"number": "7号 卖酒"},
        {"number": ""},
        {"link": "https://别处.example/"},
        {"link": "/staff?q=当事人"},
        {"event": "事项"},
    ],
)
def test_a_notice_has_no_room_for_the_text_of_a_matter(changed: dict[str, str]) -> None:
    values: dict[str, Any] = {"event": "a", "kind": NoticeKind.TEST, "number": "1", "link": "/"} | changed
    with pytest.raises(ValueError):
        Notice(**values)


def test_nothing_is_told_of_what_was_not_kept(engine: Engine, settings: Settings, people: dict[str, str]) -> None:
    with pytest.raises(RuntimeError), writing(engine) as connection:
        notify(connection, settings, NOTICE, [people["lawyer"]])
        raise RuntimeError
    assert notifications.unread(engine, people["lawyer"]) == 0


def test_an_address_is_checked(engine: Engine, people: dict[str, str]) -> None:
    for bad in ("不是地址", "a@b\nBcc: c@d", "a@", "a b@c.d", "<a@b.c>"):
        with pytest.raises(RefusedInput, match="邮箱"):
            notifications.set_mail_address(engine, people["admin"], bad)
    assert notifications.mail_address(engine, people["shen@ju.example"]) == "shen@ju.example"
    notifications.set_mail_address(engine, people["lawyer"], " ")
    assert notifications.mail_address(engine, people["lawyer"]) == ""


# ---- through the channels --------------------------------------------------------------------


def test_mail_goes_to_those_with_an_address(engine: Engine, settings: Settings, people: dict[str, str], mailbox: Mailbox) -> None:
    own = with_channels(settings, smtp_host="127.0.0.1", smtp_port=mailbox.port, smtp_from="法治助手 <fz@ju.example>")
    tell(engine, own, *people.values())
    assert mailbox.messages == []  # telling only writes
    assert delivery.deliver_due(engine, own) == {DeliveryStatus.SENT: 2}
    assert delivery.deliver_due(engine, own) == {}
    assert [to for to, _ in mailbox.messages] == ["lushi@suo.example", "shen@ju.example"]
    message = mailbox.messages[0][1]
    assert message["Subject"] == "事项已提交：法顾〔2026〕7号" and message["From"] == "法治助手 <fz@ju.example>"
    assert message.get_content().splitlines()[:2] == ["事项已提交：法顾〔2026〕7号", "https://fz.example/counsel/matters/7"]
    assert message["Message-ID"] != mailbox.messages[1][1]["Message-ID"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_encrypted_to_a_server_whose_certificate_is_trusted(
    engine: Engine, settings: Settings, people: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    certificate, context = local_certificate(tmp_path)
    if security == "starttls":
        options = {"tls_context": context, "require_starttls": True, **only("fz", "m1")}
    else:  # this server cannot tell that it is spoken to in TLS from the start
        options = {"ssl_context": context, **only("fz", "m1"), "auth_require_tls": False}
    with smtp_server(**options) as box:
        own = with_channels(settings, smtp_host="127.0.0.1", smtp_port=box.port, smtp_from="fz@ju.example", smtp_security=security)
        own = own.model_copy(update={"smtp_user": "fz", "smtp_password": "m1"})
        tell(engine, own, people["lawyer"])
        moment = datetime.now()
        assert delivery.deliver_due(engine, own, moment) == {DeliveryStatus.WAITING: 1}, "a certificate nobody vouches for"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        wrong = own.model_copy(update={"smtp_password": "m2"})
        assert delivery.deliver_due(engine, wrong, moment + timedelta(hours=2)) == {DeliveryStatus.WAITING: 1}
        assert box.messages == []
        assert delivery.deliver_due(engine, own, moment + timedelta(hours=4)) == {DeliveryStatus.SENT: 1}
        assert [to for to, _ in box.messages] == ["lushi@suo.example"]


def test_mail_refused_is_tried_again_later_and_given_up_in_the_end(
    engine: Engine, settings: Settings, people: dict[str, str], mailbox: Mailbox
) -> None:
    own = with_channels(settings, smtp_host="127.0.0.1", smtp_port=mailbox.port, smtp_from="fz@ju.example", notify_attempts=3)
    mailbox.refusals = ["451 稍后再试".encode().decode("latin-1"), "550 no", "550 no"]
    tell(engine, own, people["lawyer"])
    now = datetime.now()
    assert delivery.deliver_due(engine, own, now) == {DeliveryStatus.WAITING: 1}
    assert delivery.deliver_due(engine, own, now + timedelta(seconds=29)) == {}
    assert delivery.deliver_due(engine, own, now + timedelta(seconds=31)) == {DeliveryStatus.WAITING: 1}
    assert delivery.deliver_due(engine, own, now + timedelta(seconds=31 + 59)) == {}  # the pause has doubled
    assert delivery.deliver_due(engine, own, now + timedelta(seconds=31 + 61)) == {DeliveryStatus.FAILED: 1}
    (stuck,) = delivery.stuck(engine)
    assert "550" in stuck.error and stuck.attempts == 3 and mailbox.messages == []
    mail = next(s for s in delivery.channel_states(engine, own) if s.channel is Channel.MAIL)
    assert mail.failing and mail.counts == {DeliveryStatus.FAILED: 1} and "550" in mail.trouble
    assert [n.told.kind for n in notifications.listed(engine, people["admin"])] == ["通知渠道发送失败"]
    delivery.send_again(engine, stuck.id)
    assert delivery.deliver_due(engine, own) == {DeliveryStatus.SENT: 1} and len(mailbox.messages) == 1
    with pytest.raises(RefusedInput):
        delivery.send_again(engine, stuck.id)


def test_dingtalk_is_signed(engine: Engine, settings: Settings, people: dict[str, str], receiver: Receiver) -> None:
    own = with_channels(settings, dingtalk_url=receiver.url, dingtalk_secret="SEC虚构")
    tell(engine, own, *people.values())
    assert delivery.deliver_due(engine, own) == {DeliveryStatus.SENT: 1}  # the group hears of it once
    (posted,) = receiver.requests
    query = parse_qs(urlsplit(posted.path).query)
    moment, sign = query["timestamp"][0], query["sign"][0]
    expected = hmac.new("SEC虚构".encode(), f"{moment}\nSEC虚构".encode(), hashlib.sha256).digest()
    assert base64.b64decode(sign) == expected and sign == dingtalk_sign(moment, "SEC虚构") and query["access_token"] == ["x"]
    assert abs(int(moment) / 1000 - datetime.now().timestamp()) < 600
    words = "事项已提交：法顾〔2026〕7号\nhttps://fz.example/counsel/matters/7"
    assert posted.document == {"msgtype": "text", "text": {"content": words}}


def test_a_robot_that_says_no_is_asked_again(engine: Engine, settings: Settings, people: dict[str, str], receiver: Receiver) -> None:
    own = with_channels(settings, wecom_url=receiver.url)
    receiver.answers = [(200, '{"errcode": 45009, "errmsg": "太频繁"}'.encode()), (502, b""), (200, b"<html>")]
    tell(engine, own, people["lawyer"])
    now, troubles = datetime.now(), []
    for _ in range(3):
        assert delivery.deliver_due(engine, own, now) == {DeliveryStatus.WAITING: 1}
        troubles.append(delivery.stuck(engine)[0].error)
        now += timedelta(hours=2)
    assert "45009 太频繁" in troubles[0] and "HTTP 502" in troubles[1] and "不是机器人的答复" in troubles[2]
    assert delivery.deliver_due(engine, own, now) == {DeliveryStatus.SENT: 1}
    assert len({r.body for r in receiver.requests}) == 1


def test_another_system_can_check_the_signature(engine: Engine, settings: Settings, people: dict[str, str], receiver: Receiver) -> None:
    own = with_channels(settings, webhook_url=receiver.url, webhook_secret="虚构密钥")
    receiver.answers = [(204, b"")]
    tell(engine, own, people["lawyer"])
    assert delivery.deliver_due(engine, own) == {DeliveryStatus.SENT: 1}
    (posted,) = receiver.requests
    signed = posted.headers["X-Assistant-Timestamp"].encode() + b"." + posted.body
    assert posted.headers["X-Assistant-Signature"] == "sha256=" + hmac.new("虚构密钥".encode(), signed, "sha256").hexdigest()
    document = posted.document
    assert document.pop("at") and document == {
        "event": "matter:7:step:1",
        "kind": "事项已提交",
        "number": "法顾〔2026〕7号",
        "link": "https://fz.example/counsel/matters/7",
    }


def test_nobody_there_is_tried_again(engine: Engine, settings: Settings, people: dict[str, str]) -> None:
    with http_receiver() as gone:
        url = gone.url
    own = with_channels(settings, webhook_url=url, smtp_host="127.0.0.1", smtp_port=int(urlsplit(url).port or 0), smtp_from="fz@ju.example")
    tell(engine, own, people["lawyer"])
    assert delivery.deliver_due(engine, own) == {DeliveryStatus.WAITING: 2}
    assert all("连不上" in d.error or "没有接受" in d.error for d in delivery.stuck(engine))


def test_no_answer_is_unsure_and_not_sent_twice(engine: Engine, settings: Settings, people: dict[str, str], receiver: Receiver) -> None:
    own = load_settings(settings.home, webhook_url=receiver.url, notify_timeout=0.3)
    receiver.hold = True
    tell(engine, own, people["lawyer"])
    assert delivery.deliver_due(engine, own) == {DeliveryStatus.UNSURE: 1}
    assert delivery.deliver_due(engine, own, datetime.now() + timedelta(days=1)) == {} and len(receiver.requests) == 1
    assert "没有等到答复" in delivery.stuck(engine)[0].error


# ---- at most once ----------------------------------------------------------------------------


def test_workers_at_once_send_each_delivery_once(engine: Engine, settings: Settings, people: dict[str, str], receiver: Receiver) -> None:
    own = with_channels(settings, webhook_url=receiver.url)
    for number in range(12):
        tell(engine, own, people["lawyer"], notice=Notice(f"e:{number}", NoticeKind.TEST, str(number), "/"))
    engines = [open_engine(settings.library_url) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        counts = list(pool.map(lambda of: delivery.deliver_due(of, own)[DeliveryStatus.SENT], engines))
    for one in engines:
        one.dispose()
    assert sum(counts) == 12 and sorted(int(r.document["number"]) for r in receiver.requests) == list(range(12))


def test_a_worker_killed_between_claim_and_send_loses_and_doubles_nothing(
    engine: Engine, settings: Settings, people: dict[str, str], receiver: Receiver
) -> None:
    own = with_channels(settings, webhook_url=receiver.url)
    tell(engine, own, people["lawyer"])
    code = (
        "import os, signal, sys; from assistant.config import load_settings; from assistant.store.engine import open_engine\n"
        "from assistant.desk.notify import delivery\n"
        "settings = load_settings(__import__('pathlib').Path(sys.argv[1]), notify_timeout=5.0, database_url=sys.argv[2])\n"
        "assert delivery.claim(open_engine(settings.library_url), settings)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(settings.home), settings.library_url], cwd=ROOT, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert delivery.deliver_due(engine, own) == {} and receiver.requests == []  # the claim still holds
    later = datetime.now() + delivery.lease(own) + timedelta(seconds=1)
    assert delivery.deliver_due(engine, own, later) == {DeliveryStatus.SENT: 1}
    assert delivery.deliver_due(engine, own, later + timedelta(days=1)) == {} and len(receiver.requests) == 1
    assert states(engine) == [("接口推送", "已发送", 2)]


def test_a_worker_killed_while_sending_is_not_repeated_by_another(
    engine: Engine, settings: Settings, people: dict[str, str], receiver: Receiver
) -> None:
    own = with_channels(settings, webhook_url=receiver.url)
    receiver.hold = True
    tell(engine, own, people["lawyer"])
    code = (
        "import sys; from pathlib import Path; from assistant.config import load_settings; from assistant.store.engine import open_engine\n"
        "from assistant.desk.notify import delivery\n"
        "settings = load_settings(Path(sys.argv[1]), webhook_url=sys.argv[2], notify_timeout=60.0, database_url=sys.argv[3])\n"
        "delivery.deliver_due(open_engine(settings.library_url), settings)"
    )
    arguments = [sys.executable, "-c", code, str(settings.home), receiver.url, settings.library_url]
    worker = subprocess.Popen(arguments, cwd=ROOT)
    assert receiver.arrived.wait(120)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    receiver.release.set()
    assert delivery.deliver_due(engine, own) == {}
    later = datetime.now() + timedelta(hours=1)
    assert delivery.deliver_due(engine, own, later) == {DeliveryStatus.UNSURE: 1}
    assert len(receiver.requests) == 1 and "可能已经发出" in delivery.stuck(engine)[0].error
    assert notifications.unread(engine, people["lawyer"]) == 1  # the person has it in the page


def test_the_worker_sends_by_itself_and_survives_a_database_that_is_away(
    engine: Engine, settings: Settings, people: dict[str, str], receiver: Receiver
) -> None:
    own = with_channels(settings, webhook_url=receiver.url)
    real, calls = delivery.deliver_due, []

    def away_at_first(*given: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise OSError("away")
        return real(*given)

    worker = Recurring("notifications", partial(away_at_first, engine, own), 0.02)
    worker.start()
    tell(engine, own, people["lawyer"])
    assert receiver.arrived.wait(60)
    worker.stop()
    worker.join(10)
    assert len(receiver.requests) == 1 and len(calls) >= 2
