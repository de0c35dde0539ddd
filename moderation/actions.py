"""What a moderator decides on a case. Each decision saves what was edited with it, in one transaction.

Raises `MoveNotAllowed` and `ChangedMeanwhile` as the actions of a report do, and `BodyRefused`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Person
from accounts.rights import Right
from forwarding.actions import send_report
from moderation.access import may
from moderation.actions_claims import close_case
from moderation.acts import recorded
from moderation.deeds import note_deed
from moderation.mentions import call_mentioned
from moderation.models import Act, Deed
from moderation.rejecting import reject_texts
from moderation.suggestions import beside_of, bodies_that_refused, first_suggested, rule_for
from municipalities.models import Institution
from reports.actions_desk import ask_info, edit_report, hide_report, note_report, reject_report, restore_report
from reports.actions_merge import separate_report
from reports.actions_photos import mark_photo
from reports.actions_reporter import resubmit_report
from reports.actions_sending import submit_report
from reports.actions_words import read_reply
from reports.lifecycle import MOVES, MoveNotAllowed, Reason, Role, Status
from reports.models import Photo, Report

# The right that an action needs; whoever works at the desk may read and write notes.
RIGHTS = {
    "save": Right.DECIDE,
    "send": Right.DECIDE,
    "ask": Right.DECIDE,
    "reject": Right.DECIDE,
    "resubmit": Right.DECIDE,
    "hide": Right.HIDE,
    "restore": Right.HIDE,
    "hide_photo": Right.EDIT_PHOTOS,
    "show_photo": Right.EDIT_PHOTOS,
}


class BodyRefused(Exception):
    """This body has said "not ours" of this report; only an employee may insist."""


@dataclass(frozen=True)
class Decision:
    """`values` are the edited columns; the rest is what the action of this name needs."""

    action: str
    values: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    institution: Institution | None = None
    also: tuple[Institution, ...] = ()  # who gets it beside `institution`
    reason: Reason | None = None
    photo: Photo | None = None


def _send(report: Report, decision: Decision, actor: Person) -> None:
    body = decision.institution
    assert body is not None  # noqa: S101  (the form asks for one)
    if body.pk in bodies_that_refused(report) and not may(actor, Right.INSIST, report):
        raise BodyRefused
    send_report(
        report,
        body,
        actor=actor,
        responsibility=rule_for(report, body),
        others=beside_of(report, decision.also),
        text=decision.text,
    )


def _reject(report: Report, decision: Decision, actor: Person) -> None:
    reason = decision.reason or Reason.OTHER
    reject_report(report, reason, decision.text or reject_texts(report).get(reason, ""), actor=actor)


def _note(report: Report, decision: Decision, actor: Person) -> None:
    if decision.text:
        note_report(report, decision.text, actor=actor)
        call_mentioned(report, decision.text, actor=actor)


def _mark_photo(report: Report, decision: Decision, actor: Person) -> None:
    if decision.photo:
        mark_photo(decision.photo, hidden=decision.action == "hide_photo", actor=actor)


def _restore(report: Report, decision: Decision, actor: Person) -> None:
    restore = separate_report if report.state == Status.DUPLICATE else restore_report
    restore(report, actor=actor)


ACTIONS: dict[str, Callable[[Report, Decision, Person], object]] = {
    "save": lambda report, decision, actor: None,
    "send": _send,
    "ask": lambda report, decision, actor: ask_info(report, decision.text, actor=actor),
    "reject": _reject,
    "hide": lambda report, decision, actor: hide_report(report, decision.text, actor=actor),
    "restore": _restore,
    "resubmit": lambda report, decision, actor: resubmit_report(report, actor=actor, role=Role.MODERATOR),
    "note": _note,
    "hide_photo": _mark_photo,
    "show_photo": _mark_photo,
}

# What ends the work on a case for now: the next one opens by itself.
FINAL = {"send", "ask", "reject", "hide", "restore", "resubmit"}

_LEADS_TO = {"send": Status.SENT, "ask": Status.NEEDS_INFO, "reject": Status.REJECTED, "hide": Status.HIDDEN}


def possible_actions(report: Report, person: Person) -> set[str]:
    """What the lifecycle lets this moderator do now."""
    return {name for name in _possible(report) if name not in RIGHTS or may(person, RIGHTS[name], report)}


def _possible(report: Report) -> set[str]:
    """Whoever left no address cannot be asked."""
    moves = {new for new, move in MOVES[report.state].items() if Role.MODERATOR in move.roles}
    possible = {"save", "note", "hide_photo", "show_photo"}
    if report.state in (Status.HIDDEN, Status.DUPLICATE):
        return possible | {"restore"}
    possible |= {name for name, new in _LEADS_TO.items() if new in moves}
    if report.state == Status.REJECTED:
        possible.add("resubmit")
    return possible if report.reporter_id else possible - {"ask"}


def _also_touched(report: Report, action: str) -> list[Report]:
    """Hiding an original gives its place to a duplicate; restoring a duplicate takes from its original."""
    if action == "hide":
        return list(report.duplicates.all())
    return [report.original] if action == "restore" and report.original else []


@transaction.atomic
def decide_case(report: Report, decision: Decision, *, actor: Person, version: int) -> Act | None:
    """Save the edits, then act. `version` is the one that the moderator saw. Gives what undoes it."""
    first = first_suggested(report, decision.values) if decision.action == "send" else None
    with recorded(decision.action, report, *_also_touched(report, decision.action), actor=actor) as recording:
        carry_out(report, decision, actor=actor, version=version)
    if first and recording.act:
        first.act, first.chosen = recording.act, decision.institution
        first.save()
    return recording.act


def carry_out(report: Report, decision: Decision, *, actor: Person, version: int) -> None:
    """As `decide_case`, without keeping how to undo it."""
    values = decision.values if may(actor, Right.DECIDE, report) else {}
    report = edit_report(report, values, actor=actor, version=version)
    if decision.action not in possible_actions(report, actor):
        raise MoveNotAllowed(report.state, _LEADS_TO.get(decision.action, report.state), Role.MODERATOR)
    ACTIONS[decision.action](report, decision, actor)
    if decision.action in FINAL:
        read_reply(report)
        close_case(report)


def enter_report(report: Report, photos: list[Photo], *, email: str, actor: Person) -> Report:
    """A report that came by phone, letter or in person, for somebody who is told by mail if there is an address.

    It stands in the queue at once. Without a photo the way it came is the reason.
    """
    report.reporter = Person.objects.for_address(email) if email else None
    if not photos and not report.no_photo_reason:
        with override(settings.LANGUAGE_CODE):
            report.no_photo_reason = _("It came without a photo.")
    with transaction.atomic():
        entered = submit_report(report, photos, actor=actor, confirmed=True, role=Role.MODERATOR)
        if entered is report:  # not the same form, sent twice
            note_deed(Deed.Kind.ENTER, actor=actor, report=entered)
    return entered
