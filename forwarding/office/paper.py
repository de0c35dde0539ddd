"""One case on paper: the report's sheet with its answers, and how the case stands for the body."""

from typing import Any

from forwarding.office.states import deadline_of
from forwarding.office.within import entries_of
from reports.models import Assignment
from reports.paper.pdf import sheet_pdf

TEMPLATE = "forwarding/office/case_pdf.html"


def case_pdf(assignment: Assignment, *, notes: bool) -> bytes:
    """In the language that is active; the caller has asked whose case it is. `notes`: the body's own history, too."""
    return sheet_pdf(assignment.report, TEMPLATE, case_extra(assignment, notes=notes), body=True)


def case_extra(assignment: Assignment, *, notes: bool) -> dict[str, Any]:
    within = entries_of(assignment)[::-1] if notes else []
    return {"case": assignment, "deadline": deadline_of(assignment), "within": within}
