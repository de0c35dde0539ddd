"""What waits at the desk, oldest first: each tab is a queue of rows, in one order, for one person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from forwarding.models import Dispatch, IncomingMail
from moderation.access import mails_for_desk_of
from moderation.talk import count_waiting
from notifications.models import Bundle, BundleLine, Message
from reports.lifecycle import Status
from reports.models import Assignment, Report


def new_reports(person: Person) -> QuerySet[Report]:
    return Report.objects.for_desk_of(person).filter(status=Status.SUBMITTED)


def reports_with_reply(person: Person) -> QuerySet[Report]:
    """The reporter has written to the desk, and nobody has read it yet."""
    return Report.objects.for_desk_of(person).filter(replied_at__isnull=False)


def reports_to_reroute(person: Person) -> QuerySet[Report]:
    return Report.objects.for_desk_of(person).filter(needs_rerouting=True)


def reports_waiting(person: Person) -> QuerySet[Report]:
    return Report.objects.for_desk_of(person).filter(status=Status.NEEDS_INFO)


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
    lines = BundleLine.objects.filter(bundle=OuterRef("pk"), event__report__in=Report.objects.for_desk_of(person))
    rows = Bundle.objects.failed().filter(Exists(lines)).annotate(news=Count("lines"))
    return rows.select_related("person").order_by("created_at", "pk")


def without_contact(person: Person) -> QuerySet[Assignment]:
    """Sent by us, but nobody could be told. Imported reports run without a clock and are nobody's trouble here."""
    unreachable = Q(contact=None) | Q(contact__is_active=False) | Q(contact__stopped_at__isnull=False)
    our_clock = Q(due_at__isnull=False) | ~Q(report__kind=Report.Kind.PROBLEM)
    return (
        Assignment.objects.filter(
            unreachable & our_clock,
            is_lead=True,
            ended_at=None,
            institution__refuses=False,
            report__status=Status.SENT,
            report__in=Report.objects.for_desk_of(person),
        )
        .select_related("report", "institution", "contact")
        .order_by("sent_at", "pk")
    )


def count_failed(person: Person) -> int:
    return sum(rows(person).count() for rows in (failed_dispatches, failed_messages, failed_bundles, without_contact))


@dataclass(frozen=True)
class Queue:
    key: str
    label: Promise
    icon: str
    empty: Promise
    rows: Callable[[Person], QuerySet[Any]] | None  # None: lists of their own, `counter` knows how long
    order: str = ""
    is_mail: bool = False
    counter: Callable[[Person], int] | None = None

    def waiting(self, person: Person) -> QuerySet[Any]:
        if self.rows is None:
            raise ValueError(f"{self.key} is not one list")
        return self.rows(person).order_by(self.order, "pk")

    def count(self, person: Person) -> int:
        if self.rows is not None:
            return self.rows(person).count()
        return self.counter(person) if self.counter else 0

    def after(self, person: Person, row: Report | IncomingMail) -> Any:
        """The next case: the first one younger than `row`, else the oldest that is left, else None.

        `row` as it was when it stood in the queue: its own order column may have changed since.
        """
        others = self.waiting(person).exclude(pk=row.pk)
        value = getattr(row, self.order)
        if value is not None:
            younger = Q(**{f"{self.order}__gt": value}) | Q(**{self.order: value, "pk__gt": row.pk})
            following = others.filter(younger).first()
            if following is not None:
                return following
        return others.first()

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
            "replies",
            _("Reporters' answers"),
            "message-circle-reply",
            _("No reporter's answer waits to be read."),
            reports_with_reply,
            "replied_at",
        ),
        Queue("new", _("New"), "inbox", _("No new report waits."), new_reports, "submitted_at"),
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
            "waiting",
            _("Waiting for the reporter"),
            "hourglass",
            _("No reporter was asked for more."),
            reports_waiting,
            "status_since",
        ),
        Queue(
            "talk",
            _("Comments and photos"),
            "messages-square",
            _("Nothing that people wrote or sent waits."),
            None,
            counter=count_waiting,
        ),
        Queue(
            "failed",
            _("Failed sends"),
            "triangle-alert",
            _("Everything arrived where it should."),
            None,
            counter=count_failed,
        ),
    )
}


def count_all(person: Person) -> dict[str, int]:
    return {key: queue.count(person) for key, queue in QUEUES.items()}
