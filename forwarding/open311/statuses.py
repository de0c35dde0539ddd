"""What an endpoint's statuses say of a case, in the words of our desk."""

from django.utils.translation import gettext_lazy as _

from forwarding.outward.models import Open311Endpoint

ANSWER, PROMISE, DONE, NOT_OURS, NOTHING = "answer", "promise", "done", "not_ours", "nothing"
OUTCOMES = (ANSWER, PROMISE, DONE, NOT_OURS, NOTHING)

# The two of the specification and mySociety's; others are asked of the endpoint's own list, or are an answer in words.
USUAL = {
    "open": NOTHING,
    "unchanged": NOTHING,
    "for_triage": NOTHING,
    "closed": DONE,
    "fixed": DONE,
    "in_progress": ANSWER,
    "planned": PROMISE,
    "action_scheduled": PROMISE,
    "investigating": ANSWER,
    "duplicate": ANSWER,
    "no_further_action": ANSWER,
    "internal_referral": ANSWER,
    "cancelled": ANSWER,
    "reopen": ANSWER,
    "not_councils_responsibility": NOT_OURS,
}
LABELS = {
    "in_progress": _("in progress"),
    "planned": _("planned"),
    "action_scheduled": _("work is scheduled"),
    "investigating": _("being looked into"),
    "duplicate": _("known already"),
    "no_further_action": _("nothing more will be done"),
    "internal_referral": _("handed on within the body"),
    "cancelled": _("cancelled"),
    "reopen": _("taken up again"),
}


def plain_status(words: str) -> str:
    """ "In Progress" and "IN_PROGRESS" are one."""
    return "_".join(words.lower().replace("-", " ").replace("_", " ").split())[:60]


def outcome_of(status: str, endpoint: Open311Endpoint | None) -> str:
    """One of `OUTCOMES`; "" for a status that nobody has told us the meaning of."""
    own = {plain_status(str(name)): value for name, value in (endpoint.statuses if endpoint else {}).items()}
    found = own.get(status, USUAL.get(status, NOTHING if not status else ""))
    return found if found in OUTCOMES else ""
