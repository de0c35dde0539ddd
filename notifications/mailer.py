"""The way out for mails: one adapter over Django's SMTP backend, with a timeout and errors that say `permanent`."""

import smtplib
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from email.mime.base import MIMEBase
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import SafeMIMEMultipart

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
SMTP_DEADLINE = 0.75  # of the lease: nobody else has the row before this worker gives up


class SendingFailed(Exception):
    """`permanent`: trying again cannot help. `unknown`: the other side broke off and may have taken the mail. `ours`:
    it has nothing to do with whoever was to get it (our own mail server is away)."""

    def __init__(self, reason: str, *, permanent: bool = False, unknown: bool = False, ours: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.permanent, self.unknown, self.ours = reason, permanent, unknown, ours


class MailWithImages(EmailMultiAlternatives):
    """Pictures (with a Content-ID) belong to the HTML part; the other parts are attachments of the whole."""

    def _create_attachments(self, msg: Any) -> Any:
        inline = [part for part in self.attachments if isinstance(part, MIMEBase) and part["Content-ID"]]
        files = [part for part in self.attachments if part not in inline]
        if inline:
            related = SafeMIMEMultipart(_subtype="related", encoding=self.encoding or settings.DEFAULT_CHARSET)
            related.attach(msg)
            for part in inline:
                related.attach(part)
            msg = related
        if files:
            mixed = SafeMIMEMultipart(_subtype="mixed", encoding=self.encoding or settings.DEFAULT_CHARSET)
            mixed.attach(msg)
            for part in files:
                mixed.attach(part)
            msg = mixed
        return msg


def build_mail(
    *,
    to: str,
    subject: str,
    text: str,
    html: str,
    message_id: str,
    own_address: str,
    envelope: str = "",
    headers: dict[str, str] | None = None,
    images: Sequence[MIMEBase] = (),
) -> EmailMultiAlternatives:
    """A mail from our own domain, to one address.

    `own_address` belongs to the report: answers come to it, and bounces too (it is the envelope's
    sender, unless `envelope` is another), while the From that people see stays the same. `images` with a Content-ID
    are shown inside the HTML part, the others are attachments.
    """
    mail = (MailWithImages if images else EmailMultiAlternatives)(
        subject=" ".join(subject.split()),
        body=text,
        from_email=envelope or own_address,
        to=[to],
        reply_to=[formataddr((settings.SITE_NAME, own_address))],
        headers={
            "From": formataddr(parseaddr(settings.DEFAULT_FROM_EMAIL)),
            "Message-ID": message_id,
            "Auto-Submitted": "auto-generated",
            **(headers or {}),
        },
    )
    mail.attach_alternative(html, "text/html")
    for image in images:
        mail.attach(image)
    return mail


def send_mail(mail: EmailMultiAlternatives, *, timeout: int | None = None) -> str:
    """Hand one mail to the mail server; gives its answer, and raises `SendingFailed`.

    `timeout` (seconds) is for each of its answers; all of them together have `SMTP_DEADLINE`.
    """
    connection = _connection(timeout or settings.EMAIL_TIMEOUT)
    deadline = threading.Timer(SMTP_DEADLINE * settings.DELIVERY_LEASE.total_seconds(), _hang_up, [connection])
    deadline.daemon = True
    deadline.start()
    try:
        connection.open()
        connection.send_messages([mail])
        return _words(*getattr(getattr(connection, "connection", None), "taken", (0, "")))
    except (smtplib.SMTPException, OSError) as error:
        raise _explain(error, connection) from error
    finally:
        deadline.cancel()
        # The answer to our goodbye is of no interest: the mail is out, or its error is known.
        with suppress(smtplib.SMTPException, OSError):
            connection.close()


class _StagedSMTP(smtplib.SMTP):
    """Knows whether the text of a mail was on its way when the connection broke."""

    in_data = False
    speaks_of_it = False  # the mail's own recipient was named: what follows is about this mail
    taken: tuple[int, bytes] = (0, b"")  # what it said when it took the mail

    def rcpt(self, recip: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        self.speaks_of_it = True
        return super().rcpt(recip, options)

    def data(self, msg: object) -> tuple[int, bytes]:
        self.in_data = True
        self.taken = super().data(msg)  # type: ignore[arg-type]
        return self.taken


class _StagedSMTPOverSSL(_StagedSMTP, smtplib.SMTP_SSL):
    pass


class _StagedBackend(EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _StagedSMTPOverSSL if self.use_ssl else _StagedSMTP


def _connection(timeout: int) -> BaseEmailBackend:
    if settings.EMAIL_BACKEND == SMTP_BACKEND:
        return _StagedBackend(timeout=timeout)
    return get_connection()


def _hang_up(connection: BaseEmailBackend) -> None:
    """A server that says a letter now and then is never late, and would hold the worker for ever."""
    sock = getattr(getattr(connection, "connection", None), "sock", None)
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


def _explain(error: Exception, connection: BaseEmailBackend) -> SendingFailed:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        return SendingFailed(_words(code, reply), permanent=code >= 500)
    # A wrong password, a server that greets with 5xx or does not take mail from us, is ours to repair: the mail waits.
    if isinstance(
        error,
        smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError | smtplib.SMTPHeloError | smtplib.SMTPSenderRefused,
    ):
        return SendingFailed(_words(error.smtp_code, error.smtp_error), ours=True)
    if isinstance(error, smtplib.SMTPResponseException):
        return SendingFailed(_words(error.smtp_code, error.smtp_error), permanent=error.smtp_code >= 500)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return SendingFailed(str(error), permanent=True)
    smtp = getattr(connection, "connection", None)
    return SendingFailed(
        f"{type(error).__name__}: {error}",
        unknown=getattr(smtp, "in_data", False),
        ours=not getattr(smtp, "speaks_of_it", False),
    )


def _words(code: int, reply: bytes | str) -> str:
    words = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    return f"{code} {words}" if code else words
