"""The officers' daily list: what is new, due soon, overdue, promised and past; no mail where there is nothing.

The hour is one of the clock on the wall, so a change to summer time moves nothing. The day is unique for the person:
whatever dies, nobody gets two. A beat that was missed is made up for within `LATE_BY`; what was new on a day that had
no mail stands in the next one.

A case that a colleague or another unit looks after is theirs to be reminded of.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.models import Person
from forwarding.office.access import own_cases
from forwarding.office.models import OfficeDigest
from forwarding.office.states import (
    RUNNING,
    Tab,
    case_row,
    deadline_day,
    is_due_soon,
    is_late,
    promise_is_late,
    units_of,
)
from municipalities.models import Membership
from notifications.choices import may_tell
from notifications.deliveries import DeliveryStatus, NothingToSend, attempt
from notifications.kinds import Frequency, MailKind
from notifications.mailer import build_mail, send_mail
from notifications.models import MailChoice
from notifications.words import render_mail
from reports import links
from reports.lifecycle import PUBLIC
from reports.models import Assignment
from reports.outbox import announce

TASK = "forwarding.send_office_digest"
LATE_BY = timedelta(hours=8)
PEOPLE_AT_ONCE = 500
NAMED_AT_MOST = 10  # cases of a section; the rest is counted
KEPT_FOR = timedelta(days=90)
ROLES = (Membership.Role.OFFICER, Membership.Role.LEAD)  # a reader looks on, and has nothing to do


def hour_of(day: date) -> datetime:
    return datetime.combine(day, time(settings.OFFICE_DIGEST_HOUR), tzinfo=timezone.get_current_timezone())


def last_hour(now: datetime) -> datetime:
    """When digests last became due."""
    today = timezone.localdate(now)
    return hour_of(today) if hour_of(today) <= now else hour_of(today - timedelta(days=1))


@transaction.atomic
def gather_digests(now: datetime | None = None) -> list[OfficeDigest]:
    """Make and announce what is due: a fixed number of queries for up to `PEOPLE_AT_ONCE` people."""
    now = now or timezone.now()
    hour = last_hour(now)
    if now - hour > LATE_BY or not _alone():
        return []
    day = timezone.localdate(hour)
    people = people_to_tell(hour).filter(~Exists(OfficeDigest.objects.filter(person=OuterRef("pk"), day=day)))
    keys = people.order_by("pk").values_list("pk", flat=True)[:PEOPLE_AT_ONCE]
    digests = OfficeDigest.objects.bulk_create(OfficeDigest(person_id=pk, day=day) for pk in keys)
    for digest in digests:
        announce(TASK, digest.pk)
    return digests


def people_to_tell(hour: datetime) -> QuerySet[Person]:
    """Officers of bodies with something to tell at that hour, who have not said that they want no such mail."""
    telling = Assignment.objects.of_body().filter(report__status__in=PUBLIC).filter(worth_telling(hour))
    members = Membership.objects.filter(role__in=ROLES, institution__in=telling.values("institution"))
    never = MailChoice.objects.filter(person=OuterRef("pk"), kind=MailKind.OFFICE, frequency=Frequency.NEVER)
    reached = Person.objects.filter(is_active=True, mail_none=False, mail_news=True, mail_stopped_at=None)
    return reached.filter(~Exists(never), pk__in=members.values("person"))


def worth_telling(hour: datetime) -> Q:
    yesterday = hour_of(timezone.localdate(hour) - timedelta(days=1))
    return RUNNING & (is_new(yesterday, hour) | is_late(hour) | is_due_soon(hour)) & Q(sent_at__lte=hour)


def is_new(since: datetime, until: datetime) -> Q:
    return RUNNING & Q(sent_at__gt=since, sent_at__lte=until)


def _alone() -> bool:
    """One gatherer at a time, to the end of the transaction: so each sees the rows of the one before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('forwarding.gather_digests'))")
        return bool(cursor.fetchone()[0])


# -- One mail -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Section:
    title: Promise
    tab: Tab
    rows: list[dict[str, Any]]
    count: int

    @property
    def url(self) -> str:
        return links.absolute(f"{reverse('office')}?show={self.tab.value}")

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


