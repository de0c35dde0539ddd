"""The employees are called when reports wait too long for a moderator: one mail a day and person, with all of them."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from notifications.notices import give_notice
from reports import links
from reports.lifecycle import Status
from reports.models import Report

TEMPLATE = "alarm"
SHOWN = 20


def call_employees() -> None:
    """Today's alarm for each employee; called again on the same day, it adds nothing."""
    give_notice(Person.objects.filter(is_staff=True, is_active=True), TEMPLATE, timezone.localdate().isoformat())


def compose_alarm(person: Person, key: str) -> dict[str, Any] | None:
    late = Report.objects.for_desk_of(person).filter(
        status=Status.SUBMITTED, status_since__lte=timezone.now() - settings.TERMS["alarm"]
    )
    oldest = list(late.order_by("status_since")[:SHOWN])
    if not oldest:
        return None
    return {
        "url": links.absolute(reverse("desk")),
        "count": late.count(),
        "days": settings.TERMS["alarm"].days,
        "late": [{"report": r, "days": (timezone.now() - r.status_since).days} for r in oldest],
    }
