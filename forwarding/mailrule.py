"""May a mail be published as the body's answer without anybody's eyes? Only where nothing is left to doubt.

All of: it came to the case's own reply address, from one clear sender, who is the exact contact of the body, as our own
mail server vouches for; it holds words and nothing else, proposes no step, and the personal-data check finds nothing.
"""

from email.message import Message

from django.conf import settings

from forwarding.mailcuts import own_words
from forwarding.mailfiles import files_of
from forwarding.mailkind import is_listed
from forwarding.mailparts import has_several_texts
from forwarding.mailsteps import propose_step
from forwarding.mailtrust import clear_sender, is_vouched
from forwarding.models import IncomingMail
from forwarding.reply_address import read_reply_address
from municipalities.models import Contact
from reports.lifecycle import Status
from reports.models import Assignment
from reports.personal_data import find_personal_data

Why = IncomingMail.Why
LONGEST = 4000  # characters; what a body writes in its form is no longer
# A late answer to a closed report is shown, too; the desk looks at it afterwards, as at all that is done by rule.
TAKES_WORDS = (Status.SENT, Status.IN_PROGRESS, Status.AWAITING_CONFIRMATION, Status.SOLVED, Status.UNRESOLVED)


def why_not_by_rule(
    message: "Message[str, str]", raw: bytes, text: str, recipients: list[str], assignment: Assignment
) -> str:
    """The first reason against it, the weightiest first; empty where there is none."""
    tokens = {pk for address in recipients if (pk := read_reply_address(address))}
    sender = clear_sender(message)
    if not sender:
        return Why.ODD_SENDER
    if not is_contact(assignment, sender):
        return Why.NOT_THE_CONTACT if is_of_body(assignment, sender) else Why.STRANGER
    if assignment.pk not in tokens:
        return Why.NO_TOKEN
    if len(tokens) > 1:
        return Why.SEVERAL_CASES
    return _why_not_its_content(message, raw, text) or _why_not_now(message, sender, assignment)


def _why_not_its_content(message: "Message[str, str]", raw: bytes, text: str) -> str:
    words = own_words(text)
    if files_of(raw) or has_several_texts(message):
        return Why.ATTACHMENTS
    if not words.strip("> \n"):
        return Why.NO_WORDS
    if len(words) > LONGEST:
        return Why.TOO_LONG
    if is_listed(message):
        return Why.LISTED
    if propose_step(words):
        return Why.PROPOSES
    return Why.PERSONAL_DATA if find_personal_data(words) else ""


def _why_not_now(message: "Message[str, str]", sender: str, assignment: Assignment) -> str:
    report = assignment.report
    if not assignment.is_of_body or report.state not in TAKES_WORDS or report.kind == report.Kind.PRAISE:
        return Why.CASE_MOVED
    if not settings.ANSWERS_BY_RULE:
        return Why.RULE_OFF
    return "" if is_vouched(message, sender) else Why.NOT_VOUCHED


def is_contact(assignment: Assignment, address: str) -> bool:
    """One that we write to: a contact taken out of use speaks for nobody."""
    contacts = Contact.objects.filter(institution=assignment.institution_id, channel=Contact.Channel.MAIL)
    return bool(address) and contacts.filter(is_active=True, address__iexact=address).exists()


# Whoever has an address there is nobody's colleague because of it.
EVERYBODYS = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "freemail.hu",
        "citromail.hu",
        "indamail.hu",
        "vipmail.hu",
        "t-online.hu",
        "upcmail.hu",
        "outlook.com",
        "outlook.hu",
        "hotmail.com",
        "hotmail.hu",
        "live.com",
        "msn.com",
        "yahoo.com",
        "yahoo.co.uk",
        "icloud.com",
        "me.com",
        "proton.me",
        "protonmail.com",
        "gmx.net",
        "gmx.de",
        "gmx.at",
        "web.de",
        "azet.sk",
        "centrum.sk",
        "centrum.cz",
        "seznam.cz",
        "zoznam.sk",
        "post.sk",
        "aol.com",
        "mail.com",
        "mail.ru",
        "yandex.ru",
    }
)


def is_of_body(assignment: Assignment, address: str) -> bool:
    """By the domain of one of the body's contacts."""
    domain = address.rpartition("@")[2].lower()
    if not domain or domain in EVERYBODYS:
        return False
    contacts = Contact.objects.filter(institution=assignment.institution_id, channel=Contact.Channel.MAIL)
    return contacts.filter(address__iendswith=f"@{domain}").exists()
