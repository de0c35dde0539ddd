"""A passer-by's word on the solution, and what a moderator makes of it.

Raises `TalkClosed`, `TooMuch`, `DecidedMeanwhile` as comments do, and `MoveNotAllowed` where the report has moved on.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.bans import refuse_banned
from accounts.models import Person
from reports.actions import before_move, leading_assignment, lock_report, move_report, reopen_beside, update_report
from reports.actions_comments import DecidedMeanwhile, TalkClosed
from reports.actions_solved import confirm_solved, deny_solved
from reports.actions_undo import take_back_move
from reports.lifecycle import WITH_BODY, EventKind, MoveNotAllowed, Proof, Role, Status
from reports.models import Assignment, Photo, Report, ReportEvent, Sighting, SightingText
from reports.outbox import write_event
from reports.talk_limits import check_person
from reports.uploads import append_photos

ASKED_OF_PASSERS_BY = (*WITH_BODY, Status.UNRESOLVED)
State = Sighting.Status


def asks_passers_by(report: Report) -> bool:
    """Only problems are ever solved."""
    return report.is_public and report.kind == Report.Kind.PROBLEM and report.state in ASKED_OF_PASSERS_BY


def may_tell_sighting(report: Report, person: Any) -> bool:
    """Anybody but the reporter, whose own word needs no moderator."""
    is_mine = person.is_authenticated and report.reporter_id == person.pk
    return asks_passers_by(report) and not is_mine


@transaction.atomic
def tell_sighting(
    report: Report,
    *,
    is_solved: bool,
    text: str,
    author: Person,
    confirmed: bool,
    photos: Sequence[Photo] = (),
) -> Sighting:
    """ "Yes" with a photo, or "no" with a reason; one at a time waits for each person and report."""
    report = lock_report(report)
    Person.objects.select_for_update(no_key=True).get(pk=author.pk)
    if not may_tell_sighting(report, author):
        raise TalkClosed
    if is_solved and not photos:
        raise ValueError("without a photo it proves nothing")
    check_person(author, confirmed=confirmed)
    sighting = Sighting(
        report=report,
        author=author,
        is_solved=is_solved,
        report_status=report.status,
        status=State.UNCONFIRMED,
        created_at=timezone.now(),
    )
    if confirmed and waiting_of(report, author):
        raise DecidedMeanwhile
    sighting.save()
    if text:
        SightingText.objects.create(sighting=sighting, text=text)
    hidden = {"is_hidden": True, "awaits_review": True}  # until a moderator has looked
    ours = append_photos(report, photos, sighting=sighting, kind=Photo.Kind.PROOF, **hidden)
    if is_solved and not ours:  # the same form, sent twice at once
        raise DecidedMeanwhile
    if confirmed:
        _open_sighting(sighting)
    else:
        sighting.asked = write_event(
            report, EventKind.ADDRESS_ASKED, actor=author, role=Role.CITIZEN, sighting=sighting.pk
        )
        sighting.save(update_fields=["asked"])
    return sighting


def waiting_of(report: Report, person: Any) -> bool:
    return report.sightings.filter(author=person.pk, status=State.WAITING).exists()


def lock_sighting(sighting: Sighting) -> tuple[Report, Sighting]:
    """The report first, as everywhere: so two moderators never wait for each other."""
    report = lock_report(sighting.report)
    rows = Sighting.objects.select_for_update(of=("self",)).select_related("author", "event")
    return report, rows.get(pk=sighting.pk)


def _open_sighting(sighting: Sighting) -> None:
    refuse_banned(sighting.author)
    sighting.status, sighting.confirmed_at = State.WAITING, timezone.now()
    sighting.save(update_fields=["status", "confirmed_at"])
    write_event(
        sighting.report, EventKind.SIGHTING_GIVEN, actor=sighting.author, role=Role.CITIZEN, sighting=sighting.pk
    )


@transaction.atomic
def confirm_sighting(sighting: Sighting) -> Sighting:
    """The button behind the mail's link; again it changes nothing."""
    report, sighting = lock_sighting(sighting)
    if sighting.status == State.UNCONFIRMED:
        sighting.report = report
        if not asks_passers_by(report):
            raise TalkClosed
        if waiting_of(report, sighting.author):
            raise DecidedMeanwhile
        _open_sighting(sighting)
    return sighting


# -- The desk ---------------------------------------------------------------------------------------------------


def _lock_waiting(sighting: Sighting) -> tuple[Report, Sighting]:
    report, sighting = lock_sighting(sighting)
    if sighting.status != State.WAITING:
        raise DecidedMeanwhile
    return report, sighting


