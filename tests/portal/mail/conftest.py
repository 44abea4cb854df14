"""A real mail server that keeps what it receives and can be told to misbehave."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage as ParsedMail
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session


def _bytes(content: bytes | str | None) -> bytes:
    return content.encode() if isinstance(content, str) else content or b""


class Sink:
    """Receives mail; the attributes say how it answers."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], bytes]] = []
        self.recipient_answer: dict[str, str] = {}
        self.data_answer: dict[str, str] = {}
        # Hang up without an answer after the text of a mail to this address was received.
        self.silent_for: set[str] = set()
        self.per_connection = 0
        self.connections = 0
        self.delay = 0.0
        self._lock = threading.Lock()

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        session.count = 0
        self.connections += 1
        return answers

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        session.count += 1
        if self.per_connection and session.count > self.per_connection:
            server.transport.close()
            return "421 too many mails on this connection"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.recipient_answer.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: Any, session: Session, envelope: Envelope
    ) -> str:
        (address,) = envelope.rcpt_tos
        if answer := self.data_answer.get(address):
            return answer
        with self._lock:
            self.mails.append((list(envelope.rcpt_tos), _bytes(envelope.content)))
        if self.delay:
            time.sleep(self.delay)
        if address in self.silent_for:
            server.transport.abort()
        return "250 OK"

    @property
    def recipients(self) -> Counter[str]:
        """How many mails each address got."""
        return Counter(address for addresses, _content in self.mails for address in addresses)

    def mail_to(self, address: str) -> ParsedMail:
        """The one mail an address got."""
        (content,) = [content for addresses, content in self.mails if addresses == [address]]
        return message_from_bytes(content, policy=default)


@pytest.fixture
def smtp(settings: Any) -> Iterator[Sink]:
    """A mail server on a free port, and the portal set up to use it outside the demo."""
    sink = Sink()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    settings.DEMO = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.DEFAULT_FROM_EMAIL = "noreply@portal.example"
    yield sink
    controller.stop()


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What was handed to the broker, instead of a broker."""
    sent: list[tuple[str, dict[str, Any]]] = []

    def note(task: str, **kwargs: Any) -> bool:
        sent.append((task, kwargs))
        return True

    monkeypatch.setattr("portal.mail.services.publish", note)
    monkeypatch.setattr("portal.mail.staff.publish", note)
    return sent
