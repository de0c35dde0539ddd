"""Contacts in trouble: the employees are told once, when it begins; all that came into trouble together, in one mail.

A contact is in trouble while it is paused after failures, while its address is stopped, or when it has not said a word
since `CONTACT_SILENT_AFTER` reports, the first of them `CONTACT_SILENT_FOR` ago.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from forwarding.models import ContactHealth, Dispatch, IncomingMail
from municipalities.models import Contact
from notifications.notices import give_notice
from reports import links

TEMPLATE = "contact_trouble"
SHOWN = 30
Trouble = ContactHealth.Trouble


def watch_contacts() -> None:
    """Write down which contacts came into trouble, and which are out of it again."""
    now = timezone.now()
    found = find_trouble(now)
    with transaction.atomic():
        known = ContactHealth.objects.select_for_update(of=("self",), no_key=True).exclude(trouble="")
        before = dict(known.values_list("pk", "trouble"))
        over = [pk for pk in before if pk not in found]
        ContactHealth.objects.filter(pk__in=over).update(trouble="", told_at=None)
        fresh = {pk: trouble for pk, trouble in found.items() if before.get(pk) != trouble}
        for pk, trouble in fresh.items():
            ContactHealth.objects.update_or_create(contact_id=pk, defaults={"trouble": trouble, "told_at": now})
        if fresh:
            give_notice(Person.objects.filter(is_staff=True, is_active=True), TEMPLATE, now.isoformat())


def find_trouble(now: datetime) -> dict[int, Trouble]:
    """By the contact's id."""
    active = Contact.objects.filter(is_active=True)
    written = Exists(Dispatch.objects.filter(contact=OuterRef("pk")))
    found = dict.fromkeys(silent_contacts(now), Trouble.SILENT)
    paused = active.filter(health__failures_in_row__gt=0, health__paused_until__isnull=False)
    found |= dict.fromkeys(paused.values_list("pk", flat=True), Trouble.PAUSED)
    stopped = active.filter(written, stopped_at__isnull=False)
    return found | dict.fromkeys(stopped.values_list("pk", flat=True), Trouble.STOPPED)


def silent_contacts(now: datetime) -> list[int]:
    """An answer that waits for a moderator is a word, too."""
    words = IncomingMail.objects.filter(
        assignment__contact=OuterRef("pk"),
        kind=IncomingMail.Kind.ANSWER,
        received_at__gte=OuterRef("health__unanswered_since"),
    )
    rows = Contact.objects.filter(
        ~Exists(words),
        is_active=True,
        health__unanswered__gte=settings.CONTACT_SILENT_AFTER,
        health__unanswered_since__lte=now - settings.CONTACT_SILENT_FOR,
    )
    return list(rows.values_list("pk", flat=True))


def compose_trouble(person: Person, key: str) -> dict[str, Any] | None:
    rows = ContactHealth.objects.filter(told_at=datetime.fromisoformat(key)).exclude(trouble="")
    shown = list(rows.select_related("contact__institution").order_by("contact__institution__name", "pk")[:SHOWN])
    if not shown:
        return None  # over, before anybody was told
    return {"url": links.absolute(reverse("desk_deliveries")), "count": rows.count(), "rows": shown}


def in_trouble() -> Any:
    """Of the desk's list, the longest first."""
    trouble = ~Q(trouble="") | Q(paused_until__gt=timezone.now())
    rows = ContactHealth.objects.filter(trouble).select_related("contact__institution")
    return rows.order_by(F("told_at").asc(nulls_last=True), "pk")
