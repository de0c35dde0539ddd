"""One update from an endpoint, taken once, whatever it looks like.

Its words become an `IncomingMail` of the body (the bytes are the update as it came), so that the desk's tabs, undoing,
export and erasure are those of mails; an update without words that changes nothing is a `RemoteUpdate` row alone. Only
where staff said so (`publishes_updates`), everything about it is in order and the personal-data check finds nothing, it
is published by rule; all else waits at the desk with what it seems to say.
"""

import hashlib
import json
import logging
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from forwarding.actions import answer_report, promise_date, say_done, say_not_ours
from forwarding.models import IncomingMail
from forwarding.open311.statuses import ANSWER, DONE, LABELS, NOT_OURS, NOTHING, PROMISE, outcome_of, plain_status
from forwarding.open311.wire import Row, moment_of, text_of, texts_of
from forwarding.outward.models import Open311Endpoint, RemoteRequest, RemoteUpdate
from reports.lifecycle import EventKind, MoveNotAllowed, Role
from reports.models import Assignment, ReportEvent
from reports.personal_data import find_personal_data

logger = logging.getLogger(__name__)

SLACK = timedelta(hours=26)  # clocks and time zones that servers have wrong
LONGEST_TEXT = 20_000
LONGEST_AHEAD = timedelta(days=3 * 365)
BODY_SAYS = (EventKind.ANSWERED, EventKind.PROMISED, EventKind.DONE_SAID, EventKind.NOT_OURS)
State = IncomingMail.State


@dataclass
class Word:
    """What an update says, in whatever form it came."""

    key: str
    request_id: str
    status: str
    text: str = ""
    said_at: datetime | None = None
    expected_on: date | None = None
    media: list[str] = field(default_factory=list)
    raw: Row = field(default_factory=dict)
    problem: str = ""
    skew: timedelta = timedelta(0)  # how far the clock that said it is ahead of ours

    @property
    def full_text(self) -> str:
        return "\n\n".join(part for part in (self.text, *self.media) if part)


def read_update(row: Row, start: datetime, end: datetime) -> Word:
    """An entry of `servicerequestupdates`; what is wrong with it is its `problem`."""
    update_id = text_of(row, "update_id")
    word = Word(
        key=f"id:{update_id}"[:200] if update_id else f"digest:{digest_of(row)}",
        request_id=text_of(row, "service_request_id", "request_id")[:200],
        status=plain_status(text_of(row, "status")),
        text=text_of(row, "description")[:LONGEST_TEXT],
        said_at=moment_of(row, "updated_datetime"),
        expected_on=day_of(row),
        media=[url[:500] for url in texts_of(row, "media_url")[:20]],
        raw=row,
    )
    if not update_id:
        word.problem = _("It has no update_id.")
    elif word.said_at is None:
        word.problem = _("Its date cannot be read.")
    elif not start - SLACK <= word.said_at <= end + SLACK:
        word.problem = _("Its date lies outside the time that was asked for.")
    return word


def day_of(row: Row) -> date | None:
    """The promised day, where it still lies ahead and within reason."""
    moment, now = moment_of(row, "expected_datetime"), timezone.now()
    return timezone.localdate(moment) if moment and now < moment < now + LONGEST_AHEAD else None


def digest_of(row: Row) -> str:
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def take_word(endpoint: Open311Endpoint, word: Word) -> RemoteUpdate | None:
    """The row of it, with what became of it; None where it is there already."""
    update, is_new = RemoteUpdate.objects.get_or_create(
        contact=endpoint.contact,
        key=word.key,
        defaults={"request_id": word.request_id, "status": word.status, "said_at": word.said_at},
    )
    if not is_new:
        return None
    remote = find_remote(endpoint, word.request_id)
    update.case, update.expected_on = remote, word.expected_on
    update.outcome = outcome_of(word.status, endpoint)
    update.problem = word.problem or trouble_with(word, remote)
    if is_late(word, remote) and update.outcome != NOTHING:
        update.outcome = ANSWER
        update.problem = update.problem or _("It is older than the last change of the case.")
    elif remote and not word.problem:
        remote.status, remote.changed_at = word.status, word.said_at
        remote.save(update_fields=["status", "changed_at"])
    if is_repeated(word, remote):
        update.problem = _("The body has said the same before.")
    elif word.full_text or update.outcome != NOTHING or update.problem:
        update.mail = store(endpoint, word, update, remote)
        why = why_to_read(endpoint, word, update)
        if remote and why is None:
            why = publish(remote.assignment, word, update, update.mail)
        if why is not None:
            update.mail.why = why
            update.mail.save(update_fields=["why"])
    update.save()
    return update


