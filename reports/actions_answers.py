"""The answers of a report follow its category: what another one asked stays as it was given, and is shown no more."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from municipalities.models import Category, Question
from municipalities.models.question import questions_for
from reports.actions import lock_report, update_report
from reports.lifecycle import EventKind, Role
from reports.models import Answer, Report
from reports.outbox import write_event

WORDS = ("wording", "value", "text", "is_public", "position")


def asked_of(category: Category | None) -> list[Question]:
    """Notices left out."""
    return [question for question in questions_for(category) if question.is_asked] if category else []


def unanswered(questions: Iterable[Question], answers: Iterable[Answer]) -> list[Question]:
    """What the category asks and nobody has answered: the category may have been changed since."""
    given = {answer.code for answer in answers if answer.text}
    return [question for question in questions if question.code not in given]


def unanswered_of(report: Report) -> list[Question]:
    return unanswered(asked_of(report.category), report.answers.current())


def follow_category(report: Report) -> None:
    """A locked report has got another category: what this one asks, too, counts (again)."""
    asked = [question.pk for question in asked_of(report.category)]
    report.answers.current().exclude(question__in=asked).update(is_current=False)
    report.answers.filter(question__in=asked).update(is_current=True)


def put_answers(report: Report, given: Sequence[Answer]) -> bool:
    """Take over all that a form asked of a locked report; what it left empty is no answer. False: nothing changed."""
    known = {answer.question_id: answer for answer in report.answers.current().exclude(question=None)}
    asked = {question.pk for question in asked_of(report.category)}
    kept = {answer.question_id for answer in given}
    gone = [answer for pk, answer in known.items() if pk in asked and pk not in kept]
    for answer in gone:
        answer.delete()
    put = [_put(report, known.get(answer.question_id), answer) for answer in given]
    return any(put) or bool(gone)


def _put(report: Report, known: Answer | None, answer: Answer) -> bool:
    if known is None:
        answer.report = report
        answer.save()
        return True
    if known.value == answer.value:
        return False  # as it was worded and read when it was given
    for name in WORDS:
        setattr(known, name, getattr(answer, name))
    known.save(update_fields=WORDS)
    return True


@transaction.atomic
def add_answers(report: Report, given: Sequence[Answer], *, actor: Any) -> Report:
    """A moderator fills in what is `unanswered`; what has an answer meanwhile keeps it."""
    report = lock_report(report)
    missing = {question.pk for question in unanswered_of(report)}
    added = [answer for answer in given if answer.question_id in missing]
    if added:
        for answer in added:
            answer.report = report
        Answer.objects.bulk_create(added)
        update_report(report)
        write_event(report, EventKind.EDITED, actor=actor, role=Role.MODERATOR, changed=["answers"])
    return report
