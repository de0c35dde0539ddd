"""How a case stands for its body: the tabs of the list, and the day that is waited for.

Example: a case sent on 2 March with 15 days to answer waits for the 17th; on the 20th it is "3 days over". Answered
with a promise for 30 April it waits for that day, and after it the promise is late. Conditions are on `Assignment`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, DateField, F, Q, QuerySet, When
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from municipalities.models import Membership
from reports.lifecycle import Status
from reports.models import Assignment

SOON = timedelta(days=7)

RUNNING = Q(ended_at=None)
WAITS_FOR_ANSWER = RUNNING & Q(first_answer_at=None)
# A body beside may promise while the one that leads is silent.
_PROMISE_HOLDS = Q(report__status=Status.IN_PROGRESS) | Q(is_lead=False, report__status=Status.SENT)
WAITS_FOR_PROMISED = RUNNING & Q(promised_on__isnull=False) & _PROMISE_HOLDS


class Tab(models.TextChoices):
    OPEN = "open", pgettext_lazy("cases", "Open")
    MINE = "mine", pgettext_lazy("cases", "Mine")
    UNIT = "unit", gettext_lazy("My unit")
    LATE = "late", gettext_lazy("Overdue")
    SOON = "soon", gettext_lazy("Due in 7 days")
    UNANSWERED = "unanswered", gettext_lazy("No answer yet")
    PROMISE_LATE = "promise_late", gettext_lazy("Promised day past")
    CONFIRMATION = "confirmation", pgettext_lazy("report status", "Awaiting confirmation")
    NOT_OURS = "not_ours", gettext_lazy("Not ours")
    CLOSED = "closed", pgettext_lazy("cases", "Closed")

    @property
    def is_of_ended(self) -> bool:
        return self in (Tab.NOT_OURS, Tab.CLOSED)


def rows_of(tab: Tab, person: Any, now: datetime | None = None) -> Q:
    """`person` looks at the list: whose cases "mine" are."""
    now = now or timezone.now()
    match tab:
        case Tab.OPEN:
            return RUNNING
        case Tab.MINE:
            return RUNNING & Q(assignee=person.pk)
        case Tab.UNIT:
            return RUNNING & Q(unit__in=units_of(person))
        case Tab.LATE:
            return is_late(now)
        case Tab.SOON:
            return is_due_soon(now)
        case Tab.UNANSWERED:
            return WAITS_FOR_ANSWER
        case Tab.PROMISE_LATE:
            return promise_is_late(now)
        case Tab.CONFIRMATION:
            return RUNNING & Q(report__status=Status.AWAITING_CONFIRMATION)
        case Tab.NOT_OURS:
            return Q(outcome=Assignment.Outcome.NOT_OURS)
    return Q(ended_at__isnull=False) & ~Q(outcome=Assignment.Outcome.NOT_OURS)


def units_of(person: Any) -> QuerySet[Membership, int | None]:
    own = Membership.objects.filter(person=person.pk, role__in=Membership.BODY_ROLES, unit__isnull=False)
    return own.values_list("unit", flat=True)


def promise_is_late(now: datetime) -> Q:
    return WAITS_FOR_PROMISED & Q(promised_on__lt=timezone.localdate(now))


def is_late(now: datetime) -> Q:
    """No answer in time, or a promised day that has passed."""
    return (WAITS_FOR_ANSWER & Q(due_at__lt=now)) | promise_is_late(now)


def is_due_soon(now: datetime, within: timedelta = SOON) -> Q:
    """Not late yet: what ends today or in the days after it."""
    today = timezone.localdate(now)
    answer = WAITS_FOR_ANSWER & Q(due_at__gte=now, due_at__lt=day_end(today + within))
    return answer | (WAITS_FOR_PROMISED & Q(promised_on__gte=today, promised_on__lte=today + within))


def day_end(day: date) -> datetime:
    """The midnight after it, on the clock of the site."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), datetime.min.time()))


def deadline_day() -> Case:
    """The day that is waited for, in SQL, as `deadline_of`; none where nothing is."""
    return Case(
        When(WAITS_FOR_PROMISED, then=F("promised_on")),
        When(WAITS_FOR_ANSWER, then=TruncDate("due_at")),
        output_field=DateField(),
    )


@dataclass(frozen=True)
class Deadline:
    day: date
    is_promise: bool
    is_late: bool
    days: int  # until the day; negative after it

    @property
    def in_words(self) -> str:
        if self.days > 0:
            return ngettext("%(count)s day left", "%(count)s days left", self.days) % {"count": self.days}
        if self.days < 0:
            return ngettext("%(count)s day over", "%(count)s days over", -self.days) % {"count": -self.days}
        return _("over since today") if self.is_late else _("today")

    @property
    def tone(self) -> str:
        """Of the design's tones."""
        if self.is_late:
            return "bad"
        return "wait" if self.days <= SOON.days else "neutral"


def deadline_of(assignment: Any, now: datetime | None = None) -> Deadline | None:
    """What the case waits for, with its report at hand."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    if not assignment.is_running:
        return None
    holding = (Status.IN_PROGRESS,) if assignment.is_lead else (Status.IN_PROGRESS, Status.SENT)
    if assignment.promised_on is not None and assignment.report.status in holding:
        day = assignment.promised_on
        return Deadline(day, is_promise=True, is_late=day < today, days=(day - today).days)
    if assignment.first_answer_at is None and assignment.due_at is not None:
        day = timezone.localdate(assignment.due_at)
        return Deadline(day, is_promise=False, is_late=assignment.due_at < now, days=(day - today).days)
    return None


def age_in_words(assignment: Any, now: datetime | None = None) -> str:
    """Since it was sent to the body, while it runs; empty afterwards."""
    if not assignment.is_running:
        return ""
    days = (timezone.localdate(now) - timezone.localdate(assignment.sent_at)).days
    return ngettext("%(count)s day old", "%(count)s days old", days) % {"count": days} if days else _("today")


def case_row(assignment: Any) -> dict[str, Any]:
    """A line of the list."""
    return {
        "case": assignment,
        "report": assignment.report,
        "deadline": deadline_of(assignment),
        "age": age_in_words(assignment),
    }
