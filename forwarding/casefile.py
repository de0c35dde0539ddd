"""The whole case on paper, for a body's own records: what the print view shows, and what only a body needs.

Text, answers to the category's questions, every body that had it, all public answers, the same kind of problem nearby.
Made in the worker: a page costs about half a second.
"""

import logging
from email.mime.base import MIMEBase

from django.conf import settings
from django.utils.translation import gettext as _

from forwarding.models import Dispatch
from forwarding.nearby import nearby_reports
from forwarding.weight import Room, file_part, shown_photos
from reports.lifecycle import BRINGS, EventKind
from reports.paper.pdf import sheet_pdf

# What asks a body to act; the rest is news of a case that it has on paper already.
WITH_FILE = (
    *BRINGS,
    EventKind.HANDED_OVER,
    EventKind.ESCALATED,
    EventKind.REPEATED,
    EventKind.REOPENED,
    EventKind.NOT_SOLVED,
    EventKind.SEPARATED,
)

SMALLEST_FILE = 10_000  # bytes; where there is less room, none is made

logger = logging.getLogger(__name__)


def case_pdf(dispatch: Dispatch, *, with_photos: bool = True) -> bytes:
    """In the language that is active."""
    report, assignment = dispatch.event.report, dispatch.assignment
    extra = {
        "assignment": assignment,
        "answers": list(report.answers.current().exclude(text="")),
        "bodies": list(report.assignments.of_body().select_related("institution").order_by("sent_at", "pk")),
        "nearby": nearby_reports(report),
        "file_title": _("Case file"),
    }
    if not report.is_public:
        extra["qr_url"] = extra["url"] = ""  # that page opens for nobody there
    return sheet_pdf(report, "forwarding/casefile.html", extra, with_photos=with_photos)


def attach_case(dispatch: Dispatch, room: Room) -> list[MIMEBase]:
    """The file as a part of the mail; without its photos, or left out, where the mail would grow too large.

    A case that cannot be put on paper still goes out: the letter itself says everything.
    """
    if dispatch.event.kind not in WITH_FILE or not settings.CASE_FILES or room.left < SMALLEST_FILE:
        return []
    report = dispatch.event.report
    try:
        for with_photos in (True, False) if shown_photos(report) else (False,):
            content = case_pdf(dispatch, with_photos=with_photos)
            if room.take(len(content)):
                return [file_part(content, f"{report.reference}.pdf")]
    except Exception:
        logger.exception("no case file of dispatch %s", dispatch.pk)
    return []
