"""Messages by SMTP (RFC 5321), with the standard library, in a thread; one connection a message."""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import unquote, urlsplit

from rest.outbox.delivery import Message

SECONDS = 15.0
PORTS = {"smtp": 587, "smtps": 465}


class SmtpSender:
    """Carries messages to a mail server: ``smtp://user:password@host:587`` speaks STARTTLS, and without it only to this
    very machine; ``smtps://…`` is TLS from the start. The server's certificate is checked."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = sender

    async def send(self, message: Message) -> bool:
        """Hand ``message`` over; raise `smtplib.SMTPException` or `OSError` when it should be tried again."""
        await asyncio.to_thread(self._send, written(message, self._sender))
        return True

    def _send(self, mail: EmailMessage) -> None:
        context = ssl.create_default_context()
        with self._connection(context) as server:
            server.ehlo()
            if not self._tls and (server.has_extn("starttls") or not self._is_local):
                server.starttls(context=context)
                server.ehlo()
            if self._user:
                server.login(self._user, self._password)
            server.send_message(mail)

    @property
    def _is_local(self) -> bool:
        return self._host in ("localhost", "127.0.0.1", "::1")

    def _connection(self, context: ssl.SSLContext) -> smtplib.SMTP:
        if self._tls:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=SECONDS, context=context)
        return smtplib.SMTP(self._host, self._port, timeout=SECONDS)


def written(message: Message, sender: str) -> EmailMessage:
    """``message`` as a mail. It has the same Message-ID each time it is tried, so that a second copy can be told."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, message.recipient, _one_line(message.subject)
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    return mail


def _one_line(text: str) -> str:
    return " ".join(text.split())
