"""410 for what was public once; sites that are away; no page in a cache; people's language; staff's second factor."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from requests import RequestException

from accounts.bans import Banned
from accounts.languages import keep_language, set_language
from reports.access import Gone

GetResponse = Callable[[HttpRequest], HttpResponse]


class GoneMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return render(request, "410.html", status=410) if isinstance(exception, Gone) else None


class BannedMiddleware:
    """Whoever may not send or say anything for a while reads why, and until when."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Banned):
            return render(request, "banned.html", {"ban": exception.ban}, status=403)
        return None


class KeepNothingMiddleware:
    """Where a view says nothing, a page may be kept by its reader alone, and is asked for anew each time.

    So what is hidden is gone everywhere at once. Static files say for themselves how long they last.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class ProviderAwayMiddleware:
    """Another site, whose account somebody wants to sign in with, does not answer: said on a page, never a 500."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, RequestException) and request.path.startswith("/accounts/"):
            return render(request, "socialaccount/authentication_error.html", status=502)
        return None


class LanguageMiddleware:
    """The language switch also changes the signed-in person's language: mails follow it.

    Whoever signs in gets their own language on this browser (`accounts.languages` says so in the request).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.switch = reverse("set_language")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and request.path == self.switch and request.user.is_authenticated:
            set_language(request.user, request.POST.get("language", ""))
        wanted = getattr(request, "persons_language", "")
        if wanted and wanted != get_language():
            keep_language(response, wanted)
        return response


class StaffFactorMiddleware:
    """With `STAFF_MFA_REQUIRED`, who has rights over others' reports goes nowhere without a second factor."""

    FREE = ("/accounts/", "/i18n/", "/healthz", "/static/")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.STAFF_MFA_REQUIRED and self.lacks_factor(request):
            messages.warning(request, _("Whoever works here needs a second factor. Please set one up, then go on."))
            return redirect("mfa_index")
        return self.get_response(request)

    def lacks_factor(self, request: HttpRequest) -> bool:
        user = request.user
        if not user.is_authenticated or request.path.startswith(self.FREE):
            return False
        return bool(user.roles) and not is_mfa_enabled(user, types=["totp", "webauthn"])
