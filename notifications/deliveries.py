"""A row that wants to leave the house: a message to a person or a dispatch to a body.

The row is the truth. A worker claims it by conditional update with a lease, sends, and records the
outcome; the broker only says "look". Whoever dies in between loses nothing: the lease runs out and
the sweep hands the row to the next worker.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any, Self

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notifications.mailer import SendingFailed


class NothingToSend(Exception):
    """Only writing the mail showed that it is not needed any more; the text says why."""


class ClaimLost(Exception):
    """Writing it took longer than the lease, and another worker has the row by now."""


class NotNow(Exception):
    """Only on the way out it showed that its time has not come."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"not before {until}")
        self.until = until


logger = logging.getLogger(__name__)


def new_message_id() -> str:
    return make_msgid(domain=settings.MAIL_DOMAIN)


class DeliveryStatus(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", pgettext_lazy("delivery", "sent")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("unknown: the other side broke off")
    CANCELLED = "cancelled", _("not needed any more")


OPEN = (DeliveryStatus.WAITING, DeliveryStatus.SENDING, DeliveryStatus.UNKNOWN)
# A worker has it in hand, or the other side has or may have it.
LEFT = (DeliveryStatus.SENDING, DeliveryStatus.SENT, DeliveryStatus.UNKNOWN)


class DeliveryQuerySet(models.QuerySet[Any]):
    def due(self, now: datetime | None = None) -> Self:
        """What may be sent now: waiting with its time come, or claimed by a worker that has been silent too long."""
        now = now or timezone.now()
        waiting = Q(status__in=[DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN], next_try_at__lte=now)
        abandoned = Q(status=DeliveryStatus.SENDING, lease_until__lte=now)
        gathered = {self.model.GATHERED_IN: None} if self.model.GATHERED_IN else {}
        return self.filter(waiting | abandoned, **gathered)

    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def failed(self) -> Self:
        return self.filter(status=DeliveryStatus.FAILED)

    def in_turn(self) -> Self:
        """Only rows that no earlier open row of their line holds back: updates on one report go out in order."""
        return self.exclude(self.held_back())

    def held_back(self) -> models.Exists:
        """That an earlier open row of its line is to go out before a row."""
        line = {name: models.OuterRef(name) for name in self.model.LINE}
        return models.Exists(self.model._default_manager.filter(**line, pk__lt=models.OuterRef("pk"), status__in=OPEN))

    def claim(self, pk: int) -> Any | None:
        """Take a due row for `DELIVERY_LEASE`; None where it is not there, not due, not its turn, or somebody else's.

        The update asks for columns of its own row only: so the database lets exactly one of two workers through.
        `attempts` of the claimed row is the number of this claim; an outcome is recorded for this number only.
        """
        if not self.filter(pk=pk).in_turn().exists():
            return None
        now = timezone.now()
        claimed = (
            self.filter(pk=pk)
            .due(now)
            .update(
                status=DeliveryStatus.SENDING,
                lease_until=now + settings.DELIVERY_LEASE,
                attempts=F("attempts") + 1,
                may_have_arrived=Case(
                    When(status=DeliveryStatus.SENDING, then=Value(True)), default=F("may_have_arrived")
                ),
            )
        )
        return self.get(pk=pk) if claimed else None


class Delivery(models.Model):
    # The columns that make a line: rows equal in them go out one after the other.
    LINE: tuple[str, ...] = ()
    # The column of a row that goes out in its place, with others: it is due by itself only without one.
    GATHERED_IN = ""

    status = models.CharField(_("status"), max_length=9, choices=DeliveryStatus.choices, default=DeliveryStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    # An attempt ended without an answer: a copy may lie in the mail box though nobody said so.
    may_have_arrived = models.BooleanField(_("may have arrived"), default=False)
    # Fixed before the first attempt: a second copy after a broken connection is recognised by it.
    message_id = models.CharField(max_length=200, unique=True, default=new_message_id)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        abstract = True

    def next_in_line(self) -> int | None:
        """The row that waited for this one."""
        line: dict[str, Any] = {name: _follow(self, name) for name in self.LINE}
        later = type(self)._default_manager.filter(**line, pk__gt=self.pk, status__in=OPEN)
        return later.order_by("pk").values_list("pk", flat=True).first()

    @property
    def waits(self) -> list[int]:
        """Seconds between the attempts; after the last of them there is one attempt more, and then it has failed."""
        return settings.DELIVERY_RETRY_SECONDS

    def next_time(self, at: datetime) -> datetime:
        """When a try that would be due then may really be made."""
        return at

    def keep_claim(self) -> None:
        """A whole lease again for what comes now; raises `ClaimLost`."""
        until = timezone.now() + settings.DELIVERY_LEASE
        if not type(self)._default_manager.filter(self._mine, pk=self.pk).update(lease_until=until):
            raise ClaimLost
        self.lease_until = until

    # -- Outcomes of the claim that this object is ------------------------------------------------------------

    def note_outcome(self, values: dict[str, Any], words: str, *, unknown: bool, ours: bool) -> None:
        """In the transaction that writes `values` as the outcome; `words`: the other side's, or why it was not sent."""

    def record_sent(self, answer: str = "") -> None:
        """Accepted by the other side. True whoever has the row by now, so the number of the claim is not asked."""
        self._record(
            Q(),
            answer,
            status=DeliveryStatus.SENT,
            sent_at=timezone.now(),
            lease_until=None,
            last_error="",
        )

    def record_failure(self, error: str, *, permanent: bool = False, unknown: bool = False, ours: bool = False) -> None:
        """Try again after the next of `waits`; failed for good when none is left or `permanent`.

        `unknown`: the other side broke off where it may already have taken the mail. `ours`: not its fault.
        """
        if permanent or self.is_last_attempt:
            self._record(
                self._mine,
                error,
                unknown=unknown,
                ours=ours,
                status=DeliveryStatus.FAILED,
                lease_until=None,
                last_error=error,
                **_arrived(unknown),
            )
            return
        wait = timedelta(seconds=self.waits[self.attempts - 1])
        status = DeliveryStatus.UNKNOWN if unknown else DeliveryStatus.WAITING
        self._record(
            self._mine,
            error,
            unknown=unknown,
            ours=ours,
            status=status,
            next_try_at=self.next_time(timezone.now() + wait),
            lease_until=None,
            last_error=error,
            **_arrived(unknown),
        )

    def record_cancelled(self, why: str) -> None:
        """Not needed any more; this claim was no attempt."""
        self._record(
            self._mine,
            why,
            status=DeliveryStatus.CANCELLED,
            lease_until=None,
            last_error=why,
            attempts=self.attempts - 1,
        )

    def postpone(self, until: datetime) -> None:
        """Its time has not come after all; this claim was no attempt."""
        self._record(
            self._mine,
            "",
            status=DeliveryStatus.WAITING,
            next_try_at=until,
            lease_until=None,
            attempts=self.attempts - 1,
        )

    def cancel(self, why: str) -> None:
        """By whoever holds the row's lock, before any worker had it."""
        self.status, self.last_error = DeliveryStatus.CANCELLED, why
        self.save(update_fields=["status", "last_error"])

    @property
    def may_have_left(self) -> bool:
        """A worker has it in hand, or the other side has or may have it."""
        return self.status in LEFT or self.may_have_arrived

    @property
    def is_last_attempt(self) -> bool:
        return self.attempts > len(self.waits)

    @property
    def died_too_often(self) -> bool:
        """More claims than attempts allowed: its workers die before they can say why."""
        return self.attempts > len(self.waits) + 1

    @property
    def _mine(self) -> Q:
        return Q(status=DeliveryStatus.SENDING, attempts=self.attempts)

    def _record(self, condition: Q, words: str, *, unknown: bool = False, ours: bool = False, **values: Any) -> None:
        """Write the outcome even if the database is just being restarted: what is not recorded would be sent again."""
        rows = type(self)._default_manager.filter(condition, pk=self.pk).exclude(status=DeliveryStatus.SENT)
        patience = time.monotonic() + settings.DELIVERY_LEASE.total_seconds()
        while True:
            try:
                with transaction.atomic():
                    mine = rows.update(**values)
                    if mine or values["status"] == DeliveryStatus.SENT:
                        self.note_outcome(values, words, unknown=unknown, ours=ours)
                break
            except (OperationalError, InterfaceError):
                if transaction.get_connection().in_atomic_block or time.monotonic() > patience:
                    raise
                logger.warning("the database is away; the outcome of %s %s waits", type(self).__name__, self.pk)
                connection.close()
                time.sleep(0.2)
        for name, value in values.items():
            setattr(self, name, value)


def attempt(row: Delivery, send: Callable[[], str]) -> bool:
    """Send a claimed row's mail and record what came of it; True where the other side took it.

    `send` gives what the other side answered.
    """
    try:
        answer = send()
    except NothingToSend as moot:
        row.record_cancelled(str(moot))
        return False
    except NotNow as early:
        row.postpone(early.until)
        return False
    except ClaimLost:
        logger.warning("%s %s took longer to write than its lease; another worker has it", type(row).__name__, row.pk)
        return False
    except SendingFailed as error:
        row.record_failure(error.reason, permanent=error.permanent, unknown=error.unknown, ours=error.ours)
        return False
    except Exception as error:
        # A mistake in our own words or data: the row is freed and the desk sees why; the log has the rest.
        row.record_failure(f"{type(error).__name__}: {error}", ours=True)
        raise
    row.record_sent(answer)
    return True


def _arrived(unknown: bool) -> dict[str, bool]:
    return {"may_have_arrived": True} if unknown else {}


def _follow(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row
