"""What the views of comments, passers-by's words and flags share: who speaks, from where, and how often."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest
from django.utils.translation import get_language

from accounts.models import Person
from reports.access import access_report
from reports.models import Report

MINE = "my_comments"  # in the session: the comments that were confirmed in this browser
MINE_AT_MOST = 30


def access_public_report(request: HttpRequest, reference: str) -> Report:
    """People write only under what everybody can read; raises `Http404` or `Gone`."""
    report = access_report(request.user, reference)
    if not report.is_public:
        access_report(AnonymousUser(), reference)  # says "gone" of what was public once
        raise Http404
    return report


def speaker(request: HttpRequest, form: Any) -> Person:
    """Who is signed in, or the owner of the typed address, who is asked before anything counts."""
    if request.user.is_authenticated:
        return request.user
    return Person.objects.for_address(form.cleaned_data["email"], language=get_language() or "")


def my_comments(request: HttpRequest) -> list[int]:
    return [pk for pk in request.session.get(MINE, []) if isinstance(pk, int)]


def remember_comment(request: HttpRequest, pk: int) -> None:
    mine = my_comments(request)
    if pk not in mine:
        request.session[MINE] = [*mine, pk][-MINE_AT_MOST:]
