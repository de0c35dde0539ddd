"""The way out for mails: one adapter over Django's SMTP backend, with a timeout and errors that say `permanent`."""

import smtplib
from collections.abc import Sequence
from contextlib import suppress
from email.mime.base import MIMEBase
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


class SendingFailed(Exception):
    """`permanent`: trying again cannot help. `unknown`: the other side broke off and may have taken the mail."""

    def __init__(self, reason: str, *, permanent: bool = False, unknown: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.permanent, self.unknown = reason, permanent, unknown


class MailWithImages(EmailMultiAlternatives):
    mixed_subtype = "related"  # the images belong to the HTML part; they are no attachments


def build_mail(
    *,
    to: str,
    subject: str,
    text: str,
    html: str,
    message_id: str,
    own_address: str,
    headers: dict[str, str] | None = None,
    images: Sequence[MIMEBase] = (),
) -> EmailMultiAlternatives:
    """A mail from our own domain, to one address.

    `own_address` belongs to the report: answers come to it, and bounces too (it is the envelope's
    sender), while the From that people see stays the same. `images` are shown inside the HTML part.
    """
    mail = (MailWithImages if images else EmailMultiAlternatives)(
        subject=" ".join(subject.split()),
        body=text,
        from_email=own_address,
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


def send_mail(mail: EmailMultiAlternatives) -> str:
    """Hand one mail to the mail server; gives its answer, and raises `SendingFailed`."""
    connection = _connection()
    try:
        connection.open()
        connection.send_messages([mail])
        return _words(*getattr(getattr(connection, "connection", None), "taken", (0, "")))
    except (smtplib.SMTPException, OSError) as error:
        raise _explain(error, connection) from error
    finally:
        # The answer to our goodbye is of no interest: the mail is out, or its error is known.
        with suppress(smtplib.SMTPException, OSError):
            connection.close()


class _StagedSMTP(smtplib.SMTP):
    """Knows whether the text of a mail was on its way when the connection broke."""

    in_data = False
    taken: tuple[int, bytes] = (0, b"")  # what it said when it took the mail

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


def _connection() -> BaseEmailBackend:
    if settings.EMAIL_BACKEND == SMTP_BACKEND:
        return _StagedBackend(timeout=settings.EMAIL_TIMEOUT)
    return get_connection()


def _explain(error: Exception, connection: BaseEmailBackend) -> SendingFailed:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        return SendingFailed(_words(code, reply), permanent=code >= 500)
    # A wrong password, or a server that greets with 5xx, is ours to repair: the mail waits.
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return SendingFailed(_words(error.smtp_code, error.smtp_error))
    if isinstance(error, smtplib.SMTPResponseException):
        return SendingFailed(_words(error.smtp_code, error.smtp_error), permanent=error.smtp_code >= 500)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return SendingFailed(str(error), permanent=True)
    smtp = getattr(connection, "connection", None)
    return SendingFailed(f"{type(error).__name__}: {error}", unknown=getattr(smtp, "in_data", False))


def _words(code: int, reply: bytes | str) -> str:
    words = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    return f"{code} {words}" if code else words
