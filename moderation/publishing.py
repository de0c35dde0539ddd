"""Reports of people whose reports were always fine are published by rule, without waiting for a volunteer.

Only where nothing is left to decide: a problem with a category, no check that gives a hint, and a body that a rule
names, that takes our reports and can be reached. It is an act like any other, by nobody: held back, undoable, and
somebody takes a second look at it.
"""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from accounts.models import Person
from forwarding.actions import send_report
from forwarding.beside import Beside
from moderation.acts import recorded
from moderation.checks import checks_for
from moderation.suggestions import Choice, choices_for
from reports.actions_answers import unanswered_of
from reports.facts import decision_for
from reports.lifecycle import EventKind, Role, Status
from reports.lookalikes import lookalike_reports
from reports.models import Report, ReportEvent
from reports.outbox import announce, register_writer

TASK = "moderation.publish_by_rule"
# After these a report stands in the queue.
ARRIVALS = (EventKind.RECEIVED,)


def connect() -> None:
    register_writer(note_arrival)


def note_arrival(event: ReportEvent) -> None:
    """Of a trusted reporter: a worker looks whether it can go out. A broker that is away leaves it in the queue."""
    if event.kind not in ARRIVALS or event.new_status != Status.SUBMITTED:
        return
    reporter = event.report.reporter
    if reporter is not None and is_trusted(reporter):
        announce(TASK, event.report_id)


def is_trusted(person: Person) -> bool:
    """As the desk said by name, else by `TRUST_AFTER` published reports of which none was refused or hidden."""
    if person.trust:
        return person.trust == "trusted"
    if not settings.TRUST_AFTER:
        return False
    reports = Report.objects.filter(reporter=person)
    if reports.filter(status__in=(Status.REJECTED, Status.HIDDEN)).exists():
        return False
    published = reports.filter(published_at__isnull=False).values_list("pk")[: settings.TRUST_AFTER]
    return len(published) >= settings.TRUST_AFTER


@transaction.atomic
def publish_by_rule(report_id: int) -> bool:
    """False where a volunteer has to look at it."""
    report = Report.objects.select_related("category__parent", "reporter", "area").filter(pk=report_id).first()
    if report is None or report.reporter is None or not is_trusted(report.reporter):
        return False
    choice = sure_choice(report)
    if choice is None:
        return False
    with recorded("send", report, actor=None):
        looked_at = report.version
        report.refresh_from_db(fields=["status", "version"])
        if report.status != Status.SUBMITTED or report.version != looked_at:
            return False  # somebody has it in hand
        if not report.title:
            Report.objects.filter(pk=report.pk).update(title=report.heading[:150])
        send_report(
            report,
            choice.institution,
            actor=None,
            responsibility=choice.responsibility,
            others=[Beside(one.institution, one.responsibility) for one in decision_for(report).also],
            role=Role.SYSTEM,
        )
    return True


def sure_choice(report: Report) -> Choice | None:
    """Where it would go, if nothing about the report makes anybody think twice."""
    if report.status != Status.SUBMITTED or report.kind != Report.Kind.PROBLEM or report.category is None:
        return None
    if report.is_private or report.is_place_vague:
        return None
    photos = list(report.photos.all())
    found = lookalike_reports(
        AnonymousUser(),
        report.point,
        category=report.category,
        words=f"{report.title} {report.description}",
        photo_hashes=[photo.likeness for photo in photos if photo.likeness is not None],
    )
    duplicates = [one for one in found if one.report.pk != report.pk]
    hints = checks_for(report, duplicates=duplicates, lacking=unanswered_of(report))
    if hints:
        return None
    bodies = choices_for(report, report.point, report.category, report.address).bodies
    best = bodies[0] if bodies else None
    # What was learned may speak against the rule, never for another body.
    ruled = decision_for(report).leads
    if best is None or not ruled or best.institution != ruled[0].institution:
        return None
    sure = best.responsibility and best.contact and not best.has_refused and not best.institution.refuses
    return best if sure else None
