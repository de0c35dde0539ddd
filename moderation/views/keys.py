"""The desk's keys: all of them on one page, and the switch for who does not want them (WCAG 2.1.4)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions import set_desk_keys
from moderation.access import DeskRequest, desk_page


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def desk_keys(request: DeskRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "moderation/keys.html")
    is_on = request.POST.get("keys") == "on"
    set_desk_keys(request.user, is_on=is_on)
    messages.success(request, _("Single keys are on.") if is_on else _("Single keys are off."))
    return redirect("desk_keys")
