"""Cases of every sort for a body, for the tests of its office."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Person
from forwarding.actions import answer_report, promise_date, say_done, say_not_ours, send_report
from municipalities.models import Institution
from reports.actions_solved import confirm_solved
from reports.models import Assignment, Report


class Cases:
    """`works` is the body that all go to unless said otherwise."""

    def __init__(self, make_report: Callable[..., Report], works: Institution, moderator: Person) -> None:
        self.make_report, self.works, self.moderator = make_report, works, moderator

    def sent(
        self, title: str, *, body: Institution | None = None, due_in: int | None = None, **fields: Any
    ) -> Assignment:
        """`due_in`: days until the answer is due, at noon; as the rules say otherwise."""
        report = self.make_report(title=title, **fields)
        assignment = send_report(report, body or self.works, actor=self.moderator)
        if due_in is not None:
            noon = timezone.localtime().replace(hour=12, minute=0) + timedelta(days=due_in)
            Assignment.objects.filter(pk=assignment.pk).update(due_at=noon)
            Report.objects.filter(pk=report.pk).update(due_at=noon)
        return Assignment.objects.select_related("report").get(pk=assignment.pk)

    def answered(self, title: str, **fields: Any) -> Assignment:
        assignment = self.sent(title, **fields)
        answer_report(assignment, "Megnézzük.", actor=None)
        return assignment

    def promised(self, title: str, *, days: int, **fields: Any) -> Assignment:
        """`days` from today, perhaps in the past."""
        assignment = self.sent(title, **fields)
        promise_date(assignment, timezone.localdate() + timedelta(days=30), "Lesz.", actor=None)
        day: date = timezone.localdate() + timedelta(days=days)
        Assignment.objects.filter(pk=assignment.pk).update(promised_on=day)
        Report.objects.filter(pk=assignment.report_id).update(promised_on=day)
        return assignment

    def done(self, title: str, **fields: Any) -> Assignment:
        assignment = self.sent(title, **fields)
        say_done(assignment, "Kész.", actor=None)
        return assignment

    def closed(self, title: str, **fields: Any) -> Assignment:
        assignment = self.done(title, **fields)
        confirm_solved(assignment.report, actor=None)
        return assignment

    def not_ours(self, title: str, **fields: Any) -> Assignment:
        assignment = self.sent(title, **fields)
        say_not_ours(assignment, "Nem a miénk.", actor=None)
        return assignment

    def send_on(self, report: Report, body: Institution) -> Assignment:
        """The desk gives it to a body once more."""
        return send_report(Report.objects.get(pk=report.pk), body, actor=self.moderator)
