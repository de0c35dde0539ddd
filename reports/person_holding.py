"""What is held of a person's reports: downloaded with photos and timeline; on erasure anonymous, or withdrawn."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet

from accounts.holdings import Holding, NamedFile, register_holding
from accounts.models import Person
from reports.actions import end_assignment, leading_assignment, lock_report, move_report
from reports.actions_merge import pass_on_duplicates
from reports.actions_sending import purge_report
from reports.lifecycle import OPEN, EventKind, Role, Status
from reports.models import EventText, Follow, Photo, Report, ReportEvent, Support
from reports.outbox import write_event
from reports.uploads import forget_origin, remove_photo

NAME_REMOVED = "[…]"


def register() -> None:
    register_holding(
        Holding("reports", export=export_reports, erase=erase_reports, files=report_files, lock=lock_reports)
    )
    register_holding(Holding("follows", export=export_follows, erase=erase_follows))
    register_holding(Holding("words", export=export_words, erase=erase_words))


# -- Reports ------------------------------------------------------------------------------------------------


def reports_of(person: Person) -> QuerySet[Report]:
    return (
        Report.objects.filter(reporter=person)
        .select_related("category", "category__parent", "area", "institution")
        .prefetch_related("photos", "lent_photos", "answers", "events__text", "events__assignment__institution")
        .order_by("pk")
    )


def export_reports(person: Person) -> list[dict[str, Any]]:
    return [_report(report) for report in reports_of(person)]


def _report(report: Report) -> dict[str, Any]:
    return {
        "reference": report.reference,
        "kind": report.kind,
        "channel": report.channel,
        "status": report.status,
        "is_private": report.is_private,
        "category": str(report.category or ""),
        "title": report.title,
        "description": report.description,
        "title_as_written": report.original_title,
        "description_as_written": report.original_description,
        "no_photo_reason": report.no_photo_reason,
        "longitude": report.longitude,
        "latitude": report.latitude,
        "address": report.address,
        "area": str(report.area or ""),
        "institution": str(report.institution or ""),
        "name": report.reporter_name,
        "show_name": report.show_name,
        "created_at": report.created_at,
        "submitted_at": report.submitted_at,
        "published_at": report.published_at,
        "closed_at": report.closed_at,
        "supporters": report.supporters,
        "events": [_event(event) for event in report.events.all()],
        "answers": [
            {
                "question": answer.wording,
                "answer": answer.text,
                "public": answer.is_public,
                "current": answer.is_current,
            }
            for answer in report.answers.all()
        ],
        "privacy_notice": report.privacy_version,
        "photos": [
            {
                "file": name,
                "kind": photo.kind,
                "taken_at": photo.taken_at,
                "longitude": photo.position.x if photo.position else None,
                "latitude": photo.position.y if photo.position else None,
            }
            for name, photo in _photos(report)
        ],
    }


def _event(event: ReportEvent) -> dict[str, Any]:
    """A moderator's internal note is the association's, and what bodies write to each other is theirs, not the
    reporter's; that there was one is said."""
    internal = not event.is_public and event.role == Role.MODERATOR and event.kind == "noted"
    return {
        "at": event.created_at,
        "kind": event.kind,
        "by": event.role,
        "sentence": event.sentence,
        "words": "" if internal or event.is_between_bodies else event.body,
    }


def _photos(report: Report) -> Iterable[tuple[str, Photo]]:
    """The report's own: those that joining it with another took away, and none that it brought."""
    own = [photo for photo in report.photos.all() if photo.came_from_id is None]
    for number, photo in enumerate([*own, *report.lent_photos.all()], start=1):
        if photo.kind == Photo.Kind.PROBLEM:
            yield f"reports/{report.reference}/{number}.jpg", photo


def report_files(person: Person) -> Iterable[NamedFile]:
    """Each photo as it is shown, and the original beside it as long as that is kept."""
    for report in (
        Report.objects.filter(reporter=person).prefetch_related("photos", "lent_photos").order_by("pk").iterator(200)
    ):
        for name, photo in _photos(report):
            yield name, photo.large
            if photo.original:
                yield name.replace(".jpg", "-original"), photo.original


def lock_reports(person: Person) -> None:
    """All under which the person wrote anything. Everybody locks reports first, by number, and then people: whoever
    writes a comment or decides on one at this moment is waited for."""
    pks = {
        *Report.objects.filter(reporter=person).values_list("pk", flat=True),
        *person.comments.values_list("report", flat=True),
        *person.sightings.values_list("report", flat=True),
    }
    # What is withdrawn hands its duplicates on.
    pks |= set(Report.objects.filter(original__in=pks).values_list("pk", flat=True))
    list(Report.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=pks).order_by("pk").values("pk"))


