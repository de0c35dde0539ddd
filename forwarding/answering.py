"""The case file with its answer form, for the mail's link and for the office alike.

A form carries the version of the report that it was shown with, and a number of its own: pressed twice it counts once,
and where the case has changed meanwhile nothing is done, the changes are shown, and what was typed stays.
"""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forwarding import actions
from forwarding.actions_handing import accept_case, give_back
from forwarding.forms import GiveBackForm, OfficerForm, Step
from forwarding.office.states import deadline_of
from forwarding.office.texts import texts_for
from reports.access import visible_events
from reports.actions import ChangedMeanwhile, lock_report
from reports.attachments import attach_files
from reports.lifecycle import MoveNotAllowed
from reports.models import Assignment, ReportEvent


class SaidAlready(Exception):
    """This very form was taken before."""


def carry_out(assignment: Assignment, data: dict[str, Any], *, actor: Any, **kept: Any) -> ReportEvent:
    match Step(data["step"]):
        case Step.PROMISE:
            return actions.promise_date(assignment, data["promised_on"], data["text"], actor=actor, **kept)
        case Step.DONE:
            return actions.say_done(assignment, data["text"], actor=actor, **kept)
        case Step.CANNOT:
            return actions.say_cannot(assignment, data["text"], actor=actor, **kept)
        case Step.NOT_OURS:
            pointed_to = data.get("pointed_to")
            return actions.say_not_ours(assignment, data["text"], actor=actor, pointed_to=pointed_to, **kept)
        case _:
            return actions.answer_report(assignment, data["text"], actor=actor, **kept)


def nonce_of(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("nonce", ""))
    except ValueError:
        return None


def version_of(request: HttpRequest) -> int | None:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else None


def check_form(request: HttpRequest, assignment: Assignment) -> dict[str, Any]:
    """Inside the transaction of the change. What to keep with its event; raises `SaidAlready`, `ChangedMeanwhile`."""
    report = lock_report(assignment.report)
    nonce, version = nonce_of(request), version_of(request)
    if nonce and report.events.filter(data__nonce=str(nonce)).exists():
        raise SaidAlready
    if version is not None and version != report.version:
        raise ChangedMeanwhile
    return {"nonce": str(nonce)} if nonce else {}


def changes_since(request: HttpRequest, assignment: Assignment) -> list[ReportEvent]:
    """What came to the case after the page was shown."""
    seen = request.POST.get("seen", "")
    last = int(seen) if seen.isdecimal() and len(seen) < 18 else 0
    return [event for event in visible_events(assignment.report, internal=False, body=True) if event.pk > last]


def fresh(assignment: Assignment) -> Assignment:
    rows = Assignment.objects.select_related("institution", "contact", "report__category", "report__institution")
    return rows.get(pk=assignment.pk)


def show_case(
    request: HttpRequest, context: dict[str, Any], *, form: OfficerForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    """`context` of `cases.case_context`."""
    assignment = context["assignment"]
    entries = context["entries"]
    words = {
        "form": form or OfficerForm(assignment),
        "give_back_form": GiveBackForm(auto_id="back-%s"),
        "deadline": deadline_of(assignment),
        "ready_texts": texts_for(assignment) if context["may_answer"] else [],
        "nonce": uuid4(),
        "seen": entries[-1]["pk"] if entries else 0,
        **more,
    }
    return render(request, "forwarding/case.html", {**context, **words}, status=status)


def answer_case(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The case file with its form; after an answer the same page again, by redirect."""
    if request.method != "POST" or not context["may_answer"]:
        return show_case(request, context)
    match request.POST.get("action", ""):
        case "accept" | "give_back" as action:
            return answer_handing(request, context, action)
    if request.POST.get("use_text"):
        return use_text(request, context)
    return say(request, context)


def say(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    assignment = context["assignment"]
    form = OfficerForm(assignment, request.POST, request.FILES)
    if not form.is_valid():
        changed = changes_since(request, assignment) if version_of(request) not in (None, _version(context)) else []
        return show_case(request, context, form=form, status=409 if changed else 400, changed=changed)
    try:
        with transaction.atomic():
            kept = check_form(request, assignment)
            event = carry_out(assignment, form.cleaned_data, actor=request.user, **kept)
    except SaidAlready:
        return done(request, _("Thank you! Your answer is on the report's page."))
    except (ChangedMeanwhile, MoveNotAllowed):
        return show_conflict(request, context)
    for problem in attach_files(event, form.cleaned_data["attachments"], actor=request.user):
        messages.warning(request, problem)
    return done(request, _("Thank you! Your answer is on the report's page."))


def _version(context: dict[str, Any]) -> int:
    version: int = context["report"].version
    return version


def done(request: HttpRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect(request.path)


def show_conflict(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Nothing was done: what changed, and the form as it was typed. Files have to be chosen again."""
    again = fresh(context["assignment"])
    context = {**context, "assignment": again, "report": again.report}
    changed = changes_since(request, again)
    form = OfficerForm(again, request.POST)
    return show_case(request, context, form=form, status=409, changed=changed, has_conflict=True)


def use_text(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """A saved text goes below what is typed; nothing is sent."""
    assignment = context["assignment"]
    wanted = request.POST.get("use_text", "")
    found = next((ready for ready in texts_for(assignment) if str(ready.saved.pk) == wanted), None)
    values = {name: request.POST.get(name, "") for name in ("step", "text", "promised_on", "pointed_to")}
    if found is not None:
        values["text"] = "\n\n".join(part for part in (values["text"].strip(), found.text) if part)
        if found.saved.step and values["step"] in ("", Step.ANSWER):
            values["step"] = found.saved.step
    return show_case(request, context, form=OfficerForm(assignment, initial=values))


def answer_handing(request: HttpRequest, context: dict[str, Any], action: str) -> HttpResponse:
    """Take over what another body handed over, or give it back with a reason."""
    assignment = context["assignment"]
    form = GiveBackForm(request.POST, auto_id="back-%s")
    if action == "give_back" and not form.is_valid():
        return show_case(request, context, status=400, give_back_form=form)
    try:
        with transaction.atomic():
            kept = check_form(request, assignment)
            if action == "accept":
                accept_case(assignment, actor=request.user, **kept)
            else:
                give_back(assignment, form.cleaned_data["reason"], actor=request.user, **kept)
    except SaidAlready:
        pass
    except (ChangedMeanwhile, MoveNotAllowed):
        messages.error(request, _("The case has changed meanwhile; please look at it again."))
        return redirect(request.path)
    return done(request, _("You took it over.") if action == "accept" else _("You gave it back."))
