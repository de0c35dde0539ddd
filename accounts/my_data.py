"""What we hold about you, in your hands: the archive, and the end of it. An open session alone is not enough."""

from typing import cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.erasure import LastAdministrator, archive_person, erase_person
from accounts.forms import EraseForm
from accounts.models import Person


def _me(request: HttpRequest) -> Person:
    return cast(Person, request.user)  # behind `login_required`


@login_required
@reauthentication_required(allow_get=True)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def my_data(request: HttpRequest) -> HttpResponseBase:
    """The page says what is in it; its button streams the ZIP, so that no size is too large for our memory."""
    if request.method != "POST":
        return render(request, "accounts/data.html")
    response = StreamingHttpResponse(archive_person(_me(request)), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="jarokelo-{timezone.localdate():%Y-%m-%d}.zip"'
    return response


@login_required
@reauthentication_required(allow_get=True)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def my_erase(request: HttpRequest) -> HttpResponse:
    form = EraseForm(request.POST or None, address=_me(request).email)
    if request.method == "POST" and form.is_valid():
        try:
            erase_person(_me(request), keep_reports=form.cleaned_data["reports"] == "keep")
        except LastAdministrator:
            form.add_error(None, _("You are the only administrator. Make somebody else one first."))
        else:
            logout(request)
            messages.success(request, _("Your account is erased. Thank you for all that you did for your city."))
            return redirect("front")
    return render(request, "accounts/erase.html", {"form": form})
