"""A report on its way in from the public form: counted, stored, once."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from accounts.models import Person
from reports.actions import submit_report
from reports.limits import Limit, count_sending
from reports.models import Answer, Photo, Report


class _Repeated(Exception):
    def __init__(self, first: Report) -> None:
        self.first = first


def send_report_in(
    report: Report,
    photos: list[Photo],
    *,
    person: Any,
    email: str = "",
    language: str = "",
    answers: Sequence[Answer] = (),
    limits: Sequence[Limit] = (),
) -> Report:
    """Within the `limits`, as `submit_report` does: confirmed where `person` is signed in, else the report belongs to
    whoever has the address `email` and waits for the link. Raises `TooManySent`, and has left nothing then. The same
    `submission` again is not counted."""
    try:
        with transaction.atomic():
            count_sending(list(limits))
            is_known = person.is_authenticated
            report.reporter = person if is_known else Person.objects.for_address(email, language=language)
            stored = submit_report(report, photos, actor=report.reporter, confirmed=is_known, answers=answers)
            if stored is not report:
                raise _Repeated(stored)
    except _Repeated as repeated:
        return repeated.first
    return report
