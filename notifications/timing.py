"""At once, or in the bundle of the evening or the week."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from notifications.choices import frequency_of
from notifications.kinds import BUNDLED, Frequency, MailKind
from notifications.models import BundleLine, Message
from reports.lifecycle import EventKind

# These answer the reporter's own act, so they go out although nobody is told of their own act, and never wait.
RECEIPTS = (EventKind.CONFIRMATION_ASKED, EventKind.RECEIVED)
WEEKLY_ON = 4  # Friday


def split_messages(messages: Iterable[Message], now: datetime) -> tuple[list[Message], list[BundleLine]]:
    """What goes out at once, and what waits for its bundle (people's `mail_choices` prefetched or few)."""
    at_once, lines = [], []
    for message in messages:
        kind = MailKind(message.kind) if message.kind else None
        waits = kind in BUNDLED and message.event.kind not in RECEIPTS
        frequency = frequency_of(message.person, kind) if kind and waits else Frequency.NOW
        if frequency in (Frequency.DAILY, Frequency.WEEKLY):
            due = next_due(frequency, now)
            lines.append(
                BundleLine(
                    event=message.event,
                    person=message.person,
                    template=message.template,
                    kind=message.kind,
                    due_at=due,
                )
            )
        else:
            at_once.append(message)
    return at_once, lines


def next_due(frequency: Frequency, now: datetime) -> datetime:
    """The next evening at `BUNDLE_HOUR` of the site's clock; of a Friday for the weekly ones."""
    local = timezone.localtime(now)
    due = local.replace(hour=settings.BUNDLE_HOUR, minute=0, second=0, microsecond=0)
    days = (WEEKLY_ON - local.weekday()) % 7 if frequency == Frequency.WEEKLY else 0
    if due <= local and days == 0:
        days = 7 if frequency == Frequency.WEEKLY else 1
    # Days of the calendar, not of 24 hours: wall-clock arithmetic keeps the hour when the clocks change.
    return due + timedelta(days=days)
