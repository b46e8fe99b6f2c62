"""Bringing messages to real receivers on loopback: what arrives, and what is made of what they say."""

from __future__ import annotations

import email
import email.policy
import hmac
import json
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from receivers import Answer, MailReceiver, WebReceiver, mail_receiver, nobody, web_receiver
from warraq.ports import Sender
from warraq.senders.mail import MailSender, mail_of
from warraq.senders.telegram import TelegramSender
from warraq.senders.webhook import WebhookSender
from warraq.types import Delivery, Mail, Receipt, Security

NOW = datetime(2026, 3, 12, 9, 30, 15, tzinfo=UTC)
DELIVERY = Delivery("0f" * 16, "الميناء", '{"title":"خبر"}', NOW - timedelta(hours=1), NOW)
TOKEN = "12345:AbCdEf"
SOON = 0.5
"""Seconds a sender is given here where it must run out of them; `LATE` would be another order of magnitude."""
LATE = 8.0


@pytest.fixture
def web() -> Iterator[WebReceiver]:
    with web_receiver() as receiver:
        yield receiver


# --- webhooks ---------------------------------------------------------------------------------------------


def test_a_webhook_gets_the_body_with_id_moment_and_signature(web: WebReceiver) -> None:
    receipt = WebhookSender(web.url("/a/b?c=d"), "key").send(DELIVERY, NOW)
    assert receipt == Receipt(accepted=True)
    (request,) = web.requests
    assert (request.method, request.path) == ("POST", "/a/b?c=d")
    assert request.body == DELIVERY.body.encode()
    assert request.headers["Content-Type"] == "application/json; charset=utf-8"
    id, stamp = request.headers["X-Warraq-Delivery"], request.headers["X-Warraq-Timestamp"]
    assert (id, int(stamp)) == (DELIVERY.id, int(NOW.timestamp()))
    expected = hmac.new(b"key", f"{id}.{stamp}.".encode() + request.body, "sha256").hexdigest()
    assert request.headers["X-Warraq-Signature"] == f"sha256={expected}"


def test_a_webhook_without_a_secret_is_not_signed(web: WebReceiver) -> None:
    assert WebhookSender(web.url()).send(DELIVERY, NOW).accepted
    assert "X-Warraq-Signature" not in web.requests[0].headers


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_is_acceptance(web: WebReceiver, status: int) -> None:
    web.answer = lambda _: Answer(status)
    assert WebhookSender(web.url()).send(DELIVERY, NOW).accepted


@pytest.mark.parametrize(
    ("status", "down"),
    [(400, False), (413, False), (422, False), (401, True), (404, True), (429, True), (500, True), (503, True)],
)
def test_other_answers_are_refusals_of_the_message_or_of_all(web: WebReceiver, status: int, down: bool) -> None:
    web.answer = lambda _: Answer(status, b"why: " * 100_000, {"Retry-After": "120"})
    receipt = WebhookSender(web.url()).send(DELIVERY, NOW)
    assert receipt == Receipt(False, f"HTTP {status}", down, timedelta(minutes=2))


def test_redirects_are_not_followed(web: WebReceiver) -> None:
    web.answer = lambda _: Answer(307, headers={"Location": web.url("/elsewhere")})
    assert WebhookSender(web.url("/here")).send(DELIVERY, NOW) == Receipt(False, "HTTP 307", down=True)
    assert [request.path for request in web.requests] == ["/here"]


@pytest.mark.parametrize("asked", ["-5", "soon", "9" * 20, "1e3", "Thu, 12 Mar 2026 10:00:00 GMT"])
def test_a_wait_that_is_no_number_of_seconds_is_none(web: WebReceiver, asked: str) -> None:
    web.answer = lambda _: Answer(503, headers={"Retry-After": asked})
    assert WebhookSender(web.url()).send(DELIVERY, NOW).wait == timedelta(0)


