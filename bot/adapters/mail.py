"""The second channel: an e-mail over SMTP with code and level, nothing else."""

import asyncio
import logging
import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

log = logging.getLogger("kawan.mail")
TIMEOUT = 20.0


class MailProblem(Exception):
    """The address of the mail server cannot be used; one line that says why."""


class Mail:
    """Implements `SecondChannel`."""

    def __init__(self, url: str, sender: str, receivers: Sequence[str]) -> None:
        """`url`: smtp://user:password@host:587 (STARTTLS where offered), smtps://... (TLS) ."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise MailProblem("must look like smtp://user:password@mail.example.org:587")
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname
        self._port = parts.port or (465 if self._tls else 587)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._sender = sender
        self._receivers = list(receivers)

    async def alert(self, code: str, level: str) -> bool:
        """Whether the server took it; never raises."""
        message = EmailMessage()
        message["Subject"] = f"Kawan Aman: {code} {level}"
        message["From"] = self._sender
        message["To"] = ", ".join(self._receivers)
        message.set_content(f"{code} {level}\n")
        try:
            await asyncio.to_thread(self._send, message)
        except (OSError, smtplib.SMTPException) as error:
            log.error("e-mail was not sent: %s", type(error).__name__)
            return False
        return True

    async def check(self) -> str:
        """Empty when the server lets us in, else what is wrong."""

        def look() -> None:
            with self._connected():
                pass

        try:
            await asyncio.to_thread(look)
        except (OSError, smtplib.SMTPException) as error:
            return type(error).__name__
        return ""

    def _send(self, message: EmailMessage) -> None:
        with self._connected() as server:
            server.send_message(message)

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=TIMEOUT, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
        if self._user:
            if not self._tls and not server.has_extn("auth"):
                raise smtplib.SMTPNotSupportedError("no log-in offered")
            server.login(self._user, self._password)
        return server
