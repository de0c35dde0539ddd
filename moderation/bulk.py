"""Decisions on many reports: what would change, doing it one by one, and undoing it as one."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.models import Person
from accounts.rights import Right
from moderation.access import may
from moderation.actions import BodyRefused, Decision, decide_case, possible_actions
from moderation.acts import CannotUndo, undo_act
from moderation.models import Act, Bulk
from moderation.suggestions import Choice, choices_for
from municipalities.models import Category
from reports.actions import ChangedMeanwhile
from reports.lifecycle import MoveNotAllowed, Reason, Status
from reports.models import Report
from reports.outbox import announce

logger = logging.getLogger(__name__)

AT_MOST = 200
TASK = "moderation.run_bulk"
ABANDONED = timedelta(minutes=1)
# The decision that each action is for one report.
DECISIONS = {Bulk.Action.CATEGORY: "save"}


class Left(Exception):
    """This report is left as it is; the text says why."""


@dataclass(frozen=True)
class Change:
    """What would become of one report: `was` → `becomes`, or why it is left."""

    report: Report
    was: str = ""
    becomes: str = ""
    left: str = ""


def plan(reports: list[Report], action: str, values: dict[str, Any], person: Person) -> list[Change]:
    """Changes nothing."""
    changes = []
    for report in reports:
        try:
            decision = decision_for(report, action, values, person)
        except Left as why:
            changes.append(Change(report, left=str(why)))
        else:
            changes.append(Change(report, *_in_words(report, action, decision)))
    return changes


def _in_words(report: Report, action: str, decision: Decision) -> tuple[str, str]:
    match action:
        case Bulk.Action.CATEGORY:
            return str(report.category or "–"), str(decision.values["category"])
        case Bulk.Action.SEND:
            return report.get_status_display(), str(decision.institution)
        case Bulk.Action.NOTE:
            return "", decision.text
    becomes = {
        Bulk.Action.REJECT: Status.REJECTED.label,
        Bulk.Action.HIDE: Status.HIDDEN.label,
        Bulk.Action.RESTORE: Status(report.status_before or Status.SUBMITTED).label,
    }[Bulk.Action(action)]
    return report.get_status_display(), str(becomes)


def decision_for(report: Report, action: str, values: dict[str, Any], person: Person) -> Decision:
    """Raises `Left`."""
    if not may(person, Right.BULK, report):
        raise Left(_("you may not decide on many at once here"))
    name = DECISIONS.get(Bulk.Action(action), action)
    is_hidden = report.status == Status.HIDDEN
    if name not in possible_actions(report, person) or (action == Bulk.Action.RESTORE and not is_hidden):
        raise Left(_("not possible from “%(status)s”") % {"status": report.get_status_display()})
    text = values.get("text", "")
    match action:
        case Bulk.Action.CATEGORY:
            category = Category.objects.filter(pk=values["category"]).first()
            if category is None or category == report.category:
                raise Left(_("has it already"))
            return Decision(name, values={"category": category})
        case Bulk.Action.SEND:
            if report.category is None:
                raise Left(_("without a category"))
            best, beside = sure_bodies(report)
            return Decision(
                name,
                values={"title": report.title or report.heading},
                institution=best.institution,
                also=tuple(one.institution for one in beside),
            )
        case Bulk.Action.REJECT:
            return Decision(name, reason=Reason(values["reason"]), text=text)
    return Decision(name, text=text)


def sure_bodies(report: Report) -> tuple[Choice, list[Choice]]:
    """Who leads, and who gets it beside."""
    choices = choices_for(report, report.point, report.category, report.address)
    best = next((choice for choice in choices.bodies if not choice.has_refused), None)
    if best is None:
        raise Left(_("no body is suggested"))
    return best, choices.beside


def start_bulk(
    reports: list[Report], action: str, values: dict[str, Any], *, actor: Person, nonce: UUID | None = None
) -> Bulk:
    """The one that there is where the form was sent before."""
    with transaction.atomic():
        made = {"action": action, "values": values, "reports": [report.pk for report in reports][:AT_MOST]}
        if nonce is None:
            bulk, is_new = Bulk.objects.create(actor=actor, **made), True
        else:
            bulk, is_new = Bulk.objects.get_or_create(actor=actor, nonce=nonce, defaults=made)
        if is_new:
            announce(TASK, bulk.pk)
    return bulk


@transaction.atomic
def undo_bulk(bulk: Bulk) -> bool:
    """What is done so far, also while the rest is under way, which is then left. False where that was done before."""
    bulk = Bulk.objects.select_for_update(of=("self",)).get(pk=bulk.pk)
    if bulk.state not in (Bulk.State.RUNNING, Bulk.State.DONE):
        return False
    bulk.reports = bulk.reports[: bulk.position]
    bulk.state, bulk.position, bulk.troubles, bulk.touched_at = Bulk.State.UNDOING, 0, {}, timezone.now()
    bulk.save(update_fields=["reports", "state", "position", "troubles", "touched_at"])
    announce(TASK, bulk.pk)
    return True


def run_bulk(bulk_id: int) -> None:
    """Go on until nothing is left; another worker at the same row waits its turn, and each report is done once."""
    while step(bulk_id):
        pass


@transaction.atomic
def step(bulk_id: int) -> bool:
    """One report. False where the whole is done."""
    bulk = Bulk.objects.select_for_update(of=("self",)).select_related("actor").filter(pk=bulk_id).first()
    if bulk is None or not bulk.is_busy:
        return False
    is_undo = bulk.state == Bulk.State.UNDOING
    if bulk.position >= bulk.total:
        bulk.state = Bulk.State.UNDONE if is_undo else Bulk.State.DONE
        bulk.save(update_fields=["state"])
        return False
    key = bulk.reports[-1 - bulk.position] if is_undo else bulk.reports[bulk.position]
    with override(bulk.actor.language or None):
        why = _safely(_undo_one if is_undo else _do_one, bulk, key)
    if why:
        bulk.troubles[str(key)] = why
    bulk.position += 1
    bulk.touched_at = timezone.now()
    bulk.save(update_fields=["position", "troubles", "touched_at"])
    return True


def _safely(act: Callable[[Bulk, int], str], bulk: Bulk, key: int) -> str:
    """A mistake of ours at one report stops neither the others nor the whole for good."""
    try:
        with transaction.atomic():
            return act(bulk, key)
    except Exception:
        logger.exception("bulk %s stumbled over report %s", bulk.pk, key)
        return _("something went wrong; it was left as it is")


CHANGED: Promise = gettext_lazy("changed meanwhile")


def _do_one(bulk: Bulk, key: int) -> str:
    """Why it was left; empty where it was done."""
    desk = Report.objects.for_desk_of(bulk.actor).select_related("category__parent", "area", "reporter")
    report = desk.filter(pk=key).first()
    if report is None:
        return _("not at your desk any more")
    try:
        with transaction.atomic():
            decision = decision_for(report, bulk.action, bulk.values, bulk.actor)
            act = decide_case(report, decision, actor=bulk.actor, version=report.version)
            if act is not None:
                act.bulk = bulk
                act.save(update_fields=["bulk"])
    except Left as left:
        return str(left)
    except BodyRefused:
        return _("the body has said that it is not theirs")
    except (ChangedMeanwhile, MoveNotAllowed):
        return str(CHANGED)
    return ""


def _undo_one(bulk: Bulk, key: int) -> str:
    act = Act.objects.filter(bulk=bulk, report=key, undone_at=None).order_by("-pk").first()
    if act is None:
        return ""
    try:
        undo_act(act, actor=bulk.actor)
    except CannotUndo as error:
        return str(error)
    return ""


def announce_abandoned() -> None:
    """What a dead worker or an empty broker left behind."""
    before = timezone.now() - ABANDONED
    left = Bulk.objects.filter(state__in=[Bulk.State.RUNNING, Bulk.State.UNDOING], touched_at__lt=before)
    for bulk_id in left.values_list("pk", flat=True):
        announce(TASK, bulk_id)
