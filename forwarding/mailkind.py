"""Is it an answer, a bounce or something automatic? Simple rules on what mail programs say of themselves.

Bounces: RFC 3464 reports first, then the forms of Exim and qmail, which have no report part.
"""

import re
from dataclasses import dataclass
from email.message import Message

from forwarding.mailparts import addresses, content, decode, header, walk
from forwarding.models import IncomingMail

Kind = IncomingMail.Kind

_AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply-From", "X-Mail-Autoreply")
_AUTOMATIC_SUBJECT = re.compile(
    r"^(automatikus (válasz|üzenet)|házon kívül|irodán kívül|szabadság|nem vagyok (bent|elérhető)|"
    r"out of (the )?office|auto(matic)?[- ]?(reply|response)|automatische antwort|abwesen|automatická odpove)",
    re.I,
)
_BOUNCE_SENDER = re.compile(r"\b(postmaster|mail-daemon|mdaemon|bounces?)[@+-]")
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery (status|failure|has failed|problem|error)|mail delivery|failure notice|returned mail|"
    r"delivery notification|could not be delivered|warning: could not send|kézbesíthetetlen|kézbesítési|"
    r"nem kézbesíthető|unzustellbar",
    re.I,
)
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.\-/:])(5[0-5]\d)[ \-](?=\D)")
_ADDRESS = re.compile(r"[\w.+=\-/]{1,64}@[\w.\-]{1,190}")


@dataclass(frozen=True)
class Bounce:
    """What could not be delivered, and whether trying again is any use.

    `is_hard`: the address itself is no good (RFC 3463 class 5). A full box (5.2.2), a mail that was too
    big (5.3.4) or one that a filter did not like (5.7) say nothing of the address.
    """

    recipients: tuple[str, ...]
    reason: str
    is_failure: bool
    is_hard: bool
    message_ids: tuple[str, ...]


def kind_of(message: "Message[str, str]") -> IncomingMail.Kind:
    if is_bounce(message):
        return Kind.BOUNCE
    return Kind.AUTOMATIC if is_automatic(message) else Kind.ANSWER


def is_bounce(message: "Message[str, str]") -> bool:
    if any(part.get_content_type() == "message/delivery-status" for part in walk(message)):
        return True
    if message.get_content_type() == "multipart/report":
        return "delivery-status" in str(message.get_param("report-type", "")).lower()
    if message.get("X-Failed-Recipients"):
        return True
    sender = f"{header(message, 'From')} {header(message, 'Return-Path')}".lower()
    if "mailer-daemon" in sender:
        return True
    from_machine = bool(_BOUNCE_SENDER.search(sender)) or _has_null_sender(message)
    return from_machine and bool(_BOUNCE_SUBJECT.search(header(message, "Subject")))


def is_automatic(message: "Message[str, str]") -> bool:
    """RFC 3834 and what was usual before it; a subject only at its beginning, since answers quote subjects."""
    if header(message, "Auto-Submitted").lower().partition(";")[0].strip() not in ("", "no"):
        return True
    if any(message.get(name) for name in _AUTOMATIC_HEADERS) or _has_null_sender(message):
        return True
    if header(message, "Precedence").lower() in ("auto_reply", "auto-reply", "junk"):
        return True
    if message.get_content_type() == "multipart/report":  # read receipts, complaints about spam
        return True
    return bool(_AUTOMATIC_SUBJECT.match(header(message, "Subject")))


def _has_null_sender(message: "Message[str, str]") -> bool:
    return header(message, "Return-Path").strip() == "<>"


def read_bounce(message: "Message[str, str]") -> Bounce:
    """The facts of a mail that `is_bounce`; what it does not say is empty or False."""
    fields: list[Message[str, str]] = []
    for part in walk(message):
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list):
            fields += [block for block in part.get_payload() if isinstance(block, Message)]
    words = _words(message)
    found = _STATUS.search(" ".join(header(block, "Status") for block in fields))
    actions = {header(block, "Action").lower() for block in fields} - {""}
    status = found or _STATUS.search(words)
    code = _REPLY_CODE.search(words)
    recipients = [
        address
        for block in fields
        for address in addresses(block, "Original-Recipient", "Final-Recipient", "X-Actual-Recipient")
    ]
    recipients += addresses(message, "X-Failed-Recipients")
    if not recipients:
        recipients = [match.lower() for match in _ADDRESS.findall(words)][:50]
    is_failure = "failed" in actions or (not actions and (status[1] == "5" if status else code is not None))
    diagnosis = next((header(block, "Diagnostic-Code") for block in fields if block.get("Diagnostic-Code")), "")
    return Bounce(
        recipients=tuple(dict.fromkeys(recipients)),
        reason=(diagnosis or " ".join(words.split()))[:300],
        is_failure=is_failure,
        is_hard=is_failure and _blames_address(status, code),
        message_ids=tuple(_message_ids(message)),
    )


def _blames_address(status: re.Match[str] | None, code: re.Match[str] | None) -> bool:
    if status is None:
        return code is not None and code[1] in ("550", "551", "553", "554")
    group, subject, detail = (int(number) for number in status.groups())
    return group == 5 and subject != 7 and (subject, detail) not in ((2, 2), (3, 4))


def _words(message: "Message[str, str]") -> str:
    """What the server tells a person; not the mail that it sends back."""
    for part in walk(message):
        if part.get_content_maintype() == "text" and part.get_content_type() != "text/rfc822-headers":
            text = content(part)[:20_000]
            return re.split(r"(?im)^-+ ?(this is a copy|below this line is a copy|original message)", text)[0]
    return ""


def _message_ids(message: "Message[str, str]") -> list[str]:
    """The Message-IDs in what was sent back: the one of ours that bounced is among them."""
    found: list[str] = []
    for part in walk(message):
        payload = part.get_payload(decode=True) if not part.is_multipart() else None
        if part is not message and part.get("Message-ID"):
            found.append(header(part, "Message-ID"))
        if isinstance(payload, bytes):
            found += re.findall(r"(?im)^message-id:\s*(<[^<>\s]{3,190}>)", decode(payload[:200_000], None))
    return list(dict.fromkeys(found))
