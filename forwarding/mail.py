"""The mail to a body: the whole case in one letter, readable without our site, answerable by a plain reply."""

from datetime import timedelta
from email.mime.image import MIMEImage
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import override

from forwarding.models import Dispatch
from forwarding.reply_address import reply_address
from notifications.mailer import build_mail
from notifications.words import quoted, render_mail
from reports import links
from reports.access import undone_events
from reports.lifecycle import EventKind
from reports.models import Photo, Report, ReportEvent

NEARBY_METRES = 150
NEARBY_COUNT = 3
NEARBY_SINCE = timedelta(days=365)


WITHOUT_CASE = (EventKind.WITHDRAWN, EventKind.DUPLICATE, EventKind.RECALLED)  # there is nothing more to do


class Picture(NamedTuple):
    cid: str
    image: MIMEImage
    photo: Photo


class HistoryLine(NamedTuple):
    event: ReportEvent
    quoted: str


def compose(dispatch: Dispatch) -> EmailMultiAlternatives:
    """The mail, ready to be sent; the rows behind it are read, never written."""
    report = dispatch.event.report
    pictures = [] if dispatch.event.kind in WITHOUT_CASE else pictures_of(report)
    with override(dispatch.contact.language or settings.LANGUAGE_CODE):
        words = render_mail(f"forwarding/mail/{dispatch.event.kind}", _context(dispatch, pictures))
    return build_mail(
        to=dispatch.address,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=dispatch.message_id,
        own_address=reply_address(dispatch.assignment_id),
        images=[picture.image for picture in pictures],
    )


def _context(dispatch: Dispatch, pictures: list[Picture]) -> dict[str, Any]:
    report, assignment = dispatch.event.report, dispatch.assignment
    undone = undone_events(report)
    history = report.events.filter(is_public=True, pk__lt=dispatch.event_id).exclude(pk__in=undone)
    return {
        "report": report,
        "assignment": assignment,
        "event": dispatch.event,
        "title": assignment.title,
        "body": assignment.text,
        "quoted_body": quoted(assignment.text),
        "answers": list(report.answers.current().exclude(text="")),
        "quote": dispatch.event.body,
        "quoted": quoted(dispatch.event.body),
        "url": links.officer_url(assignment.pk),
        "place_url": _place_url(report),
        "public_url": _public_url(report),
        "position": f"{report.latitude:.6f}, {report.longitude:.6f}",
        "pictures": pictures,
        "history": [
            HistoryLine(event, quoted(event.body))
            for event in history.select_related("text", "assignment__institution").order_by("created_at", "pk")
        ],
        "nearby": _nearby(report),
        "original": report.original,
        "original_url": _public_url(report.original) if report.original else "",
        "reply_address": reply_address(assignment.pk),
    }


def _public_url(report: Report) -> str:
    return links.absolute(report.get_absolute_url()) if report.is_public else ""


def _place_url(report: Report) -> str:
    """A `geo:` link is not clickable everywhere; this one opens in any browser."""
    place = f"{report.latitude:.6f}/{report.longitude:.6f}"
    return f"https://www.openstreetmap.org/?mlat={report.latitude:.6f}&mlon={report.longitude:.6f}#map=19/{place}"


def pictures_of(report: Report) -> list[Picture]:
    """Inside the mail, so that they are there when the body's network blocks what comes from outside."""
    pictures = []
    for number, photo in enumerate(report.photos.filter(is_hidden=False, comment=None), start=1):
        with photo.medium.open("rb") as file:
            image = MIMEImage(file.read(), "jpeg")
        cid = f"photo-{number}@{settings.MAIL_DOMAIN}"
        image.add_header("Content-ID", f"<{cid}>")
        image.add_header("Content-Disposition", "inline", filename=f"{report.reference}-{number}.jpg")
        pictures.append(Picture(cid, image, photo))
    return pictures


def _nearby(report: Report) -> list[tuple[Report, str]]:
    """Published reports of the same kind around: perhaps one visit mends several."""
    if report.category_id is None:
        return []
    near = Report.objects.published().filter(category=report.category_id).exclude(pk=report.pk)
    near = near.near(report.point, metres=NEARBY_METRES, recent_since=timezone.now() - NEARBY_SINCE)
    return [(other, links.absolute(other.get_absolute_url())) for other in near[:NEARBY_COUNT]]
