"""Mails that come back, built on the letter that they answer: from the contact, from strangers, from machines."""

from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from django.conf import settings

ANSWER = "Tisztelt Bejelentő!\n\nAz ügyet megkaptuk, a munkát megrendeltük. Iktatószám: {number}\n"
SOLVED = "Tisztelt Bejelentő!\n\nA hibát kijavítottuk. Iktatószám: {number}\n\n#megoldva\n"
NOT_OURS = "Tisztelt Bejelentő!\n\nAz ügy nem hozzánk tartozik. Iktatószám: {number}\n"
AWAY = "Köszönjük levelét. Jelenleg szabadságon vagyok, visszatérésem után válaszolok. ({number})\n"


def reply(
    letter: EmailMessage, words: str, number: str, *, sender: str, now: datetime, is_vouched: bool = True
) -> bytes:
    """As a mail program writes it: with the quote below, and our own server's verdict on top."""
    mail = _head(letter, sender, now)
    if is_vouched:
        domain = sender.rpartition("@")[2]
        mail["Authentication-Results"] = f"{settings.MAIL_AUTHSERV_ID}; dmarc=pass header.from={domain}"
    quoted = "\n> ".join(["Tisztelt Kollégák!", "egy lakos az alábbi problémát jelentette."])
    mail.set_content(f"{words.format(number=number)}\nÜdvözlettel:\nÜgyfélszolgálat\n\nFeladó: Járókelő\n> {quoted}\n")
    return mail.as_bytes()


def automatic(letter: EmailMessage, number: str, *, sender: str, now: datetime) -> bytes:
    mail = _head(letter, sender, now)
    mail["Auto-Submitted"] = "auto-replied"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(AWAY.format(number=number))
    return mail.as_bytes()


def bounce(letter: EmailMessage, number: str, *, address: str, now: datetime) -> bytes:
    """A mail server's word, an hour after it had taken the letter, that there is no such box after all."""
    domain = address.rpartition("@")[2]
    head = f"From: MAILER-DAEMON@{domain}\r\nTo: {letter['Reply-To']}\r\nDate: {format_datetime(now)}\r\n"
    return (
        f"{head}Message-ID: {make_msgid(domain=domain)}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\nThe mail could not be delivered ({number}).\r\n\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.{domain}\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 4.2.2\r\n"
        "Diagnostic-Code: smtp; 452 4.2.2 mailbox full\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {letter['Message-ID']}\r\n\r\n--b--\r\n"
    ).encode()


def _head(letter: EmailMessage, sender: str, now: datetime) -> EmailMessage:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = f"Ügyfélszolgálat <{sender}>"
    mail["To"] = str(letter["Reply-To"] or "")
    mail["Subject"] = f"RE: {letter['Subject']}"
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    mail["In-Reply-To"] = mail["References"] = str(letter["Message-ID"])
    return mail
