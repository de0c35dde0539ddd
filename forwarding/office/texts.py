"""A body's saved texts that fit to a case, ready to send."""

from dataclasses import dataclass

from django.conf import settings

from forwarding.office.models import OfficeText
from reports.models import Assignment
from reports.placeholders import fill


@dataclass(frozen=True)
class Ready:
    saved: OfficeText
    text: str


def texts_for(assignment: Assignment) -> list[Ready]:
    """Those made for its category before the general ones. One query."""
    report = assignment.report
    categories = {report.category_id, report.category.parent_id if report.category else None}
    rows = OfficeText.objects.filter(institution=assignment.institution_id, is_active=True)
    fitting = [row for row in rows if row.category_id is None or row.category_id in categories]
    language = (assignment.contact.language if assignment.contact else "") or settings.LANGUAGE_CODE
    ordered = sorted(fitting, key=lambda row: (row.category_id is None, row.name.casefold()))
    return [Ready(row, fill(row.text, report, language)) for row in ordered]