def sections(digest: OfficeDigest, now: datetime) -> list[Section]:
    """Each case once, what burns first; those without cases are left out."""
    late = is_late(now) & ~promise_is_late(now)
    parts: list[tuple[Promise, Tab, Q]] = [
        (gettext_lazy("Overdue: no answer in time"), Tab.LATE, late),
        (gettext_lazy("The promised day has passed"), Tab.PROMISE_LATE, promise_is_late(now)),
        (gettext_lazy("Due in 7 days"), Tab.SOON, is_due_soon(now)),
        (gettext_lazy("New"), Tab.OPEN, is_new(told_until(digest), hour_of(digest.day))),
    ]
    cases = cases_to_tell(digest.person)
    found, told = [], Q(pk__in=[])
    for title, tab, rows in parts:
        of_part = cases.filter(rows & ~told).order_by("deadline_day", "sent_at", "pk")
        count = of_part.count()
        if count:
            shown = [_item(case) for case in of_part[:NAMED_AT_MOST]]
            found.append(Section(title, tab, shown, count))
        told |= rows
    return found


def cases_to_tell(person: Person) -> QuerySet[Any]:
    """Of the bodies that the person answers for: one's own, those of one's units, and what nobody has taken, or
    somebody who does not answer there any more."""
    answering = Membership.objects.filter(person=person, role__in=ROLES)
    there = Membership.objects.filter(role__in=ROLES, person__is_active=True, institution=OuterRef("institution"))
    is_nobodys = Q(~Exists(there.filter(person=OuterRef("assignee"))))
    mine = Q(assignee=person) | (is_nobodys & (Q(unit=None) | Q(unit__in=units_of(person))))
    cases = own_cases(person).filter(mine, institution__in=answering.values("institution"))
    return cases.annotate(deadline_day=deadline_day())


def told_until(digest: OfficeDigest) -> datetime:
    """The hour of the last mail before; the day before where there was none."""
    sent = OfficeDigest.objects.filter(person=digest.person_id, day__lt=digest.day, status=DeliveryStatus.SENT)
    last = sent.order_by("-day").values_list("day", flat=True).first()
    return hour_of(last or digest.day - timedelta(days=1))


def _item(case: Assignment) -> dict[str, Any]:
    return {**case_row(case), "url": links.absolute(reverse("office_case", args=[case.pk]))}


def send_digest(digest_id: int) -> None:
    """Does nothing where it is not due, or somebody else has it."""
    digest: OfficeDigest | None = OfficeDigest.objects.select_related("person").claim(digest_id)
    if digest is None:
        return
    if digest.died_too_often:
        return digest.record_failure(_("The worker died at each attempt."), permanent=True)
    if not may_tell(digest.person, kind=MailKind.OFFICE):
        return digest.record_cancelled(_("The person gets no such mail any more."))
    if timezone.now() >= hour_of(digest.day + timedelta(days=1)):
        return digest.record_cancelled(_("The next one is due."))
    attempt(digest, lambda: send_mail(compose(digest)))
    return None


def compose(digest: OfficeDigest) -> EmailMultiAlternatives:
    """In the person's language. Raises `NothingToSend`."""
    person = digest.person
    way_out = links.unsubscribe_url(person.pk, 0, MailKind.OFFICE)
    with override(person.language or settings.LANGUAGE_CODE):
        parts = sections(digest, timezone.now())
        if not parts:
            raise NothingToSend(_("There is nothing to tell."))
        words = render_mail(
            "forwarding/mail/office_digest",
            {
                "name": person.name,
                "sections": parts,
                "count": sum(part.count for part in parts),
                "late": sum(part.count for part in parts if part.tab in (Tab.LATE, Tab.PROMISE_LATE)),
                "url": links.absolute(reverse("office")),
                "unsubscribe_url": way_out,
            },
        )
    return build_mail(
        to=person.email,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=digest.message_id,
        own_address=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        headers={"List-Unsubscribe": f"<{way_out}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )


def purge_digests() -> int:
    """Forget old ones; gives their number."""
    deleted, _rows = OfficeDigest.objects.filter(day__lt=timezone.localdate() - KEPT_FOR).delete()
    return deleted
