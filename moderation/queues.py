"""What waits at the desk, oldest first: each tab is a queue of rows, in one order, for one person.

Every tab counts by the same rows that it lists, and all of them are counted by one query (`count_all`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from forwarding.models import Dispatch, IncomingMail
from forwarding.office.models import OfficeDigest
from moderation.access import mails_for_desk_of
from moderation.filters import DeskFilter
from moderation.holders import of_person
from moderation.models import SavedFilter
from moderation.talk import FLAGS, TALK, waiting_lists
from municipalities.models import Contact
from notifications.models import Bundle, BundleLine, Message
from reports.lifecycle import Status
from reports.models import Assignment, Report
from reports.typed import typed_key

Rows = QuerySet[Any]
OFFICE_LISTS_SHOWN = timedelta(days=3)


def my_reports(person: Person) -> QuerySet[Report]:
    return Report.objects.for_desk_of(person).filter(of_person(person))


def new_reports(person: Person) -> QuerySet[Report]:
    return Report.objects.for_desk_of(person).filter(status=Status.SUBMITTED)


def reports_with_reply(person: Person) -> QuerySet[Report]:
    """The reporter has written to the desk, and nobody has read it yet."""
    return Report.objects.for_desk_of(person).filter(replied_at__isnull=False)


def reports_to_reroute(person: Person) -> QuerySet[Report]:
    return Report.objects.for_desk_of(person).filter(needs_rerouting=True)


def reports_waiting(person: Person) -> QuerySet[Report]:
    return Report.objects.for_desk_of(person).filter(status=Status.NEEDS_INFO)


def overdue_reports(person: Person) -> QuerySet[Report]:
    return Report.objects.for_desk_of(person).overdue()


def answers_to_read(person: Person) -> QuerySet[IncomingMail]:
    return mails_for_desk_of(person).filter(state=IncomingMail.State.TO_READ)


def unmatched_mails(person: Person) -> QuerySet[IncomingMail]:
    return mails_for_desk_of(person).filter(state=IncomingMail.State.UNMATCHED)


def failed_dispatches(person: Person) -> QuerySet[Dispatch]:
    rows = Dispatch.objects.failed().filter(assignment__report__in=Report.objects.for_desk_of(person))
    return rows.select_related("assignment__report", "assignment__institution", "event").order_by("created_at", "pk")


def failed_messages(person: Person) -> QuerySet[Message]:
    rows = Message.objects.failed().filter(event__report__in=Report.objects.for_desk_of(person))
    return rows.select_related("event__report").order_by("created_at", "pk")


def failed_bundles(person: Person) -> QuerySet[Bundle]:
    """With news of any report of the desk. Which, the lines say."""
    rows = _failed_bundles(person).annotate(news=Count("lines"))
    return rows.select_related("person").order_by("created_at", "pk")


def _failed_bundles(person: Person) -> QuerySet[Bundle]:
    lines = BundleLine.objects.filter(bundle=OuterRef("pk"), event__report__in=Report.objects.for_desk_of(person))
    return Bundle.objects.failed().filter(Exists(lines))


def without_contact(person: Person) -> QuerySet[Assignment]:
    """Sent by us, but nobody could be told. Imported reports run without a clock and are nobody's trouble here."""
    rows = _without_contact(person)
    return (
        Assignment.objects.filter(pk__in=rows[0].values("pk").union(*(more.values("pk") for more in rows[1:])))
        .select_related("report", "institution", "contact")
        .order_by("sent_at", "pk")
    )


def _without_contact(person: Person) -> list[QuerySet[Assignment]]:
    """In two lists, because each has an index of its own and both together have none."""
    our_clock = Q(due_at__isnull=False) | ~Q(report__kind=Report.Kind.PROBLEM)
    rows = Assignment.objects.filter(
        our_clock,
        is_lead=True,
        ended_at=None,
        institution__refuses=False,
        report__status=Status.SENT,
        report__in=Report.objects.for_desk_of(person),
    ).order_by()
    unusable = Contact.objects.filter(Q(is_active=False) | Q(stopped_at__isnull=False))
    return [rows.filter(contact=None), rows.filter(contact__in=unusable)]


def failed_office_lists(person: Person) -> QuerySet[OfficeDigest]:
    """Officers' daily lists of the last days, for employees; older ones have been followed by another."""
    rows = OfficeDigest.objects.failed().filter(day__gt=timezone.localdate() - OFFICE_LISTS_SHOWN)
    return rows.order_by("day", "pk") if person.is_staff else rows.none()


def failed_lists(person: Person) -> list[Rows]:
    lists = [failed_dispatches(person), failed_messages(person), _failed_bundles(person), *_without_contact(person)]
    return [*lists, failed_office_lists(person)] if person.is_staff else lists


