"""Where a public report stands, in plain words for everybody: who has it, since when, and what comes by when."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.lifecycle import ENDINGS, Proof, Status
from reports.models import Assignment, Report


@dataclass(frozen=True)
class Standing:
    tone: str  # of a callout: info, success, warning, danger
    icon: str
    lines: list[str]
    note: str = ""  # in the body's own words


def day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT")


def body_of(report: Report) -> str:
    return str(report.institution or _("The responsible body"))


def standing(report: Report, lead: Assignment | None) -> Standing | None:
    """None where nobody but the reporter and the desk has anything to do with it."""
    if report.needs_rerouting:
        return _rerouted(report)
    match report.state:
        case Status.SENT:
            return _sent(report, lead)
        case Status.IN_PROGRESS:
            return _in_progress(report)
        case Status.AWAITING_CONFIRMATION:
            return _said_done(report)
        case Status.SOLVED:
            return _solved(report)
        case Status.UNRESOLVED:
            return _unresolved(report)
        case Status.ANSWERED:
            words = _("This was a question, and it has its answer: it stands below.")
            return Standing("info", "message-square-text", [words, *_since(report)])
        case Status.DELIVERED:
            return _thanked(report)
    return None


def _thanked(report: Report) -> Standing:
    words = _("A word of thanks, which we handed over to %(institution)s.")
    if report.institution and report.institution.refuses:
        words = _("A word of thanks for %(institution)s, for everybody to read.")
    return Standing("success", "heart-handshake", [words % {"institution": body_of(report)}])


def _rerouted(report: Report) -> Standing:
    if report.institution is None:
        return Standing("warning", "signpost", [_("We are looking for who is responsible.")])
    words = _("%(institution)s says that it is not theirs; we are looking for who is.")
    return Standing("warning", "signpost", [words % {"institution": report.institution}])


def _sent(report: Report, lead: Assignment | None) -> Standing:
    body = {"institution": body_of(report)}
    if report.institution and report.institution.refuses:
        words = _("%(institution)s does not take our reports, so this one was published but not forwarded.")
        return Standing("warning", "ban", [words % body], report.institution.refusal_note)
    if lead and lead.has_no_address:
        words = _(
            "We have no address of %(institution)s yet, so this report is public but not forwarded. "
            "Our volunteers are looking for one."
        )
        return Standing("warning", "mail-x", [words % body])
    lines = [_has_it(report, lead)]
    if report.due_at is None:
        return Standing("info", "send", lines)
    if report.is_overdue:
        late = (timezone.now() - report.due_at).days
        words = _("An answer was due on %(day)s. None has come.")
        lines.append(words % {"day": day(report.due_at)})
        if late:
            words = ngettext("It is %(days)d day late.", "It is %(days)d days late.", late)
            lines.append(words % {"days": late})
        return Standing("danger", "alarm-clock", lines)
    lines.append(_("An answer is due by %(day)s.") % {"day": day(report.due_at)})
    return Standing("info", "send", lines)


def _has_it(report: Report, lead: Assignment | None) -> str:
    body = {"institution": body_of(report)}
    if lead is None:
        return _("%(institution)s has it now.") % body
    return _("%(institution)s has had it since %(day)s.") % {**body, "day": day(lead.sent_at)}


def _in_progress(report: Report) -> Standing:
    body = {"institution": body_of(report)}
    if report.promised_on is None:
        words = _("%(institution)s works on it, but has not said by when it will be done.")
        return Standing("info", "hammer", [words % body])
    promised = date_format(report.promised_on, "DATE_FORMAT")
    if report.is_overdue:
        words = _("It was promised by %(day)s, and that day is over.")
        return Standing("danger", "alarm-clock", [words % {"day": promised}])
    words = _("%(institution)s works on it and promised it by %(day)s.")
    return Standing("info", "calendar-clock", [words % {**body, "day": promised}])


def _said_done(report: Report) -> Standing:
    ends = report.status_since + ENDINGS[Status.AWAITING_CONFIRMATION].after
    words = _("%(institution)s says that it is done. The reporter has not confirmed it yet.")
    lines = [words % {"institution": body_of(report)}]
    if ends > timezone.now():
        words = _("If nobody says otherwise by %(day)s, it counts as solved, as the body states.")
        lines.append(words % {"day": day(ends)})
    return Standing("info", "eye", lines)


def _solved(report: Report) -> Standing:
    words = {
        Proof.REPORTER: _("Solved, and the reporter has confirmed it."),
        Proof.PHOTO: _("Solved: a passer-by's photo proves it."),
        Proof.STATED: _("Solved, as the body states. No citizen has confirmed it."),
    }[Proof(report.proof)]
    return Standing("info" if report.proof == Proof.STATED else "success", "circle-check", [words, *_since(report)])


def _unresolved(report: Report) -> Standing:
    words = _("Not solved: %(reason)s.") % {"reason": report.get_reason_display()}
    return Standing("danger", "circle-x", [words, *_since(report)])


def _since(report: Report) -> list[str]:
    """When a closed report ended."""
    return [_("Closed on %(day)s.") % {"day": day(report.closed_at)}] if report.closed_at else []
