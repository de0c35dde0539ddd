"""The private conversation between the desk and a reporter: a question that stops the report ("needs more info"), or a
word beside it; answered on the reporter's own page or by mail. Only these two see it.

The words are events of these kinds. `Report.replied_at` says since when an answer waits to be read.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.bans import refuse_banned
from reports.access import visible_events
from reports.actions import lock_report, update_report
from reports.actions_photos import TooManyPhotos, append_photos, room_for_photos
from reports.actions_reporter import give_info
from reports.lifecycle import EventKind, MoveNotAllowed, Role, Status
from reports.models import Photo, Report, ReportEvent
from reports.outbox import write_event

ASKED = (EventKind.INFO_ASKED, EventKind.WORD_ASKED)
GIVEN = (EventKind.INFO_GIVEN, EventKind.WORD_GIVEN)
CONVERSATION = (*ASKED, *GIVEN)
SILENT = (Status.DRAFT, Status.UNCONFIRMED, Status.WITHDRAWN, Status.HIDDEN)
REPLIES_AT_MOST = 5  # to one question


def conversation(events: Sequence[ReportEvent]) -> list[ReportEvent]:
    """The part of a timeline (without what was undone) that is the conversation."""
    return [event for event in events if event.kind in CONVERSATION]


def may_write(report: Report) -> bool:
    """Somebody is there to read it."""
    return report.reporter_id is not None and report.state not in SILENT


def may_reply(report: Report, talk: Sequence[ReportEvent]) -> bool:
    """The desk has asked, and is not being flooded. `talk` is the conversation so far."""
    asked = [number for number, event in enumerate(talk) if event.kind in ASKED]
    return bool(asked) and report.state not in SILENT and len(talk) - 1 - asked[-1] < REPLIES_AT_MOST


@transaction.atomic
def write_reporter(report: Report, text: str, *, actor: Any) -> ReportEvent:
    """A word to the reporter by mail; the report stays where it is."""
    report = lock_report(report)
    if not may_write(report):
        raise MoveNotAllowed(report.state, report.state, Role.MODERATOR)
    event = write_event(report, EventKind.WORD_ASKED, actor=actor, role=Role.MODERATOR, text=text)
    read_reply(report)
    return event


@transaction.atomic
def reply_to_desk(report: Report, text: str, photos: Sequence[Photo] = (), *, actor: Any) -> Report:
    """The reporter's word to the desk. One that the report waits for puts it back into the queue (`give_info`); any
    other leaves its status, and its photos stay unseen until a moderator has looked at them. Raises `TooManyPhotos`,
    and `Banned`."""
    refuse_banned(actor)
    report = lock_report(report)
    if report.state == Status.NEEDS_INFO:
        return give_info(report, text, photos, actor=actor)
    if not may_reply(report, conversation(visible_events(report, internal=False, reporter=True))):
        raise MoveNotAllowed(report.state, report.state, Role.REPORTER)
    if len(photos) > room_for_photos(report):
        raise TooManyPhotos
    event = write_event(report, EventKind.WORD_GIVEN, actor=actor, role=Role.REPORTER, text=text)
    append_photos(report, photos, event=event, is_hidden=True, awaits_review=True)
    update_report(report, replied_at=report.replied_at or timezone.now())
    return report


@transaction.atomic
def read_reply(report: Report) -> None:
    """Somebody at the desk has read what the reporter wrote, or acted on it."""
    report = lock_report(report)
    if report.replied_at is not None:
        update_report(report, replied_at=None)
