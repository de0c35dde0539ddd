"""Once more "is it you?" before something sensitive, for people who have neither a password nor a second factor.

The code goes to the address that the account has, lives ten minutes and bears three attempts.
"""

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core import ratelimit
from allauth.core.internal.cryptokit import normalize_user_code
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Person

SESSION_KEY = "reauthentication_code"
LIFE_SECONDS = 600
ATTEMPTS = 3


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code from the mail"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


def is_recent(request: HttpRequest) -> bool:
    """Whether the person proved in this session, not long ago, who they are: by signing in or by a code."""
    records: list[dict[str, Any]] = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_code(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    next_url = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(next_url, {request.get_host()}, require_https=request.is_secure()):
        next_url = ""
    form = CodeForm(request.POST if request.POST.get("action") == "check" else None)
    if request.POST.get("action") == "send":
        if not ratelimit.consume(request, action="request_login_code", key=person.email):
            return render(request, "429.html", status=429)
        send_code(request, person)
    elif form.is_valid():
        if matches(request, form.cleaned_data["code"]):
            record_authentication(request, person, method="code", reauthenticated=True)
            return redirect(next_url or "account_email")
        form.add_error("code", _("This code is wrong or too old."))
    context = {"form": form, "is_sent": SESSION_KEY in request.session, "next": next_url}
    return render(request, "account/reauthenticate_by_code.html", context)


def send_code(request: HttpRequest, person: Person) -> None:
    adapter = get_adapter()
    code = adapter.generate_login_code()
    request.session[SESSION_KEY] = {"proof": _proof(code), "until": time.time() + LIFE_SECONDS, "left": ATTEMPTS}
    adapter.send_mail("account/email/reauthentication_code", person.email, {"code": code})
    messages.success(request, _("We sent you a code."))


def matches(request: HttpRequest, code: str) -> bool:
    """Uses the code up when it is right, and an attempt when it is not."""
    held = request.session.get(SESSION_KEY)
    if not held:
        return False
    fits = time.time() < held["until"] and constant_time_compare(held["proof"], _proof(code))
    held["left"] -= 1
    if fits or held["left"] <= 0:
        del request.session[SESSION_KEY]
    else:
        request.session[SESSION_KEY] = held
    return fits


def _proof(code: str) -> str:
    return salted_hmac(SESSION_KEY, normalize_user_code(code), algorithm="sha256").hexdigest()
