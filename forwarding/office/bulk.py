"""The same word to many cases: what would become of each, and saying it one by one."""

import logging
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Person
from accounts.rights import Right
from forwarding.answering import carry_out
from forwarding.forms import Step, possible_steps
from forwarding.office.access import own_cases, rights_in
from forwarding.office.actions_case import NotOfBody, give_case
from forwarding.office.models import OfficeBulk
from municipalities.models import Membership
from reports.lifecycle import MoveNotAllowed
from reports.models import Assignment
from reports.outbox import announce

logger = logging.getLogger(__name__)

AT_MOST = 500
TASK = "forwarding.run_office_bulk"
ABANDONED = timedelta(minutes=1)
ANSWERING = (Membership.Role.OFFICER, Membership.Role.LEAD)
Action = OfficeBulk.Action
STEPS = {
    Action.ANSWER: Step.ANSWER,
    Action.PROMISE: Step.PROMISE,
    Action.DONE: Step.DONE,
    Action.NOT_OURS: Step.NOT_OURS,
}


@dataclass(frozen=True)
class Change:
    """What would become of a case, or why it is left."""

    case: Assignment
    becomes: str = ""
    left: str = ""


class Left(Exception):
    """This case is left as it is; the text says why."""


class Order:
    """What somebody wants of cases; asks the database once for each body, not for each case."""

    def __init__(self, action: str, values: dict[str, Any], actor: Person) -> None:
        self.action, self.values, self.actor = Action(action), values, actor
        self._rights: dict[int, set[Right]] = {}

    def rights(self, body: int) -> set[Right]:
        if body not in self._rights:
            self._rights[body] = rights_in(self.actor, body)
        return self._rights[body]

    @cached_property
    def colleague(self) -> Person | None:
        return Person.objects.filter(pk=self.values["person"], is_active=True).first()

    @cached_property
    def colleagues_bodies(self) -> set[int | None]:
        """That the colleague answers for: readers look on."""
        answering = Membership.objects.filter(person=self.values["person"], role__in=ANSWERING)
        return set(answering.values_list("institution", flat=True))

    @property
    def day(self) -> date | None:
        typed = self.values.get("promised_on")
        return date.fromisoformat(typed) if typed else None

    def check(self, case: Assignment) -> None:
        """Raises `Left`."""
        if Right.ANSWER not in self.rights(case.institution_id):
            raise Left(_("you may not answer for %(body)s") % {"body": case.institution})
        if self.action == Action.GIVE:
            self._check_giving(case)
        elif self.action == Action.NOT_OURS and case.waits_for_acceptance:
            raise Left(_("give it back on its page"))
        elif STEPS[self.action] not in possible_steps(case):
            raise Left(_("not possible from “%(status)s”") % {"status": case.report.get_status_display()})

    def _check_giving(self, case: Assignment) -> None:
        if not case.is_running:
            raise Left(_("closed"))
        if self.colleague is None or case.institution_id not in self.colleagues_bodies:
            raise Left(_("the colleague does not answer for this body"))
        if case.assignee_id == self.colleague.pk:
            raise Left(_("has it already"))

    @property
    def in_words(self) -> str:
        match self.action:
            case Action.PROMISE if self.day:
                return _("promised by %(day)s") % {"day": date_format(self.day, "SHORT_DATE_FORMAT")}
            case Action.GIVE:
                return str(self.colleague)
            case Action.DONE:
                return _("said to be done")
            case Action.NOT_OURS:
                return _("said not to be ours")
        return _("answered")

    def carry_out(self, case: Assignment) -> None:
        text = self.values.get("text", "")
        if self.action == Action.GIVE:
            give_case(case, person=self.colleague, unit=case.unit, text=text, actor=self.actor)
            return
        carry_out(case, {"step": STEPS[self.action], "text": text, "promised_on": self.day}, actor=self.actor)


def plan(cases: list[Assignment], order: Order) -> list[Change]:
    """Changes nothing."""
    found = []
    for case in cases:
        try:
            order.check(case)
        except Left as why:
            found.append(Change(case, left=str(why)))
        else:
            found.append(Change(case, becomes=order.in_words))
    return found


def start_bulk(
    cases: list[Assignment], action: str, values: dict[str, Any], *, actor: Person, nonce: UUID | None = None
) -> OfficeBulk:
    """The one that there is where the form was sent before."""
    with transaction.atomic():
        made = {"action": action, "values": values, "cases": [case.pk for case in cases][:AT_MOST]}
        if nonce is None:
            bulk, is_new = OfficeBulk.objects.create(actor=actor, **made), True
        else:
            bulk, is_new = OfficeBulk.objects.get_or_create(actor=actor, nonce=nonce, defaults=made)
        if is_new:
            announce(TASK, bulk.pk)
    return bulk


@transaction.atomic
def stop_bulk(bulk: OfficeBulk) -> bool:
    """The rest is left; what is said is said. False where it was over already."""
    bulk = OfficeBulk.objects.select_for_update(of=("self",)).get(pk=bulk.pk)
    if not bulk.is_busy:
        return False
    bulk.state = OfficeBulk.State.STOPPED
    bulk.save(update_fields=["state"])
    return True


def run_bulk(bulk_id: int) -> None:
    """Go on until nothing is left; another worker at the same row waits its turn, and each case is answered once."""
    while step(bulk_id):
        pass


@transaction.atomic
def step(bulk_id: int) -> bool:
    """One case. False where the whole is over."""
    bulk = OfficeBulk.objects.select_for_update(of=("self",)).select_related("actor").filter(pk=bulk_id).first()
    if bulk is None or not bulk.is_busy:
        return False
    if bulk.position >= bulk.total:
        bulk.state = OfficeBulk.State.DONE
        bulk.save(update_fields=["state"])
        return False
    key = bulk.cases[bulk.position]
    with override(bulk.actor.language or None):
        why = _safely(bulk, key)
    if why:
        bulk.troubles[str(key)] = why
    bulk.position += 1
    bulk.touched_at = timezone.now()
    bulk.save(update_fields=["position", "troubles", "touched_at"])
    return True


def _safely(bulk: OfficeBulk, key: int) -> str:
    """Why it was left; empty where it was done. A mistake of ours at one case does not stop the others."""
    try:
        with transaction.atomic():
            _do(bulk, key)
    except Left as left:
        return str(left)
    except MoveNotAllowed:
        return _("changed meanwhile")
    except NotOfBody:
        return _("the colleague does not answer for this body")
    except Exception:
        logger.exception("office bulk %s stumbled over case %s", bulk.pk, key)
        return _("something went wrong; it was left as it is")
    return ""


def _do(bulk: OfficeBulk, key: int) -> None:
    case = own_cases(bulk.actor).filter(pk=key).first()
    if case is None:
        raise Left(_("not at your office any more"))
    order = Order(bulk.action, bulk.values, bulk.actor)
    order.check(case)
    order.carry_out(case)


def announce_abandoned() -> None:
    """What a dead worker or an empty broker left behind."""
    before = timezone.now() - ABANDONED
    left = OfficeBulk.objects.filter(state=OfficeBulk.State.RUNNING, touched_at__lt=before)
    for bulk_id in left.values_list("pk", flat=True):
        announce(TASK, bulk_id)
