""" "Something wrong with this?": people point, a moderator decides. Raises `DecidedMeanwhile` as comments do."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.bans import refuse_banned
from reports.actions import lock_family, lock_report, update_report
from reports.actions_comments import DecidedMeanwhile, lock_comment
from reports.actions_desk import hide_report, restore_report
from reports.actions_photos import mark_photo
from reports.actions_sightings import undo_sighting
from reports.lifecycle import EventKind, MoveNotAllowed, Role, Status
from reports.models import Comment, Flag, FlagVoice, Photo, Report, Sighting
from reports.outbox import write_event

State = Flag.Status


@transaction.atomic
def raise_flag(
    report: Report,
    *,
    reason: FlagVoice.Reason,
    text: str,
    person: Any,
    address_hash: str,
    comment: Comment | None = None,
    photo: Photo | None = None,
) -> Flag:
    """One row for one thing; one voice for each person, or for each address of who is not signed in."""
    refuse_banned(person)
    report = lock_report(report)
    now = timezone.now()
    flag, _is_new = Flag.objects.get_or_create(
        report=report,
        comment=comment,
        photo=photo,
        status=State.OPEN,
        defaults={"created_at": now, "last_at": now},
    )
    speaker: dict[str, Any] = {"person": person} if person.is_authenticated else {"person": None}
    _voice, is_new = FlagVoice.objects.update_or_create(
        flag=flag,
        **speaker,
        address_hash="" if person.is_authenticated else address_hash,
        defaults={"reason": reason, "text": text, "created_at": now},
    )
    Flag.objects.filter(pk=flag.pk).update(count=F("count") + int(is_new), last_at=now)
    flag.refresh_from_db()
    if reason == FlagVoice.Reason.PERSONAL:
        _hide_until_looked_at(flag, report)
    return flag


def _hide_until_looked_at(flag: Flag, report: Report) -> None:
    """Personal data, many say: better a comment or a photo too few for some hours than a number plate too long.

    Never a report, which a moderator has read before it went out; and never again what a moderator found right.
    """
    if flag.has_hidden or (flag.comment is None and flag.photo is None):
        return
    if flag.voices.filter(reason=FlagVoice.Reason.PERSONAL).count() < settings.FLAGS_HIDE_AFTER:
        return
    if Flag.objects.filter(comment=flag.comment, photo=flag.photo, report=flag.report, status=State.DISMISSED).exists():
        return
    hidden = 0
    if flag.comment is not None:
        shown = Comment.objects.filter(pk=flag.comment.pk, status=Comment.Status.SHOWN)
        hidden = shown.update(status=Comment.Status.WAITING)
    elif flag.photo is not None:
        hidden = Photo.objects.filter(pk=flag.photo.pk, is_hidden=False).update(is_hidden=True)
        if hidden:
            update_report(report)  # a new version: the picture for social sites is drawn anew, without the photo
    if hidden:
        flag.has_hidden = True
        flag.save(update_fields=["has_hidden"])


# -- The desk ---------------------------------------------------------------------------------------------------


def lock_flag(flag: Flag) -> Flag:
    if flag.comment_id is None and flag.photo_id is None:
        lock_family(flag.report)  # hiding it moves its duplicates
    else:
        lock_report(flag.report)
    rows = Flag.objects.select_for_update(of=("self",)).select_related("report", "comment", "photo__report")
    flag = rows.get(pk=flag.pk)
    if flag.comment is not None:
        flag.comment = lock_comment(flag.comment)
    return flag


@transaction.atomic
def decide_flag(flag: Flag, *, hide: bool, actor: Any, version: int | None = None) -> Flag:
    """Hide what people pointed at, or find nothing wrong with it. `version`: the voices that the moderator saw."""
    flag = lock_flag(flag)
    if flag.status != State.OPEN or version not in (None, flag.count):
        raise DecidedMeanwhile
    if flag.comment is not None:
        _mark_comment(flag.comment, hide=hide)
    elif flag.photo is not None:
        mark_flagged_photo(flag.photo, hide=hide, undo=flag.has_hidden, actor=actor)
    elif hide and flag.report.state != Status.HIDDEN:
        hide_report(flag.report, "", actor=actor)
    _decide(flag, State.UPHELD if hide else State.DISMISSED, actor)
    return flag


def _mark_comment(comment: Comment, *, hide: bool) -> None:
    """Nothing wrong shows what the flags had hidden; a comment that its author withdrew stays so."""
    if hide:
        shown = comment.status in (Comment.Status.SHOWN, Comment.Status.WAITING)
        new = Comment.Status.HIDDEN if shown else comment.state
    else:
        again = comment.status == Comment.Status.WAITING and comment.shown_at is not None
        new = Comment.Status.SHOWN if again else comment.state
    if new != comment.status:
        comment.status = new
        comment.save(update_fields=["status"])


def mark_flagged_photo(photo: Photo, *, hide: bool, undo: bool, actor: Any) -> None:
    if hide or undo:
        mark_photo(photo, hidden=hide, actor=actor)


@transaction.atomic
def undo_flag(flag: Flag, *, actor: Any) -> Flag:
    """The last decision did not happen: the thing is as the flags had left it, and waits at the desk."""
    flag = lock_flag(flag)
    again = Flag.objects.filter(report=flag.report, comment=flag.comment, photo=flag.photo, status=State.OPEN)
    if flag.status == State.OPEN or again.exists():
        raise DecidedMeanwhile
    was_upheld = flag.status == State.UPHELD
    if flag.comment is not None:
        if was_upheld and flag.comment.status == Comment.Status.HIDDEN:
            status = Comment.Status.WAITING if flag.has_hidden else Comment.Status.SHOWN
            Comment.objects.filter(pk=flag.comment.pk).update(status=status)
        elif flag.has_hidden:
            Comment.objects.filter(pk=flag.comment.pk, status=Comment.Status.SHOWN).update(
                status=Comment.Status.WAITING
            )
    elif flag.photo is not None:
        mark_photo(flag.photo, hidden=flag.has_hidden, actor=actor)
        sighting = flag.photo.sighting
        if was_upheld and sighting is not None and sighting.status == Sighting.Status.REJECTED:
            undo_sighting(sighting, actor=actor)  # the proof may be accepted anew; nothing is solved by itself
    elif was_upheld:
        if flag.report.state != Status.HIDDEN:
            raise MoveNotAllowed(flag.report.state, Status.SENT, Role.MODERATOR)
        restore_report(flag.report, actor=actor)
    _decide(flag, State.OPEN, actor)
    return flag


def _decide(flag: Flag, status: Flag.Status, actor: Any) -> None:
    is_open = status == State.OPEN
    flag.status = status
    flag.decided_by, flag.decided_at = (None, None) if is_open else (actor, timezone.now())
    flag.save(update_fields=["status", "decided_by", "decided_at"])
    write_event(flag.report, EventKind.FLAG_DECIDED, actor=actor, role=Role.MODERATOR, flag=flag.pk, status=str(status))
