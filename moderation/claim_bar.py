"""What the bar above a case shows: who has it, who else is there, and to whom it may be given."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.rights import Right
from moderation.access import DeskRequest, may
from moderation.holders import people_for
from moderation.presence import presence_at
from reports.models import Report


def claim_context(request: DeskRequest, row: Any) -> dict[str, Any]:
    """For `_claim_bar.html` above a case."""
    is_report = isinstance(row, Report)
    key = row.reference if is_report else row.pk
    presence = presence_at(row, request.user)
    may_give = is_report and may(request.user, Right.ASSIGN, row)
    return {
        "holder": presence.holder,
        "is_mine": presence.is_mine,
        "presence": presence,
        "presence_url": reverse("desk_presence" if is_report else "desk_presence_mail", args=[key]),
        "presence_seconds": settings.DESK_POLL_SECONDS,
        "may_give": may_give,
        "people": list(people_for(row)) if may_give else [],
        "claim_url": reverse("desk_claim" if is_report else "desk_claim_mail", args=[key]),
        "case_key": key,
    }
