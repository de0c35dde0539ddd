"""The life of a report, written once: which moves exist, who may make them, what they tell whom.

Nothing else decides. `MOVES[from][to]` is a `Move`: the roles that may make it and the event it
writes. `NOT_OF_KIND` says which statuses a problem, a question or a praise never reaches.
`EVENTS[kind]` says of an event whether the public sees it, which mail it sends to the reporter and
the followers, whether the responsible body is told, and the sentence on the timeline. `ENDINGS` says
what surely ends each open status.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("report status", "Draft")
    UNCONFIRMED = "unconfirmed", pgettext_lazy("report status", "Unconfirmed")
    SUBMITTED = "submitted", pgettext_lazy("report status", "New")
    NEEDS_INFO = "needs_info", pgettext_lazy("report status", "Needs more info")
    REJECTED = "rejected", pgettext_lazy("report status", "Not published")
    SENT = "sent", pgettext_lazy("report status", "Reported")
    IN_PROGRESS = "in_progress", pgettext_lazy("report status", "In progress")
    AWAITING_CONFIRMATION = "awaiting_confirmation", pgettext_lazy("report status", "Awaiting confirmation")
    SOLVED = "solved", pgettext_lazy("report status", "Solved")
    UNRESOLVED = "unresolved", pgettext_lazy("report status", "Unresolved")
    ANSWERED = "answered", pgettext_lazy("report status", "Answered")
    DELIVERED = "delivered", pgettext_lazy("report status", "Thanked")
    DUPLICATE = "duplicate", pgettext_lazy("report status", "Duplicate")
    WITHDRAWN = "withdrawn", pgettext_lazy("report status", "Withdrawn")
    HIDDEN = "hidden", pgettext_lazy("report status", "Hidden")

    @property
    def is_public(self) -> bool:
        """The page exists for everybody (of a private report for nobody but its own people)."""
        return self in PUBLIC

    @property
    def is_open(self) -> bool:
        return self in OPEN

    @property
    def is_with_body(self) -> bool:
        """The responsible body has it and may answer."""
        return self in WITH_BODY


S = Status
LISTED = (S.SENT, S.IN_PROGRESS, S.AWAITING_CONFIRMATION, S.SOLVED, S.UNRESOLVED, S.ANSWERED, S.DELIVERED)
PUBLIC = (*LISTED, S.DUPLICATE)
WITH_BODY = (S.SENT, S.IN_PROGRESS, S.AWAITING_CONFIRMATION)
OPEN = (S.DRAFT, S.UNCONFIRMED, S.SUBMITTED, S.NEEDS_INFO, *WITH_BODY)
CLOSED = (S.SOLVED, S.UNRESOLVED, S.ANSWERED, S.DELIVERED)


class Kind(models.TextChoices):
    """What a report is: each kind ends in its own way, and only problems are ever solved."""

    PROBLEM = "problem", _("problem")
    QUESTION = "question", _("question")
    PRAISE = "praise", _("praise")


NOT_OF_KIND: dict[Kind, frozenset[Status]] = {
    Kind.PROBLEM: frozenset({S.ANSWERED, S.DELIVERED}),
    Kind.QUESTION: frozenset({S.AWAITING_CONFIRMATION, S.SOLVED, S.DELIVERED}),
    Kind.PRAISE: frozenset({S.IN_PROGRESS, S.AWAITING_CONFIRMATION, S.SOLVED, S.UNRESOLVED, S.ANSWERED}),
}
# Where a body's first answer leads.
ANSWER_LEADS_TO = {Kind.PROBLEM: S.IN_PROGRESS, Kind.QUESTION: S.ANSWERED, Kind.PRAISE: S.DELIVERED}


class Role(models.TextChoices):
    REPORTER = "reporter", _("reporter")
    CITIZEN = "citizen", _("citizen")  # a passer-by; proofs go through a moderator
    OFFICER = "officer", _("officer")
    MODERATOR = "moderator", _("moderator")
    SYSTEM = "system", _("the system")


class EventKind(models.TextChoices):
    CONFIRMATION_ASKED = "confirmation_asked", _("Confirmation asked")
    RECEIVED = "received", _("Received")
    INFO_ASKED = "info_asked", _("More info asked")
    INFO_GIVEN = "info_given", _("Info given")
    WORD_ASKED = "word_asked", _("A word to the reporter")
    WORD_GIVEN = "word_given", _("A word of the reporter")
    REJECTED = "rejected", _("Not published")
    RESUBMITTED = "resubmitted", _("Sent in again")
    SENT = "sent", _("Forwarded")
    ALSO_SENT = "also_sent", _("Forwarded to another body, too")
    PUBLISHED = "published", _("Published, not forwarded")
    REPEATED = "repeated", _("Forwarded once more")
    RECALLED = "recalled", _("Recalled")
    ANSWERED = "answered", _("Answered")
    PROMISED = "promised", _("Date promised")
    DONE_SAID = "done_said", _("Said to be done")
    NOT_OURS = "not_ours", _("Said not to be theirs")
    HANDED_OVER = "handed_over", _("Handed over to another body")
    HANDED_BACK = "handed_back", _("Handed back")
    ACCEPTED = "accepted", _("Accepted")
    SOLVED = "solved", _("Solved")
    NOT_SOLVED = "not_solved", _("Said not to be solved")
    REOPENED = "reopened", _("Reopened")
    UNRESOLVED = "unresolved", _("Unresolved")
    DUPLICATE = "duplicate", _("Marked as duplicate")
    MERGED = "merged", _("Joined with another report")
    SEPARATED = "separated", _("Stands by itself again")
    SPLIT = "split", _("Split")
    SPLIT_OFF = "split_off", _("Split off")
    HIGHLIGHTED = "highlighted", _("Highlighted")
    HIGHLIGHT_ENDED = "highlight_ended", _("Not highlighted any more")
    HIDDEN = "hidden", _("Hidden")
    RESTORED = "restored", _("Restored")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DELIVERED = "delivered", _("Thanks delivered")
    EDITED = "edited", _("Edited")
    NOTED = "noted", _("Internal note")
    LINK_ASKED = "link_asked", _("New link asked")
    LETTER_AGAIN = "letter_again", _("Letter sent again")
    LETTER_ELSEWHERE = "letter_elsewhere", _("Letter sent elsewhere")
    LETTER_POSTED = "letter_posted", _("Letter sent by post")
    LETTER_DROPPED = "letter_dropped", _("Letter cancelled")
    PHOTOS_ADDED = "photos_added", _("Photos added")
    PHOTOS_SHOWN = "photos_shown", _("Added photos shown")
    CONFIRMATION_REMINDED = "confirm_reminded", _("Confirmation asked again")
    ALARMED = "alarmed", _("Employees called")
    DELAY_TOLD = "delay_told", _("Delay told")
    INFO_REMINDED = "info_reminded", _("Reminded of the question")
    PROGRESS_ASKED = "progress_asked", _("Reporter asked how it stands")
    SOLVED_ASKED_AGAIN = "solved_asked", _("Reporter asked again whether it is solved")
    BODY_REMINDED = "body_reminded", _("Body reminded of its answer")
    ESCALATED = "escalated", _("Second contact told")
    DATE_ASKED = "date_asked", _("Body asked for a date")
    PROMISE_ASKED = "promise_asked", _("Body asked about its promise")
    RAN_OUT = "ran_out", _("A further body's term is over")
    ADOPTED = "adopted", _("Clocks started")

    COMMENTED = "commented", _("Commented")
    COMMENT_DECIDED = "comment_decided", _("Comment looked at")
    ADDRESS_ASKED = "address_asked", _("A guest's address asked")
    SIGHTING_GIVEN = "sighting_given", _("A passer-by's word came")
    SIGHTING_DECIDED = "sighting_decided", _("A passer-by's word looked at")
    FLAG_DECIDED = "flag_decided", _("Flag looked at")
    TAKEN_BACK = "taken_back", _("Taken back")
    UNDONE = "undone", _("Undone")


class Proof(models.TextChoices):
    """Who says that it is solved."""

    REPORTER = "reporter", _("confirmed by the reporter")
    PHOTO = "photo", _("proven by a passer-by's photo")
    STATED = "stated", _("as stated by the body, not confirmed by a citizen")


class Reason(models.TextChoices):
    """Why a report ended unresolved, or was not published."""

    NO_ANSWER = "no_answer", _("no answer came")
    PROMISE_NOT_KEPT = "promise_not_kept", _("the promise was not kept")
    NO_SOLUTION = "no_solution", _("no solution was reported")
    CANNOT = "cannot", _("it cannot be solved")
    NOBODY = "nobody", _("nobody is responsible")
    NOT_A_PROBLEM = "not_a_problem", _("it is not a problem of public space")
    NO_PLACE = "no_place", _("the place cannot be found out")
    PERSONAL = "personal", _("it holds personal data or offends somebody")
    EMERGENCY = "emergency", _("it is a case for the emergency services")
    NO_INFO = "no_info", _("what was asked for did not come")
    OTHER = "other", _("other")


UNRESOLVED_REASONS = (
    Reason.NO_ANSWER,
    Reason.PROMISE_NOT_KEPT,
    Reason.NO_SOLUTION,
    Reason.CANNOT,
    Reason.NOBODY,
)
REJECTION_REASONS = (
    Reason.NOT_A_PROBLEM,
    Reason.NO_PLACE,
    Reason.PERSONAL,
    Reason.EMERGENCY,
    Reason.OTHER,
)


class EventRule(NamedTuple):
    sentence: Promise  # on the timeline; may use %(institution)s, %(from)s, %(reason)s, %(date)s, %(proof)s
    is_public: bool = False
    mail: str = ""  # template of the mail to the reporter; "" is none
    followers: bool = False  # the same mail goes to the followers
    tells_body: bool = False  # a dispatch to the leading assignment's contact


E = EventKind
EVENTS: dict[EventKind, EventRule] = {
    E.CONFIRMATION_ASKED: EventRule(_("Sent in; the address waits for confirmation."), mail="confirm"),
    E.RECEIVED: EventRule(_("The report arrived."), is_public=True, mail="received"),
    E.INFO_ASKED: EventRule(_("A volunteer asked the reporter for more."), mail="needs_info"),
    E.INFO_GIVEN: EventRule(_("The reporter completed the report.")),
    E.WORD_ASKED: EventRule(_("A volunteer wrote to the reporter."), mail="word"),
    E.WORD_GIVEN: EventRule(_("The reporter wrote to the volunteers.")),
    E.REJECTED: EventRule(_("Not published: %(reason)s."), mail="rejected"),
    E.RESUBMITTED: EventRule(_("The report was sent in again.")),
    E.SENT: EventRule(_("Forwarded to %(institution)s."), is_public=True, mail="sent", followers=True, tells_body=True),
    E.ALSO_SENT: EventRule(_("%(institution)s got it, too."), is_public=True, tells_body=True),
    E.PUBLISHED: EventRule(
        _("Published; it was not forwarded, because %(institution)s does not take our reports."),
        is_public=True,
        mail="sent",
        followers=True,
    ),
    E.REPEATED: EventRule(_("Forwarded to %(institution)s once more."), is_public=True, tells_body=True),
    E.RECALLED: EventRule(
        _("We asked %(institution)s to disregard it, and look for the body that is responsible."),
        is_public=True,
        mail="recalled",
        tells_body=True,
    ),
    E.ANSWERED: EventRule(_("%(institution)s answered."), is_public=True, mail="answered", followers=True),
    E.PROMISED: EventRule(
        _("%(institution)s promised a solution by %(date)s."),
        is_public=True,
        mail="in_progress",
        followers=True,
    ),
    E.DONE_SAID: EventRule(
        _("%(institution)s says that it is done."), is_public=True, mail="done_said", followers=True
    ),
    E.NOT_OURS: EventRule(_("%(institution)s says that it is not theirs; we are looking for who is."), is_public=True),
    E.HANDED_OVER: EventRule(
        _("%(from)s handed it over to %(institution)s."),
        is_public=True,
        mail="handed_over",
        followers=True,
        tells_body=True,
    ),
    E.HANDED_BACK: EventRule(
        _("%(from)s says that it is not theirs: %(institution)s has it again."), is_public=True, tells_body=True
    ),
    E.ACCEPTED: EventRule(_("%(institution)s took it over.")),
    E.SOLVED: EventRule(_("Solved, %(proof)s."), is_public=True, mail="solved", followers=True, tells_body=True),
    E.NOT_SOLVED: EventRule(
        _("A citizen says that it is not solved."), is_public=True, followers=True, tells_body=True
    ),
    E.REOPENED: EventRule(_("Reopened."), is_public=True, mail="in_progress", followers=True, tells_body=True),
    E.UNRESOLVED: EventRule(_("Unresolved: %(reason)s."), is_public=True, mail="unresolved", followers=True),
    # The body hears of it only where it has the duplicate: `merge_reports` names no assignment otherwise.
    E.DUPLICATE: EventRule(
        _("The same problem was reported before."), is_public=True, mail="duplicate", tells_body=True
    ),
    E.MERGED: EventRule(
        _("The same problem was reported again; that report was joined with this one."), is_public=True
    ),
    E.SEPARATED: EventRule(
        _("It is no duplicate any more: it stands by itself."), is_public=True, mail="separated", tells_body=True
    ),
    E.SPLIT: EventRule(_("A part of it became a report of its own."), is_public=True),
    E.SPLIT_OFF: EventRule(_("It was split off from a report that told of two things."), is_public=True, mail="split"),
    E.HIGHLIGHTED: EventRule(_("Highlighted until %(date)s.")),
    E.HIGHLIGHT_ENDED: EventRule(_("Not highlighted any more.")),
    E.HIDDEN: EventRule(_("Hidden by a moderator.")),
    E.RESTORED: EventRule(_("Restored by a moderator.")),
    E.WITHDRAWN: EventRule(_("Withdrawn."), tells_body=True),
    E.DELIVERED: EventRule(_("%(institution)s has got the thanks."), is_public=True),
    E.EDITED: EventRule(_("Edited.")),
    E.NOTED: EventRule(_("Internal note.")),
    E.LINK_ASKED: EventRule(_("The body asked for a new link."), tells_body=True),
    E.LETTER_AGAIN: EventRule(_("A letter to %(institution)s that had not arrived was sent again.")),
    E.LETTER_ELSEWHERE: EventRule(_("A letter to %(institution)s was sent to another address of theirs.")),
    E.LETTER_POSTED: EventRule(_("A letter to %(institution)s went by post on %(date)s.")),
    E.LETTER_DROPPED: EventRule(_("A letter to %(institution)s was cancelled.")),
    E.PHOTOS_ADDED: EventRule(_("The reporter sent more photos; a volunteer looks at them first.")),
    E.PHOTOS_SHOWN: EventRule(_("The reporter added photos."), is_public=True),
    E.CONFIRMATION_REMINDED: EventRule(_("The address was asked for its confirmation again."), mail="confirm"),
    E.ALARMED: EventRule(_("It waits for a moderator for too long; the employees were called.")),
    E.DELAY_TOLD: EventRule(_("The reporter was told that it takes longer."), mail="delayed"),
    E.INFO_REMINDED: EventRule(_("The reporter was reminded of the question."), mail="info_reminded"),
    E.PROGRESS_ASKED: EventRule(_("The reporter was asked how it stands."), mail="progress_asked"),
    E.SOLVED_ASKED_AGAIN: EventRule(_("The reporter was asked again whether it is solved."), mail="solved_asked"),
    E.BODY_REMINDED: EventRule(_("%(institution)s was reminded of its answer."), tells_body=True),
    E.ESCALATED: EventRule(
        _("%(institution)s has not answered in time: we wrote again, to its second contact where there is one."),
        is_public=True,
        tells_body=True,
    ),
    E.DATE_ASKED: EventRule(_("%(institution)s was asked by when it will be done."), tells_body=True),
    E.PROMISE_ASKED: EventRule(_("%(institution)s was asked about the promised day."), tells_body=True),
    E.RAN_OUT: EventRule(_("Nothing more is awaited of %(institution)s: %(reason)s."), is_public=True),
    E.ADOPTED: EventRule(_("The clocks of this report were started.")),
    # People's words under a report: on the page they have a place of their own, so that the timeline stays short.
    E.COMMENTED: EventRule(_("Somebody commented."), mail="commented", followers=True),
    E.COMMENT_DECIDED: EventRule(_("A moderator looked at a comment.")),
    E.ADDRESS_ASKED: EventRule(_("A guest's address waits for confirmation."), mail="talk_confirm"),
    E.SIGHTING_GIVEN: EventRule(_("A passer-by says how it stands; a volunteer looks at it first.")),
    E.SIGHTING_DECIDED: EventRule(_("A moderator looked at a passer-by's word."), mail="sighting_no"),
    E.FLAG_DECIDED: EventRule(_("A moderator looked at what people had pointed at.")),
    E.TAKEN_BACK: EventRule(
        _("A volunteer took the last step back: the report is what it was before."), is_public=True, tells_body=True
    ),
    E.UNDONE: EventRule(_("A moderator undid it.")),
}


# What bodies write to each other: for them and for the desk.
BETWEEN_BODIES = (E.HANDED_OVER, E.HANDED_BACK)

# The letters that bring a report to a body.
BRINGS = (E.SENT, E.ALSO_SENT, E.HANDED_OVER, E.HANDED_BACK)
# What a body says that has the report beside the leading one: of its own part, and in an event "answered".
SAID_BESIDE: dict[str, Promise] = {
    "promised": _("%(institution)s promised its part by %(date)s."),
    "done": _("%(institution)s says that its part is done."),
    "cannot": _("%(institution)s says that its part cannot be solved."),
    "not_ours": _("%(institution)s says that it has no part in it."),
}


@dataclass(frozen=True)
class Move:
    event: EventKind
    roles: frozenset[Role]


def _by(event: EventKind, *roles: Role) -> Move:
    return Move(event, frozenset(roles))


R = Role
_duplicate = _by(E.DUPLICATE, R.MODERATOR)
_hidden = _by(E.HIDDEN, R.MODERATOR)
_restored = _by(E.RESTORED, R.MODERATOR)
# By itself where the original left the site and this one takes its place.
_separated = _by(E.SEPARATED, R.MODERATOR, R.SYSTEM)

_with_body: dict[Status, Move] = {
    S.SENT: _by(E.SENT, R.OFFICER, R.MODERATOR),
    S.IN_PROGRESS: _by(E.ANSWERED, R.OFFICER, R.MODERATOR),
    S.AWAITING_CONFIRMATION: _by(E.DONE_SAID, R.OFFICER, R.MODERATOR),
    S.UNRESOLVED: _by(E.UNRESOLVED, R.OFFICER, R.MODERATOR, R.SYSTEM),
    S.SOLVED: _by(E.SOLVED, R.REPORTER, R.CITIZEN, R.MODERATOR),
    S.ANSWERED: _by(E.ANSWERED, R.OFFICER, R.MODERATOR),
    S.DELIVERED: _by(E.DELIVERED, R.OFFICER, R.MODERATOR, R.SYSTEM),
    S.DUPLICATE: _duplicate,
    S.HIDDEN: _hidden,
    S.WITHDRAWN: _by(E.WITHDRAWN, R.REPORTER, R.MODERATOR),
}
_closed: dict[Status, Move] = {
    S.IN_PROGRESS: _by(E.REOPENED, R.REPORTER, R.CITIZEN, R.MODERATOR),
    S.SENT: _by(E.SENT, R.MODERATOR),
    S.HIDDEN: _hidden,
}

MOVES: dict[Status, dict[Status, Move]] = {
    S.DRAFT: {
        S.SUBMITTED: _by(E.RECEIVED, R.REPORTER),
        S.UNCONFIRMED: _by(E.CONFIRMATION_ASKED, R.REPORTER),
    },
    S.UNCONFIRMED: {S.SUBMITTED: _by(E.RECEIVED, R.REPORTER)},
    S.SUBMITTED: {
        S.SENT: _by(E.SENT, R.MODERATOR, R.SYSTEM),  # by rule, of somebody trusted (`moderation.publishing`)
        S.DELIVERED: _by(E.PUBLISHED, R.MODERATOR),  # a praise of a body that takes no letters: being read is its end
        S.NEEDS_INFO: _by(E.INFO_ASKED, R.MODERATOR),
        S.REJECTED: _by(E.REJECTED, R.MODERATOR),
        S.DUPLICATE: _duplicate,
        S.HIDDEN: _hidden,
        S.WITHDRAWN: _by(E.WITHDRAWN, R.REPORTER),
    },
    S.NEEDS_INFO: {
        S.SUBMITTED: _by(E.INFO_GIVEN, R.REPORTER),
        S.REJECTED: _by(E.REJECTED, R.MODERATOR, R.SYSTEM),
        S.HIDDEN: _hidden,
        S.WITHDRAWN: _by(E.WITHDRAWN, R.REPORTER),
    },
    S.REJECTED: {S.SUBMITTED: _by(E.RESUBMITTED, R.REPORTER, R.MODERATOR)},
    S.SENT: _with_body,
    S.IN_PROGRESS: _with_body,
    S.AWAITING_CONFIRMATION: {
        S.SOLVED: _by(E.SOLVED, R.REPORTER, R.CITIZEN, R.MODERATOR, R.SYSTEM),
        S.IN_PROGRESS: _by(E.NOT_SOLVED, R.REPORTER, R.CITIZEN, R.MODERATOR),
        S.SENT: _by(E.SENT, R.OFFICER, R.MODERATOR),
        S.DUPLICATE: _duplicate,
        S.HIDDEN: _hidden,
        S.WITHDRAWN: _by(E.WITHDRAWN, R.REPORTER),  # only who erases their account
    },
    S.SOLVED: {
        **_closed,
        # A proof that did not hold: back to what it was, and nowhere else (`actions_undo.take_back_move`).
        S.AWAITING_CONFIRMATION: _by(E.TAKEN_BACK, R.MODERATOR),
        S.UNRESOLVED: _by(E.TAKEN_BACK, R.MODERATOR),
    },
    S.UNRESOLVED: {
        **_closed,
        S.IN_PROGRESS: _by(E.REOPENED, R.REPORTER, R.CITIZEN, R.OFFICER, R.MODERATOR),
        S.AWAITING_CONFIRMATION: _by(E.DONE_SAID, R.OFFICER, R.MODERATOR),
        S.SOLVED: _by(E.SOLVED, R.CITIZEN, R.MODERATOR),
        S.ANSWERED: _by(E.ANSWERED, R.OFFICER, R.MODERATOR),
    },
    S.ANSWERED: {
        S.IN_PROGRESS: _by(E.REOPENED, R.REPORTER, R.MODERATOR),
        S.SENT: _by(E.SENT, R.MODERATOR),
        S.HIDDEN: _hidden,
    },
    S.DELIVERED: {
        S.SENT: _by(E.SENT, R.MODERATOR),
        S.HIDDEN: _hidden,
        S.WITHDRAWN: _by(E.WITHDRAWN, R.REPORTER),
    },
    # Back to what it was, and nowhere else (`Report.status_before`).
    S.DUPLICATE: dict.fromkeys((S.SUBMITTED, *WITH_BODY), _separated),
    S.HIDDEN: dict.fromkeys((S.SUBMITTED, S.NEEDS_INFO, *LISTED), _restored),
    S.WITHDRAWN: {},
}


class MoveNotAllowed(Exception):
    """This role may not make this move now; the page is shown again with what is possible."""

    def __init__(self, old: Status, new: Status, role: Role) -> None:
        super().__init__(f"{role} may not move a report from {old} to {new}")
        self.old, self.new, self.role = old, new, role


def find_move(old: str, new: str, role: Role, kind: str = "") -> Move:
    """The move from `old` to `new`; raises `MoveNotAllowed` where the table has none for this role, or the kind of
    report (if given) has no such status."""
    move = MOVES[Status(old)].get(Status(new))
    if move is None or role not in move.roles or (kind and Status(new) in NOT_OF_KIND[Kind(kind)]):
        raise MoveNotAllowed(Status(old), Status(new), role)
    return move


def moves_for(old: str, role: Role, kind: str = "") -> set[Status]:
    left_out = NOT_OF_KIND[Kind(kind)] if kind else frozenset()
    return {new for new, move in MOVES[Status(old)].items() if role in move.roles} - left_out


class Ending(NamedTuple):
    """What surely ends an open status: the last step of its timers, counted from entering the status."""

    after: timedelta
    leads_to: Status | None  # None: the row is deleted, or an alarm calls an employee
    reason: Reason | None = None


ENDINGS: dict[Status, Ending] = {
    S.DRAFT: Ending(settings.DRAFT_KEEP, None),
    S.UNCONFIRMED: Ending(settings.TERMS["forget"], None),
    S.SUBMITTED: Ending(settings.TERMS["alarm"], None),
    S.NEEDS_INFO: Ending(settings.TERMS["info_ends"], S.REJECTED),
    S.SENT: Ending(settings.TERMS["no_answer"], S.UNRESOLVED, Reason.NO_ANSWER),
    S.IN_PROGRESS: Ending(settings.TERMS["no_solution"], S.UNRESOLVED, Reason.NO_SOLUTION),
    S.AWAITING_CONFIRMATION: Ending(settings.TERMS["solved_stated"], S.SOLVED),
}
