"""Mails that a person sent us, and bodies' mails that name the person: stored byte by byte, so the bytes must go.

The row stays (when, about which report, what became of it) with its digest, so that the same mail is not taken twice.
"""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from accounts.holdings import Holding, register_holding
from accounts.models import Person
from accounts.verification import addresses_of
from forwarding.models import IncomingMail
from reports.models import Report

BLANK: dict[str, Any] = {"raw": b"", "text": "", "subject": ""}


def register() -> None:
    register_holding(Holding("incoming_mails", export=export, erase=erase))


def sent_by(person: Person) -> QuerySet[IncomingMail]:
    theirs = [Q(sender__iexact=address) for address in addresses_of(person)]
    return IncomingMail.objects.filter(reduce(or_, theirs))


def export(person: Person) -> list[dict[str, Any]]:
    return [
        {"received_at": mail.received_at, "to": mail.recipient, "subject": mail.subject, "text": mail.text}
        for mail in sent_by(person).defer("raw").order_by("received_at", "pk")
    ]


def erase(person: Person, keep_reports: bool) -> None:
    sent_by(person).exclude(sender="").update(**BLANK, sender="", recipient="")
    reports = Report.objects.filter(reporter=person)
    names = {name.strip() for name in reports.values_list("reporter_name", flat=True) if name.strip()}
    names |= {person.name.strip()} - {""}
    named = reduce(or_, [Q(text__icontains=words) for words in names | addresses_of(person)])
    # Of bodies: the published words stay in the timeline, where the name is taken out.
    about = IncomingMail.objects.filter(assignment__report__in=reports)
    about.filter(named).update(**BLANK)
    # The text is cut of quotes; the bytes still quote our mail, with the name in it.
    about.exclude(raw=b"").update(raw=b"")
