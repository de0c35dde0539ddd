"""The link beside the code in a mail: it signs in on whatever device it is opened, once, within an hour.

Opening it changes nothing (mail scanners open links); the page has one button. What comes after a password comes
after it too: the second factor, the check whether the account is active.
"""

from allauth.account.internal import flows
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth import logout
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Person

SALT = "jarokelo.sign_in"


def sign_in_url(person: Person, next_url: str = "") -> str:
    token = signing.dumps([person.pk, _state(person), next_url], salt=SALT, compress=True)
    return settings.SITE_URL + reverse("sign_in_link", args=[token.replace(":", "~")])


def read_link(token: str) -> tuple[Person, str] | None:
    """Whom the link signs in and where it leads; None where it is used up, too old or no link of ours."""
    try:
        pk, state, next_url = signing.loads(token.replace("~", ":"), salt=SALT, max_age=settings.SIGN_IN_LINK_LIFE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = Person.objects.filter(pk=pk, is_active=True).first()
    if person is None or not constant_time_compare(state, _state(person)):
        return None
    return person, next_url


def _state(person: Person) -> str:
    """Changes with each sign-in, and with address and password: so a link works once."""
    last = person.last_login.isoformat() if person.last_login else ""
    known = f"{person.pk} {person.email} {person.password} {last}"
    return salted_hmac(SALT, known, algorithm="sha256").hexdigest()[:32]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    found = read_link(token)
    if found is None:
        return render(request, "account/sign_in_link.html", {"person": None}, status=404)
    person, next_url = found
    if request.method != "POST":
        return render(request, "account/sign_in_link.html", {"person": person})
    if request.user.is_authenticated and request.user.pk != person.pk:
        logout(request)
    flows.login.record_authentication(request, person, method="code", email=person.email)
    if not url_has_allowed_host_and_scheme(next_url, {request.get_host()}, require_https=request.is_secure()):
        next_url = ""
    login = Login(user=person, redirect_url=next_url or None, email=person.email)
    return flows.login.perform_login(request, login)
