"""What happens next with a report: told to its reporter, and to everybody."""

from datetime import date
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from reports.lifecycle import ENDINGS, Status
from reports.models import Assignment, Report


def next_step(report: Report) -> str:
    match report.state:
        case Status.DRAFT:
            return _("It is saved, but not sent in yet.")
        case Status.UNCONFIRMED:
            return _("We sent you a mail. Open the link in it and press the button: only then do we see the report.")
        case Status.SUBMITTED:
            return _("A volunteer reads it within a few days and forwards it to the body that is responsible.")
        case Status.NEEDS_INFO:
            return _("We need something more from you. As soon as you answer, the report goes on.")
        case Status.REJECTED:
            return _("We did not publish it. You can read why below.")
        case Status.SENT if report.kind == Report.Kind.PRAISE:
            return _("Your thanks are on their way to %(institution)s.") % {
                "institution": report.institution or _("The responsible body")
            }
        case Status.ANSWERED:
            return _("Your question has its answer. If it is not enough, open it again and say what is missing.")
        case Status.DELIVERED:
            return _("Your thanks have arrived. Thank you for seeing the good, too!")
        case Status.SENT if report.institution and report.institution.refuses:
            return _("It is published. %(institution)s does not take our reports, so it was not forwarded.") % {
                "institution": report.institution
            }
        case Status.SENT | Status.IN_PROGRESS if report.needs_rerouting:
            return _("Our volunteers look for the body that is responsible, and send it there.")
        case Status.SENT:
            return _("%(institution)s has it now. We tell you as soon as an answer comes.") % {
                "institution": report.institution or _("The responsible body")
            }
        case Status.IN_PROGRESS:
            return _("%(institution)s answered and works on it. Tell us when you see that it is solved.") % {
                "institution": report.institution or _("The responsible body")
            }
        case Status.AWAITING_CONFIRMATION:
            return _("%(institution)s says that it is done. Please have a look and tell us whether it is.") % {
                "institution": report.institution or _("The responsible body")
            }
        case Status.SOLVED:
            return _("It is solved. Thank you for caring!")
        case Status.UNRESOLVED:
            return _("It ended without a solution. The page stays, so that everybody can see what happened.")
        case Status.DUPLICATE:
            return _("Somebody reported the same before; follow that report for the news.")
        case Status.WITHDRAWN:
            return _("You withdrew it. Nobody works on it any more.")
        case Status.HIDDEN:
            return _("A moderator took it off the site for now.")


class Upcoming(NamedTuple):
    """What comes next, in plain words for everybody, and by which day."""

    words: str
    by: date | None = None
    is_late: bool = False


def upcoming(report: Report, lead: Assignment | None) -> Upcoming | None:
    """The line after the last one of the public timeline; None where nothing is to come."""
    body = str(report.institution or _("the responsible body"))
    today = timezone.localdate()
    due = timezone.localdate(report.due_at) if report.due_at else None
    match report.state:
        case Status.SENT | Status.IN_PROGRESS if report.needs_rerouting:
            return Upcoming(_("Our volunteers look for the body that is responsible, and send it there."))
        case Status.SENT if report.institution and report.institution.refuses:
            return Upcoming(
                _("Nothing is expected of %(institution)s. Whoever sees it solved can say so here.")
                % {"institution": body}
            )
        case Status.SENT if lead and lead.has_no_address:
            return Upcoming(_("Our volunteers look for an address of %(institution)s.") % {"institution": body})
        case Status.SENT:
            return Upcoming(_("%(institution)s answers.") % {"institution": body}, due, due is not None and due < today)
        case Status.IN_PROGRESS if report.promised_on:
            words = _("%(institution)s solves it, as promised.") % {"institution": body}
            return Upcoming(words, report.promised_on, report.promised_on < today)
        case Status.IN_PROGRESS:
            return Upcoming(_("%(institution)s solves it, or says by when.") % {"institution": body})
        case Status.AWAITING_CONFIRMATION:
            end = timezone.localdate(report.status_since + ENDINGS[Status.AWAITING_CONFIRMATION].after)
            return Upcoming(
                _("The reporter or a passer-by says whether it is solved; else it counts as the body states."), end
            )
        case Status.UNRESOLVED:
            return Upcoming(_("Nothing happens by itself any more. A late answer of the body is still shown here."))
    return None
