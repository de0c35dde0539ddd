"""The link of an invitation: it shows what one is invited to; the yes takes a sign-in and one button."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from forwarding.office.actions_people import NotOpen, accept_invitation
from forwarding.office.models import Invitation
from forwarding.office.notices import INVITATION
from reports import links


def access_invitation(token: str) -> Invitation:
    """Raises `Http404`."""
    values = links.read(INVITATION, token)
    found = Invitation.objects.select_related("institution", "person", "unit").filter(pk=int(values[0])).first()
    if found is None or values[1:] != [str(int(found.invited_at.timestamp()))]:
        raise Http404
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def office_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Signed out: sign in with the address that was invited (a code comes by mail; no password is needed)."""
    invitation = access_invitation(token)
    is_theirs = request.user.pk == invitation.person_id
    if request.method == "POST" and is_theirs:
        try:
            accept_invitation(invitation, actor=request.user)
        except NotOpen:
            pass
        else:
            messages.success(request, _("Welcome! These are the cases of your body."))
            return redirect("office")
    is_open = invitation.may_be_accepted
    context = {"invitation": invitation, "is_theirs": is_theirs, "is_open": is_open}
    return render(request, "forwarding/office/invitation.html", context, status=200 if is_open else 410)
