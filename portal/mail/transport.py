"""One connection to the mail server that tells apart: not sent, refused, and perhaps sent."""

from __future__ import annotations

import contextlib
import smtplib
from types import TracebackType
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

STOCK_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


class NotSent(Exception):
    """The server did not take the message; ``final`` says that trying again is of no use."""

    def __init__(self, reason: str, *, final: bool) -> None:
        self.final = final
        super().__init__(reason)


class ServerAway(Exception):
    """The mail server cannot be reached or does not let the portal in; no message is at fault."""


class Unclear(Exception):
    """The connection broke after the text had begun to leave: it may have arrived."""


class _NotesData:
    """Remembers whether the text of the current message has begun to leave."""

    text_begun = False

    def data(self, msg: Any) -> Any:
        """Send the text, noting first that from here on the outcome may stay unknown."""
        self.text_begun = True
        return super().data(msg)  # type: ignore[misc]


class _Smtp(_NotesData, smtplib.SMTP):
    """SMTP that knows how far it came."""


class _SmtpSsl(_NotesData, smtplib.SMTP_SSL):
    """SMTP over TLS from the start that knows how far it came."""


class _CarefulBackend(EmailBackend):
    """Django's SMTP backend over the classes above."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """Choose the class by ``EMAIL_USE_SSL``, as Django does."""
        return _SmtpSsl if self.use_ssl else _Smtp


class Transport:
    """A connection kept open over many messages; opened when first needed.

    In the demo nothing leaves the machine: :attr:`outside` is False and :meth:`send` does nothing.
    """

    def __init__(self) -> None:
        self.outside = not settings.DEMO
        self._backend: Any = None

    def __enter__(self) -> Transport:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, email: EmailMessage) -> None:
        """Send one message; raise :class:`NotSent`, :class:`ServerAway` or :class:`Unclear`.

        A server that hung up between two messages (many limit the number per connection) is called
        once more before this counts as a failure.
        """
        if not self.outside:
            return
        fresh = self._open()
        try:
            self._send(email)
        except NotSent as failure:
            if fresh or failure.final:
                raise
            self._open()
            self._send(email)

    def close(self) -> None:
        """Hang up; faults while hanging up are of no interest."""
        backend, self._backend = self._backend, None
        if backend is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                backend.close()

    def _open(self) -> bool:
        """Connect unless connected; tell whether the connection is new."""
        if self._backend is not None:
            return False
        careful = settings.EMAIL_BACKEND == STOCK_BACKEND
        backend = _CarefulBackend() if careful else get_connection()
        try:
            backend.open()
        except (smtplib.SMTPException, OSError) as error:
            raise ServerAway(f"{type(error).__name__}: {error}") from error
        self._backend = backend
        return True

    def _send(self, email: EmailMessage) -> None:
        """Send over the open connection; after any fault it is given up and the fault is named."""
        connection = getattr(self._backend, "connection", None)
        if isinstance(connection, _NotesData):
            connection.text_begun = False
        try:
            self._backend.send_messages([email])
        except smtplib.SMTPException as error:
            self.close()
            raise _judge(error, begun=getattr(connection, "text_begun", False)) from error
        except OSError as error:
            self.close()
            raise _broken(error, begun=getattr(connection, "text_begun", False)) from error
        except ValueError as error:
            # A header or an address that cannot be written: the same at every attempt.
            raise NotSent(str(error), final=True) from error


def _judge(error: smtplib.SMTPException, *, begun: bool) -> NotSent | Unclear:
    """Say what a fault of SMTP means for the message.

    An answer of the server, also to the text itself, means that it has not taken the message; it
    is final only where it speaks of this recipient or this text and not of the sender.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()), (550, b""))
        return NotSent(_answer(code, answer), final=500 <= code < 600)
    if isinstance(error, smtplib.SMTPResponseException):
        final = isinstance(error, smtplib.SMTPDataError) and 500 <= error.smtp_code < 600
        return NotSent(_answer(error.smtp_code, error.smtp_error), final=final)
    return _broken(error, begun=begun)


def _broken(error: Exception, *, begun: bool) -> NotSent | Unclear:
    reason = f"{type(error).__name__}: {error}"
    return Unclear(reason) if begun else NotSent(reason, final=False)


def _answer(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {text}"
