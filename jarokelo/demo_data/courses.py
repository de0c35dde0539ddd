"""The course that a sample report's life takes, one for each status that it may have reached."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from jarokelo.demo_data import stories
from jarokelo.demo_data.lives import Life
from reports.lifecycle import EventKind, Proof, Reason, Role, Status
from reports.models import Assignment, Photo


def waits_at_desk(life: Life, number: int) -> None:
    if number in (3, 6):  # left empty by the reporter, to be set at the desk
        life.report.title = life.report.original_title = ""
        life.report.category = None


def is_asked(life: Life, number: int) -> None:
    life.wait(0.1, 1.5)
    life.move(
        EventKind.INFO_ASKED,
        Status.NEEDS_INFO,
        Role.MODERATOR,
        actor=life.moderator,
        text=life.pick(stories.QUESTIONS),
    )


def is_rejected(life: Life, number: int) -> None:
    life.wait(0.1, 1.5)
    reason, text = list(stories.REJECTIONS.items())[number % len(stories.REJECTIONS)]
    life.report.reason = reason
    life.move(EventKind.REJECTED, Status.REJECTED, Role.MODERATOR, actor=life.moderator, text=text, reason=reason)


def is_sent(life: Life, number: int) -> None:
    # A body that refuses, one that has no contact, and ones that say "not ours".
    slug = life.report.category.slug if life.report.category else ""
    body = {"graffiti": "posters", "litter": "estate"}.get(slug, "") if number % 2 else ""
    life.publish(body)
    if number % 13 == 5 and not body:
        life.refuse()
        if number % 2:
            life.wait(0.2, 2)
            life.send(second=True)


def is_in_progress(life: Life, number: int) -> None:
    life.publish()
    if number % 5 == 4 or life.report.is_private:
        life.answer()
    else:
        life.promise(timezone.localdate(life.now) + timedelta(days=life.rng.choice([-17, -4, 3, 9, 20, 34])))
    if number % 11 == 2:
        life.say_done()
        is_denied(life)


def is_denied(life: Life) -> None:
    life.wait(1, 6)
    life.report.promised_on = None
    if life.lead:
        life.lead.promised_on = None
    life.move(
        EventKind.NOT_SOLVED,
        Status.IN_PROGRESS,
        Role.REPORTER,
        actor=life.report.reporter,
        text=life.pick(stories.STILL_BROKEN),
    )


def waits_for_confirmation(life: Life, number: int) -> None:
    life.publish()
    if number % 3:
        life.answer()
    life.say_done()


def is_solved(life: Life, number: int) -> None:
    life.publish()
    if number % 9 == 4:
        life.refuse()
        life.wait(0.5, 3)
        life.send(second=True)
    if number % 3:
        life.answer()
    life.say_done()
    if number % 12 == 6:
        is_denied(life)
        life.say_done()
    proof = [Proof.REPORTER, Proof.STATED, Proof.REPORTER, Proof.PHOTO, Proof.STATED][number % 5]
    role = {Proof.REPORTER: Role.REPORTER, Proof.STATED: Role.SYSTEM, Proof.PHOTO: Role.CITIZEN}[proof]
    if proof == Proof.STATED:
        life.pass_days(30)
    else:
        life.wait(0.5, 9)
    thanks = "" if proof == Proof.STATED else life.pick(stories.THANKS)
    actor = life.report.reporter if proof == Proof.REPORTER else None
    event = life.move(EventKind.SOLVED, Status.SOLVED, role, actor=actor, text=thanks, proof=proof)
    if proof == Proof.PHOTO:
        life.show_repair(event, Photo.Kind.PROOF)
    life.report.proof = proof
    life.end(Assignment.Outcome.DONE)


def is_unresolved(life: Life, number: int) -> None:
    life.publish()
    reasons = [Reason.NO_ANSWER, Reason.NO_SOLUTION, Reason.PROMISE_NOT_KEPT, Reason.NO_ANSWER, Reason.CANNOT]
    reason = Reason.NOBODY if number % 17 == 9 else reasons[number % 5]
    role, actor, text, outcome = Role.SYSTEM, None, "", Assignment.Outcome.ENDED
    if reason == Reason.NO_ANSWER:
        life.pass_days(60)
    elif reason == Reason.NO_SOLUTION:
        life.answer()
        life.pass_days(120)
    elif reason == Reason.PROMISE_NOT_KEPT:
        life.promise((life.clock + timedelta(days=40)).date())
        life.pass_days(70)
    elif reason == Reason.CANNOT:
        role, text, outcome = Role.OFFICER, stories.CANNOT, Assignment.Outcome.CANNOT
        life.wait(8, 25)
        life.hear()
    else:
        life.refuse()
        role, actor = Role.MODERATOR, life.moderator
        life.wait(3, 9)
    life.report.needs_rerouting = False
    life.end(outcome)
    life.report.reason = reason
    life.move(EventKind.UNRESOLVED, Status.UNRESOLVED, role, actor=actor, text=text, reason=reason)


def is_answered(life: Life, number: int) -> None:
    life.publish()
    life.wait(1, 24)
    life.hear()
    text = stories.ANSWERS_TO_QUESTIONS[number % len(stories.ANSWERS_TO_QUESTIONS)]
    life.move(EventKind.ANSWERED, Status.ANSWERED, Role.OFFICER, text=text)
    life.end(Assignment.Outcome.ENDED)


def is_delivered(life: Life, number: int) -> None:
    life.publish()
    life.clock += timedelta(minutes=2)
    life.move(EventKind.DELIVERED, Status.DELIVERED, Role.SYSTEM)
    life.end(Assignment.Outcome.ENDED)


def is_duplicate(life: Life, number: int) -> None:
    life.wait(0.1, 1.5)
    life.report.status_before = Status.SUBMITTED
    life.report.published_at = life.clock
    life.move(EventKind.DUPLICATE, Status.DUPLICATE, Role.MODERATOR, actor=life.moderator)


def is_hidden(life: Life, number: int) -> None:
    life.publish()
    life.wait(1, 9)
    life.report.status_before = Status.SENT
    life.move(
        EventKind.HIDDEN, Status.HIDDEN, Role.MODERATOR, actor=life.moderator, text="A kapucsengőn nevek látszanak."
    )


def is_withdrawn(life: Life, number: int) -> None:
    life.clock += timedelta(minutes=life.rng.randint(3, 400))
    life.move(EventKind.WITHDRAWN, Status.WITHDRAWN, Role.REPORTER, actor=life.report.reporter)


COURSES: dict[Status, Callable[[Life, int], None]] = {
    Status.SUBMITTED: waits_at_desk,
    Status.NEEDS_INFO: is_asked,
    Status.REJECTED: is_rejected,
    Status.SENT: is_sent,
    Status.IN_PROGRESS: is_in_progress,
    Status.AWAITING_CONFIRMATION: waits_for_confirmation,
    Status.SOLVED: is_solved,
    Status.UNRESOLVED: is_unresolved,
    Status.DUPLICATE: is_duplicate,
    Status.HIDDEN: is_hidden,
    Status.WITHDRAWN: is_withdrawn,
    Status.ANSWERED: is_answered,
    Status.DELIVERED: is_delivered,
}
