"""An incoming mail beside its case: publish it as the answer, file it, or find the report that it belongs to."""

from contextlib import AbstractContextManager
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Person, Reading
from accounts.readings import note_reading
from accounts.rights import Right
from forwarding import actions_mails as actions
from forwarding.forms import Step, possible_steps
from forwarding.mailcuts import own_words
from forwarding.mailfiles import MailFile, files_of
from forwarding.mailsteps import Proposal, propose_step
from forwarding.models import IncomingMail, RemoteUpdate
from forwarding.senders import senders_of
from moderation.access import DeskRequest, access_mail, desk_page, may
from moderation.actions_claims import close_case
from moderation.acts import recorded
from moderation.claim_bar import claim_context
from moderation.deeds import noted
from moderation.forms import MailForm
from moderation.models import Deed, SavedText
from moderation.next_case import next_url
from moderation.queues import find_queue
from moderation.saved_texts import texts_for
from moderation.wording import OUTCOMES
from reports.access import visible_events
from reports.lifecycle import MoveNotAllowed
from reports.models import Assignment, Report
from reports.typed import typed_key

FOUND_SHOWN = 10
DONE = ("publish", "file")  # afterwards comes the next one; else this one stays open


def outcomes_of(mail: IncomingMail) -> list[tuple[str, str]]:
    steps = possible_steps(mail.assignment) if mail.assignment else []
    return [("" if step == Step.ANSWER else step.value, str(OUTCOMES[step])) for step in steps]


def form_for(request: DeskRequest, mail: IncomingMail, files: list[MailFile], proposal: Proposal | None) -> MailForm:
    """The mail's own words, and the step that they propose, if the case takes it; the moderator decides."""
    outcomes = outcomes_of(mail)
    step = proposal.step.value if proposal else ""
    is_proposed = bool(proposal) and step in dict(outcomes)
    form = MailForm(
        request.POST if request.POST.get("action") == "publish" else None,
        outcomes=outcomes,
        files=[(file.number, f"{file.name} ({filesizeformat(file.size)})") for file in files if not file.problem],
        initial={
            "text": own_words(mail.text),
            "outcome": step if is_proposed else "",
            "promised_on": proposal.promised_on if proposal and is_proposed else None,
        },
    )
    form.is_proposed = is_proposed
    return form


def note_mail(request: DeskRequest, mail: IncomingMail) -> None:
    """A mail shows its sender's address, and whatever it holds."""
    sender = senders_of([mail])[0]
    about = mail.assignment.report.reference if mail.assignment else str(mail.pk)
    note_reading(request.user, Reading.What.MAIL, person=sender, about=about)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_mail(request: DeskRequest, pk: int) -> HttpResponse:
    mail = access_mail(request.user, pk)
    report = mail.assignment.report if mail.assignment else None
    may_answer = may(request.user, Right.ENTER_ANSWERS, report)
    if request.method == "POST" and not may_answer:
        raise Http404
    note_mail(request, mail)
    queue = find_queue(request.user, request.GET.get("queue", ""))
    update = RemoteUpdate.objects.filter(mail=mail).first()
    files, proposal = files_of(bytes(mail.raw)), None if update else propose_step(own_words(mail.text))
    form = form_for(request, mail, files, proposal)
    if update:
        form.initial.update({"outcome": update.proposed, "promised_on": update.expected_on})
    if request.method == "POST" and handle(request, mail, form):
        return redirect(next_url(request, queue, mail, done=request.POST.get("action") in DONE))
    words = request.GET.get("q", "").strip()
    context = {
        "mail": mail,
        "update": update,
        "form": form,
        "saved": texts_for(report, SavedText.For.MAIL) if report and may_answer else {},
        "files": files,
        "proposal": proposal if form.is_proposed else None,
        "queue": queue,
        "may_answer": may_answer,
        "is_waiting": may_answer and mail.state in (IncomingMail.State.TO_READ, IncomingMail.State.UNMATCHED),
        "events": visible_events(mail.assignment.report, internal=True) if mail.assignment else [],
        "words": words,
        "found": matching(request, words) if words else [],
        **claim_context(request, mail),
        "left": queue.count(request.user) if queue else 0,
    }
    return render(request, "moderation/mail.html", context, status=400 if request.method == "POST" else 200)


