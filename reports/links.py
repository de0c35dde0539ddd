"""Signed links in mails: each opens one thing for one purpose. Opening changes nothing; the page has a button.

A link is no password for an account: the owner link lets its holder act as the reporter of one report.
"""

import base64
import binascii

from django.conf import settings
from django.core import signing
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

OWNER = "owner"
CONFIRM = "confirm"
DONE = "done"
OFFICER = "officer"
UNSUBSCRIBE = "unsubscribe"
FOLLOW = "follow"
COMMENT = "comment"
SIGHTING = "sighting"
ALERT = "alert"
ALERT_STOP = "alert_stop"


def sign(purpose: str, *values: int | str) -> str:
    """A short URL-safe token for these ids, good for this purpose only."""
    return (
        signing.Signer(salt=f"jarokelo.links.{purpose}")
        .sign(".".join(str(value) for value in values))
        .replace(":", "~")
    )


def read(purpose: str, token: str) -> list[str]:
    """What was signed; raises `Http404` for anything else, another purpose's token included."""
    try:
        signed = signing.Signer(salt=f"jarokelo.links.{purpose}").unsign(token.replace("~", ":"))
    except signing.BadSignature:
        raise Http404 from None
    return signed.split(".")


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def owner_url(report_id: int) -> str:
    return absolute(reverse("owner", args=[sign(OWNER, report_id)]))


def confirm_url(report_id: int) -> str:
    return absolute(reverse("report_confirm", args=[sign(CONFIRM, report_id)]))


def talk_url(kind: str, pk: int) -> str:
    """One's own comment, or word on the solution: to confirm it, and to see what became of it."""
    return absolute(reverse(f"{kind}_by_link", args=[sign(kind, pk)]))


def officer_token(assignment_id: int) -> str:
    """The case file of one assignment; holds the day it was made, because a closed case's link grows old."""
    return sign(OFFICER, assignment_id, timezone.localdate().toordinal())


def officer_url(assignment_id: int) -> str:
    return absolute(reverse("officer_case", args=[officer_token(assignment_id)]))


def unsubscribe_url(person_id: int, report_id: int, kinds: str) -> str:
    """Out of the news of a report (0: of none), or of these kinds of mail: values of `MailKind`, joined by "-"."""
    return absolute(reverse("unsubscribe", args=[sign(UNSUBSCRIBE, person_id, report_id, kinds)]))


def follow_token(report_id: int, email: str, *, support: bool) -> str:
    """For whoever reads that address: to follow this report, with `support` also to say "me too"."""
    packed = base64.urlsafe_b64encode(email.encode()).decode().rstrip("=")
    return sign(FOLLOW, report_id, int(support), packed)


def read_follow(token: str) -> tuple[int, str, bool]:
    """Report's id, address, and whether "me too" was meant; raises `Http404`."""
    values = read(FOLLOW, token)
    try:
        report_id, support, packed = values
        return int(report_id), base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode(), support == "1"
    except (ValueError, binascii.Error):
        raise Http404 from None


def follow_url(report_id: int, email: str, *, support: bool) -> str:
    return absolute(reverse("follow_confirm", args=[follow_token(report_id, email, support=support)]))


def alert_url(alert_id: int) -> str:
    """Where the reader of an alert's mails says yes to it, changes it or ends it."""
    return absolute(reverse("alert_by_mail", args=[sign(ALERT, alert_id)]))


def alert_stop_url(alert_id: int) -> str:
    """Ends the mails of one alert, and can do nothing else."""
    return absolute(reverse("alert_stop", args=[sign(ALERT_STOP, alert_id)]))
