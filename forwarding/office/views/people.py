"""The body's people, for its leads: who may do what, invitations, and what was done here."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forwarding.office import actions_people as actions
from forwarding.office.access import access_led_body, bodies_led_by, office_page
from forwarding.office.forms_people import InviteForm, MemberForm
from forwarding.office.models import BodyEntry, Invitation
from municipalities.models import Institution, Membership

LINES_SHOWN = 50


@office_page
@require_safe
def office_people(request: HttpRequest) -> HttpResponse:
    """To the people of one's body; who leads several chooses there."""
    return redirect("office_body", bodies_led_by(request.user)[0].pk)


def members_of(body: Institution) -> list[Membership]:
    rows = Membership.objects.filter(institution=body, role__in=Membership.BODY_ROLES)
    return list(rows.select_related("person", "unit").order_by("person__name", "person__email"))


def show_body(
    request: HttpRequest, body: Institution, form: InviteForm | None = None, status: int = 200
) -> HttpResponse:
    rows = [
        {
            "member": member,
            "form": MemberForm(
                body,
                initial={"role": member.role, "unit": member.unit_id},
                kept=member.unit_id,
                auto_id=f"member-{member.pk}-%s",
            ),
        }
        for member in members_of(body)
    ]
    waiting = Invitation.objects.filter(institution=body, accepted_at=None, withdrawn_at=None)
    lines = BodyEntry.objects.filter(institution=body, assignment=None).select_related("actor", "person", "unit")
    context = {
        "body": body,
        "bodies": bodies_led_by(request.user),
        "rows": rows,
        "form": form or InviteForm(body),
        "invitations": waiting.select_related("person", "unit"),
        "lines": lines.order_by("-at", "-pk")[:LINES_SHOWN],
    }
    return render(request, "forwarding/office/people.html", context, status=status)


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def office_body(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite somebody, or take an invitation back."""
    body = access_led_body(request.user, pk)
    if request.method != "POST":
        return show_body(request, body)
    if request.POST.get("action") == "withdraw":
        return withdraw(request, body)
    form = InviteForm(body, request.POST)
    if not form.is_valid():
        return show_body(request, body, form, status=400)
    data: dict[str, Any] = form.cleaned_data
    try:
        actions.invite(
            body,
            data["email"],
            data["role"],
            unit=data.get("unit"),
            language=get_language() or "",
            actor=request.user,
        )
    except actions.InvitedAlready:
        form.add_error("email", _("This address belongs to a colleague already, or its invitation is still open."))
    except actions.TooSoon:
        form.add_error("email", _("This address cannot be written to now. Try again in an hour, or tomorrow."))
    else:
        messages.success(request, _("The invitation is on its way."))
        return redirect("office_body", body.pk)
    return show_body(request, body, form, status=400)


def withdraw(request: HttpRequest, body: Institution) -> HttpResponse:
    key = request.POST.get("invitation", "")
    waiting = Invitation.objects.filter(institution=body).select_related("institution", "person")
    invitation = get_object_or_404(waiting, pk=int(key) if key.isdecimal() and len(key) < 19 else 0)
    if actions.withdraw_invitation(invitation, actor=request.user):
        messages.success(request, _("The invitation is taken back; its link does not work any more."))
    return redirect("office_body", body.pk)


@office_page
@require_POST
def office_member(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Another role or unit, or out of the body."""
    body = access_led_body(request.user, pk)
    rows = Membership.objects.filter(institution=body, role__in=Membership.BODY_ROLES)
    row = get_object_or_404(rows.select_related("institution", "person"), pk=member if member < 2**63 else 0)
    form = MemberForm(body, request.POST, kept=row.unit_id)
    try:
        if request.POST.get("action") == "remove":
            actions.remove_member(row, actor=request.user)
            messages.success(request, _("Removed. Their open cases are with the unit again."))
        elif form.is_valid():
            unit = form.cleaned_data["unit"] if "unit" in form.fields else row.unit
            actions.change_member(row, form.cleaned_data["role"], unit, actor=request.user)
            messages.success(request, _("Kept."))
        else:
            messages.error(request, _("Choose a role."))
    except actions.LastLead:
        messages.error(request, _("Somebody has to look after the people: make a colleague a lead first."))
    if not Membership.objects.filter(person=request.user.pk, institution=body, role=Membership.Role.LEAD).exists():
        return redirect("office")  # out of one's own lead
    return redirect("office_body", body.pk)
