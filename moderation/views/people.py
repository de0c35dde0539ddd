"""Reporters as the desk may see them; who may not send for a while, whom it trusts, and who is new at the desk."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.bans import running_ban
from accounts.models import Ban, Person, Reading
from accounts.readings import note_list, note_reading
from accounts.rights import Right
from moderation.access import DeskRequest, access_with, desk_page, may
from moderation.actions_people import ban_author, end_ban, end_second_looks, trust_author
from moderation.forms_people import BanForm, TrustForm
from municipalities.models import Membership
from reports.models import Report
from reports.typed import typed_key

SHOWN = 200


def access_author(request: DeskRequest, reference: str, right: Right) -> tuple[Report, Person]:
    """The report's reporter, or whoever wrote what `who` names ("comment-5", "sighting-7"); raises `Http404`."""
    report = access_with(right, request.user, reference)
    who = request.POST.get("who", "")
    kind, _dash, key = who.partition("-")
    person = report.reporter
    if who:
        written: dict[str, Any] = {"comment": report.comments, "sighting": report.sightings}
        thing = written[kind].select_related("author").filter(pk=typed_key(key)).first() if kind in written else None
        person = thing.author if thing else None
    if person is None:
        raise Http404
    return report, person


@require_POST
@desk_page
def desk_reporter(request: DeskRequest, reference: str) -> HttpResponse:
    """Name and address of who wrote the report, or something under it; that it was read is written down first."""
    report, person = access_author(request, reference, Right.READ_PEOPLE)
    note_reading(request.user, Reading.What.REPORTER, person=person, about=report.reference)
    return show_reporter(request, report, person)


def show_reporter(
    request: DeskRequest, report: Report, person: Person, ban_form: BanForm | None = None
) -> HttpResponse:
    context = {
        "report": report,
        "person": person,
        "who": request.POST.get("who", "")[:30],
        "may_ban": may(request.user, Right.BAN, report),
        "ban": running_ban(person),
        "ban_form": ban_form or BanForm(),
        "trust_form": TrustForm(initial={"trust": person.trust}),
    }
    return render(request, "moderation/reporter.html", context, status=400 if ban_form else 200)


@require_POST
@desk_page
def desk_ban(request: DeskRequest, reference: str) -> HttpResponse:
    report, person = access_author(request, reference, Right.BAN)
    form = BanForm(request.POST)
    if not form.is_valid():
        note_reading(request.user, Reading.What.REPORTER, person=person, about=report.reference)
        return show_reporter(request, report, person, form)
    if person.roles:
        messages.error(request, _("Whoever works here cannot be banned; end the membership first."))
        return redirect("desk_case", report.reference)
    ban_author(person, form.cleaned_data["reason"], form.cleaned_data["until"], actor=request.user, report=report)
    messages.success(request, _("Banned. It can be lifted on the page of people."))
    return redirect("desk_people")


@require_POST
@desk_page
def desk_trust(request: DeskRequest, reference: str) -> HttpResponse:
    report, person = access_author(request, reference, Right.BAN)
    form = TrustForm(request.POST)
    if form.is_valid():
        trust_author(person, form.cleaned_data["trust"], actor=request.user, report=report)
        messages.success(request, _("Kept."))
    return redirect("desk_case", report.reference)


@require_safe
@desk_page
def desk_people(request: DeskRequest) -> HttpResponse:
    """Running bans, people with a trust of their own, and who is new at the desk; for those who may ban."""
    if Right.BAN not in request.user.rights:
        raise Http404
    bans = Ban.objects.filter(lifted_at=None).select_related("person", "by")[:SHOWN]
    context: dict[str, Any] = {
        "bans": [ban for ban in bans if ban.is_running],
        "trusted": Person.objects.exclude(trust="").order_by("email")[:SHOWN],
        "new_ones": Membership.objects.filter(is_new=True).select_related("person", "area").order_by("pk")[:SHOWN],
    }
    named = [row.person for key in ("bans", "new_ones") for row in context[key]]
    note_list(request.user, [*named, *context["trusted"]], about="desk: people")
    return render(request, "moderation/people.html", context)


@require_POST
@desk_page
def desk_lift(request: DeskRequest, kind: str, pk: int) -> HttpResponse:
    """Lift a ban, take a trust back, or end the second looks at somebody new."""
    if Right.BAN not in request.user.rights:
        raise Http404
    match kind:
        case "ban":
            end_ban(get_object_or_404(Person, pk=pk), actor=request.user)
        case "trust":
            trust_author(get_object_or_404(Person, pk=pk), "", actor=request.user)
        case "new":
            end_second_looks(get_object_or_404(Membership, pk=pk, is_new=True), actor=request.user)
        case _:
            raise Http404
    messages.success(request, _("Done."))
    return redirect("desk_people")