def handle(request: DeskRequest, mail: IncomingMail, form: MailForm) -> bool:
    """Do what the button says; False where something is missing."""
    if request.POST.get("action") == "publish" and not (mail.assignment and form.is_valid()):
        return False
    try:
        said = carry_out(request, mail, form)
    except actions.AlreadyHandled:
        messages.info(request, _("Somebody else has dealt with this mail meanwhile."))
        return True
    except MoveNotAllowed:
        form.add_error("outcome", _("The case has moved on; this is not possible any more."))
        return False
    if said:
        messages.success(request, said)
    return bool(said)


def carry_out(request: DeskRequest, mail: IncomingMail, form: MailForm) -> str:
    """The action, and what to say of it; empty where the button or the report to match is not there."""
    match request.POST.get("action"):
        case "publish":
            data = form.cleaned_data
            with act_on(mail, "publish_mail", request.user):
                actions.publish_mail(
                    mail,
                    data["text"],
                    actor=request.user,
                    outcome=data["outcome"],
                    date=data["promised_on"],
                    pointed_to=data["pointed_to"],
                    files=data.get("attached", ()),
                )
            close_case(mail)
            return _("Published as the answer.")
        case "file":
            with act_on(mail, "file_mail", request.user):
                actions.file_mail(mail, actor=request.user)
            close_case(mail)
            return _("Filed without publishing.")
        case "unfile":
            with act_on(mail, "unfile_mail", request.user):
                actions.unfile_mail(mail)
            return _("Put back: it waits again.")
        case "unmatch" if mail.assignment:
            about = {"report": mail.assignment.report, "mail": mail}
            with noted(Deed.Kind.UNMATCH_MAIL, actor=request.user, **about):
                actions.unmatch_mail(mail)
            return _("Not of this report any more; it waits to be matched.")
        case "match" if assignment := matched(request, request.POST.get("assignment", "")):
            with noted(Deed.Kind.MATCH_MAIL, actor=request.user, report=assignment.report, mail=mail):
                actions.match_mail(mail, assignment, actor=request.user)
            return _("Matched; it can be read and published now.")
    return ""


def act_on(mail: IncomingMail, kind: str, actor: Person) -> AbstractContextManager[Any]:
    """What is done to a mail of a report is an act on the report; one of no report has its own way back."""
    if mail.assignment:
        return recorded(kind, mail.assignment.report, actor=actor)
    stray = {"file_mail": Deed.Kind.FILE_STRAY, "unfile_mail": Deed.Kind.UNFILE_STRAY}
    return noted(stray[kind], actor=actor, mail=mail)


def matching(request: DeskRequest, words: str) -> list[Report]:
    """Reports of the desk that were given to a body, by words, reference or the source's id."""
    mine = Report.objects.for_desk_of(request.user).search(words).filter(assignments__is_lead=True)
    return list(mine.for_list().prefetch_related("assignments__institution").order_by("-created_at")[:FOUND_SHOWN])


def matched(request: DeskRequest, key: str) -> Assignment | None:
    mine = Assignment.objects.of_body().filter(report__in=Report.objects.for_desk_of(request.user))
    found = mine.select_related("report__area").filter(pk=typed_key(key)).first()
    return found if found and may(request.user, Right.ENTER_ANSWERS, found.report) else None


@require_safe
@desk_page
def desk_mail_file(request: DeskRequest, pk: int, number: int) -> HttpResponse:
    """One file of a mail, for looking at before it is published: a download, whatever it says it is."""
    mail = access_mail(request.user, pk)
    file = next((file for file in files_of(bytes(mail.raw)) if file.number == number), None)
    if file is None or not may(request.user, Right.ENTER_ANSWERS, mail.assignment.report if mail.assignment else None):
        raise Http404
    note_mail(request, mail)
    response = HttpResponse(file.data, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@desk_page
def desk_mail_raw(request: DeskRequest, pk: int) -> HttpResponse:
    """The mail byte by byte, for reading in a mail program; employees only, as nothing in it is cleaned."""
    if not request.user.is_staff:
        raise Http404
    mail = access_mail(request.user, pk)
    note_mail(request, mail)
    return HttpResponse(
        bytes(mail.raw),
        content_type="message/rfc822",
        headers={"Content-Disposition": f'attachment; filename="mail-{mail.pk}.eml"', "Cache-Control": "no-store"},
    )
