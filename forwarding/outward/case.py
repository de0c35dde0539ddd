"""A case as other bodies' servers get it: what the mail says, as data and as one plain text."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from forwarding.mail import WITHOUT_CASE
from forwarding.models import Dispatch
from reports import links
from reports.access import undone_events
from reports.lifecycle import BRINGS, EventKind
from reports.models import Assignment, Photo, Report, ReportEvent

OPEN311_TEXT = 4000  # characters of a description, says the specification


def shown_photos(report: Report) -> list[Photo]:
    """As the mail carries them."""
    return list(report.photos.filter(is_hidden=False, comment=None))


def photo_url(photo: Photo, assignment: Assignment) -> str:
    """Of a public report for ever; of a private one as long as the body's link works."""
    if assignment.report.is_public:
        return links.absolute(photo.url_large)
    return links.absolute(reverse("officer_photo", args=[links.officer_token(assignment.pk), photo.token, "large"]))


def has_case(event: ReportEvent) -> bool:
    """Whether there is anything more to do about it."""
    return event.kind not in WITHOUT_CASE


def history_of(dispatch: Dispatch) -> list[ReportEvent]:
    """What everybody may know of the time before this event; nothing that was undone."""
    report = dispatch.event.report
    before = report.events.filter(is_public=True, pk__lt=dispatch.event_id).exclude(pk__in=undone_events(report))
    return list(before.select_related("text", "assignment__institution").order_by("created_at", "pk"))


def public_url(report: Report) -> str:
    return links.absolute(report.get_absolute_url()) if report.is_public else ""


def opening_text(dispatch: Dispatch, longest: int = OPEN311_TEXT) -> str:
    """Title, text, answers to questions, what went before, and the public page, in the body's language.

    Most endpoints show it to everybody, so nothing is in it that our own page would not show: least of all the body's
    link, with which anybody could answer. What went before and the citizen's words are cut when it is too long.
    """
    with override(dispatch.contact.language or settings.LANGUAGE_CODE):
        assignment, report = dispatch.assignment, dispatch.event.report
        answers = "\n".join(f"{a.wording} {a.text}" for a in report.answers.public().exclude(text=""))
        name = report.reporter_name if report.show_name else ""
        told = [f"{e.created_at:%Y-%m-%d} {e.sentence} {e.public_body}".strip() for e in history_of(dispatch)]
        past = "\n".join([_("What went before:"), *told]) if told else ""
        words = "" if dispatch.event.kind in BRINGS else dispatch.event.public_body
        parts = [words, assignment.title, assignment.text, answers, report.address, name, past]
    return _ended("\n\n".join(part for part in parts if part), report, longest)


def news_text(dispatch: Dispatch, longest: int = OPEN311_TEXT) -> str:
    """What has happened since, for the body: the event in a sentence, and its words that everybody may read."""
    event = dispatch.event
    with override(dispatch.contact.language or settings.LANGUAGE_CODE):
        head = "\n\n".join(part for part in (event.sentence, event.public_body) if part)
    return _ended(head, event.report, longest)


def _ended(head: str, report: Report, longest: int) -> str:
    tail = f"{report.reference} {public_url(report)}".strip()
    return f"{shortened(head, longest - len(tail) - 2)}\n\n{tail}"


def shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 2].rstrip()} …"


def as_data(dispatch: Dispatch) -> dict[str, Any]:
    """The case for the webhook (`docs/how-to/webhook.md` describes each field; fields are added, never changed)."""
    event, assignment, report = dispatch.event, dispatch.assignment, dispatch.event.report
    with override(dispatch.contact.language or settings.LANGUAGE_CODE):
        data: dict[str, Any] = {
            "event": {
                "id": event.pk,
                "kind": event.kind,
                "at": event.created_at.isoformat(),
                "sentence": event.sentence,
                "text": event.body,
            },
            "report": {"reference": report.reference, "kind": report.kind, "status": report.status},
            "assignment": {
                "id": assignment.pk,
                "institution": assignment.institution.name,
                "round": assignment.round,
                "due_at": assignment.due_at.isoformat() if assignment.due_at else None,
                "is_lead": assignment.is_lead,
            },
        }
        if has_case(event):
            data["report"] |= _case_data(report, assignment)
            data["assignment"]["answer_url"] = links.officer_url(assignment.pk)
            data["history"] = [
                {"at": e.created_at.isoformat(), "kind": e.kind, "sentence": e.sentence, "text": e.public_body}
                for e in history_of(dispatch)
            ]
        elif event.kind == EventKind.DUPLICATE and report.original:
            data["report"]["original"] = report.original.reference
    return data


def _case_data(report: Report, assignment: Assignment) -> dict[str, Any]:
    return {
        "title": assignment.title,
        "description": assignment.text,
        "category": report.category.slug if report.category else None,
        "category_name": str(report.category) if report.category else None,
        "latitude": round(report.latitude, 6),
        "longitude": round(report.longitude, 6),
        "address": report.address,
        "area": report.area.name if report.area else None,
        "reporter_name": report.reporter_name if report.show_name else "",
        "url": public_url(report) or None,
        "created_at": report.created_at.isoformat(),
        "photos": [photo_url(photo, assignment) for photo in shown_photos(report)],
        "answers": [
            {"code": a.code, "question": a.wording, "value": a.value, "text": a.text}
            for a in report.answers.current().exclude(text="")
        ],
    }
