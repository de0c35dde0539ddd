"""The rows that a merge moves from one report to another, both locked; `actions_merge` says when.

`came_from` remembers the report that a photo or a comment was given to first, however often it moves.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from reports.actions import leading_assignment
from reports.models import Assignment, Comment, Flag, Follow, Photo, Report, Sighting, Support


@dataclass(frozen=True)
class Moving:
    """How much a merge would bring to the original, for the page that asks whether to do it."""

    followers: int
    supporters: int
    comments: int
    photos: int
    duplicates: int
    reporter: bool  # counts among the supporters from then on
    body: Assignment | None  # is told


def what_moves(report: Report, original: Report) -> Moving:
    """Six queries, however much there is."""
    readable = original.is_private or not report.is_private
    lead = leading_assignment(report)
    return Moving(
        followers=_newcomers(Follow, report, original).count(),
        supporters=_newcomers(Support, report, original).count(),
        comments=report.comments.filter(status=Comment.Status.SHOWN).count() if readable else 0,
        photos=report.photos.filter(kind=Photo.Kind.PROBLEM).count() if readable else 0,
        duplicates=report.duplicates.count(),
        reporter=report.reporter_id is not None and report.reporter_id != original.reporter_id,
        body=lead if lead is not None and lead.is_running else None,
    )


# -- People -----------------------------------------------------------------------------------------------------


def _newcomers(model: type[Follow] | type[Support], report: Report, original: Report) -> QuerySet[Any]:
    """Who follows or supports `report` and not yet the original; whoever reported that one is counted anyway."""
    rows: QuerySet[Any] = model._default_manager.filter(report=report)
    there = model._default_manager.filter(report=original).values("person")
    return rows.exclude(Q(person__in=there) | Q(person=original.reporter_id))


def move_people(report: Report, original: Report, *, with_reporter: bool = False) -> None:
    """Each follows once and is counted once. `with_reporter`: who reported the one says "me too" to the other."""
    _newcomers(Follow, report, original).update(report=original)
    Follow.objects.filter(report=report).delete()
    came = _newcomers(Support, report, original).update(report=original)
    left, _by_model = Support.objects.filter(report=report).delete()
    change_supporters(report, -came - left)
    person = report.reporter
    if with_reporter and person is not None and person.pk != original.reporter_id:
        _support, is_new = Support.objects.get_or_create(report=original, person=person)
        came += int(is_new)
        if not report.mutes.filter(person=person).exists():  # who wanted no more news of it gets none
            Follow.objects.get_or_create(report=original, person=person)
    change_supporters(original, came)


def leave_original(report: Report, original: Report) -> None:
    """Who reported the one has not the problem of the other any more."""
    if report.reporter_id and report.reporter_id != original.reporter_id:
        Follow.objects.filter(report=original, person=report.reporter_id).delete()
        left, _by_model = Support.objects.filter(report=original, person=report.reporter_id).delete()
        change_supporters(original, -left)


def change_supporters(report: Report, by: int) -> None:
    """The row is locked, so what was read is what stands there."""
    report.supporters = max(0, report.supporters + by)
    report.save(update_fields=["supporters"])


# -- Photos and words -------------------------------------------------------------------------------------------


def move_photos(photos: QuerySet[Photo], report: Report, original: Report) -> None:
    """Behind those that the original has, with what people pointed at in them."""
    ids = list(photos.values_list("pk", flat=True))
    last = original.photos.aggregate(last=Max("order"))["last"]
    behind = 0 if last is None else last + 1
    Photo.objects.filter(pk__in=ids).update(
        report=original, order=F("order") + behind, came_from=Coalesce("came_from", Value(report.pk))
    )
    Photo.objects.filter(pk__in=ids, came_from=original).update(came_from=None)
    Flag.objects.filter(photo__in=ids).update(report=original)


def move_comments(comments: QuerySet[Comment], report: Report, original: Report) -> None:
    """With their photos, and with what people pointed at in them."""
    ids = list(comments.values_list("pk", flat=True))
    Comment.objects.filter(pk__in=ids).update(report=original, came_from=Coalesce("came_from", Value(report.pk)))
    Comment.objects.filter(pk__in=ids, came_from=original).update(came_from=None)
    Photo.objects.filter(comment__in=ids).update(report=original)
    Flag.objects.filter(Q(comment__in=ids) | Q(photo__comment__in=ids)).update(report=original)


def move_sightings(report: Report, original: Report) -> None:
    """What passers-by said and nobody has looked at yet; one of each person waits at a time."""
    waiting = Sighting.Status.WAITING
    there = original.sightings.filter(status=waiting).values("author")
    undecided = report.sightings.filter(status__in=[waiting, Sighting.Status.UNCONFIRMED])
    ids = list(undecided.exclude(status=waiting, author__in=there).values_list("pk", flat=True))
    Sighting.objects.filter(pk__in=ids).update(report=original)
    Photo.objects.filter(sighting__in=ids).update(report=original)
    Flag.objects.filter(photo__sighting__in=ids).update(report=original)


def bring_home(report: Report, original: Report) -> None:
    """What came from `report` goes back to it."""
    move_comments(original.comments.filter(came_from=report), original, report)
    move_photos(original.photos.filter(came_from=report), original, report)