def find_remote(endpoint: Open311Endpoint, request_id: str) -> RemoteRequest | None:
    if not request_id:
        return None
    rows = RemoteRequest.objects.filter(contact=endpoint.contact_id, request_id=request_id)
    return rows.select_related("assignment__report", "assignment__institution").order_by("-pk").first()


def trouble_with(word: Word, remote: RemoteRequest | None) -> str:
    if remote is None:
        return _("No case of ours has this number.")
    if urlsplit(settings.SITE_URL).netloc in word.text:
        return _("It holds a link of ours: perhaps it is our own text, come back.")
    return ""


def is_late(word: Word, remote: RemoteRequest | None) -> bool:
    """Said before the last change of the case, there or here: its text counts, its status does not any more."""
    if remote is None or word.said_at is None:
        return False
    if remote.changed_at is not None and word.said_at < remote.changed_at:
        return True
    # Here by others than the body itself: its own words bear the time at which we took them.
    changes = remote.assignment.report.events.exclude(new_status="").exclude(kind__in=BODY_SAYS)
    last = changes.order_by("-created_at").values_list("created_at", flat=True).first()
    return last is not None and word.said_at - word.skew < last


def is_repeated(word: Word, remote: RemoteRequest | None) -> bool:
    """The same words with the same status once more, under another number."""
    if remote is None or not word.full_text:
        return False
    before = RemoteUpdate.objects.filter(case=remote, status=word.status, mail__text=text_for(word))
    return before.exists()


# -- Where it goes ------------------------------------------------------------------------------------------


def text_for(word: Word) -> str:
    """An unknown status still shows its text; a known one without words is said in ours."""
    if word.full_text or word.status not in LABELS:
        return word.full_text
    with override(settings.LANGUAGE_CODE):
        return _("At the body: %(status)s.") % {"status": LABELS[word.status]}


def store(endpoint: Open311Endpoint, word: Word, update: RemoteUpdate, remote: RemoteRequest | None) -> IncomingMail:
    raw = json.dumps({"contact": endpoint.contact_id, "key": word.key, **word.raw}, ensure_ascii=False).encode()
    return IncomingMail.objects.create(
        raw=raw,
        digest=hashlib.sha256(raw).hexdigest(),
        sender=(urlsplit(endpoint.contact.address).hostname or "")[:320],
        subject=f"Open311 {word.request_id}: {word.status}"[:300],
        text=text_for(word),
        kind=IncomingMail.Kind.ANSWER,
        state=State.TO_READ if remote else State.UNMATCHED,
        assignment=remote.assignment if remote else None,
        from_contact=remote is not None,
    )


def why_to_read(endpoint: Open311Endpoint, word: Word, update: RemoteUpdate) -> IncomingMail.Why | None:
    """Why a moderator reads it first; None where it is published by rule."""
    if find_personal_data(word.text):
        return IncomingMail.Why.PERSONAL_DATA
    if word.media:
        return IncomingMail.Why.ATTACHMENTS
    if update.problem or not update.outcome:
        return IncomingMail.Why.PROPOSES
    return None if endpoint.publishes_updates else IncomingMail.Why.RULE_OFF


def publish(assignment: Assignment, word: Word, update: RemoteUpdate, mail: IncomingMail) -> IncomingMail.Why | None:
    """As an officer's act; what the case does not take any more waits at the desk, and why is said."""
    try:
        with transaction.atomic():
            update.event = act(assignment, word, update.outcome, mail.text)
    except MoveNotAllowed:
        update.problem = _("The case does not take it as it stands.")
        return IncomingMail.Why.CASE_MOVED
    mail.state, mail.handled_at = State.PUBLISHED, timezone.now()
    mail.save(update_fields=["state", "handled_at"])
    return None


def act(assignment: Assignment, word: Word, outcome: str, text: str) -> ReportEvent:
    """Raises `MoveNotAllowed`. Only the leading assignment moves the report: another one's word is an answer."""
    options: dict[str, Any] = {"actor": None, "role": Role.OFFICER, "way": "open311"}
    if word.said_at is not None:
        options["came_at"] = min(max(word.said_at, assignment.sent_at), timezone.now())
    if outcome == DONE and assignment.is_leading:
        return say_done(assignment, text, **options)
    if outcome == NOT_OURS and assignment.is_leading:
        return say_not_ours(assignment, text, **options)
    if outcome == PROMISE and word.expected_on and assignment.is_leading:
        return promise_date(assignment, word.expected_on, text, **options)
    if not text:
        raise MoveNotAllowed(assignment.report.state, assignment.report.state, Role.OFFICER)
    return answer_report(assignment, text, **options)
