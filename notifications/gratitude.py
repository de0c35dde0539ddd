"""Thanks: the site's, when something that one reported, supported or followed is solved; and a neighbour's press."""

from django.db import connection
from django.utils import timezone

from accounts.models import Person
from notifications.models import Thanks
from reports.lifecycle import EventKind, Status
from reports.models import Report, ReportEvent

Kind = Thanks.Kind

THANK = """
INSERT INTO notifications_thanks (person_id, report_id, kind, since)
SELECT DISTINCT ON (person_id) person_id, %(report)s, kind, %(now)s
FROM (
    SELECT reporter_id AS person_id, 'reported' AS kind, 1 AS rank FROM reports_report
    WHERE id = %(report)s AND reporter_id IS NOT NULL
    UNION ALL SELECT person_id, 'supported', 2 FROM reports_support WHERE report_id = %(report)s
    UNION ALL SELECT person_id, 'followed', 3 FROM reports_follow WHERE report_id = %(report)s
) AS who_cared
ORDER BY person_id, rank
ON CONFLICT DO NOTHING
"""


def thank_for(event: ReportEvent) -> None:
    """One row for everybody who cared about a problem that is solved now, by their strongest tie to it: one query,
    in the transaction of the fan-out. Solved a second time, nobody is thanked twice."""
    if event.kind != EventKind.SOLVED or event.report.kind != Report.Kind.PROBLEM:
        return
    with connection.cursor() as cursor:
        cursor.execute(THANK, {"report": event.report_id, "now": timezone.now()})


def how_many_cared(report: Report) -> int:
    return Thanks.objects.filter(report=report).exclude(kind=Kind.NEIGHBOUR).count()


def may_thank(report: Report, person: Person) -> bool:
    """A neighbour thanks the reporter of what is solved; a reporter who is not known cannot be thanked."""
    return report.state == Status.SOLVED and report.reporter_id not in (None, person.pk)


def press_thanks(report: Report, person: Person) -> bool:
    """A quiet "thank you" to the reporter, once; the reporter sees how many, never who. False: it was there already."""
    if report.reporter_id is None:
        return False
    _row, is_new = Thanks.objects.get_or_create(
        report=report, giver=person, defaults={"person_id": report.reporter_id, "kind": Kind.NEIGHBOUR}
    )
    return is_new