@pytest.mark.parametrize("answer", [Answer(hang=True), Answer(trickle=True)], ids=["hangs", "trickles"])
def test_a_receiver_that_does_not_come_to_an_end_is_left(web: WebReceiver, answer: Answer) -> None:
    web.answer = lambda _: answer
    began = time.monotonic()
    receipt = WebhookSender(web.url(), timeout=SOON).send(DELIVERY, NOW)
    assert time.monotonic() - began < LATE
    assert (receipt.accepted, receipt.down) == (False, True)
    assert receipt.reason


def test_a_connection_that_ends_early_is_a_refusal(web: WebReceiver) -> None:
    web.answer = lambda _: Answer(cut=True)
    receipt = WebhookSender(web.url()).send(DELIVERY, NOW)
    assert receipt.reason == "the connection ended (RemoteDisconnected)" or receipt.reason == "the connection ended"
    assert receipt.down


def test_a_receiver_that_is_not_there_is_said() -> None:
    with nobody() as port:
        for sender in senders(port):
            assert sender.send(mail_delivery(), NOW) == Receipt(False, "connection refused", down=True)


def test_a_host_without_a_certificate_is_not_told_anything(web: WebReceiver) -> None:
    receipt = WebhookSender(web.url().replace("http://", "https://"), timeout=2).send(DELIVERY, NOW)
    assert receipt == Receipt(False, "TLS failed", down=True)
    assert web.requests == []


def senders(port: int) -> list[Sender]:
    here = f"http://127.0.0.1:{port}"
    return [
        WebhookSender(f"{here}/secret-path"),
        TelegramSender(here, TOKEN, "7"),
        MailSender(Mail("127.0.0.1", port, "a@warraq.example", "b@desk.example")),
    ]


# --- Telegram ---------------------------------------------------------------------------------------------


def test_a_chat_gets_the_text_as_html_without_previews(web: WebReceiver) -> None:
    web.answer = lambda _: Answer(200, b'{"ok":true,"result":{}}')
    delivery = replace(DELIVERY, body="<b>\u2068الميناء\u2069</b>")
    assert TelegramSender(web.url("/"), TOKEN, "-100123").send(delivery, NOW) == Receipt(accepted=True)
    (request,) = web.requests
    assert request.path == f"/bot{TOKEN}/sendMessage"
    assert json.loads(request.body) == {
        "chat_id": "-100123",
        "text": delivery.body,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }


def test_what_telegram_says_is_told_without_the_token(web: WebReceiver) -> None:
    says = {"ok": False, "error_code": 429, "description": f"wait, bot{TOKEN}", "parameters": {"retry_after": 35}}
    web.answer = lambda _: Answer(429, json.dumps(says).encode())
    receipt = TelegramSender(web.url(""), TOKEN, "7").send(DELIVERY, NOW)
    assert receipt == Receipt(False, "HTTP 429: wait, bot…", True, timedelta(seconds=35))


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'"x"', b'{"ok":false}', b"[" * 16_000, b'{"ok":1}', b"\xff", b'{"parameters":[1]}']
)
def test_an_answer_that_is_not_the_apis_is_no_acceptance(web: WebReceiver, body: bytes) -> None:
    web.answer = lambda _: Answer(200, body)
    receipt = TelegramSender(web.url(""), TOKEN, "7").send(DELIVERY, NOW)
    assert (receipt.accepted, receipt.down, receipt.reason) == (False, True, "HTTP 200")


def test_a_token_that_cannot_stand_in_an_address_is_not_sent(web: WebReceiver) -> None:
    for token in ("a b", "a\nb", "رمز"):
        assert not TelegramSender(web.url(""), token, "7").send(DELIVERY, NOW).accepted
    assert web.requests == []


# --- mail -------------------------------------------------------------------------------------------------

CHANNEL = Mail("127.0.0.1", 0, "warraq@archive.example", "desk@paper.example")


def mail_delivery(subject: str = "الميناء: خبر") -> Delivery:
    return replace(DELIVERY, body=json.dumps({"subject": subject, "text": "نص\n.\n..", "html": "<p>نص</p>"}))


def to(receiver: MailReceiver) -> Mail:
    return replace(CHANNEL, port=receiver.port)


