"""Which case a mail belongs to: by our one-off reply address, then by a reference in it, then by the thread."""

import re
from dataclasses import dataclass

from forwarding.mailcuts import own_words
from forwarding.mailrule import is_contact, is_of_body
from forwarding.models import Dispatch, IncomingMail
from forwarding.reply_address import read_reply_address
from forwarding.returned import answered_in_digest, returned_assignment
from reports.models import Assignment, Report
from reports.models.report import REFERENCE_ALPHABET

_REFERENCE = re.compile(rf"(?<![\w@.-])[{REFERENCE_ALPHABET}]{{8}}(?![\w@-])")
REFERENCES_AT_MOST = 50
TEXT_LOOKED_AT = 20_000


@dataclass(frozen=True)
class Match:
    assignment: Assignment | None = None
    by_reference: bool = False
    hint: Report | None = None  # it names this report, but whoever wrote it is not of its body


def find_match(
    *, sender: str, recipients: list[str], subject: str, text: str, answers_to: list[str], bounced: list[str]
) -> Match:
    if assignment := by_reply_address(recipients):
        return Match(assignment)
    words = own_words(text)
    for place in (subject, words):
        fitting = [one for report in named_reports(place) if (one := fitting_assignment(report, sender))]
        if len(fitting) == 1:
            return Match(fitting[0], by_reference=True)
    ids = [*answers_to, *bounced]
    assignment = by_thread(ids) or returned_assignment(recipients) or answered_in_digest(recipients, ids, subject, text)
    if assignment:
        return Match(assignment)
    return Match(hint=next(iter(named_reports(f"{subject}\n{text}")), None))


def by_reply_address(recipients: list[str]) -> Assignment | None:
    for address in recipients:
        pk = read_reply_address(address)
        assignment = Assignment.objects.filter(pk=pk).first() if pk else None
        if assignment:
            return assignment
    return None


def named_reports(text: str) -> list[Report]:
    """Those whose references stand in the text, in their order; words that merely look like one find none."""
    keys = list(dict.fromkeys(_REFERENCE.findall(text[:TEXT_LOOKED_AT].lower())))[:REFERENCES_AT_MOST]
    reports = {report.reference: report for report in Report.objects.filter(reference__in=keys)} if keys else {}
    return [reports[key] for key in keys if key in reports]


def fitting_assignment(report: Report, sender: str) -> Assignment | None:
    """The newest one of the report whose body the sender is of."""
    assignments = report.assignments.of_body().select_related("institution").order_by("-is_lead", "-pk")
    return next((one for one in assignments if is_contact(one, sender) or is_of_body(one, sender)), None)


def by_thread(message_ids: list[str]) -> Assignment | None:
    """By a letter of ours that it answers or brings back, or by a mail that was matched before."""
    if not message_ids:
        return None
    dispatch = Dispatch.objects.filter(message_id__in=message_ids).select_related("assignment").order_by("-pk").first()
    if dispatch:
        return dispatch.assignment
    earlier = IncomingMail.objects.filter(message_id__in=message_ids, assignment__isnull=False)
    mail = earlier.select_related("assignment").order_by("-pk").first()
    return mail.assignment if mail else None
