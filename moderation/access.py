"""The desk's doors. Signed out: sign in first. Not a moderator, or not of this place: 404, as if it were not there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from accounts.models import Person
from accounts.rights import Right, rights_of
from forwarding.models import IncomingMail
from municipalities.models import Area
from reports.access import access_desk_report
from reports.models import Report

View = Callable[..., HttpResponseBase]


def may(person: Person, right: Right, report: Report | None = None) -> bool:
    """Whether this person has the right, of a report: by a role that counts where the report lies.

    Without a report: somewhere. Two queries at most, none where one is nothing but a stranger.
    """
    if right not in person.rights or report is None or person.is_superuser or person.is_staff:
        return right in person.rights
    around = area_chain(report.area)
    roles = {m.role for m in person.memberships.all() if m.role in m.DESK_ROLES and m.area_id in (None, *around)}
    if roles == person.roles:
        return True
    known: dict[frozenset[str], set[Right]] = person.__dict__.setdefault("_rights_by_roles", {})
    if frozenset(roles) not in known:
        known[frozenset(roles)] = rights_of(roles)
    return right in known[frozenset(roles)]


def area_chain(area: Area | None) -> list[int]:
    """The ids of an area and of what lies around it."""
    chain = []
    while area is not None:
        chain.append(area.pk)
        area = area.parent
    return chain


def access_with(right: Right, person: Person, reference: str) -> Report:
    """A report of the person's desk on which they have this right; raises `Http404`."""
    report = access_desk_report(person, reference)
    if not may(person, right, report):
        raise Http404
    return report


class DeskRequest(HttpRequest):
    user: Person


def desk_page(view: View) -> View:
    """For moderators and employees; their memberships are read once for all the queries of a page."""

    @wraps(view)
    def inner(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        prefetch_related_objects([request.user], "memberships")
        if not request.user.is_moderator:
            raise Http404
        return view(request, *args, **kwargs)

    return never_cache(login_required(inner))


def mails_for_desk_of(person: Person) -> QuerySet[IncomingMail]:
    """Mails on the reports of one's own desk, and those that somebody has to find the report of.

    One that is filed and belongs to no assignment may be a reporter's private word: whoever filed it and employees
    alone.
    """
    if person.is_staff:
        return IncomingMail.objects.all()
    own = Q(assignment__report__in=Report.objects.for_desk_of(person))
    a_loop = Q(state=IncomingMail.State.FILED, why=IncomingMail.Why.LOOP, handled_by=None)
    unplaced = Q(assignment=None) & (Q(state=IncomingMail.State.UNMATCHED) | Q(handled_by=person) | a_loop)
    return IncomingMail.objects.filter(own | unplaced)


def access_mail(person: Person, pk: int) -> IncomingMail:
    """Raises `Http404`."""
    mail = (
        mails_for_desk_of(person)
        .select_related("assignment__institution", "assignment__report__category", "handled_by", "report")
        .filter(pk=pk)
        .first()
    )
    if mail is None:
        raise Http404
    return mail


def light_case(person: Person, reference: str | None, pk: int | None) -> Report | IncomingMail:
    """The row of a case alone, for what is asked often; raises `Http404`."""
    row: Report | IncomingMail | None
    if reference is not None:
        rows = Report.objects.for_desk_of(person).only("reference", "version", "status")
        row = rows.filter(reference=reference).first()
    else:
        mails = mails_for_desk_of(person).only("state")
        row = mails.filter(pk=pk).first() if pk is not None and pk < 2**63 else None
    if row is None:
        raise Http404
    return row