@transaction.atomic
def accept_sighting(sighting: Sighting, *, actor: Any) -> Sighting:
    """ "Yes": solved, proven by the photo. "No": the body hears it, and what was closed or called done is open again.

    Raises `MoveNotAllowed` where the report is something else by now that no passer-by moves.
    """
    report, sighting = _lock_waiting(sighting)
    if not asks_passers_by(report):
        raise MoveNotAllowed(report.state, Status.SOLVED if sighting.is_solved else Status.IN_PROGRESS, Role.CITIZEN)
    event = _accept_yes(report, sighting) if sighting.is_solved else _accept_no(report, sighting)
    kind = Photo.Kind.PROOF if sighting.is_solved else Photo.Kind.PROBLEM
    sighting.photos.update(is_hidden=False, awaits_review=False, event=event, kind=kind)
    sighting.event = event
    _decide(report, sighting, State.ACCEPTED, actor)
    return sighting


def _accept_yes(report: Report, sighting: Sighting) -> ReportEvent:
    confirm_solved(report, actor=sighting.author, proof=Proof.PHOTO, role=Role.CITIZEN)
    return report.events.filter(kind=EventKind.SOLVED).latest("pk")


def _accept_no(report: Report, sighting: Sighting) -> ReportEvent:
    words, author = sighting.words, sighting.author
    if report.state == Status.AWAITING_CONFIRMATION:
        deny_solved(report, words, actor=author, role=Role.CITIZEN)
        return report.events.filter(kind=EventKind.NOT_SOLVED).latest("pk")
    assignment = leading_assignment(report)
    if report.state != Status.UNRESOLVED:  # the body is at it: it hears the words, and no clock stops
        return write_event(
            report, EventKind.NOT_SOLVED, actor=author, role=Role.CITIZEN, assignment=assignment, text=words
        )
    before = before_move(report, assignment)
    nobodys = assignment is None or assignment.is_nobodys
    if assignment is not None and not nobodys:
        assignment.outcome, assignment.ended_at, assignment.promised_on = Assignment.Outcome.OPEN, None, None
        assignment.save(update_fields=["outcome", "ended_at", "promised_on"])
    reopen_beside(report)
    return move_report(
        report,
        Status.IN_PROGRESS,
        role=Role.CITIZEN,
        actor=author,
        assignment=None if nobodys else assignment,
        text=words,
        changes={"promised_on": None, "needs_rerouting": nobodys},
        before=before,
    )


@transaction.atomic
def reject_sighting(sighting: Sighting, text: str, *, actor: Any) -> Sighting:
    """The passer-by gets a friendly word why; the photo stays unseen."""
    report, sighting = _lock_waiting(sighting)
    sighting.photos.update(awaits_review=False)
    _decide(report, sighting, State.REJECTED, actor, text)
    return sighting


@transaction.atomic
def undo_sighting(sighting: Sighting, *, actor: Any) -> Sighting:
    """The last decision did not happen; raises `MoveNotAllowed` where the report has moved on since."""
    report, sighting = lock_sighting(sighting)
    if sighting.status not in (State.ACCEPTED, State.REJECTED) or waiting_of(report, sighting.author):
        raise DecidedMeanwhile
    if sighting.status == State.ACCEPTED and sighting.event is not None:
        take_back(report, sighting.event, actor=actor)
    sighting.photos.update(is_hidden=True, awaits_review=True, event=None, kind=Photo.Kind.PROOF)
    sighting.event = None
    _decide(report, sighting, State.WAITING, actor)
    return sighting


def take_back(report: Report, event: ReportEvent, *, actor: Any) -> None:
    """What accepting wrote: a step of the report, or words to the body alone."""
    if event.new_status:
        take_back_move(event, actor=actor)
        return
    write_event(
        report,
        EventKind.TAKEN_BACK,
        actor=actor,
        role=Role.MODERATOR,
        assignment=event.assignment,
        event_id=event.pk,
    )
    update_report(report)


def _decide(report: Report, sighting: Sighting, status: Sighting.Status, actor: Any, text: str = "") -> None:
    waits = status == State.WAITING
    sighting.status = status
    sighting.decided_by, sighting.decided_at = (None, None) if waits else (actor, timezone.now())
    sighting.save(update_fields=["status", "decided_by", "decided_at", "event"])
    write_event(
        report,
        EventKind.SIGHTING_DECIDED,
        actor=actor,
        role=Role.MODERATOR,
        text=text,
        sighting=sighting.pk,
        status=str(status),
    )


@transaction.atomic
def hide_step(event: ReportEvent, *, actor: Any) -> Report:
    """Hide a citizen's newest step ("solved", "not solved", "reopened") with its photos: the report is what it was.

    Raises `MoveNotAllowed` where the report has moved on since.
    """
    report = take_back_move(event, actor=actor)
    event.photos.update(is_hidden=True)
    for sighting in Sighting.objects.filter(event=event, status=State.ACCEPTED):
        sighting.event = None
        _decide(report, sighting, State.REJECTED, actor)
    return report
