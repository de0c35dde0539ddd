"""Comments: written, confirmed, edited, withdrawn by their author; shown or hidden by a moderator.

None of it touches the report: no status, no clock, no version. Raises `TalkClosed`, `TooMuch` and `DecidedMeanwhile`.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.bans import refuse_banned
from accounts.models import Person
from reports.actions import lock_in_order, lock_report
from reports.comment_checks import check_comment
from reports.lifecycle import LISTED, EventKind, Role, Status
from reports.models import Comment, CommentText, Photo, Report
from reports.outbox import write_event
from reports.talk_limits import check_person
from reports.uploads import append_photos

SAME_WITHIN = timedelta(minutes=10)
State = Comment.Status


class TalkClosed(Exception):
    """Nobody can write here (any more)."""


class DecidedMeanwhile(Exception):
    """Somebody else has dealt with it, or its author has changed it, since the page was opened."""


def place_for_comments(report: Report) -> Report | None:
    """Where comments on this report belong: a duplicate's stand at its original. None: nowhere."""
    place = report.original if report.state == Status.DUPLICATE else report
    return place if place is not None and place.state in LISTED and not place.is_private else None


@transaction.atomic
def write_comment(
    report: Report, text: str, *, author: Person, confirmed: bool, name: str = "", photos: Sequence[Photo] = ()
) -> Comment:
    """A new comment. `confirmed`: the address is known to be the author's; else a mail asks for it first.

    The same words again within minutes are the same comment: two clicks make one. Photos wait for a moderator.
    """
    if report.original_id:
        lock_in_order([report.pk, report.original_id])
    place = place_for_comments(lock_report(report))
    if place is not None and place.pk != report.pk:
        place = place_for_comments(lock_report(place))
    if place is None:
        raise TalkClosed
    now = timezone.now()
    # One at a time per person, so that neither the limit nor a double click slips through.
    Person.objects.select_for_update(no_key=True).get(pk=author.pk)
    earlier = Comment.objects.filter(
        report=place, author=author, created_at__gt=now - SAME_WITHIN, texts__text=text, texts__number=1
    )
    same = earlier.exclude(status=State.WITHDRAWN).first()
    if same is not None:
        if confirmed and same.status == State.UNCONFIRMED:
            _open_comment(same, text)
        return same
    check_person(author, confirmed=confirmed)
    comment = Comment.objects.create(report=place, author=author, name=name, status=State.UNCONFIRMED, created_at=now)
    CommentText.objects.create(comment=comment, number=1, text=text, written_at=now)
    # Hidden until a moderator has looked.
    append_photos(place, photos, comment=comment, kind=Photo.Kind.COMMENT, is_hidden=True, awaits_review=True)
    if confirmed:
        _open_comment(comment, text)
    else:
        comment.asked = write_event(place, EventKind.ADDRESS_ASKED, actor=author, role=Role.CITIZEN, comment=comment.pk)
        comment.save(update_fields=["asked"])
    return comment


def lock_comment(comment: Comment) -> Comment:
    """The report first, as everybody who changes what stands under it does."""
    lock_report(comment.report)
    return (
        Comment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("report", "author")
        .get(pk=comment.pk)
    )


def _open_comment(comment: Comment, text: str) -> None:
    refuse_banned(comment.author)
    comment.confirmed_at = timezone.now()
    comment.flagged_for = check_comment(comment, text)
    comment.status = State.WAITING if comment.flagged_for else State.SHOWN
    comment.save(update_fields=["confirmed_at", "flagged_for", "status", *_first_shown(comment)])


def _first_shown(comment: Comment) -> list[str]:
    """The first time that everybody can read it: the followers hear of it, once."""
    if comment.status != State.SHOWN or comment.shown_at is not None:
        return []
    comment.shown_at = timezone.now()
    write_event(comment.report, EventKind.COMMENTED, actor=comment.author, role=Role.CITIZEN, comment=comment.pk)
    return ["shown_at"]


@transaction.atomic
def confirm_comment(comment: Comment) -> Comment:
    """The button behind the mail's link. Again it changes nothing; raises `TalkClosed` where nobody can write now."""
    comment = lock_comment(comment)
    if comment.status == State.UNCONFIRMED:
        if place_for_comments(comment.report) is None:
            raise TalkClosed
        _open_comment(comment, comment.text)
    return comment


@transaction.atomic
def edit_comment(comment: Comment, text: str) -> Comment:
    """By its author within `COMMENT_EDIT_WINDOW`; the words are checked anew, the earlier ones stay for moderators."""
    comment = lock_comment(comment)
    if not comment.may_edit or place_for_comments(comment.report) is None:
        raise TalkClosed
    if text != comment.text:
        now = timezone.now()
        CommentText.objects.create(comment=comment, number=comment.version + 1, text=text, written_at=now)
        comment.edited_at = now
        found = check_comment(comment, text)
        # What a moderator has to look at stays so until somebody looked, whatever the new words are.
        comment.flagged_for = sorted({*comment.flagged_for, *found}) if comment.status == State.WAITING else found
        if found:
            comment.status = State.WAITING
        comment.save(update_fields=["edited_at", "flagged_for", "status"])
    return comment


@transaction.atomic
def withdraw_comment(comment: Comment) -> Comment:
    """By its author, whenever they like; its photos go with it. Again it changes nothing."""
    comment = lock_comment(comment)
    if comment.may_withdraw:
        comment.status = State.WITHDRAWN
        comment.save(update_fields=["status"])
        comment.photos.filter(awaits_review=True).update(awaits_review=False)
    return comment


# -- The desk ---------------------------------------------------------------------------------------------------


@transaction.atomic
def decide_comment(comment: Comment, *, show: bool, actor: Any, version: int | None = None) -> Comment:
    """Show or hide. `version`: how often it had been written when the moderator read it."""
    comment = lock_comment(comment)
    wanted = State.SHOWN if show else State.HIDDEN
    decidable = (State.WAITING, State.SHOWN, State.HIDDEN)
    if comment.status not in decidable or comment.status == wanted or version not in (None, comment.version):
        raise DecidedMeanwhile
    _decide(comment, wanted, actor)
    return comment


@transaction.atomic
def undo_comment(comment: Comment, *, actor: Any) -> Comment:
    """The last decision did not happen: the comment waits again."""
    comment = lock_comment(comment)
    if comment.status not in (State.SHOWN, State.HIDDEN) or comment.decided_at is None:
        raise DecidedMeanwhile
    _decide(comment, State.WAITING, actor)
    return comment


def _decide(comment: Comment, status: Comment.Status, actor: Any) -> None:
    comment.status = status
    waits = status == State.WAITING
    comment.decided_by, comment.decided_at = (None, None) if waits else (actor, timezone.now())
    write_event(
        comment.report,
        EventKind.COMMENT_DECIDED,
        actor=actor,
        role=Role.MODERATOR,
        comment=comment.pk,
        status=str(status),
    )
    comment.save(update_fields=["status", "decided_by", "decided_at", *_first_shown(comment)])
