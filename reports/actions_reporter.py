"""What reporters do with their own reports: reply, edit while it waits, withdraw, hide the name, reopen, rate.

Raises as `reports.actions` does: `MoveNotAllowed`, `ChangedMeanwhile`; and `Banned` where one would say or show
something. Taking back, hiding one's name and saying "solved" stay open to everybody.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.bans import refuse_banned
from reports.actions import (
    end_assignment,
    leading_assignment,
    lock_family,
    lock_report,
    move_report,
    reopen_assignment,
    reopen_beside,
    update_report,
)
from reports.actions_answers import follow_category, put_answers
from reports.actions_merge import pass_on_duplicates
from reports.lifecycle import CLOSED, EventKind, MoveNotAllowed, Role, Status
from reports.models import Answer, Assignment, HandlingRating, Photo, Report
from reports.outbox import write_event
from reports.uploads import append_photos, remove_photo

OWN_WORDS = ("title", "description")


def may_edit_own(report: Report) -> bool:
    """While nobody but the desk has read it."""
    return report.state in (Status.SUBMITTED, Status.NEEDS_INFO)


def own_photos(report: Report) -> list[Photo]:
    """The photos that the reporter may take off again: of the problem, and not hidden at the desk."""
    return [photo for photo in report.photos.all() if photo.kind == Photo.Kind.PROBLEM and photo.is_shown]


@transaction.atomic
def edit_own_report(
    report: Report,
    values: dict[str, Any],
    *,
    actor: Any,
    version: int,
    keep: Collection[int],
    photos: Sequence[Photo] = (),
    answers: Sequence[Answer] = (),
) -> Report:
    """The reporter's own change of words, category, place or photos; the originals follow, they are theirs.

    `version` is the one that they saw, `keep` the ids of the photos that stay, `photos` uploads to add, `answers` all
    that they say to what the category asks.
    A private category makes the report private; leaving it does not make it public.
    """
    refuse_banned(actor)
    report = lock_report(report, version=version)
    if not may_edit_own(report):
        raise MoveNotAllowed(report.state, report.state, Role.REPORTER)
    category = values.get("category")
    if category is not None and category.is_private:
        values = {**values, "is_private": True}
    changed = {name: value for name, value in values.items() if getattr(report, name) != value}
    removed = [photo for photo in own_photos(report) if photo.pk not in keep]
    before, report.category = report.category, values.get("category", report.category)
    if report.category != before:
        follow_category(report)
    is_answered = put_answers(report, answers)
    names = sorted([*changed, *(["photos"] if removed or photos else []), *(["answers"] if is_answered else [])])
    if not names:
        return report
    originals = {f"original_{name}": changed[name] for name in OWN_WORDS if name in changed}
    update_report(report, **changed, **originals)
    for photo in removed:
        remove_photo(photo)
    append_photos(report, photos)
    write_event(report, EventKind.EDITED, actor=actor, role=Role.REPORTER, changed=names)
    return report


def may_reopen(report: Report) -> bool:
    """Closed not too long ago, not too often reopened, and there is a body to go on with it."""
    if Status.IN_PROGRESS not in report.moves_for(Role.REPORTER) or report.closed_at is None:
        return False
    if timezone.now() - report.closed_at > settings.REOPEN_WITHIN:
        return False
    lead = leading_assignment(report)
    if lead is None or lead.institution.refuses:
        return False
    times = report.events.filter(kind=EventKind.REOPENED, role=Role.REPORTER).count()
    return times < settings.REOPEN_AT_MOST


@transaction.atomic
def reopen_report(report: Report, text: str, *, actor: Any) -> Report:
    """A closed report is not solved after all, or the problem is back: the same body has it again, with the reason.

    Where the body had said "not ours", the desk looks for another instead.
    """
    refuse_banned(actor)
    report = lock_report(report)
    if not may_reopen(report):
        raise MoveNotAllowed(report.state, Status.IN_PROGRESS, Role.REPORTER)
    assignment = leading_assignment(report)
    nobodys = assignment is None or assignment.is_nobodys
    if assignment is not None and not nobodys:
        assignment.promised_on = None
        assignment.save(update_fields=["promised_on"])
        reopen_assignment(assignment)
    reopen_beside(report)
    move_report(
        report,
        Status.IN_PROGRESS,
        role=Role.REPORTER,
        actor=actor,
        assignment=None if nobodys else assignment,
        text=text,
        changes={"promised_on": None, "needs_rerouting": nobodys},
    )
    return report


def may_rate(report: Report) -> bool:
    return report.state in CLOSED and report.kind != Report.Kind.PRAISE


@transaction.atomic
def rate_handling(report: Report, score: int, words: str, *, actor: Any) -> HandlingRating:
    """How content the reporter is with the handling of a closed report; a second time changes the first."""
    refuse_banned(actor)
    report = lock_report(report)
    if not may_rate(report):
        raise MoveNotAllowed(report.state, report.state, Role.REPORTER)
    values = {"person": actor, "score": score, "words": words}
    rating, _is_new = HandlingRating.objects.update_or_create(report=report, defaults=values)
    return rating


@transaction.atomic
def give_info(report: Report, text: str, photos: Sequence[Photo] = (), *, actor: Any) -> Report:
    """The reporter's reply to a question from the desk, perhaps with uploads; the report is back in the queue."""
    refuse_banned(actor)
    report = lock_report(report)
    if report.state != Status.NEEDS_INFO:  # out of "not published" leads `resubmit_report` alone
        raise MoveNotAllowed(report.state, Status.SUBMITTED, Role.REPORTER)
    changes = {"replied_at": report.replied_at or timezone.now()}
    event = move_report(report, Status.SUBMITTED, role=Role.REPORTER, actor=actor, text=text, changes=changes)
    append_photos(report, photos, event=event)
    return report