@dataclass(frozen=True)
class Queue:
    key: str
    label: Promise | str
    icon: str
    empty: Promise
    rows: Callable[[Person], Rows] | None  # None: lists of their own, which `lists` gives for counting
    order: str = ""
    is_mail: bool = False
    lists: Callable[[Person], list[Rows]] | None = None
    query: str | None = None  # the filters that find the same reports, if there are such

    def waiting(self, person: Person) -> Rows:
        if self.rows is None:
            raise ValueError(f"{self.key} is not one list")
        return self.rows(person).order_by(self.order, "pk")

    def to_count(self, person: Person) -> list[Rows]:
        """All that waits, in lists that no row stands in twice."""
        if self.rows is not None:
            return [self.rows(person)]
        return self.lists(person) if self.lists else []

    def count(self, person: Person) -> int:
        return count_queues(person, [self])[self.key]

    def younger_than(self, row: Any, rows: Rows) -> Rows:
        """Those of `rows` behind `row`, which is as it was when it stood in the queue: its columns may have changed."""
        value = getattr(row, self.order)
        if value is None:
            return rows.none()
        return rows.filter(Q(**{f"{self.order}__gt": value}) | Q(**{self.order: value, "pk__gt": row.pk}))

    def url_of(self, row: Report | IncomingMail) -> str:
        name, key = ("desk_mail", row.pk) if isinstance(row, IncomingMail) else ("desk_case", row.reference)
        return f"{reverse(name, args=[key])}?queue={self.key}"

    @property
    def url(self) -> str:
        return f"{reverse('desk')}?queue={self.key}"


QUEUES: dict[str, Queue] = {
    queue.key: queue
    for queue in (
        Queue(
            "mine",
            pgettext_lazy("cases", "Mine"),
            "hand",
            _("You have no case: take the next one."),
            my_reports,
            "created_at",
            query="holder=me",
        ),
        Queue(
            "replies",
            _("Reporters' answers"),
            "message-circle-reply",
            _("No reporter's answer waits to be read."),
            reports_with_reply,
            "replied_at",
        ),
        Queue(
            "new",
            _("New"),
            "inbox",
            _("No new report waits."),
            new_reports,
            "submitted_at",
            query="status=submitted",
        ),
        Queue(
            "answers",
            _("Answers to read"),
            "mail-open",
            _("No answer waits to be read."),
            answers_to_read,
            "received_at",
            is_mail=True,
        ),
        Queue(
            "talk",
            _("Comments and photos"),
            "messages-square",
            _("Nothing that people wrote or sent waits."),
            None,
            lists=lambda person: waiting_lists(person, TALK),
        ),
        Queue(
            "flagged",
            _("Flagged"),
            "flag",
            _("Nobody points at anything."),
            None,
            lists=lambda person: waiting_lists(person, FLAGS),
        ),
        Queue(
            "unmatched",
            _("Unmatched mail"),
            "mail-question-mark",
            _("Every mail has found its report."),
            unmatched_mails,
            "received_at",
            is_mail=True,
        ),
        Queue(
            "reroute",
            _("To re-route"),
            "waypoints",
            _("No report looks for a body."),
            reports_to_reroute,
            "status_since",
        ),
        Queue(
            "overdue",
            _("Overdue"),
            "alarm-clock",
            _("No body is late with an answer or a promise."),
            overdue_reports,
            "status_since",
            query="late=yes",
        ),
        Queue(
            "waiting",
            _("Waiting for the reporter"),
            "hourglass",
            _("No reporter was asked for more."),
            reports_waiting,
            "status_since",
            query="status=needs_info",
        ),
        Queue(
            "failed",
            _("Failed sends"),
            "triangle-alert",
            _("Everything arrived where it should."),
            None,
            lists=failed_lists,
        ),
    )
}


def count_all(person: Person) -> dict[str, int]:
    return count_queues(person, list(QUEUES.values()))


def count_queues(person: Person, queues: list[Queue]) -> dict[str, int]:
    """How many rows wait in each, in one query."""
    counted = [
        rows.order_by()
        .annotate(queue=Value(queue.key))
        .values("queue")
        .annotate(n=Count("pk"))
        .values_list("queue", "n")
        for queue in queues
        for rows in queue.to_count(person)
    ]
    counts = {queue.key: 0 for queue in queues}
    for key, n in counted[0].union(*counted[1:], all=True) if counted else ():
        counts[key] += n
    return counts


def find_queue(person: Person, key: str) -> Queue | None:
    """A tab by its name in the address; "filter-7" is one's own saved filter."""
    if key in QUEUES or not key.startswith("filter-"):
        return QUEUES.get(key)
    number = typed_key(key.removeprefix("filter-"))
    saved = SavedFilter.objects.filter(person=person, pk=number).first()
    return queue_of(saved) if saved else None


def queue_of(saved: SavedFilter) -> Queue:
    """The reports that a saved filter finds, oldest first, as a queue to work through."""
    return Queue(
        saved.key,
        saved.name,
        "bookmark",
        _("No report is like this now."),
        lambda person: DeskFilter(QueryDict(saved.query), person).qs,
        "created_at",
    )
