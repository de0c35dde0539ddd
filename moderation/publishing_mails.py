"""Answers of bodies that leave no doubt are published by rule, as an act by nobody: undoable, looked at again.

Which those are, `forwarding.mailrule` says when the mail comes in; it is asked once more before anything is published.
"""

from datetime import timedelta

from django.utils import timezone

from forwarding.actions_mails import AlreadyHandled, note_why_not, publish_mail_by_rule
from forwarding.incoming import BY_RULE_TASK, RECIPIENT_HEADERS
from forwarding.mailparts import addresses, parse
from forwarding.mailrule import why_not_by_rule
from forwarding.models import IncomingMail
from moderation.acts import recorded
from reports.lifecycle import MoveNotAllowed
from reports.outbox import announce

FORGOTTEN_AFTER = timedelta(minutes=2)
SWEEP_LIMIT = 100

_waiting = IncomingMail.objects.filter(state=IncomingMail.State.TO_READ, why=IncomingMail.Why.FITS)


def publish_by_rule(mail_id: int) -> bool:
    """False where a moderator has to look at it, or somebody has dealt with it."""
    mail = _waiting.select_related("assignment__institution", "assignment__report").filter(pk=mail_id).first()
    if mail is None or mail.assignment is None:
        return False
    raw = bytes(mail.raw)
    message = parse(raw)
    why = why_not_by_rule(message, raw, mail.text, addresses(message, *RECIPIENT_HEADERS), mail.assignment)
    if why:
        note_why_not(mail, why)
        return False
    try:
        with recorded("publish_mail", mail.assignment.report, actor=None):
            publish_mail_by_rule(mail)
    except AlreadyHandled:
        return False
    except MoveNotAllowed:
        note_why_not(mail, IncomingMail.Why.CASE_MOVED)
        return False
    return True


def announce_forgotten() -> None:
    """Of a worker that died, or a broker that was empty."""
    old = _waiting.filter(received_at__lt=timezone.now() - FORGOTTEN_AFTER).order_by("received_at", "pk")
    for mail_id in old.values_list("pk", flat=True)[:SWEEP_LIMIT]:
        announce(BY_RULE_TASK, mail_id)
