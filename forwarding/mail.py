"""The mail to a body: the whole case in one letter, readable without our site, answerable by a plain reply.

The envelope's sender is an address of the dispatch's own (VERP), so that whatever comes back names it; people answer to
the case's address. What does not fit into the body's limit is a link.
"""

from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import override

from forwarding.casefile import attach_case
from forwarding.models import Dispatch
from forwarding.nearby import nearby_reports
from forwarding.reply_address import bounce_address, reply_address
from forwarding.weight import Picture, Room, links_to_rest, pictures_of
from notifications.mailer import build_mail
from notifications.words import quoted, render_mail
from reports import links
from reports.access import undone_events
from reports.lifecycle import EventKind
from reports.models import Report, ReportEvent

WITHOUT_CASE = (EventKind.WITHDRAWN, EventKind.DUPLICATE, EventKind.RECALLED)  # there is nothing more to do
HISTORY_SHOWN = 40  # lines, the newest; mail programs cut long mails off. The rest is behind the link.
WORDS_SHOWN = 3000  # characters of one line's words


class HistoryLine(NamedTuple):
    event: ReportEvent
    body: str
    quoted: str


def compose(dispatch: Dispatch, *, with_file: bool = True) -> EmailMultiAlternatives:
    """The mail, ready to be sent; the rows behind it are read, never written."""
    room = Room(dispatch.contact.mail_limit)
    with override(dispatch.contact.language or settings.LANGUAGE_CODE):
        context, pictures = letter_context(dispatch, room)
        files = attach_case(dispatch, room) if with_file else []
        words = render_mail(f"forwarding/mail/{dispatch.event.kind}", {**context, "has_file": bool(files)})
    return build_mail(
        to=dispatch.address,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=dispatch.message_id,
        own_address=reply_address(dispatch.assignment_id),
        envelope=bounce_address(dispatch),
        images=[*(picture.image for picture in pictures), *files],
    )


def letter_context(
    dispatch: Dispatch, room: Room, *, prefix: str = "photo", with_photos: bool = True
) -> tuple[dict[str, Any], list[Picture]]:
    """What the templates of a letter need, and the photos that there is room for."""
    report, assignment = dispatch.event.report, dispatch.assignment
    has_photos = with_photos and dispatch.event.kind not in WITHOUT_CASE
    history, left_out = history_of(dispatch)
    words = [assignment.title, assignment.text, dispatch.event.body, *(line.body for line in history)]
    room.take_words(sum(len(text) for text in words) + 200 * len(history))
    pictures = pictures_of(report, room, prefix=prefix) if has_photos else []
    context = {
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
        "photo_links": links_to_rest(report, pictures, assignment.pk) if has_photos else [],
        "history": history,
        "left_out": left_out,
        "nearby": nearby_reports(report),
        "to_second": dispatch.contact_id != assignment.contact_id,
        "original": report.original,
        "original_url": _public_url(report.original) if report.original else "",
        "reply_address": reply_address(assignment.pk),
    }
    return context, pictures


def history_of(dispatch: Dispatch) -> tuple[list[HistoryLine], int]:
    """What everybody could read before this event, the newest `HISTORY_SHOWN`; and how many earlier lines there are."""
    report = dispatch.event.report
    events = report.events.filter(is_public=True, pk__lt=dispatch.event_id).exclude(pk__in=undone_events(report))
    rows = list(events.select_related("text", "assignment__institution").order_by("created_at", "pk"))
    lines = []
    for event in rows[-HISTORY_SHOWN:]:
        body = event.body if len(event.body) <= WORDS_SHOWN else f"{event.body[:WORDS_SHOWN].rstrip()} …"
        lines.append(HistoryLine(event, body, quoted(body)))
    return lines, len(rows) - len(lines)


def _public_url(report: Report) -> str:
    return links.absolute(report.get_absolute_url()) if report.is_public else ""


def _place_url(report: Report) -> str:
    """A `geo:` link is not clickable everywhere; this one opens in any browser."""
    place = f"{report.latitude:.6f}/{report.longitude:.6f}"
    return f"https://www.openstreetmap.org/?mlat={report.latitude:.6f}&mlon={report.longitude:.6f}#map=19/{place}"