def erase_reports(person: Person, keep_reports: bool) -> None:
    """What was never confirmed goes; what waits for the reporter ends; the rest stays as nobody's, or is withdrawn."""
    for pk in Report.objects.filter(reporter=person).order_by("pk").values_list("pk", flat=True):
        report = lock_report(Report(pk=pk))
        if report.state == Status.UNCONFIRMED:
            purge_report(report, forget_guest=False)
            continue
        if report.state == Status.NEEDS_INFO or (report.state in OPEN and not keep_reports):
            assignment = leading_assignment(report)
            move_report(report, Status.WITHDRAWN, role=Role.REPORTER, actor=person, assignment=assignment)
            if assignment:
                end_assignment(assignment, assignment.Outcome.ENDED)
            pass_on_duplicates(report)
        _make_anonymous(report)
    for photo in Photo.objects.filter(uploaded_by=person, report=None):
        remove_photo(photo)
    for photo in Photo.objects.filter(uploaded_by=person):
        forget_origin(photo)


def _make_anonymous(report: Report) -> None:
    """The name goes, from bodies' answers too. What is public stays public; what nobody may read goes altogether."""
    name = report.reporter_name.strip()
    if name:
        for text in EventText.objects.filter(event__report=report, text__icontains=name):
            text.text = _without(text.text, name)
            text.save(update_fields=["text"])
    values: dict[str, Any] = {"reporter": None, "reporter_name": "", "show_name": False, "version": F("version") + 1}
    own = Q(report=report, came_from=None) | Q(came_from=report)
    photos = Photo.objects.filter(own, kind=Photo.Kind.PROBLEM)
    if report.state in (Status.WITHDRAWN, Status.REJECTED):
        values |= dict.fromkeys(("title", "description", "original_title", "original_description"), "")
        values |= {"address": "", "no_photo_reason": ""}
        report.answers.update(value=None, text="")
        report.assignments.update(text="")  # the copy of what was sent; its title tells the body what is withdrawn
        for photo in photos:
            remove_photo(photo)
    else:
        values |= {"original_title": F("title"), "original_description": F("description")}
        report.answers.filter(is_public=False).update(value=None, text="")
        for photo in photos:
            forget_origin(photo)
    Report.objects.filter(pk=report.pk).update(**values)
    # Whoever asks only for what is newer (`feeds.last_change`) gets it without the name.
    write_event(report, EventKind.EDITED, actor=None, role=Role.SYSTEM, changed=["reporter"])


def _without(text: str, name: str) -> str:
    lower, wanted = text.casefold(), name.casefold()
    if len(lower) != len(text) or len(wanted) != len(name):  # "ß" and its like would shift the places
        return text.replace(name, NAME_REMOVED)
    pieces, start = [], 0
    while (at := lower.find(wanted, start)) >= 0:
        pieces.append(text[start:at])
        start = at + len(name)
    return NAME_REMOVED.join([*pieces, text[start:]])


# -- Follows and supports -----------------------------------------------------------------------------------


def export_follows(person: Person) -> dict[str, Any]:
    return {
        "followed": _rows(Follow.objects.filter(person=person)),
        "me_too": _rows(Support.objects.filter(person=person)),
    }


def _rows(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    return [
        {"report": reference, "since": since}
        for reference, since in rows.order_by("pk").values_list("report__reference", "since")
    ]


def erase_follows(person: Person, keep_reports: bool) -> None:
    """Nobody follows any more. How many had the same problem stays true, so the counts stay."""
    Follow.objects.filter(person=person).delete()
    Support.objects.filter(person=person).delete()


# -- Words: answers to the desk, reasons, notes -------------------------------------------------------------


def words_of(person: Person) -> QuerySet[EventText]:
    return EventText.objects.filter(event__actor=person)


def export_words(person: Person) -> list[dict[str, Any]]:
    """Whatever the person wrote to desk and bodies, on whoever's report."""
    return [
        {
            "report": text.event.report.reference,
            "at": text.event.created_at,
            "kind": text.event.kind,
            "words": text.text,
        }
        for text in words_of(person).select_related("event__report").order_by("pk")
    ]


def erase_words(person: Person, keep_reports: bool) -> None:
    """A citizen's words go. What somebody wrote for the desk or a body is its record and stays, without a name."""
    words_of(person).filter(event__role__in=[Role.REPORTER, Role.CITIZEN]).exclude(text="").update(text="")