def may_withdraw(report: Report) -> bool:
    """Before it is sent, and for a short while after."""
    if report.state in (Status.SUBMITTED, Status.NEEDS_INFO):
        return True
    window: timedelta = settings.WITHDRAW_WINDOW
    return (
        report.state in (Status.SENT, Status.IN_PROGRESS, Status.DELIVERED)
        and report.published_at is not None
        and timezone.now() - report.published_at <= window
    )


@transaction.atomic
def withdraw_report(report: Report, *, actor: Any) -> Report:
    """By the reporter, up to `WITHDRAW_WINDOW` after sending; the body is told of what had gone out."""
    report = lock_family(report)
    if not may_withdraw(report):
        raise MoveNotAllowed(report.state, Status.WITHDRAWN, Role.REPORTER)
    assignment = leading_assignment(report)
    move_report(report, Status.WITHDRAWN, role=Role.REPORTER, actor=actor, assignment=assignment)
    end_assignment(assignment, Assignment.Outcome.ENDED)
    pass_on_duplicates(report)
    return report


@transaction.atomic
def hide_name(report: Report, *, actor: Any) -> Report:
    """The reporter's name leaves the public page at once, whatever the status."""
    report = lock_report(report)
    if report.show_name:
        update_report(report, show_name=False)
        write_event(report, EventKind.EDITED, actor=actor, role=Role.REPORTER, changed=["show_name"])
    return report


def may_correct(report: Report) -> bool:
    """Not published, and not yet sent in a second time."""
    again = report.events.filter(kind=EventKind.RESUBMITTED, role=Role.REPORTER)
    return report.state == Status.REJECTED and not again.exists()


@transaction.atomic
def resubmit_report(
    report: Report, *, actor: Any, role: Role, version: int | None = None, texts: dict[str, str] | None = None
) -> Report:
    """Out of "not published", back into the queue: the reporter once, a moderator whenever needed.

    `texts` is the reporter's correction, `title` and `description`: their own words anew, so also the originals.
    """
    if role == Role.REPORTER:
        refuse_banned(actor)
    report = lock_report(report, version=version)
    if role == Role.REPORTER and not may_correct(report):
        raise MoveNotAllowed(report.state, Status.SUBMITTED, role)
    texts = texts or {}
    changes = {**texts, **{f"original_{name}": text for name, text in texts.items()}}
    move_report(report, Status.SUBMITTED, role=role, actor=actor, changes=changes)
    return report