@pytest.fixture
def secured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A mail server's side of TLS for 127.0.0.1, trusted here."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "trust.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trust.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def test_a_mail_is_text_and_html_with_a_name_of_its_own() -> None:
    with mail_receiver(MailReceiver()) as receiver:
        assert MailSender(to(receiver)).send(mail_delivery(), NOW) == Receipt(accepted=True)
        assert MailSender(to(receiver)).send(mail_delivery(), NOW + timedelta(hours=3)).accepted
    (sender, recipient, raw), again = receiver.mails
    assert again == (sender, recipient, raw)  # a repeat is the same, byte for byte
    assert (sender, recipient) == (CHANNEL.sender, CHANNEL.to)
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["Subject"] == "الميناء: خبر"
    assert mail["Message-ID"] == f"<{DELIVERY.id}@archive.example>"
    assert mail["Date"].datetime == DELIVERY.made_at
    assert (mail["X-Warraq-Delivery"], mail["Auto-Submitted"]) == (DELIVERY.id, "auto-generated")
    text, html = mail.iter_parts()
    assert (text.get_content_type(), text.get_content().split()) == ("text/plain", ["نص", ".", ".."])
    assert (html.get_content_type(), html.get_content().strip()) == ("text/html", "<p>نص</p>")


def test_no_title_can_add_a_header() -> None:
    mail = mail_of(mail_delivery("خبر\r\nBcc: everyone@paper.example\n\nbody"), CHANNEL)
    assert "Bcc" not in mail
    assert email.message_from_bytes(mail.as_bytes())["Bcc"] is None


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_login_goes_over_tls(secured: ssl.SSLContext, security: Security) -> None:
    with mail_receiver(MailReceiver(context=secured, tls_at_once=security is Security.TLS)) as receiver:
        channel = replace(to(receiver), security=security, user="warraq", secret="env:X")
        assert MailSender(channel, "p4ss").send(mail_delivery(), NOW) == Receipt(accepted=True)
    assert (receiver.secure, receiver.users) == ([True], [("warraq", "p4ss")])


def test_a_server_that_is_not_trusted_gets_nothing(secured: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with mail_receiver(MailReceiver(context=secured)) as receiver:
        channel = replace(to(receiver), security=Security.STARTTLS, user="warraq", secret="env:X")
        receipt = MailSender(channel, "p4ss").send(mail_delivery(), NOW)
    assert receipt.reason.startswith("certificate: ")
    assert receipt.down
    assert receiver.mails == []


def test_a_server_without_starttls_gets_nothing() -> None:
    with mail_receiver(MailReceiver()) as receiver:
        channel = replace(to(receiver), security=Security.STARTTLS)
        receipt = MailSender(channel).send(mail_delivery(), NOW)
    assert receipt == Receipt(False, "the server offers no STARTTLS or no login", down=True)
    assert receiver.mails == []


@pytest.mark.parametrize(
    ("verb", "line", "down"),
    [
        ("MAIL", "451 later", True),
        ("RCPT", "550 nobody here", False),
        ("RCPT", "450 greylisted", True),
        ("END", "554 spam", False),
        ("DATA", "421 going away", True),
    ],
)
def test_refusals_are_told_by_their_code(verb: str, line: str, down: bool) -> None:
    with mail_receiver(MailReceiver(refuse={verb: line})) as receiver:
        receipt = MailSender(to(receiver)).send(mail_delivery(), NOW)
    assert receipt == Receipt(False, f"SMTP {line[:3]}", down)


def test_a_wrong_password_is_a_refusal_without_it(secured: ssl.SSLContext) -> None:
    with mail_receiver(MailReceiver(context=secured, refuse={"AUTH": "535 p4ss is wrong"})) as receiver:
        channel = replace(to(receiver), security=Security.STARTTLS, user="warraq", secret="env:X")
        assert MailSender(channel, "p4ss").send(mail_delivery(), NOW) == Receipt(False, "SMTP 535", down=True)


def test_a_server_that_trickles_is_left() -> None:
    with mail_receiver(MailReceiver(slow=True)) as receiver:
        began = time.monotonic()
        receipt = MailSender(to(receiver), timeout=SOON).send(mail_delivery(), NOW)
        assert time.monotonic() - began < LATE
    assert (receipt.accepted, receipt.down) == (False, True)
