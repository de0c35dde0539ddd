"""Every act of the desk is recorded with the rows as they were, and `undo_act` puts them back.

    with recorded("reject", report, actor=actor):
        reject_report(report, reason, text, actor=actor)

The events of an act are held back for `UNDO_SECONDS`: whoever undoes it in time has told nobody anything. A letter that
has left cannot be undone; correct it by a new one. Rows: `reports.journal`. Decision: docs/decisions/020.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from moderation.models import Act
from reports.journal import ChangedSince, differences, put_back, snapshot
from reports.lifecycle import EventKind, Role
from reports.models import Report, ReportEvent
from reports.outbox import GoneOut, holding_back, retract_events, write_event
from reports.timers import schedule_timers

RECENT = timedelta(minutes=15)
RECENT_SHOWN = 3


class CannotUndo(Exception):
    """`why` says it in the reader's language. `has_gone_out`: a letter of it has left; there is the recall."""

    def __init__(self, why: str | Promise, *, has_gone_out: bool = False) -> None:
        super().__init__(str(why))
        self.why, self.has_gone_out = why, has_gone_out


@dataclass
class Recording:
    """`created` takes reports that came into being inside the block; `act` is set once the block is over."""

    created: list[Report] = field(default_factory=list)
    act: Act | None = None


@contextmanager
def recorded(kind: str, report: Report, *others: Report, actor: Person | None) -> Iterator[Recording]:
    """One transaction, one act; none where nothing changed. The reports are locked in the order of their keys."""
    recording, ids = Recording(), sorted({report.pk, *(other.pk for other in others)})
    now = timezone.now()
    held_until = now + timedelta(seconds=settings.UNDO_SECONDS) if settings.UNDO_SECONDS else None
    with transaction.atomic(), holding_back(held_until):
        _lock(ids)
        before = snapshot(ids)
        newest = _newest_event()
        yield recording
        ids += [new.pk for new in recording.created]
        changes = differences(before, snapshot(ids))
        events = list(
            ReportEvent.objects.filter(report__in=ids, pk__gt=newest).order_by("pk").values_list("pk", flat=True)
        )
        if changes or events:
            recording.act = Act.objects.create(
                kind=kind,
                report=report,
                actor=actor,
                at=now,
                events=events,
                changes=changes,
                held_until=held_until,
                needs_look=is_new_here(actor),
            )
            recording.act.others.set([pk for pk in ids if pk != report.pk])


def is_new_here(actor: Person | None) -> bool:
    """What is done by rule, and by somebody new at the desk, gets a second look."""
    return actor is None or any(membership.is_new for membership in actor.memberships.all())


@transaction.atomic
def approve_act(act: Act, *, actor: Person) -> bool:
    """Somebody else looked at it and found it right; False where that was done before."""
    waiting = Act.objects.to_look_at().filter(pk=act.pk)
    return bool(waiting.update(needs_look=False, looked_at=timezone.now(), looked_by=actor))


def _lock(ids: Sequence[int]) -> None:
    list(Report.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk"))


def _newest_event() -> int:
    return ReportEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@transaction.atomic
def undo_act(act: Act, *, actor: Person) -> Act:
    """The rows are as they were before the act, but for the history. Raises `CannotUndo`; then nothing changed."""
    ids = [act.report_id, *act.others.values_list("pk", flat=True)]
    _lock(sorted(ids))
    act = Act.objects.select_for_update(of=("self",)).get(pk=act.pk)
    if act.undone_at is not None:
        raise CannotUndo(_("It was undone already."))
    if act.is_sealed:
        raise CannotUndo(_("It cannot be undone any more, because personal data in it were erased."))
    statuses = dict(Report.objects.filter(pk__in=ids).values_list("pk", "status"))
    try:
        retract_events(act.events)
        put_back(act.changes)
    except GoneOut as error:
        raise CannotUndo(_("It has gone out already; write a correction instead."), has_gone_out=True) from error
    except ChangedSince as error:
        raise CannotUndo(_("It was changed since: %(what)s.") % {"what": error.what}) from error
    for report in Report.objects.filter(pk__in=ids).select_related("institution", "reporter").order_by("pk"):
        _note(report, statuses[report.pk], act, actor)
    act.undone_at, act.undone_by = timezone.now(), actor
    act.save(update_fields=["undone_at", "undone_by"])
    return act


def _note(report: Report, status: str, act: Act, actor: Person) -> None:
    """One line of history, the timers of the old status again, and open forms are told that the report changed."""
    report.version += 1
    report.save(update_fields=["version"])
    moved = status != report.status
    write_event(
        report,
        EventKind.UNDONE,
        actor=actor,
        role=Role.MODERATOR,
        old=status if moved else "",
        new=report.status if moved else "",
        act=act.kind,
        event_ids=act.events,
    )
    schedule_timers(report)  # a promise that was undone had its own, though no status moved


def recent_acts(person: Person) -> list[Act]:
    """What this person did in the last minutes and may undo, the newest first."""
    acts = Act.objects.undoable().filter(actor=person, at__gte=timezone.now() - RECENT)
    return list(acts.select_related("report").order_by("-at", "-pk")[:RECENT_SHOWN])
