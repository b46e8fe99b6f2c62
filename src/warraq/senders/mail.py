"""Mail over SMTP (RFC 5321), as text and HTML. A repeat has the same ``Message-ID``: mail systems know to drop it."""

from __future__ import annotations

import json
import smtplib
import ssl
from contextlib import closing, suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from warraq.senders.posting import MAX_REASON, cut_off, failed
from warraq.types import Delivery, Mail, Receipt, Security


class MailSender:
    """Sends to one mailbox by one server (`ports.Sender`). All of it takes at most `timeout` seconds."""

    def __init__(self, channel: Mail, password: str = "", *, timeout: float = 30.0) -> None:
        self._channel = channel
        self._password = password
        self._timeout = timeout

    def send(self, delivery: Delivery, at: datetime) -> Receipt:
        channel = self._channel
        context = ssl.create_default_context()
        host = channel.host.strip("[]")
        try:
            if channel.security is Security.TLS:
                server: smtplib.SMTP = smtplib.SMTP_SSL(timeout=self._timeout, context=context)
            else:
                server = smtplib.SMTP(timeout=self._timeout)
            server._host = host  # type: ignore[attr-defined] # the name TLS verifies, which `connect` does not set
            with closing(server), cut_off(lambda: server.sock, self._timeout):
                code, _ = server.connect(host, channel.port)
                if code != 220:
                    return _refused(code)
                if channel.security is Security.STARTTLS:
                    server.starttls(context=context)
                if channel.user:
                    server.login(channel.user, self._password)
                server.send_message(mail_of(delivery, channel), channel.sender, [channel.to])
                with suppress(OSError):
                    server.quit()
        except smtplib.SMTPResponseException as error:
            return _refused(error.smtp_code)
        except smtplib.SMTPRecipientsRefused as error:
            return _refused(next(iter(error.recipients.values()))[0])
        except smtplib.SMTPNotSupportedError:
            return Receipt(False, "the server offers no STARTTLS or no login", down=True)
        except (OSError, ValueError) as error:  # all of smtplib's are OSErrors
            return failed(error)
        return Receipt(accepted=True)


def mail_of(delivery: Delivery, channel: Mail) -> EmailMessage:
    """The mail; equal deliveries are equal byte for byte. No header can hold a line break: the maker of the body and
    `EmailMessage` both see to it.
    """
    parts = json.loads(delivery.body)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = channel.sender
    mail["To"] = channel.to
    mail["Subject"] = " ".join(parts["subject"].split())
    mail["Date"] = format_datetime(delivery.made_at)
    mail["Message-ID"] = f"<{delivery.id}@{channel.sender.rpartition('@')[2]}>"
    mail["X-Warraq-Delivery"] = delivery.id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(parts["text"], cte="base64")
    mail.add_alternative(parts["html"], subtype="html", cte="base64")
    mail.set_boundary(f"=_{delivery.id}")
    return mail


def _refused(code: int) -> Receipt:
    """A refusal of this message or recipient (5xx to its commands) says nothing of others, any other does."""
    return Receipt(False, f"SMTP {code}"[:MAX_REASON], down=code not in (550, 551, 552, 553, 554))
