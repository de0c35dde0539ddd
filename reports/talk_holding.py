"""What we hold of what a person wrote under reports: comments, words on solutions, opinions, flags."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from accounts.holdings import Holding, NamedFile, register_holding
from accounts.models import Person
from reports.models import AnswerRating, Comment, FlagVoice, Photo, Sighting, SightingText
from reports.uploads import forget_origin, remove_photo


def register() -> None:
    register_holding(Holding("comments", export=export_comments, erase=erase_comments, files=files_of_comments))
    register_holding(Holding("sightings", export=export_sightings, erase=erase_sightings, files=files_of_sightings))
    register_holding(Holding("answer_ratings", export=export_ratings, erase=erase_ratings))
    register_holding(Holding("flags", export=export_flags, erase=erase_flags))


def _url(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


# -- Comments -----------------------------------------------------------------------------------------------


def export_comments(person: Person) -> list[dict[str, Any]]:
    rows = person.comments.select_related("report").prefetch_related("texts", "photos").order_by("pk")
    return [
        {
            "report": _url(row.report.get_absolute_url()),
            "status": row.status,
            "name": row.name,
            "created_at": row.created_at,
            "texts": [{"text": text.text, "written_at": text.written_at} for text in row.texts.all()],
            "photos": [_name(photo) for photo in row.photos.all()],
        }
        for row in rows
    ]


def erase_comments(person: Person, keep_reports: bool) -> None:
    """Kept, they stay as a citizen's without a name, their photos too; what nobody sees goes in any case."""
    # Locked: what a moderator hides at this very moment stays hidden.
    rows = person.comments.select_for_update(of=("self",), no_key=True).order_by("pk")
    for comment in rows.prefetch_related("texts", "photos"):
        stays = keep_reports and comment.status == Comment.Status.SHOWN
        for photo in comment.photos.all():
            if stays and photo.is_shown:
                forget_origin(photo)
            else:
                remove_photo(photo)
        if stays:
            current = comment.version
            comment.texts.exclude(number=current).update(text="")
        else:
            comment.texts.update(text="")
            comment.status = Comment.Status.WITHDRAWN
        comment.author, comment.name, comment.flagged_for = None, "", []
        comment.save(update_fields=["author", "name", "status", "flagged_for"])


def files_of_comments(person: Person) -> Iterable[NamedFile]:
    return _files(Photo.objects.filter(comment__author=person))


# -- Words on the solution ----------------------------------------------------------------------------------


def export_sightings(person: Person) -> list[dict[str, Any]]:
    rows = person.sightings.select_related("report", "text").prefetch_related("photos").order_by("pk")
    return [
        {
            "report": _url(row.report.get_absolute_url()),
            "is_solved": row.is_solved,
            "status": row.status,
            "text": row.words,
            "created_at": row.created_at,
            "photos": [_name(photo) for photo in row.photos.all()],
        }
        for row in rows
    ]


def erase_sightings(person: Person, keep_reports: bool) -> None:
    """An accepted proof is part of the report and stays, without its original and its giver; the rest goes."""
    SightingText.objects.filter(sighting__author=person).update(text="")
    for sighting in person.sightings.prefetch_related("photos"):
        accepted = sighting.status == Sighting.Status.ACCEPTED
        for photo in sighting.photos.all():
            if accepted:
                forget_origin(photo)
            else:
                remove_photo(photo)
        sighting.author = None
        if not accepted:
            sighting.status = Sighting.Status.REJECTED
        sighting.save(update_fields=["author", "status"])


def files_of_sightings(person: Person) -> Iterable[NamedFile]:
    return _files(Photo.objects.filter(sighting__author=person))


# -- Opinions and flags -------------------------------------------------------------------------------------


def export_ratings(person: Person) -> list[dict[str, Any]]:
    rows = AnswerRating.objects.filter(person=person).select_related("event__report").order_by("pk")
    return [
        {
            "report": _url(row.event.report.get_absolute_url()),
            "answer": row.event_id,
            "is_helpful": row.is_helpful,
            "rated_at": row.rated_at,
        }
        for row in rows
    ]


def erase_ratings(person: Person, keep_reports: bool) -> None:
    AnswerRating.objects.filter(person=person).delete()


def export_flags(person: Person) -> list[dict[str, Any]]:
    rows = FlagVoice.objects.filter(person=person).select_related("flag__report").order_by("pk")
    return [
        {
            "report": _url(row.flag.report.get_absolute_url()),
            "reason": row.reason,
            "text": row.text,
            "created_at": row.created_at,
        }
        for row in rows
    ]


def erase_flags(person: Person, keep_reports: bool) -> None:
    """The voice still counts; whose it was and its words are gone."""
    FlagVoice.objects.filter(person=person).update(person=None, address_hash="", text="")


# -- Photos -------------------------------------------------------------------------------------------------


def _name(photo: Photo) -> str:
    return f"{photo.token}.jpg"


def _files(photos: Iterable[Photo]) -> Iterable[NamedFile]:
    for photo in photos:
        yield f"photos/{_name(photo)}", photo.large
        if photo.original:
            yield f"photos/{photo.token}-original", photo.original
